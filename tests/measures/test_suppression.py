"""Listed people are found wherever they stand, and shown by shape and fingerprint alone."""

from __future__ import annotations

import json

import pytest

import bpoaudit.measures.suppression as suppression
from bpoaudit.inventory import Occurrence
from bpoaudit.measures.suppression import Suppression
from tests.measures.conftest import KEY, Measure

pytestmark = pytest.mark.slow

MAIL = "maja.nowak@example.org"
ROWS = "".join(f"T-{i:05},user{i}@example.org,all fine\n" for i in range(1, 60))


def _found(rows: list[dict[str, object]]) -> list[tuple[object, ...]]:
    return [(row["field"], row["entity"], row["record"], row["count"]) for row in rows]


def test_in_columns_texts_and_cells_that_nothing_recognises(measure: Measure) -> None:
    last = f'Q 77 00123,{MAIL.upper()},"ask {MAIL} again, {MAIL} please"\n'
    told = measure({"t.csv": "ref,mail,notes\n" + ROWS + last}, listed=f"{MAIL}\nq-77-00123\n")["suppressed"]
    assert _found(told) == [
        ("mail", "EMAIL_ADDRESS", 60, 1),
        ("notes", "EMAIL_ADDRESS", 60, 2),
        ("ref", None, 60, 1),
    ]
    assert told[0]["fingerprint"] == told[1]["fingerprint"] == KEY.fingerprint("EMAIL_ADDRESS", MAIL)
    assert (told[1]["start"], told[1]["end"]) == (4, 4 + len(MAIL))
    assert "nowak" not in json.dumps(told).casefold()
    assert "00123" not in json.dumps(told)


def test_spoken_in_a_call(measure: Measure) -> None:
    call = (
        "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n<v Agent>and your email please\n\n"
        "00:00:03.000 --> 00:00:05.000\n<v Customer>maja dot nowak at example dot org\n"
    )
    told = measure({"c.vtt": call}, listed=MAIL)["suppressed"]
    assert _found(told) == [("text", "EMAIL_ADDRESS", 2, 1)]


def test_in_the_names_of_files_and_fields(measure: Measure) -> None:
    told = measure({f"of {MAIL}.jsonl": f'{{"{MAIL}": 1, "id": 2}}\n'}, listed=MAIL)["suppressed"]
    assert [(row["field"], row["record"]) for row in told] == [("@fields", 0), ("@name", 0)]
    assert "nowak" not in json.dumps(told)


def test_by_fingerprint(measure: Measure) -> None:
    mark = KEY.fingerprint("EMAIL_ADDRESS", MAIL)
    told = measure({"t.csv": f"id,mail\n1,{MAIL}\n2,eve@example.org\n"}, listed=mark)["suppressed"]
    assert _found(told) == [("mail", "EMAIL_ADDRESS", 1, 1)]


def test_nobody_listed_is_there(measure: Measure) -> None:
    assert measure({"t.csv": "ref,mail,notes\n" + ROWS}, listed=MAIL)["suppressed"] == []


def test_without_a_list_it_does_not_run(measure: Measure) -> None:
    assert "suppressed" not in measure({"t.csv": "ref,mail,notes\n" + ROWS})


def test_of_very_many_the_rest_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suppression, "MAX_SHOWN", 2)
    tally = Suppression()
    for record in range(5, 0, -1):
        mark = KEY.fingerprint("EMAIL_ADDRESS", f"a{record}@example.org")
        tally.add(("a.csv", "mail", "EMAIL_ADDRESS", mark), 10, Occurrence(record, 0, 9, "•", mark))
    rows = tally.rows()
    assert [(row.get("record"), row["count"]) for row in rows] == [(1, 10), (2, 10), (None, 30)]
    assert "fingerprint" not in rows[2]
