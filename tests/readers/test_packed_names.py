from __future__ import annotations

import gzip
import io
import struct
import zlib

import pytest

from bpoaudit.delivery.compression import GZIP, ZSTD, Budget, decompressed
from bpoaudit.delivery.content import Content
from bpoaudit.readers.archives.packed_names import packed_part, packed_texts
from tests.readers.conftest import consume


def gzipped(flags: int, header: bytes) -> bytes:
    data = b"a,b\n1,2\n"
    body = zlib.compress(data, wbits=-15)
    return (
        b"\x1f\x8b\x08"
        + bytes([flags])
        + bytes(6)
        + header
        + body
        + struct.pack("<2L", zlib.crc32(data), len(data))
    )


def texts(data: bytes, name: str = "x.csv.gz", way: str = GZIP) -> list[tuple[str, str]]:
    with Content.of_bytes(name, data) as content:
        return list(packed_texts(content, way))


def test_the_name_and_comment_in_the_header_are_texts() -> None:
    data = gzipped(1 << 2 | 1 << 3 | 1 << 4, b"\3\0abc" + b"ann.lee@example.org.csv\0" + b"f\xfcr Ann Lee\0")
    assert texts(data) == [("packed_name", "ann.lee@example.org.csv"), ("comment", "für Ann Lee")]
    with decompressed(Content.of_bytes("x.gz", data), GZIP, Budget(0)) as inside:
        assert inside.first(100) == (b"a,b\n1,2\n", True)


def test_a_name_that_the_file_still_has_is_not_told_twice() -> None:
    packed = io.BytesIO()
    with gzip.GzipFile("claims.csv", "wb", fileobj=packed, mtime=0) as file:
        file.write(b"x")
    assert texts(packed.getvalue(), "claims.csv.gz") == []
    assert texts(packed.getvalue(), "other.csv.gz") == [("packed_name", "claims.csv")]


@pytest.mark.parametrize("length", range(0, 40, 3))
def test_a_header_that_breaks_off_gives_what_is_there(length: int) -> None:
    data = gzipped(1 << 3, b"ann.lee@example.org\0")[:length]
    assert all("ann.lee@example.org".startswith(text) for _, text in texts(data))


def test_other_formats_have_none() -> None:
    assert texts(gzip.compress(b"x"), way=ZSTD) == []
    assert texts(gzip.compress(b"x")) == []


def test_they_are_metadata() -> None:
    part = packed_part([("packed_name", "one"), ("comment", "two"), ("packed_name", "three")], "text/csv")
    assert consume(part).fields == {"packed_name": [(0, "one"), (0, "three")], "comment": [(0, "two")]}
