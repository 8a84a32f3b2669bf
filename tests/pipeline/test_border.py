"""The border: no network, no value in a crash, the same result however a table is cut."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

import pytest

import bpoaudit.executors.work as work
from bpoaudit.delivery import discover
from bpoaudit.detect import Detector, Engine, NameBook
from bpoaudit.executors import FileTask, Worker
from bpoaudit.masking import Key
from bpoaudit.readers import open_parts
from tests.pipeline.conftest import MAIL, PLANTED, leaks

pytestmark = pytest.mark.slow

KEY = Key(b"0" * 64)

_BLOCKED = """
import socket

def refuse(*args, **kwargs):
    raise SystemExit("a socket was opened")

socket.socket.connect = refuse
socket.socket.connect_ex = refuse
socket.getaddrinfo = refuse
socket.create_connection = refuse
"""


def test_an_audit_makes_no_request(delivery: Path, profile: Path, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(_BLOCKED)
    command = [
        str(Path(sys.executable).parent / "bpoaudit"),
        "audit",
        str(delivery),
        "--vendor",
        str(profile),
        "-o",
        "r.html",
    ]
    ran = subprocess.run(
        command, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(tmp_path), "HOME": str(tmp_path / "home")},
        text=True, capture_output=True, check=False,
    )  # fmt: skip
    assert ran.returncode in (0, 1, 3), ran.stderr
    assert "a socket was opened" not in ran.stderr + ran.stdout
    assert (tmp_path / "r.html").exists()


def test_the_block_of_sockets_works(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(_BLOCKED)
    ran = subprocess.run(
        [sys.executable, "-c", "import socket; socket.create_connection(('127.0.0.1', 9))"],
        env={**os.environ, "PYTHONPATH": str(tmp_path)}, text=True, capture_output=True, check=False,
    )  # fmt: skip
    assert "a socket was opened" in ran.stderr


def test_a_crash_shows_where_and_never_what(
    delivery: Path,
    profile: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    from bpoaudit.cli import app

    def crash(self: Detector, batch: object, *rest: object) -> None:
        raise ValueError(f"cannot handle {MAIL} of {batch!r}")

    monkeypatch.setattr(Detector, "detect", crash)
    monkeypatch.setattr(sys, "argv", ["bpoaudit", "audit", str(delivery), "--vendor", str(profile), "-v"])
    with pytest.raises(SystemExit) as left:
        app.main()
    shown = capfd.readouterr()
    assert left.value.code == 2
    assert "ValueError" in shown.err
    assert "in crash" in shown.err
    assert leaks(shown.err + shown.out, PLANTED) == []


@pytest.mark.parametrize("size", [1, 7, 2000, 100_000])
def test_findings_do_not_depend_on_the_batches(
    delivery: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    def seen(batch_records: int) -> tuple[str, object]:
        monkeypatch.setattr(
            work,
            "open_parts",
            lambda content, media, how: open_parts(content, media, replace(how, batch_records=batch_records)),
        )
        folder = tmp_path / str(batch_records)
        folder.mkdir(exist_ok=True)
        worker = Worker(Detector(engine, KEY), NameBook(engine, KEY), folder)
        (file,) = [f for f in discover([delivery]) if f.source == "tickets.csv"]
        result = worker(FileTask(0, file))
        fields = {
            key: (f.records, f.non_empty, f.distinct.count, {e: asdict_of(t) for e, t in f.entities.items()})
            for key, f in result.inventory.fields.items()
        }
        return result.segments[0][1].read_text(), (fields, result.sources)

    def asdict_of(tally: object) -> object:
        return (
            tally.records,
            tally.distinct.count,
            tally.samples,
            {k: asdict(g) for k, g in tally.groups.items()},
        )  # type: ignore[attr-defined]

    engine = Engine()
    findings, rest = seen(500)
    again, rest_again = seen(size)
    assert json.loads(findings.splitlines()[0])[0] == "tickets.csv"
    assert again == findings
    assert rest_again == rest
