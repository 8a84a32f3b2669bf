"""The values of a row of a SQL dump, as a person would read them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bpoaudit.readers.databases.sql_statements import MYSQL, Dialect

_MYSQL_ESCAPES = {"0": "", "b": "\b", "n": "\n", "r": "\r", "t": "\t", "Z": "", "%": "\\%", "_": "\\_"}
_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_ESCAPE = re.compile(r"\\(x[0-9A-Fa-f]{1,2}|[0-7]{1,3}|u[0-9A-Fa-f]{4}|.)|''", re.DOTALL)

_NOTHING = frozenset(("NULL", "DEFAULT", ""))
_HEX = re.compile(r"0x((?:[0-9A-Fa-f]{2})+)|[xX]'((?:[0-9A-Fa-f]{2})*)'|'\\x((?:[0-9A-Fa-f]{2})*)'")
_SIMPLE = re.compile(r"\s*+(?:NULL|(-?\d[\d.]*+)|'([^'\\]*+)')\s*+[,)]")
"""A value as nearly all are; an empty text is none."""
_CAST_NUMBER = re.compile(r"(?:CAST|CONVERT)\s*\(\s*(-?[\d.]+)\s+AS\s", re.IGNORECASE)
_FIRST_ONLY = re.compile(
    r"(?:CAST|CONVERT|TO_DATE|TO_TIMESTAMP(?:_TZ)?|STR_TO_DATE|REPLACE)\s*\(", re.IGNORECASE
)
"""Calls whose further literals are formats, and what is replaced."""
_SHORT_BINARY = 32
"""Bytes of a key or a checksum, read as the digits it is written in."""


def row_values(row: str, dialect: Dialect) -> Iterator[str | bytes | None]:
    """Yield the values of `(1,'a',NULL)`: None for those that are none, bytes for those that are no text."""
    at, end = 1, len(row) - 1
    while at < end:
        if found := _SIMPLE.match(row, at):
            yield found[1] or found[2]
            at = found.end()
        elif found := dialect.value.match(row, at, end):
            yield _value(found[0].strip(), dialect)
            at = found.end() + 1
        else:
            at += 1  # nothing between two commas


def copied_values(line: str) -> Iterator[str | bytes | None]:
    r"""Yield the values of a line of `COPY`: tabs between them, `\N` for none."""
    for value in line.split("\t"):
        if value == r"\N":
            yield None
        elif value.startswith(r"\\x") and (found := _HEX.fullmatch(f"'{value[1:]}'")):
            yield _binary(found[3])
        else:
            yield _ESCAPE.sub(_unescaped, value).replace("\0", "") if "\\" in value else value


def _value(written: str, dialect: Dialect) -> str | bytes | None:
    if written.upper() in _NOTHING:
        return None
    if (whole := dialect.literal.fullmatch(written)) and not written.startswith("'\\x"):
        return _content(whole[0], "", dialect)
    if (found := _HEX.fullmatch(written)) is not None:
        return _binary(found[1] or found[2] or found[3] or "")
    if number := _CAST_NUMBER.match(written):
        return number[1]
    literals = [
        _content(each[0], written[: each.start()], dialect) for each in dialect.literal.finditer(written)
    ]
    if literals and _FIRST_ONLY.match(written):
        return literals[0].replace("\\n", "\n").replace("\\r", "\r") if "char(" in written else literals[0]
    around = dialect.literal.sub("", written).partition("::")[0]
    if literals and not any(map(str.isdigit, around)):
        return "".join(literals)  # N'…', E'…', _binary '…', date '…', 'a' || 'b'
    return written[2:-2] if len(written) >= 4 and written[:2] == written[-2:] == "$$" else written


def _binary(digits: str) -> str | bytes:
    data = bytes.fromhex(digits)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" not in text and all(char.isprintable() or char.isspace() for char in text):
        return text
    if len(data) <= _SHORT_BINARY:
        return digits
    return data


def _content(literal: str, before: str, dialect: Dialect) -> str:
    """Return what stands between the quotes of a literal; an `E` before it makes backslashes escape."""
    quote, inner = literal[0], literal[1:-1]
    if dialect is MYSQL:
        if "\\" in inner:
            return _ESCAPE.sub(_mysql_unescaped, inner)
    elif before[-1:] in ("E", "e") and "\\" in inner:
        return _ESCAPE.sub(_unescaped, inner).replace("\0", "")
    return inner.replace(quote * 2, quote) if quote in inner else inner


def _mysql_unescaped(found: re.Match[str]) -> str:
    if found[0] == "''":
        return "'"
    escaped = found[1][0]
    return _MYSQL_ESCAPES.get(escaped, escaped) + found[1][1:]


def _unescaped(found: re.Match[str]) -> str:
    escaped = found[1]
    if escaped is None:
        return "'"
    if escaped[0] == "x" and len(escaped) > 1:
        return chr(int(escaped[1:], 16))
    if escaped[0] == "u" and len(escaped) == 5:
        code = int(escaped[1:], 16)
        return "\ufffd" if 0xD800 <= code < 0xE000 else chr(code)
    if escaped[0] in "01234567":
        return chr(int(escaped, 8))
    return _ESCAPES.get(escaped, escaped)
