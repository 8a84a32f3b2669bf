"""What is drafted as agreed, and what is left to a person."""

from __future__ import annotations

from collections import Counter

import pytest

from bpoaudit.catalog import CATALOG, is_personal, is_special
from bpoaudit.learning.terms import Drafted, FieldSeen, Seen, drafted
from bpoaudit.model import MaskingState
from bpoaudit.vendor.words import Service


def _drafted(
    entity: str, clear: int = 0, partial: int = 0, masked: int = 0, services: tuple[Service, ...] = ()
) -> Drafted:
    states = (MaskingState.CLEAR, MaskingState.PARTIAL, MaskingState.MASKED)
    counts = Counter(dict(zip(states, (clear, partial, masked), strict=True)))
    ((term,), _) = drafted(FieldSeen("f", True, 100, {entity: Seen(counts)}), services)
    return term


CRITICAL = [
    name
    for name, entity in CATALOG.items()
    if is_special(name)
    or name in ("CREDIT_CARD", "CARD_EXPIRY", "CARD_SECURITY_CODE", "CARD_TRACK", "PIN", "PASSWORD")
    or name in ("SECRET_KEY", "ONE_TIME_PASSWORD", "CRIMINAL_RECORD", "CHILD", "VULNERABILITY", "NRP")
    or "Passport" in (entity.category or "")
    or "HealthRecord" in (entity.category or "")
]


@pytest.mark.parametrize("entity", CRITICAL)
def test_nothing_critical_in_clear_is_drafted_as_agreed(entity: str) -> None:
    term = _drafted(entity, clear=50)

    assert term.masking is None
    assert term.decide


@pytest.mark.parametrize("entity", ["CARD_SECURITY_CODE", "CARD_TRACK", "HEALTH", "CRIMINAL_RECORD", "CHILD"])
def test_some_things_no_masking_makes_agreeable(entity: str) -> None:
    assert _drafted(entity, masked=50).masking is None


def test_masking_is_drafted_as_seen() -> None:
    assert _drafted("EMAIL_ADDRESS", clear=50) == Drafted("EMAIL_ADDRESS", "none", None)
    assert _drafted("CREDIT_CARD", partial=50) == Drafted("CREDIT_CARD", "partial", None)
    assert _drafted("CREDIT_CARD", masked=50) == Drafted("CREDIT_CARD", "masked", None)
    assert _drafted("PASSWORD", masked=50) == Drafted("PASSWORD", "masked", None)
    assert _drafted("PASSWORD", partial=50).masking is None


def test_a_few_values_in_clear_among_masked_ones_are_a_leak_and_not_agreed() -> None:
    term = _drafted("EMAIL_ADDRESS", clear=3, masked=97)

    assert term.masking == "masked"
    assert term.decide is not None
    assert "3 of 100" in term.decide
    assert _drafted("EMAIL_ADDRESS", clear=60, masked=40).masking == "none"
    assert _drafted("US_SSN", clear=60, partial=40).masking == "partial"


def test_what_the_service_does_not_need_is_to_be_justified() -> None:
    assert "why is it delivered" in (_drafted("IBAN_CODE", clear=9, services=("telemarketing",)).decide or "")
    assert _drafted("IBAN_CODE", clear=9, services=("telemarketing", "finance")).decide is None
    assert _drafted("OWN_RECOGNISER", clear=9, services=("support",)).decide is None


def test_dates_are_left_out_and_doubtful_findings_told() -> None:
    told = FieldSeen(
        "f", True, 9, {"DATE_TIME": Seen(Counter({MaskingState.CLEAR: 9})), "PERSON": Seen(doubtful=4)}
    )

    assert not is_personal("DATE_TIME")
    assert drafted(told, ()) == ([], ["PERSON (4)"])
