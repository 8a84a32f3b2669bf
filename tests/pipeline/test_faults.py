"""What a run leaves when something outside of it goes wrong: processes that end, disks, clocks, surroundings."""

from __future__ import annotations

import json
import os
import re
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bpoaudit import pipeline
from tests.pipeline.conftest import MAIL, PLANTED, Run, leaks

pytestmark = pytest.mark.slow

PROGRAM = str(Path(sys.executable).parent / "bpoaudit")
GOLDEN = Path(__file__).parents[1] / "golden" / "audit.json"
FIXED = {**os.environ, "SOURCE_DATE_EPOCH": "1763800000", "BPOAUDIT_RUN_ID": "test"}


def begun(folder: Path, *words: object, **more: object) -> subprocess.Popen[str]:
    """Begin the installed command in a folder, with TMPDIR in it."""
    (folder / "tmp").mkdir(exist_ok=True)
    return subprocess.Popen(
        [PROGRAM, *map(str, words)], cwd=folder, env={**FIXED, "TMPDIR": str(folder / "tmp")}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more,  # type: ignore[call-overload]
    )  # fmt: skip


def wait_until(is_so: Callable[[], object], process: subprocess.Popen[str]) -> None:
    """Wait until something is so or the process has ended."""
    while not is_so() and process.poll() is None:
        time.sleep(0.002)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A delivery of a few lines."""
    folder = tmp_path / "small"
    folder.mkdir()
    (folder / "t.csv").write_text(f"id,mail,İsim\n1,{MAIL},x\n2,b@example.org,I\n", encoding="utf-8")
    (folder / "ünlü.txt").write_text(f"write to {MAIL} by 3/4/2026\n", encoding="utf-8")
    return folder


def test_kill_while_outputs_are_written_leaves_the_old_or_the_new(tmp_path: Path) -> None:
    names = ["a.json", "r.html", "r.md", "r.sarif"]
    words = ["report", GOLDEN, *(word for name in names for word in ("-o", name))]
    assert begun(tmp_path, *words).wait() == 0
    new = {name: (tmp_path / name).read_bytes() for name in names}
    for parts in (1, 3, 4):
        for name in names:
            (tmp_path / name).write_bytes(b"old")
        process = begun(tmp_path, *words)
        wait_until(lambda wanted=parts: len(list(tmp_path.glob(".*.part"))) >= wanted, process)
        process.kill()
        process.communicate()
        assert all((tmp_path / name).read_bytes() in (b"old", new[name]) for name in names)
        for part in tmp_path.glob(".*.part"):
            part.unlink()


def test_a_renderer_that_raises_changes_no_output_and_keeps_the_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    from bpoaudit import outputs
    from bpoaudit.cli import app
    from bpoaudit.report import formats

    def render(result: object, ending: str, edition: object) -> object:
        if ending == ".html":
            raise ValueError(f"cannot show {MAIL}")
        return formats.render(result, ending, edition)  # type: ignore[arg-type]

    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.json").write_text("old")
    monkeypatch.setattr(outputs, "render", render)
    words = ["report", str(GOLDEN), "-o", "a.json", "-o", "r.html", "-o", "r.md"]
    monkeypatch.setattr(sys, "argv", ["bpoaudit", *words])
    with pytest.raises(SystemExit) as left:
        app.main()
    told = capfd.readouterr().err
    assert left.value.code == 2
    assert "hint: the result itself is kept in a.json.kept; bpoaudit report makes the others from it" in told
    assert leaks(told, PLANTED) == []
    assert {path.name for path in tmp_path.iterdir()} == {"a.json", "a.json.kept"}
    assert (tmp_path / "a.json").read_text() == "old"
    monkeypatch.setattr(outputs, "render", formats.render)
    monkeypatch.setattr(sys, "argv", ["bpoaudit", "report", "a.json.kept", "-o", "r.html"])
    app.app(standalone_mode=False)
    assert (tmp_path / "r.html").stat().st_size > 10_000


@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGHUP])
def test_a_run_that_is_asked_to_end_clears_away_what_it_began(
    delivery: Path, tmp_path: Path, asked: signal.Signals
) -> None:
    process = begun(tmp_path, "scan", delivery, "-o", "f.jsonl")
    wait_until(lambda: list((tmp_path / "tmp").glob("bpoaudit-*")), process)
    process.send_signal(asked)
    _, told = process.communicate()
    assert process.returncode == 130, told
    assert "interrupted; there is no result" in told
    assert list((tmp_path / "tmp").iterdir()) == []
    assert not (tmp_path / "f.jsonl").exists()


_CRASHING = """
import os, signal
from bpoaudit.cli import app
from bpoaudit.readers import fed_parser

answer = fed_parser._Fed.answer

def answers(self, ask, data):
    if b"now-the-parser-crashes" in data:
        os.kill(self._process.pid, signal.SIGSEGV)
        self._process.wait()
    return answer(self, ask, data)

fed_parser._Fed.answer = answers
app.main()
"""


def test_a_parser_that_crashes_costs_what_it_parsed_and_the_audit_goes_on(
    tmp_path: Path, profile: Path
) -> None:
    """A segmentation fault in expat, yajl or libxml2, as far as anybody outside of them can tell."""
    folder = tmp_path / "delivery"
    folder.mkdir()
    (folder / "a.xml").write_text(f"<r><c>{MAIL}</c><c>{'x ' * 100_000}</c><c>now-the-parser-crashes</c></r>")
    (folder / "b.json").write_text(f'[{{"a": "{MAIL}"}}, "now-the-parser-crashes"]')
    (folder / "c.xml").write_text(f"<r><c>{MAIL}</c></r>")
    ran = subprocess.run(
        [sys.executable, "-c", _CRASHING, "audit", folder, "--vendor", profile, "--fail-on", "never",
         "-o", "a.json"],
        cwd=tmp_path, env=FIXED, text=True, capture_output=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 3, ran.stderr
    result = json.loads((tmp_path / "a.json").read_text())
    became = {each["source"]: (each["status"], each["reason"]) for each in result["delivery"]["sources"]}
    assert became == {
        "a.xml": ("partial", "XML that broke its parser, not read from there on"),
        "b.json": ("unreadable", "JSON that broke its parser, not read from there on"),
        "c.xml": ("read", None),
    }
    found = {each["source"] for each in result["inventory"] if each["entities"]}
    assert found == {"a.xml", "c.xml"}
    assert leaks(ran.stdout + ran.stderr, PLANTED) == []


def test_a_full_disk_for_temporary_files_is_said(delivery: Path, tmp_path: Path) -> None:
    def bound() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))

    process = begun(tmp_path, "scan", delivery, "-o", "f.jsonl", preexec_fn=bound)
    _, told = process.communicate()
    assert process.returncode == 2
    assert "error: File too large, in the folder for temporary files, or where standard" in told
    assert "TMPDIR" in told
    assert list((tmp_path / "tmp").iterdir()) == []
    assert not (tmp_path / "f.jsonl").exists()


def test_a_folder_that_may_not_be_written_to_is_told_before_anything_is_read(run: Run, small: Path) -> None:
    ran = run("scan", small, "-o", "/sys/f.jsonl")
    assert ran.returncode == 2
    assert re.search(r"/sys may not be written to|cannot write /sys/f\.jsonl", ran.stderr)


@pytest.mark.long
def test_surroundings_do_not_change_a_byte(run: Run, small: Path, key: Path, tmp_path: Path) -> None:
    surroundings = [
        {"LC_ALL": "C", "TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "1", "PYTHONUTF8": "0"},
        {"LC_ALL": "tr_TR.UTF-8", "TZ": "America/St_Johns", "PYTHONHASHSEED": "77", "PYTHONUTF8": "1"},
    ]
    seen = []
    for env in surroundings:
        ran = run("scan", small, "--key-file", key, "-o", "f.jsonl", "-o", "s.json", env=env)
        assert ran.returncode == 0, ran.stderr
        seen.append([(tmp_path / name).read_bytes() for name in ("f.jsonl", "s.json")])
    assert seen[0] == seen[1]
    assert "ünlü.txt".encode() in seen[0][1]
    assert seen[0][0].count(b"\n") >= 4


@pytest.mark.long
def test_audits_that_end_together_are_all_in_the_history(profile: Path, tmp_path: Path) -> None:
    judged = json.loads(GOLDEN.read_text("utf-8"))
    judged["delivery"]["sources"] = [s for s in judged["delivery"]["sources"] if s["status"] != "skipped"]
    (tmp_path / "a.json").write_text(json.dumps(judged))
    words = ["audit", "--from", tmp_path / "a.json", "--vendor", profile, "--history", "h.db"]
    running = []
    for number in range(3):
        env = {**FIXED, "BPOAUDIT_RUN_ID": f"run-{number}", "SOURCE_DATE_EPOCH": str(1763800000 + number)}
        running.append(
            subprocess.Popen([PROGRAM, *map(str, words)], cwd=tmp_path, env=env, stdout=subprocess.DEVNULL)
        )
    assert {process.wait() for process in running} <= {0, 1, 3}
    from bpoaudit.history import open_history

    assert {audit.id for audit in open_history(str(tmp_path / "h.db")).audits()} == {
        "run-0",
        "run-1",
        "run-2",
    }


def test_a_clock_that_is_set_back_does_not_end_an_audit_before_it_began(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = pipeline.Clock.running("test")

    class SetBack(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return datetime(1999, 1, 1, tzinfo=UTC)

    monkeypatch.setattr(pipeline, "datetime", SetBack)
    assert clock.now <= clock.finished() <= clock.now + timedelta(minutes=5)
