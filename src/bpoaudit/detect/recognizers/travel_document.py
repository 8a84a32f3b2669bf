"""Travel documents as airlines tell them to authorities: `P-GBR-506517153-GBR-12MAR61-M-09OCT31-DOE-JOHN`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from presidio_analyzer import EntityRecognizer

from bpoaudit.detect.recognizers.outline import Outlined
from bpoaudit.detect.recognizers.recognizer import Hit, Prefilter, Recognizer

_DAY = r"\d{2}(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)(?:\d{2}|\d{4})"
_NAME = r"[A-Z][A-Z' ]{0,39}"


def _pattern(sign: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?<![^\W_])(?P<kind>PM?|I[DP]?|A[CS]?|C|F|V){sign}(?P<issuer>[A-Z]{{3}}){sign}(?P<number>[A-Z\d]{{5,15}})"
        rf"{sign}(?P<nation>[A-Z]{{3}}){sign}(?P<born>{_DAY}){sign}(?P<gender>MI?|FI?|[UX])(?![^\W_])"
        rf"(?:{sign}(?:{_DAY})?(?:{sign}(?P<name>{_NAME}(?:{sign}{_NAME}){{0,2}})(?![^\W_]))?)?"
    )


_DOCUMENTS = (_pattern("-"), _pattern("/"))
_SURE = 0.97


class TravelDocumentRecognizer(Recognizer):
    """Finds number, day of birth, gender and name in the element DOCS of a booking (IATA SSR)."""

    prefilter = Prefilter("-/", min_digits=4, min_length=28)
    begins = Outlined(*_DOCUMENTS)

    def __init__(self, language: str) -> None:
        entities = ("PASSPORT", "NATIONAL_ID", "DATE_OF_BIRTH", "GENDER", "PERSON")
        super().__init__("TravelDocumentRecognizer", entities, language)

    def find(self, text: str) -> Iterator[Hit]:
        """Yield every part; one that is no passport is another document of its holder."""
        for pattern in _DOCUMENTS:
            for match in pattern.finditer(text):
                document = "PASSPORT" if match["kind"].startswith("P") else "NATIONAL_ID"
                yield Hit(*match.span("number"), document, _SURE)
                yield Hit(*match.span("born"), "DATE_OF_BIRTH", _SURE)
                yield Hit(*match.span("gender"), "GENDER", _SURE)
                if match["name"]:
                    yield Hit(*match.span("name"), "PERSON", _SURE)


def build(language: str) -> tuple[EntityRecognizer, ...]:
    """Return the recogniser of this family."""
    return (TravelDocumentRecognizer(language),)
