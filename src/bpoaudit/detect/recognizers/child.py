"""Children by their age, told beside a name: `your son Rhys, aged 9`, `meine Tochter Lea ist 7`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

from presidio_analyzer import EntityRecognizer
from pydantic import BaseModel, ConfigDict

from bpoaudit.detect.given_names import is_given_name
from bpoaudit.detect.recognizers.context import fold
from bpoaudit.detect.recognizers.literals import Guarded
from bpoaudit.detect.recognizers.outline import Outlined
from bpoaudit.detect.recognizers.recognizer import Hit, Prefilter, Recognizer
from bpoaudit.documents import load_yaml, validate

_PAGE = Path(__file__).parents[1] / "words" / "children.yaml"
_SCORE = 0.85
"""As of a term that is about a person."""
_NAME = r"[^\W\d_]+(?:['’\-][^\W\d_]+){0,2}"
_APART = r"[ ,(\-–:]{1,3}"
_MINOR = r"(?:1[0-7]|\d)(?![\w%])(?![.,:/\-]\d)"
_WORD = re.compile(_NAME)


class _Words(BaseModel):
    """How one language tells it; the keys are explained in `children.yaml`."""

    model_config = ConfigDict(extra="forbid")
    kin: list[str]
    own: list[str]
    links: list[str]
    ages: list[str]
    verbs: list[str]
    units: list[str]
    goes_on: list[str] = []


class _Page(BaseModel):
    model_config = ConfigDict(extra="forbid")
    en: _Words
    de: _Words
    es: _Words
    fr: _Words
    it: _Words
    nl: _Words
    pl: _Words
    pt: _Words
    ro: _Words
    hi: _Words
    tl: _Words


@cache
def _patterns() -> tuple[Guarded, ...]:
    page: Mapping[str, _Words] = dict(validate(load_yaml(_PAGE), _Page))
    return tuple(Guarded(_pattern(words)) for words in page.values())


def _pattern(words: _Words) -> re.Pattern[str]:
    own = rf"(?:(?P<own>{_any(words.own)}) )?" if words.own else "(?P<own>)"
    units = rf"[ \-]?(?:{_any(words.units)})(?![^\W_])"
    goes_on = rf"|(?:{_any(words.goes_on)})(?![^\W_])" if words.goes_on else ""
    aged = (
        rf"(?P<aged>(?:{_any(words.ages)})[ :]{{1,2}}{_MINOR}(?:{units})?)|"
        if words.ages
        else "(?P<aged>(?!))|"
    )
    return re.compile(
        rf"(?<![^\W_]){own}(?:{_any(words.kin)})(?![^\W_])"
        rf"(?:(?: (?:{_any(words.links)}))?(?P<name>(?:{_APART}{_NAME}){{1,2}}?))?(?P<apart>{_APART})"
        rf"(?:{aged}(?P<verb>(?:{_any(words.verbs)}) )?"
        rf"(?P<years>{_MINOR}(?:{units}|(?=\s*(?:[.,;!?)\n]|\Z{goes_on})))))",
        re.IGNORECASE,
    )


def _any(words: Iterable[str]) -> str:
    spellings = {spelling for word in words for spelling in (word.casefold(), fold(word))}
    return "|".join(map(re.escape, sorted(spellings, key=lambda word: (-len(word), word))))


class ChildRecognizer(Recognizer):
    """Finds the age of a child under eighteen behind its name, or behind words that say whose child it is."""

    prefilter = Prefilter(min_digits=1, min_length=8)

    def __init__(self, language: str) -> None:
        super().__init__("ChildRecognizer", ("CHILD",), language)
        self.begins = Outlined(*_patterns())

    def find(self, text: str) -> Iterator[Hit]:
        """Yield every age, with the words that say it is one."""
        for pattern in _patterns():
            for match in pattern.finditer(text):
                if _is_name(match["name"]) if match["name"] else _stands_apart(match):
                    yield Hit(*match.span("aged" if match["aged"] else "years"), "CHILD", _SCORE)


def _stands_apart(match: re.Match[str]) -> bool:
    """`my son, 7,`: whose it is, and no verb; `your child is 7` is as often a condition as a fact."""
    return bool(match["own"]) and not match["verb"] and not match["apart"].isspace()


def _is_name(said: str) -> bool:
    """Tell whether words are written as names, or begin with a given name."""
    words = _WORD.findall(said)
    return all(word[0].isupper() for word in words) or is_given_name(words[0])


def build(language: str) -> tuple[EntityRecognizer, ...]:
    """Return the recogniser of this family."""
    return (ChildRecognizer(language),)
