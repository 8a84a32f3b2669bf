"""Identifiers of India: Aadhaar, virtual ID, PAN, voter ID, GSTIN, passport and smaller ones."""

from __future__ import annotations

from presidio_analyzer import EntityRecognizer
from presidio_analyzer.predefined_recognizers import InVehicleRegistrationRecognizer
from stdnum.in_ import aadhaar, epic, gstin, pan, vid

from bpoaudit.detect.recognizers.context import Words
from bpoaudit.detect.recognizers.recognizer import GUESS, Identifier, Shape, adopt, recognizers

IDENTIFIERS = (
    Identifier(
        "IN_AADHAAR",
        (
            Shape(r"[2-9]\d{3}[ -]\d{4}[ -]\d{4}", 0.85, 0.98, aadhaar.is_valid, 12, checksum=True),
            Shape(r"[2-9]\d{11}", GUESS, 0.98, aadhaar.is_valid, 12, checksum=True),
        ),
        Words("aadhaar", "aadhar", "adhaar", "adhar", "uidai", "uid", "आधार", "ஆதார்"),
        "IN",
    ),
    Identifier(
        "IN_VID",
        (Shape(r"[2-9]\d{3}(?:[ -]?\d{4}){3}", 0.2, 0.95, vid.is_valid, 16, checksum=True),),
        Words("vid", "virtual id", "aadhaar vid"),
        "IN",
    ),
    Identifier(
        "IN_PAN",
        (
            Shape(r"[A-Z]{3}P[A-Z]\d{4}[A-Z]", 0.75, 0.9, pan.is_valid, 4),
            Shape(r"[A-Z]{3}[ABCFGHJLT][A-Z]\d{4}[A-Z]", 0.5, 0.85, pan.is_valid, 4),
        ),
        Words("pan", "pan card", "permanent account number", "income tax", "tds"),
        "IN",
    ),
    Identifier(
        "IN_VOTER",
        (
            Shape(r"[A-Z]{3}\d{7}", GUESS, 0.95, epic.is_valid, 7, checksum=True),
            Shape(r"[A-Z]{3}\d{7}", 0.1, 0.6, None, 7),
        ),
        Words("voter", "voter id", "epic", "election card", "electoral"),
        "IN",
    ),
    Identifier(
        "IN_GSTIN",
        (
            Shape(
                r"(?:0[1-9]|[12]\d|3[0-8]|9[79])[A-Z]{5}\d{4}[A-Z][1-9A-Z]Z[0-9A-Z]",
                0.95,
                0.98,
                gstin.is_valid,
                6,
                checksum=True,
            ),
        ),
        Words("gstin", "gst", "gst number", "goods and services tax"),
        "IN",
    ),
    Identifier(
        "IN_PASSPORT",
        (Shape(r"[A-PR-WY][1-9]\d{6}", 0.2, 0.8, None, 7),),
        Words("passport", "passport no", "travel document", "पासपोर्ट"),
        "IN",
    ),
    Identifier(
        "IN_DRIVING_LICENCE",
        (Shape(r"[A-Z]{2}[ -]?\d{2}[ -]?(?:19|20)\d{2}\d{7}", 0.5, 0.85, None, 13),),
        Words("driving licence", "driving license", "driver licence", "driver license", "dl", "dl no"),
        "IN",
    ),
    Identifier(
        "IN_UAN",
        (Shape(r"\d{12}", 0.1, 0.8, None, 12),),
        Words("uan", "universal account number", "epfo", "provident fund", "pf number"),
        "IN",
    ),
    Identifier(
        "IN_ABHA",
        (Shape(r"91-?\d{4}-?\d{4}-?\d{4}", 0.2, 0.85, None, 14),),
        Words("abha", "health id", "ayushman bharat", "ndhm"),
        "IN",
    ),
    Identifier(
        "IN_VEHICLE_REGISTRATION",
        adopt(InVehicleRegistrationRecognizer, 0.2, 0.75, 3),
        Words("vehicle", "rto", "number plate", "licence plate", "license plate", "vehicle registration"),
        "IN",
    ),
    Identifier(
        "IN_UPI_VPA",
        (
            Shape(
                r"[\w.\-]{2,256}@(?:ok(?:axis|hdfcbank|icici|sbi)|ybl|ibl|axl|paytm|pt(?:axis|hdfc|sbi"
                r"|yes)|upi|apl"
                r"|yapl|rapl|fbl|waaxis|wahdfcbank|waicici|wasbi|ikwik|freecharge|axisbank|icici|sbi"
                r"|hdfcbank|kotak"
                r"|barodampay|pnb|cnrb|unionbank|idfcbank|indus|yesbank|airtel|postbank|jupiteraxis"
                r"|naviaxis|slice)(?!\.[^\W_])",
                0.85,
                0.9,
            ),
            Shape(r"[\w.\-]{2,256}@[A-Z]{2,64}(?!\.[^\W_])", GUESS, 0.8),
        ),
        Words("upi", "vpa", "gpay", "google pay", "phonepe", "paytm", "bhim"),
        "IN",
        "@",
    ),
)


def build(language: str) -> tuple[EntityRecognizer, ...]:
    """Return the recognisers of this family."""
    return recognizers(IDENTIFIERS, language)
