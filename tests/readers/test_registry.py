from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

import pytest

from bpoaudit import readers
from bpoaudit.delivery.content import Content
from bpoaudit.errors import SourceError, UnsupportedSource
from bpoaudit.readers import READERS, open_parts

SECRET = "ann.lee@example.org"


def test_every_reader_module_is_registered() -> None:
    registered = {each for reader in READERS for each in reader.formats}
    for module in pkgutil.walk_packages(readers.__path__, "bpoaudit.readers."):
        formats = getattr(importlib.import_module(module.name), "FORMATS", ())
        assert registered.issuperset(formats), module.name


def test_no_media_type_has_two_readers() -> None:
    types = [media_type for reader in READERS for media_type in reader.media_types]
    assert len(types) == len(set(types))


def test_an_unknown_format_is_said(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedSource, match="application/x-foo"):
        list(open_parts(Content.of_bytes("t.foo", b"?"), "application/x-foo"))


HOSTILE = [
    b"",
    b"\x00" * 1000,
    b"\xff\xfe" + b"\xd8\x00" * 50,
    b"\xef\xbb\xbf",
    SECRET.encode() + b"\r\r\n\n\x00\x1a",
    ("[" * 5000 + SECRET).encode(),
    ('{"' + SECRET + '": "\\ud800').encode(),
    ("WEBVTT\n\n" + SECRET + " --> \n99:99:99.999 --> 1\n" + SECRET).encode(),
    ("a,b\n" + '"' * 999 + SECRET + "\n").encode(),
    (SECRET + ": x\n" + SECRET + ": y\n").encode(),
    b"PK\x03\x04" + SECRET.encode(),
    bytes(range(256)) * 8,
]


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.media_types[0])
@pytest.mark.parametrize("content", HOSTILE, ids=range(len(HOSTILE)))
def test_whatever_the_bytes_there_are_records_or_a_source_error(
    tmp_path: Path, reader: readers.Reader, content: bytes
) -> None:
    path = tmp_path / "t"
    path.write_bytes(content)
    error = _read(path, reader.media_types[0])
    if error is not None:
        assert SECRET not in f"{error!r} {error.__cause__!r}"
        assert error.__suppress_context__ or error.__context__ is None


def _read(path: Path, media_type: str) -> SourceError | None:
    try:
        for part in open_parts(Content.of_path(path), media_type):
            for batch in part.batches:
                assert SECRET not in f"{part!r} {batch!r} {batch.turns!r} {part.notes} {part.losses}"
                for column in batch.fields:
                    for value in (column.name, *column.values):
                        value.encode("utf-8")
    except SourceError as error:
        return error
    return None
