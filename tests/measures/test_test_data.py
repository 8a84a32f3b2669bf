"""Real-looking values in test data: what was set aside for tests is told from what may be somebody's."""

from __future__ import annotations

import pytest

from bpoaudit.measures.reserved import JUDGED, _patterns, looks_real
from bpoaudit.measures.test_data import is_called_test
from tests.measures.conftest import Measure

TESTS = {"feeds": [{"id": "tests", "files": ["t.csv"], "classification": "test"}]}
LIVE = {"feeds": [{"id": "live", "files": ["test_t.csv"], "classification": "identified"}]}
MADE_UP = "mail,phone\n" + "".join(f"a{i}@example.org,+1 212 555 01{i:02}\n" for i in range(40))
REAL = "mail,phone\n" + "".join(f"a{i}@gmail.com,+353 1 670 12{i:02}\n" for i in range(40))


@pytest.mark.parametrize(
    ("entity", "value", "real"),
    [
        ("EMAIL_ADDRESS", "a@example.org", False),
        ("EMAIL_ADDRESS", "A@Mail.Example.COM", False),
        ("EMAIL_ADDRESS", "a@shop.test", False),
        ("EMAIL_ADDRESS", "a@notexample.org", True),
        ("EMAIL_ADDRESS", "a@gmail.com", True),
        ("PHONE_NUMBER", "+1 (212) 555-0143", False),
        ("PHONE_NUMBER", "212-555-0143", False),
        ("PHONE_NUMBER", "+1 212 555 1143", True),
        ("PHONE_NUMBER", "+44 7700 900123", False),
        ("PHONE_NUMBER", "020 7946 0123", False),
        ("PHONE_NUMBER", "0121 496 0001", False),
        ("PHONE_NUMBER", "030 23125 123", False),
        ("PHONE_NUMBER", "+48 22 555 01 23", True),
        ("CREDIT_CARD", "4111 1111 1111 1111", False),
        ("CREDIT_CARD", "4539 1488 0343 6467", True),
        ("IBAN_CODE", "DE89 3704 0044 0532 0130 00", False),
        ("IBAN_CODE", "GB72ZZZZ00000012345678", False),
        ("IBAN_CODE", "DE02120300000000202051", True),
        ("US_SSN", "987-65-4325", False),
        ("US_SSN", "078-05-1120", False),
        ("US_SSN", "536-22-1234", True),
        ("UK_NHS", "999 000 0123", False),
        ("IP_ADDRESS", "203.0.113.9", False),
        ("IP_ADDRESS", "10.1.2.3", False),
        ("IP_ADDRESS", "2001:db8::1", False),
        ("IP_ADDRESS", "8.8.8.8", True),
        ("PL_PESEL", "85010199995", True),
    ],
)
def test_reserved_ranges(entity: str, value: str, real: bool) -> None:
    assert looks_real(entity, value) is real


def test_the_ranges_are_of_entities_that_are_judged() -> None:
    assert set(_patterns()) <= JUDGED


@pytest.mark.parametrize(
    ("source", "called"),
    [
        ("uat/users.csv", True),
        ("exports/TestUsers.csv", True),
        ("a.zip!samples/x.csv", True),
        ("book.xlsx#Testdaten", True),
        ("latest_tickets.csv", False),
        ("contest.csv", False),
    ],
)
def test_what_is_called_a_test(source: str, called: bool) -> None:
    assert is_called_test(source) is called


def _told(measure: Measure, files: dict[str, str], agreement: object) -> dict[object, tuple[object, ...]]:
    rows = measure(files, agreement)["test_data"]  # type: ignore[arg-type]
    return {row["entity"]: (row["declared"], row["values"], row["real"]) for row in rows}


@pytest.mark.slow
def test_declared_test_data(measure: Measure) -> None:
    made_up = {"EMAIL_ADDRESS": (True, 40, 0), "PHONE_NUMBER": (True, 40, 0)}
    assert _told(measure, {"t.csv": MADE_UP}, TESTS) == made_up
    assert _told(measure, {"t.csv": REAL}, TESTS) == {
        "EMAIL_ADDRESS": (True, 40, 40),
        "PHONE_NUMBER": (True, 40, 40),
    }


@pytest.mark.slow
def test_what_is_only_called_so_is_open_and_live_data_is_left_alone(measure: Measure) -> None:
    assert _told(measure, {"test_t.csv": REAL}, None)["EMAIL_ADDRESS"] == (None, 40, 40)
    assert _told(measure, {"test_t.csv": REAL}, LIVE) == {}


@pytest.mark.slow
def test_texts_count_too(measure: Measure) -> None:
    notes = "n,notes\n" + "".join(
        f"{i},customer number {i} would like to hear from us at jo{i}@gmail.com today\n" for i in range(30)
    )
    assert _told(measure, {"t.csv": notes}, TESTS)["EMAIL_ADDRESS"] == (True, 30, 30)
