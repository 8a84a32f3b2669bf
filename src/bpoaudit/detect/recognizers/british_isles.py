"""Identifiers of the United Kingdom and Ireland."""

from __future__ import annotations

from presidio_analyzer import EntityRecognizer
from presidio_analyzer.predefined_recognizers import (
    UkDrivingLicenceRecognizer,
    UkVehicleRegistrationRecognizer,
)
from stdnum.gb import nhs, utr
from stdnum.ie import pps

from bpoaudit.detect.recognizers.context import Words
from bpoaudit.detect.recognizers.recognizer import GUESS, Identifier, Shape, adopt, recognizers

_NINO = r"(?!BG|GB|NK|KN|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]"
_NINO_WORDS = Words("nino", "ni", "ni number", "ni no", "national insurance", "nat ins")
_LICENCE = adopt(UkDrivingLicenceRecognizer, 0.8, 0.9, 5)

IDENTIFIERS = (
    Identifier(
        "UK_NINO",
        (
            Shape(_NINO + r"[ -]?\d{2}[ -]?\d{2}[ -]?\d{2}[ -]?[A-D]", 0.85, 0.93, None, 6),
            # HMRC's dummy prefix and numbers without their suffix occur, but only next to their name.
            Shape(r"[A-Z]{2}[ -]?\d{2}[ -]?\d{2}[ -]?\d{2}(?:[ -]?[A-D])?", 0.1, 0.75, None, 6),
        ),
        _NINO_WORDS,
        "GB",
    ),
    Identifier(
        "UK_NHS",
        (
            # Grouped like a phone number, and one in eleven of those passes the check.
            Shape(r"\d{3}[ -]?\d{3}[ -]?\d{4}", GUESS, 0.98, nhs.is_valid, 10, checksum=True),
        ),
        Words("nhs", "nhs number", "nhs no", "national health service", "patient", "health number"),
        "GB",
    ),
    Identifier(
        "UK_UTR",
        (Shape(r"\d{5} ?\d{5}", 0.2, 0.95, utr.is_valid, 10, checksum=True),),
        Words("utr", "unique taxpayer reference", "self assessment", "hmrc", "tax reference"),
        "GB",
    ),
    Identifier(
        "UK_PASSPORT",
        (Shape(r"[A-Z]{2}\d{7}", 0.2, 0.75, None, 7), Shape(r"\d{9}", 0.1, 0.75, None, 9)),
        Words("passport", "passport no", "passport number", "travel document"),
        "GB",
    ),
    Identifier(
        "UK_DRIVING_LICENCE",
        (
            *_LICENCE,
            # As it is printed on the card.
            Shape(
                r"[A-Z9]{5} \d(?:0[1-9]|1[0-2]|5[1-9]|6[0-2])(?:0[1-9]|[12]\d|3[01])\d"
                r" [A-Z9]{2}[A-Z\d][A-Z]{2}",
                0.8,
                0.9,
                _LICENCE[0].check,
                6,
            ),
        ),
        Words(
            "driving licence", "driving license", "dvla", "licence number", "driver licence", "driver license"
        ),
        "GB",
    ),
    Identifier(
        "UK_VEHICLE_REGISTRATION",
        adopt(UkVehicleRegistrationRecognizer, 0.2, 0.8, 1),
        Words(
            "vehicle",
            "registration number",
            "reg no",
            "reg",
            "number plate",
            "vrm",
            "vrn",
            "car registration",
        ),
        "GB",
    ),
    Identifier(
        "IE_PPSN",
        (Shape(r"\d{7} ?[A-W][ABHWTX]?", 0.7, 0.97, pps.is_valid, 7, checksum=True),),
        Words("pps", "ppsn", "pps number", "pps no", "personal public service", "uimhir psp"),
        "IE",
    ),
    Identifier(
        "IE_PASSPORT",
        (Shape(r"[A-Z]{2}\d{7}|P[A-Z]\d{7}", 0.1, 0.74, None, 7),),
        Words("irish passport", "ie passport", "passport ireland"),
        "IE",
    ),
)


def build(language: str) -> tuple[EntityRecognizer, ...]:
    """Return the recognisers of this family."""
    return recognizers(IDENTIFIERS, language)
