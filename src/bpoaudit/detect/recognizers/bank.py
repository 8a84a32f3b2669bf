"""Bank accounts and wallets: IBAN, CLABE, account and routing numbers, crypto addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from operator import itemgetter

from presidio_analyzer import EntityRecognizer
from presidio_analyzer.predefined_recognizers import CryptoRecognizer
from stdnum import iban, numdb
from stdnum.es import ccc
from stdnum.us import rtn

from bpoaudit.detect.recognizers.context import BUSINESS, Words
from bpoaudit.detect.recognizers.literals import Guarded, guarded
from bpoaudit.detect.recognizers.outline import Outlined
from bpoaudit.detect.recognizers.phone import is_mobile_number
from bpoaudit.detect.recognizers.recognizer import (
    Hit,
    Identifier,
    Prefilter,
    Recognizer,
    Shape,
    adopt,
    recognizers,
)

_IBAN = re.compile(r"(?<![^\W_])[A-Z]{2}[ \-]?[\dOIL]{2}(?:[ \-\n]?[A-Z0-9]){11,30}(?![^\W_])", re.IGNORECASE)


_READ_AS_FIGURE = r"[\dDILOQ|]"
_PARTS_OF_IBAN = {"n": _READ_AS_FIGURE, "a": "[A-Z]", "c": r"[A-Z\d]"}


@cache
def _countries() -> frozenset[str]:
    """Return the codes of the countries that have IBANs."""
    return frozenset(country for _, country, _, _, _ in numdb.get("iban").prefixes)


@cache
def _of_a_country() -> re.Pattern[str]:
    """Return a pattern for numbers as long as those of their country, with figures in the right places."""
    countries = "|".join(
        country + "".join(rf"[ \-\n]?{part}" for part in (_READ_AS_FIGURE,) * 2 + tuple(_parts(told["bban"])))
        for _, country, _, told, _ in sorted(numdb.get("iban").prefixes, key=itemgetter(1))
    )
    return re.compile(rf"(?<![^\W_])(?:{countries})", re.IGNORECASE)


def _parts(structure: str) -> Iterator[str]:
    """Yield a class for each character of a structure such as `4!n4!n12!c`."""
    for count, kind in re.findall(r"(\d+)!([nac])", structure):
        yield from (_PARTS_OF_IBAN[kind],) * int(count)


_MISREAD = str.maketrans("OoQDIl|", "0000111")
"""Letters that scanned or retyped figures turn into."""
_CLABE_WEIGHTS = (3, 7, 1)
_BANK = (
    "bank account", "bank acct", "bank account number", "checking account", "savings account", "checking",
    "savings", "account holder", "routing", "routing number", "direct deposit", "beneficiary account",
    "iban", "bank", "sort code", "bankkonto", "kontonummer", "konto", "cuenta bancaria", "numero de cuenta",
    "cuenta", "conta corrente", "conta bancaria", "compte bancaire", "numero de compte", "rib",
    "numer konta", "numer rachunku", "rachunek", "cont bancar", "so tai khoan",
)  # fmt: skip
_AGAINST = (
    *BUSINESS, "phone", "mobile", "telephone", "call", "card", "customer", "member", "policy", "claim",
    "ssn", "social security", "zip", "postcode", "date", "dob", "case",
)  # fmt: skip


def _clabe(number: str) -> bool:
    """Weights 3, 7, 1 modulo 10 over 17 digits; the 18th is the check digit."""
    *body, check = (int(digit) for digit in number if digit.isdigit())
    total = sum(_CLABE_WEIGHTS[at % 3] * digit % 10 for at, digit in enumerate(body))
    return check == -total % 10


def _is_iban(text: str) -> bool:
    """Tell whether the check digits are right, perhaps after misread figures were put right.

    ISO 13616 asks for these; an account number within whose own check digits are wrong is found all the same.
    """
    country, rest = text[:2], text[2:].replace("\n", "")
    return any(
        bool(iban.is_valid(country + read, check_country=False)) for read in (rest, rest.translate(_MISREAD))
    )


def _no_mobile_number(text: str) -> bool:
    """Tell whether a number is no mobile number: the bank may be a street (`12 Mill Bank, Leeds`)."""
    return text.isdigit() or not is_mobile_number(text)


class IbanRecognizer(Recognizer):
    """Finds IBANs of every country of the registry (ISO 13616, modulo 97); the region is its country."""

    prefilter = Prefilter(min_digits=2, min_length=15)
    begins = Outlined(_IBAN)

    def __init__(self, language: str) -> None:
        super().__init__("IbanRecognizer", ("IBAN_CODE",), language)

    def traces(self, line: str) -> Sequence[re.Pattern[str] | Guarded]:
        """Return what begins with the code of a country that has IBANs."""
        return (_of_a_country(),)

    def find(self, text: str) -> Iterator[Hit]:
        """Yield every IBAN; words that follow it after a space are cut off again."""
        at = 0
        while match := _IBAN.search(text, at):
            start, end = match.span()
            # Prose before it (`no 12 GB72…`) may have been taken for its beginning: look again from there.
            at = start + 2
            if text[start : start + 2].upper() not in _countries():
                continue
            while end - start >= 15:
                if _is_iban(text[start:end]):
                    yield Hit(start, end, "IBAN_CODE", 1.0, text[start : start + 2].upper(), checksum=True)
                    at = end
                    break
                end = max(text.rfind(" ", start, end), text.rfind("\n", start, end), start)


_BANK_CODE = (
    r"(?<![^\W_])(?:routing|aba|rtn|transit|bsb|ifsc|swift|bic|sort[ -]?code|blz|bankleitzahl|branch)"
    r"(?: (?:number|code|no\.?|transit|num|nr\.?))?[ :#]{1,3}(?=\S*\d)[A-Z\d\-]{5,11}"
)
_ACCOUNT = (
    r"(?<![^\W_])(?:account|acct|acc|a/c|konto|kontonummer)\.?(?: (?:number|no\.?|num|nr\.?|#))?[ :#]{1,3}"
)
_BETWEEN = r"[ ,;/|.\n]{1,3}(?:and )?"
_BESIDE = tuple(
    guarded(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_BANK_CODE}{_BETWEEN}{_ACCOUNT}(?P<value>\d{{6,18}})(?![^\W_])",
        rf"{_ACCOUNT}(?P<value>\d{{6,18}}){_BETWEEN}{_BANK_CODE}(?![^\W_])",
    )
)


class AccountBesideBankCodeRecognizer(Recognizer):
    """Finds account numbers beside the code of a bank (`routing … account …`, `A/C …, IFSC …`)."""

    prefilter = Prefilter(min_digits=11, min_length=20)
    begins = Outlined(*_BESIDE)

    def __init__(self, language: str) -> None:
        super().__init__("AccountBesideBankCodeRecognizer", ("BANK_ACCOUNT",), language)

    def find(self, text: str) -> Iterator[Hit]:
        """Yield every number."""
        for pattern in _BESIDE:
            for match in pattern.finditer(text):
                yield Hit(*match.span("value"), "BANK_ACCOUNT", 0.85)


_ACCOUNTS = (
    Identifier(
        "BANK_ACCOUNT",
        (Shape(r"\d{3} ?\d{3} ?\d{11} ?\d", 0.2, 0.96, _clabe, 18, checksum=True),),
        Words("clabe", "clabe interbancaria", "cuenta", "spei", "banco"),
        "MX",
        name="ClabeRecognizer",
    ),
    Identifier(
        "BANK_ACCOUNT",
        (Shape(r"\d{4}[ \-]?\d{4}[ \-]?\d{2}[ \-]?\d{10}", 0.2, 0.95, ccc.is_valid, 20, checksum=True),),
        Words("ccc", "cuenta", "numero de cuenta", "banco"),
        "ES",
        name="EsBankAccountRecognizer",
    ),
    Identifier(
        "BANK_ACCOUNT",
        (
            Shape(
                r"\d{2}[- ]\d{2}[- ]\d{2}[ ,;/]{1,3}"
                r"(?:(?:and )?(?:account|acct?|a/c)\.?(?: (?:number|no\.?))?:? )?\d{8}",
                0.8,
                0.9,
                None,
                14,
            ),
            Shape(r"\d{2}-\d{2}-\d{2}|\d{2} \d{2} \d{2}", 0.1, 0.8, None, 6),
        ),
        Words(
            "sort code", "sortcode", "sort", "s/c", against=("date", "dob", "born", "phone"), before=40,
            after=20,
        ),
        "GB",
        name="SortCodeRecognizer",
    ),
    Identifier(
        "BANK_ACCOUNT",
        (Shape(r"0[1-9]\d{7}|[1-36]\d{8}", 0.1, 0.9, rtn.is_valid, 9, checksum=True),),
        Words("aba", "routing", "routing number", "aba routing", "rtn", "routing no", "wire", "ach",
        against=_AGAINST),
        "US",
        name="RoutingNumberRecognizer",
    ),
    Identifier(
        "BANK_ACCOUNT",
        (Shape(r"\d{4,6}(?:[ \-]?\d{2,6}){1,3}|\d{6,20}", 0, 0.8, _no_mobile_number, 6),),
        Words(*_BANK, against=_AGAINST, before=40, after=24),
    ),
    Identifier(
        "CRYPTO",
        (
            *adopt(CryptoRecognizer, 0.97, 0.99, checksum=True),
            Shape(r"0x[0-9a-f]{40}", 0.85, 0.9),
        ),
        Words("wallet", "bitcoin", "btc", "crypto", "ethereum", "eth", "usdt", against=()),
    ),
)  # fmt: skip


def build(language: str) -> tuple[EntityRecognizer, ...]:
    """Return the recognisers of this family."""
    return (
        IbanRecognizer(language),
        AccountBesideBankCodeRecognizer(language),
        *recognizers(_ACCOUNTS, language),
    )
