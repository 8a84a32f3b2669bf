"""Which recognisers can find something in the lines of a form, and which find the same in all of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from presidio_analyzer import RecognizerResult

from bpoaudit.detect.recognizers.literals import Guarded
from bpoaudit.detect.recognizers.plain import plain
from bpoaudit.detect.recognizers.recognizer import Prefilter, Recognizer
from bpoaudit.detect.stand_ins import (
    FIGURE,
    HEX,
    HEX_LETTER,
    UPPER_HEX,
    UPPER_HEX_LETTER,
    Widened,
    widened,
)

_RUN = re.compile(f"{HEX}+|{UPPER_HEX}+")
_LETTER_OF = {HEX: HEX_LETTER, UPPER_HEX: UPPER_HEX_LETTER}
_FEW_PLACES = 2
"""Up to which it takes less to try each of them than to search all that is behind the first."""
_NOT_HEX = re.compile(r"[^\da-f]")


class Varying(NamedTuple):
    """A recogniser that may find something in one line and not in another."""

    recognizer: Recognizer
    tries: tuple[tuple[Callable[[str, int], re.Match[str] | None], int], ...]
    """Ways to look for its patterns, and from where; where none finds one, it finds nothing."""


class Possible(NamedTuple):
    """What can be found in the lines of a form, from a score on; recognisers go by their numbers."""

    always: frozenset[int]
    """Those that find the same in each line."""
    varying: tuple[Varying, ...]
    least: float

    def found(self, line: str) -> list[RecognizerResult]:
        """Return what the varying ones find in this line, which is in ASCII."""
        found: list[RecognizerResult] = []
        for recognizer, tries in self.varying:
            for look, at in tries:
                if look(line, at):
                    found += recognizer.results(plain(line), self.least)
                    break
        return found


def possible(recognizers: Sequence[Recognizer], form: str, line: str, least: float) -> Possible:
    """Return which recognisers may find something in a line of `form`, such as `line`, from a score on."""
    always = set()
    varying = []
    for at, recognizer in enumerate(recognizers):
        if not _admits(recognizer.prefilter, form) or not recognizer.may_reach(least, line):
            continue
        traces = recognizer.traces(line)
        met = tuple(p for p in _tried(traces, line) if _may_match(widened(p), form))
        if not met:
            continue
        if _looks_alike(recognizer, form, line) and not any(
            widened(pattern).may_differ(form) for pattern in met
        ):
            always.add(at)
        else:
            varying.append(Varying(recognizer, tuple(each for p in met for each in _tries(p, form))))
    return Possible(frozenset(always), tuple(varying), least)


def _tries(
    pattern: re.Pattern[str], form: str
) -> Iterator[tuple[Callable[[str, int], re.Match[str] | None], int]]:
    """Yield the ways to look for a pattern: a few places are tried one by one, more from the first on."""
    places = widened(pattern).places(form)
    if len(places) <= _FEW_PLACES:
        yield from ((pattern.match, at) for at in places)
    else:
        yield pattern.search, places[0]


def _looks_alike(recognizer: Recognizer, form: str, line: str) -> bool:
    """Tell whether the words around a match say the same in all lines of the form.

    Figures that vary change nothing but in a hexadecimal run, which may have many or few.
    """
    words = recognizer.looks_at
    if words is None:
        return False
    return _RUN.search(form) is None or not any(each.stands(line) for each in words)


def _may_match(pattern: Widened, form: str) -> bool:
    """Tell whether a pattern may match in a line of the form; a hexadecimal run has a letter somewhere."""
    return pattern.may_match(form) and all(
        any(map(pattern.may_match, _with_a_letter(form, run))) for run in _RUN.finditer(form)
    )


def _with_a_letter(form: str, run: re.Match[str]) -> Iterator[str]:
    for at in range(*run.span()):
        yield form[:at] + _LETTER_OF[form[at]] + form[at + 1 :]


def _admits(prefilter: Prefilter, form: str) -> bool:
    """Tell whether a prefilter admits a line of the form."""
    figures = sum(map(form.count, "0123456789" + FIGURE + HEX + UPPER_HEX))
    if figures < prefilter.min_digits or len(form) < prefilter.min_length:
        return False
    hexadecimal = "abcdef" * (HEX in form) + "ABCDEF" * (UPPER_HEX in form)
    return not prefilter.needs or any(char in form or char in hexadecimal for char in prefilter.needs)


def _tried(traces: Sequence[re.Pattern[str] | Guarded], line: str) -> Iterator[re.Pattern[str]]:
    """Yield the patterns that may be tried on a line of the form."""
    for one in traces:
        if not isinstance(one, Guarded):
            yield one
        # A guard tells of all lines what it tells of one, if its words are not of figures or hexadecimal.
        elif (
            one.admits(line)
            or not all(map(_NOT_HEX.search, one.needed))
            or re.search(r"\d", "".join(one.needed))
        ):
            yield from one.patterns
