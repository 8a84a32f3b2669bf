"""Archives: each file inside is a source of its own, read as if it had been delivered beside."""

from __future__ import annotations

from collections.abc import Iterator

from bpoaudit.delivery.content import Content
from bpoaudit.delivery.media import SEVEN_ZIP, TAR, ZIP
from bpoaudit.errors import UnsupportedSource
from bpoaudit.readers.archives.seven_zip import open_seven_zip
from bpoaudit.readers.archives.tar_archive import open_tar
from bpoaudit.readers.archives.zip_archive import open_zip
from bpoaudit.readers.batch import Member, Part
from bpoaudit.readers.format import Format
from bpoaudit.readers.options import ReadOptions

_NOT_READ = {
    "application/vnd.rar": ("RAR", ".rar"),
    "application/vnd.ms-cab-compressed": ("Microsoft cabinet", ".cab"),
    "application/x-installshield-cab": ("InstallShield cabinet", ".cab"),
    "application/x-arj": ("ARJ", ".arj"),
    "application/x-lzh-compressed": ("LHA", ".lzh"),
    "application/x-ace-compressed": ("ACE", ".ace"),
    "application/x-cpio": ("cpio", ".cpio"),
    "application/x-archive": ("ar", ".ar"),
    "application/x-xar": ("xar", ".xar"),
    "application/x-ms-wim": ("Windows image", ".wim"),
    "application/x-iso9660-image": ("ISO 9660 image", ".iso"),
    "application/x-compress": ("Unix compress", ".Z"),
    "application/x-lzip": ("lzip", ".lz"),
    "application/x-lz4": ("LZ4", ".lz4"),
    "application/x-lzop": ("lzop", ".lzo"),
    "application/x-lzma": ("LZMA alone", ".lzma"),
}

FORMATS = (
    Format(
        "Zip archives", (ZIP,), (".zip",),
        "pycryptodomex, fast-zip-decryption, inflate64, pyppmd, backports.zstd",
        "each member is a source, whatever its own format, archives in archives too; stored, Deflate, "
        "Deflate64, bzip2, LZMA, xz, Zstandard and PPMd; Zip64; under a password with AES or ZipCrypto where "
        "a given one opens it; members that the directory no longer names; what is whole of an archive that "
        "breaks off; comments of the archive and of its members (record 0)",
        "links; members that overlap others; other parts of a split archive; the program that unpacks it by "
        "itself; bytes between and behind the members; PKWARE's own encryption; other methods of packing; "
        "names of empty folders; a compressed zip inside another, where it is larger than 1 GiB",
    ),
    Format(
        "Tar archives", (TAR,), (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".tar.zst"),
        "standard library",
        "each member is a source; the format of 1979, ustar, pax and GNU; sparse files; archives one after "
        "another; what follows a broken header, or comes before the archive breaks off; owners, groups, "
        "comments and targets of links (record 0)",
        "links, devices and pipes; extended attributes; names of empty folders",
    ),
    Format(
        "7z archives", (SEVEN_ZIP,), (".7z",), "py7zr",
        "each member is a source; all methods of 7-Zip but BCJ2; under a password (AES) where a given one "
        "opens it, its names too",
        "links; what is packed in one block with a broken member, after it; split archives; an archive that "
        "breaks off, as its directory stands at the end; names of empty folders",
    ),
    Format(
        "Other archives and compressed files", tuple(_NOT_READ),
        tuple(sorted({ending for _, ending in _NOT_READ.values()})), "standard library",
        "nothing: each is listed with the name of its format", "their members",
    ),
)  # fmt: skip

_OPEN = {ZIP: open_zip, TAR: open_tar, SEVEN_ZIP: open_seven_zip}


def open_archive(content: Content, media_type: str, how: ReadOptions) -> Iterator[Part | Member]:
    """Yield the members of an archive, then one part of kind metadata with what else is in it.

    Nothing is unpacked to disk. See `open_zip`, `open_tar` and `open_seven_zip`. Raises
    `UnsupportedSource` for the formats that are known by name only.
    """
    if media_type in _NOT_READ:
        name = _NOT_READ[media_type][0]
        raise UnsupportedSource(f"an archive or compressed file that is not read ({name})")
    yield from _OPEN[media_type](content, media_type, how)
