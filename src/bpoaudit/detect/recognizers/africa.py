"""Identifiers of South Africa and Nigeria."""

from __future__ import annotations

from datetime import date

from presidio_analyzer import EntityRecognizer
from presidio_analyzer.predefined_recognizers import NgNinRecognizer
from stdnum import luhn
from stdnum.za import tin

from bpoaudit.detect.recognizers.context import Words
from bpoaudit.detect.recognizers.recognizer import GUESS, Identifier, Shape, adopt, recognizers


def _za_id(number: str) -> bool:
    """Birth date (of either century: the number does not say which) and Luhn digit."""
    digits = number.replace(" ", "")
    return luhn.is_valid(digits) and any(_is_date(century + digits[:6]) for century in ("19", "20"))


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


IDENTIFIERS = (
    Identifier(
        "ZA_ID_NUMBER",
        (Shape(r"\d{6} ?\d{4} ?[0-2][89] ?\d", 0.95, 0.98, _za_id, 13, checksum=True),),
        Words("id number", "identity number", "sa id", "rsa id", "id no", "said", "identiteitsnommer"),
        "ZA",
    ),
    Identifier(
        "ZA_INCOME_TAX_NUMBER",
        (Shape(r"[01239]\d{9}", 0.2, 0.95, tin.is_valid, 10, checksum=True),),
        Words("sars", "income tax", "tax number", "tax reference", "tax ref", "belastingnommer"),
        "ZA",
    ),
    Identifier(
        "ZA_PASSPORT",
        (Shape(r"[ADMT]\d{8}", 0.2, 0.8, None, 8),),
        Words("passport", "passport no", "paspoort", "travel document"),
        "ZA",
    ),
    Identifier(
        "ZA_TRAFFIC_REGISTER_NUMBER",
        (Shape(r"\d{13}|\d{10}[A-Z0-9]{3}", 0.1, 0.75, None, 10),),
        Words("traffic register", "trn", "traffic register number"),
        "ZA",
    ),
    Identifier(
        "NG_NIN",
        adopt(NgNinRecognizer, GUESS, 0.9, 11, checksum=True),
        Words("nin", "national identification number", "national identity number", "nimc"),
        "NG",
    ),
)


def build(language: str) -> tuple[EntityRecognizer, ...]:
    """Return the recognisers of this family."""
    return recognizers(IDENTIFIERS, language)
