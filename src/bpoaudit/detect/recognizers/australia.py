"""Identifiers of Australia."""

from __future__ import annotations

from presidio_analyzer import EntityRecognizer
from presidio_analyzer.predefined_recognizers import AuMedicareRecognizer
from stdnum.au import tfn

from bpoaudit.detect.recognizers.context import Words
from bpoaudit.detect.recognizers.recognizer import GUESS, Identifier, Shape, adopt, recognizers

IDENTIFIERS = (
    Identifier(
        "AU_TFN",
        (
            Shape(r"\d{3} \d{3} \d{3}", 0.5, 0.96, tfn.is_valid, 9, checksum=True),
            Shape(r"\d{8,9}", 0.1, 0.95, tfn.is_valid, 8, checksum=True),
        ),
        Words("tfn", "tax file number", "tax file"),
        "AU",
    ),
    Identifier(
        "AU_MEDICARE",
        adopt(AuMedicareRecognizer, GUESS, 0.95, 10, checksum=True),
        Words("medicare", "medicare card", "medicare number"),
        "AU",
    ),
)


def build(language: str) -> tuple[EntityRecognizer, ...]:
    """Return the recognisers of this family."""
    return recognizers(IDENTIFIERS, language)
