"""The report as a PDF: tagged, bookmarked, the same bytes, every rule in its text."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from functools import cache
from hashlib import sha256
from io import BytesIO
from typing import Any

import pypdf
import pytest

from bpoaudit.errors import OutputError, UsageError
from bpoaudit.report import pdf
from bpoaudit.report.edition import Edition
from bpoaudit.report.pdf import check_pdf, render_pdf

from .editions import answered, remembered_past, vendor_edition
from .factories import entity, field
from .hostile import HOSTILE_NAMES, hostile_result
from .sample import audit_result, clean_result

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(importlib.util.find_spec("weasyprint") is None, reason="needs WeasyPrint"),
]


@cache
def document(vendors: bool = False) -> pypdf.PdfReader:
    edition = vendor_edition() if vendors else answered(past=remembered_past())
    return pypdf.PdfReader(BytesIO(render_pdf(audit_result(), edition)))


def text(reader: pypdf.PdfReader) -> str:
    return "\n".join(page.extract_text() for page in reader.pages)


def titles(outline: Any) -> list[str]:
    return [
        title
        for entry in outline
        for title in (titles(entry) if isinstance(entry, list) else [str(entry.title)])
    ]


def test_every_rule_is_in_the_text_what_is_closed_on_screen_too() -> None:
    told = text(document())
    for verdict in audit_result().verdicts:
        assert verdict.rule in told


def test_responses_and_past_audits_are_in_it() -> None:
    told = " ".join(text(document()).split())
    assert "To be fixed by 2026-08-15" in told
    assert "Score over time" in told
    assert "Another Client" not in told


def test_it_is_tagged_has_a_title_a_language_and_bookmarks() -> None:
    root = document().trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert "/StructTreeRoot" in root
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert (document().metadata or {})[
        "/Title"
    ] == "Meridian Contact Services: very limited assurance on 2026-06-30"
    marks = titles(document().outline)
    for section in ("Assurance by area", "Findings", "Needs a person", "Action plan", "Appendix"):
        assert section in marks
    assert any(mark.startswith("F1") for mark in marks)


def test_it_says_that_it_is_pdf_ua() -> None:
    metadata = document().trailer["/Root"]["/Metadata"].get_data().decode()
    assert "pdfuaid:part" in metadata


def test_the_vendors_has_no_fingerprints_and_no_tails() -> None:
    told = text(document(vendors=True))
    assert "hmac" not in told
    assert "4f1d2c3b5a697887" not in told
    assert "••11" not in told
    assert "••11" in text(document())


def test_the_same_result_gives_the_same_bytes_in_another_process() -> None:
    code = (
        "import hashlib; from tests.report.sample import clean_result; from bpoaudit.report.pdf import render_pdf;"
        "print(hashlib.sha256(render_pdf(clean_result())).hexdigest())"
    )
    other = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert other.strip() == sha256(render_pdf(clean_result())).hexdigest()


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def styled(html: str) -> str:
        return html.replace(
            "<main>", '<main><img src="http://192.0.2.1/x.png"><img src="file:///etc/hostname">'
        )

    monkeypatch.setattr(pdf, "_styled_drawings", styled)
    with pytest.raises(OutputError, match="asked for something from outside"):
        render_pdf(clean_result())


@pytest.mark.parametrize(
    ("error", "hint"),
    [(ModuleNotFoundError("weasyprint"), "bpoaudit"), (OSError("libpango"), "libpango-1.0-0")],
)
def test_what_is_missing_is_said_before_anything_is_read(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: Exception, hint: str
) -> None:
    class Broken:
        def find_spec(self, name: str, path: object = None, target: object = None) -> None:
            if name == "weasyprint":
                print("-----  WeasyPrint could not import some external libraries")
                raise error

    for name in [name for name in sys.modules if name.partition(".")[0] == "weasyprint"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [Broken(), *sys.meta_path])
    with pytest.raises(UsageError) as caught:
        check_pdf()
    assert hint in (caught.value.hint or "")
    assert capsys.readouterr().out == ""


def test_hostile_names_are_shown() -> None:
    reader = pypdf.PdfReader(BytesIO(render_pdf(hostile_result(HOSTILE_NAMES[:8]), Edition())))
    told = text(reader).replace("\n", "")
    assert "alert(1)" in told
    assert "/JavaScript" not in reader.trailer["/Root"].get("/Names", {})
    assert "/OpenAction" not in reader.trailer["/Root"]


def test_more_sources_of_one_field_each_than_fit_on_a_page_are_all_listed() -> None:
    names = [f"chats/{at:03}.txt" for at in range(60)]
    inventory = tuple(field(name, "text", 4, entity("PERSON", 1, "A•••")) for name in names)
    told = text(
        pypdf.PdfReader(BytesIO(render_pdf(clean_result().model_copy(update={"inventory": inventory}))))
    )
    assert [name for name in names if name not in told] == []
