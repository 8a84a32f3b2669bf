"""How many people findings are about: at most, by the column that names them."""

from __future__ import annotations

import pytest

from tests.measures.conftest import Measure

pytestmark = pytest.mark.slow


def _counts(rows: list[dict[str, object]]) -> dict[object, object]:
    return {row["field"]: row["subjects"] for row in rows}


def _card(number: int) -> str:
    digits = f"400000000{number:06}"
    doubled = [2 * int(d) if i % 2 == 0 else int(d) for i, d in enumerate(reversed(digits))]
    return digits + str(-sum(d - 9 * (d > 9) for d in doubled) % 10)


def test_one_person_with_many_records_is_one(measure: Measure) -> None:
    rows = "".join(f"{i},p{i % 20}@example.org,{_card(i) if i < 5 else ''}\n" for i in range(100))
    told = _counts(measure({"t.csv": "id,email,card_number\n" + rows})["subjects"])
    assert told == {None: 20, "email": 20, "card_number": 5}


def test_a_record_that_names_nobody_counts_as_one_more(measure: Measure) -> None:
    rows = "".join(f"{i},{f'p{i % 20}@example.org' if i % 4 else ''},{_card(i)}\n" for i in range(80))
    told = _counts(measure({"t.csv": "id,email,card_number\n" + rows})["subjects"])
    assert told["card_number"] == 15 + 20
    assert told["email"] == 15


def test_masked_names_tell_nobody_apart(measure: Measure) -> None:
    rows = "".join(f"{i},{chr(97 + i % 20)}***@e{i}.example.org,{_card(i)}\n" for i in range(40))
    told = _counts(measure({"t.csv": "id,email,card_number\n" + rows})["subjects"])
    assert told == {None: 40, "email": 40, "card_number": 40}


def test_the_few_who_worked_on_the_records_are_not_meant(measure: Measure) -> None:
    rows = "".join(f"{i},agent{i % 7}@example.org,{_card(i)}\n" for i in range(500))
    assert measure({"t.csv": "id,agent_email,card_number\n" + rows})["subjects"] == []


def test_of_agents_and_customers_the_customers_count(measure: Measure) -> None:
    rows = "".join(f"agent{i % 9}@example.org,p{i % 30}@example.org,{_card(i)}\n" for i in range(60))
    told = _counts(measure({"t.csv": "agent_email,customer_email,card_number\n" + rows})["subjects"])
    assert told["card_number"] == 30


def test_texts_and_tables_without_names_say_nothing(measure: Measure) -> None:
    rows = "".join(f"{i},{_card(i)}\n" for i in range(30))
    told = measure({"t.csv": "id,card_number\n" + rows, "n.txt": "write to p1@example.org\n"})
    assert told["subjects"] == []
