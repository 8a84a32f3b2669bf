from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest

from bpoaudit.delivery import content as module
from bpoaudit.delivery.budget import Budget
from bpoaudit.delivery.content import Content, why_unreadable
from bpoaudit.delivery.streamed import streamed
from bpoaudit.errors import LimitReached, SourceError, UnreadableSource

SECRET = b"ann.lee@example.org"


class Breaking(io.RawIOBase):
    """Gives `data`, then breaks."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        count = self._data.readinto(buffer)
        if not count:
            raise ZeroDivisionError(SECRET.decode())
        return count


def of_stream(data: bytes, **options: object) -> Content:
    return Content("t", lambda: streamed(iter([data[:3], data[3:]])), **options)  # type: ignore[arg-type]


def read_all(content: Content) -> tuple[bytes, SourceError | None]:
    read = bytearray()
    try:
        with content.open() as stream:
            while block := stream.read(4):
                read += block
    except SourceError as error:
        return bytes(read), error
    return bytes(read), None


def test_a_file_on_disk(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"0123456789")
    with Content.of_path(path) as content:
        assert content.name == "a.csv"
        assert read_all(content) == read_all(content) == (b"0123456789", None)
        with content.at_path() as same:
            assert same == path
        with content.open_seekable() as file:
            file.seek(5)
            assert file.read() == b"56789"


@pytest.mark.parametrize("size", [None, 10])
def test_a_stream_can_be_read_jumped_in_and_given_by_path(size: int | None) -> None:
    with of_stream(b"0123456789", size=size) as content:
        assert read_all(content) == read_all(content) == (b"0123456789", None)
        assert content.first(4) == (b"0123", False)
        assert content.first(10) == (b"0123456789", True)
        with content.open_seekable() as file:
            file.seek(5)
            assert file.read() == b"56789"
        with content.at_path() as path:
            assert path.read_bytes() == b"0123456789"
            # A process of its own opens the same memory.
            code = "import pathlib, sys; sys.stdout.write(pathlib.Path(sys.argv[1]).read_text())"
            told = subprocess.run(
                [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True
            )
            assert told.stdout == "0123456789"
    assert not path.exists()


def test_a_small_member_is_unpacked_once_and_a_large_one_for_each_reading() -> None:
    for size, openings in ((10, 1), (module._SMALL + 1, 3)):
        opened = 0

        def begin() -> io.BytesIO:
            nonlocal opened
            opened += 1
            return io.BytesIO(b"0123456789")

        with Content("t", begin, size=size) as content:
            for _ in range(3):
                assert read_all(content) == (b"0123456789", None)
        assert opened == openings


@pytest.mark.parametrize("size", [None, 10, 1 << 40])
def test_what_comes_before_a_fault_is_read_every_time(size: int | None) -> None:
    with Content("t", lambda: Breaking(b"01234567"), size=size, faults=(ZeroDivisionError,)) as content:  # fmt: skip
        for _ in range(2):
            read, error = read_all(content)
            assert read == b"01234567"
            assert isinstance(error, UnreadableSource)
            assert error.message == "breaks off after 8 bytes (ZeroDivisionError)"
        with pytest.raises(UnreadableSource) as raised:
            content.open_seekable()
        assert SECRET.decode() not in f"{raised.value!r} {raised.value.__cause__!r}"


def test_what_cannot_be_opened_says_so(tmp_path: Path) -> None:
    content = Content.of_path(tmp_path / "ann.lee.csv")
    with pytest.raises(UnreadableSource) as raised:
        content.open()
    assert raised.value.message == "cannot be read: FileNotFoundError"
    assert "ann.lee" not in repr(content)


def test_what_may_not_be_opened_is_told_as_of_a_folder(tmp_path: Path) -> None:
    assert why_unreadable(PermissionError(13, "Permission denied", "ann.lee.csv")) == "may not be opened"
    assert why_unreadable(IsADirectoryError(21, "ann.lee")) == "cannot be read: IsADirectoryError"


def test_what_is_read_again_is_paid_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bpoaudit.delivery.budget.MIN_BYTES", 15)
    with of_stream(b"0123456789", budget=Budget(0)) as content:
        for _ in range(5):
            assert read_all(content) == (b"0123456789", None)


@pytest.mark.parametrize("size", [None, 30])
def test_what_is_too_much_ends_at_the_same_place_every_time(
    monkeypatch: pytest.MonkeyPatch, size: int | None
) -> None:
    monkeypatch.setattr("bpoaudit.delivery.budget.MIN_BYTES", 15)

    def begin() -> io.BufferedReader:
        return streamed(iter([b"0123456789"] * 3))  # type: ignore[return-value]

    with Content("t", begin, size=size, budget=Budget(0)) as content:
        readings = [read_all(content) for _ in range(3)]
    assert {read for read, _ in readings} == {b"0123456789"}
    assert {type(error) for _, error in readings} == {LimitReached}


def test_more_than_may_be_held_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_HELD", 5)
    with of_stream(b"0123456789") as content:
        assert read_all(content) == (b"0123456789", None)
        with pytest.raises(UnreadableSource, match="larger than the 5 bytes held in memory"):
            content.open_seekable()


def test_nothing_of_it_shows() -> None:
    content = Content.of_bytes(SECRET.decode(), SECRET)
    assert SECRET.decode() not in repr(content)
