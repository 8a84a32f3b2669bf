"""Context words: whole words, the nearest of them, in names and in any language."""

from __future__ import annotations

import pytest

from bpoaudit.detect.recognizers.context import Words, fold

PHONE = Words("phone", "phone number", "teléfono", "MyKad", against=("order", "order number"))


def _near(text: str) -> bool:
    start = text.index("[")
    return PHONE.near(text, start, text.index("]") + 1)


@pytest.mark.parametrize(
    "text",
    [
        "phone [1]", "Phone: [1]", "PHONE NUMBER [1]", "phone_number=[1]", "customerPhone [1]",
        "phones [1]", "phoneNumber [1]",
        "telefono [1]", "TELÉFONO [1]", "mykad [1]", "MyKad [1]", "[1] is my phone", "order by phone [1]",
    ],
)  # fmt: skip
def test_near(text: str) -> None:
    assert _near(text)


@pytest.mark.parametrize(
    "text",
    [
        "[1]", "microphone [1]", "phoned [1]", "phone order [1]", "the phone order number [1]",
        "phone 5550123 [1]",
        "phone" + " " * 60 + "[1]", "order [1] phone", "[1]. The phone rang", "[1]\nphone",
    ],
)  # fmt: skip
def test_not_near(text: str) -> None:
    assert not _near(text)


def test_a_word_cut_by_the_window_does_not_count() -> None:
    text = "micro" + "phone" + " " * 43 + "[1]"
    assert not _near(text)


def test_opposed() -> None:
    assert PHONE.opposed("order 1", 6)
    assert not PHONE.opposed("order by phone 1", 15)
    assert not PHONE.opposed("1", 0)


def test_gap() -> None:
    strict = Words("pin", gap=4)
    assert strict.near("pin is 1", 7, 8)
    assert not strict.near("pin the note 1", 13, 14)


@pytest.mark.parametrize(
    ("text", "folded"),
    [("Łódź", "lodz"), ("customerId", "customer id"), ("STRASSE", "strasse"), ("né", "ne")],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded
