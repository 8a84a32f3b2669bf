"""Archives that unpack without end, lead out of themselves or lie, and folders with more than files in them."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import socket
import stat
import struct
import tarfile
import zipfile
import zlib
from contextlib import suppress
from pathlib import Path

from hostility.planted import LINE, MAIL, Class

_GIB = 1 << 30
_BOMB = _GIB + (100 << 20)
"""More than a small file may unpack to."""
_BLOCK = bytes(1 << 20)
_LONG_ROWS = (b"a" * ((64 << 10) - 5) + b",b,c\n") * 16


def _zip(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def _bombs(folder: Path, _: bool) -> None:
    with zipfile.ZipFile(folder / "flat.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("first.csv", f"mail\n{MAIL}\n")
        with archive.open("zeros.txt", "w", force_zip64=True) as member:
            for _ in range(_BOMB >> 20):
                member.write(_BLOCK)
    nested = _zip({f"{n}.txt": b"A" * (100 << 20) for n in range(1)})
    for level in range(6):
        nested = _zip({f"{level}-{n}.zip": nested for n in range(10)})
    (folder / "nested.zip").write_bytes(nested)
    deep = _zip({"mail.txt": LINE.encode()})
    for level in range(50):
        deep = _zip({f"{level}.zip": deep}, zipfile.ZIP_STORED)
    (folder / "deep.zip").write_bytes(deep)
    (folder / "overlapping.zip").write_bytes(_overlapping(5000, LINE.encode() + b"A" * (10 << 20)))
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w") as archive:
        for number in range(101_000):
            archive.writestr(zipfile.ZipInfo(f"{number}.t"), b"")
    (folder / "many.zip").write_bytes(many.getvalue())
    with gzip.open(folder / "zeros.txt.gz", "wb", 6) as packed:
        for _ in range(_BOMB >> 20):
            packed.write(_BLOCK)
    with lzma.open(folder / "letters.csv.xz", "wb", preset=0) as packed:
        for _ in range(_BOMB >> 20):
            packed.write(_LONG_ROWS)
    (folder / "thrice.bz2").write_bytes(bz2.compress(bz2.compress(bz2.compress(bytes(200 << 20)))))


def _overlapping(members: int, data: bytes) -> bytes:
    """Return an archive whose directory names one member again and again."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(data) + packer.flush()
    about = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 33, zlib.crc32(data), len(packed), len(data), 5, 0)
    local = b"PK\x03\x04" + about + b"0.txt" + packed
    entries = b"".join(
        b"PK\x01\x02"
        + struct.pack("<H", 20)
        + about[:-4]
        + struct.pack("<HHHHHII", 9, 0, 0, 0, 0, 0, 0)
        + name
        for name in (f"{n:05}.txt".encode() for n in range(members))
    )
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, members, members, len(entries), len(local), 0)
    return local + entries + end


def _slips(folder: Path, _: bool) -> None:
    names = ["../up.csv", "/abs.csv", "a/../../up.csv", "..\\win.csv", "C:\\win.csv", "\\\\host\\share.csv", "a//b.csv",
             ".", "..", "nul.csv\0.exe", "a/" * 300 + "deep.csv", "x" * 5000, "\u202egpj.csv", "line\nbreak.csv",
             "\x1b[2Jclear.csv", "=cmd|' /C calc'!A0.csv", "<script>alert(1)</script>.csv"]  # fmt: skip
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            about = zipfile.ZipInfo("x")
            about.filename = name
            archive.writestr(about, f"mail\n{MAIL}\n")
        link = zipfile.ZipInfo("link.csv")
        link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    (folder / "slip.zip").write_bytes(buffer.getvalue())
    with tarfile.open(folder / "slip.tar", "w", format=tarfile.GNU_FORMAT) as tar:
        for name in (name for name in names if "\0" not in name):
            about = tarfile.TarInfo(name)
            data = f"mail\n{MAIL}\n".encode()
            about.size = len(data)
            tar.addfile(about, io.BytesIO(data))
        for kind, name in ((tarfile.SYMTYPE, "sym"), (tarfile.LNKTYPE, "hard"), (tarfile.FIFOTYPE, "fifo"),
                           (tarfile.CHRTYPE, "null"), (tarfile.BLKTYPE, "disk"), (tarfile.DIRTYPE, "dir")):  # fmt: skip
            about = tarfile.TarInfo(name)
            about.type, about.linkname = kind, "/etc/passwd"
            tar.addfile(about)
        through = tarfile.TarInfo("sym/through.csv")
        tar.addfile(through)
    with tarfile.open(folder / "loop.tar", "w") as tar:
        for name, other in (("a", "b"), ("b", "a")):
            about = tarfile.TarInfo(name)
            about.type, about.linkname = tarfile.SYMTYPE, other
            tar.addfile(about)


def _specials(folder: Path, _: bool) -> None:
    (folder / "plain.csv").write_text(f"mail\n{MAIL}\n")
    outside = folder.parent / "outside"
    outside.mkdir(exist_ok=True)
    (outside / "secret.csv").write_text(f"mail\n{MAIL}\n")
    for name, target in (
        ("inside.csv", "plain.csv"), ("outside.csv", outside / "secret.csv"), ("dangling.csv", "nowhere"),
        ("self.csv", "self.csv"), ("one.csv", "two.csv"), ("two.csv", "one.csv"), ("up", ".."), ("round", "."),
        ("zero.csv", "/dev/zero"), ("random.csv", "/dev/urandom"), ("tty.csv", "/dev/tty"), ("mem.csv", "/proc/self/mem"),
        ("env.csv", "/proc/self/environ"),
    ):  # fmt: skip
        (folder / name).symlink_to(target)
    os.mkfifo(folder / "pipe.csv")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(folder / "socket.csv"))
    with suppress(PermissionError):  # only a superuser makes devices
        os.mknod(folder / "null.csv", stat.S_IFCHR | 0o666, os.makedev(1, 3))
        os.mknod(folder / "full.csv", stat.S_IFCHR | 0o666, os.makedev(1, 5))
    os.truncate(os.open(folder / "sparse.bin", os.O_CREAT | os.O_WRONLY), 64 << 20)
    (folder / os.fsdecode(b"not-utf8-\xff\xfe.csv")).write_text(f"mail\n{MAIL}\n")
    (folder / "new\nline.csv").write_text(f"mail\n{MAIL}\n")
    (folder / f"{MAIL}.csv").write_text(f"mail\n{MAIL}\n")
    deep = folder
    for _ in range(60):
        deep /= "d" * 40
        deep.mkdir()
    (deep / "deep.csv").write_text(f"mail\n{MAIL}\n")


def _unreadable(folder: Path, _: bool) -> None:
    (folder / "open.csv").write_text(f"mail\n{MAIL}\n")
    for name in ("closed.csv", "closed.zip", "closed.pdf"):
        (folder / name).write_text(f"mail\n{MAIL}\n")
        (folder / name).chmod(0)
    (folder / "closed").mkdir()
    (folder / "closed" / "inner.csv").write_text(f"mail\n{MAIL}\n")
    (folder / "closed").chmod(0)


_ROWS = f"id,mail\n{''.join(f'{n},{MAIL}' + chr(10) for n in range(20_000))}"


def _changing(folder: Path, _: bool) -> None:
    for number in range(6):
        (folder / f"{number}.csv").write_text(_ROWS)
        (folder / f"{number}.zip").write_bytes(_zip({"a.csv": _ROWS.encode()}))
    (folder / "still.csv").write_text(f"mail\n{MAIL}\n")


def _disturb(folder: Path) -> None:
    """Cut, grow, replace and remove the files, whatever is reading them."""
    for number in range(6):
        for kind in ("csv", "zip"):
            file = folder / f"{number}.{kind}"
            if not file.exists():
                file.write_text(_ROWS)
            elif number == 0:
                os.truncate(file, 1000)
            elif number == 1:
                with file.open("ab") as stream:
                    stream.write(_ROWS.encode())
                if file.stat().st_size > 4 << 20:
                    os.truncate(file, 0)
            elif number == 2:
                file.unlink()
            elif number == 3:
                file.write_bytes(os.urandom(1000))
            elif number == 4:
                other = file.with_suffix(".tmp")
                other.write_text("replaced,by\nanother,file\n")
                other.replace(file)


CLASSES = (
    Class("archive bombs: flat, nested, deep, overlapping, many members, compressed streams", _bombs),
    Class("names that lead out of an archive, links and devices in one", _slips),
    Class("links, loops, pipes, sockets, devices, names that are no text", _specials),
    Class("files and folders that may not be read", _unreadable, closed=True),
    Class("files that change or vanish while they are read", _changing, disturb=_disturb),
)
