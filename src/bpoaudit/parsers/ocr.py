"""Text in pictures, by Tesseract (its library in the package tesserocr, the extra `ocr`).

Everything happens in memory. One thread and one way of preparing a picture: the same picture gives the
same words wherever the engine and its language data are the same; both are named in a note.
"""

from __future__ import annotations

import csv
import io
import os
import time
from pathlib import Path
from typing import Any, NamedTuple

from PIL import Image, ImageOps, ImageStat

from bpoaudit.errors import UnsupportedSource

MAX_PIXELS = 150_000_000
"""A page of size A3 at 1,200 dots an inch."""
SMALLEST = 8
"""Pixels a side; what is smaller has no room for writing."""
PAGE_SECONDS = 100
"""For one page, in all directions that are tried."""

UNSURE = 60
"""Confidence (0-100) under which a word is called uncertain; it is kept all the same."""
_POOR = 50
_FULL_SIZE = 2200
_MOST_TIMES = 3
_LANGUAGES = (
    "eng", "deu", "fra", "spa", "ita", "nld", "por", "pol", "ron", "fil", "msa", "hin",
)  # fmt: skip
"""Those that columns and texts are looked at in; of them, the ones whose data are installed."""
_FOLDERS = (
    "/usr/share/tesseract-ocr/5/tessdata",
    "/usr/share/tesseract-ocr/4.00/tessdata",
    "/usr/share/tessdata",
    "/usr/share/tesseract/tessdata",
    "/usr/local/share/tessdata",
    "/opt/homebrew/share/tessdata",
)


class Read(NamedTuple):
    """What was read of one picture. `repr` shows no content."""

    text: str
    words: int
    confidence: int
    """Sum over the words, each 0-100."""
    unsure: int
    """Words under `UNSURE`."""
    in_time: bool

    def __repr__(self) -> str:
        return f"Read(words={self.words})"


class Tally:
    """What is to be told of the pictures of one file."""

    def __init__(self) -> None:
        self.pages = self.words = self.confidence = self.unsure = 0
        self.empty = self.poor = self.late = 0

    def add(self, read: Read) -> None:
        """Count one picture."""
        self.pages += 1
        self.words += read.words
        self.confidence += read.confidence
        self.unsure += read.unsure
        self.late += not read.in_time
        self.empty += read.in_time and not read.words
        self.poor += bool(read.words) and read.confidence < _POOR * read.words

    def notes(self, engine: str) -> list[str]:
        """Say by what it was read, and how sure that is."""
        if not self.pages:
            return []
        said = f"{self.pages:,} read by OCR with {engine}: {self.words:,} words"
        if self.words:
            said += f", mean confidence {round(self.confidence / self.words)} of 100"
            said += f", {round(100 * self.unsure / self.words)} % of them under {UNSURE}"
        if self.empty:
            said += f"; without words: {self.empty:,}"
        return [said]

    def losses(self) -> list[str]:
        """Say what could not be read."""
        said = []
        if self.poor:
            said.append(f"pictures that OCR could hardly read (handwriting, photographs): {self.poor:,}")
        if self.late:
            said.append(f"pictures that OCR did not finish within {PAGE_SECONDS} seconds: {self.late:,}")
        return said


class Engine:
    """Tesseract with its languages loaded."""

    def __init__(self, library: Any, folder: Path, languages: list[str]) -> None:
        self._library = library
        self._turns = library.PSM.AUTO_OSD if (folder / "osd.traineddata").is_file() else library.PSM.AUTO
        self._api = library.PyTessBaseAPI(path=f"{folder}/", lang="+".join(languages), psm=self._turns)
        version = library.tesseract_version().split()[1]
        self.name = f"tesseract {version} ({'+'.join(languages)})"
        """Engine, version and languages."""

    def read(self, picture: Image.Image) -> Read:
        """Return the text, lines as the page has them.

        A picture that makes little sense is read in the other directions too; the best one counts.
        """
        until = time.monotonic() + PAGE_SECONDS
        prepared = _prepared(picture)
        best = self._upright(prepared, self._turns, until)
        if best.words and best.confidence < UNSURE * best.words:
            for direction in (Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_270, Image.Transpose.ROTATE_180):
                other = self._upright(prepared.transpose(direction), self._library.PSM.AUTO, until)
                if other.confidence - UNSURE * other.words > best.confidence - UNSURE * best.words:
                    best = other
        return best

    def _upright(self, picture: Image.Image, how: Any, until: float) -> Read:
        milliseconds = int((until - time.monotonic()) * 1000)
        if milliseconds <= 0:
            return Read("", 0, 0, 0, False)
        self._api.SetPageSegMode(how)
        self._api.SetImage(picture)
        in_time = bool(self._api.Recognize(milliseconds))
        read = _lines(self._api.GetTSVText(0)) if in_time else Read("", 0, 0, 0, False)
        self._api.Clear()
        return read


def load() -> Engine:
    """Return the engine. Raises `UnsupportedSource`, with what to install, where there is none."""
    os.environ["OMP_THREAD_LIMIT"] = "1"
    try:
        import tesserocr
    except ImportError:
        raise UnsupportedSource("a picture, not read: OCR needs the extra bpoaudit[ocr]") from None
    for folder in _folders():
        languages = [each for each in _LANGUAGES if (folder / f"{each}.traineddata").is_file()]
        if languages:
            return Engine(tesserocr, folder, languages)
    raise UnsupportedSource(
        "a picture, not read: OCR needs language data of Tesseract (tesseract-ocr-eng, or TESSDATA_PREFIX)"
    )


def _folders() -> list[Path]:
    if named := os.environ.get("TESSDATA_PREFIX"):
        return [Path(named), Path(named, "tessdata")]
    return [Path(folder) for folder in _FOLDERS]


def _prepared(picture: Image.Image) -> Image.Image:
    """Return dark writing on white in shades of grey, at a size that letters can be told at."""
    upright = ImageOps.exif_transpose(picture)
    if upright.mode.startswith("I"):
        grey = upright.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    elif upright.has_transparency_data:
        grey = _flat(upright.convert("RGBA"))
    else:
        grey = upright.convert("L")
    grey = ImageOps.autocontrast(grey, cutoff=1)
    if ImageStat.Stat(grey).mean[0] < 110:
        grey = ImageOps.invert(grey)
    times = min(_MOST_TIMES, _FULL_SIZE / max(grey.size))
    if times > 1.2:
        size = (round(grey.width * times), round(grey.height * times))
        grey = grey.resize(size, Image.Resampling.LANCZOS)
    return ImageOps.expand(grey, 20, 255)  # letters at the very edge are not seen as such


def _flat(picture: Image.Image) -> Image.Image:
    """Lay it on white; on black where nothing can be seen on white."""
    for paper in ((255, 255, 255, 255), (0, 0, 0, 255)):
        flat = Image.alpha_composite(Image.new("RGBA", picture.size, paper), picture).convert("L")
        darkest, lightest = flat.getextrema()
        if darkest != lightest:
            break
    return flat


def _lines(table: str) -> Read:
    """Put words together: Tesseract's table has level, page, block, paragraph, line, word, box, confidence, text."""
    text: list[str] = []
    line, paragraph = (), ()
    words = confidence = unsure = 0
    for row in csv.reader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        if len(row) < 12 or row[0] != "5" or not row[11].strip():
            continue
        if text:
            text.append(" " if tuple(row[1:5]) == line else "\n" if tuple(row[1:4]) == paragraph else "\n\n")
        line, paragraph = tuple(row[1:5]), tuple(row[1:4])
        text.append(row[11])
        sure = round(float(row[10]))
        words, confidence, unsure = words + 1, confidence + sure, unsure + (sure < UNSURE)
    return Read("".join(text), words, confidence, unsure, True)
