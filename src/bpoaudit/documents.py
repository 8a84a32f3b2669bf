"""Read the YAML files that people write: vendor profiles, rule packs, test cases, waivers.

The scalars are those of the YAML 1.2 core schema, so that `NO`, `yes`, `on`, `22:22` and dates
stay text. What a person cannot see at a glance is refused with its place: duplicate keys, anchors
and aliases, tags, control characters, a second document, nesting beyond `MAX_DEPTH`. Every value
remembers its line and column, so that a wrong key found by a pydantic model later is still reported as
`file:line:column: message`.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from bpoaudit.errors import DocumentError
from bpoaudit.suggestions import explain, shown

MAX_BYTES = 5 * 1024 * 1024
MAX_DEPTH = 64
MAX_NODES = 100_000
MAX_REPORTED = 10
"""Faults of one file that one error lists."""

Steps = tuple[str | int, ...]
"""Keys and indices from the top of a document to one value."""

M = TypeVar("M", bound=BaseModel)

# libyaml where PyYAML was built with it: ten times faster, the same events.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# https://yaml.org/spec/1.2.2/#1032-tag-resolution, less the infinities and not-a-number.
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE, _FALSE = frozenset({"true", "True", "TRUE"}), frozenset({"false", "False", "FALSE"})
_INTEGER = re.compile(r"[-+]?[0-9]+")
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NO_NUMBER = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
"""Control characters, and those that turn the direction of what is read: nobody sees them."""
_MAX_NUMBER = 18
"""Characters of a plain number; a longer one is an identifier that lost its quotes."""


class Place(NamedTuple):
    """Where a value or key stands; both count from 1, columns in characters."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class YamlFile:
    """A parsed file: plain dicts, lists and scalars, and where each of them was written."""

    file: str
    data: Any
    values: Mapping[Steps, Place]
    keys: Mapping[Steps, Place]
    error: type[DocumentError]

    def fault(self, path: Steps, message: str, *, key: bool = False) -> DocumentError:
        """Make the error that says `message` about the value (or with `key`, the key) at `path`."""
        place = self.place(path, key=key)
        return self.error(message, file=self.file, line=place.line, column=place.column)

    def place(self, path: Steps, *, key: bool = False) -> Place:
        """Find the deepest place known on the way to `path`.

        Steps that are not in the file are left out: pydantic names the members of a union, and a
        missing key has no place of its own.
        """
        known: Steps = ()
        for step in path:
            if (*known, step) in self.values:
                known = (*known, step)
        places = self.keys if key and known in self.keys else self.values
        return places.get(known, Place(1, 1))


def load_yaml(path: Path, error: type[DocumentError] = DocumentError) -> YamlFile:
    """Read the YAML file at `path`, raising `error` where it cannot be used."""
    file = str(path)
    try:
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except OSError as fault:
        raise error(f"cannot be read: {fault.strerror or 'unknown reason'}", file=file) from fault
    if len(raw) > MAX_BYTES:
        raise error(f"is larger than {MAX_BYTES // 1024 // 1024} MiB", file=file)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        before = raw[: fault.start].decode("utf-8-sig")
        place = _place_in(before, len(before))
        raise error("is not UTF-8 text", file=file, line=place.line, column=place.column) from None
    return parse_yaml(text, file, error)


def parse_yaml(text: str, file: str, error: type[DocumentError] = DocumentError) -> YamlFile:
    """Parse `text`, which was read from `file`, raising `error` where it cannot be used."""
    hidden = _HIDDEN.search(text)
    if hidden:
        place = _place_in(text, hidden.start())
        message = "control characters are not allowed"
        raise error(message, file=file, line=place.line, column=place.column)
    builder = _Builder(file, error)
    try:
        for event in yaml.parse(text, Loader=_Loader):
            builder.take(event)
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        raise error(
            fault.problem or "is not YAML",
            file=file,
            line=mark.line + 1 if mark else None,
            column=mark.column + 1 if mark else None,
        ) from None
    except yaml.YAMLError as fault:
        reason = getattr(fault, "reason", None) or "is not YAML"
        raise error(str(reason), file=file) from None
    return YamlFile(file, builder.root, builder.values, builder.keys, error)


def validate(document: YamlFile, model: type[M], at: Steps = ()) -> M:
    """Turn the part of `document` at `at` into a `model`; see `validate_data`."""
    data = document.data
    for step in at:
        data = data[step]
    return validate_data(data, document, model, at)


def validate_data(data: Any, document: YamlFile, model: type[M], at: Steps) -> M:
    """Turn `data`, which was written at `at` in `document` (or completed from there), into a `model`.

    Types are strict, as in JSON: `"72"` is not a number and `true` is not 1. All faults are told in
    one error, each with its own `file:line:column`.
    """
    try:
        return model.model_validate_json(json.dumps(data), strict=True)
    except ValidationError as fault:
        faults = []
        for detail in fault.errors(include_url=False):
            if detail["type"] == "too_short" and detail["input"]:
                continue  # only because its items are wrong, and those are reported
            message, about_key = explain(detail, model)
            steps = tuple(step for step in detail["loc"] if step != "[key]")
            faults.append((document.place((*at, *steps), key=about_key), message))
    raise _all(document, sorted(set(faults)))


def _all(document: YamlFile, faults: list[tuple[Place, str]]) -> DocumentError:
    (place, message), *others = faults
    lines = [message]
    lines += [f"{document.file}:{p.line}:{p.column}: {text}" for p, text in others[: MAX_REPORTED - 1]]
    if len(others) >= MAX_REPORTED:
        lines.append(f"and {len(others) - MAX_REPORTED + 1} more")
    return document.error("\n".join(lines), file=document.file, line=place.line, column=place.column)


@dataclass(slots=True)
class _Open:
    """A mapping or list whose end has not been seen."""

    path: Steps
    items: dict[str, Any] | list[Any]
    key: str | None = None


class _Builder:
    """Build values from parser events, without recursion, refusing as early as possible."""

    def __init__(self, file: str, error: type[DocumentError]) -> None:
        self.root: Any = None
        self.values: dict[Steps, Place] = {}
        self.keys: dict[Steps, Place] = {}
        self._file, self._error = file, error
        self._open: list[_Open] = []
        self._documents = 0

    def take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise self._fault(event, "a second document (---) is not allowed")
        elif isinstance(event, yaml.AliasEvent):
            raise self._fault(event, "aliases (*name) are not allowed; write the value out")
        elif isinstance(event, (yaml.SequenceEndEvent, yaml.MappingEndEvent)):
            self._open.pop()
        elif isinstance(event, yaml.NodeEvent):
            self._node(event)

    def _node(self, event: yaml.NodeEvent) -> None:
        if event.anchor is not None:
            raise self._fault(event, "anchors (&name) are not allowed")
        if getattr(event, "tag", None) is not None:
            raise self._fault(event, "tags (!name) are not allowed")
        parent = self._open[-1] if self._open else None
        if parent is not None and isinstance(parent.items, dict) and parent.key is None:
            self._key(event, parent)
            return
        path = self._place(event, parent)
        value: Any
        if isinstance(event, yaml.ScalarEvent):
            value = self._scalar(event)
        else:
            value = [] if isinstance(event, yaml.SequenceStartEvent) else {}
            self._open.append(_Open(path, value))
            if len(self._open) > MAX_DEPTH:
                raise self._fault(event, f"nested more than {MAX_DEPTH} levels deep")
        if parent is None:
            self.root = value
        elif isinstance(parent.items, list):
            parent.items.append(value)
        elif parent.key is not None:
            parent.items[parent.key] = value
            parent.key = None

    def _key(self, event: yaml.NodeEvent, parent: _Open) -> None:
        if not isinstance(event, yaml.ScalarEvent):
            raise self._fault(event, "a key must be plain text")
        key = event.value
        if _HIDDEN.search(key):
            raise self._fault(event, "control characters are not allowed, written as escapes neither")
        if key in parent.items:
            raise self._fault(event, f"the key {shown(key)} is given twice")
        parent.key = key
        self.keys[(*parent.path, key)] = _place_of(event)

    def _place(self, event: yaml.NodeEvent, parent: _Open | None) -> Steps:
        path: Steps = ()
        if parent is not None:
            step = len(parent.items) if isinstance(parent.items, list) else parent.key
            assert step is not None
            path = (*parent.path, step)
        self.values[path] = _place_of(event)
        if len(self.values) > MAX_NODES:
            raise self._fault(event, f"holds more than {MAX_NODES:,} values")
        return path

    def _scalar(self, event: yaml.ScalarEvent) -> str | int | float | bool | None:
        text: str = event.value
        if _HIDDEN.search(text):
            raise self._fault(event, "control characters are not allowed, written as escapes neither")
        if not event.implicit[0] or event.style not in (None, ""):
            return text
        if text in _NULLS:
            return None
        if text in _TRUE or text in _FALSE:
            return text in _TRUE
        if _NO_NUMBER.fullmatch(text):
            raise self._fault(event, "infinity and not-a-number are not allowed")
        if _INTEGER.fullmatch(text) or _BASED.fullmatch(text):
            self._check_length(event)
            return int(text, 0) if _BASED.fullmatch(text) else int(text)
        if _FLOAT.fullmatch(text):
            self._check_length(event)
            number = float(text)
            if math.isinf(number):
                raise self._fault(event, "this number is too large")
            return number
        return text

    def _check_length(self, event: yaml.ScalarEvent) -> None:
        if len(event.value) > _MAX_NUMBER:
            raise self._fault(event, "this number is too long; write an identifier in quotes")

    def _fault(self, event: yaml.Event, message: str) -> DocumentError:
        place = _place_of(event)
        return self._error(message, file=self._file, line=place.line, column=place.column)


def _place_in(text: str, offset: int) -> Place:
    return Place(text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset))


def _place_of(event: yaml.Event) -> Place:
    mark = event.start_mark
    return Place(mark.line + 1, mark.column + 1) if mark else Place(1, 1)
