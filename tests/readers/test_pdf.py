"""PDF: pages, and all that lies beside them."""

from __future__ import annotations

import io
import os
import signal
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfWriter
from pypdf.annotations import Link, Text
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

from bpoaudit.delivery import media_type
from bpoaudit.delivery.content import Content
from bpoaudit.delivery.media import PDF
from bpoaudit.errors import EncryptedSource, SourceError, UnreadableSource
from bpoaudit.readers import (
    Member,
    Part,
    ReadOptions,
    child_process,
    open_parts,
)
from bpoaudit.readers.documents import pdf_document
from tests.readers.conftest import Seen, consume

SECRET = "ann.lee@example.org"


def stream(data: bytes, **about: object) -> StreamObject:
    made = StreamObject()
    made.set_data(data)
    for key, value in about.items():
        made[NameObject(f"/{key}")] = value  # type: ignore[index]
    return made


def shown(lines: Sequence[str], top: int = 780) -> str:
    return f"BT /F1 11 Tf 14 TL 50 {top} Td " + " ".join(f"({line}) Tj T*" for line in lines) + " ET"


def writer(*pages: str) -> PdfWriter:
    made = PdfWriter()
    font = DictionaryObject(
        {
            NameObject(f"/{k}"): NameObject(f"/{v}")
            for k, v in (("Type", "Font"), ("Subtype", "Type1"), ("BaseFont", "Helvetica"))
        }
    )
    for content in pages:
        page = made.add_blank_page(595, 842)
        page[NameObject("/Contents")] = made._add_object(stream(content.encode("latin-1")))
        fonts = DictionaryObject({NameObject("/F1"): font})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    return made


def written(made: PdfWriter) -> bytes:
    out = io.BytesIO()
    made.write(out)
    return out.getvalue()


def pdf(*pages: Sequence[str]) -> bytes:
    return written(writer(*map(shown, pages)))


def read(
    data: bytes, batch_records: int = 2000, passwords: tuple[str, ...] = ()
) -> tuple[Seen, Seen, list[Member]]:
    with Content.of_bytes("data", data) as content:
        assert media_type(content) == PDF
        seen, members = [], []
        for each in open_parts(content, PDF, ReadOptions(batch_records, passwords)):
            if isinstance(each, Part):
                seen.append(consume(each))
            else:
                members.append(each)
        beside, pages = seen
        return beside, pages, members


def widget(made: PdfWriter, page: int, name: str, value: str) -> DictionaryObject:
    field = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject("/Widget"),
            NameObject("/FT"): NameObject("/Tx"),
            NameObject("/T"): TextStringObject(name),
            NameObject("/V"): TextStringObject(value),
            NameObject("/Rect"): ArrayObject([FloatObject(1)] * 4),
        }
    )
    reference = made._add_object(field)
    made.pages[page].setdefault(NameObject("/Annots"), ArrayObject()).append(reference)
    form = DictionaryObject({NameObject("/Fields"): ArrayObject([reference])})
    made.root_object[NameObject("/AcroForm")] = form
    return field


# --- pages -----------------------------------------------------------------------------------------


def test_every_page_of_a_long_document_is_a_record() -> None:
    head, foot = "the same header on each page", "the same footer"
    _, pages, _ = read(pdf(*([head, f"page {number}", foot] for number in range(1, 301))))
    assert pages.records == 300
    assert pages.fields["text"][-1] == (300, f"{head}\npage 300\n{foot}")
    assert pages.part.facts == {"pages": 300}
    assert not pages.part.losses
    assert not pages.part.notes


def test_the_same_records_whatever_the_batches() -> None:
    data = pdf(*([f"page {number}"] for number in range(1, 6)))
    one, all_ = read(data, batch_records=1)[1], read(data)[1]
    assert (one.fields, one.records) == (all_.fields, all_.records)
    assert (one.batches, all_.batches) == (5, 1)


def test_what_a_reader_cannot_see_is_read() -> None:
    white = "1 1 1 rg " + shown(["white"]) + " 0 g"
    invisible = "BT 3 Tr /F1 11 Tf 50 700 Td (drawn with nothing) Tj ET"
    outside = "BT 0 Tr /F1 11 Tf 900 600 Td (beyond the edge) Tj ET"
    _, pages, _ = read(written(writer(f"{white} {invisible} {outside}")))
    text = pages.values("text")[0]
    assert all(words in text for words in ("white", "drawn with nothing", "beyond the edge"))


def test_text_under_a_black_bar_is_read_and_told() -> None:
    bar = "0 g 45 775 300 20 re f"
    _, pages, _ = read(written(writer(shown([SECRET]) + bar, bar + " 1 g " + shown(["white on black"]))))
    assert pages.values("text") == [SECRET, "white on black"]
    assert pages.part.facts == {"pages": 2, "covered_text": 1}
    assert pages.part.notes == ["pieces of text under a filled shape: 1"]


def test_a_value_broken_over_two_lines_is_whole() -> None:
    lines = ["The customer paid with the card 4111 1111", "1111 1111 and wrote from ann.lee@exam", "ple.org"]
    text = read(pdf(lines))[1].values("text")[0]
    assert "4111 1111 1111 1111" in text
    assert "ann.lee@example.org" in text


def image(made: PdfWriter, page: int, place: str) -> None:
    picture = stream(
        b"\0", Type=NameObject("/XObject"), Subtype=NameObject("/Image"), Width=NumberObject(1),
        Height=NumberObject(1), BitsPerComponent=NumberObject(8), ColorSpace=NameObject("/DeviceGray"),
    )  # fmt: skip
    target = made.pages[page]
    resources = target["/Resources"]
    resources[NameObject("/XObject")] = DictionaryObject({NameObject("/I"): made._add_object(picture)})  # type: ignore[index]
    before = target["/Contents"].get_object().get_data()  # type: ignore[union-attr]
    target[NameObject("/Contents")] = made._add_object(stream(before + f" q {place} cm /I Do Q".encode()))


class Breaks:
    """A parser that ends while it reads the picture of the first of two pages."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def ask(self, task: dict[str, Any]) -> Iterator[dict[str, Any]]:
        self.asked.append(task["first"])
        yield {"pages": 2, "encrypted": False, "whole": True}
        yield {"structure": 0, "files": 0}
        for page in range(task["first"] + 1, 3):
            about = {"images": 1, "large": 1, "covered": 0, "pictures": 1 if page == 1 else 0}
            yield {"page": page, "fields": [["text", f"page {page}"]], **about}
            if page == 1:
                return
        yield {"end": True}


def test_a_page_whose_image_is_too_much_for_ocr_keeps_its_text() -> None:
    parser = Breaks()
    reading = pdf_document._Reading(parser, Path("/nowhere"), ReadOptions())  # type: ignore[arg-type]
    _, pages = (consume(part) for part in reading.parts(PDF))
    assert parser.asked == [0, 1]
    assert pages.fields["text"] == [(1, "page 1"), (2, "page 2")]
    assert pages.part.losses == ["large images on pages with text, not read: 2"]


@pytest.mark.usefixtures("without_ocr")
def test_scanned_pages_and_images_are_told() -> None:
    made = writer("", shown(["a letter with its logo"]), shown(["a letter with a scan"]), "")
    image(made, 0, "595 0 0 842 0 0")
    image(made, 1, "50 0 0 50 500 780")
    image(made, 2, "400 0 0 600 50 50")
    _, pages, _ = read(written(made))
    assert pages.records == 4
    assert pages.part.losses == [
        "pages without text, images not read: 1", "large images on pages with text, not read: 1",
    ]  # fmt: skip
    assert pages.part.notes == ["small images on pages with text, not read: 1"]
    assert pages.part.facts["pages_without_text"] == 1


# --- beside the pages ------------------------------------------------------------------------------


def full() -> PdfWriter:
    made = writer(shown(["one"]), shown(["two"]))
    made.add_annotation(1, Text(rect=(5, 5, 8, 8), text="call 555-0110", title_bar="Com Menter"))
    made.add_annotation(0, Link(rect=(1, 1, 9, 9), url=f"mailto:{SECRET}"))
    made.add_metadata({"/Author": "Au Thor"})
    made.add_attachment("q#3.csv", b"name\nAnn\n")
    made.add_outline_item(title="Chapter about Ann", page_number=0)
    return made


def test_everything_beside_the_pages_is_read() -> None:
    made = full()
    widget(made, 1, "ssn", "078-05-1120")
    script = {"/S": NameObject("/JavaScript"), "/JS": TextStringObject("var mail = 1;")}
    made.root_object[NameObject("/OpenAction")] = DictionaryObject(
        {NameObject(k): v for k, v in script.items()}
    )
    xmp = b'<x><d title="a title"><creator>Xmp Author</creator></d></x>'
    made.root_object[NameObject("/Metadata")] = made._add_object(stream(xmp, Type=NameObject("/Metadata")))
    beside, pages, members = read(written(made))
    assert pages.fields["comments"] == [(2, "call 555-0110")]
    assert pages.fields["authors"] == [(2, "Com Menter")]
    assert pages.fields["form fields"] == [(2, "ssn: 078-05-1120")]
    assert pages.fields["links"] == [(1, f"mailto:{SECRET}")]
    assert (0, "Au Thor") in beside.fields["properties"]
    assert beside.fields["xmp"] == [(0, "a title"), (0, "Xmp Author")]
    assert beside.fields["bookmarks"] == [(0, "Chapter about Ann")]
    assert beside.fields["scripts"] == [(0, "var mail = 1;")]
    assert not beside.fields.keys() & pages.fields.keys()
    assert pages.part.facts == {"pages": 2, "comments": 1, "attachments": 1}
    (member,) = members
    assert member.suffix == "!q%233.csv"
    assert member.content is not None
    assert member.content.first(99) == (b"name\nAnn\n", True)


def test_fields_of_a_form_that_no_page_shows_are_read() -> None:
    made = writer(shown(["one"]))
    widget(made, 0, "card", "4111 1111 1111 1111")
    del made.pages[0]["/Annots"]
    assert read(written(made))[0].fields["form fields on no page"] == [(0, "card: 4111 1111 1111 1111")]


def test_what_belongs_to_a_page_and_what_does_not_never_share_a_field() -> None:
    made = full()
    widget(made, 0, "a", "1")
    widget(made, 1, "b", "2")
    del made.pages[0]["/Annots"]
    outline = made.root_object["/Outlines"]["/First"].get_object()  # type: ignore[index]
    link = {"/S": NameObject("/URI"), "/URI": TextStringObject("https://example.org/ann")}
    outline[NameObject("/A")] = DictionaryObject({NameObject(k): v for k, v in link.items()})
    made.add_annotation(1, Link(rect=(1, 1, 9, 9), url=f"mailto:{SECRET}"))
    beside, pages, _ = read(written(made))
    assert beside.fields["document links"] == [(0, "https://example.org/ann")]
    assert pages.fields["links"] == [(2, f"mailto:{SECRET}")]
    assert not beside.fields.keys() & pages.fields.keys()


def test_two_files_of_one_name_are_two_sources() -> None:
    made = writer(shown(["one"]))
    made.add_attachment("a.csv", b"1")
    made.add_attachment("a.csv", b"2")
    assert {member.suffix for member in read(written(made))[2]} == {"!a.csv", "!a.csv_2"}


def test_what_an_update_took_out_is_still_in_the_file() -> None:
    first = pdf(["kept"], [SECRET])
    made = PdfWriter(io.BytesIO(first), incremental=True)
    made.pages[1][NameObject("/Contents")] = made._add_object(stream(shown(["[removed]"]).encode()))
    _, pages, _ = read(written(made))
    assert pages.values("text") == ["kept", "[removed]"]
    assert pages.fields["earlier text"] == [(2, SECRET)]
    assert pages.part.facts["earlier_text"] == 1


# --- passwords, faults -----------------------------------------------------------------------------


@pytest.mark.parametrize("algorithm", ["RC4-40", "RC4-128", "AES-128", "AES-256"])
def test_a_password_that_is_given_opens_it(algorithm: str) -> None:
    made = full()
    made.encrypt("user-secret", "owner-secret", algorithm=algorithm)
    data = written(made)
    for passwords in ((), ("wrong",)):
        with pytest.raises(EncryptedSource, match="under a password") as caught:
            read(data, passwords=passwords)
        assert "secret" not in repr(caught.value)
    beside, pages, members = read(data, passwords=("wrong", "user-secret"))
    assert pages.values("text") == ["one", "two"]
    assert pages.part.facts["encryption"] == "pdf"
    assert (0, "Au Thor") in beside.fields["properties"]
    assert members[0].content is not None
    assert members[0].content.first(4)[0] == b"name"


def test_a_password_against_printing_alone_needs_none() -> None:
    made = full()
    made.encrypt("", "owner-secret", algorithm="AES-256")
    pages = read(written(made))[1]
    assert pages.values("text") == ["one", "two"]
    assert pages.part.facts["encryption"] == "pdf"


def test_a_broken_table_of_places_is_repaired() -> None:
    data = written(full()).replace(b"startxref\n", b"startxref\n9")
    beside, pages, members = read(data)
    assert pages.values("text") == ["one", "two"]
    assert len(members) == 1
    assert (0, "Au Thor") in beside.fields["properties"]


def test_the_pages_of_a_file_that_breaks_off_are_read() -> None:
    data = pdf(*([f"page {number}"] for number in range(1, 9)))
    at = data.index(b"(page 6)")
    beside, pages, _ = read(data[:at])
    assert pages.values("text")[:5] == [f"page {number}" for number in range(1, 6)]
    assert beside.part.losses[0] == "broken, or breaks off: pages and what belongs to them may be missing"


@pytest.mark.parametrize(
    "before", [b"\r\n", b"\x1b%-12345X@PJL JOB\n@PJL SET X=1\n", b"a@example.org\n" * 50]
)
def test_what_a_printer_puts_in_front_does_not_matter(before: bytes) -> None:
    assert read(before + pdf(["one"]))[1].values("text") == ["one"]


@pytest.mark.parametrize(
    ("behind", "losses"),
    [
        (b"\nann@example.org", ["bytes behind the end of the PDF, not read: 15"]),
        (b"PK\3\4" + bytes(1 << 20), ["bytes behind the end of the PDF, not read: 1,048,580"]),
        (b"\r\n\0\0", []),
        (b"\n\x1b%-12345X@PJL EOJ\n\x1b%-12345X", []),
    ],
)
def test_what_stands_behind_the_end_is_told(behind: bytes, losses: list[str]) -> None:
    about, _, _ = read(pdf(["x"]) + behind)
    assert about.part.losses == losses


@pytest.mark.parametrize("data", [b"%PDF-1.4 " + SECRET.encode(), b"%PDF-1.7\n" + bytes(range(256)) * 40])
def test_what_is_no_document_is_unreadable(data: bytes) -> None:
    with pytest.raises(UnreadableSource, match="a PDF that is broken") as caught:
        list(open_parts(Content.of_bytes("t.pdf", data), PDF))
    assert SECRET not in f"{caught.value!r} {caught.value.__cause__!r}"


def test_a_page_that_ends_the_parser_is_a_loss_and_the_others_are_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ask = child_process.Parser.ask
    kills = []

    def killed_behind_page_two(self: child_process.Parser, task: dict[str, object]) -> object:
        for message in ask(self, task):  # type: ignore[arg-type]
            yield message
            if message.get("page") == 2 and not kills:
                kills.append(task)
                self.end()
                return

    monkeypatch.setattr(child_process.Parser, "ask", killed_behind_page_two)
    beside, pages, _ = read(pdf(["one"], ["two"], ["three"], ["four"]))
    assert pages.fields["text"] == [(1, "one"), (2, "two"), (4, "four")]
    assert pages.part.losses == ["pages that are broken, or too much for the parser: 1"]
    assert beside.fields["properties"] == [(0, "pypdf")]
    assert len(kills) == 1


def test_the_process_is_kept_from_one_file_to_the_next_and_begun_again_after_its_end() -> None:
    def running() -> list[int]:
        waiting = child_process._idle.get("bpoaudit.parsers.pdf", [])
        return [each._process.pid for each in waiting if each._process]

    read(pdf(["one"]))
    first = running()
    read(pdf(["two"]))
    assert running() == first
    for pid in first:
        os.kill(pid, signal.SIGKILL)
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    assert read(pdf(["three"]))[1].values("text") == ["three"]
    assert not set(running()) & set(first)


def test_a_file_inside_a_file_is_read_while_the_outer_one_is_open() -> None:
    made = writer(shown(["outer"]))
    made.add_attachment("inner.pdf", pdf(["inner"]))
    made.add_attachment("second.pdf", pdf(["second"]))
    texts = []

    def walk(content: Content) -> None:
        for each in open_parts(content, media_type(content)):
            if isinstance(each, Part):
                texts.extend(consume(each).values("text"))
            else:
                assert each.content is not None
                walk(each.content)

    walk(Content.of_bytes("t", written(made)))
    assert sorted(texts) == ["inner", "outer", "second"]


def test_nothing_is_written_to_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TMPDIR", "HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(child_process, "_idle", {})
    read(written(full()))
    child_process._end_all()
    assert list(tmp_path.iterdir()) == []


def test_cut_anywhere_there_are_pages_or_a_source_error() -> None:
    data = written(full())
    for end in range(20, len(data), 211):
        said = ""
        try:
            read(data[:end])
        except SourceError as error:
            said = repr(error)
        assert SECRET not in said
