"""A real scheduler and two real workers on this machine: the same results as one process, and no secrets."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from distributed import Client

from bpoaudit.delivery import discover
from bpoaudit.errors import ClusterError
from bpoaudit.executors import FileResult, FileTask, Worker, dask, serial
from bpoaudit.executors.processes import KILLED
from bpoaudit.executors.setup import EngineSetup, Setup, packed
from bpoaudit.masking import Key
from bpoaudit.model import SourceStatus
from bpoaudit.publish import TrueNames, published
from bpoaudit.segments import findings_of
from tests.pipeline.conftest import leaks

MAIL = "cnr.planted.7731@example.org"
CARD = "4111111111111111"
NAME = "Maribel Quintanilla"
PASSWORD = "tulip-verandah-9"
SECRET = b"a-key-that-only-auditors-have-here"
CANARIES = (MAIL, CARD, NAME, PASSWORD, SECRET.decode())

pytestmark = [pytest.mark.slow, pytest.mark.long, pytest.mark.xdist_group("dask")]


@dataclass
class Cluster:
    address: str
    scheduler: int
    folder: Path

    def traces(self) -> dict[str, bytes]:
        """Return what lies on disk: logs, and the working folders with what was spilled."""
        found = {}
        for path in self.folder.rglob("*"):
            try:
                found[str(path)] = path.read_bytes()
            except OSError:  # a folder, or gone meanwhile
                continue
        return found


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Start a scheduler and two workers that spill whatever they keep to disk."""
    folder = tmp_path_factory.mktemp("cluster")
    program = str(Path(sys.executable).parent / "dask")
    spilling = {"TARGET": "0.0000001", "SPILL": "0.0000001", "PAUSE": "False", "TERMINATE": "False"}
    env = {
        **os.environ,
        **{f"DASK_DISTRIBUTED__WORKER__MEMORY__{name}": value for name, value in spilling.items()},
        "DASK_CONFIG": str(folder / "config"),
        "KILLED_ONCE": str(folder / "killed-once"),
        "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")]),
    }
    started = []

    def start(name: str, *words: str) -> int:
        with (folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                [program, *words], stdout=log, stderr=subprocess.STDOUT, env=env, cwd=folder
            )
        started.append(process)
        return process.pid

    try:
        pid = start("scheduler", "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
        address = _said(folder / "scheduler.log", r"Scheduler at: +(tcp://\S+)")
        for name in ("one", "two"):
            own = ("--local-directory", str(folder / name), "--preload", "dask_preload")
            limits = ("--nthreads", "1", "--memory-limit", "4GB", "--no-dashboard")
            start(name, "worker", address, *limits, *own)
        for name in ("one", "two"):
            _said(folder / f"{name}.log", r"Registered to: +(tcp://\S+)")
        yield Cluster(address, pid, folder)
    finally:
        for process in reversed(started):
            process.send_signal(signal.SIGTERM)
        for process in started:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def _said(log: Path, pattern: str) -> str:
    for _ in range(2400):
        if found := re.search(pattern, log.read_text()):
            return found[1]
        time.sleep(0.1)
    raise AssertionError(log.read_text())


@pytest.fixture(scope="module")
def delivery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A table that is read by both workers, a locked archive, a name that holds an address, and chats."""
    folder = tmp_path_factory.mktemp("delivery")
    rows = [f"T-{i:05},agent{i % 7}@example.com,{i % 90 + 10}.50" for i in range(9000)]
    for at, value in ((4500, MAIL), (8999, CARD)):
        rows[at] = f"T-{at},{value},1.00"
    (folder / "tickets.csv").write_text("ticket,contact,amount\n" + "".join(f"{row}\n" for row in rows))
    (folder / f"export of {MAIL}.txt").write_text(f"{NAME} paid with {CARD}\n")
    for name in ("one", "two"):
        (folder / f"{name}.jsonl").write_text(f'{{"text": "{name}: please write to {MAIL}"}}\n' * 3)
    for name in ("once", "always"):
        (folder / f"{name}.csv").write_text(f"mail\n{MAIL}\n")
    _locked(folder / "locked.zip")
    return folder


def _locked(path: Path) -> None:
    import pyzipper

    with pyzipper.AESZipFile(path, "w", encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(PASSWORD.encode())
        archive.writestr("inner.csv", f"mail\n{MAIL}\n")
    assert zipfile.is_zipfile(path)


@pytest.fixture(scope="module")
def setup() -> Setup:
    return Setup(EngineSetup("auto", None, False, packed(())), Key(SECRET), passwords=(PASSWORD,))


@pytest.fixture(scope="module")
def worker(setup: Setup) -> Worker:
    return setup.worker(setup.engine.load(), None)


@pytest.fixture(scope="module")
def tasks(delivery: Path) -> list[FileTask]:
    return [FileTask(number, file) for number, file in enumerate(discover([delivery]))]


def told(result: FileResult) -> tuple[Any, ...]:
    """Return everything about a result as it is published, and its findings in order."""
    names = TrueNames(result.true_sources, result.true_fields)
    findings = list(findings_of(sorted(result.segments, key=lambda segment: (segment[0], segment[1].name))))
    inventory = published(result.inventory, names, None)
    return result.number, result.sources, inventory, result.measured.told(), findings, names


def into(worker: Worker, folder: Path) -> Worker:
    """Return the worker with a folder of its own for findings."""
    folder.mkdir()
    return replace(worker, findings=folder)


def memory(process: int) -> Iterator[bytes]:
    """Yield the memory that a process can write to."""
    with Path(f"/proc/{process}/mem").open("rb", 0) as memory:
        for line in Path(f"/proc/{process}/maps").read_text().splitlines():
            span, rights, *_ = line.split()
            start, end = (int(each, 16) for each in span.split("-"))
            if rights.startswith("rw"):
                memory.seek(start)
                try:
                    yield memory.read(end - start)
                except OSError:
                    continue


def test_two_workers_give_what_one_process_gives_and_leave_no_trace(
    cluster: Cluster, tasks: list[FileTask], worker: Worker, setup: Setup, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """One process is killed by one file, two by another; the first file is read all the same."""
    monkeypatch.setattr(dask, "SMALLEST_SHARE", 100_000)
    expected = {r.number: told(r) for r in serial(tasks, into(worker, tmp_path / "serial"))}
    results = {}
    traces: dict[str, bytes] = {}
    with Client(cluster.address, set_as_default=False) as client:
        for result in dask.spread_on(cluster.address, tasks, into(worker, tmp_path / "dask"), setup):
            results[result.number] = result
            traces |= cluster.traces()
            client.dump_cluster_state(str(cluster.folder / f"state-{result.number}"), format="yaml")
    for name in ("scheduler", "one", "two"):
        log = (cluster.folder / f"{name}.log").read_text()
        assert "Compute Failed" not in log
        assert "Traceback" not in log
    assert results.keys() == expected.keys()
    kinds = {task.file.source: task.number for task in tasks}
    (always,) = results.pop(kinds["always.csv"]).sources
    assert (always.status, always.reason) == (SourceStatus.UNREADABLE, KILLED)
    for number, result in results.items():
        assert told(result) == expected[number]
    assert sum(len(each[4]) for each in expected.values()) > 9000
    assert (cluster.folder / "killed-once").exists()
    traces |= cluster.traces()
    assert {name: found for name, data in traces.items() if (found := leaks(data, CANARIES))} == {}
    assert any("/storage/" in name for name in traces), "nothing was spilled"


def test_the_scheduler_never_holds_what_is_secret(cluster: Cluster) -> None:
    """After the run above; what it was told by way of an example is found, so the search works."""
    with Client(cluster.address, set_as_default=False) as client:
        client.set_metadata(["example"], "a-text-that-is-told-in-clear")
        found = {
            each
            for block in memory(cluster.scheduler)
            for each in (*CANARIES, "a-text-that-is-told-in-clear")
            if each.encode() in block
        }
    assert found == {"a-text-that-is-told-in-clear"}


def test_an_audit_that_is_given_up_leaves_nothing_with_the_workers(
    cluster: Cluster, tasks: list[FileTask], worker: Worker, setup: Setup
) -> None:
    quiet = [task for task in tasks if task.file.source != "always.csv"]
    results = dask.spread_on(cluster.address, quiet, worker, setup)
    next(results)
    results.close()
    with Client(cluster.address, set_as_default=False) as client:
        kept = client.run(lambda: len(import_module("bpoaudit.executors.dask_worker")._audits))
        assert kept
        assert not any(kept.values())
        assert client.run_on_scheduler(lambda dask_scheduler: len(dask_scheduler.tasks)) == 0


def test_a_worker_with_other_versions_is_refused(
    cluster: Cluster, tasks: list[FileTask], worker: Worker, setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = {**dask.likeness(), "spacy": "3.8.0"}
    monkeypatch.setattr(dask, "likeness", lambda: here)
    with pytest.raises(
        ClusterError, match=r"would not give the same results: spacy: [\d.]+ there, 3.8.0 here$"
    ):
        list(dask.spread_on(cluster.address, tasks, worker, setup))


def test_a_scheduler_that_does_not_answer(
    monkeypatch: pytest.MonkeyPatch, worker: Worker, setup: Setup
) -> None:
    monkeypatch.setattr(dask, "CONNECT_SECONDS", 1)
    with pytest.raises(ClusterError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:9 "):
        next(dask.spread_on("tcp://127.0.0.1:9", [], worker, setup))
