"""Names that are none: digits, months and the words of spelling alphabets."""

from __future__ import annotations

import pytest

from bpoaudit.detect.matches import RAMPART, SPACY, Match
from bpoaudit.detect.said_words import without_said_words


def left(text: str, name: str, recognizer: str = RAMPART, entity: str = "PERSON") -> bool:
    start = text.index(name)
    match = Match(start, start + len(name), entity, 0.6, recognizer)
    return without_said_words((match,), text) == (match,)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("nine", "nine"),
        ("i have been ill since june", "june"),
        ("closed until last august", "august"),
        ("it is five c for charlie d for david nine two", "charlie"),
        ("it is five c for charlie d for david nine two", "david nine"),
        ("s for sugar n for nancy b for bertie 4 4", "bertie"),
    ],
)
def test_words_of_speech_are_no_names(text: str, name: str) -> None:
    assert not left(text, name)
    assert not left(text, name, SPACY, "LOCATION")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("june called about her bill", "june"),
        ("please ask charlie to ring me", "charlie"),
        ("charlie david lives there", "charlie david"),
        ("i spoke to nine elms", "nine elms"),
        ("my name is mike", "mike"),
    ],
)
def test_names_that_speech_uses_too_are_names(text: str, name: str) -> None:
    assert left(text, name)


def test_what_is_no_guess_stays() -> None:
    assert left("nine", "nine", "SpokenRecognizer")
    assert left("nine", "nine", RAMPART, "ACCOUNT_ID")
