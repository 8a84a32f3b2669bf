"""Whoever analyses which piece of a file: the result is that of one process that reads it alone."""

from __future__ import annotations

import pickle
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bpoaudit.detect.dialogue as dialogue
from bpoaudit.executors import FileResult, FileTask, Worker
from bpoaudit.executors.claims import Claims, EveryNth, Everything, FirstCome, Only, open_board
from tests.executors.sharing import in_small_pieces, make, tasks_of, told, worker_in

pytestmark = pytest.mark.slow

MOST_PIECES = 400


def shared(worker: Worker, task: FileTask, claims: list[Claims]) -> FileResult:
    """Read a file once for each of the claims, as processes would, and put together what was seen."""
    readings = [pickle.loads(pickle.dumps(worker.read(task, each))) for each in claims]
    assert all(map(readings[0].agrees, readings))
    return worker.join(readings)


@pytest.fixture(scope="module")
def delivery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("shares") / "delivery")


@pytest.mark.parametrize(
    ("batch", "first", "window", "most"), [(3, 5, 8, 8), (1, 1, 5, 2), (2000, 4000, 20_000, 8)]
)
def test_shares_put_together_are_the_whole(
    delivery: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    batch: int,
    first: int,
    window: int,
    most: int,
) -> None:
    in_small_pieces(monkeypatch, batch, first, window, most)
    tasks = tasks_of(delivery)
    worker = worker_in(tmp_path / "alone")
    alone = told([worker(task) for task in tasks])
    became = {each["source"]: (each["status"], each["reason"]) for each in alone["sources"]}
    assert became["tickets.csv"] == ("read", None)
    assert "partial" in became["damaged.zip!inner.csv"]
    assert {row["source"] for row in alone["measured"]["suppressed"]} > {"tickets.csv", "all.zip!inner 0.csv"}
    for name in (
        "equivalence_classes",
        "identifiers",
        "conduct",
        "masked_values",
        "keys_beside",
        "test_data",
    ):
        assert alone["measured"][name], name
    for count in (1, 2, 3):
        worker = worker_in(tmp_path / str(count))
        claims: list[Claims] = [EveryNth(at, count) for at in range(count)]
        assert told([shared(worker, task, claims) for task in tasks]) == alone


@cache
def _alone(folder: Path) -> dict[str, Any]:
    with TemporaryDirectory() as kept:
        worker = worker_in(Path(kept))
        return told([worker(task) for task in tasks_of(folder)])


@settings(max_examples=5)
@given(owners=st.lists(st.integers(0, 2), min_size=MOST_PIECES, max_size=MOST_PIECES))
def test_it_does_not_matter_whose_a_piece_is(delivery: Path, owners: list[int]) -> None:
    with pytest.MonkeyPatch.context() as patch, TemporaryDirectory() as kept:
        in_small_pieces(patch, batch=4, first=6)
        claims: list[Claims] = [
            Only(frozenset(number for number, owner in enumerate(owners) if owner == who)) for who in range(3)
        ]
        worker = worker_in(Path(kept))
        assert told([shared(worker, task, claims) for task in tasks_of(delivery)]) == _alone(delivery)


def test_conversations_are_not_cut_by_shares(
    delivery: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_small_pieces(monkeypatch, batch=1, first=1, window=5)
    (task,) = [each for each in tasks_of(delivery) if each.file.source == "chats.csv"]
    worker = worker_in(tmp_path)
    readings = [worker.read(task, EveryNth(at, 3)) for at in range(3)]
    assert sum(len(each.taken) for each in readings) > 5  # conversations of four turns, in pieces of five
    (result,) = [worker.join(readings)]
    codes = [f for f in told([result])["findings"] if f.entity == "CARD_SECURITY_CODE"]
    assert [f.record for f in codes] == [4 * i for i in range(1, 10)]


def test_pieces_are_first_come_first_served() -> None:
    board = open_board()
    one, other = FirstCome(board, 7), FirstCome(board, 7)
    assert [one.take(0), one.take(1), other.take(0), other.take(1), other.take(2), one.take(2), one.take(3)] == [
        True, True, False, False, True, False, True,
    ]  # fmt: skip
    assert FirstCome(board, 8).take(0)  # another file


def test_a_reading_that_is_alone_takes_everything(delivery: Path, tmp_path: Path) -> None:
    worker = worker_in(tmp_path)
    (task,) = [each for each in tasks_of(delivery) if each.file.source == "tickets.csv"]
    reading = worker.read(task, Everything())
    assert not reading.begun
    assert dialogue.WINDOW == 20_000
    assert told([worker.join([reading])])["sources"][0]["records_read"] == 41
