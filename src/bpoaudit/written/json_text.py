"""JSON and JSON Lines, token by token: white space, the order of keys and the digits of numbers stay."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import partial

from bpoaudit.errors import UnsupportedSource
from bpoaudit.readers.json_document import are_several
from bpoaudit.readers.json_paths import SCALAR
from bpoaudit.readers.json_paths import whole as without_halves
from bpoaudit.readers.json_place import JsonPlace, TooDeep
from bpoaudit.readers.options import ReadOptions
from bpoaudit.readers.text_file import TextFile, without_end
from bpoaudit.readers.window import Window
from bpoaudit.written.piece import Name, Piece, Value, whole

_MAX_TOKEN = 16 << 20
_MAX_LINE = 16 << 20
_TOKEN = re.compile(
    r"(?P<space>[\s\ufeff]++)|(?P<mark>[{}\[\]:,])|(?P<text>\"(?:[^\"\\]++|\\.)*+\")"
    r"|(?P<word>[^\s{}\[\]:,\"]++)|(?P<open>.+)",
    re.DOTALL,
)
_CHARACTER = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u.{4}|\\.|.", re.DOTALL
)
_NO_VALUES = ("null", "NaN", "Infinity", "-Infinity")


def json_pieces(file: TextFile, how: ReadOptions) -> Iterator[Piece]:
    """Yield a piece a token of a JSON document, or of several that follow one another."""
    walk = _Walk(JsonPlace(lines=are_several(file)))
    window = Window(file.blocks())
    while not window.done:
        found = window.match(_TOKEN, _MAX_TOKEN)
        if found is None:
            raise _untold()
        window.at += len(found[0])
        yield walk.piece(found.lastgroup or "", found[0], None)


def json_line_pieces(file: TextFile, how: ReadOptions) -> Iterator[Piece]:
    """Yield a piece a token of JSON Lines; the record is the line."""
    for number, line in enumerate(file.lines(_MAX_LINE), start=1):
        walk = _Walk(JsonPlace(lines=True), digits=True)
        try:
            yield from [
                walk.piece(found.lastgroup or "", found[0], number) for found in _TOKEN.finditer(line)
            ]
        except UnsupportedSource:
            yield Piece(line, number, partial(_broken, line, number))


class _Walk:
    """The way through a document, token by token. `repr` shows no content."""

    def __init__(self, place: JsonPlace, *, digits: bool = False) -> None:
        self._place = place
        self._digits = digits
        self._key = [False]  # for each open container, whether a key comes next
        self._objects = [False]

    def __repr__(self) -> str:
        return f"_Walk({self._place!r})"

    def piece(self, kind: str, raw: str, line: int | None) -> Piece:
        """Return the next token with what it holds; `line` is the record where lines are records."""
        if kind == "open":
            raise _untold()
        if kind == "mark":
            self._mark(raw)
        elif kind in ("text", "word"):
            if self._key[-1]:
                return self._name(raw)
            self._begin()
            path, record = self._place.value()
            self._place.end_value()
            if raw not in _NO_VALUES:
                number = record if line is None else line
                return Piece(raw, number, partial(self._value, kind, raw, path, number), escape=_escape(raw))
        return Piece(raw)

    def _begin(self) -> None:
        if self._place.between:
            if self._place.documents and not self._place.records:
                self._place.records = 1
            self._place.begin_document()

    def _mark(self, mark: str) -> None:
        if mark in "{[":
            self._begin()
            try:
                self._place.enter(array=mark == "[")
            except TooDeep:
                raise _untold() from None
            self._objects.append(mark == "{")
            self._key.append(mark == "{")
        elif mark in "}]":
            if self._place.between:
                raise _untold()
            self._place.leave()
            self._objects.pop()
            self._key.pop()
        else:
            self._key[-1] = mark == "," and self._objects[-1]

    def _name(self, raw: str) -> Piece:
        key = _text(raw)
        path = self._place.key(key)
        return Piece(raw, names=[Name(key, 1, len(raw) - 1)] if path else (), escape=_escape(raw))

    def _value(self, kind: str, raw: str, path: str, record: int) -> Sequence[Value]:
        if kind == "text":
            text, starts, ends = _characters(raw)
            return [Value(record, path, text, starts, ends)] if text.strip() else []
        text = raw if self._digits or not (raw[0].isdigit() or raw[0] == "-") else _number(raw)
        return [Value(record, path, text, range(len(text)), range(1, len(text) + 1), "null", typed=True)]


def _characters(raw: str) -> tuple[str, Sequence[int], Sequence[int]]:
    """Return the text of a JSON string and where each of its characters is written."""
    text = _text(raw)
    if "\\" not in raw:
        return text, range(1, len(text) + 1), range(2, len(text) + 2)
    found = [*_CHARACTER.finditer(raw, 1, len(raw) - 1)]
    if len(found) != len(text):
        raise _untold()
    return text, [each.start() for each in found], [each.end() for each in found]


def _text(raw: str) -> str:
    try:
        return without_halves(json.loads(raw))
    except ValueError:
        raise _untold() from None


def _number(raw: str) -> str:
    """Return a number as the parser of documents gives it."""
    try:
        return str(int(raw)) if raw.lstrip("-").isdigit() else str(Decimal(raw))
    except (ArithmeticError, ValueError):
        raise _untold() from None


def _broken(line: str, number: int) -> Sequence[Value]:
    """Return a line that is not JSON, as it is read: as plain text."""
    return [whole(number, SCALAR, line, 0, len(without_end(line)))] if line.strip() else []


def _untold() -> UnsupportedSource:
    return UnsupportedSource("JSON whose values cannot be told apart for certain")


def _escape(raw: str) -> Callable[[str], str]:
    return lambda text: json.dumps(text, ensure_ascii=raw.isascii())[1:-1]
