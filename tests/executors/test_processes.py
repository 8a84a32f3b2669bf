"""Several processes: the same result, whoever is killed, and nothing left behind."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import bpoaudit.executors.processes as processes
import bpoaudit.executors.work as work
from bpoaudit.delivery import fingerprint_file
from bpoaudit.delivery.content import Content
from bpoaudit.detect import Detector
from bpoaudit.executors import FileResult, Worker, spread
from bpoaudit.executors.pool import Pool
from tests.executors.sharing import in_small_pieces, make, table, tasks_of, told, worker_in

pytestmark = pytest.mark.slow

KILLED = "the process reading it was killed twice, as happens when memory runs out"


@pytest.fixture(scope="module")
def delivery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("processes") / "delivery")


@pytest.fixture
def all_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let even the smallest file be read by several processes together."""
    in_small_pieces(monkeypatch, batch=3, first=5)
    monkeypatch.setattr(processes, "SMALLEST_SHARED", 1)
    monkeypatch.setattr(processes, "_PARTS_OF_ALL", 10**9)


def alone(folder: Path, kept: Path) -> dict[str, Any]:
    worker = worker_in(kept)
    return told([worker(task) for task in tasks_of(folder)])


def together(folder: Path, kept: Path, jobs: int) -> dict[str, Any]:
    worker = worker_in(kept)
    tasks = tasks_of(folder)
    results = list(spread(tasks, worker, jobs))
    assert sorted(result.number for result in results) == [task.number for task in tasks]
    assert multiprocessing.active_children() == []
    assert worker.spools is None
    return told(results)


@pytest.mark.parametrize("jobs", [2, 3])
def test_any_number_of_processes_gives_the_same(
    delivery: Path, tmp_path: Path, all_shared: None, jobs: int
) -> None:
    assert together(delivery, tmp_path / "together", jobs) == alone(delivery, tmp_path / "alone")


def test_what_comes_late_keeps_none_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is read is at hand at once, to be kept for a run that goes on after this one was interrupted."""
    folder = tmp_path / "delivery"
    folder.mkdir()
    for name in ("a", "b", "c"):
        (folder / f"{name}.txt").write_text(f"write to {name}@example.com\n")
    detect = Detector.detect

    def slow(self: Detector, batch: Any, *rest: Any) -> Any:
        if batch.fields[0].values[0].endswith("a@example.com"):
            deadline = time.monotonic() + 60
            while not (tmp_path / "others are known").exists() and time.monotonic() < deadline:
                time.sleep(0.01)
        return detect(self, batch, *rest)

    monkeypatch.setattr(Detector, "detect", slow)
    came = []
    for result in spread(tasks_of(folder), worker_in(tmp_path / "kept"), 2):
        came.append(result.number)
        if {1, 2} <= {*came}:
            (tmp_path / "others are known").touch()
    assert came == [1, 2, 0]


def killing(
    monkeypatch: pytest.MonkeyPatch, folder: Path, times: int, marked: bytes = b"late.surprise"
) -> None:
    """Let the system kill so many processes that come upon the marked record."""
    detect = Detector.detect

    def deadly(self: Detector, batch: Any, *rest: Any) -> Any:
        if any(marked.decode() in value for values in batch.fields for value in values.values):
            for at in range(times):
                try:
                    (folder / f"killed {at}").touch(exist_ok=False)
                except FileExistsError:
                    continue
                os.kill(os.getpid(), signal.SIGKILL)
        return detect(self, batch, *rest)

    monkeypatch.setattr(Detector, "detect", deadly)


@pytest.mark.parametrize("shared", [True, False])
def test_what_a_killed_process_was_at_is_done_once_more(
    delivery: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
    shared: bool,
) -> None:
    if shared:
        request.getfixturevalue("all_shared")
    whole = alone(delivery, tmp_path / "alone")
    killing(monkeypatch, tmp_path, 1)
    assert together(delivery, tmp_path / "together", 2) == whole
    assert (tmp_path / "killed 0").exists()


@pytest.mark.parametrize("shared", [True, False])
def test_a_file_that_kills_twice_is_listed_and_the_others_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest, shared: bool
) -> None:
    if shared:
        request.getfixturevalue("all_shared")
    folder = tmp_path / "delivery"
    folder.mkdir()
    (folder / "a.csv").write_text(table(12).replace("late.surprise", "nobody"))
    (folder / "b of ana.smith@example.com.csv").write_text(table(12))
    (folder / "c.txt").write_text("write to bo@example.com\n")
    whole = alone(folder, tmp_path / "alone")
    killing(monkeypatch, tmp_path, 99)
    seen = together(folder, tmp_path / "together", 2)
    assert not (tmp_path / "killed 2").exists()
    (lost,) = [source for source in seen["sources"] if source["status"] != "read"]
    assert (lost["status"], lost["reason"], lost["records_read"]) == ("unreadable", KILLED, 0)
    assert "ana.smith" not in lost["source"]
    rest = [source for source in seen["sources"] if source != lost]
    assert rest == [source for source in whole["sources"] if source["source"] != lost["source"]]
    assert {f.source for f in seen["findings"]} == {f.source for f in whole["findings"]}
    assert {f.field for f in seen["findings"] if f.source == lost["source"]} == {"@name"}


def test_a_file_that_changes_between_two_readings_is_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, all_shared: None
) -> None:
    folder = tmp_path / "delivery"
    folder.mkdir()
    (folder / "a.csv").write_text(table(90))

    def changing(content: Content) -> tuple[str, int]:
        with (folder / "a.csv").open("a") as file:  # whoever delivers is still at it
            file.write("T-1,,,,,\n")
        return fingerprint_file(content)

    monkeypatch.setattr(work, "fingerprint_file", changing)
    detect = Detector.detect
    monkeypatch.setattr(Detector, "detect", lambda *about: (time.sleep(0.02), detect(*about))[1])
    (source,) = together(folder, tmp_path / "together", 2)["sources"]
    assert (source["status"], source["reason"]) == ("unreadable", "it changed while it was read")


def test_readings_that_did_not_meet_the_same_give_way_to_one_that_is_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, all_shared: None
) -> None:
    folder = tmp_path / "delivery"
    folder.mkdir()
    (folder / "a.csv").write_text(table(90))
    whole = alone(folder, tmp_path / "alone")
    opened, first = work.open_parts, os.getpid()

    def cut_short(content: Any, media: str, how: Any) -> Any:
        """One of the processes runs out of what a parser needs: it sees the beginning alone."""
        parts = list(opened(content, media, how))
        claimant = tmp_path / "claimed"
        try:
            claimant.touch(exist_ok=False)
        except FileExistsError:
            return iter(parts)
        assert os.getpid() != first
        batches = list(parts[0].batches)
        parts[0].batches = iter(batches[:9])
        return iter(parts)

    monkeypatch.setattr(work, "open_parts", cut_short)
    detect = Detector.detect
    monkeypatch.setattr(Detector, "detect", lambda *about: (time.sleep(0.02), detect(*about))[1])
    assert together(folder, tmp_path / "together", 2) == whole


def test_what_a_process_raises_is_raised_here_with_its_place() -> None:
    def fails(request: str) -> str:
        raise KeyError(request)

    with Pool[str, str](fails, 2) as pool:
        pool.give("x")
        with pytest.raises(KeyError) as caught:
            list(pool.answers())
    assert "fails" in [frame.name for frame in traceback.extract_tb(caught.value.__traceback__)]
    assert multiprocessing.active_children() == []


def test_an_early_end_ends_all_processes_and_leaves_no_file(
    delivery: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, all_shared: None
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    worker: Worker = worker_in(tmp_path / "kept")
    results = spread(tasks_of(delivery), worker, 2)
    assert isinstance(next(results), FileResult)
    assert len(multiprocessing.active_children()) == 2
    results.close()
    assert multiprocessing.active_children() == []
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


def _stopped(folder: Path, delivery: Path, stop: Callable[[subprocess.Popen[str]], None]) -> tuple[int, str]:
    """Begin to scan a large file by two processes, stop it, and wait until no process of it is left."""
    executable = Path(sys.executable).parent / "bpoaudit"
    command = [str(executable), "scan", str(delivery), "--jobs", "2", "-o", "f.jsonl", "-v"]
    (folder / "temporary").mkdir()
    with subprocess.Popen(
        command, cwd=folder, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
        env={**os.environ, "TMPDIR": str(folder / "temporary")}, start_new_session=True,
    ) as running:  # fmt: skip
        assert running.stderr is not None
        assert running.stderr.readline().startswith("[1/2] a.txt")
        stop(running)
        _, rest = running.communicate(timeout=60)
    for _ in range(100):
        try:
            os.killpg(running.pid, 0)
        except ProcessLookupError:
            return running.returncode, rest
        time.sleep(0.1)
    raise AssertionError("processes are left")


@pytest.mark.parametrize("how", ["to all, as the terminal does", "to the first"])
def test_ctrl_c_ends_everything_at_once(tmp_path: Path, how: str) -> None:
    delivery = tmp_path / "delivery"
    delivery.mkdir()
    (delivery / "a.txt").write_text("nothing\n")
    (delivery / "b.csv").write_text(table(40_000))

    def stop(running: subprocess.Popen[str]) -> None:
        time.sleep(1.0)  # both are at the large file
        (os.kill if how == "to the first" else os.killpg)(running.pid, signal.SIGINT)

    code, said = _stopped(tmp_path, delivery, stop)
    assert code == 130
    assert said.splitlines()[-1] == "interrupted; there is no result"
    assert "Traceback" not in said
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a.txt", "b.csv", "delivery", "temporary"]


def test_processes_do_not_outlive_the_one_that_began_them(tmp_path: Path) -> None:
    delivery = tmp_path / "delivery"
    delivery.mkdir()
    (delivery / "a.txt").write_text("nothing\n")
    (delivery / "b.csv").write_text(table(40_000))

    def stop(running: subprocess.Popen[str]) -> None:
        time.sleep(1.0)
        running.kill()

    code, said = _stopped(tmp_path, delivery, stop)
    assert (code, said) == (-signal.SIGKILL, "")


class Unsendable(Exception):
    def __reduce__(self) -> str:
        raise TypeError("it cannot be pickled")


def _fail(request: int) -> object:
    if request:
        raise Unsendable
    return lambda: request  # no function can be sent


@pytest.mark.parametrize(("given", "told"), [(0, "lambda"), (1, "Unsendable")])
def test_what_cannot_be_sent_back_is_raised_by_its_name(given: int, told: str) -> None:
    with Pool[int, object](_fail, 1) as pool:
        pool.give(given)
        with pytest.raises((RuntimeError, AttributeError, pickle.PicklingError), match=told):
            [*pool.answers()]
