"""What is shown while a delivery is read."""

from __future__ import annotations

import io
import os
import pty
import sys
from pathlib import Path

import pytest
from rich.console import Console

from bpoaudit.cli.progress import progress
from bpoaudit.cli.reading_bar import ReadingBar
from bpoaudit.model import Source, SourceStatus


def source(name: str) -> Source:
    return Source(
        source=name, media_type="text/csv", bytes=10, sha256=None, status=SourceStatus.READ, records_read=7,
        records_total=7,
    )  # fmt: skip


def test_in_a_pipe_nothing_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    with progress(False) as heard:
        heard.started(1, 10, [0])
        heard.done([source("a.csv")], 10)
    assert capsys.readouterr() == ("", "")


def test_lines_are_printed_where_they_are_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    with progress(True) as heard:
        heard.started(2, 20, [0, 0])
        heard.done([source("a.zip"), source("a.zip!b.csv")], 10)
    assert capsys.readouterr().err == "[1/2] a.zip: read, 7 records, 1 inside\n"


def test_on_a_terminal_there_is_a_line_a_file_and_a_bar_that_moves_within_a_file() -> None:
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True, width=120, legacy_windows=False)
    reached = [0]
    with ReadingBar(console) as bar:
        bar.begin(2, 4_000_000, reached)
        reached[0] = 1_000_000
        bar.refresh()
        assert bar.tasks[0].completed == 1_000_000
        bar.done("[red]a.csv: read, 7 records", 2_000_000)
        bar.refresh()
        assert bar.tasks[0].completed == 2_000_000
    shown = screen.getvalue()
    assert "[red]a.csv: read, 7 records" in shown, "names are no markup"
    assert "1 of 2 files" in shown
    assert "2.0/4.0 MB" in shown


@pytest.mark.slow
def test_a_scan_on_a_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "in.csv").write_text("id,mail\n1,ann@example.org\n")
    monkeypatch.setenv("TERM", "xterm-256color")
    shown = io.BytesIO()

    def read(terminal: int) -> bytes:
        block = os.read(terminal, 4096)
        shown.write(block)
        return block

    command = str(Path(sys.executable).parent / "bpoaudit")
    status = pty.spawn([command, "scan", str(tmp_path / "in.csv")], read)
    assert os.waitstatus_to_exitcode(status) == 0, shown.getvalue().decode(errors="replace")
    assert b"in.csv: read, 1 record" in shown.getvalue()
