"""Tell what kind of text a text is, from its first characters."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from dataclasses import dataclass

from bpoaudit.delivery.turn_heads import exported_head
from bpoaudit.delivery.turns import find_speakers

CSV, TSV = "text/csv", "text/tab-separated-values"
JSON, JSONL = "application/json", "application/jsonl"
JSON5 = "application/json5"
"""JSON with comments, keys without quotes or single quotes, which is no JSON."""
WEBVTT, SRT = "text/vtt", "application/x-subrip"
CHAT, PLAIN = "text/x-conversation", "text/plain"
HTML, XML, RTF = "text/html", "application/xml", "application/rtf"
SQL = "application/sql"
MAIL, MBOX = "message/rfc822", "application/mbox"
CALENDAR, VCARD, LDIF = "text/calendar", "text/vcard", "text/x-ldif"

HEAD = 64 << 10
"""Characters that a decision is made on."""

_DELIMITERS = ",;\t|"
_FIRST_LINES = 20
_TABLE_NAMES = (".csv", ".tsv", ".tab", ".psv")
_LINE_NAMES = (".jsonl", ".ndjson", ".jsonlines")

_SRT = re.compile(r"\s*\d+\s*\n\s*\d{1,2}:\d\d:\d\d[,.]\d{1,3}\s*-->")
_JSON_START = re.compile(
    r'\s*(?:\{\s*(?:"|\})|\[\s*(?:[\["\]]|\{\s*(?:["}]|\Z)|(?:-?\d[\d.eE+-]*|true|false|null)\s*(?:,|\]\s*\Z)))'
)
_JSON_STRING = re.compile(r'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)', re.DOTALL)
_NOT_JSON = re.compile(r"//|/\*|,\s*[}\]]|[:\[,]\s*-?(?:NaN|Infinity)\b")
"""Comments, a comma behind the last element, numbers that are none."""
_COMMENT = r"(?:\s|//[^\n]*\n|/\*(?:[^*]|\*(?!/)){0,8000}\*/)*"
_JSON5_START = re.compile(
    rf"{_COMMENT}(?:\[{_COMMENT})?\{{{_COMMENT}(?:\"[^\"\n]*\"|'[^'\n]*'|[A-Za-z_$][\w$]*)\s*:\s"
)
_SQL_NAMES = (".sql", ".psql", ".ddl", ".dump")
_SQL_BEFORE = re.compile(r"(?:\s++|(?:--|#|\\restrict)[^\n]*+\n|/\*(?!!)(?:[^*]|\*(?!/))*+\*/)*+")
"""What stands above the first statement: comments, and the key that `psql` is given."""
_SQL_VERBS = (
    r"CREATE|INSERT|REPLACE|COPY|DROP|ALTER|SET|USE|BEGIN|START|PRAGMA|LOCK|SELECT|GO|DELIMITER|REM|PROMPT|DECLARE"
    r"|UPDATE|DELETE|TRUNCATE|MERGE|GRANT|EXEC|IF|WITH|COMMENT|COMMIT"
)
_SQL_START = re.compile(rf"(?:{_SQL_VERBS})\b|/\*!", re.IGNORECASE)
_SQL_SURE = re.compile(
    r"^[ \t]*+(?:"
    r"INSERT\s+(?:\w+\s+){0,2}(?:INTO\s+)?[\w.`\"\[\]]+\s*+(?:\([^()]*+\)\s*+)?(?:VALUES?\b|SELECT\b)"
    r"|COPY\s+[\w.\"]+\s*+(?:\([^()]*+\)\s*+)?FROM\s+stdin|CREATE\s+(?:\w+\s+){0,2}TABLE\s+[^()\n]+\()",
    re.IGNORECASE | re.MULTILINE,
)
# The comma before the milliseconds, as logging libraries write it, is no delimiter.
_LOG = re.compile(r"^\[?(?:\d{4}-\d\d-\d\d[ T])?\d\d:\d\d:\d\d,\d{3}\b(?!,)", re.MULTILINE)
# A name in angle brackets, as in a chat, is no element yet.
_XML_START = re.compile(
    r"<\?xml[\s?]"
    r"|(?:(?><!--.*?-->|<\?.*?\?>)\s*+)*+(?:<!doctype\s+[a-z_]|<[a-z_][\w.:-]*(?:\s*/?>|\s+[\w.:-]+\s*=\s*[\"']))",
    re.DOTALL | re.IGNORECASE,
)
_HTML_START = re.compile(
    r"<(?:(?:div|span|font|center|ul|ol|h[1-6]|br|hr|img|p|body|style|script|meta)(?=[\s/>])(?![^>]*\sxmlns)"
    r"|table\b[^>]*>\s*<(?:tr|thead|tbody|caption|colgroup)\b)",
)
"""A page without its frame, as reports call a table of theirs a workbook."""
# After the line that MBOX writes before a message, or the size that Apple Mail does.
_MAIL_START = re.compile(r"(?:From .*\n|\d{1,9}[ \t]*\n)?(?:[!-9;-~]+:.*\n(?:[ \t].*\n)*){2,}")
_MAIL_ONLY = re.compile(
    r"^(?:Received|Return-Path|Delivered-To|MIME-Version|Message-ID|X-Mailer|DKIM-Signature"
    r"|Content-Transfer-Encoding|Content-Type: *(?:multipart|text|application|message)/)",
    re.I | re.M,
)
_MIME_START = re.compile(r"Content-Type:[ \t]*multipart/", re.IGNORECASE)
_FOLDED = (
    (re.compile(r"\s*BEGIN:VCALENDAR\s", re.IGNORECASE), CALENDAR),
    (re.compile(r"\s*BEGIN:VCARD\s", re.IGNORECASE), VCARD),
    (
        re.compile(
            r"(?:\s++|#[^\n]*+\n(?: [^\n]*+\n)*+|version: *\d+\s)*+dn(?:: ?[^\s:=]+=|:: ?[\w+/]+=*\s)",
            re.IGNORECASE,
        ),
        LDIF,
    ),
)
"""Cards and entries of which a long line goes on in the next one (RFC 5545, 6350, 2849)."""
_MAIL_USUAL = tuple(re.compile(rf"^{name}:", re.I | re.M) for name in ("From", "Date", "Subject"))


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
        if _is_jsonl(start, name, complete):
            return JSONL
        return JSON5 if _NOT_JSON.search(_JSON_STRING.sub('""', start)) else JSON
    if _JSON5_START.match(start):
        return JSON5
    if markup := _markup(start):
        return markup
    if folded := next((found for pattern, found in _FOLDED if pattern.match(start)), None):
        return folded
    if _is_sql(start, name):
        return SQL
    if _is_exported_chat(start):
        return CHAT
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


def _is_exported_chat(start: str) -> bool:
    """Tell whether a text is what a messenger exports; between tabs and commas it may look like a table."""
    lines = start.splitlines()
    if not any(map(exported_head, lines[:_FIRST_LINES])):
        return False
    speakers = find_speakers(lines)
    return speakers.exported and speakers.converse


def _is_sql(start: str, name: str) -> bool:
    """Tell whether a text begins with a statement of SQL, and goes on to hold tables or their rows."""
    before = _SQL_BEFORE.match(start)
    assert before is not None  # it may be empty
    if not _SQL_START.match(start, before.end()):
        return bool(before.end() and name.endswith(_SQL_NAMES))
    return name.endswith(_SQL_NAMES) or _SQL_SURE.search(start, before.end()) is not None


def _markup(start: str) -> str | None:
    opening = start[:1024].lstrip().lower()
    if re.search(r"<!doctype html|<html[\s>]", opening) and opening.startswith("<"):
        return HTML
    if _HTML_START.match(opening):
        return HTML
    if _XML_START.match(start.lstrip()) and (
        opening.startswith("<?xml") or re.search("</|/>|>\\s*<|=[\"']", start)
    ):
        return XML
    if opening.startswith("{\\rtf"):
        return RTF
    if _MIME_START.match(start):
        return MAIL
    if (found := _MAIL_START.match(start.replace("\r\n", "\n"))) and _is_mail(found[0]):
        return MBOX if start.startswith("From ") else MAIL
    return None


def _is_mail(headers: str) -> bool:
    return bool(_MAIL_ONLY.search(headers)) or all(usual.search(headers) for usual in _MAIL_USUAL)
