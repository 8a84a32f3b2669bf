"""Country codes: complete, and helpful about the usual mistakes."""

from __future__ import annotations

import phonenumbers
import pytest
from pydantic import TypeAdapter, ValidationError

from bpoaudit.vendor.countries import COUNTRIES, EEA, Country, area_of, is_near

COUNTRY = TypeAdapter(Country)


def test_the_list_is_that_of_iso_3166() -> None:
    # libphonenumber adds three codes that are not ISO's, and leaves out where nobody can be called.
    callable_regions = phonenumbers.SUPPORTED_REGIONS - {"AC", "TA", "XK"}
    nobody_lives_there = {"AQ", "BV", "GS", "HM", "PN", "TF", "UM"}

    assert callable_regions | nobody_lives_there == COUNTRIES
    assert len(COUNTRIES) == 249


@pytest.mark.parametrize(
    ("code", "hint"),
    [("UK", "did you mean 'GB'?"), ("gb", "did you mean 'GB'?"), ("EL", "did you mean 'GR'?")],
)
def test_usual_mistakes_get_a_hint(code: str, hint: str) -> None:
    with pytest.raises(ValidationError, match="is not a country code") as caught:
        COUNTRY.validate_python(code)

    assert hint in str(caught.value)


@pytest.mark.parametrize("code", ["", "ZZ", "IRELAND", "I E"])
def test_no_hint_is_guessed(code: str) -> None:
    with pytest.raises(ValidationError) as caught:
        COUNTRY.validate_python(code)

    assert "did you mean" not in str(caught.value)


@pytest.mark.parametrize(
    ("country", "area"),
    [("IE", "eu"), ("NO", "eu"), ("RE", "eu"), ("GB", "uk"), ("US", "us"), ("CH", "other"), ("IN", "other")],
)
def test_legal_areas(country: str, area: str) -> None:
    assert area_of(country) == area


def test_the_eea_has_thirty_states_and_seven_regions_with_codes() -> None:
    assert len(EEA) == 37
    assert EEA <= COUNTRIES
    assert not {"GB", "CH", "NC", "GL"} & EEA


@pytest.mark.parametrize(
    ("country", "other", "near"),
    [("IE", "PL", True), ("IE", "CY", True), ("GB", "UA", True), ("US", "MX", True), ("IE", "IN", False)],
)
def test_near(country: str, other: str, near: bool) -> None:
    assert is_near(country, other) is near
    assert is_near(other, country) is near
