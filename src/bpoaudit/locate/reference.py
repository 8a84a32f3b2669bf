"""What a person names a finding by: its place, its line of findings.jsonl, or its fingerprint."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bpoaudit.errors import UsageError

FINGERPRINT = "hmac-sha256:"
MAX_PLACES = 20
"""Places of one value that are told; the others are counted."""

_PLACE = re.compile(r":(?P<record>\d{1,12}):(?P<field>.+):(?P<start>\d{1,12})-(?P<end>\d{1,12})\Z", re.DOTALL)
_LINE = re.compile(r"(?P<file>.+):(?P<line>[1-9]\d{0,11})", re.DOTALL)
_DIGEST = re.compile(rf"(?:{FINGERPRINT})?(?P<digits>[0-9a-f]{{6,32}})")
_HOW = "SOURCE:RECORD:FIELD:START-END, a line of findings.jsonl (as it is, or FILE:LINE), or a fingerprint"
_MAX_DOCUMENT = 1 << 30
_LONGEST_LINE = 1 << 20


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a finding is said to be, and as far as that is known, what it was."""

    source: str
    record: int
    field: str
    start: int
    end: int
    entity: str | None = None
    masked: str | None = None
    fingerprint: str | None = None
    recognizer: str | None = None
    spans: tuple[tuple[int, int, int], ...] = ()
    """(record, start, end) of each piece of a value that was told over several turns."""


@dataclass(frozen=True, slots=True)
class Named:
    """What a reference leads to."""

    references: tuple[Reference, ...]
    """At most `MAX_PLACES`."""
    total: int
    key_id: str | None = None
    """Of the key that its fingerprints were made with, where a file tells."""


def named(text: str, listed: Path | None) -> list[Named]:
    """Return what `text` can mean, the likeliest first; `listed` is the audit or findings that it stands in.

    A place can be read in several ways, as names may have colons in them. Raises `UsageError` where it is
    no reference, or where `listed` does not have it.
    """
    if text.lstrip().startswith("{"):
        return [Named((_of_line(text, "the finding"),), 1)]
    if digest := _DIGEST.fullmatch(text):
        if listed is None:
            raise UsageError(
                "a fingerprint says what was found, not where",
                "say with --from where it stands: audit.json or findings.jsonl",
            )
        return [_by_fingerprint(digest["digits"], listed)]
    if places := list(_places(text)):
        return [Named((place,), 1) for place in places]
    line = _LINE.fullmatch(text)
    if line and Path(line["file"]).is_file():
        return [Named((_line_of(Path(line["file"]), int(line["line"])),), 1)]
    raise UsageError("that names no finding", f"a finding is named by {_HOW}")


def _places(text: str) -> Iterator[Reference]:
    for at, char in enumerate(text):
        found = _PLACE.match(text, at) if char == ":" and at else None
        if found and int(found["start"]) < int(found["end"]):
            yield Reference(
                text[:at], int(found["record"]), found["field"], int(found["start"]), int(found["end"])
            )


def _line_of(file: Path, number: int) -> Reference:
    try:
        with file.open(encoding="utf-8") as lines:
            for at, line in enumerate(lines, start=1):
                if at == number:
                    return _of_line(line, f"{file.name}:{number}")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read {file.name}: {type(error).__name__}") from None
    raise UsageError(f"{file.name} has no line {number}")


def _of_line(line: str, what: str) -> Reference:
    try:
        return _reference(json.loads(line))
    except (ValueError, TypeError, KeyError, RecursionError):
        raise UsageError(f"{what} is no line of findings.jsonl", f"a finding is named by {_HOW}") from None


def _reference(told: dict[str, Any]) -> Reference:
    spans = tuple((int(record), int(start), int(end)) for record, start, end in told.get("spans") or ())
    words = {key: told[key] for key in ("entity", "masked", "fingerprint", "recognizer") if told.get(key)}
    place = str(told["source"]), int(told["record"]), str(told["field"]), int(told["start"]), int(told["end"])
    if (
        not all(isinstance(word, str) for word in words.values())
        or place[1] < 0
        or not 0 <= place[3] < place[4]
    ):
        raise ValueError
    return Reference(*place, **words, spans=spans)


def _by_fingerprint(digits: str, listed: Path) -> Named:
    """Find the places of the one fingerprint that begins with `digits`."""
    found: dict[Reference, None] = {}
    prints: set[str | None] = set()
    total = 0
    try:
        document = None if _are_lines(listed) else _document(listed)
        key_id = document["delivery"]["key_id"] if document else None
        for told in _lines(listed) if document is None else _of_document(document):
            if not str(told.get("fingerprint") or "").startswith(FINGERPRINT + digits):
                continue
            reference = _reference(told)
            prints.add(reference.fingerprint)
            if len(prints) > 1:
                raise UsageError(
                    "that is how several fingerprints begin", "give more of it, or all 32 digits"
                )
            if reference not in found:
                total += 1
                if len(found) < MAX_PLACES:
                    found[reference] = None
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise UsageError(
            f"{listed.name} is neither audit.json nor findings.jsonl", "give one of them as --from"
        ) from None
    if not found:
        raise UsageError(
            f"{listed.name} has no finding with that fingerprint",
            "audit.json has the first ones of each field; findings.jsonl has all",
        )
    return Named(tuple(found), total, key_id)


def _document(listed: Path) -> dict[str, Any]:
    if listed.stat().st_size > _MAX_DOCUMENT:
        raise UsageError(f"{listed.name} is larger than {_MAX_DOCUMENT >> 20} MiB", "give findings.jsonl")
    document: dict[str, Any] = json.loads(listed.read_bytes())
    return document


def _are_lines(listed: Path) -> bool:
    """Tell whether the first line is a finding; an audit may be one line too."""
    with listed.open("rb") as file:
        first = file.readline(_LONGEST_LINE)
    try:
        told = json.loads(first)
    except ValueError:
        return False
    return isinstance(told, dict) and "record" in told


def _lines(listed: Path) -> Iterator[dict[str, Any]]:
    with listed.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                told = json.loads(line) if line.strip() else {}
            except (ValueError, RecursionError):
                told = None
            if not isinstance(told, dict):
                raise UsageError(f"{listed.name}:{number} is no finding", "write the findings again")
            yield told


def _of_document(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for verdict in document.get("verdicts", ()):
        yield from (each for each in verdict["evidence"] if each["record"] is not None and each["source"])
    for field in document["inventory"]:
        for entity in field["entities"]:
            for group in entity["groups"]:
                for pointer in group["pointers"]:
                    yield {
                        **pointer, "source": field["source"], "field": field["field"],
                        "entity": entity["entity"], "recognizer": group["recognizer"],
                    }  # fmt: skip
