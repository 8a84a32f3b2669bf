"""Identifiers of Poland, Romania and Ukraine."""

from __future__ import annotations

import re

from presidio_analyzer import EntityRecognizer
from stdnum.pl import nip, pesel, regon
from stdnum.ro import cnp, cui
from stdnum.ua import edrpou, rntrc

from bpoaudit.detect.recognizers.context import Words
from bpoaudit.detect.recognizers.recognizer import Identifier, Shape, recognizers

_WEIGHTS_PL_CARD = (7, 3, 1, 7, 3, 1, 7, 3)


def _pl_id_card(number: str) -> bool:
    """Three letters and six digits; the first digit checks the rest (weights 7, 3, 1)."""
    values = [int(char, 36) for char in re.sub(r"\W", "", number)]
    rest = values[:3] + values[4:]
    return sum(w * v for w, v in zip(_WEIGHTS_PL_CARD, rest, strict=True)) % 10 == values[3]


def _pesel(number: str) -> bool:
    """Birth date and check digit; nobody is born in the months that stand for 2100 and later."""
    return bool(pesel.is_valid(number)) and not 41 <= int(number[2:4]) <= 72


def _is_cui(number: str) -> bool:
    """Tell whether the check digit is right. Most numbers have its length, so nothing else is asked twice."""
    digits = number.lstrip("ROro ")
    return digits[0] != "0" and cui.calc_check_digit(digits[:-1]) == digits[-1]


IDENTIFIERS = (
    Identifier(
        "PL_PESEL",
        (Shape(r"\d{11}", 0.95, 0.98, _pesel, 11, checksum=True),),
        Words("pesel", "numer pesel", "nr pesel"),
        "PL",
    ),
    Identifier(
        "PL_NIP",
        (
            Shape(
                r"(?:PL ?)?\d{3}-\d{3}-\d{2}-\d{2}|(?:PL ?)?\d{3}-\d{2}-\d{2}-\d{3}|PL ?\d{10}",
                0.85,
                0.97,
                nip.is_valid,
                10,
                checksum=True,
            ),
            Shape(r"\d{10}|\d{3} \d{3} \d{2} \d{2}", 0.2, 0.95, nip.is_valid, 10, checksum=True),
        ),
        Words("nip", "numer identyfikacji podatkowej", "vat", "tax id", "vat id"),
        "PL",
    ),
    Identifier(
        "PL_REGON",
        (Shape(r"\d{9}(?:\d{5})?", 0.2, 0.95, regon.is_valid, 9, checksum=True),),
        Words("regon", "numer regon"),
        "PL",
    ),
    Identifier(
        "PL_ID_CARD",
        (Shape(r"[A-Z]{3} ?\d{6}", 0.2, 0.95, _pl_id_card, 6, checksum=True),),
        Words(
            "dowod",
            "dowód osobisty",
            "dowodu osobistego",
            "nr dowodu",
            "seria i numer",
            "id card",
            "identity card",
        ),
        "PL",
    ),
    Identifier(
        "PL_PASSPORT",
        (Shape(r"[A-Z]{2} ?\d{7}", 0.1, 0.75, None, 7),),
        Words("paszport", "paszportu", "numer paszportu", "polish passport"),
        "PL",
    ),
    Identifier(
        "RO_CNP",
        (
            Shape(
                r"[1-9]\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|[1-4]\d|5[12]|70)\d{4}",
                0.95,
                0.98,
                cnp.is_valid,
                13,
                checksum=True,
            ),
        ),
        Words("cnp", "cod numeric personal", "c.n.p."),
        "RO",
    ),
    Identifier(
        "RO_CUI",
        (
            Shape(r"RO ?\d{4,10}", 0.6, 0.95, _is_cui, 4, checksum=True),
            Shape(r"\d{4,10}", 0.1, 0.9, _is_cui, 4, checksum=True),
        ),
        Words("cui", "cif", "cod fiscal", "cod unic de inregistrare"),
        "RO",
    ),
    Identifier(
        "RO_ID_CARD",
        (Shape(r"[A-Z]{2} ?\d{6}", 0.1, 0.75, None, 6),),
        Words("carte de identitate", "buletin", "seria", "ci seria", "serie ci", "act de identitate"),
        "RO",
    ),
    Identifier(
        "RO_PASSPORT",
        (Shape(r"\d{8,9}", 0.1, 0.7, None, 8),),
        Words("pasaport", "pașaport", "romanian passport"),
        "RO",
    ),
    Identifier(
        "UA_RNOKPP",
        (Shape(r"\d{10}", 0.2, 0.97, rntrc.is_valid, 10, checksum=True),),
        Words(
            "рнокпп",
            "rnokpp",
            "іпн",
            "ідентифікаційний код",
            "податковий номер",
            "ipn",
            "rntrc",
            "tax number",
            "инн",
        ),
        "UA",
    ),
    Identifier(
        "UA_UNZR",
        (Shape(r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])-\d{5}", 0.85, 0.92, None, 13),),
        Words("унзр", "unzr", "запис", "unique record"),
        "UA",
    ),
    Identifier(
        "UA_EDRPOU",
        (Shape(r"\d{8}", 0.1, 0.95, edrpou.is_valid, 8, checksum=True),),
        Words("єдрпоу", "edrpou", "код єдрпоу"),
        "UA",
    ),
    Identifier(
        "UA_PASSPORT",
        (
            Shape(r"[А-ЯІЇЄҐ]{2} ?\d{6}", 0.6, 0.85, None, 6),
            Shape(r"\d{9}|[A-Z]{2}\d{6}", 0.1, 0.7, None, 6),
        ),
        Words("паспорт", "паспорта", "ukrainian passport", "ід-картка", "id картка"),
        "UA",
    ),
)


def build(language: str) -> tuple[EntityRecognizer, ...]:
    """Return the recognisers of this family."""
    return recognizers(IDENTIFIERS, language)
