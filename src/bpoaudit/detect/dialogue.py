"""Conversations that come as records: a field says who speaks, another what, a third at times in which call.

Exports of chat and call platforms are tables or JSON, not transcripts. Their fields stay what they
are; only the text is read turn by turn, so that a question is the context of its answer.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bpoaudit.delivery.turns import is_role
from bpoaudit.detect.recognizers.context import fold
from bpoaudit.detect.transcript import SpokenTurn
from bpoaudit.errors import SourceError
from bpoaudit.readers.batch import FieldValues, RecordBatch

WINDOW = 20_000
"""Turns that are read together at most, as in a transcript."""

_SPEAKER = """
speaker role author sender from participant party actor direction by talker hablante autor rol mowca nadawca
sprecher absender rolle locuteur auteur expediteur falante remetente von who wer quien kto
"""
_TEXT = """
text message msg body content utterance sentence line said reply transcript transcription turn texto mensaje
mensagem tekst wiadomosc tresc nachricht texte contenu phrase caption
"""
_GROUP = """
conversation conversacion conversa convo conv dialog dialogue dialogo call session chat thread interaction
contact ticket case rozmowa rozmowy gesprach vorgang
"""
_SIDES = frozenset({"channel", "ch", "track", "leg", "kanal", "canal"})
"""Words for the side of a call, where the values are its numbers."""
_SPEAKER_WORDS, _TEXT_WORDS, _GROUP_WORDS = (frozenset(words.split()) for words in (_SPEAKER, _TEXT, _GROUP))
_DIRECTIONS = frozenset({"inbound", "outbound", "in", "out", "incoming", "outgoing", "received", "sent"})
_FEWEST_TURNS = 2
_MOST_SPEAKERS = 6
"""People in one conversation."""
_ROLES, _CHANGES = 0.8, 0.3
_WORD = re.compile(r"[a-z]+")
_UNNAMED = re.compile(r"column_\d+")
_CLOCK = re.compile(r"(?<!\d)\d{1,2}:\d\d")


@dataclass(frozen=True, slots=True)
class Dialogue:
    """The names of the fields that make a source a conversation."""

    text: str
    speaker: str
    group: str | None = None
    """What tells the conversations of a source apart, where they are not one record each."""


TRANSCRIPT = Dialogue("text", "speaker")
"""The fields of a conversation that a reader has taken apart."""

_Cells = Mapping[str, Sequence[tuple[int, str]]]


def find_dialogue(head: Iterable[RecordBatch], texts: Iterable[str], records: int) -> Dialogue | None:
    """Return the fields of a conversation among the first `records` records, if they are one.

    `texts` are the fields that are read as free text. The speaker's field goes by its name and by
    values that come back, or by values that are roles (`agent`, `customer`) alone. In a table without a
    header it goes by roles, or by values that come back beside times that go on.
    """
    cells: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    for batch in head:
        for field in batch.fields:
            cells[field.name] += (
                (r, v) for r, v in zip(field.records, field.values, strict=True) if r <= records
            )
    said = [n for n in texts if n in cells and (_words(n) & _TEXT_WORDS or _UNNAMED.fullmatch(n))]
    for text in said:
        beside = [n for n in cells if n != text and _parent(n) == _parent(text)]
        group = next((n for n in beside if _tells_apart(n) and _comes_back(cells[n])), None)
        for speaker in sorted(beside, key=lambda n: not _words(n) & _SPEAKER_WORDS):
            found = Dialogue(text, speaker, group)
            if speaker != group and _converse(cells, found):
                return found
    return None


def conversations(batch: RecordBatch, fields: Dialogue) -> list[list[SpokenTurn]]:
    """Return the turns of a batch by conversation, in order; a turn's `record` is its place in the field."""
    cells = {field.name: field for field in batch.fields}
    said = cells[fields.text]
    speakers = _beside(said, cells.get(fields.speaker))
    group = cells.get(fields.group) if fields.group else None
    keys: Sequence[object] = [""] * len(said.values)
    if _is_nested(said.records):
        keys = said.records
    elif group is not None:
        keys = _beside(said, group)
    found: dict[object, list[SpokenTurn]] = {}
    for at, (key, speaker, text) in enumerate(zip(keys, speakers, said.values, strict=True)):
        found.setdefault(key, []).append(SpokenTurn(at, speaker, text))
    return list(found.values())


def whole_conversations(batches: Iterable[RecordBatch], fields: Dialogue) -> Iterator[RecordBatch]:
    """Yield the records again, cut where no conversation goes on, whatever the batches were.

    A conversation of more than `WINDOW` records is cut there. A fault of the source is raised after
    the records before it.
    """
    held: list[RecordBatch] = []
    size = 0
    try:
        for batch in batches:
            held.append(batch)
            size += len(_numbers(batch))
            while size > WINDOW:
                first, rest = _cut(_joined(held), fields)
                yield first
                held, size = [rest], len(_numbers(rest))
    except SourceError:
        if held:
            yield _joined(held)
        raise
    if held:
        yield _joined(held)


# --- telling a conversation from another table ----------------------------------------------------


def _converse(cells: _Cells, fields: Dialogue) -> bool:
    said, speaking = cells[fields.text], cells[fields.speaker]
    names = [value.strip().casefold() for _, value in speaking]
    if len(said) < _FEWEST_TURNS or len(speaking) < len(said) / 2 or len(set(names)) < 2:
        return False
    if sum(is_role(name) or name in _DIRECTIONS for name in names) >= _ROLES * len(names):
        return True
    if not _may_speak(cells, fields.speaker, set(names)):
        return False
    groups = _grouped(cells, fields)
    turns = [group for group in groups if len(group) >= _FEWEST_TURNS]
    if 2 * sum(map(len, turns)) < len(names):
        return False
    changes = sum(a != b for group in turns for a, b in pairwise(group))
    few = all(len(set(group)) <= min(_MOST_SPEAKERS, len(group) - (len(group) > 2)) for group in turns)
    return few and changes >= _CHANGES * sum(len(group) - 1 for group in turns)


def _may_speak(cells: _Cells, name: str, values: set[str]) -> bool:
    """Whether a field can be the speaker's by its name, or without one beside times that go on."""
    if _UNNAMED.fullmatch(name):
        columns = [[value for _, value in cells[n]] for n in cells if _UNNAMED.fullmatch(n)]
        return any(all(map(_CLOCK.search, times)) and times == sorted(times) for times in columns)
    numbered = _words(name) & _SIDES and all(value.isdigit() for value in values)
    return bool(numbered or _words(name) & _SPEAKER_WORDS)


def _grouped(cells: _Cells, fields: Dialogue) -> list[list[str]]:
    speaking = cells[fields.speaker]
    nested = _is_nested([record for record, _ in speaking])
    group = dict(cells[fields.group]) if fields.group and not nested else {}
    found: defaultdict[object, list[str]] = defaultdict(list)
    for record, name in speaking:
        found[record if nested else group.get(record, "")].append(name.strip().casefold())
    return list(found.values())


def _tells_apart(name: str) -> bool:
    """Whether a field can number the conversations: `session`, or an `id` of no more words."""
    return bool(_words(name) & _GROUP_WORDS) or _words(name) == {"id"}


def _comes_back(values: Sequence[tuple[int, str]]) -> bool:
    return len({value for _, value in values}) < len(values)


def _is_nested(records: Sequence[int]) -> bool:
    """Whether a record holds several turns: each record is a conversation of its own."""
    return len(set(records)) < len(records)


def _words(name: str) -> set[str]:
    last = name.rpartition(".")[2]
    return set(_WORD.findall(fold(last)))


def _parent(name: str) -> str:
    return name.rpartition(".")[0]


# --- turns and batches ----------------------------------------------------------------------------


def _beside(said: FieldValues, other: FieldValues | None) -> list[str | None]:
    """Return for each turn the value of another field of its element, None where it has none."""
    if other is None:
        return [None] * len(said.values)
    values: defaultdict[int, list[str]] = defaultdict(list)
    for record, value in zip(other.records, other.values, strict=True):
        values[record].append(value.strip())
    turns: defaultdict[int, int] = defaultdict(int)
    found: list[str | None] = []
    counts: defaultdict[int, int] = defaultdict(int)
    for record in said.records:
        counts[record] += 1
    for record in said.records:
        # Where an element lacks one of the two, who said which can no longer be told.
        known = len(values[record]) == counts[record]
        found.append(values[record][turns[record]] if known else None)
        turns[record] += 1
    return found


def _joined(batches: Sequence[RecordBatch]) -> RecordBatch:
    if len(batches) == 1:
        return batches[0]
    columns: dict[str, tuple[list[int], list[str]]] = {}
    for batch in batches:
        for field in batch.fields:
            records, values = columns.setdefault(field.name, ([], []))
            records += field.records
            values += field.values
    return RecordBatch(
        sum(batch.records for batch in batches), tuple(FieldValues(n, *c) for n, c in columns.items())
    )


def _cut(batch: RecordBatch, fields: Dialogue) -> tuple[RecordBatch, RecordBatch]:
    """Return the first `WINDOW` records, less a conversation that goes on after them, and the rest."""
    numbers = sorted(_numbers(batch))
    last = numbers[WINDOW - 1]
    group = next((field for field in batch.fields if field.name == fields.group), None)
    if group is not None:
        known = [(r, v) for r, v in zip(group.records, group.values, strict=True) if r <= last]
        begun = next((a for (a, x), (_, y) in pairwise(reversed(known)) if x != y), None)
        last = begun - 1 if begun is not None else last
    inside = sum(number <= last for number in numbers)
    # A record without any value has no number here; it is counted with the rest.
    return _part(batch, last, False, inside), _part(batch, last, True, batch.records - inside)


def _numbers(batch: RecordBatch) -> set[int]:
    return {record for field in batch.fields for record in field.records}


def _part(batch: RecordBatch, last: int, after: bool, records: int) -> RecordBatch:
    parts = []
    for field in batch.fields:
        cells = [(r, v) for r, v in zip(field.records, field.values, strict=True) if (r > last) is after]
        if cells:
            parts.append(FieldValues(field.name, [r for r, _ in cells], [v for _, v in cells]))
    return RecordBatch(records, tuple(parts))
