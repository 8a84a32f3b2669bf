"""Card numbers that letters or an expiry touch, as in the forms of payment of travel: `CCVI4111…/D0928`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from presidio_analyzer import EntityRecognizer
from stdnum import luhn

from bpoaudit.detect.recognizers.card import CARD_WORDS, is_issued
from bpoaudit.detect.recognizers.machine_line import is_machine_line
from bpoaudit.detect.recognizers.outline import Outlined
from bpoaudit.detect.recognizers.recognizer import GUESS, Hit, Prefilter, Recognizer

_NUMBER = re.compile(
    r"(?<!\d)(?<!\d[.\-/:])(?:\d{12,19}|\d{4}[ \-]\d{4}[ \-]\d{4}[ \-]\d{4}|\d{4}[ \-]\d{6}[ \-]\d{5})(?!\d)"
)
_ISSUERS = {
    "VI": ("4",), "CA": ("2", "5", "6"), "MC": ("2", "5", "6"), "IK": ("2", "5"), "AX": ("34", "37"),
    "DC": ("30", "36", "38", "39"), "JC": ("18", "21", "35"), "DS": ("6",), "UP": ("62",), "TO": ("5", "6"),
    "TP": ("1",),
}  # fmt: skip
"""Codes of issuers in forms of payment (IATA), and what the numbers of each begin with."""
_ISSUER = re.compile(rf"(?<![^\W_])(?:FO?P)?(?:CC)?({'|'.join(_ISSUERS)})[ :.*\-]?\Z", re.IGNORECASE)
_TRAVEL = re.compile(r"1\d{14}")
"""A card of UATP: nothing but its code tells it from other numbers."""
_WORD_BEFORE = re.compile(r"(?P<tail>\d)?(?<![^\W\d_])[^\W\d_]{1,32}\Z")
_WORD_BEHIND = re.compile(r"[^\W\d_]{1,32}(?P<tail>\d)?")
_GOES_ON = frozenset({"x", "exp", "expiry", "expires", "valid", "cvv", "cvc", "cid", "csc"})
"""What is written right behind a card number."""
_EXPIRY = re.compile(
    r"(?P<sign> ?[/*‡¥] ?| )?(?P<word>D|EXP?|XP)?[ :.]?"
    r"(?P<date>(?:0[1-9]|1[0-2])(?:/?[2-4]\d|/20[2-4]\d))(?!(?!CV[VC]|CID|CSC)[^\W_]|[.:/\-]\d)",
    re.IGNORECASE,
)
_SIDE = 32
"""Characters at the sides of a number that are looked at."""


class _Touched(NamedTuple):
    """A valid number and what touches it."""

    start: int
    end: int
    coded: bool
    """The code of its issuer stands before it."""
    before: bool
    """Other letters do."""
    behind: str
    """The word that does behind it, in small letters."""
    expiry: tuple[int, int] | None


class FormOfPaymentRecognizer(Recognizer):
    """Finds card numbers beside letters, and the expiry behind them.

    Every number has a range of an issuer and a Luhn digit. By itself it counts where its issuer or the word
    for a card stands before it, an expiry or what goes with a card behind it. Beside other letters, as in
    numbers of orders, one number in twenty-five would do by chance: such a match is a guess that only a whole
    column can confirm.
    """

    prefilter = Prefilter(min_digits=12, min_length=13)
    begins = Outlined(_NUMBER)

    def __init__(self, language: str) -> None:
        super().__init__("FormOfPaymentRecognizer", ("CARD_EXPIRY", "CREDIT_CARD"), language)

    def find(self, text: str) -> Iterator[Hit]:
        """Yield every number, and its expiry."""
        for match in _NUMBER.finditer(text):
            touched = _touched(text, *match.span())
            if touched is None:
                continue
            score = _score(text, touched)
            yield Hit(touched.start, touched.end, "CREDIT_CARD", score, checksum=True, words=CARD_WORDS)
            if touched.expiry and score > GUESS:
                yield Hit(*touched.expiry, "CARD_EXPIRY", 0.85)


def _touched(text: str, start: int, end: int) -> _Touched | None:
    number = "".join(filter(str.isdigit, text[start:end]))
    if len(set(number)) == 1 or not luhn.is_valid(number):
        return None
    left = text[max(0, start - _SIDE) : start]
    issuer = _ISSUER.search(left)
    coded = issuer is not None and number.startswith(_ISSUERS[issuer[1].upper()])
    if not is_issued(number) and not (coded and _TRAVEL.fullmatch(number)):
        return None
    before, behind = _WORD_BEFORE.search(left), _WORD_BEHIND.match(text, end, end + _SIDE)
    expiry = _EXPIRY.match(text, end)
    if expiry and not (expiry["word"] or (expiry["sign"] or "").strip() or coded):
        expiry = None  # any four digits may stand behind a space
    if (before and before["tail"]) or (behind and behind["tail"] and not expiry):
        return None  # digits and letters in turn are a hash
    if not (coded or before or behind or expiry):
        return None
    word = behind.group().casefold() if behind and not expiry else ""
    return _Touched(
        start, end, coded, before is not None and not coded, word, expiry.span("date") if expiry else None
    )


def _score(text: str, touched: _Touched) -> float:
    if touched.coded or CARD_WORDS.near(text, touched.start, touched.end):
        return 1.0
    if touched.before:
        return GUESS
    opposed = CARD_WORDS.opposed(text, touched.start)
    if touched.expiry:
        return 0.6 if opposed else 0.95
    return (
        0.6 if touched.behind in _GOES_ON and not (opposed or is_machine_line(text, touched.start)) else GUESS
    )


def build(language: str) -> tuple[EntityRecognizer, ...]:
    """Return the recogniser of this family."""
    return (FormOfPaymentRecognizer(language),)
