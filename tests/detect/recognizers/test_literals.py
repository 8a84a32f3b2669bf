"""A guard never keeps a pattern from a text that it matches."""

from __future__ import annotations

import importlib
import pkgutil
import re
import string
import sys
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpoaudit.detect import recognizers
from bpoaudit.detect.recognizers.context import Words
from bpoaudit.detect.recognizers.literals import Guarded, guarded, lowered, needed


def _guards() -> Iterator[tuple[str, Guarded]]:
    for module in pkgutil.iter_modules(recognizers.__path__):
        members = vars(importlib.import_module(f"{recognizers.__name__}.{module.name}"))
        for name, member in members.items():
            for index, each in enumerate(_flat(member)):
                yield f"{module.name}.{name}-{index}", each


def _flat(member: Any) -> Iterator[Guarded]:
    if isinstance(member, Guarded):
        yield member
    elif isinstance(member, Words):
        yield member._guard
    elif isinstance(member, tuple):
        for each in member:
            yield from _flat(each)


GUARDS = dict(_guards())


@pytest.mark.parametrize("guard", GUARDS.values(), ids=GUARDS)
def test_every_text_made_from_a_pattern_is_admitted(guard: Guarded) -> None:
    @cache
    def texts(pattern: re.Pattern[str]) -> st.SearchStrategy[str]:
        return st.from_regex(pattern)

    @settings(max_examples=15, deadline=None)
    @given(st.data())
    def check(data: st.DataObject) -> None:
        for pattern in guard.patterns:
            text = data.draw(texts(pattern))
            assert guard.admits(text)
            assert [m.span() for m in guard.finditer(text)] == [
                m.span() for each in guard.patterns for m in each.finditer(text)
            ]

    check()


def test_whatever_a_pattern_takes_for_an_ascii_letter_is_lowered_to_it() -> None:
    letters = [(each, re.compile(each, re.IGNORECASE)) for each in string.ascii_lowercase]
    everything = "".join(map(chr, range(sys.maxunicode + 1)))
    for letter, pattern in letters:
        assert {lowered(match.group()) for match in pattern.finditer(everything)} == {letter}


def test_no_ascii_character_is_taken_for_another_but_the_four_that_are_known() -> None:
    taken = re.compile(r"[\x00-\x7f]", re.IGNORECASE)
    foreign = "".join(map(chr, range(128, sys.maxunicode + 1)))
    assert {match.group() for match in taken.finditer(foreign)} == {"İ", "ı", "ſ", "\N{KELVIN SIGN}"}


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        (r"\d+ (?:years?|yrs?) old", {" year old", " years old", " yr old", " yrs old"}),
        (r"(?:jan|feb)\.? \d", {"jan ", "jan. ", "feb ", "feb. "}),
        (r"(?<=secret )\w+", set()),
        (r"(?:@| at )\w+", {"@", " at "}),
        (r"x?\d", set()),
        (r"(?!no)a{2,}b", {"b"}),
        (r"(?:abc|\d)", set()),
    ],
)
def test_words_that_a_pattern_needs(pattern: str, words: set[str]) -> None:
    assert needed(re.compile(pattern)) == words


def test_a_word_that_is_not_ascii_admits_every_text_that_is_not() -> None:
    guard = guarded(r"(?:май|may)\d", re.IGNORECASE)
    assert [*map(guard.admits, ("МАЙ2", "may2", "mai2"))] == [True, True, False]
