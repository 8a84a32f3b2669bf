"""Identifiers of Bangladesh, Malaysia, the Philippines, Singapore and Vietnam.

Most have no public check digit, so their bare digits need a context word.
"""

from __future__ import annotations

from datetime import date

from presidio_analyzer import EntityRecognizer
from stdnum.my import nric
from stdnum.vn import mst

from bpoaudit.detect.recognizers.context import Words
from bpoaudit.detect.recognizers.recognizer import GUESS, Identifier, Shape, recognizers

_PASSPORT = ("passport", "passport no", "pasaporte", "pasport", "ho chieu", "পাসপোর্ট", "travel document")


def _bd_birth_year(number: str) -> bool:
    return 1900 <= int(number[:4]) <= 2099 and number[6] in "123459"


def _has_varied_digits(number: str) -> bool:
    """A Bangladeshi smart card number has no run of three equal digits."""
    return not any(number[at] == number[at + 1] == number[at + 2] for at in range(len(number) - 2))


def _vn_birth_year(number: str) -> bool:
    """The fourth digit is century and sex; later centuries have no holders yet."""
    return int(number[:3]) <= 96 and number[3] in "0123"


def _ph_date_free(number: str) -> bool:
    """`2026-11-22…` is a date, not the start of a card number."""
    try:
        date.fromisoformat(number[:10])
    except ValueError:
        return True
    return False


IDENTIFIERS = (
    Identifier(
        "BD_NID",
        (
            Shape(r"(?:19|20)\d{2}\d{13}", GUESS, 0.85, _bd_birth_year, 17),
            Shape(r"\d{13}", 0.1, 0.75, None, 13),
            Shape(r"[1-9]\d{9}", 0.1, 0.75, _has_varied_digits, 10),
        ),
        Words("nid", "national id", "national identity", "voter id", "smart card", "জাতীয় পরিচয়পত্র", "এনআইডি"),
        "BD",
    ),
    Identifier(
        "BD_BIRTH_REGISTRATION",
        (Shape(r"(?:19|20)\d{15}", 0.1, 0.8, None, 17),),
        Words("birth registration", "birth certificate", "brn", "জন্ম নিবন্ধন"),
        "BD",
    ),
    Identifier(
        "BD_TIN",
        (Shape(r"\d{12}", 0.1, 0.75, None, 12),),
        Words("etin", "e-tin", "tin", "taxpayer identification", "tax identification"),
        "BD",
    ),
    Identifier(
        "BD_PASSPORT",
        (Shape(r"[A-Z]{1,2}\d{7,8}", 0.1, 0.7, None, 7),),
        Words("bangladesh passport", "bd passport", "bangladeshi passport", "পাসপোর্ট"),
        "BD",
    ),
    Identifier(
        "MY_NRIC",
        (
            Shape(r"\d{6}-\d{2}-\d{4}", 0.85, 0.92, nric.is_valid, 12),
            Shape(r"\d{12}", GUESS, 0.85, nric.is_valid, 12),
        ),
        Words(
            "nric", "MyKad", "MyKid", "ic", "ic no", "ic number", "identity card", "kad pengenalan", "no kp"
        ),
        "MY",
    ),
    Identifier("MY_PASSPORT", (Shape(r"[AHK]\d{8}", 0.2, 0.8, None, 8),), Words(*_PASSPORT), "MY"),
    Identifier(
        "MY_TIN",
        (Shape(r"(?:IG|SG|OG|C)\d{10,11}", GUESS, 0.8, None, 10),),
        Words("tin", "cukai", "lhdn", "income tax", "tax number", "no cukai"),
        "MY",
    ),
    Identifier(
        "PH_PSN",
        (
            Shape(r"\d{4}-\d{4}-\d{4}(?:-\d{4})?", 0.2, 0.8, _ph_date_free, 12),
            Shape(r"\d{16}|\d{12}", 0.1, 0.75, None, 12),
        ),
        Words("PhilSys", "psn", "pcn", "PhilID", "PhilSys number", "national id"),
        "PH",
    ),
    Identifier(
        "PH_SSS",
        (Shape(r"\d{2}-\d{7}-\d", GUESS, 0.85, None, 10), Shape(r"\d{10}", 0.1, 0.75, None, 10)),
        Words("sss", "sss number", "sss no", "social security system", "social security"),
        "PH",
    ),
    Identifier(
        "PH_UMID",
        (Shape(r"\d{4}-\d{7}-\d", GUESS, 0.85, None, 12), Shape(r"\d{12}", 0.1, 0.75, None, 12)),
        Words("umid", "crn", "gsis", "common reference number"),
        "PH",
    ),
    Identifier(
        "PH_PHILHEALTH",
        (Shape(r"\d{2}-\d{9}-\d", GUESS, 0.85, None, 12), Shape(r"\d{12}", 0.1, 0.75, None, 12)),
        Words("PhilHealth", "phic"),
        "PH",
    ),
    Identifier(
        "PH_PAGIBIG",
        (Shape(r"\d{4}-?\d{4}-?\d{4}", 0.1, 0.85, None, 12),),
        Words("pag-ibig", "pag ibig", "hdmf", "mid number", "pag-ibig mid"),
        "PH",
    ),
    Identifier(
        "PH_TIN",
        (
            Shape(r"\d{3}-\d{3}-\d{3}-\d{3,5}", GUESS, 0.85, None, 12),
            Shape(r"\d{3}-\d{3}-\d{3}", 0.2, 0.8, None, 9),
            Shape(r"\d{9}(?:\d{3}|\d{5})?", 0.1, 0.7, None, 9),
        ),
        Words("tin", "bir", "taxpayer identification", "tax identification", "tin no"),
        "PH",
    ),
    Identifier(
        "PH_PASSPORT",
        (Shape(r"[A-Z]\d{7}[A-Z]", 0.2, 0.8, None, 7), Shape(r"[A-Z]{2}\d{7}", 0.1, 0.74, None, 7)),
        Words(*_PASSPORT, "philippine passport", "ph passport"),
        "PH",
    ),
    Identifier(
        "SG_NRIC_FIN",
        (Shape(r"[STFGM]\d{7}[A-Z]", 0.5, 0.9, None, 7),),
        Words("nric", "fin", "identity card", "ic", "foreign identification"),
        "SG",
    ),
    Identifier(
        "VN_CCCD",
        (Shape(r"0\d{2}[0-3]\d{8}", GUESS, 0.85, _vn_birth_year, 12),),
        Words(
            "cccd",
            "can cuoc",
            "can cuoc cong dan",
            "căn cước",
            "so dinh danh",
            "citizen id",
            "national id",
            "identity card",
        ),
        "VN",
    ),
    Identifier(
        "VN_CMND",
        (Shape(r"\d{9}", 0.1, 0.75, None, 9),),
        Words("cmnd", "chung minh nhan dan", "chứng minh nhân dân", "chung minh thu"),
        "VN",
    ),
    Identifier(
        "VN_MST",
        (Shape(r"\d{10}(?:-\d{3})?", 0.2, 0.9, mst.is_valid, 10, checksum=True),),
        Words("mst", "ma so thue", "mã số thuế", "tax code"),
        "VN",
    ),
    Identifier(
        "VN_BHXH",
        (Shape(r"\d{10}", 0.1, 0.8, None, 10),),
        Words("bhxh", "bao hiem xa hoi", "bảo hiểm xã hội", "social insurance"),
        "VN",
    ),
    Identifier(
        "VN_PASSPORT",
        (Shape(r"[A-Z]\d{7,8}", 0.1, 0.7, None, 7),),
        Words("ho chieu", "hộ chiếu", "vietnam passport", "vietnamese passport"),
        "VN",
    ),
)


def build(language: str) -> tuple[EntityRecognizer, ...]:
    """Return the recognisers of this family."""
    return recognizers(IDENTIFIERS, language)
