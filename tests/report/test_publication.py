"""Outputs of one run take their names together, whatever happens on the way."""

from __future__ import annotations

import multiprocessing
import os
import random
import resource
import signal
import time
from itertools import count
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from bpoaudit.errors import KEPT, OutputError
from bpoaudit.report.files import Publication

NAMES = ("audit.json", "findings.jsonl", "report.html", "report.sarif")
LENGTH = 40_000
KILLS = 25


def write_all(folder: Path, text: str) -> None:
    with Publication() as publication:
        for name in NAMES:
            publication.write(folder / name, text, is_result=name == "audit.json")


def texts(folder: Path) -> list[str]:
    return [(folder / name).read_text() for name in NAMES]


def hidden(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith(".")]


def test_nothing_has_its_name_before_all_are_whole(tmp_path: Path) -> None:
    write_all(tmp_path, "old")
    with Publication() as publication:
        for name in NAMES:
            publication.write(tmp_path / name, "new")
            assert texts(tmp_path) == ["old"] * 4
    assert texts(tmp_path) == ["new"] * 4
    assert hidden(tmp_path) == []


def test_a_failure_leaves_all_that_was_there_and_keeps_the_result_beside(tmp_path: Path) -> None:
    write_all(tmp_path, "old")

    def fail() -> None:
        with Publication() as publication:
            publication.write(tmp_path / "audit.json", "new", is_result=True)
            publication.write(tmp_path / "report.html", "new")
            raise ValueError

    with pytest.raises(ValueError) as caught:  # noqa: PT011 (any other would do)
        fail()
    assert texts(tmp_path) == ["old"] * 4
    assert hidden(tmp_path) == []
    assert (tmp_path / "audit.json.kept").read_text() == "new"
    assert caught.value.__notes__ == [f"{KEPT}{tmp_path / 'audit.json.kept'}"]


def test_a_failure_before_the_result_is_whole_keeps_nothing(tmp_path: Path) -> None:
    def fill() -> None:
        with Publication() as publication, publication.file(tmp_path / "audit.json", is_result=True) as file:
            file.write(b"half")
            raise OSError(28, os.strerror(28))

    with pytest.raises(OutputError, match="No space left"):
        fill()
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_comes_before_or_after_the_renames(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_all(tmp_path, "old")
    replace = Path.replace
    renamed = 0

    def interrupted(part: Path, path: Path) -> Path:
        nonlocal renamed
        renamed += 1
        if renamed == 2:
            os.kill(os.getpid(), signal.SIGINT)
        return replace(part, path)

    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_all(tmp_path, "new")
    assert renamed == 4
    assert texts(tmp_path) == ["new"] * 4


def _publish_for_ever(folder: str, begin: int, published: Event) -> None:
    for generation in count(begin):
        write_all(Path(folder), f"{generation:08}" * (LENGTH // 8))
        published.set()


@pytest.mark.slow
def test_a_kill_at_any_moment_leaves_whole_files_old_or_new(tmp_path: Path) -> None:
    moments = random.Random(7)
    began = time.monotonic()
    write_all(tmp_path, "0" * LENGTH)
    usual = time.monotonic() - began
    seen = set()
    context = multiprocessing.get_context("fork")
    for turn in range(KILLS):
        before = 1000 * turn
        write_all(tmp_path, f"{before:08}" * (LENGTH // 8))
        published = context.Event()
        process = context.Process(
            target=_publish_for_ever, args=(str(tmp_path), before + 1, published), daemon=True
        )
        process.start()
        if turn % 2:  # a busy machine may not let the others begin in time
            assert published.wait(60)
        time.sleep(moments.uniform(0, 4 * usual))
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        found = texts(tmp_path)
        generations = [int(text[:8]) for text in found]
        assert found == [f"{generation:08}" * (LENGTH // 8) for generation in generations]
        # A kill between two renames leaves the first of them new; nothing else is possible.
        assert generations == sorted(generations, reverse=True)
        assert generations[0] - generations[-1] <= 1
        seen.add(generations[0] - before)
    assert len(seen) > 1


def test_a_disk_that_is_full_leaves_what_was_there(tmp_path: Path) -> None:
    write_all(tmp_path, "old")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    # Python ignores SIGXFSZ: a file that grows beyond the limit is an error of the call that writes.
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16, before[1]))
    try:
        with pytest.raises(OutputError, match=r"cannot write .*audit\.json: File too large"):
            write_all(tmp_path, "x" * (1 << 17))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert texts(tmp_path) == ["old"] * 4
    assert hidden(tmp_path) == []


def test_a_device_that_is_full_is_said(tmp_path: Path) -> None:
    (tmp_path / "audit.json").symlink_to("/dev/full")
    with pytest.raises(OutputError, match="No space left on device"):
        write_all(tmp_path, "x" * 100_000)
    assert (tmp_path / "audit.json").is_symlink()
    assert [path.name for path in tmp_path.iterdir()] == ["audit.json"]


def test_a_file_system_that_takes_no_files(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"cannot write /proc/"):
        write_all(Path("/proc"), "x")
