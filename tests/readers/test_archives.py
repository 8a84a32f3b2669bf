from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field

import py7zr
import pyppmd
import pytest
import pyzipper
from generate.zipcrypto import zipcrypto
from inflate64 import Deflater

from bpoaudit.delivery.budget import Budget
from bpoaudit.delivery.compression import COMPRESSIONS, decompressed, zstd
from bpoaudit.delivery.content import Content
from bpoaudit.delivery.media import media_type
from bpoaudit.errors import (
    EncryptedSource,
    LimitReached,
    SourceError,
    UnreadableSource,
    UnsupportedSource,
)
from bpoaudit.readers import Member, Part, ReadOptions, open_parts
from bpoaudit.readers.archives import held
from tests.readers.conftest import Seen, consume

SECRET = "ann.lee@example.org"
ROWS = b"id,mail\r\n" + b"".join(b"%d,u%d@example.org\r\n" % (n, n) for n in range(2000))
LAST = ROWS + b"2001," + SECRET.encode() + b"\r\n"


@dataclass
class Unpacked:
    """What came out of an archive, each member read while it was its turn."""

    contents: dict[str, bytes] = field(default_factory=dict)
    errors: dict[str, SourceError] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)
    about: list[Seen] = field(default_factory=list)
    error: SourceError | None = None

    @property
    def losses(self) -> str:
        return "; ".join(loss for seen in self.about for loss in seen.part.losses)

    @property
    def notes(self) -> str:
        return "; ".join(note for seen in self.about for note in seen.part.notes)


def unpack(data: bytes, *passwords: str, name: str = "t", budget: Budget | None = None) -> Unpacked:
    budget = budget or Budget(len(data))
    how = ReadOptions(passwords=passwords, budget=budget)
    got = Unpacked()
    try:
        with Content.of_bytes(name, data) as content:
            media = media_type(content)
            while media in COMPRESSIONS:
                content = decompressed(content, media, budget)
                media = media_type(content)
            for piece in open_parts(content, media, how):
                if isinstance(piece, Part):
                    got.about.append(consume(piece))
                else:
                    _take(piece, got)
    except SourceError as error:
        got.error = error
    for problem in (*got.errors.values(), got.error):
        assert SECRET not in f"{problem!r}"
    return got


def _take(member: Member, got: Unpacked) -> None:
    assert member.suffix not in got.members
    member.suffix.encode("utf-8")
    assert SECRET not in repr(member)
    got.members[member.suffix] = member
    if member.problem is not None:
        assert member.content is None
        got.errors[member.suffix] = member.problem
        return
    assert member.content is not None
    with member.content as content:
        first = _read(content, member.suffix, got)
        again = _read(content, member.suffix, got)
        assert first == again
        got.contents[member.suffix] = first


def _read(content: Content, suffix: str, got: Unpacked) -> bytes:
    read = bytearray()
    try:
        with content.open() as stream:
            while block := stream.read(1000):
                read += block
    except SourceError as error:
        got.errors[suffix] = error
    return bytes(read)


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data, compress_type=method)
    return packed.getvalue()


def tarred(*members: tuple[str, bytes], kind: int = tarfile.PAX_FORMAT) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=kind) as archive:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return packed.getvalue()


def seven(*members: tuple[str, bytes], **options: object) -> bytes:
    packed = io.BytesIO()
    with py7zr.SevenZipFile(packed, "w", **options) as archive:
        for name, data in members:
            archive.writestr(data, name)
    return packed.getvalue()


def locked(*members: tuple[str, bytes], aes: bool, password: str = "geheim") -> bytes:
    if not aes:
        return zipcrypto(members, password.encode(), random.Random(0))
    packed = io.BytesIO()
    with pyzipper.AESZipFile(packed, "w", pyzipper.ZIP_DEFLATED) as archive:
        archive.setpassword(password.encode())
        archive.setencryption(pyzipper.WZ_AES)
        for name, data in members:
            archive.writestr(name, data)
    return packed.getvalue()


def raw_zip(
    name: bytes, packed: bytes, data: bytes, method: int, *, flags: int = 0, extra: bytes = b"",
    name_in_directory: bytes | None = None, attributes: int = 0,
) -> bytes:  # fmt: skip
    """Write a zip of one member that no library would."""
    sizes = (zlib.crc32(data), len(packed), len(data))
    local = struct.pack("<4s5H3L2H", b"PK\3\4", 20, flags, method, 0, 0, *sizes, len(name), len(extra))
    body = local + name + extra + packed
    named = name if name_in_directory is None else name_in_directory
    central = struct.pack(
        "<4s6H3L5H2L", b"PK\1\2", 0x314, 20, flags, method, 0, 0, *sizes, len(named), len(extra), 0, 0, 0, attributes, 0
    )  # fmt: skip
    central += named + extra
    return body + central + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, len(central), len(body), 0)


ARCHIVES: dict[str, Callable[..., bytes]] = {"zip": zipped, "tar": tarred, "7z": seven}


@pytest.mark.parametrize("pack", ARCHIVES.values(), ids=ARCHIVES)
def test_every_member_is_a_source_with_its_whole_content(pack: Callable[..., bytes]) -> None:
    got = unpack(pack(("q3/a.csv", ROWS), ("q3/deep/er/b.csv", LAST), ("empty.txt", b"")))
    assert got.contents == {"!q3/a.csv": ROWS, "!q3/deep/er/b.csv": LAST, "!empty.txt": b""}
    assert not got.errors
    assert not got.losses


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, lzma.compress, zstd.compress])
def test_a_compressed_tar_is_read_in_one_go(compress: Callable[[bytes], bytes]) -> None:
    files = [(f"{n}.csv", LAST) for n in range(20)]
    got = unpack(compress(tarred(*files)))
    assert got.contents == {f"!{name}": data for name, data in files}


def test_a_compressed_stream_is_unpacked_once_whatever_the_number_of_members() -> None:
    noise = random.Random(1).randbytes(300_000)
    packed = gzip.compress(tarred(*((f"{n}", noise) for n in range(30))))
    opened = 0

    def begin() -> io.BytesIO:
        nonlocal opened
        opened += 1
        return io.BytesIO(packed)

    inner = decompressed(Content("t.tar.gz", begin), "application/gzip", Budget(len(packed)))
    got = Unpacked()
    for piece in open_parts(inner, "application/x-tar"):
        if isinstance(piece, Member):
            _take(piece, got)
    assert len(got.contents) == 30
    assert opened == 1


@pytest.mark.parametrize("pack", [lambda *m: gzip.compress(tarred(*m)), seven], ids=["tar.gz", "7z"])
def test_a_member_too_large_to_be_held_is_unpacked_again_for_each_reading(
    pack: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("tar_archive", "seven_zip"):
        monkeypatch.setattr(f"bpoaudit.readers.archives.{module}.HOLD", 1000)
    got = unpack(pack(("a", b"before"), ("large.csv", LAST), ("b", b"after")))
    assert got.contents == {"!a": b"before", "!large.csv": LAST, "!b": b"after"}


def test_archives_in_archives_are_members_like_any_other() -> None:
    inner = zipped(("deep.csv", LAST))
    middle = unpack(tarred(("inner.zip", inner)))
    assert unpack(middle.contents["!inner.zip"]).contents == {"!deep.csv": LAST}


# --- names ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "suffix", "note"),
    [
        ("a!b#c%.csv", "!a%21b%23c%25.csv", ""),
        ("../../etc/x.csv", "!../../etc/x.csv", "leaves the folder"),
        ("/etc/x.csv", "!/etc/x.csv", "leaves the folder"),
        ("C:\\temp\\x.csv", "!C:/temp/x.csv", "leaves the folder"),
        ("a\nb\x1b[31m.csv", "!a%0Ab%1B[31m.csv", ""),
        ("żółw.csv", "!żółw.csv", ""),
    ],
)
@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_names_stay_true_and_harmless(kind: str, name: str, suffix: str, note: str) -> None:
    got = unpack(ARCHIVES[kind]((name, b"x")))
    (member,) = got.members.values()
    assert member.suffix == suffix
    assert note in "; ".join(member.notes)
    assert got.contents[suffix] == b"x"


def test_a_7z_name_that_its_library_refuses_to_unpack_is_read() -> None:
    data = seven(("aa/bb/x.csv", LAST), header_encryption=False)
    plain = io.BytesIO()
    with py7zr.SevenZipFile(plain, "w") as archive:
        archive.set_encoded_header_mode(False)
        archive.writestr(LAST, "aa/bb/x.csv")
    data = plain.getvalue().replace("aa/bb/".encode("utf-16-le"), "../../".encode("utf-16-le"))
    got = unpack(_with_header_sum(data))
    assert got.contents == {"!../../x.csv": LAST}


def _with_header_sum(data: bytes) -> bytes:
    """Make the checksums of a 7z header right again."""
    offset, size = struct.unpack_from("<QQ", data, 12)
    start = struct.pack("<QQL", offset, size, zlib.crc32(data[32 + offset : 32 + offset + size]))
    return data[:8] + struct.pack("<L", zlib.crc32(start)) + start + data[32:]


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("pack", ARCHIVES.values(), ids=ARCHIVES)
def test_names_that_come_twice_are_told_apart(pack: Callable[..., bytes]) -> None:
    got = unpack(pack(("a.csv", b"one"), ("a.csv", b"two"), ("a.csv_2", b"three")))
    assert sorted(got.contents.values()) == [b"one", b"three", b"two"]
    assert got.contents["!a.csv"] == b"one"
    assert "has the name of another member" in got.members["!a.csv_2"].notes


@pytest.mark.parametrize(
    ("raw", "flags", "suffix"),
    [
        (b"r\x82sum\x82.csv", 0, "!résumé.csv"),  # code page 437
        ("résumé.csv".encode(), 0, "!résumé.csv"),  # UTF-8 without saying so
        (b"r\xe9sum\xe9.csv", 1 << 11, "!r%E9sum%E9.csv"),  # not what it says
        (b"a\0b", 0, "!a%00b"),
        (b"", 0, "!unnamed"),
    ],
)
def test_zip_names_of_any_encoding(raw: bytes, flags: int, suffix: str) -> None:
    got = unpack(raw_zip(raw, b"x", b"x", 0, flags=flags))
    assert got.contents == {suffix: b"x"}


def test_a_zip_name_in_the_unicode_field_counts_while_it_is_the_same_name() -> None:
    for right, suffix in ((True, "!żółw.csv"), (False, "!zolw.csv")):
        sum_of_name = zlib.crc32(b"zolw.csv") + (not right)
        value = struct.pack("<BL", 1, sum_of_name) + "żółw.csv".encode()
        extra = struct.pack("<2H", 0x7075, len(value)) + value
        assert list(unpack(raw_zip(b"zolw.csv", b"x", b"x", 0, extra=extra)).contents) == [suffix]


def test_folders_are_no_members_but_a_folder_with_content_is() -> None:
    assert not unpack(zipped(("a/", b""))).members
    assert unpack(raw_zip(b"a/", SECRET.encode(), SECRET.encode(), 0)).contents == {"!a/": SECRET.encode()}
    folder = tarfile.TarInfo("a")
    folder.type = tarfile.DIRTYPE
    assert not unpack(_tar_of(folder, tarfile.TarInfo("b"))).members.get("!a")


# --- methods of packing ---------------------------------------------------------------------------


def _deflate64(data: bytes) -> bytes:
    deflater = Deflater()
    return deflater.deflate(data) + deflater.flush()


def _lzma_alone(data: bytes) -> bytes:
    filters = [{"id": lzma.FILTER_LZMA1, "dict_size": 1 << 16, "lc": 3, "lp": 0, "pb": 2}]
    packed = lzma.compress(data, lzma.FORMAT_RAW, filters=filters)
    return b"\x09\x14\x05\0" + bytes([3 + 9 * (0 + 5 * 2)]) + struct.pack("<L", 1 << 16) + packed


def _ppmd(data: bytes) -> bytes:
    encoder = pyppmd.Ppmd8Encoder(6, 16 << 20)
    return struct.pack("<H", 5 | 15 << 4) + encoder.encode(data) + encoder.flush()


METHODS: dict[int, Callable[[bytes], bytes]] = {
    0: bytes,
    8: lambda data: zlib.compress(data, wbits=-15),
    9: _deflate64,
    12: bz2.compress,
    14: _lzma_alone,
    93: zstd.compress,
    95: lzma.compress,
    98: _ppmd,
}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("data", [LAST, b"", b"x" * 3_000_000], ids=["rows", "empty", "repeats"])
def test_every_method_of_packing(method: int, data: bytes) -> None:
    got = unpack(raw_zip(b"a.csv", METHODS[method](data), data, method))
    assert got.errors == {}
    assert got.contents["!a.csv"] == data


@pytest.mark.parametrize("method", METHODS)
def test_a_member_that_is_cut_gives_what_came_before(method: int) -> None:
    packed = METHODS[method](LAST)
    got = unpack(raw_zip(b"a.csv", packed[: len(packed) * 2 // 3], LAST, method))
    assert isinstance(got.errors["!a.csv"], UnreadableSource)
    read = got.contents["!a.csv"]
    sure = read[:-200] if method == 98 else read  # PPMd guesses a few more symbols than there are bits for
    assert LAST.startswith(sure)
    assert len(sure) > 15_000 or method in (12, 93)  # which unpack a block or nothing


@pytest.mark.parametrize("method", METHODS)
def test_a_member_that_breaks_is_said(method: int) -> None:
    packed = bytearray(METHODS[method](LAST))
    packed[len(packed) // 2] ^= 0x55
    got = unpack(raw_zip(b"a.csv", bytes(packed), LAST, method))
    assert isinstance(got.errors["!a.csv"], UnreadableSource)


def test_an_unknown_method_is_said_by_its_number() -> None:
    error = unpack(raw_zip(b"a.csv", b"x", b"x", 10)).errors["!a.csv"]
    assert isinstance(error, UnsupportedSource)
    assert error.message == "packed by method 10, which is not known"


def test_lzma_that_asks_for_too_much_memory_is_not_begun() -> None:
    packed = bytearray(_lzma_alone(LAST))
    packed[5:9] = b"\xff\xff\xff\xff"
    assert isinstance(unpack(raw_zip(b"a", bytes(packed), LAST, 14)).errors["!a"], LimitReached)


# --- passwords ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("aes", "word", "told"),
    [(True, "aes", "(AES)"), (False, "zipcrypto", "(ZipCrypto, a legacy cipher that can be broken)")],
)
def test_members_under_a_password_say_by_which_cipher(aes: bool, word: str, told: str) -> None:
    data = locked(("a.csv", LAST), ("b.csv", ROWS), aes=aes)
    got = unpack(data)
    assert {type(error) for error in got.errors.values()} == {EncryptedSource}
    assert got.errors["!a.csv"].message == f"under a password {told}"
    wrong = unpack(data, "one", "two", "three")
    assert (
        wrong.errors["!b.csv"].message == f"under a password {told}; none of the 3 passwords given opens it"
    )
    right = unpack(data, "one", "geheim")
    assert right.contents == {"!a.csv": LAST, "!b.csv": ROWS}
    assert not right.errors
    for one in (got, wrong, right):
        assert [member.facts for member in one.members.values()] == [{"encryption": word}] * 2


def test_a_wrong_password_that_passes_the_check_byte_is_not_taken_for_right() -> None:
    files = [(f"{n}.csv", b"id,mail\n%d,x@example.org\n" % n) for n in range(60)]
    data = locked(*files, aes=False)
    got = unpack(data, *(f"wrong{n}" for n in range(30)), "geheim")
    assert got.contents == {f"!{name}": content for name, content in files}


def test_a_password_that_is_not_ascii() -> None:
    packed = locked(("a.csv", LAST), aes=False, password="żółw")
    assert unpack(packed, "żółw").contents == {"!a.csv": LAST}


def test_what_was_changed_under_its_password_is_said() -> None:
    data = bytearray(locked(("a.csv", random.Random(2).randbytes(5000)), aes=True))
    data[2500] ^= 1
    assert "!a.csv" in unpack(bytes(data), "geheim").errors


def test_pkware_encryption_is_said() -> None:
    error = unpack(raw_zip(b"a", b"x", b"x", 0, flags=1 | 1 << 6)).errors["!a"]
    assert isinstance(error, EncryptedSource)
    assert "PKWARE" in error.message


def test_a_7z_under_a_password() -> None:
    data = seven(("a.csv", LAST), ("b.csv", ROWS), password="geheim")
    got = unpack(data)
    assert got.errors["!a.csv"].message == "under a password (AES)"
    assert isinstance(got.errors["!b.csv"], EncryptedSource)
    wrong = unpack(data, "one", "two")
    assert wrong.errors["!a.csv"].message == "under a password (AES); none of the 2 passwords given opens it"
    right = unpack(data, "one", "geheim")
    assert right.contents == {"!a.csv": LAST, "!b.csv": ROWS}
    assert right.members["!a.csv"].facts == got.members["!a.csv"].facts == {"encryption": "aes"}


def test_a_7z_with_encrypted_names() -> None:
    data = seven((f"{SECRET}.csv", LAST), password="geheim", header_encryption=True)
    assert isinstance(error := unpack(data).error, EncryptedSource)
    assert error.message == "under a password (AES, its directory too)"
    assert isinstance(unpack(data, "wrong").error, EncryptedSource)
    assert unpack(data, "wrong", "geheim").contents == {f"!{SECRET}.csv": LAST}


# --- what is wrong with a zip ---------------------------------------------------------------------


def _streamed_zip(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Write a zip whose sizes follow its members, as programs do that cannot jump back."""

    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.data = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, data: object) -> int:
            self.data += bytes(data)  # type: ignore[call-overload]
            return len(bytes(data))  # type: ignore[call-overload]

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", method) as archive:  # type: ignore[call-overload]
        for name, data in members:
            archive.writestr(name, data)
    return bytes(pipe.data)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("write", [zipped, _streamed_zip], ids=["sizes before", "sizes behind"])
def test_a_zip_without_its_directory_gives_what_is_there(write: Callable[..., bytes], method: int) -> None:
    data = write(("a.csv", LAST), ("b.csv", ROWS), ("c.csv", LAST), method=method)
    cut = data[: data.index(b"PK\1\2")]
    got = unpack(cut)
    assert got.contents == {"!a.csv": LAST, "!b.csv": ROWS, "!c.csv": LAST}
    assert "breaks off before its directory" in got.losses


@pytest.mark.parametrize("write", [zipped, _streamed_zip], ids=["sizes before", "sizes behind"])
def test_a_zip_that_is_cut_inside_a_member_gives_its_beginning(write: Callable[..., bytes]) -> None:
    noise = random.Random(3).randbytes(100_000).hex().encode()
    data = write(("a.csv", LAST), ("b.csv", noise))
    got = unpack(data[: len(data) * 3 // 5])
    assert got.contents["!a.csv"] == LAST
    assert len(got.contents["!b.csv"]) > 10_000
    assert noise.startswith(got.contents["!b.csv"])
    assert isinstance(got.errors["!b.csv"], UnreadableSource)


def test_a_directory_that_breaks_off_is_a_loss() -> None:
    data = bytearray(zipped(("a.csv", b"one"), ("b.csv", b"two")))
    data[data.rindex(b"PK\1\2")] = 0
    got = unpack(bytes(data))
    assert got.contents["!a.csv"] == b"one"
    assert "its directory breaks off after 1 of 2 members" in got.losses
    assert got.contents["!b.csv"] == b"two"  # found between the members


def test_members_that_the_directory_does_not_name_are_read() -> None:
    data = zipped(("gone.csv", LAST), ("kept.csv", b"x"))
    start, first = data.index(b"PK\1\2"), len("gone.csv") + 46
    central = data[start + first : data.rindex(b"PK\5\6")]
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, len(central), start, 0)
    got = unpack(data[:start] + central + end)
    assert got.contents == {"!kept.csv": b"x", "!gone.csv": LAST}
    assert "not in the directory of the archive" in got.members["!gone.csv"].notes


def test_bytes_that_belong_to_no_member_are_a_loss() -> None:
    data = zipped(("a.csv", b"x"))
    start = data.index(b"PK\1\2")
    hidden = SECRET.encode() * 10
    end = bytearray(data[start:])
    offset = len(end) - 6
    end[offset : offset + 4] = struct.pack("<L", start + len(hidden))
    got = unpack(data[:start] + hidden + bytes(end))
    assert got.contents == {"!a.csv": b"x"}
    assert f"bytes between its members that are none of them, not read: {len(hidden)}" in got.losses
    assert "bytes behind the archive, not read: 190" in unpack(data + hidden).losses
    assert (
        "bytes between its members that are none of them, not read: 192"
        in unpack(b"\0\xff" + hidden + data).losses
    )


def test_a_self_extracting_zip_is_read() -> None:
    program = b"MZ" + random.Random(4).randbytes(5000)
    got = unpack(program + zipped(("a.csv", LAST)))
    assert got.contents == {"!a.csv": LAST}
    assert "unpacks itself: 5,002 bytes of program" in got.notes
    assert not got.losses


def test_a_directory_that_disagrees_with_the_headers_is_noted() -> None:
    got = unpack(raw_zip(b"harmless.csv", LAST, LAST, 0, name_in_directory=b"other.csv"))
    assert got.contents == {"!other.csv": LAST}
    assert got.members["!other.csv"].notes == ["its own header and the directory of the archive disagree"]


def test_an_offset_that_points_nowhere_is_said() -> None:
    data = bytearray(zipped(("a.csv", b"one"), ("b.csv", b"two")))
    at = data.rindex(b"PK\1\2") + 42
    data[at : at + 4] = b"\xf0\xff\xff\x7f"
    got = unpack(bytes(data))
    assert got.errors["!b.csv"].message == "is not where the directory says"


def test_members_that_lie_over_one_another_are_unpacked_once() -> None:
    # The bomb of David Fifield: many members of the directory share one kernel.
    kernel = zlib.compress(b"\0" * 1_000_000, wbits=-15)
    sizes = (zlib.crc32(b"\0" * 1_000_000), len(kernel), 1_000_000)
    local = struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 8, 0, 0, *sizes, 1, 0) + b"a" + kernel
    central = b"".join(
        struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 8, 0, 0, *sizes, 4, 0, 0, 0, 0, 0, 0) + b"%04d" % n
        for n in range(500)
    )
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 500, 500, len(central), len(local), 0)
    got = unpack(local + central + end)
    assert len(got.contents) == 1
    assert len(got.errors) == 499
    assert "lies over another member" in got.errors["!0499"].message


def test_a_member_larger_than_it_says_ends_where_it_says() -> None:
    packed = zlib.compress(b"x" * 5_000_000, wbits=-15)
    got = unpack(raw_zip(b"a", packed, b"x" * 1000, 8))
    assert got.errors["!a"].message == "unpacks to more than the 1,000 bytes it is said to have"


def test_a_bomb_ends_at_the_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bpoaudit.delivery.budget.MIN_BYTES", 1 << 20)
    data = b"\0" * (40 << 20)
    for packed in (zipped(("a", data)), seven(("a", data)), gzip.compress(tarred(("a", data)))):
        got = unpack(packed, budget=Budget(0))
        told = [*got.errors.values(), *([got.error] if got.error else [])]
        assert any(isinstance(error, LimitReached) for error in told) or "unpacks to more than" in got.losses


def test_links_in_a_zip_are_listed() -> None:
    link = zipfile.ZipInfo("link")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    got = unpack(zipped((link, b"/etc/passwd")))
    assert got.errors["!link"].message == "a link, which is not followed"


def test_comments_of_a_zip_are_metadata() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.comment = f"made by {SECRET}".encode()
        info = zipfile.ZipInfo("a.csv")
        info.comment = "for Ann Lee, żółw".encode()
        archive.writestr(info, b"x")
    got = unpack(packed.getvalue())
    (about,) = got.about
    assert about.fields == {
        "comment": [(0, f"made by {SECRET}")],
        "member_comment": [(0, "for Ann Lee, żółw")],
    }
    assert about.part.facts == {"comments": 2}


def test_an_empty_archive_is_noted() -> None:
    for data in (zipped(), seven()):
        assert unpack(data).notes == "an empty archive"


def test_a_zip64_archive() -> None:
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("a.csv", "w", force_zip64=True) as member,
    ):
        member.write(LAST)
    data = packed.getvalue()
    at = data.rindex(b"PK\5\6")
    entries, length, offset = struct.unpack_from("<HLL", data, at + 10)
    wide = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, entries, entries, length, offset)
    wide += struct.pack("<4sLQL", b"PK\6\7", 0, at, 1)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    assert unpack(data[:at] + wide + end).contents == {"!a.csv": LAST}


def test_the_parts_of_a_split_zip_say_so() -> None:
    data = zipped(("a.csv", LAST), ("b.csv", ROWS), method=zipfile.ZIP_STORED)
    first = unpack(b"PK\x07\x08" + data[: len(data) // 2])
    assert first.contents["!a.csv"][:1000] == LAST[:1000]
    assert "the first part of a split archive" in first.losses
    end = bytearray(data)
    end[-18:-14] = b"\1\0\1\0"
    last = unpack(bytes(end))
    assert "the last part of a split archive" in last.losses
    assert last.errors["!a.csv"].message == "begins in another part of a split archive"


def test_more_members_than_a_file_may_have_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("zip_archive", "tar_archive"):
        monkeypatch.setattr(f"bpoaudit.readers.archives.{module}.MAX_MEMBERS", 10)
    files = [(str(n), b"x") for n in range(12)]
    for data in (zipped(*files), tarred(*files)):
        got = unpack(data)
        assert len(got.members) == 10
        assert "more than 10 members" in got.losses


# --- tar ------------------------------------------------------------------------------------------


def _tar_of(*infos: tarfile.TarInfo) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for info in infos:
            archive.addfile(info, io.BytesIO(b"x" * info.size))
    return packed.getvalue()


@pytest.mark.parametrize("kind", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_every_format_of_tar(kind: int) -> None:
    name = "a" * 90 + "/" + "b" * 60 + ".csv"
    assert unpack(tarred((name, LAST), kind=kind)).contents == {f"!{name}": LAST}


def test_a_tar_from_before_ustar_is_known_by_its_checksum() -> None:
    data = bytearray(tarred(("a.csv", LAST), kind=tarfile.USTAR_FORMAT))
    data[257:500] = bytes(243)
    data[148:156] = b" " * 8
    data[148:156] = b"%06o\0 " % sum(data[:512])
    assert unpack(bytes(data)).contents == {"!a.csv": LAST}


@pytest.mark.parametrize("compress", [bytes, gzip.compress], ids=["in place", "stream"])
def test_what_is_no_file_in_a_tar_is_listed(compress: Callable[[bytes], bytes]) -> None:
    infos = []
    kinds = {
        "link": tarfile.SYMTYPE,
        "hard": tarfile.LNKTYPE,
        "pipe": tarfile.FIFOTYPE,
        "disk": tarfile.BLKTYPE,
    }
    for name, kind in kinds.items():
        info = tarfile.TarInfo(name)
        info.type, info.linkname, info.uname = kind, f"/home/{SECRET}", "ann.lee"
        infos.append(info)
    last = tarfile.TarInfo("last.txt")
    last.size = 7
    got = unpack(compress(_tar_of(*infos, last)))
    assert got.contents == {"!last.txt": b"xxxxxxx"}
    assert set(got.errors) == {"!link", "!hard", "!pipe", "!disk"}
    assert {type(error) for error in got.errors.values()} == {UnsupportedSource}
    (about,) = got.about
    assert about.values("owner") == ["ann.lee"]
    assert about.values("link") == [f"/home/{SECRET}"]


def test_the_comment_of_a_tar_is_metadata() -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", pax_headers={"comment": f"for {SECRET}"}) as archive:
        archive.addfile(tarfile.TarInfo("a"))
    assert unpack(packed.getvalue()).about[0].values("comment") == [f"for {SECRET}"]


@pytest.mark.parametrize("compress", [bytes, gzip.compress], ids=["in place", "stream"])
def test_a_tar_that_is_cut_gives_what_came_before(compress: Callable[[bytes], bytes]) -> None:
    data = tarred(("a.csv", ROWS), ("b.csv", LAST), ("c.csv", ROWS))
    got = unpack(compress(data[: 512 * 2 + len(ROWS) + 1000 + 10_000]))
    assert got.contents["!a.csv"] == ROWS
    assert LAST.startswith(got.contents["!b.csv"])
    assert len(got.contents["!b.csv"]) > 9000
    assert "breaks off" in got.errors["!b.csv"].message
    assert "breaks off" in got.losses
    headers = unpack(compress(data[: data.index(b"b.csv") + 100]))
    assert headers.contents == {"!a.csv": ROWS}
    assert "inside a header" in headers.losses


def test_a_cut_gzip_gives_the_members_before_the_cut() -> None:
    noise = [(f"{n}.bin", random.Random(n).randbytes(50_000)) for n in range(6)]
    packed = gzip.compress(tarred(*noise))
    got = unpack(packed[: len(packed) // 2])
    assert {name: got.contents[f"!{name}"] for name, _ in noise[:2]} == dict(noise[:2])
    assert isinstance(
        got.errors["!2.bin"] if "!2.bin" in got.errors else got.errors["!3.bin"], UnreadableSource
    )
    assert "breaks off" in got.losses


def test_what_follows_a_broken_header_is_read() -> None:
    data = bytearray(
        tarred(("a.csv", b"one"), ("b.csv", b"two"), ("c.csv", b"three"), kind=tarfile.GNU_FORMAT)
    )
    at = data.index(b"b.csv")
    data[at] = 0xFF
    got = unpack(bytes(data))
    assert got.contents == {"!a.csv": b"one", "!c.csv": b"three"}
    assert "blocks that are neither a member nor its header: 2" in got.losses


def test_tars_written_one_after_another_are_all_read() -> None:
    got = unpack(tarred(("a.csv", b"one")) + tarred(("b.csv", LAST)))
    assert got.contents == {"!a.csv": b"one", "!b.csv": LAST}


def test_a_tar_without_its_end_mark_is_noted() -> None:
    data = tarred(("a.csv", b"x" * 512), kind=tarfile.GNU_FORMAT)
    got = unpack(data[:1024])
    assert got.contents == {"!a.csv": b"x" * 512}
    assert "no mark at its end" in got.notes


@pytest.mark.parametrize("compress", [bytes, gzip.compress], ids=["in place", "stream"])
def test_sparse_files_are_read_with_their_gaps(compress: Callable[[bytes], bytes]) -> None:
    stored = b"1.0\n"  # GNU sparse 1.0: the map stands before the data
    pieces = [(1000, 5), (50_000, len(LAST))]
    listing = f"{len(pieces)}\n" + "".join(f"{at}\n{length}\n" for at, length in pieces)
    stored = listing.encode().ljust(512, b"\0") + b"hello" + LAST
    size = 60_000 + len(LAST)
    headers = {
        "GNU.sparse.major": "1",
        "GNU.sparse.minor": "0",
        "GNU.sparse.name": "s.csv",
        "GNU.sparse.realsize": str(size),
    }
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive:
        info = tarfile.TarInfo("GNUSparseFile.0/s.csv")
        info.size, info.pax_headers = len(stored), headers
        archive.addfile(info, io.BytesIO(stored))
        archive.addfile(tarfile.TarInfo("after"))
    got = unpack(compress(packed.getvalue()))
    expected = bytearray(size)
    expected[1000:1005] = b"hello"
    expected[50_000 : 50_000 + len(LAST)] = LAST
    assert got.contents["!s.csv"] == expected
    assert "!after" in got.contents


@pytest.mark.parametrize("size", [b"-0000000001\0", b"\xff" * 12], ids=["minus", "base 256"])
def test_sizes_below_nothing_do_not_run_in_circles(size: bytes) -> None:
    data = bytearray(tarred(("a.csv", b"one"), ("b.csv", b"two"), kind=tarfile.GNU_FORMAT))
    at = data.index(b"b.csv")
    data[at + 124 : at + 136] = size
    data[at + 148 : at + 156] = b" " * 8
    data[at + 148 : at + 156] = b"%06o\0 " % sum(data[at : at + 512])
    got = unpack(bytes(data))
    assert got.contents["!a.csv"] == b"one"
    assert got.losses


def test_a_header_without_end_is_a_limit() -> None:
    info = tarfile.TarInfo("x")
    info.type, info.size = tarfile.XHDTYPE, 50 << 20
    got = unpack(gzip.compress(tarred(("a", b"x"))[:1024] + info.tobuf() + b"1" * (50 << 20)))
    assert "a header of more than" in got.losses
    assert got.contents == {"!a": b"x"}


# --- 7z -------------------------------------------------------------------------------------------


def test_a_broken_block_loses_what_is_packed_with_it_and_nothing_else() -> None:
    packed = io.BytesIO(seven(("a.csv", random.Random(5).randbytes(9000)), ("b.csv", ROWS)))
    with py7zr.SevenZipFile(packed, "a") as archive:
        archive.writestr(LAST, "c.csv")
    data = bytearray(packed.getvalue())
    data[3000] ^= 0xFF
    got = unpack(bytes(data))
    assert got.contents["!c.csv"] == LAST
    assert isinstance(got.errors["!a.csv"], UnreadableSource)
    assert got.errors["!b.csv"].message == "packed in one block with a member that is broken"


@pytest.mark.parametrize("share", [0.3, 0.9, 0.999])
def test_a_7z_that_is_cut_is_unreadable(share: float) -> None:
    data = seven(("a.csv", LAST))
    got = unpack(data[: int(len(data) * share)])
    assert isinstance(got.error, UnreadableSource)


def test_links_in_a_7z_are_listed(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("links")
    (folder / "true.csv").write_bytes(LAST)
    (folder / "link.csv").symlink_to("true.csv")
    packed = io.BytesIO()
    with py7zr.SevenZipFile(packed, "w") as archive:
        archive.writeall(folder, "in")
    got = unpack(packed.getvalue())
    assert got.contents == {"!in/true.csv": LAST}
    assert got.errors["!in/link.csv"].message == "a link, which is not followed"


# --- others, and hostile bytes --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"Rar!\x1a\x07\x00", "RAR"),
        (b"Rar!\x1a\x07\x01\x00", "RAR"),
        (b"MSCF\0\0\0\0", "Microsoft cabinet"),
        (b"\x60\xea\x30\0", "ARJ"),
        (b"\x20\x7a-lh5-", "LHA"),
        (b"\0" * 32769 + b"CD001", "ISO 9660 image"),
        (b"070701" + b"0" * 104, "cpio"),
        (b"\x1f\x9d\x90", "Unix compress"),
        (b"\x04\x22\x4d\x18", "LZ4"),
    ],
)
def test_archives_that_are_not_read_are_called_by_their_name(head: bytes, name: str) -> None:
    error = unpack(head + b"\0" * 600 + SECRET.encode()).error
    assert isinstance(error, UnsupportedSource)
    assert error.message == f"an archive or compressed file that is not read ({name})"


def _seeds() -> list[bytes]:
    files = [("a.csv", ROWS[:3000]), (f"{SECRET}.csv", LAST[-3000:])]
    return [
        zipped(*files), _streamed_zip(*files), locked(*files, aes=True), locked(*files, aes=False), tarred(*files),
        seven(*files), seven(*files, password="geheim"),
        raw_zip(b"a", _ppmd(ROWS), ROWS, 98), raw_zip(b"a", _deflate64(ROWS), ROWS, 9),
    ]  # fmt: skip


@pytest.mark.parametrize("kind", range(9))
def test_whatever_the_damage_there_are_members_or_a_source_error(kind: int) -> None:
    data = _seeds()[kind]
    dice = random.Random(kind)
    for _ in range(6 if kind > 4 else 150):
        damaged = bytearray(data)
        for _ in range(dice.choice((1, 3, 30))):
            damaged[dice.randrange(len(damaged))] = dice.randrange(256)
        if dice.random() < 0.3:
            del damaged[dice.randrange(len(damaged)) :]
        unpack(bytes(damaged), "geheim")


def test_held_content_breaks_off_where_its_blocks_do() -> None:
    def blocks():  # type: ignore[no-untyped-def]
        yield b"before"
        raise UnreadableSource("breaks off")

    with held.held("t", blocks()) as content:
        for _ in range(2):
            with content.open() as stream:
                assert stream.read(6) == b"before"
                with pytest.raises(UnreadableSource, match="breaks off"):
                    stream.read(1)
