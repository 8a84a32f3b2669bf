"""Text in pictures, read by Tesseract from pictures that are made here."""

from __future__ import annotations

import io
import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFont
from pypdf import PdfReader, PdfWriter

from bpoaudit.delivery import media_type
from bpoaudit.delivery.content import Content
from bpoaudit.model import FieldKind
from bpoaudit.parsers import ocr
from bpoaudit.readers import Part, ReadOptions, open_parts
from tests.readers.conftest import Seen, consume

CARD, MAIL, NAME = "5105 1051 0510 5100", "karen.miller@example.org", "Karen Miller"
LETTER = f"Dear {NAME},\nwe have charged your card {CARD} today.\nWrite to {MAIL} if that is wrong."

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not any((folder / "eng.traineddata").is_file() for folder in ocr._folders()),
        reason="no language data of Tesseract (tesseract-ocr-eng)",
    ),
]


def drawn(
    text: str, letters: int = 30, size: tuple[int, int] = (1240, 400), paper: int = 255, ink: int = 0
) -> Image.Image:
    made = Image.new("L", size, paper)
    font = ImageFont.load_default(letters)
    ImageDraw.Draw(made).multiline_text((2 * letters, 2 * letters), text, fill=ink, font=font, spacing=12)
    return made


def saved(picture: Image.Image, kind: str = "PNG", **how: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **how)
    return out.getvalue()


def pages(data: bytes, batch_records: int = 2000) -> Seen:
    """Return what was read of the pages."""
    with Content.of_bytes("data", data) as content:
        parts = open_parts(content, media_type(content), ReadOptions(batch_records))
        seen = [consume(part) for part in parts if isinstance(part, Part)]
    assert [each.part.kind for each in seen] == [FieldKind.METADATA, FieldKind.TEXT]
    assert seen[0].error is None
    return seen[1]


PAPER = drawn(LETTER)


def speckled() -> Image.Image:
    made, chance = PAPER.copy(), random.Random(1)
    for _ in range(5000):
        made.putpixel((chance.randrange(made.width), chance.randrange(made.height)), chance.randrange(256))
    return made


def on_glass(ink: int) -> Image.Image:
    made = Image.new("LA", PAPER.size, (ink, 0))
    made.putalpha(drawn(LETTER, paper=0, ink=255))
    return made


HARD = {
    "straight": PAPER,
    "rotated 90": PAPER.rotate(90, expand=True),
    "upside down": PAPER.rotate(180),
    "rotated 270": PAPER.rotate(270, expand=True),
    "skewed 3": PAPER.rotate(3, expand=True, fillcolor=255),
    "skewed -7": PAPER.rotate(-7, expand=True, fillcolor=255),
    "on its side and skewed": PAPER.rotate(92, expand=True, fillcolor=255),
    "72 dots an inch": drawn(LETTER, 10, (520, 160)),
    "white on black": drawn(LETTER, paper=0, ink=255),
    "white on nothing": on_glass(255),
    "black on nothing": on_glass(0),
    "pale": drawn(LETTER, paper=235, ink=190),
    "speckled": speckled(),
    "a little on a large page": Image.new("L", (2480, 3508), 255),
}
HARD["a little on a large page"].paste(PAPER, (200, 2900))


@pytest.mark.parametrize("picture", HARD.values(), ids=list(HARD))
def test_what_is_written_is_read(picture: Image.Image) -> None:
    seen = pages(saved(picture))
    assert seen.records == 1
    (text,) = seen.values("text")
    joined = text.replace(" ", "")  # at 72 dots an inch the spaces between digits are one pixel wide
    assert [CARD.replace(" ", "") in joined, MAIL in text, NAME in text] == [True] * 3
    assert not seen.part.losses


@pytest.mark.parametrize("kind", ["JPEG", "GIF", "WEBP", "AVIF", "JPEG2000"])
def test_every_format_is_read(kind: str) -> None:
    assert CARD in pages(saved(PAPER, kind)).values("text")[0]


@pytest.mark.parametrize("mode", ["1", "CMYK", "I;16"])
def test_every_kind_of_pixel_is_read(mode: str) -> None:
    picture = (
        PAPER.convert("I").point(lambda value: value * 256).convert(mode)
        if mode == "I;16"
        else PAPER.convert(mode)
    )
    assert CARD in pages(saved(picture, "TIFF")).values("text")[0]


def test_exif_says_which_way_is_up() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = PAPER.rotate(90, expand=True)
    assert CARD in pages(saved(picture, "JPEG", exif=exif)).values("text")[0]


def test_lines_are_lines() -> None:
    picture = drawn("Karen Miller\n12 Harbour Road\n10115 Berlin")
    assert pages(saved(picture)).values("text") == ["Karen Miller\n12 Harbour Road\n10115 Berlin"]


def test_engine_and_confidence_are_noted() -> None:
    seen = pages(saved(PAPER))
    (note,) = seen.part.notes
    assert note.startswith("1 read by OCR with tesseract 5.")
    assert "eng" in note
    assert "mean confidence 9" in note


def test_what_makes_little_sense_is_a_loss() -> None:
    chance = random.Random(3)
    scrawl = Image.new("L", (1200, 300), 255)
    pen = ImageDraw.Draw(scrawl)
    for line in range(4):
        points = [(60 + 9 * at, 50 + 60 * line + chance.randrange(40)) for at in range(110)]
        pen.line(points, fill=0, width=4)
    seen = pages(saved(scrawl))
    read = sum(map(len, seen.values("text")))
    assert not read or seen.part.losses == [
        "pictures that OCR could hardly read (handwriting, photographs): 1"
    ]


def test_a_photograph_has_no_words() -> None:
    seen = pages(saved(Image.linear_gradient("L")))
    assert (seen.records, seen.fields) == (1, {})
    assert seen.part.notes[0].endswith("0 words; without words: 1")


def test_the_last_page_of_a_scan_is_a_record() -> None:
    sheets = [drawn(f"This is page {number}") for number in range(1, 4)] + [PAPER.copy()]
    data = saved(sheets[0], "TIFF", save_all=True, append_images=sheets[1:])
    seen = pages(data)
    assert seen.records == 4
    assert seen.part.facts == {"pages": 4}
    record, text = seen.fields["text"][-1]
    assert (record, CARD in text) == (4, True)
    assert pages(data, batch_records=1).fields == seen.fields


def test_frames_that_do_not_change_are_read_once() -> None:
    frames = [drawn("one"), drawn("one"), PAPER.copy()]
    seen = pages(saved(frames[0], save_all=True, append_images=frames[1:]))
    assert [record for record, _ in seen.fields["text"]] == sorted(
        {record for record, _ in seen.fields["text"]}
    )
    assert CARD in seen.values("text")[-1]
    assert len(seen.values("text")) == 2


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF"])
def test_a_picture_that_breaks_off_is_read_as_far_as_it_goes(kind: str) -> None:
    tall = Image.new("L", (1240, 1600), 255)
    tall.paste(PAPER, (0, 0))
    tall.paste(Image.effect_noise((1240, 900), 90), (0, 700))
    data = saved(tall, kind)
    seen = pages(data[: len(data) * 3 // 4] if kind != "TIFF" else data[:1_500_000])
    text = "".join(seen.values("text"))
    assert (CARD in text and any("break off" in loss for loss in seen.part.losses)) or seen.error is not None


def test_time_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "PAGE_SECONDS", 0)
    read = ocr.load().read(PAPER)
    assert (read.text, read.in_time) == ("", False)


def test_the_same_picture_gives_the_same_words() -> None:
    data = saved(HARD["skewed 3"])
    first, second = pages(data), pages(data)
    assert (first.fields, first.part.notes) == (second.fields, second.part.notes)


# --- PDF --------------------------------------------------------------------------------------------


def test_a_scanned_page_of_a_pdf_is_read() -> None:
    sheet = Image.new("L", (1654, 2339), 255)
    sheet.paste(PAPER, (200, 1800))
    blank = drawn("This is page one", size=(1654, 2339))
    data = saved(blank, "PDF", resolution=200, save_all=True, append_images=[sheet.rotate(2, fillcolor=255)])
    seen = pages(data)
    assert seen.records == 2
    record, text = seen.fields["text"][-1]
    assert record == 2
    assert CARD in text
    assert MAIL in text
    assert not seen.part.losses
    assert seen.part.facts == {"pages": 2, "pages_without_text": 2}
    assert seen.part.notes[0].startswith("2 read by OCR with tesseract 5.")


def test_a_large_image_on_a_page_with_text_is_read() -> None:
    from tests.readers.test_pdf import shown, writer, written

    made = writer(shown(["Received by fax"]))
    scan = PdfReader(io.BytesIO(saved(PAPER, "PDF", resolution=160))).pages[0]
    made.pages[0].merge_page(scan)
    seen = pages(written(made))
    assert seen.values("text") == ["Received by fax"]
    assert CARD in seen.values("text in images")[0]
    assert not seen.part.losses


def test_pages_with_text_are_not_read_twice() -> None:
    from tests.readers.test_pdf import pdf

    seen = pages(pdf(["a page of text"]))
    assert (seen.fields, seen.part.notes) == ({"text": [(1, "a page of text")]}, [])


# --- command line -----------------------------------------------------------------------------------


def test_card_mail_and_name_are_found_from_the_command_line(tmp_path: Path) -> None:
    delivery = tmp_path / "delivery"
    delivery.mkdir()
    (delivery / "letter.png").write_bytes(saved(HARD["rotated 90"]))
    made = PdfWriter(clone_from=io.BytesIO(saved(PAPER, "PDF", resolution=150)))
    out = io.BytesIO()
    made.write(out)
    (delivery / "scan.pdf").write_bytes(out.getvalue())
    before = sorted(Path("/tmp").iterdir())
    done = subprocess.run(
        [Path(sys.executable).with_name("bpoaudit"), "scan", str(delivery), "-o", str(tmp_path / "found.jsonl")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert not any(f.name.startswith("tess") for f in Path("/tmp").iterdir() if f not in before)
    lines = [json.loads(line) for line in (tmp_path / "found.jsonl").read_text("utf-8").splitlines()]
    found = {(line["source"], line["entity"]) for line in lines}
    for source in ("letter.png", "scan.pdf"):
        assert {(source, entity) for entity in ("CREDIT_CARD", "EMAIL_ADDRESS", "PERSON")} <= found
