"""Comments and processing instructions in the XML of documents: read whichever part they stand in."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

import pytest
import xlsxwriter

from bpoaudit.delivery.media import EPUB, ODP, ODS, ODT
from bpoaudit.readers.documents.office_xml import Hostile, NotXml
from bpoaudit.readers.documents.xml_asides import FIELD, asides
from bpoaudit.readers.documents.xml_words import packet_words
from tests.readers.conftest import Read

INSIDE, NAMED, AFTER = "hidden.person@example.org", "pi hidden.two@example.org", "after.all@example.org"
TEXTS = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"


def package(parts: dict[str, str | bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for name, data in parts.items():
            made.writestr(name, data)
    return file.getvalue()


def workbook() -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        book.add_worksheet("Q3").write_column(0, 0, ["mail", "ann@example.org"])
    return file.getvalue()


def with_asides(data: bytes, part: str) -> bytes:
    """Put a comment and an instruction into a part, and a comment behind its root."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as was, zipfile.ZipFile(file, "w") as now:
        assert part in was.namelist()
        for name in was.namelist():
            xml = was.read(name)
            if name == part:
                head, _, end = xml.rpartition(b"</")
                xml = head + f"<!-- {INSIDE} --><?{NAMED}?></".encode() + end + f"<!--{AFTER}-->".encode()
            now.writestr(name, xml)
    return file.getvalue()


DOCX = package(
    {
        "[Content_Types].xml": "<Types></Types>",
        "word/document.xml": "<d><p>seen</p></d>",
        "word/styles.xml": "<s></s>",
        "word/theme/theme1.xml": "<t></t>",
        "word/_rels/document.xml.rels": "<r></r>",
        "customXml/item1.xml": "<c></c>",
    }
)
PPTX = package({"[Content_Types].xml": "<Types></Types>", "ppt/slides/slide1.xml": "<s></s>"})
FLAT = f"<c xmlns:text='{TEXTS}'><text:p>seen</text:p></c>"
OPEN = {"content.xml": FLAT, "settings.xml": "<s></s>", "META-INF/manifest.xml": "<m></m>"}
BOOK = package({"mimetype": EPUB, "META-INF/container.xml": "<c></c>", "book.opf": "<p></p>"})


@pytest.mark.parametrize(
    ("name", "data", "part"),
    [
        *(("t.docx", DOCX, part) for part in zipfile.ZipFile(io.BytesIO(DOCX)).namelist()),
        ("t.pptx", PPTX, "ppt/slides/slide1.xml"),
        *(("t.odt", package({"mimetype": ODT, **OPEN}), part) for part in OPEN),
        ("t.odp", package({"mimetype": ODP, **OPEN}), "content.xml"),
        *(("t.ods", package({"mimetype": ODS, **OPEN}), part) for part in OPEN),
        *(("t.xlsx", workbook(), part) for part in zipfile.ZipFile(io.BytesIO(workbook())).namelist()),
        ("t.epub", BOOK, "book.opf"),
        ("t.epub", BOOK, "META-INF/container.xml"),
    ],
)
def test_they_are_read_in_every_part(name: str, data: bytes, part: str, read: Read) -> None:
    seen = read(with_asides(data, part), name)
    found = [each for one in seen for each in one.fields.get(FIELD, [])]
    assert found == [(0, INSIDE), (0, NAMED), (0, AFTER)]
    assert not [loss for each in seen for loss in each.part.losses]
    assert [FIELD in each.fields for each in read(data, name)] == [False] * len(seen)


@pytest.mark.parametrize(
    "text",
    [
        f"<?xml version='1.0'?><a><!--{INSIDE}--></a>",
        f"<a>{'x' * ((64 << 10) - 5)}<!--{INSIDE}--></a>",
        f"<?xml-note {INSIDE}?><a/>",
        f"<a><![CDATA[ <!-- none --> ]]><?n {INSIDE}?></a>",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be"])
def test_they_are_found_in_every_encoding_and_between_blocks(text: str, encoding: str) -> None:
    data = ("\ufeff" * (encoding == "utf-16-be") + text).encode(encoding)
    (found,) = asides(lambda: (data[at : at + (64 << 10)] for at in range(0, len(data), 64 << 10)))
    assert INSIDE in found


def test_a_part_without_them_is_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bpoaudit.readers.documents.xml_asides.PartParser", None)
    assert not [*asides(lambda: [b"<?xml version='1.0' encoding='UTF-8'?>\n<a b='1 - 2?'>&lt;!--</a>"])]


@pytest.mark.parametrize(
    ("blocks", "error"),
    [
        ([b"<a><!-- open"], NotXml),
        ([b"<!DOCTYPE a><a><!-- x --></a>"], Hostile),
        ([b"<a><!-- "] + [b"x" * (1 << 20)] * 20, Hostile),
    ],
)
def test_hostile_ones_are_told(blocks: list[bytes], error: type[Exception]) -> None:
    def found() -> Iterator[str]:
        return asides(lambda: blocks)

    with pytest.raises(error):
        list(found())


def test_a_part_that_nothing_else_reads_and_that_is_broken_is_a_loss(read: Read) -> None:
    parts = {
        "[Content_Types].xml": "<Types/>",
        "word/document.xml": "<d/>",
        "word/styles.xml": "<s><!-- x -->",
    }
    losses = [loss for each in read(package(parts), "t.docx") for loss in each.part.losses]
    assert losses == ["parts of the document that are broken: 1"]


@pytest.mark.parametrize("more", ["", ' bytes="1234"', " encoding='UTF-8'"])
@pytest.mark.parametrize("mark", ["", "\ufeff", "\u00ef\u00bb\u00bf"])
def test_those_of_a_packet_are_read_but_for_what_every_packet_has(mark: str, more: str) -> None:
    begin = f"<?xpacket begin='{mark}' id=\"W5M0MpCehiHzreSzNTczkc9d\"{more}?>"
    packet = f"{begin}<x><!-- {INSIDE} -->seen<?{NAMED}?></x><?xpacket end='w'?>"
    assert sorted(packet_words(packet)) == [INSIDE, NAMED, "seen"]
    assert [*packet_words(f"{begin}<x/><?xpacket {INSIDE}?>")] == [f"xpacket {INSIDE}"]
