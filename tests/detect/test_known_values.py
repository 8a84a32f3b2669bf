"""What a row tells of the names in its notes, and that nothing is lost by it."""

from __future__ import annotations

import random
import re

import pytest

from bpoaudit.detect import Detector
from bpoaudit.detect.engine import Engine
from bpoaudit.detect.known_values import known_in, values_of
from bpoaudit.detect.routing import SourcePlan, plan_source
from bpoaudit.masking import Key
from bpoaudit.model import FieldKind
from bpoaudit.readers.batch import FieldValues, RecordBatch

Row = dict[str, str]


def batch(rows: list[Row]) -> RecordBatch:
    names = dict.fromkeys(name for row in rows for name in row)
    return RecordBatch(
        len(rows),
        tuple(
            FieldValues(
                name,
                [record for record, row in enumerate(rows, start=1) if name in row],
                [row[name] for row in rows if name in row],
            )
            for name in names
        ),
    )


def plan(read: RecordBatch) -> SourcePlan:
    return plan_source([read], FieldKind.COLUMN)


def known(row: Row) -> list[tuple[str, str]]:
    """Return the text and entity of what is known in the `notes` of a row."""
    read = batch([row])
    text = row["notes"]
    found = known_in(text, values_of(read, plan(read)).get(1, ()))
    return [(text[each.start : each.end], each.entity) for each in found]


def test_the_columns_of_a_row_tell_names_and_addresses_in_its_notes() -> None:
    row = {
        "customer_name": "Asha Example",
        "street": "12 Acacia Avenue",
        "city": "Leeds",
        "notes": "Asha Example of 12 Acacia Avenue, Leeds called. Told Asha to wait; Mrs Example agreed.",
    }
    assert known(row) == [
        ("Asha Example", "PERSON"),
        ("12 Acacia Avenue", "STREET_ADDRESS"),
        ("Leeds", "LOCATION"),
        ("Asha", "PERSON"),
        ("Example", "PERSON"),
    ]


@pytest.mark.parametrize(
    ("column", "value", "notes"),
    [
        ("customer_name", "Will Example", "Will call again in May."),
        ("customer_name", "Asha Price", "Price was asked for."),
        ("customer_name", "Asha Order", "Sent the Order again."),
        ("customer_name", "Acme Holdings Ltd", "Wrote to Acme Holdings Ltd about it."),
        ("customer_name", "Asha Example", "Mailed asha.example@example.org and @Asha"),
        ("customer_name", "Asha Example", "The Ashanti case and Exampleville."),
        ("customer_name", "-", "Parcel - lost - again"),
        ("product", "Victoria Armchair", "Wants the Victoria Armchair in blue."),
        ("name_hash", "Asha Example", "Spoke to Asha Example today."),
        ("city", "Order", "The Order came late."),
    ],
)
def test_words_that_may_be_no_name_are_not_known(column: str, value: str, notes: str) -> None:
    assert known({column: value, "notes": notes}) == []


def test_in_long_texts_nothing_is_known_for_they_are_read_as_they_are() -> None:
    row = {"customer_name": "Asha Example", "notes": "Asha Example called. " * 60}
    assert known(row) == []


NOTES = (
    "{0} called about the parcel. Callback after 5 pm.",
    "Spoke to {0} of {1}, {2}. Refund approved by the supervisor.",
    "Confirmed the address {1}, {2}.",
    "Neighbour Marek Novotny took it. Told {3} to ask there.",
    "No answer, left a voicemail. {3} wants a new date.",
    "told {0} to wait, moved to {2}",
)
PEOPLE = (
    ("Asha Example", "14 Nehru Road", "Pune"),
    ("Tomasz Muster", "ul. Lipowa 12", "Lublin"),
    ("Grace Mustermann", "12 Acacia Avenue", "Leeds"),
    ("Nguyen Thi Example", "9 Le Loi Street", "Hue"),
    ("Conchita Ejemplo", "Calle Mayor 5", "Toledo"),
)


def tickets(told: bool) -> RecordBatch:
    drawn = random.Random(20261123)
    rows = []
    for number in range(60):
        name, street, city = drawn.choice(PEOPLE)
        notes = NOTES[number % len(NOTES)].format(name, street, city, name.split()[0])
        who = {"customer_name": name, "street": street, "city": city} if told else {}
        rows.append({**who, "notes": notes})
    return batch(rows)


def planted() -> set[tuple[int, int, int]]:
    """Return record, start and end of everybody's data in the notes."""
    notes = tickets(told=False).fields[0]
    values = {part for name, street, city in PEOPLE for part in (name, name.split()[0], street, city)}
    return {
        (record, found.start(), found.end())
        for record, text in zip(notes.records, notes.values, strict=True)
        for value in {*values, "Marek Novotny"}
        for found in re.finditer(re.escape(value), text)
    }


@pytest.mark.slow
def test_nothing_in_notes_is_lost_by_what_the_row_tells() -> None:
    detector = Detector(Engine(), Key(b"a key for tests, thirty-two bytes"))
    met = []
    for told in (False, True):
        read = tickets(told)
        found = detector.detect(read, plan(read), {field.name: field.name for field in read.fields})
        characters = {
            (record, at)
            for value in found.values
            if value.field == "notes"
            for record in value.records
            for candidate in value.candidates
            for at in range(candidate.match.start, candidate.match.end)
        }
        met.append({p for p in planted() if all((p[0], at) in characters for at in range(p[1], p[2]))})
    alone, beside = met
    assert len(alone) > 0.8 * len(planted())
    assert alone <= beside
