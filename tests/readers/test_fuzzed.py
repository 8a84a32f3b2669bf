"""What fuzzing found (`make fuzz`): each input was an exception that ended the whole audit, or took minutes."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from bpoaudit.delivery.content import Content
from bpoaudit.delivery.media import media_type
from bpoaudit.delivery.turns import find_speakers, parse_turn
from bpoaudit.errors import UnreadableSource
from bpoaudit.readers import open_parts
from bpoaudit.readers.documents.ole_open import open_ole
from bpoaudit.readers.header import unique_names
from bpoaudit.readers.member_names import MemberNames
from bpoaudit.readers.xml.xml_shape import Shape

FORMATS = Path(__file__).parents[2] / "fixtures" / "formats" / "delivery"
OLE = {
    "application/msword": "documents/contract.doc",
    "application/vnd.ms-powerpoint": "documents/review.ppt",
    "application/vnd.ms-outlook": "mail/claim.msg",
}
_MINI_FAT_SECTOR, _MINI_FAT_SECTORS, _DIFAT_SECTORS, _FAT_SECTORS = 60, 64, 72, 44
_END = 0xFFFFFFFE


def changed(name: str, at: int, value: int) -> bytes:
    data = bytearray((FORMATS / name).read_bytes())
    data[at : at + 4] = struct.pack("<I", value)
    return bytes(data)


def unreadable(media: str, data: bytes) -> None:
    with Content.of_bytes("file", data) as content, pytest.raises(UnreadableSource, match="broken"):
        list(open_parts(content, media))


def test_a_zip_that_says_it_is_a_volume_of_several_is_no_crash() -> None:
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, 46, 0xFFFFFFFF, 0)
    locator = b"PK\x06\x07" + struct.pack("<IQI", 1, 0, 3)
    content = Content.of_bytes("file", b"#!/bin/sh\n" + bytes(100) + locator + end)
    assert media_type(content) == "application/octet-stream"


@pytest.mark.parametrize(
    "line", ["06:14:00\t \t: hello\n", "06:14:00 From    to  Everyone:\n", "[12/05/2026, 10:02]  : hello\n"]
)
def test_a_speaker_without_a_name_is_none(line: str) -> None:
    turn = parse_turn(line)
    assert turn is None or turn.speaker
    find_speakers([line, "06:15:00 From  Ann to  Everyone:\n", line])


@pytest.mark.parametrize(("media", "name"), OLE.items())
@pytest.mark.parametrize("at", [_FAT_SECTORS, _MINI_FAT_SECTORS, _DIFAT_SECTORS])
def test_a_compound_file_with_more_tables_than_bytes_is_broken(media: str, name: str, at: int) -> None:
    unreadable(media, changed(name, at, 0x7FFFFFFF))


@pytest.mark.parametrize(("media", "name"), OLE.items())
def test_sectors_in_a_circle_are_told_before_they_are_read(media: str, name: str) -> None:
    data = bytearray((FORMATS / name).read_bytes())
    (table,) = struct.unpack_from("<I", data, 76)  # the first sector of the table of sectors
    start = (table + 1) * 512
    count = len(data) // 512 - 1
    for sector in range(count):
        (following,) = struct.unpack_from("<I", data, start + 4 * sector)
        if following in (_END, sector + 1):  # every chain leads back to its own begin
            struct.pack_into("<I", data, start + 4 * sector, sector)
    unreadable(media, bytes(data))


@pytest.mark.parametrize("name", OLE.values())
def test_sound_compound_files_are_opened(name: str) -> None:
    with Content.of_path(FORMATS / name).open() as stream, open_ole(stream) as ole:
        assert ole.listdir()


MANY = 100_000


def test_members_of_one_name_are_numbered_without_counting_from_one() -> None:
    names = MemberNames()
    assert [names.suffix(name)[0] for name in ("a", "a_2", "a", "a")] == ["!a", "!a_2", "!a_3", "!a_4"]
    assert [names.suffix("b")[0] for _ in range(MANY)][-1] == f"!b_{MANY}"


def test_columns_of_one_name_are_numbered_without_counting_from_one() -> None:
    assert unique_names(["a", "a_2", "a", "", "a"]) == ("a", "a_2", "a_3", "column_4", "a_4")
    assert unique_names(["b"] * MANY)[-1] == f"b_{MANY}"


def test_elements_of_one_name_in_many_namespaces_are_numbered() -> None:
    shape = Shape()
    labels = [shape.child(shape.root, name).label for name in ("x:a", "a_2", "y:a", "z:a")]
    assert labels == ["a", "a_2", "a_3", "a_4"]
