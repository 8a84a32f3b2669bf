from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from bpoaudit.delivery import discover
from bpoaudit.errors import NoInputError, UnreadableSource, UnsupportedSource


def test_sources_are_relative_sorted_and_complete(tmp_path: Path) -> None:
    for name in ("b.csv", "a/z.csv", "a/b/c.csv", ".hidden", "a.csv"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x" * len(name))
    found = discover([tmp_path])
    assert [file.source for file in found] == [".hidden", "a.csv", "a/b/c.csv", "a/z.csv", "b.csv"]
    assert [file.bytes for file in found] == [7, 5, 9, 7, 5]
    assert all(file.problem is None for file in found)


def test_a_file_is_its_own_name(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a")
    (file,) = discover([tmp_path / "t.csv"])
    assert (file.source, file.bytes) == ("t.csv", 1)


def test_several_arguments_are_told_apart_by_name(tmp_path: Path) -> None:
    for folder in ("x/may", "y/may", "june"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "t.csv").write_text("a")
    (tmp_path / "one.csv").write_text("a")
    arguments = [tmp_path / name for name in ("x/may", "y/may", "june", "one.csv")]
    sources = [file.source for file in discover(arguments)]
    assert sources == ["june/t.csv", "may/t.csv", "may_2/t.csv", "one.csv"]


def test_what_is_named_twice_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "may").mkdir()
    (tmp_path / "may" / "t.csv").write_text("a")
    (tmp_path / "june.csv").write_text("b")
    may, inside, june = tmp_path / "may", tmp_path / "may" / "t.csv", tmp_path / "june.csv"
    assert [file.source for file in discover([inside, june, may, june])] == ["june.csv", "may/t.csv"]
    assert [file.source for file in discover([june, tmp_path / "may" / ".." / "june.csv"])] == ["june.csv"]


def test_names_are_percent_encoded_where_a_source_has_a_meaning_for_them(tmp_path: Path) -> None:
    (tmp_path / "50%!#.csv").write_text("a")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.csv")).write_text("a")
    (tmp_path / "łódź.csv").write_text("a")
    sources = [file.source for file in discover([tmp_path])]
    assert sources == ["50%25%21%23.csv", "caf%E9.csv", "łódź.csv"]
    for source in sources:
        source.encode("utf-8")


def test_links(tmp_path: Path) -> None:
    outside = tmp_path / "outside.csv"
    outside.write_text("secret")
    delivery = tmp_path / "delivery"
    (delivery / "folder").mkdir(parents=True)
    (delivery / "folder" / "real.csv").write_text("abc")
    (delivery / "inside").symlink_to("folder/real.csv")
    (delivery / "out").symlink_to(outside)
    (delivery / "dangling").symlink_to("nowhere")
    (delivery / "loop").symlink_to("loop")
    (delivery / "folder" / "up").symlink_to("..")
    found = {file.source: file for file in discover([delivery])}
    assert set(found) == {"folder/real.csv", "folder/up", "inside", "out", "dangling", "loop"}
    assert found["inside"].problem is None
    assert found["inside"].bytes == 3
    for source in ("folder/up", "out", "dangling", "loop"):
        assert isinstance(found[source].problem, UnreadableSource), source


def test_a_linked_argument_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "t.csv").write_text("a")
    (tmp_path / "link").symlink_to("real")
    (file,) = discover([tmp_path / "link"])
    assert file.problem is None


def test_pipes_and_sockets_are_listed_and_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    with socket.socket(socket.AF_UNIX) as server:
        here = Path.cwd()
        os.chdir(tmp_path)  # the path of a socket is at most 108 bytes long
        server.bind("sock")
        os.chdir(here)
        found = discover([tmp_path])
    assert [file.source for file in found] == ["pipe.csv", "sock"]
    assert all(isinstance(file.problem, UnsupportedSource) for file in found)
    (alone,) = discover([tmp_path / "pipe.csv"])
    assert isinstance(alone.problem, UnsupportedSource)


def test_a_folder_that_may_not_be_opened_is_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "closed").mkdir()
    (tmp_path / "t.csv").write_text("a")
    scandir = os.scandir

    def refuse(path: Path) -> object:
        if Path(path).name == "closed":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    found = discover([tmp_path])
    assert [(file.source, file.problem is None) for file in found] == [("closed", False), ("t.csv", True)]


@pytest.mark.parametrize("name", ["nowhere", "empty", "nested"])
def test_nothing_to_audit(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "nested" / "deep" / "deeper").mkdir(parents=True)
    with pytest.raises(NoInputError):
        discover([tmp_path / name])


def test_no_argument_is_no_input() -> None:
    with pytest.raises(NoInputError):
        discover([])
