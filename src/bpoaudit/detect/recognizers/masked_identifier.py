"""Masked national identifiers (`PESEL *******9995`): known by the word before them alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from presidio_analyzer import EntityRecognizer

from bpoaudit.detect.masked import masking_state
from bpoaudit.detect.recognizers import (
    africa,
    australia,
    british_isles,
    eastern_europe,
    india,
    latin_america,
    north_america,
    south_east_asia,
    western_europe,
)
from bpoaudit.detect.recognizers.context import fold, left_window, word_pattern
from bpoaudit.detect.recognizers.outline import Outlined
from bpoaudit.detect.recognizers.recognizer import Hit, Identifier, Prefilter, Recognizer
from bpoaudit.model import MaskingState

_IDENTIFIERS = tuple(
    chain.from_iterable(
        family.IDENTIFIERS
        for family in (
            india, south_east_asia, africa, eastern_europe, british_isles, north_america, latin_america,
            western_europe, australia,
        )
    )
)  # fmt: skip
_SIGNS = "*•●∙·"
_VALUE = re.compile(
    rf"(?<![^\W_])(?<![{_SIGNS}#])(?=[\w.\-/ ]{{0,24}}(?:[{_SIGNS}]{{2}}|[xX#]{{3}}))"
    rf"[A-Z0-9x{_SIGNS}#](?:[.\-/]?[A-Z0-9x{_SIGNS}#]){{4,29}}"
    rf"(?:[ \-][\dxX{_SIGNS}#]{{2,8}}){{0,4}}(?![^\W_])(?![{_SIGNS}#])"
)
_GROUPED = re.compile(
    rf"(?<![^\W_])(?<![{_SIGNS}#])[\dxX{_SIGNS}#]{{2,6}}(?:[ \-.][\dxX{_SIGNS}#]{{1,6}}){{1,5}}"
    rf"(?:[ \-]?[A-Z]{{1,2}})?(?![^\W_])(?![{_SIGNS}#])"
)
_HIDING = re.compile(rf"[{_SIGNS}]{{2}}|#{{3}}|[xX]{{3}}")
"""In every value that hides something; most texts have none."""
_TRUNCATED = re.compile(rf"\d{{6}}[xX{_SIGNS}#]{{3,9}}\d{{4}}")
"""A card as PCI DSS 3.4.1 lets it be shown; its number is called `PAN`, as that of an Indian taxpayer is."""
_BEFORE = 40
_GAP = re.compile(
    r"[\s:=#.\-]{0,4}(?:(?:numbers?|no|nr|num|numer|id|code|is|was|masked|as|ending)[\s:=#.\-]{1,3}){0,3}"
)
_SEPARATOR = re.compile(r"[\s_.\-/]+")
_FEWEST = 5
"""Characters of a value, hidden ones included."""


def _key(words: str) -> str:
    return _SEPARATOR.sub("", fold(words))


_NAMED: dict[str, Identifier] = {}
for _identifier in _IDENTIFIERS:
    for _word in _identifier.words.words if _identifier.words else ():
        _NAMED.setdefault(_key(_word), _identifier)
_NAMES = word_pattern(frozenset(chain.from_iterable(i.words.words for i in _IDENTIFIERS if i.words)))


class MaskedIdentifierRecognizer(Recognizer):
    """Finds masked values right behind the name of an identifier (of several so named, the first)."""

    prefilter = Prefilter(_SIGNS + "xX#", min_length=8)
    begins = Outlined(_VALUE, _GROUPED)

    def __init__(self, language: str) -> None:
        entities = tuple(identifier.entity for identifier in _IDENTIFIERS)
        super().__init__("MaskedIdentifierRecognizer", entities, language)

    def find(self, text: str) -> Iterator[Hit]:
        """Yield every masked value with such a name."""
        for pattern in (_VALUE, _GROUPED) if _HIDING.search(text) else ():
            for match in pattern.finditer(text):
                state = masking_state(match.group())
                hidden = state is not MaskingState.CLEAR and not _TRUNCATED.fullmatch(match.group())
                named = _named(text, match.start()) if hidden else None
                if named is not None and len(match.group()) >= _FEWEST:
                    yield Hit(*match.span(), named.entity, 0.8, named.region, masking=str(state))


def _named(text: str, start: int) -> Identifier | None:
    """Return the identifier whose name stands right before `start`."""
    window = fold(left_window(text, start, _BEFORE))
    last = None
    for match in _NAMES.finditer(window):
        last = match
    if last is None or _GAP.fullmatch(window, last.end()) is None:
        return None
    key = _key(last.group())
    return _NAMED.get(key) or _NAMED.get(key.removesuffix("s"))


def build(language: str) -> tuple[EntityRecognizer, ...]:
    """Return the recognisers of this family."""
    return (MaskedIdentifierRecognizer(language),)
