"""Equivalence classes of records, in bounded memory and whatever the order of the records."""

from __future__ import annotations

from random import Random

import pytest

import bpoaudit.measures.anonymity as anonymity
from bpoaudit.detect import BatchCandidates, SourcePlan
from bpoaudit.measures import Sight
from bpoaudit.measures.anonymity import CountingClasses
from bpoaudit.model import FieldKind
from bpoaudit.readers.batch import FieldValues, RecordBatch
from bpoaudit.vendor import Feed
from tests.measures.conftest import KEY, Measure

HEADER = "pseudonym,birth_year,gender,postcode,diagnosis\n"
Record = dict[str, str]


def _feed(**more: object) -> Feed:
    return Feed.model_validate({"id": "f", "files": ["*"], "classification": "anonymised", **more})


def _rows(records: list[Record], size: int = 1000, feed: Feed | None = None) -> list[dict[str, object]]:
    plan = SourcePlan(FieldKind.COLUMN, {})
    watch = CountingClasses(Sight("a.csv", plan, {}, KEY, feed or _feed()))
    for start in range(0, len(records), size):
        part = list(enumerate(records[start : start + size], start + 1))
        names = sorted({name for _, record in part for name in record})
        fields = []
        for name in names:
            held = [(number, record[name]) for number, record in part if record.get(name)]
            fields.append(FieldValues(name, [n for n, _ in held], [v for _, v in held]))
        watch.observe(RecordBatch(len(part), tuple(fields)), BatchCandidates())
    watch.close()
    return watch.tally.rows()


def _sizes(rows: list[dict[str, object]]) -> dict[tuple[object, object], object]:
    return {(row["size"], row["sensitive_values"]): row["records"] for row in rows}


def _record(year: int, diagnosis: str = "", gender: str = "f") -> Record:
    return {
        "birth_year": str(year),
        "gender": gender,
        "diagnosis": diagnosis,
        "id": str(Random(year).random()),
    }


def test_classes_by_size_and_by_what_they_share() -> None:
    records = [_record(1980, "I10")]
    records += [_record(1981, d) for d in ("I10", "I10", "I10")]
    records += [_record(1982, d) for d in ("I10", "E11", "I10")]
    records += [_record(1983, "J45") for _ in range(30)]
    rows = _rows(records)
    assert _sizes(rows) == {(1, 1): 1, (3, 1): 3, (3, 2): 3, (21, 1): 30}
    assert {(row["quasi_identifiers"], row["sensitive_fields"], row["feed"]) for row in rows} == {(2, 1, "f")}


def test_beyond_five_values_of_a_sensitive_field_no_more_are_told_apart() -> None:
    records = [_record(1980, f"D{n % 4}") for n in range(8)] + [_record(1981, f"D{n}") for n in range(9)]
    assert _sizes(_rows(records)) == {(8, 4): 8, (9, 5): 9}
    assert _rows(records, 1) == _rows(records[::-1])


def test_spelling_makes_no_class_of_its_own() -> None:
    assert _sizes(_rows([{"city": "Łódź "}, {"city": "łódź"}])) == {(2, None): 2}


def test_a_missing_value_is_a_difference_and_nothing_at_all_is_none() -> None:
    records = [{"city": "Cork", "gender": "f"}, {"city": "Cork"}, {"other": "x"}]
    assert _sizes(_rows(records)) == {(1, None): 2}


def test_the_agreed_list_counts_and_not_the_headers() -> None:
    records = [{"Haarfarbe": c, "gender": g} for c, g in (("rot", "f"), ("rot", "m"), ("grau", "m"))]
    rows = _rows(records, feed=_feed(quasi_identifiers=["haar*"]))
    assert _sizes(rows) == {(1, None): 1, (2, None): 2}
    assert rows[0]["quasi_identifiers"] == 1


def test_without_quasi_identifiers_nothing_is_known_unless_that_was_agreed() -> None:
    records = [{"amount": "1"}, {"amount": "2"}]
    (row,) = _rows(records)
    assert (row["size"], row["sensitive_values"], row["records"]) == (None, None, 2)
    assert _rows(records, feed=_feed(quasi_identifiers=[])) == []


@pytest.mark.parametrize("classification", ["identified", None])
def test_other_feeds_are_not_measured(classification: str | None) -> None:
    assert _rows([_record(1980)], feed=_feed(classification=classification)) == []


@pytest.mark.parametrize("size", [1, 7, 999])
def test_the_result_does_not_depend_on_batches_and_order(size: int) -> None:
    random = Random(4)
    records = [_record(random.randint(1930, 2000), random.choice("abc")) for _ in range(1000)]
    shuffled = random.sample(records, len(records))
    assert _rows(records, size) == _rows(shuffled) == _rows(records)


def test_of_too_many_classes_some_are_counted_exactly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(anonymity, "MAX_CLASSES", 50)
    random = Random(5)
    records = [{"birth_year": str(1000 + i % 500)} for i in range(1500)]
    few = _sizes(_rows(records, 100))
    assert few == {(3, None): 3 * 50, (None, None): 3 * 450}
    assert few == _sizes(_rows(records, 13)) == _sizes(_rows(random.sample(records, 1500)))


@pytest.mark.slow
def test_a_delivery(measure: Measure) -> None:
    rows = "".join(f"P{i:04},{1950 + i % 4},{'mf'[i % 2]},1011{i % 3},{'IJ'[i % 2]}10\n" for i in range(119))
    files = {"claims.csv": HEADER + rows + "P9999,1901,f,99999,I10\n", "note.txt": "some words\n"}
    feeds = {"feeds": [{"id": "f", "files": ["*"], "classification": "pseudonymised"}]}
    told = measure(files, feeds)["equivalence_classes"]
    sized = [(row["source"], row["size"], row["records"], row["quasi_identifiers"]) for row in told]
    assert sized == [
        ("claims.csv", 1, 1, 3),
        ("claims.csv", 9, 9, 3),
        ("claims.csv", 10, 110, 3),
        ("note.txt", None, 1, 0),
    ]
    assert "equivalence_classes" not in measure(files)
