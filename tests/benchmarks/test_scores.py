"""Scores and judgements: what counts as found, as right, and how sure."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from measuring.pages import replace
from measuring.reliability import Judged, dump, judged, shares
from measuring.sets import LabelledSet, Row, group_of
from measuring.spans import Found, Score, resolve, score
from measuring.tables import TableSet, table_sets, taken
from measuring.tables import judged as judged_cells

ALL = frozenset({"PERSON", "LOCATION", "DATE", "PHONE", "US_SSN"})


def scored(gold: list[tuple[int, int, str]], *found: Found) -> dict[str, Score]:
    return score([gold], [found], group_of, ALL)


def test_an_exact_span_is_strict_and_overlap() -> None:
    assert scored([(0, 4, "PERSON")], Found(0, 4, "PERSON", 0.8)) == {"PERSON": Score(1, 1, 1, 1, 1)}


def test_a_touching_span_is_overlap_alone() -> None:
    assert scored([(0, 4, "PERSON")], Found(3, 9, "PERSON", 0.8)) == {"PERSON": Score(1, 1, 0, 1, 1)}


def test_another_entity_is_a_miss_and_a_false_alarm() -> None:
    found = scored([(0, 4, "PERSON")], Found(0, 4, "LOCATION", 0.8))
    assert found == {"PERSON": Score(1, 0, 0, 0, 0), "LOCATION": Score(0, 1, 0, 0, 0)}


def test_entities_of_one_group_are_one() -> None:
    assert scored([(0, 4, "DATE_OF_BIRTH")], Found(0, 4, "DATE_TIME", 0.8))["DATE"].strict == 1
    assert scored([(0, 4, "POSTAL_CODE")], Found(0, 4, "UK_POSTCODE", 0.8))["LOCATION"].strict == 1


def test_labels_that_are_not_scored_do_not_count() -> None:
    assert scored([(0, 4, "AGE")], Found(0, 4, "AGE", 0.9)) == {}


def test_touching_findings_of_a_group_become_one() -> None:
    parts = [Found(0, 6, "STREET_ADDRESS", 0.6), Found(4, 12, "LOCATION", 0.8)]
    assert resolve(parts, group_of) == {(0, 12, "LOCATION")}


def test_what_lies_inside_a_better_finding_is_dropped() -> None:
    ssn, phone = Found(0, 11, "US_SSN", 0.9), Found(2, 11, "PHONE_NUMBER", 0.4)
    assert resolve([phone, ssn], group_of) == {(0, 11, "US_SSN")}
    better = phone._replace(confidence=0.95)
    assert resolve([better, ssn], group_of) == {(2, 11, "PHONE"), (0, 11, "US_SSN")}


def test_figures() -> None:
    precision, recall, f1, f2 = Score(
        gold=4, predicted=2, strict=1, gold_hit=2, predicted_hit=2
    ).overlap_figures()
    assert (precision, recall) == (1.0, 0.5)
    assert f1 == pytest.approx(2 / 3)
    assert f2 == pytest.approx(5 / 9)
    assert Score().strict_figures() == (0.0, 0.0, 0.0, 0.0)


spans = st.lists(
    st.builds(
        lambda start, size, entity, confidence: Found(start, start + size, entity, confidence),
        st.integers(0, 30),
        st.integers(1, 8),
        st.sampled_from(["PERSON", "LOCATION", "PHONE_NUMBER", "US_SSN", "DATE_TIME"]),
        st.sampled_from([0.5, 0.8, 0.9]),
    ),
    max_size=8,
)


@given(spans, st.randoms())
def test_order_of_findings_does_not_matter(found: list[Found], random: object) -> None:
    shuffled = sorted(found, key=lambda _: random.random())  # type: ignore[attr-defined]
    assert resolve(found, group_of) == resolve(shuffled, group_of)


@given(spans)
def test_a_set_scored_against_itself_is_perfect(found: list[Found]) -> None:
    kept = resolve(found, group_of)
    told = [Found(start, end, group, 0.9) for start, end, group in kept]
    again = resolve(told, group_of)
    for counted in score([sorted(again)], [told], group_of, ALL).values():
        assert counted.strict_figures() in {(1.0, 1.0, 1.0, 1.0), (0.0, 0.0, 0.0, 0.0)}


def labelled(*rows: Row) -> LabelledSet:
    return LabelledSet("few", rows, frozenset({"PERSON", "DATE"}), frozenset({"PERSON"}), group_of)


def test_judged_by_overlap_and_only_where_annotated(tmp_path: Path) -> None:
    gold = labelled(Row("1", "seen by ann on 1 May 1990", ((8, 11, "PERSON"), (15, 25, "DATE_OF_BIRTH"))))
    told = judged(
        [
            [
                Found(8, 11, "PERSON", 0.8, "A", 0.75, True),
                Found(0, 4, "PERSON", 0.55, "B"),
                Found(17, 20, "DATE_TIME", 1.0, "C"),
                Found(0, 4, "PHONE_NUMBER", 0.9, "D"),
            ]
        ],
        gold,
    )
    assert told == [
        Judged("PERSON", "A", 0.8, True, 0.75, True),
        Judged("PERSON", "B", 0.55, False),
        Judged("DATE_TIME", "C", 1.0, True),
    ]
    assert shares(told) == [(0, 0), (0, 0), (0, 1), (0, 0), (0, 0), (1, 1), (1, 1)]
    dump(tmp_path / "told.jsonl", [("few", told[0])])
    (line,) = (tmp_path / "told.jsonl").read_text().splitlines()
    assert json.loads(line) == {
        "set": "few",
        "entity": "PERSON",
        "recognizer": "A",
        "confidence": 0.8,
        "right": True,
        "score": 0.75,
        "agreed": True,
    }


@pytest.fixture
def people(tmp_path: Path) -> TableSet:
    """One table: names, notes that mention a name now and then, and codes."""
    folder = tmp_path / "tables"
    folder.mkdir()
    (folder / "staff.csv").write_text(
        "name,note,code\nAnn Lee,seen by Ann Lee,A1\nJo Fox,,B2\nAl Ray,ok,C3\n"
    )
    (folder / "truth.json").write_text(
        json.dumps({"staff": {"columns": {"name": "PERSON", "note": None, "code": "IGNORE"}}})
    )
    (public,) = (found for found in table_sets(tmp_path) if found.name == "public_tables")
    return public


def cell(field: str, record: int, start: int, end: int) -> dict[str, object]:
    place = {"source": "staff.csv", "field": field, "record": record, "start": start, "end": end}
    why = {"settled_score": 0.95, "column": {}}
    return place | {"entity": "PERSON", "recognizer": "A", "confidence": 0.9, "explanation": why}


def test_a_column_is_taken_for_what_covers_half_of_half_its_cells(people: TableSet) -> None:
    assert taken(people, [cell("name", 1, 0, 7), cell("name", 2, 0, 6)]) == {
        ("staff.csv", "name"): {"PERSON"}
    }
    assert taken(people, [cell("name", 1, 0, 7)]) == {}
    assert taken(people, [cell("name", 1, 0, 3), cell("name", 2, 0, 4), cell("name", 3, 0, 2)]) == {
        ("staff.csv", "name"): {"PERSON"}
    }
    assert taken(people, [cell("note", 1, 8, 11)]) == {}


def test_cells_are_judged_by_their_column(people: TableSet) -> None:
    whole = [cell("name", 1, 0, 7), cell("note", 1, 8, 15), cell("code", 1, 0, 2)]
    told = judged_cells(people, whole)
    assert [finding.right for finding in told] == [True, False]
    assert {(finding.confidence, finding.score, finding.agreed) for finding in told} == {(0.9, 0.95, False)}
    mentioned = cell("note", 1, 8, 15) | {"explanation": {"settled_score": 0.95}}
    assert judged_cells(people, [mentioned]) == []


def test_a_section_of_the_page_is_replaced(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Page\n<!-- a: begin -->\nold\n<!-- a: end -->\nrest\n")
    replace(page, "a", "new\n")
    assert page.read_text() == "# Page\n<!-- a: begin -->\nnew\n<!-- a: end -->\nrest\n"
    with pytest.raises(ValueError, match="no section b"):
        replace(page, "b", "new")
