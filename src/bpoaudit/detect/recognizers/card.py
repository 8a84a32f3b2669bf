"""Payment cards: number, security code, expiry and track data (PCI DSS 3.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from presidio_analyzer import EntityRecognizer
from stdnum import luhn

from bpoaudit.detect.recognizers.context import BUSINESS, Words
from bpoaudit.detect.recognizers.machine_line import is_machine_line
from bpoaudit.detect.recognizers.outline import Outlined
from bpoaudit.detect.recognizers.recognizer import (
    GUESS,
    Hit,
    Identifier,
    Prefilter,
    Recognizer,
    Shape,
    ShapeRecognizer,
    recognizers,
)

_RANGES = (
    ("4", "4", (13, 16, 19)),  # Visa
    ("51", "55", (16,)), ("2221", "2720", (16,)),  # Mastercard
    ("2200", "2204", (16, 17, 18, 19)),  # Mir
    ("34", "34", (15,)), ("37", "37", (15,)),  # American Express
    ("300", "305", (14, 16)), ("309", "309", (14, 16)), ("36", "36", (14, 16, 19)), ("38", "39", (14, 16)),
    # Diners
    ("6011", "6011", (16, 19)), ("644", "649", (16, 19)), ("65", "65", (16, 19)),  # Discover
    ("3528", "3589", (16, 17, 18, 19)), ("2131", "2131", (15,)), ("1800", "1800", (15,)),  # JCB
    ("62", "62", (16, 17, 18, 19)),  # UnionPay
    ("60", "60", (16,)), ("81", "82", (16,)), ("508", "508", (16,)), ("353", "353", (16,)),
    ("356", "356", (16,)),  # RuPay
    ("50", "50", tuple(range(12, 20))), ("56", "69", tuple(range(12, 20))), ("0604", "0604", tuple(range(12,
    20))),  # Maestro
)  # fmt: skip
"""Issuer ranges (first, last prefix) and the lengths in use (ISO/IEC 7812)."""
_BY_LENGTH = {
    length: tuple((first, last) for first, last, lengths in _RANGES if length in lengths)
    for length in range(12, 20)
}

_OF_GOODS = (13, 14)
"""Digits of EAN and GTIN."""

_NUMBER = re.compile(r"(?<![^\W_])(?<!\d[.\-/:])\d(?:[ \-.]?\d){11,18}(?![^\W_])(?![.\-/:]\d)")
CARD_WORDS = Words(
    "card", "credit card", "debit card", "card number", "card no", "pan", "visa", "mastercard", "amex",
    "american express", "discover", "diners", "jcb", "maestro", "rupay", "unionpay", "cc", "ccn",
    "cardholder", "payment card", "cvv", "karte", "kreditkarte", "kartennummer", "tarjeta", "cartao",
    "carte", "carte bancaire", "karta", "karty", "numer karty", "card de credit", "carta di credito",
    "kaart", "kad kredit", "the tinh dung", "картка", "कार्ड",
)  # fmt: skip


class CreditCardRecognizer(Recognizer):
    """Finds card numbers of 12 to 19 digits by issuer range and Luhn digit (ISO/IEC 7812-1).

    A number that fails Luhn counts next to a card word only, with low confidence: mistyped and
    misheard cards are cards. Twelve and thirteen digits alone are weaker than fourteen and more;
    a Maestro number as long as a barcode needs a card word.
    """

    prefilter = Prefilter(min_digits=12, min_length=12)
    begins = Outlined(_NUMBER)

    def __init__(self, language: str) -> None:
        super().__init__("CreditCardRecognizer", ("CREDIT_CARD",), language)

    def find(self, text: str) -> Iterator[Hit]:
        """Yield every number."""
        for match in _NUMBER.finditer(text):
            for start, end in _cards(text, *match.span()):
                proven = luhn.is_valid(_digits(text[start:end]))
                score = _score(text, start, end, proven)
                if score:
                    yield Hit(start, end, "CREDIT_CARD", score, checksum=proven, words=CARD_WORDS)


def _cards(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the run of digits, or its part before or after a space (`4111… 1225`: number and expiry)."""
    whole = _digits(text[start:end])
    if is_issued(whole) and luhn.is_valid(whole):
        yield start, end
        return
    spaces = [at for at in range(start, end) if text[at] == " "]
    for low, high in [*((start, at) for at in reversed(spaces)), *((at + 1, end) for at in spaces)]:
        part = _digits(text[low:high])
        if len(part) >= 14 and is_issued(part) and luhn.is_valid(part):
            yield low, high
            return
    yield start, end


def _score(text: str, start: int, end: int, proven: bool) -> float:
    number = _digits(text[start:end])
    if len(set(number)) == 1:
        return 0
    near = CARD_WORDS.near(text, start, end)
    if not proven or not is_issued(number):
        return 0.5 if near and 13 <= len(number) <= 19 else 0
    if near:
        return 1.0
    opposed = CARD_WORDS.opposed(text, start)
    if len(number) in _OF_GOODS and number[0] in "56":
        # Maestro cards of these lengths are next to unknown, and barcodes have them.
        return GUESS
    if len(number) >= 14:
        return 0.6 if opposed else 0.95
    return GUESS if opposed or is_machine_line(text, start) else 0.6


def is_issued(number: str) -> bool:
    """Tell whether digits have the prefix and the length of an issuer's numbers."""
    return any(first <= number[: len(first)] <= last for first, last in _BY_LENGTH.get(len(number), ()))


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


_DETAILS = re.compile(
    r"[\s,;.]{1,3}"
    r"(?:(?:exp(?:iry|ires|iration)?(?: date)?|valid (?:thru|until|to|through)|good thru)[.: ]{0,2}(?:is )?)?"
    r"(?P<expiry>(?:0[1-9]|1[0-2]) ?[/\-] ?(?:20)?\d{2}|[1-9]/(?:20)?\d{2})(?![\d/\-])"
    r"(?:[\s,;.]{1,3}(?:and )?(?:(?:security |sec )?(?:code|cvv2?|cvc2?|cid|csc)[.: ]{0,2}(?:is )?)?"
    r"(?P<code>\d{3,4})(?![^\W_]|[.,/:\-]\d))?",
    re.IGNORECASE,
)


_NEXT_FIELD = re.compile(
    r"[\"']?[\s,;|&]{1,3}[\"']?(?:card_?)?exp(?:iry|ires|iration)?(?:_?date)?[\"']?\s?[:=]\s?[\"']?"
    r"(?P<expiry>(?:0[1-9]|1[0-2])/?(?:20)?\d{2})(?P<code>)(?![\d/\-])",
    re.IGNORECASE,
)


class CardDetailsRecognizer(Recognizer):
    """Finds expiry and security code as they are written behind a card number.

    `4111 … 1111 09/28 123`, `"pan":"4111…1111","exp":"0928"`.
    """

    prefilter = Prefilter(min_digits=15, min_length=17)
    begins = Outlined(
        *(re.compile(rf"(?<=\d){behind.pattern}", behind.flags) for behind in (_DETAILS, _NEXT_FIELD))
    )

    def __init__(self, language: str) -> None:
        super().__init__("CardDetailsRecognizer", ("CARD_EXPIRY", "CARD_SECURITY_CODE"), language)

    def find(self, text: str) -> Iterator[Hit]:
        """Yield both parts behind every card number whose check digit is right."""
        for number in _NUMBER.finditer(text):
            for start, end in _cards(text, *number.span()):
                digits = _digits(text[start:end])
                details = _DETAILS.match(text, end) or _NEXT_FIELD.match(text, end)
                if details is None or not (is_issued(digits) and luhn.is_valid(digits)):
                    continue
                yield Hit(*details.span("expiry"), "CARD_EXPIRY", 0.85)
                if details["code"]:
                    yield Hit(*details.span("code"), "CARD_SECURITY_CODE", 0.85)


_EXPIRY = r"(?:0[1-9]|1[0-2]) ?[/\-] ?(?:20)?\d{2}"
_EXPIRES_ON = Identifier(
    "CARD_EXPIRY",
    (Shape(_EXPIRY, 0.1, 0.85, None, 4),),
    Words(
        "exp", "expiry", "expires", "expiration", "exp date", "valid thru", "valid until", "good thru",
        "card expires", "gultig bis", "vencimiento", "caducidad", "validade", "date d'expiration",
        "wazna do", "valabil",
        against=(*BUSINESS, "passport", "contract", "policy", "licence", "license"), before=32, after=0,
        gap=12,
    ),
)  # fmt: skip
_PARTS = (
    Identifier(
        "CARD_SECURITY_CODE",
        (Shape(r"\d{3,4}", 0, 0.85, None, 3),),
        Words(
            "cvv", "cvv2", "cvc", "cvc2", "cvn", "cid", "csc", "security code", "card verification",
            "verification value", "three digits on the back", "digits on the back", "back of the card",
            "back of my card", "three digits", "3 digits", "three digit code", "3 digit code", "drei ziffern",
            "tres digitos", "tres numeros", "trois chiffres", "prufnummer", "kartenprufnummer",
            "codigo de seguridad", "codigo de seguranca", "cryptogramme", "kod cvv", "kod zabezpieczajacy",
            against=(*BUSINESS, "expiry", "exp", "expires", "last four", "last three digits",
            "last 3 digits", "first three digits", "first 3 digits", "ending", "pin", "otp", "zip",
            "postcode"), before=32, after=0, gap=16,
        ),
    ),
    Identifier(
        "CARD_TRACK",
        (
            Shape(r"%B\d{12,19}\^[^^\n]{2,26}\^\d{7}[^?\n]{0,60}\??", 0.97, 0.97, None, 19),
            Shape(r";\d{12,19}=\d{7}\d{0,20}\??", 0.97, 0.97, None, 19),
        ),
        needs="^=",
    ),
)  # fmt: skip


_EXPIRES = Words(
    *CARD_WORDS.words,
    against=("passport", "licence", "license", "permit", "pasaporte", "paszport", "reisepass"),
    before=40,
    after=0,
)
"""What expires: the nearest of them before the date."""


class CardExpiryRecognizer(ShapeRecognizer):
    """Finds the expiry of a card behind a word for it; that of a passport is none."""

    def find(self, text: str) -> Iterator[Hit]:
        """Yield every expiry."""
        yield from (hit for hit in super().find(text) if not _EXPIRES.opposed(text, hit.start))


def build(language: str) -> tuple[EntityRecognizer, ...]:
    """Return the recognisers of this family."""
    return (
        CreditCardRecognizer(language),
        CardDetailsRecognizer(language),
        CardExpiryRecognizer(_EXPIRES_ON, language),
        *recognizers(_PARTS, language),
    )
