"""Sealed files: what was changed in them, or put in their place, is never believed."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpoaudit.executors.sealed import Changed, read_sealed, write_sealed

KEY = b"k" * 32


@pytest.fixture
def entry(tmp_path: Path) -> Path:
    path = tmp_path / "entry"
    write_sealed(path, KEY, [b"first ", b"", b"second"])
    return path


def read(path: Path, key: bytes = KEY) -> bytes:
    return b"".join(read_sealed(path, key))


def test_what_was_written_is_read(entry: Path) -> None:
    assert read(entry) == b"first second"
    assert b"second" not in entry.read_bytes()
    assert entry.stat().st_mode & 0o077 == 0, "for nobody else"


def test_what_is_larger_than_a_block_comes_in_pieces(tmp_path: Path) -> None:
    blocks = [os.urandom(700_001), bytes(5_000_000), os.urandom(3)]
    write_sealed(tmp_path / "large", KEY, blocks)
    pieces = list(read_sealed(tmp_path / "large", KEY))
    assert b"".join(pieces) == b"".join(blocks)
    assert max(map(len, pieces)) <= 1 << 20


@given(data=st.data())
def test_a_changed_bit_anywhere_is_noticed(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("sealed") / "entry"
    write_sealed(path, KEY, [b"first ", b"second"])
    raw = bytearray(path.read_bytes())
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    path.write_bytes(raw)
    with pytest.raises(Changed):
        read(path)


@pytest.mark.parametrize("length", [0, 1, 20, 40, -1])
def test_a_broken_off_file_is_noticed(entry: Path, length: int) -> None:
    entry.write_bytes(entry.read_bytes()[:length])
    with pytest.raises(Changed):
        read(entry)


def test_nothing_is_given_before_all_of_it_was_checked(tmp_path: Path) -> None:
    path = tmp_path / "large"
    write_sealed(path, KEY, [os.urandom(3_000_000)])
    raw = bytearray(path.read_bytes())
    raw[-1] ^= 1
    path.write_bytes(raw)
    with pytest.raises(Changed):
        next(read_sealed(path, KEY))


def test_another_key_opens_nothing(entry: Path) -> None:
    with pytest.raises(Changed):
        read(entry, b"o" * 32)


def test_nothing_can_be_put_in_its_place(entry: Path) -> None:
    other = entry.with_name("other")
    other.write_bytes(entry.read_bytes())
    with pytest.raises(Changed):
        read(other)


def test_a_link_is_not_followed(entry: Path) -> None:
    link = entry.with_name("link")
    link.symlink_to(entry)
    with pytest.raises(OSError, match="symbolic"):
        read(link)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(Changed):
        read(tmp_path / "pipe")


def test_what_cannot_be_written_to_its_end_leaves_nothing(entry: Path) -> None:
    def pieces() -> object:
        yield b"begun"
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        write_sealed(entry, KEY, pieces())  # type: ignore[arg-type]
    assert read(entry) == b"first second", "what was there before"
    assert [path.name for path in entry.parent.iterdir()] == ["entry"]


def test_two_who_write_the_same_never_disturb_who_reads(entry: Path) -> None:
    def write(_: int) -> None:
        for _ in range(20):
            write_sealed(entry, KEY, [b"first ", b"second"])

    with ThreadPoolExecutor(2) as pool:
        writing = [pool.submit(write, each) for each in range(2)]
        while not all(each.done() for each in writing):
            assert read(entry) == b"first second"
        for each in writing:
            each.result()
