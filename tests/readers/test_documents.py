"""PDF and office documents: what stands at the far end, beside the pages and out of sight."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

import pytest

from bpoaudit.delivery import media_type
from bpoaudit.delivery.content import Content
from bpoaudit.delivery.media import DOCX, EPUB, ODP, ODT, PPTX
from bpoaudit.errors import EncryptedSource, SourceError, UnreadableSource
from bpoaudit.readers import Member, Part, ReadOptions, open_parts
from tests.readers.conftest import Seen, consume

SECRET = "ann.lee@example.org"
WORD = 'xmlns:w="urn:w" xmlns:wp="urn:wp" xmlns:mc="urn:mc"'
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SLIDE = f'xmlns:p="urn:p" xmlns:a="urn:a" xmlns:r="{RELATIONS}"'
OPEN = 'xmlns:office="o" xmlns:text="t" xmlns:draw="d" xmlns:presentation="p" xmlns:style="s" xmlns:xlink="x"'


def package(parts: Mapping[str, str | bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return packed.getvalue()


def docx(body: str, **parts: str | bytes) -> bytes:
    named = {name.replace("__", "/") + ".xml": content for name, content in parts.items()}
    document = f"<w:document {WORD}><w:body>{body}</w:body></w:document>"
    return package({"[Content_Types].xml": "<Types/>", "word/document.xml": document, **named})


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def read(
    data: bytes, batch_records: int = 2000, passwords: tuple[str, ...] = ()
) -> tuple[list[Seen], list[Member]]:
    with Content.of_bytes("data", data) as content:
        how = ReadOptions(batch_records, passwords)
        seen, members = [], []
        for each in open_parts(content, media_type(content), how):
            if isinstance(each, Part):
                seen.append(consume(each))
            else:
                members.append(each)
        return seen, members


def fields(data: bytes, **options: int) -> dict[str, list[tuple[int, str]]]:
    found: dict[str, list[tuple[int, str]]] = {}
    for seen in read(data, **options)[0]:
        assert not found.keys() & seen.fields.keys(), "parts of one source have fields of their own"
        found |= seen.fields
    return found


# --- Word ------------------------------------------------------------------------------------------


def test_every_text_of_a_word_document_has_its_field() -> None:
    data = docx(
        f"<w:p>{run('Body')}</w:p>"
        f'<w:p><w:del w:author="Ed Itor"><w:r><w:delText>was here</w:delText></w:r></w:del>{run("stays")}</w:p>'
        f"<w:p>{run('unseen', '<w:vanish/>')}{run('seen', '<w:vanish w:val=&quot;0&quot;/>'.replace('&quot;', chr(34)))}</w:p>"
        '<w:p><w:r><wp:docPr descr="a photo of Ann"/><w:txbxContent><w:p><w:r><w:t>in a box</w:t></w:r></w:p>'
        "</w:txbxContent></w:r></w:p>"
        '<w:p><w:r><w:instrText>HYPERLINK "mailto:x@example.org"</w:instrText></w:r></w:p>',
        word__header2=f"<w:hdr {WORD}><w:p>{run('on top')}</w:p></w:hdr>",
        word__footer1=f"<w:ftr {WORD}><w:p>{run('below')}</w:p></w:ftr>",
        word__footnotes=f"<w:footnotes {WORD}><w:footnote><w:p>{run('a foot')}</w:p></w:footnote></w:footnotes>",
        word__endnotes=f"<w:endnotes {WORD}><w:endnote><w:p>{run('an end')}</w:p></w:endnote></w:endnotes>",
        word__comments=f'<w:comments {WORD}><w:comment w:author="Com Menter"><w:p>{run("said")}</w:p></w:comment></w:comments>',
        word__glossary__document=f"<w:glossaryDocument {WORD}><w:p>{run('a block')}</w:p></w:glossaryDocument>",
        word__settings=f'<w:settings {WORD}><w:docVar w:name="n" w:val="var"/><w:connectString w:val="User=x"/></w:settings>',
        docProps__core="<c><creator>Au Thor</creator></c>",
        customXml__item1='<a b="attribute">custom</a>',
    )
    found = fields(data)
    assert found["text"] == [(1, "Body\nstays\nseen")]
    assert found["deleted"] == [(1, "was here")]
    assert found["hidden"] == [(1, "unseen")]
    assert found["text boxes"] == [(1, "in a box")]
    assert found["alternative text"] == [(1, "a photo of Ann")]
    assert found["field codes"] == [(1, 'HYPERLINK "mailto:x@example.org"')]
    assert (found["headers"], found["footers"]) == ([(1, "on top")], [(1, "below")])
    assert (found["footnotes"], found["endnotes"]) == ([(1, "a foot")], [(1, "an end")])
    assert found["comments"] == [(1, "said")]
    assert {name for _, name in found["authors"]} == {"Com Menter", "Ed Itor"}
    assert found["building blocks"] == [(1, "a block")]
    assert found["variables"] == [(0, "n"), (0, "var")]
    assert found["connections"] == [(0, "User=x")]
    assert found["properties"] == [(0, "Au Thor")]
    assert found["custom data"] == [(0, "attribute"), (0, "custom")]


def test_facts_count_what_a_rule_may_ask_for() -> None:
    data = docx(
        f"<w:p><w:ins>{run('a')}</w:ins><w:del>{run('b')}</w:del>{run('c', '<w:vanish/>')}</w:p>",
        word__comments=f"<w:comments {WORD}><w:comment/><w:comment/></w:comments>",
    )
    text = read(data)[0][1]
    assert text.part.facts == {"tracked_changes": 2, "hidden_text": 1, "comments": 2}
    assert text.records == 1


def test_a_value_in_several_runs_is_one_and_cells_of_a_row_stay_together() -> None:
    cells = "".join(f"<w:tc><w:p>{run(text)}</w:p></w:tc>" for text in ("Card", "4111 1111"))
    data = docx(
        f"<w:p>{run('ann.')}{run('lee@')}{run('example.org')}</w:p><w:tbl><w:tr>{cells}</w:tr></w:tbl>"
    )
    assert fields(data)["text"] == [(1, "ann.lee@example.org\nCard\t4111 1111")]


def test_a_second_version_for_old_programs_is_not_read_twice() -> None:
    inner = f"<w:txbxContent><w:p>{run('once')}</w:p></w:txbxContent>"
    data = docx(
        f"<w:p><w:r><mc:AlternateContent><mc:Choice>{inner}</mc:Choice><mc:Fallback>{inner}</mc:Fallback>"
        "</mc:AlternateContent></w:r></w:p>"
    )
    assert fields(data)["text boxes"] == [(1, "once")]


def test_link_targets_of_every_part_are_read() -> None:
    relations = f'<R><r Type="{RELATIONS}/hyperlink" Target="mailto:{SECRET}" TargetMode="External"/></R>'
    data = package(
        {
            "[Content_Types].xml": "<Types/>",
            "word/document.xml": f"<w:document {WORD}/>",
            "word/header1.xml": f"<w:hdr {WORD}/>",
            "word/_rels/header1.xml.rels": relations,
        }
    )
    assert fields(data)["links"] == [(1, f"mailto:{SECRET}")]


def test_files_inside_are_sources_of_their_own() -> None:
    data = package(
        {
            "[Content_Types].xml": "<Types/>",
            "word/document.xml": f"<w:document {WORD}/>",
            "word/media/image1.png": b"\x89PNG\r\n\x1a\n",
            "word/embeddings/q#3.csv": f"name,mail\nAnn,{SECRET}\n",
            "word/afchunk.htm": f"<html><body>{SECRET}</body></html>",
            "word/fonts/font1.odttf": b"font",
        }
    )
    with Content.of_bytes("t", data) as content:
        members = [each for each in open_parts(content, DOCX) if isinstance(each, Member)]
        assert [each.suffix for each in members] == [
            "!word/afchunk.htm", "!word/embeddings/q%233.csv", "!word/media/image1.png",
        ]  # fmt: skip
        assert members[1].content is not None
        with members[1].content.open() as stream:
            assert SECRET.encode() in stream.read()


def test_a_broken_part_is_a_loss_and_what_came_before_it_counts() -> None:
    text = f"<w:document {WORD}><w:body><w:p>{run(SECRET)}</w:p><w:p>{run('x' * 200_000)}"
    data = package(
        {"word/document.xml": text, "word/footer1.xml": f"<w:ftr {WORD}><w:p>{run('foot')}</w:p></w:ftr>"}
    )
    (_, seen), _ = read(data)
    assert seen.part.losses == ["parts of the document that are broken: 1"]
    assert seen.values("text")[0].startswith(SECRET)
    assert seen.values("footers") == ["foot"]


def test_an_entity_bomb_is_refused() -> None:
    bomb = '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]>' + f"<w:document {WORD}>&c;</w:document>"
    (_, seen), _ = read(package({"word/document.xml": bomb}))
    assert seen.part.losses == ["parts of the document that are broken: 1"]
    assert seen.fields == {}


def test_a_truncated_package_is_unreadable() -> None:
    data = docx(f"<w:p>{run(SECRET)}</w:p>")
    with pytest.raises(UnreadableSource, match="a document that is broken") as caught:
        list(open_parts(Content.of_bytes("t", data[: len(data) - 30]), DOCX))
    assert SECRET not in repr(caught.value)


def test_a_document_is_told_by_its_folders_where_its_main_part_has_another_name() -> None:
    data = package({"[Content_Types].xml": "<Types/>", "word/document2.xml": f"<w:document {WORD}/>"})
    assert media_type(Content.of_bytes("t.bin", data)) == DOCX


# --- presentations ---------------------------------------------------------------------------------


def pptx() -> bytes:
    def slide(text: str, about: str = "") -> str:
        return f"<p:sld {SLIDE} {about}><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:sld>"

    def relations(*targets: tuple[str, str]) -> str:
        links = (
            f'<r Id="r{n}" Type="{RELATIONS}/{kind}" Target="{to}"/>' for n, (kind, to) in enumerate(targets)
        )
        return f"<R>{''.join(links)}</R>"

    return package(
        {
            "[Content_Types].xml": "<Types/>",
            "ppt/presentation.xml": f'<p:p {SLIDE}><p:sldId r:id="r1"/><p:sldId r:id="r0"/></p:p>',
            "ppt/_rels/presentation.xml.rels": relations(("slide", "slides/slide1.xml"), ("slide", "slides/slide2.xml")),
            "ppt/slides/slide1.xml": slide("shown last", 'show="0"'),
            "ppt/slides/slide2.xml": slide("shown first"),
            "ppt/slides/slide3.xml": slide("in no show"),
            "ppt/slides/_rels/slide1.xml.rels": relations(
                ("notesSlide", "../notesSlides/notesSlide1.xml"), ("comments", "../comments/comment1.xml"),
                ("chart", "../charts/chart1.xml"), ("slideLayout", "../slideLayouts/slideLayout1.xml"),
            ),
            "ppt/notesSlides/notesSlide1.xml": f"<p:n {SLIDE}><a:p><a:t>spoken</a:t></a:p></p:n>",
            "ppt/comments/comment1.xml": f"<p:cmLst {SLIDE}><p:cm><p:text>said</p:text></p:cm></p:cmLst>",
            "ppt/charts/chart1.xml": "<c><pt><v>Ann</v></pt></c>",
            "ppt/commentAuthors.xml": f'<p:l {SLIDE}><p:cmAuthor name="Com Menter"/></p:l>',
            "ppt/slideLayouts/slideLayout1.xml": f"<p:l {SLIDE}><a:p><a:t>layout</a:t></a:p></p:l>",
        }
    )  # fmt: skip


def test_slides_are_records_in_the_order_of_the_show() -> None:
    found = fields(pptx())
    assert found["text"] == [(1, "shown first"), (2, "shown last")]
    assert found["notes"] == [(2, "spoken")]
    assert found["comments"] == [(2, "said")]
    assert found["charts"] == [(2, "Ann")]
    assert found["authors"] == [(0, "Com Menter")]
    assert {text for _, text in found["layout text"]} == {"in no show", "layout"}
    text = read(pptx())[0][1]
    assert text.part.facts == {"pages": 2, "hidden_slides": 1, "comments": 1}
    assert text.records == 2


def test_records_do_not_depend_on_the_batches() -> None:
    assert fields(pptx(), batch_records=1) == fields(pptx())
    assert read(pptx(), batch_records=1)[0][1].batches == 2


# --- OpenDocument ----------------------------------------------------------------------------------


def open_document(kind: str, body: str, **parts: str) -> bytes:
    named = {f"{name}.xml": content for name, content in parts.items()}
    content = f"<office:document-content {OPEN}><office:body>{body}</office:body></office:document-content>"
    return package({"mimetype": kind, "content.xml": content, **named})


def test_an_open_document_text() -> None:
    data = open_document(
        ODT,
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>gone</text:p></text:deletion>"
        "</text:changed-region></text:tracked-changes>"
        "<text:p>Body<text:s text:c='2'/>text<office:annotation><creator>Com Menter</creator><text:p>said</text:p>"
        "</office:annotation> goes on<text:line-break/>here</text:p>"
        "<text:p>see<text:note><text:note-body><text:p>a note</text:p></text:note-body></text:note> it</text:p>"
        '<text:p><text:a xlink:href="mailto:x@example.org">mail</text:a><text:hidden-text text:string-value="unseen"/></text:p>',
        styles=f"<s {OPEN}><style:header><text:p>on top</text:p></style:header><style:footer-left><text:p>below</text:p>"
        "</style:footer-left></s>",
        meta="<m><creator>Au Thor</creator></m>",
    )
    found = fields(data)
    assert found["text"] == [(1, "Body  text goes on\nhere\nsee it\nmail")]
    assert (found["deleted"], found["comments"], found["notes"]) == (
        [(1, "gone")],
        [(1, "said")],
        [(1, "a note")],
    )
    assert (found["headers"], found["footers"]) == ([(1, "on top")], [(1, "below")])
    assert (found["links"], found["hidden"]) == ([(1, "mailto:x@example.org")], [(1, "unseen")])
    assert (found["authors"], found["properties"]) == ([(1, "Com Menter")], [(0, "Au Thor")])
    assert read(data)[0][1].part.facts == {"tracked_changes": 1, "comments": 1}


def test_an_open_document_presentation() -> None:
    data = open_document(
        ODP,
        "<draw:page><text:p>one</text:p></draw:page><draw:page><text:p>two</text:p>"
        "<presentation:notes><text:p>spoken</text:p></presentation:notes></draw:page>",
    )
    found = fields(data)
    assert found["text"] == [(1, "one"), (2, "two")]
    assert found["notes"] == [(2, "spoken")]
    assert read(data, batch_records=1)[0][1].records == 2


def test_an_open_document_under_a_password_is_encrypted() -> None:
    data = package(
        {"mimetype": ODT, "content.xml": b"\x91\x02", "META-INF/manifest.xml": "<m:encryption-data/>"}
    )
    with pytest.raises(EncryptedSource):
        read(data)


# --- EPUB ------------------------------------------------------------------------------------------


def test_a_book_is_its_words_beside_and_its_chapters() -> None:
    data = package(
        {
            "mimetype": EPUB,
            "book.opf": f"<p><creator>{SECRET}</creator></p>",
            "c1.xhtml": "<html/>",
            "f.ttf": "",
        }
    )
    assert fields(data) == {"properties": [(0, SECRET)]}
    assert [member.suffix for member in read(data)[1]] == ["!c1.xhtml"]


def test_a_book_under_digital_rights_management_is_encrypted() -> None:
    with pytest.raises(EncryptedSource):
        read(package({"mimetype": EPUB, "META-INF/rights.xml": "<r/>"}))


@pytest.mark.parametrize("kind", [DOCX, PPTX, ODT, ODP, EPUB])
def test_a_package_without_its_directory_is_a_source_error(kind: str) -> None:
    with pytest.raises(SourceError):
        list(open_parts(Content.of_bytes("t", b"PK\x03\x04" + SECRET.encode()), kind))
