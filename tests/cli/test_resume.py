"""`--resume`: an audit that was killed goes on where it stopped, to the same bytes, and leaves nothing behind."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bpoaudit.cli.options import end_resume, resumable, resume_of
from bpoaudit.cli.progress import progress
from bpoaudit.errors import NoInputError, UsageError
from bpoaudit.executors.cache import CacheUse
from bpoaudit.masking import Key, random_key
from bpoaudit.vendor import starter_profile

KEY = Key(b"0" * 64)


def test_what_was_read_is_kept_beside_the_first_output(tmp_path: Path) -> None:
    outputs = [tmp_path / "report.html", tmp_path / "audit.json"]
    folder = resume_of(outputs, KEY, [str(tmp_path / "delivery")])
    assert folder == tmp_path / ".report.html.resume"
    assert [path.name for path in folder.iterdir()] == ["CACHEDIR.TAG"]
    end_resume(folder)
    assert list(tmp_path.iterdir()) == []


def test_what_is_not_ours_stays(tmp_path: Path) -> None:
    folder = tmp_path / ".report.html.resume"
    (folder / "ab").mkdir(parents=True)
    (folder / "ab" / ("0" * 64)).write_text("an entry")
    (folder / "ab" / "mine.txt").write_text("kept")
    end_resume(folder)
    assert [path.name for path in folder.rglob("*.*")] == ["mine.txt"]
    assert not (folder / "ab" / ("0" * 64)).exists()


def test_the_longest_name_has_a_folder_too(tmp_path: Path) -> None:
    folder = resume_of([tmp_path / f"{'ż' * 125}.json"], KEY, [])
    assert len(os.fsencode(folder.name)) in (254, 255)


def test_what_it_refuses(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="beside the first output"):
        resume_of([], KEY, [])
    os.mkfifo(tmp_path / "pipe.json")
    with pytest.raises(UsageError, match="beside the first output"):
        resume_of([tmp_path / "pipe.json"], KEY, [])
    with pytest.raises(UsageError, match="needs a key that the next has too"):
        resume_of([tmp_path / "a.json"], random_key(), [])
    assert [path.name for path in tmp_path.iterdir()] == ["pipe.json"]


def test_a_folder_that_nothing_was_kept_in_goes(tmp_path: Path) -> None:
    folder = resume_of([tmp_path / "a.json"], KEY, [])
    with pytest.raises(NoInputError), resumable(folder):
        raise NoInputError("there is nothing to read")
    assert list(tmp_path.iterdir()) == []


def test_an_interruption_says_what_is_kept(tmp_path: Path) -> None:
    folder = resume_of([tmp_path / "a.json"], KEY, [])
    for kept, told in (
        ((), "the same command goes on from the start"),
        (("0" * 64,), "the same command goes on from there: what was read of 1 file is kept"),
        (
            ("1" * 64, "2" * 64 + ".part"),
            "the same command goes on from there: what was read of 2 files is kept",
        ),
    ):
        (folder / "ab").mkdir(exist_ok=True, parents=True)
        for name in kept:
            (folder / "ab" / name).write_text("an entry")
        with pytest.raises(KeyboardInterrupt) as end, resumable(folder):
            raise KeyboardInterrupt
        assert end.value.__notes__ == [told]
    with pytest.raises(KeyboardInterrupt) as end, resumable(None):
        raise KeyboardInterrupt
    assert not hasattr(end.value, "__notes__")


@pytest.mark.slow
def test_ctrl_c_says_that_the_same_command_goes_on(tmp_path: Path) -> None:
    folder = tmp_path / "delivery"
    folder.mkdir()
    (folder / "a.txt").write_text("write to a@example.org\n")
    words = [
        "the",
        "customer",
        "asked",
        "whether",
        "Maria",
        "Schmidt",
        "can",
        "send",
        "the",
        "parcel",
        "to",
        "Berlin,",
        "as",
        "it",
        "was",
        "late",
        "again",
    ]
    mixed = random.Random(7)  # no line is like another, so that it takes a while
    lines = (" ".join(mixed.sample(words, len(words))) for _ in range(5_000))
    (folder / "z.txt").write_text("\n".join(lines))
    program = str(Path(sys.executable).with_name("bpoaudit"))
    with subprocess.Popen(
        [program, "scan", "delivery", "-o", "out.json", "--resume", "-v", "--jobs", "1"],
        cwd=tmp_path, env={**os.environ, "BPOAUDIT_KEY": "0" * 64}, text=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    ) as running:  # fmt: skip
        assert running.stderr is not None
        assert running.stderr.readline().startswith("[1/2] a.txt")
        running.send_signal(signal.SIGINT)
        said = running.communicate(timeout=60)[1].splitlines()
    assert running.returncode == 130
    assert said[-2:] == [
        "interrupted; there is no result",
        "hint: the same command goes on from there: what was read of 1 file is kept",
    ]


def test_a_run_with_nothing_to_resume_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with progress(False, True) as heard:
        heard.remembered(CacheUse(4, 0))
        heard.remembered(CacheUse(4, 3))
    assert capsys.readouterr().err == "note: resume: 3 of 4 files were not read again\n"


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_killed_audit_goes_on_to_the_same_bytes(tmp_path: Path, jobs: str) -> None:
    folder = tmp_path / "delivery"
    folder.mkdir()
    for name in ("a", "b", "c"):
        (folder / f"{name}.txt").write_text(f"write to {name}@example.org, said Anna Kowalska\n")
    words = "the customer asked whether Maria Schmidt can send the parcel to Berlin, as it was late again"
    (folder / "z.txt").write_text("".join(f"{number} {words} {number * 7}\n" for number in range(1_500)))
    (tmp_path / "vendor.yaml").write_text(starter_profile())
    program = str(Path(sys.executable).with_name("bpoaudit"))
    fixed = {
        **os.environ, "SOURCE_DATE_EPOCH": "1763800000", "BPOAUDIT_RUN_ID": "test", "BPOAUDIT_KEY": "0" * 64,
        "TMPDIR": str(tmp_path),
    }  # fmt: skip

    def audit(out: str, *more: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [program, "audit", "delivery", "--vendor", "vendor.yaml", "--fail-on", "never", "-o",
             f"{out}.json", "-o", f"{out}.jsonl", "--jobs", jobs, *more],
            cwd=tmp_path, env=fixed, text=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )  # fmt: skip

    killed = audit("out", "--resume")
    kept = tmp_path / ".out.json.resume"
    while len([path for path in kept.glob("??/*") if not path.suffix]) < 3 and killed.poll() is None:
        time.sleep(0.01)
    killed.send_signal(signal.SIGKILL)
    assert killed.communicate()[1] == ""
    assert killed.returncode == -signal.SIGKILL
    assert not (tmp_path / "out.json").exists()

    resumed = audit("out", "--resume")
    assert resumed.communicate()[1] == "note: resume: 3 of 4 files were not read again\n"
    assert resumed.returncode == 0
    assert not kept.exists()
    whole = audit("whole")
    assert whole.communicate()[1] == ""
    for ending in ("json", "jsonl"):
        assert (tmp_path / f"out.{ending}").read_bytes() == (tmp_path / f"whole.{ending}").read_bytes()
