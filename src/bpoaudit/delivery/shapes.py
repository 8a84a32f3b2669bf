"""Tell what kind of text a text is, from its first characters."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from dataclasses import dataclass

from bpoaudit.delivery.turns import find_speakers

CSV, TSV = "text/csv", "text/tab-separated-values"
JSON, JSONL = "application/json", "application/jsonl"
JSON5 = "application/json5"
"""JSON with comments, keys without quotes or single quotes, which is no JSON."""
WEBVTT, SRT = "text/vtt", "application/x-subrip"
CHAT, PLAIN = "text/x-conversation", "text/plain"
HTML, XML, RTF = "text/html", "application/xml", "application/rtf"
MAIL, MBOX = "message/rfc822", "application/mbox"

HEAD = 64 << 10
"""Characters that a decision is made on."""

_DELIMITERS = ",;\t|"
_TABLE_NAMES = (".csv", ".tsv", ".tab", ".psv")
_LINE_NAMES = (".jsonl", ".ndjson", ".jsonlines")

_SRT = re.compile(r"\s*\d+\s*\n\s*\d{1,2}:\d\d:\d\d[,.]\d{1,3}\s*-->")
_JSON_START = re.compile(
    r'\s*(?:\{\s*(?:"|\})|\[\s*(?:[\[{"\]]|(?:-?\d[\d.eE+-]*|true|false|null)\s*(?:,|\]\s*\Z)))'
)
_COMMENT = r"(?:\s|//[^\n]*\n|/\*(?:[^*]|\*(?!/)){0,8000}\*/)*"
_JSON5_START = re.compile(
    rf"{_COMMENT}(?:\[{_COMMENT})?\{{{_COMMENT}(?:\"[^\"\n]*\"|'[^'\n]*'|[A-Za-z_$][\w$]*)\s*:\s"
)
# The comma before the milliseconds, as logging libraries write it, is no delimiter.
_LOG = re.compile(r"^\[?(?:\d{4}-\d\d-\d\d[ T])?\d\d:\d\d:\d\d,\d{3}\b(?!,)", re.MULTILINE)
_MAIL_START = re.compile(r"(?:From .*\n)?(?:[A-Za-z-]+:.*\n(?:[ \t].*\n)*){2,}")
_MAIL_ONLY = re.compile(r"^(?:Received|Return-Path|MIME-Version|Message-ID|X-Mailer):", re.I | re.M)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the cells of a delimited text are told apart."""

    delimiter: str
    quote: str
    skip_space: bool
    """Space after a delimiter is not part of the cell."""
    declared: bool
    """The first line is Excel's `sep=;` and not data."""
    columns: int
    """The usual number of cells of a row."""
    share: float
    """Rows of that width over all rows."""


def text_type(head: str, name: str, *, complete: bool) -> str:
    """Return the media type of a text by its first `HEAD` characters.

    `name` (lower case) only breaks ties between kinds of text: one column of values is a table when
    it is called `.csv`, one line of JSON is JSONL when it is called `.jsonl`. `complete` says that
    `head` is the whole text.
    """
    start = head.lstrip("\ufeff")
    if re.match(r"WEBVTT(?:[ \t\r\n]|$)", start):
        return WEBVTT
    if _SRT.match(start.replace("\r\n", "\n")):
        return SRT
    if _JSON_START.match(start):
        return JSONL if _is_jsonl(start, name, complete) else JSON
    if _JSON5_START.match(start):
        return JSON5
    if markup := _markup(start):
        return markup
    dialect = find_dialect(start, complete=complete)
    if len(_LOG.findall(start)) * 2 > start.count("\n") and not name.endswith(_TABLE_NAMES):
        return PLAIN
    if name.endswith(_TABLE_NAMES) or (dialect and _is_table(dialect, start)):
        return TSV if dialect and dialect.delimiter == "\t" else CSV
    if find_speakers(start.splitlines()).converse:
        return CHAT
    return PLAIN


def find_dialect(head: str, *, complete: bool) -> Dialect | None:
    """Find delimiter and quote by which the most rows have the same number of cells.

    None where no delimiter gives two columns. Raises nothing: rows that do not parse count against.
    """
    declared = re.match(r"sep=(.)\r?\n", head, re.IGNORECASE)
    body = head[declared.end() :] if declared else head
    found: list[tuple[float, bool, int, Dialect]] = []
    for delimiter in declared[1] if declared else _DELIMITERS:
        quote = _quote(body, delimiter)
        skip_space = f"{delimiter} {quote}" in body
        rows = _rows(body, delimiter, quote, skip_space)
        if not complete and len(rows) > 1:
            rows.pop()  # cut in the middle
        if not rows:
            continue
        width, count = Counter(map(len, rows)).most_common(1)[0]
        if width > 1 or declared:
            dialect = Dialect(delimiter, quote, skip_space, bool(declared), width, count / len(rows))
            found.append((dialect.share, len(rows[0]) == width, width, dialect))
    return max(found, key=lambda entry: entry[:3], default=(0, False, 0, None))[3]


def _rows(text: str, delimiter: str, quote: str, skip_space: bool) -> list[list[str]]:
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=delimiter, quotechar=quote, skipinitialspace=skip_space
    )
    return [row for row in reader if row]


def _quote(text: str, delimiter: str) -> str:
    edge = re.escape(delimiter)
    single, double = (
        len(re.findall(rf"(?:^|{edge}){mark}[^{mark}\n]*{mark}(?={edge}|\r?$)", text, re.MULTILINE))
        for mark in ("'", '"')
    )
    return "'" if single > 2 * double and single > 3 else '"'


def _is_table(dialect: Dialect, text: str) -> bool:
    if dialect.declared:
        return True
    # Prose has a space after its commas; two lines of it may well have as many of them.
    prose = text.count(f"{dialect.delimiter} ") * 2 > text.count(dialect.delimiter)
    return dialect.share >= 0.8 and not prose and "\n" in text.rstrip("\r\n")


def _is_jsonl(start: str, name: str, complete: bool) -> bool:
    lines = [line for line in start.splitlines() if line.strip()]
    if not complete and len(lines) > 1:
        lines.pop()
    if len(lines) < 2:
        return name.endswith(_LINE_NAMES)
    return sum(map(_is_json, lines[:10])) * 2 > len(lines[:10])


def _is_json(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict | list)
    except (ValueError, RecursionError):
        return False


def _markup(start: str) -> str | None:
    opening = start[:1024].lstrip().lower()
    if re.search(r"<!doctype html|<html[\s>]", opening) and opening.startswith("<"):
        return HTML
    if re.match(r"<\?xml[\s?]|<[a-z_][\w.:-]*(?:\s[^<>]*)?/?>", opening):
        return XML
    if opening.startswith("{\\rtf"):
        return RTF
    if (found := _MAIL_START.match(start.replace("\r\n", "\n"))) and _MAIL_ONLY.search(found[0]):
        return MBOX if start.startswith("From ") else MAIL
    return None
