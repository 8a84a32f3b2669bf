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
from typing import Any

import numpy as np
from PIL import Image, ImageFilter, ImageOps, ImageStat

from bpoaudit.errors import UnsupportedSource
from bpoaudit.parsers.ocr_tally import PAGE_SECONDS, UNSURE, Read

MAX_PIXELS = 150_000_000
"""A page of size A3 at 1,200 dots an inch."""
SMALLEST = 8
"""Pixels a side; what is smaller has no room for writing."""
_SPECKLED = 80
"""Confidence under which specks may be in the way."""
_FULL_SIZE = 2400
_MOST_TIMES = 4
_SKETCH = 1000
"""Pixels a side that are enough to see how lines run."""
_MOST_SKEW = 12.0
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

        A picture that makes little sense is read without its specks, and in the other directions; the best
        reading counts.
        """
        until = time.monotonic() + PAGE_SECONDS
        prepared = _prepared(picture)
        best = self._upright(prepared, self._turns, until)
        if best.words and best.confidence < _SPECKLED * best.words:
            clean = _prepared(picture, specks=False)
            other = self._upright(clean, self._turns, until)
            if _worth(other) > _worth(best):
                prepared, best = clean, other
        if best.words and best.confidence < UNSURE * best.words:
            for direction in (
                Image.Transpose.ROTATE_90,
                Image.Transpose.ROTATE_270,
                Image.Transpose.ROTATE_180,
            ):
                other = self._upright(prepared.transpose(direction), self._library.PSM.AUTO, until)
                if _worth(other) > _worth(best):
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


def language_data() -> list[tuple[str, int]]:
    """Return path and size of the language data that pictures are read with, the first folder's first."""
    files = (folder / f"{each}.traineddata" for folder in _folders() for each in (*_LANGUAGES, "osd"))
    return [(str(file), file.stat().st_size) for file in files if file.is_file()]


def _folders() -> list[Path]:
    if named := os.environ.get("TESSDATA_PREFIX"):
        return [Path(named), Path(named, "tessdata")]
    return [Path(folder) for folder in _FOLDERS]


def _worth(read: Read) -> int:
    """Return how much more was read with confidence than without."""
    return read.confidence - UNSURE * read.words


def _prepared(picture: Image.Image, specks: bool = True) -> Image.Image:
    """Return dark writing on white in shades of grey, at a size that letters can be told at."""
    upright = ImageOps.exif_transpose(picture)
    if upright.mode.startswith("I"):
        grey = upright.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    elif upright.has_transparency_data:
        grey = _flat(upright.convert("RGBA"))
    else:
        grey = upright.convert("L")
    if not specks:
        grey = grey.filter(ImageFilter.MedianFilter(3))
    grey = ImageOps.autocontrast(grey)
    if ImageStat.Stat(grey).mean[0] < 110:
        grey = ImageOps.invert(grey)
    times = min(_MOST_TIMES, _FULL_SIZE / max(grey.size))
    if times > 1.2:
        size = (round(grey.width * times), round(grey.height * times))
        grey = grey.resize(size, Image.Resampling.LANCZOS)
    if angle := _skew(grey):
        grey = grey.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    return ImageOps.expand(grey, 20, 255)  # letters at the very edge are not seen as such


def _skew(picture: Image.Image) -> float:
    """Return by how many degrees to turn it so that its lines lie level, or stand upright.

    That is where the rows (or columns) differ most in how much is written in them.
    """
    small = ImageOps.invert(picture)
    small.thumbnail((_SKETCH, _SKETCH))
    contrast = {0.0: _contrast(small, 0)}
    for step, reach in ((1.0, _MOST_SKEW), (0.25, 0.75)):
        middle = max(contrast, key=contrast.__getitem__)
        for angle in np.arange(middle - reach, middle + reach + step / 2, step):
            contrast.setdefault(float(angle), _contrast(small, float(angle)))
    best = max(contrast, key=contrast.__getitem__)
    return best if abs(best) >= 0.5 and contrast[best] > 1.1 * contrast[0.0] else 0.0


def _contrast(picture: Image.Image, angle: float) -> float:
    turned = np.asarray(picture.rotate(angle, Image.Resampling.BILINEAR), dtype=np.int64)
    return float(max(np.square(np.diff(turned.sum(axis=axis))).sum() for axis in (0, 1)))


def _flat(picture: Image.Image) -> Image.Image:
    """Lay it on white; on black where nothing can be seen on white."""
    for paper in ((255, 255, 255, 255), (0, 0, 0, 255)):
        flat = Image.alpha_composite(Image.new("RGBA", picture.size, paper), picture).convert("L")
        darkest, lightest = flat.getextrema()
        if darkest != lightest:
            break
    return flat


def _lines(table: str) -> Read:
    """Put words together. A row has level, page, block, paragraph, line, word, box (4), confidence, text."""
    text: list[str] = []
    line: list[str] = []
    words = confidence = unsure = 0
    for row in csv.reader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        if len(row) < 12 or row[0] != "5" or not row[11].strip():
            continue
        if text:
            text.append(" " if row[2:5] == line else "\n" if row[2:3] == line[:1] else "\n\n")
        line = row[2:5]
        text.append(row[11])
        sure = round(float(row[10]))
        words, confidence, unsure = words + 1, confidence + sure, unsure + (sure < UNSURE)
    return Read("".join(text), words, confidence, unsure, True)
