from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from bpoaudit.errors import OutputError
from bpoaudit.report.files import Publication, write_atomically


def test_text_is_written_as_utf8_and_replaces_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text("old")
    write_atomically(path, "•")
    assert path.read_bytes() == "•".encode()
    assert [p.name for p in tmp_path.iterdir()] == ["report.html"]


def test_a_failure_leaves_the_previous_file_and_no_rest(tmp_path: Path) -> None:
    path = tmp_path / "audit.json"
    path.write_text("old")

    def write_half() -> None:
        with Publication() as publication, publication.file(path) as file:
            file.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_half()
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["audit.json"]


def test_the_file_appears_only_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "findings.jsonl"
    with Publication() as publication:
        with publication.file(path) as file:
            file.write(b"{}\n")
        assert not path.exists()
    assert path.read_bytes() == b"{}\n"


def test_permissions_are_those_of_any_new_file(tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("")
    write_atomically(tmp_path / "report.html", "x")
    modes = {stat.S_IMODE(p.stat().st_mode) for p in tmp_path.iterdir()}
    assert len(modes) == 1


def test_a_pipe_is_written_to_and_stays_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    received: list[bytes] = []
    reader = threading.Thread(target=lambda: received.append(pipe.read_bytes()), daemon=True)
    reader.start()
    write_atomically(pipe, b"through")
    reader.join(timeout=10)
    assert received == [b"through"]
    assert pipe.is_fifo()


@pytest.mark.parametrize("place", ["no-such-folder/report.html", "folder"])
def test_what_cannot_be_written_is_an_output_error(tmp_path: Path, place: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(OutputError, match=r"cannot write .*: \w+") as caught:
        write_atomically(tmp_path / place, "x")
    assert caught.value.hint
