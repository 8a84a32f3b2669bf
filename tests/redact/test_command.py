"""`bpoaudit redact` as it is run: exit codes, what it says and what it never says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bpoaudit.vendor import starter_profile

pytestmark = pytest.mark.slow

MAIL = "cnr.planted.7731@example.org"


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).parent / "bpoaudit"), "redact", *map(str, arguments)]
    return subprocess.run(command, text=True, capture_output=True, check=False)


@pytest.fixture
def delivery(tmp_path: Path) -> Path:
    folder = tmp_path / "delivery"
    folder.mkdir()
    (folder / "notes.txt").write_text(f"write to {MAIL}\n")
    return folder


def test_a_whole_copy_exits_0(delivery: Path, tmp_path: Path) -> None:
    done = run(delivery, "-o", tmp_path / "clean")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "clean" / "notes.txt").read_text() == f"write to {'*' * len(MAIL)}\n"
    assert f"1 of 1 files written to {tmp_path / 'clean'}; 1 of 1 occurrences dealt with" in done.stdout
    assert MAIL not in done.stdout + done.stderr


def test_what_is_refused_is_listed_and_exits_3(delivery: Path, tmp_path: Path) -> None:
    (delivery / f"scan of {MAIL}.pdf").write_bytes(b"%PDF-1.4\nbroken")
    done = run(delivery, "-o", tmp_path / "clean")
    assert done.returncode == 3, done.stderr
    assert "not copied: 1" in done.stdout
    assert MAIL not in done.stdout + done.stderr
    assert [path.name for path in (tmp_path / "clean").iterdir()] == ["notes.txt"]


@pytest.mark.long
def test_an_exclusion_that_has_ended_leaves_nothing_out(delivery: Path, tmp_path: Path) -> None:
    vendor = tmp_path / "vendor.yaml"
    until = "{files: ['*.txt'], reason: read by hand, expires_on: 2020-01-31}"
    feed = "{id: notes, files: ['*.txt'], entities: [{entity: EMAIL_ADDRESS}]}"
    vendor.write_text(
        f"{starter_profile()}\nagreement:\n  feeds: [{feed}]\n  exclude: [{until}]\n", encoding="utf-8"
    )
    done = run(delivery, "-o", tmp_path / "clean", "--vendor", vendor)
    assert done.returncode == 0, done.stderr
    assert [path.name for path in (tmp_path / "clean").iterdir()] == ["notes.txt"]


@pytest.mark.long
def test_mistakes_exit_2_before_anything_is_read(delivery: Path, tmp_path: Path) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text("default: shred\n")
    done = run(delivery, "-o", tmp_path / "clean", "--policy", policy)
    assert done.returncode == 2
    assert "policy.yaml:1:10: 'shred' is not a known word here" in done.stderr
    assert run(delivery, "-o", delivery / "clean").returncode == 2
    assert run(delivery, "-o", delivery).returncode == 2
    assert not (tmp_path / "clean").exists()
