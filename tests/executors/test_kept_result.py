"""What is kept of a result: all that counts comes back, true names are not among it."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpoaudit.distinct import DistinctCount
from bpoaudit.executors.kept_result import is_whole, names_allow, told, understood
from bpoaudit.executors.work import FileResult
from bpoaudit.inventory import EntityTally, FieldTally, Inventory, Kind, Occurrence
from bpoaudit.measures import MEASURES, Measured
from bpoaudit.measures.measure import Measure
from bpoaudit.model import FieldKind, MaskingState, Source, SourceStatus
from tests.property.test_measures import MADE
from tests.property.test_merge_law import flat, inventories


def source(name: str, status: SourceStatus = SourceStatus.READ) -> Source:
    return Source(
        source=name, media_type="text/csv", bytes=10, sha256="ab", status=status, records_read=7,
        records_total=7, reason=None, notes=("delimiter ;",), facts={"hidden_rows": 2},
    )  # fmt: skip


def again(result: FileResult, true: str) -> FileResult:
    return understood(told(result, None), result.number, true)[0]


@given(inventories())
def test_an_inventory_comes_back(inventory: Inventory) -> None:
    back = again(FileResult(3, [source("a.csv")], inventory), "a.csv").inventory
    assert flat(back) == flat(inventory)
    assert list(back.fields) == list(inventory.fields)


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.name)
@settings(max_examples=25)
@given(data=st.data())
def test_what_was_measured_comes_back_and_still_merges(measure: Measure, data: st.DataObject) -> None:
    one, other = data.draw(MADE[measure.name]), data.draw(MADE[measure.name])
    result = FileResult(3, [source("a.csv")], measured=Measured({measure.name: one}))
    back = again(result, "a.csv").measured
    assert back.told() == {measure.name: one.rows()}
    back.merge(Measured({measure.name: other}))
    one.merge(other)
    assert back.told() == {measure.name: one.rows()}


@given(st.sets(st.integers(0, 2**64 - 1)))
def test_a_count_comes_back(sketches: set[int]) -> None:
    count = DistinctCount()
    for sketch in sketches:
        count.add(sketch)
    back = DistinctCount.from_bytes(count.to_bytes())
    assert (back.count, back.estimated) == (len(sketches), False)
    back.add(5)
    assert back.count == len(sketches | {5})


def test_an_estimate_comes_back_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bpoaudit.distinct.EXACT_DISTINCT", 4)
    count = DistinctCount()
    for sketch in range(9):
        count.add(sketch << 60)
    back = DistinctCount.from_bytes(count.to_bytes())
    assert (back.count, back.estimated) == (count.count, True)


def test_sources_and_names_come_back() -> None:
    result = FileResult(
        3, [source("a.xlsx"), source("a.xlsx#Q3")], true_sources={"a.xlsx": "a.xlsx", "a.xlsx#Q3": "a.xlsx#Q3"},
        true_fields={("a.xlsx#Q3", "mail"): "mail"},
    )  # fmt: skip
    assert names_allow(result, "a.xlsx")
    assert again(result, "a.xlsx") == result


def test_the_true_name_of_the_file_itself_is_not_kept_and_comes_back_with_the_file() -> None:
    public, true = "of <EMAIL_ADDRESS:1f3a9c>.zip", "of ann@example.org.zip"
    names = {public: true, f"{public}!b.csv": f"{true}!b.csv"}
    result = FileResult(0, [source(public), source(f"{public}!b.csv")], true_sources=names)
    assert names_allow(result, true)
    assert b"ann" not in told(result, None)
    assert again(result, true).true_sources == names


@pytest.mark.parametrize(
    "result",
    [
        FileResult(
            0, [source("a.zip")], true_sources={"a.zip": "a.zip", "a.zip!<EMAIL_ADDRESS:1f3a9c>": "a.zip!ann@example.org"}
        ),
        FileResult(
            0, [source("a.csv")], true_sources={"a.csv": "a.csv"},
            true_fields={("a.csv", "<EMAIL_ADDRESS:1f3a9c>"): "ann@example.org"},
        ),
    ],
)  # fmt: skip
def test_other_names_that_hold_personal_data_keep_a_result_from_being_kept(result: FileResult) -> None:
    assert not names_allow(result, result.sources[0].source)


def test_birthdays_are_not_kept_and_other_dates_are_by_their_number() -> None:
    kind = Kind("DATE_OF_BIRTH", "columns", 0.9, MaskingState.CLEAR)
    born, opened = FieldTally(FieldKind.COLUMN), FieldTally(FieldKind.COLUMN)
    born.entities["DATE_OF_BIRTH"] = birthdays = EntityTally()
    birthdays.add(kind, 1, [Occurrence(1, 0, 10, "••••-••-••", f"hmac-sha256:{'a' * 32}")], 7, "••••-••-••")
    born.dates["1980-02-03"] = opened.dates["2025-02-03"] = 2
    result = FileResult(
        0, [source("a.csv")], Inventory({("a.csv", "born"): born, ("a.csv", "opened"): opened})
    )
    assert b"1980" not in told(result, None)
    back = again(result, "a.csv").inventory.fields
    assert back["a.csv", "opened"].dates == {"2025-02-03": 2}
    assert born.dates == {"1980-02-03": 2}, "the audit that reads the file loses nothing"


@pytest.mark.parametrize("status", [s for s in SourceStatus if s is not SourceStatus.READ])
def test_what_was_not_read_to_its_end_is_not_whole(status: SourceStatus) -> None:
    assert not is_whole(FileResult(0, [source("a.zip", status)]))


def test_what_the_profile_leaves_out_of_a_file_leaves_it_whole() -> None:
    assert is_whole(FileResult(0, [source("a.zip"), source("a.zip!b", SourceStatus.SKIPPED)]))
    assert not is_whole(FileResult(0, [source("a.zip"), source("a.zip!b", SourceStatus.ENCRYPTED)]))


@pytest.mark.parametrize(
    "data", [b"", b"\xc1", msgspec.msgpack.encode({"sources": 3}), told(FileResult(0), None)[:-1]]
)
def test_what_it_did_not_tell_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (whatever the decoder says of it)
        understood(data, 0, "a.csv")
