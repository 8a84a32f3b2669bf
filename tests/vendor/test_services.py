"""What services usually need: every service, known entities, a reason for each, and nothing grave."""

from __future__ import annotations

from typing import get_args

import pytest

from bpoaudit.catalog import CATALOG, is_special
from bpoaudit.vendor.services import is_needed, service_profiles
from bpoaudit.vendor.words import Service

PROFILES = service_profiles()


def test_every_service_that_a_profile_can_name_is_there() -> None:
    assert set(PROFILES) == set(get_args(Service))


@pytest.mark.parametrize("service", PROFILES)
def test_entities_are_known_and_listed_once(service: Service) -> None:
    named = [entity for need in PROFILES[service].needs for entity in need.entities]

    assert set(named) <= set(CATALOG)
    assert len(named) == len(set(named))


@pytest.mark.parametrize("service", PROFILES)
def test_no_service_needs_credentials_card_data_or_what_is_special(service: Service) -> None:
    needed = {entity for need in PROFILES[service].needs for entity in need.all_entities}
    grave = {"CREDIT_CARD", "CARD_SECURITY_CODE", "CARD_TRACK", "PIN", "PASSWORD", "SECRET_KEY"}
    grave |= {"ONE_TIME_PASSWORD", "CRIMINAL_RECORD", *(name for name in CATALOG if is_special(name))}

    assert needed & grave <= ({"HEALTH"} if service == "health" else set())


def test_what_is_not_ours_cannot_be_said() -> None:
    assert is_needed("OWN_RECOGNISER", ("support",)) is None
    assert is_needed("US_SSN", ("support", "payroll_hr")) is True
    assert is_needed("US_SSN", ("support",)) is False
