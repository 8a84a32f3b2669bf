"""Identifiers of the United States and Canada."""

from __future__ import annotations

import re

from presidio_analyzer import EntityRecognizer
from presidio_analyzer.predefined_recognizers import (
    MedicalLicenseRecognizer,
    UsMbiRecognizer,
    UsNpiRecognizer,
)
from stdnum.ca import sin

from bpoaudit.detect.recognizers.context import Words
from bpoaudit.detect.recognizers.recognizer import GUESS, Identifier, Shape, adopt, recognizers

_ITIN = r"9\d{2}[ -]?(?:5\d|6[0-5]|7\d|8[0-8]|9[0-24-9])[ -]?\d{4}"
_EVERYBODY_KNOWS = frozenset({"078051120", "219099999", "123456789"})
"""Printed in advertisements or typed by everybody; never issued to a person."""


def _ssn(number: str) -> bool:
    """Area not 000 or 666, group and serial not zero; 9xx only in the advertising range."""
    digits = re.sub(r"\D", "", number)
    area, group, serial = digits[:3], digits[3:5], digits[5:]
    if digits in _EVERYBODY_KNOWS or area in ("000", "666") or group == "00" or serial == "0000":
        return False
    return area[0] != "9" or (area + group == "98765" and 4320 <= int(serial) <= 4329)


IDENTIFIERS = (
    Identifier(
        "US_SSN",
        (
            Shape(r"\d{3}-\d{2}-\d{4}", 0.85, 0.93, _ssn, 9),
            Shape(r"\d{3}([ .])\d{2}\1\d{4}", 0.6, 0.9, _ssn, 9),
            Shape(r"\d{9}", 0.1, 0.8, _ssn, 9),
        ),
        Words("ssn", "ss#", "social", "social security", "social security number", "soc sec", "ssid", "ssns"),
        "US",
    ),
    Identifier(
        "US_ITIN",
        (
            Shape(_ITIN, 0.2, 0.9, None, 9),
            Shape(r"9\d{2}-(?:5\d|6[0-5]|7\d|8[0-8]|9[0-24-9])-\d{4}", 0.7, 0.92, None, 9),
        ),
        Words("itin", "individual taxpayer", "taxpayer id", "tax id", "tin"),
        "US",
    ),
    Identifier(
        "US_NPI",
        adopt(UsNpiRecognizer, GUESS, 0.95, 10, checksum=True),
        Words("npi", "national provider", "provider identifier", "provider number", "provider id"),
        "US",
    ),
    Identifier(
        "US_MBI",
        adopt(UsMbiRecognizer, 0.85, 0.95, 4),
        Words("mbi", "medicare", "beneficiary", "medicare number", "cms"),
        "US",
    ),
    Identifier(
        "MEDICAL_LICENSE",
        adopt(MedicalLicenseRecognizer, 0.5, 0.95, 7, checksum=True),
        Words("dea", "dea number", "medical license", "medical licence", "prescriber", "registration"),
        "US",
    ),
    Identifier(
        "US_PASSPORT",
        (Shape(r"[A-Z]?\d{8,9}", 0.1, 0.7, None, 8),),
        Words("us passport", "passport", "passport number", "passport no", "travel document"),
        "US",
    ),
    Identifier(
        "US_DRIVER_LICENSE",
        (
            Shape(
                r"[A-Z]{1,2}[ -]?\d{3}[ -]?\d{3,4}[ -]?\d{0,6}|\d{7,14}|[A-Z]\d{5,14}|\d{8}[A-Z]{2}"
                r"|[A-Z]{2}\d{6}[A-Z]",
                0.1,
                0.7,
                None,
                5,
            ),
        ),
        Words(
            "driver license",
            "drivers license",
            "driver's license",
            "driving license",
            "license number",
            "dl",
            "dl no",
            "dln",
            "dmv",
            "state id",
        ),
        "US",
    ),
    Identifier(
        "US_HEALTH_INSURANCE_MEMBER_ID",
        (Shape(r"[A-Z]{1,5}-?(?:[A-Z]{0,2}\d){5,13}[A-Z]?", 0.1, 0.8, None, 5),),
        Words(
            "subscriber id",
            "insurance member",
            "health plan",
            "insurance id",
            "member id",
            "health insurance",
            "subscriber",
        ),
        "US",
    ),
    Identifier(
        "CA_SIN",
        (
            Shape(r"[1-79]\d{2}[ -]\d{3}[ -]\d{3}", 0.5, 0.97, sin.is_valid, 9, checksum=True),
            Shape(r"[1-79]\d{8}", 0.2, 0.95, sin.is_valid, 9, checksum=True),
        ),
        Words("sin", "social insurance", "social insurance number", "nas", "assurance sociale"),
        "CA",
    ),
)


def build(language: str) -> tuple[EntityRecognizer, ...]:
    """Return the recognisers of this family."""
    return recognizers(IDENTIFIERS, language)
