from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpoaudit.model import Assurance, Severity, SourceStatus, Status
from bpoaudit.report import words


@given(st.integers(0, 10**9), st.integers(1, 10**9))
def test_percent_never_rounds_to_nothing_or_to_all(part: int, whole: int) -> None:
    part = min(part, whole)
    shown = words.percent(part, whole)
    assert (shown == "0%") == (part == 0)
    assert (shown == "100%") == (part == whole)


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [(214, 18_402, "1.2%"), (1, 2, "50%"), (1, 10**6, "<0.1%"), (9_999, 10_000, ">99.9%"), (0, 0, "–")],
)
def test_percent(part: int, whole: int, shown: str) -> None:
    assert words.percent(part, whole) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0, "0"), (999, "999"), (1_000, "1.0k"), (12_181, "12.2k"), (99_949, "99.9k"), (99_950, "99k"),
     (999_999, "999k"), (3_140_000, "3.1M"), (2_000_000_000, "2.0G")],
)  # fmt: skip
def test_short_number(value: int, shown: str) -> None:
    assert words.short_number(value) == shown


@given(st.integers(0, 10**11))
def test_short_number_fits_a_heat_cell(value: int) -> None:
    assert len(words.short_number(value)) <= 5


@pytest.mark.parametrize(("count", "shown"), [(0, "0"), (1, "<5"), (4, "<5"), (5, "5"), (1_173, "1,173")])
def test_small_groups_of_people_are_not_told_apart(count: int, shown: str) -> None:
    assert words.people(count) == shown


@pytest.mark.parametrize(
    ("size", "shown"),
    [(0, "0 B"), (1_023, "1023 B"), (1_536, "1.5 KiB"), (319_488, "312 KiB"), (5 * 2**40, "5.0 TiB")],
)
def test_size(size: int, shown: str) -> None:
    assert words.size(size) == shown


@pytest.mark.parametrize(
    ("name", "shown"),
    [("EMAIL_ADDRESS", "Email address"), ("US_SSN", "US SSN"), ("IBAN_CODE", "IBAN code"), ("pci", "PCI"),
     ("special-categories", "Special categories"), ("IN_AADHAAR", "IN aadhaar"), ("PL_PESEL", "PL PESEL"), ("RO_ID_CARD", "RO ID card"), ("IP_ADDRESS", "IP address"), ("", "")],
)  # fmt: skip
def test_identifiers_in_plain_words(name: str, shown: str) -> None:
    assert words.plain(name) == shown


@pytest.mark.parametrize(
    ("path", "shown"),
    [("contract.breach_notice_hours", "contract: breach notice hours"), ("security.mfa", "security: MFA"),
     ("contract.clauses.audit_right", "contract: clauses, audit right"), ("subprocessors", "subprocessors")],
)  # fmt: skip
def test_facts_in_plain_words(path: str, shown: str) -> None:
    assert words.fact(path) == shown


@pytest.mark.parametrize(
    ("items", "shown"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_listed(items: list[str], shown: str) -> None:
    assert words.listed(items) == shown


def test_every_word_of_the_model_has_a_wording() -> None:
    assert set(words.SEVERITY_SYMBOL) == set(words.SEVERITY_MEANING) == set(Severity)
    assert len(set(words.SEVERITY_SYMBOL.values())) == len(Severity)
    assert set(words.ASSURANCE_MEANING) == set(Assurance)
    assert set(words.STATUS_WORD) == set(Status)
    assert set(words.SOURCE_STATUS_WORD) == set(SourceStatus)


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        (0, 5, "0%"),
        (1, 2_000, "<1%"),
        (143, 1_000, "14%"),
        (999, 1_000, ">99%"),
        (5, 5, "100%"),
        (1, 0, "0%"),
    ],
)
def test_a_short_share_never_rounds_something_away(part: int, whole: int, shown: str) -> None:
    assert words.short_percent(part, whole) == shown
