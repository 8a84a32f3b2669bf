"""Postcodes said character by character, where some characters may be misheard or left out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bpoaudit.detect.spelling import FRAGMENT, Said

_OUTLINES = ("A99AA", "A999AA", "AA99AA", "AA999AA", "A9A9AA", "AA9A9AA")
"""British postcodes (BS 7666): area, district, then a figure and two letters."""
_SHORTEST, _LONGEST = 4, 8
_NEARLY = 1
"""Characters by which a misheard postcode differs from one; a booking code differs by more."""
_SPELLED = 2
"""Letters said by themselves that make figures of the words `to` and `for`."""
_EXACT = re.compile(
    r"[abceghj-nprstvxy]\d[abceghj-nprstv-z]\d[abceghj-nprstv-z]\d"  # Canada
    r"|(?:[ac-fhknprtv-y]\d\d|d6w)(?=[ac-fhknprtv-y\d]*\d)[ac-fhknprtv-y\d]{4}"  # Ireland
    r"|[1-9]\d{3}(?!s[ads])[a-z]{2}"  # Netherlands
)
_TWO_LETTER_AREAS = (
    "a[bl]|b[abdfhlnrstx]|c[abfhmortvw]|d[adeghlnty]|e[hnx]|f[ky]|g[luy]|h[adgprsux]|i[gmpv]|je|k[atwy]|l[adelnsu]"
    "|m[ekl]|n[egnprw]|o[lx]|p[aehlor]|r[ghm]|s[aegklmnoprstwy]|t[adfnqrsw]|ub|w[adfnrsv]|yo|ze"
)
_AREA = re.compile(rf"(?:{_TWO_LETTER_AREAS})\d")
_FRAME = re.compile(r"[a-z]{1,2}\d{2,6}[a-z]{2}")
"""What is left of a British postcode where figures were heard twice."""
_OUTWARD = re.compile(
    rf"(?:{_TWO_LETTER_AREAS})\d{{1,2}}|[beglmnsw](?:\d\d|\d[a-hjkmnp-y])|(?:ec|wc|sw|se|nw)\d[a-z]"
)
"""Area and district alone, which is what many callers give first. `b 5` may be a seat, `n 22` hardly."""


def spelled_score(parts: Sequence[Said]) -> float:
    """Return how surely a spelled code is a postcode; words that sound like figures alone make none."""
    figures = any(char.isdigit() for part in parts if not part.likely for char in part.text)
    if not figures and sum(part.single for part in parts) < _SPELLED:
        return 0
    heard = [part for part in parts if not part.plain or len(part.text) == 1]
    short = [part for part in heard if len(part.text) <= FRAGMENT or not part.text.isalpha()]
    # A code with some words around it is another matter: `see you at 15 to 7 then`.
    if len(short) < len(heard) - 1 or len(parts) > 1.5 * len(short):
        return 0
    sure = [part for part in short if part.single or not part.text.isalpha()]
    certain = [part for part in short if not part.likely or part.single]
    spoken = sum(bool(part.text) for part in parts)
    return max(_code_score(read, spoken) for read in (short, sure, certain))


def _code_score(parts: Sequence[Said], said: int) -> float:
    code = "".join(part.text for part in parts)
    singles = sum(part.single or not (part.text.isalpha() or part.text.isdigit()) for part in parts)
    if len(parts) == said and _OUTWARD.fullmatch(code):
        return 0.45
    if not _SHORTEST <= len(code) <= _LONGEST or code.isalpha() or code.isdigit():
        return 0
    if code.endswith(("am", "pm")):  # a time; no postcode has an M in its last part
        return 0
    wrong = min(_distance(_outline(code), outline) for outline in _OUTLINES)
    if wrong <= _NEARLY and sum(part.named for part in parts) >= 2:
        return 0.75
    if wrong == 0 and singles >= 1:
        return 0.6
    if singles >= FRAGMENT and len(parts) == said and _EXACT.fullmatch(code):
        return 0.55
    if wrong == 1 and singles >= 2 and _outline(code)[-1] == "A":
        return 0.55
    if wrong == 1 and singles == said and _AREA.match(code):
        return 0.5
    if singles >= FRAGMENT and _FRAME.fullmatch(code):
        return 0.45
    # Every character said by itself, and no booking reference such as `h 6 j 7 u 8`.
    return 0.45 if wrong == 2 and singles == said and _outline(code) != "A9A9A9" else 0


def _outline(code: str) -> str:
    """Return `A` for each letter and `9` for each figure; a zero at the end is an `o`."""
    outline = "".join("9" if char.isdigit() else "A" for char in code)
    return outline[:-1] + "A" if code.endswith("0") else outline


def _distance(left: str, right: str) -> int:
    """Return how many characters must be changed, left out or put in to make `left` into `right`."""
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, start=1):
        before, row[0] = row[0], i
        for j, b in enumerate(right, start=1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (a != b))
    return row[-1]
