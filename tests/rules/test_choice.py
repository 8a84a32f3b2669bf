"""Which packs are judged follows from the profile, and the reason is told."""

from __future__ import annotations

from datetime import date

import pytest

from bpoaudit.errors import RulePackError
from bpoaudit.rules import bundled, choose_packs
from bpoaudit.rules.cases import MINIMAL_PROFILE
from bpoaudit.vendor import VendorProfile

DAY = date(2026, 11, 22)


def profile(**changes: object) -> VendorProfile:
    return VendorProfile.model_validate({**MINIMAL_PROFILE, **changes})


def test_what_is_asked_for_is_judged_and_nothing_else() -> None:
    packs, choices = choose_packs(["bpo-baseline"], profile(packs=["gdpr"]), DAY)
    assert [pack.id for pack in packs] == ["bpo-baseline"]
    assert [(c.pack, c.why) for c in choices if c.judged] == [("bpo-baseline", "asked for")]


def test_the_profile_names_packs() -> None:
    packs, choices = choose_packs((), profile(packs=["gdpr"]), DAY)
    assert [pack.id for pack in packs] == ["gdpr"]
    assert next(c.why for c in choices if c.judged) == "named by the profile"


def test_without_a_name_the_defaults_are_judged() -> None:
    packs, _ = choose_packs((), profile(), DAY)
    assert {"gdpr", "bpo-baseline"} <= {pack.id for pack in packs}


def test_every_pack_has_a_reason() -> None:
    _, choices = choose_packs((), profile(), DAY)
    assert {choice.pack for choice in choices} == set(bundled())
    assert all(choice.why for choice in choices)


def test_a_pack_that_is_not_there_is_an_error() -> None:
    with pytest.raises(RulePackError, match="no rule pack"):
        choose_packs(["nothing"], profile(), DAY)
