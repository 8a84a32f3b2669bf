"""The form of a line that a machine wrote: what varies from line to line is stood for by its kind.

`14:02:11 job 5512 done in 734 ms` and a million other lines have one form. Figures and hexadecimal
identifiers are stood for, character by character, so that every offset stays; words, names, addresses and the
day at the beginning are not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import compress
from typing import NamedTuple

from bpoaudit.detect.matches import Match
from bpoaudit.detect.stand_ins import FIGURE, HEX, UPPER_HEX

LONGEST = 1_000
"""Characters of a line from which on it is read by itself."""
_STAMP = 48
"""Characters at the beginning in which a day is that of the line."""

_VARYING = re.compile(
    r"(?<![A-Za-z\d])(?:"
    r"(?P<day>\d{4}([\-/.])\d\d\2\d\d|\d\d([\-/. ])(?:\d\d|[A-Z][a-z]{2})\3\d{4})(?![A-SU-Za-z\d])"
    r"(?P<hour>T\d\d)?|(?<!\d:)00:00(?::00)?(?![\d:])"
    r"|(?!\d+(?:[mun]?s|m|h|[kKMGT]i?[bB]|px|Z)?(?![A-Za-z\d]))[A-Za-z]*+\d[A-Za-z\d]*)",
    re.ASCII,
)
"""A day, midnight, or a word with figures that is more than a number and perhaps its unit."""
_MIDNIGHT = re.compile(r"T00:00(?::00|(?!:?\d))", re.ASCII)
_TOKEN = re.compile(
    r"(?P<hex>(?=[a-f]*\d)(?=\d*[a-f])[\da-f]{8,})|(?P<upper>(?=[A-F]*\d)(?=\d*[A-F])[\dA-F]{8,})"
    r"|(?:[A-Za-z]+(?=\d{3}))?\d+(?:[mun]?s|m|h|[kKMGT]?i?[bB]|px|Z)?",
    re.ASCII,
)
"""An identifier, or a number, perhaps with its unit or behind letters: `order5512` and no `md5`."""
_FIGURES, _FIGURE, _HEX, _UPPER_HEX = "0123456789", "\x80", "\x81", "\x82"
_STAYING = "".join(map(chr, range(0x90, 0x9A)))
"""Stand for the figures that stay. No line in ASCII has any of these, and each is one byte in Latin-1."""
_STAY = str.maketrans(_FIGURES, _STAYING)
_STAND_IN = bytes.maketrans(
    (_FIGURES + _STAYING).encode("latin-1"), (_FIGURE * 10 + _FIGURES).encode("latin-1")
)
_SHOWN_FIGURES, _SHOWN_HEX = "4172653980", "7f3a9c1e5b"

_WORDLESS = re.compile(
    r"(?P<mail>(?<![\w.+\-])[\w.+\-]{1,64}@[\w\-]{1,63}(?:\.[\w\-]{1,63}){1,4}(?![\w\-@]))"
    rf"|(?P<ip>(?<![\w.])(?:[\d{FIGURE}]{{1,3}}\.){{3}}[\d{FIGURE}]{{1,3}}(?![\w.])"
    rf"|(?<![\w.:])(?=[\w:]{{0,39}}::|(?:\w{{1,4}}:){{7}})(?=[a-f:]{{0,39}}[\d{FIGURE}])"
    rf"(?:[\da-f{FIGURE}]{{0,4}}:){{2,7}}[\da-f{FIGURE}]{{0,4}}(?![\w.:]))"
    rf"|(?P<hex>[{HEX}{UPPER_HEX}]+(?:-[{HEX}{UPPER_HEX}{FIGURE}]+)*)"
    rf"|(?P<day>\d{{4}}-\d\d-\d\d)(?=T?{FIGURE}| {FIGURE})|(?P<number>{FIGURE}+)"
)
"""What is no part of a name."""
_WRITTEN = {
    "mail": "mail@host.example",
    "ip": "192.0.2.17",
    "hex": "7f3a9c1e",
    "day": "2026-04-17",
}

_MAIL = re.compile(
    r"(?<![^\s=<>\"'(\[,;&?|])(?P<name>[a-z]{2,24}(?:[._\-][a-z]{1,24}){0,3})(?P<number>\d{0,3})"
    r"@[a-z]{2,24}(?:-[a-z]{1,24}){0,2}(?:\.[a-z]{2,24}){1,3}(?!\.?[\w\-@%/:+])",
    re.ASCII,
)
"""An address of words: whichever they are, nothing but the address is found in it."""
_ONE_MAIL, _ONE_NUMBERED_MAIL = "ab@cd.example", "ab42@cd.example"
"""So short that words around it come no further away."""


def forms_of(lines: Sequence[str]) -> list[str | None]:
    """Return the form of each line, or None where it is too long to have one, or not all in ASCII.

    If a machine wrote the form, it wrote all of its lines.
    """
    fit = [*map(_has_form, lines)]
    marked = _VARYING.sub(_stood_for, "\n".join(compress(lines, fit)))
    told = marked.encode("latin-1").translate(_STAND_IN).decode("latin-1")
    told = told.replace(_FIGURE, FIGURE).replace(_HEX, HEX).replace(_UPPER_HEX, UPPER_HEX)
    forms = iter(told.split("\n"))
    return [next(forms) if fits else None for fits in fit]


def _has_form(line: str) -> bool:
    return (
        line.isascii()
        and len(line) <= LONGEST
        and "\n" not in line
        and not ("T00:00" in line and _MIDNIGHT.search(line))
    )


def shown(form: str) -> str:
    """Return a line of the form: the one that is read for all of them."""
    if form.isascii():
        return form
    chars = list(form)
    for at, char in enumerate(chars):
        if char == FIGURE:
            chars[at] = _SHOWN_FIGURES[at % len(_SHOWN_FIGURES)]
        elif char in (HEX, UPPER_HEX):
            seen = _SHOWN_HEX[at % len(_SHOWN_HEX)]
            chars[at] = seen if char == HEX else seen.upper()
    return "".join(chars)


class Worded(NamedTuple):
    """A form or line in which pieces that say nothing are written in one way, and the way back."""

    text: str
    pieces: tuple[tuple[int, int, int, int], ...]
    """Start and end of each such piece in the text, then in the form or line; in order."""

    def place(self, match: Match) -> tuple[int, int]:
        """Return where a match of the text is in the form; of a piece it has all or nothing."""
        start, end = match.start, match.end
        for first, last, origin, until in self.pieces:
            if last <= match.start:
                start = match.start + until - last
            elif first < match.start:
                start = origin
            if last <= match.end:
                end = match.end + until - last
            elif first < match.end:
                end = until
        return start, end


def worded(form: str) -> Worded:
    """Return a form as the models read it: all that holds no word is written in one way."""
    return _rewritten(
        form,
        ((found, _WRITTEN.get(found.lastgroup or "") or _figures(len(found[0])))
         for found in _WORDLESS.finditer(form)),
    )  # fmt: skip


def with_one_mail(line: str) -> Worded:
    """Return a line with its e-mail addresses of words as one and the same, so that its form comes back.

    The words in them say nothing of the figures beside them: `csc` in an address is no security code.
    """
    found = ((mail, _ONE_NUMBERED_MAIL if mail["number"] else _ONE_MAIL) for mail in _MAIL.finditer(line))
    return _rewritten(line, ((mail, stand_in) for mail, stand_in in found if len(mail[0]) >= len(stand_in)))


def _rewritten(text: str, pieces: Iterable[tuple[re.Match[str], str]]) -> Worded:
    """Return a text with something else in the place of some matches."""
    parts: list[str] = []
    places: list[tuple[int, int, int, int]] = []
    size = at = 0
    for found, stand_in in pieces:
        before = text[at : found.start()]
        size += len(before)
        places.append((size, size + len(stand_in), *found.span()))
        size += len(stand_in)
        parts += (before, stand_in)
        at = found.end()
    parts.append(text[at:])
    return Worded("".join(parts), tuple(places))


def _figures(count: int) -> str:
    return (_SHOWN_FIGURES * (1 + count // len(_SHOWN_FIGURES)))[:count]


def _stood_for(found: re.Match[str]) -> str:
    """Return what is found with what varies marked; figures that are left as they are vary."""
    text: str = found[0]
    if day := found["day"]:
        if found.start() - found.string.rfind("\n", 0, found.start()) > _STAMP:
            return text
        return day.translate(_STAY) + text[len(day) :]
    token = _TOKEN.fullmatch(text)
    if token is None:  # midnight, or letters and figures that may be a word
        return text.translate(_STAY)
    if token["hex"]:
        return _HEX * len(text)
    return _UPPER_HEX * len(text) if token["upper"] else text
