"""One source of a delivery and what becomes of each of its values."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from bpoaudit.detect.spoken import RECOGNIZER as SPOKEN
from bpoaudit.detect.spoken import value_of
from bpoaudit.detect.transcript import RECOGNIZER as CONVERSATION
from bpoaudit.masking import Key
from bpoaudit.redact.names import Names
from bpoaudit.redact.occurrences import Occurrence, Occurrences
from bpoaudit.redact.operators import operated
from bpoaudit.redact.policy import Action, Policy
from bpoaudit.written import Edit, Name, Piece, Value, edited, edits_of

EMPTIED, ALREADY = "emptied", "masked before"
"""What tallies call a number or truth value that nothing fits into, and what the vendor had masked."""
UNCHANGED = ("keep", ALREADY)
WHOLE = "(other values)"
"""What they call values in which nothing was found, of fields that are dealt with as a whole."""

Tally = Counter[tuple[str, str]]
"""Occurrences by entity and by what was done."""

_HASH = Action("hash")
_FORMULA = ("=", "+", "-", "@")
_BLOCK = 2_000


@dataclass(frozen=True, slots=True)
class Redaction:
    """What holds for a whole delivery. `repr` shows no name."""

    policy: Policy
    key: Key
    occurrences: Occurrences
    names: Names

    def __repr__(self) -> str:
        return "Redaction(…)"


class SourceRedactor:
    """What becomes of the values of one source. `repr` shows no name."""

    def __init__(self, redaction: Redaction, name: str, *, is_column: bool) -> None:
        """`name` is the source's own name; `is_column` says that it is a table."""
        self._redaction = redaction
        self._names = redaction.names
        self._source = redaction.names.public(name)
        self._true = redaction.names.true_source(self._source)
        self._is_column = is_column
        policy = redaction.policy
        self._has_wholes = any(r.whole for r in policy.form.rules) or (
            is_column and policy.agreement is not None
        )
        self._block = -1
        self._held: defaultdict[int, list[Occurrence]] = defaultdict(list)
        self._actions: dict[tuple[str, str], Action] = {}
        self._wholes: dict[str, Action | None] = {}
        self._met: set[int] = set()
        self.tally = Tally()

    def __repr__(self) -> str:
        return "SourceRedactor(…)"

    def written(self, piece: Piece) -> str:
        """Return a piece of a text file as it is written in the copy."""
        edits = [edit for name in piece.names for edit in self._renamed(name, piece)]
        if piece.record is not None and (self._has_wholes or self.at(piece.record)):
            for value in piece.values():
                edits += self._edits(value, piece)
        return edited(piece.raw, edits) if edits else piece.raw

    def changed(self, record: int, name: str, text: str, *, typed: bool = False) -> str:
        """Return a value as it is in the copy; of a `typed` one that has to change nothing is left."""
        changes = self._changes(Value(record, name, text, (), (), typed=typed))
        if typed and changes:
            return ""
        return edited(text, [Edit(*change) for change in changes])

    def replaced(self, record: int, name: str, text: str) -> list[tuple[str, str]]:
        """Return what is found in a value and what stands in its place, for formats that spread it about."""
        return [
            (text[start:end], new) for start, end, new in self._changes(Value(record, name, text, (), ()))
        ]

    def named(self, text: str) -> str:
        """Return a name as it is in the copy."""
        return self._names.public(text)

    def at(self, record: int) -> list[Occurrence]:
        """Return what was found in a record."""
        block = record // _BLOCK
        if block != self._block:
            self._block = block
            self._held.clear()
            first = block * _BLOCK
            for each in self._redaction.occurrences.between(self._source, first, first + _BLOCK - 1):
                self._held[each.record].append(each)
        return self._held.get(record, [])

    def dropped(self, *fields: str) -> None:
        """Count what was found in fields that the copy does not have."""
        for each in self._redaction.occurrences.of(self._source):
            if each.field in fields:
                self._done(each, "drop")

    def missed(self) -> int:
        """Return how many occurrences should have been changed and were not met."""
        return sum(
            each.number not in self._met and not each.masked and self._action(each).operator != "keep"
            for each in self._redaction.occurrences.of(self._source)
        )

    def _edits(self, value: Value, piece: Piece) -> list[Edit]:
        changes = self._changes(value)
        if changes and (value.typed or (value.nothing and not _left(value.text, changes))):
            return [Edit(value.starts[0], value.ends[-1], value.nothing)]
        edits: list[Edit] = []
        for start, end, text in changes:
            fitted = text[: end - start].ljust(end - start) if piece.keeps_width else text
            edits += edits_of(value, start, end, fitted, piece.escape)
        return edits

    def _renamed(self, name: Name, piece: Piece) -> list[Edit]:
        public = self._names.public(name.text)
        return [] if public == name.text else [Edit(name.start, name.end, piece.escape(public))]

    def _changes(self, value: Value) -> list[tuple[int, int, str]]:
        public = self._names.public(value.field)
        found = [each for each in self.at(value.record) if each.field == public]
        if (whole := self._whole(value.field)) is not None:
            return self._of_whole(value, whole, found)
        changes: list[tuple[int, int, str]] = []
        for each in found:
            text = value.text[each.start : each.end]
            if each.end > len(value.text) or not self._is_of(each, text):
                continue
            action = self._action(each)
            masked = each.masked or not any(map(str.isalnum, text))
            if action.operator == "keep" or (masked and action.operator != "drop"):
                self._done(each, "keep" if action.operator == "keep" else ALREADY)
                continue
            if value.label and action.operator != "drop":
                action = _HASH
            self._done(each, EMPTIED if value.typed else action.operator)
            # Of a value that was told over several turns, the token stands where it begins.
            told = each.piece and action.operator in ("hash", "replace")
            key = self._redaction.key
            changes.append(
                (
                    each.start,
                    each.end,
                    "" if told else operated(action, text, each.entity, key, _said(each, text, key)),
                )
            )
        return _without_formula(value.text, changes)

    def _of_whole(self, value: Value, action: Action, found: list[Occurrence]) -> list[tuple[int, int, str]]:
        operator = EMPTIED if value.typed and action.operator != "keep" else action.operator
        for each in found:
            self._done(each, operator)
        if not found:
            self.tally[WHOLE, operator] += 1
        if action.operator == "keep":
            return []
        if value.label and action.operator != "drop":
            action = _HASH
        return [(0, len(value.text), operated(action, value.text, "REMOVED", self._redaction.key))]

    def _is_of(self, each: Occurrence, text: str) -> bool:
        """Tell whether it was found in this value: an array has several in one record."""
        if each.recognizer == CONVERSATION or each.piece:
            return True  # put together from what several turns say
        said = value_of(text) if each.recognizer == SPOKEN else text
        return self._redaction.key.fingerprint(each.entity, said) == each.fingerprint

    def _done(self, each: Occurrence, operator: str) -> None:
        if each.number not in self._met and not each.piece:
            self.tally[each.entity, operator] += 1
        self._met.add(each.number)

    def _whole(self, name: str) -> Action | None:
        if not self._has_wholes:
            return None
        if name not in self._wholes:
            policy = self._redaction.policy
            self._wholes[name] = policy.of_whole(self._true, name, is_column=self._is_column)
        return self._wholes[name]

    def _action(self, each: Occurrence) -> Action:
        place = each.field, each.entity
        if place not in self._actions:
            field = self._names.true_field(self._source, each.field)
            self._actions[place] = self._redaction.policy.of(self._true, field, each.entity)
        return self._actions[place]


def _said(each: Occurrence, text: str, key: Key) -> str | None:
    """Return what a spoken value reads as, or what stands for it; None where `text` is the value."""
    if (
        each.recognizer not in (SPOKEN, CONVERSATION)
        or key.fingerprint(each.entity, text) == each.fingerprint
    ):
        return None
    said = value_of(text)
    return said if key.fingerprint(each.entity, said) == each.fingerprint else each.fingerprint


def _without_formula(text: str, changes: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Return changes after which a cell that was no formula is none either."""
    if changes and _left(text, changes)[:1] in _FORMULA and text.lstrip()[:1] not in _FORMULA:
        start, end, new = min(changes)
        changes[changes.index((start, end, new))] = (start, end, f"*{new}")
    return changes


def _left(text: str, changes: list[tuple[int, int, str]]) -> str:
    return edited(text, [Edit(*change) for change in changes]).strip()
