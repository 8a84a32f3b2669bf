"""Sentences of notes and turns as the language models read them, so that each is read once.

What agents type repeats: sentences out of a manual, signatures, the same request for another customer. Where
names that the row itself tells, addresses that a pattern has proven, and figures make the only difference,
stand-ins of the same kind take their place; what the models say of a stand-in is said of what it stands for.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bpoaudit.detect.passages import Passage

_END = re.compile(
    r"(?P<word>(?<![^\W\d_])[^\W\d_]{3,}+|\d|[)\]])[.!?]{1,3}[\"'”’)\]]*\s+"
    r"(?=[\"'“‘¿¡(\[\-–—•*#@A-ZÀ-ÞŁŚŻŹĆŐŰŞČŠŘĐ\d]|(?P<small>[^\W\d_]))"
    r"|\n(?=-- )"
)
"""The end of a sentence, where the next one begins as sentences do, or a signature does.

Other lines and blank ones part addresses. Notes are typed in small letters too, behind a longer word that is.
"""
_SHORTEST_BEFORE_SMALL = 4
_SHORT_FORMS = frozenset({
    "allg", "approx", "apto", "attn", "avda", "ave", "bldg", "blvd", "bzgl", "capt", "cond", "ctra",
    "dcha", "dept", "depto", "dipl", "dpto", "edif", "est", "evtl", "ext", "gral", "inc", "incl",
    "inkl", "izda", "izqda", "jun", "lic", "ltd", "max", "messrs", "mind", "mme", "mrs", "ntra", "plza",
    "prof", "prov", "sen", "sogen", "sra", "sras", "srta", "str", "tel", "telef", "trav", "urb", "usw",
    "vgl", "zzgl",
})  # fmt: skip
"""Words of three letters and more that end in a full stop without a sentence ending there."""
_FIGURES = re.compile(
    r"(?<![\d.,])\d{1,3}(?:[.,]?\d{3}){0,4}[.,]\d\d(?![\d.,]*\d)"  # a sum of money
    r"|(?<!\d)\d{1,2}:\d\d(?::\d\d)?(?!\d)"
    r"|(?<!\d)(?:\d{4}([\-/.])\d\d\1\d\d|\d{1,2}([\-/.])\d{1,2}\2(?:\d{4}|\d\d))(?!\d)"
    r"|(?<![\w\-])(?![A-Z]{1,3}-\d\d-?\d{2,4}(?![\w\-]))(?=[A-Z\-]*\d)(?=\d*[A-Z])(?=(?:[A-Z\-]*\d){3})[A-Z\d\-]{7,40}(?![\w\-])"
    r"|\d{8,}|(?<=[A-Za-z]{3}[\-_/#])\d{3,}|(?<=[#№])\d{3,}"
    r"|(?<=[a-zß-öø-ÿ]{3} )\d{1,3}(?= [a-zß-öø-ÿ]{2})"
)
"""Sums, times, dates, references, codes and counts: which one it is tells nothing about the names beside it.

Other short numbers stand in addresses and stay."""
_COUNTING = "1234567890" * 10


class Known(NamedTuple):
    """A stretch of a text of which it is known what it may be."""

    start: int
    end: int
    entity: str
    part: str = ""
    """Of a name of a person: the `given` name or the `surname` alone."""


PROVEN = frozenset({"EMAIL_ADDRESS", "PHONE_NUMBER", "URL"})
"""What patterns find better than any model, and what differs from text to text."""
_STAND_INS = {
    ("PERSON", ""): "Maria Garcia",
    ("PERSON", "given"): "Maria",
    ("PERSON", "surname"): "Garcia",
    ("STREET_ADDRESS", ""): "55 Garden Street",
    ("LOCATION", ""): "London",
    ("EMAIL_ADDRESS", ""): "maria@example.org",
    ("PHONE_NUMBER", ""): "+1 212 555 0123",
    ("URL", ""): "https://www.example.org",
}


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as it is read, without white space at its end, and the way back to its text."""

    text: str
    whole: Passage
    """Where it begins and ends in the text it is of."""
    moved: tuple[tuple[int, int, int, int], ...] = ()
    """Of each stand-in: start and end in the sentence as it is read, start and end in the text."""
    names: tuple[Passage, ...] = ()
    """Start and end, in the sentence as it is read, of the stand-ins that the models must see."""

    def back(self, start: int, end: int) -> Passage:
        """Return the passage of the text that a non-empty passage of the sentence stands for.

        A stand-in is taken whole.
        """
        return self._back(start, 0), self._back(end - 1, 1)

    def _back(self, at: int, after: int) -> int:
        index = bisect_right(self.moved, at, key=lambda piece: piece[0]) - 1
        if index < 0:
            return self.whole[0] + at + after
        _, end, original_start, original_end = self.moved[index]
        if at < end:
            return original_end if after else original_start
        return original_end + (at - end) + after


def sentences(text: str) -> Iterator[Passage]:
    """Yield where each sentence of a text starts and ends; in doubt two are one."""
    start = 0
    for end in _END.finditer(text):
        word = end["word"] or ""
        if word.lower() in _SHORT_FORMS or (end["small"] and not _ends_before_small(word)):
            continue
        yield start, end.end()
        start = end.end()
    if start < len(text):
        yield start, len(text)


def _ends_before_small(word: str) -> bool:
    """Tell whether a sentence that ends with a word may be followed by one in small letters."""
    return word.islower() and len(word) >= _SHORTEST_BEFORE_SMALL


def as_written(text: str, passage: Passage) -> Sentence:
    """Return a sentence of a text without stand-ins for names; only its figures are alike."""
    start, end = passage
    return Sentence(_with_like_figures(text[start:end].rstrip()), passage)


def as_read(text: str, passage: Passage, known: Sequence[Known]) -> Sentence:
    """Return a sentence of a text with stand-ins for what is known in it.

    `known` are those that lie in the passage, in order and apart from each other.
    """
    if not known:
        return as_written(text, passage)
    pieces: list[str] = []
    moved: list[tuple[int, int, int, int]] = []
    at, length = passage[0], 0
    for each in known:
        before = _with_like_figures(text[at : each.start])
        stand_in = _in_case_of(_STAND_INS[each.entity, each.part], text[each.start : each.end])
        moved.append((length + len(before), length + len(before) + len(stand_in), each.start, each.end))
        pieces += before, stand_in
        length += len(before) + len(stand_in)
        at = each.end
    pieces.append(_with_like_figures(text[at : passage[1]].rstrip()))
    names = tuple(
        (start, end)
        for (start, end, _, _), each in zip(moved, known, strict=True)
        if each.entity not in PROVEN
    )
    return Sentence("".join(pieces), passage, tuple(moved), names)


def inside(known: Sequence[Known], start: int, end: int) -> list[Known]:
    """Return those that lie wholly between two offsets."""
    return [each for each in known if start <= each.start and each.end <= end]


def _with_like_figures(text: str) -> str:
    return _FIGURES.sub(_counting, text)


def _counting(figures: re.Match[str]) -> str:
    """Return figures of the same length and with the same signs that are the same everywhere."""
    text = figures[0]
    digits = iter(_COUNTING * (1 + len(text) // len(_COUNTING)))
    return "".join(next(digits) if c.isdigit() else "X" if c.isupper() else c for c in text)


def _in_case_of(stand_in: str, value: str) -> str:
    if value.islower():
        return stand_in.lower()
    return stand_in.upper() if value.isupper() else stand_in
