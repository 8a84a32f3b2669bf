"""What undoes a mask in the same record is counted; what only stands in the same file is not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.measures.conftest import Measure

pytestmark = pytest.mark.slow


def _told(rows: list[dict[str, Any]], leak: str) -> dict[tuple[str, str], tuple[int, int, int | None]]:
    return {
        (row["field"], row["entity"]): (row["leaking"], row["values"], row.get("record"))
        for row in rows
        if row["leak"] == leak
    }


def test_columns(measure: Measure) -> None:
    header = "id,name,card,expiry,email,contact,city,dob\n"
    rows = [
        "1,J*** S***,**** **** **** 1111,04/27,j***@example.org,none,Bremen,1980-01-02",
        "2,A*** B***,5555 55** **** 4444,,a***@example.org,anna@example.org,Kassel,1975-03-04",
        "3,P*** Q***,3782 8224 6310 ***5,05/28,p***@example.org,zoe@example.org,,",
    ] * 4
    clear = "n,notes\n1,the customer paid with 5555 5555 5555 4444 yesterday and is happy\n"
    told = measure({"t.csv": header + "\n".join(rows) + "\n", "notes.csv": clear})
    leaks = told["masked_values"]
    card, name, email = ("card", "CREDIT_CARD"), ("name", "PERSON"), ("email", "EMAIL_ADDRESS")
    assert _told(leaks, "expiry_beside")[card] == (4, 12, 1)
    assert _told(leaks, "over_shown")[card] == (4, 12, 3)
    assert _told(leaks, "clear_elsewhere")[card] == (1, 1, None)
    assert _told(leaks, "birth_date_beside")[name] == (8, 12, 1)
    assert _told(leaks, "town_beside")[name] == (8, 12, 1)
    assert _told(leaks, "clear_beside")[email] == (4, 12, 2)
    assert not [
        value for value in ("1111", "4444", "example.org", "anna", "Bremen") if value in json.dumps(told)
    ]


def test_initials(measure: Measure) -> None:
    rows = "".join(f"{n},{initials},Bremen\n" for n, initials in enumerate(["J. S.", "A. B.", "K. L."] * 5))
    full = "".join(
        f"{n},{name},Bremen\n" for n, name in enumerate(["Jan Smit", "Anna Beck", "Karl Lang"] * 5)
    )
    told = measure({"i.csv": "n,customer name,city\n" + rows, "f.csv": "n,customer name,city\n" + full})
    found = {row["source"]: (row["leaking"], row["values"])
             for row in told["masked_values"] if row["leak"] == "town_beside"}  # fmt: skip
    assert found == {"i.csv": (15, 15)}


def test_text_with_what_is_left(measure: Measure) -> None:
    text = (
        "n,notes\n"
        "1,the card **** **** **** 1111 which expires 04/27 was used for this order today\n"
        "2,the card **** **** **** 1111 was used for this order by the customer today\n"
    )
    (row,) = (r for r in measure({"t.csv": text})["masked_values"] if r["leak"] == "expiry_beside")
    assert (row["leaking"], row["values"], row["record"]) == (1, 2, 1)


def test_masked_text_beside_clear_words(measure: Measure) -> None:
    words = [{"word": w, "start": n, "end": n + 1, "confidence": 0.9, "speaker": 0}
             for n, w in enumerate(["my", "mail", "is", "anna.beck@example.org", "thanks"])]  # fmt: skip
    deepgram = {
        "metadata": {"request_id": "x"},
        "results": {
            "channels": [{"alternatives": [{"transcript": "my mail is [EMAIL_ADDRESS] thanks", "words": words}]}],
            "utterances": [{"start": 0, "end": 5, "channel": 0, "transcript": "my mail is [EMAIL_ADDRESS] thanks",
                            "words": words, "speaker": 0}],
        },
    }  # fmt: skip
    leaks = measure({"call.json": json.dumps(deepgram)})["masked_values"]
    assert _told(leaks, "clear_beside")["text", "EMAIL_ADDRESS"] == (1, 1, 1)


def test_a_file_named_after_what_it_masks(measure: Measure) -> None:
    text = "Agent: your number please\nCustomer: it is [PHONE_NUMBER]\n"
    told = measure({"call +1 212 555 0143.txt": text, "call 2.txt": text})["masked_files"]
    assert [(row["named"], row["files"], row["entity"], row["field"]) for row in told] == [
        (True, 1, "PHONE_NUMBER", "@name"),
        (False, 1, "PHONE_NUMBER", None),
    ]
    assert told[0]["source"] != "call +1 212 555 0143.txt"
