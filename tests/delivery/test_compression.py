from __future__ import annotations

import bz2
import gzip
import lzma
import tracemalloc
import zlib
from collections.abc import Callable

import pytest

from bpoaudit.delivery.budget import Budget
from bpoaudit.delivery.compression import BZIP2, COMPRESSIONS, GZIP, XZ, ZSTD, decompressed, zstd
from bpoaudit.delivery.content import Content
from bpoaudit.delivery.media import media_type
from bpoaudit.errors import LimitReached, SourceError, UnreadableSource

DATA = b"".join(b"%d,u%d@example.org\r\n" % (n, n * 7919 % 10007) for n in range(30_000))
PACK: dict[str, Callable[[bytes], bytes]] = {
    GZIP: gzip.compress,
    BZIP2: bz2.compress,
    XZ: lzma.compress,
    ZSTD: lambda data: zstd.compress(data, options={zstd.CompressionParameter.checksum_flag: 1}),
}

every_way = pytest.mark.parametrize("way", PACK, ids=[COMPRESSIONS[way].name for way in PACK])


def unpack(data: bytes, way: str, name: str = "t", step: int = 10_000) -> tuple[bytes, SourceError | None]:
    read = bytearray()
    with decompressed(Content.of_bytes(name, data), way, Budget(len(data))) as content:
        try:
            with content.open() as stream:
                while block := stream.read(step):
                    read += block
        except SourceError as error:
            return bytes(read), error
    return bytes(read), None


@every_way
def test_a_file_is_what_it_holds(way: str) -> None:
    packed = PACK[way](DATA)
    assert media_type(Content.of_bytes("t", packed)) == way
    assert unpack(packed, way) == (DATA, None)
    assert unpack(PACK[way](b""), way) == (b"", None)


@every_way
def test_it_can_be_read_again_from_the_first_byte(way: str) -> None:
    with decompressed(Content.of_bytes("t", PACK[way](DATA)), way, Budget(0)) as content:
        for _ in range(2):
            assert content.first(100) == (DATA[:100], False)


@every_way
def test_streams_one_after_another_are_one(way: str) -> None:
    packed = PACK[way](DATA)
    assert unpack(packed + PACK[way](b"") + packed, way) == (DATA * 2, None)


@every_way
def test_zeros_behind_a_stream_are_padding(way: str) -> None:
    packed = PACK[way](DATA)
    assert unpack(packed + bytes(1000) + packed + bytes(300_000), way) == (DATA * 2, None)


@every_way
def test_anything_else_behind_a_stream_is_said(way: str) -> None:
    read, error = unpack(PACK[way](DATA) + b"ann.lee@example.org" * 9, way)
    assert read == DATA
    assert isinstance(error, UnreadableSource)
    assert error.message == "bytes that are not compressed follow the end of the stream"


@every_way
@pytest.mark.parametrize("share", [0.01, 0.5, 0.99])
def test_what_comes_before_a_cut_is_read(way: str, share: float) -> None:
    packed = PACK[way](DATA)
    read, error = unpack(packed[: int(len(packed) * share)], way)
    assert isinstance(error, UnreadableSource)
    assert "breaks off after" in error.message
    assert DATA.startswith(read)
    if way != BZIP2:  # which unpacks 900 KB at a time or nothing
        assert len(read) >= len(DATA) * (share - 0.2)


@every_way
def test_a_cut_in_the_second_stream_is_said_too(way: str) -> None:
    packed = PACK[way](DATA)
    read, error = unpack(packed + packed[: len(packed) // 3], way)
    assert isinstance(error, UnreadableSource)
    assert read.startswith(DATA)


@every_way
def test_a_broken_stream_is_said(way: str) -> None:
    packed = bytearray(PACK[way](DATA))
    packed[len(packed) // 2] ^= 0xFF
    read, error = unpack(bytes(packed), way)
    assert isinstance(error, UnreadableSource)
    assert len(read) <= len(DATA)


def test_the_checksum_of_gzip_is_compared() -> None:
    packed = bytearray(gzip.compress(DATA))
    packed[-8] ^= 1
    _, error = unpack(bytes(packed), GZIP)
    assert isinstance(error, UnreadableSource)


@every_way
def test_a_bomb_ends_at_the_budget_in_little_memory(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bpoaudit.delivery.budget.MIN_BYTES", 64 << 20)
    monkeypatch.setattr("bpoaudit.delivery.budget.MAX_RATIO", 10)
    bomb = PACK[way](bytes(100 << 20))
    if way == GZIP:
        bomb = gzip.compress(bytes(100 << 20), 9)
    tracemalloc.start()
    with decompressed(Content.of_bytes("t", bomb), way, Budget(len(bomb))) as content:
        stream = content.open()
        sizes: list[int] = []
        with pytest.raises(LimitReached, match="unpacks to more than 67,108,864 bytes"):
            sizes.extend(len(block) for block in iter(lambda: stream.read(1 << 20), b""))
    assert 60 << 20 < sum(sizes) <= 64 << 20
    assert tracemalloc.get_traced_memory()[1] < 16 << 20
    tracemalloc.stop()


def test_a_window_larger_than_allowed_is_a_limit() -> None:
    settings = {
        zstd.CompressionParameter.window_log: 30,
        zstd.CompressionParameter.enable_long_distance_matching: 1,
    }
    compressor = zstd.ZstdCompressor(options=settings)
    packed = compressor.compress(b"x" * 100_000) + compressor.flush()
    read, error = unpack(packed, ZSTD)
    assert read == b""
    assert isinstance(error, LimitReached)
    assert error.message == "needs more than 536,870,912 bytes of memory to unpack"


def test_an_xz_that_looks_back_too_far_is_a_limit() -> None:
    packed = bytearray(lzma.compress(DATA, filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 20}]))
    # The size of the dictionary is a byte of the block's header, which has a checksum.
    length = (packed[12] + 1) * 4
    at = packed.index(b"\x21\x01", 12) + 2
    packed[at] = 40
    packed[12 + length - 4 : 12 + length] = zlib.crc32(packed[12 : 12 + length - 4]).to_bytes(4, "little")
    read, error = unpack(bytes(packed), XZ)
    assert read == b""
    assert isinstance(error, LimitReached)


@pytest.mark.parametrize(
    ("name", "way", "inner"),
    [
        ("claims.csv.gz", GZIP, "claims.csv"),
        ("CLAIMS.CSV.GZ", GZIP, "CLAIMS.CSV"),
        ("claims.csv", GZIP, "claims.csv"),
        ("claims.csv.gz", ZSTD, "claims.csv.gz"),
        ("q3.tgz", GZIP, "q3.tar"),
        ("q3.tar.zst", ZSTD, "q3.tar"),
    ],
)
def test_the_name_inside(name: str, way: str, inner: str) -> None:
    assert decompressed(Content.of_bytes(name, b""), way, Budget(0)).name == inner


def test_what_breaks_below_comes_through() -> None:
    def begin() -> None:
        raise UnreadableSource("gone")

    with pytest.raises(UnreadableSource, match=r"^gone$"):
        decompressed(Content("t", begin), GZIP, Budget(0)).open()  # type: ignore[arg-type]
