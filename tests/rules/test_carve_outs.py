"""Hub countries: what binds for people abroad, what for people at home, and from when to when."""

from __future__ import annotations

from datetime import date

import pytest

from bpoaudit.model import Status
from bpoaudit.rules import choose_packs, load_packs
from bpoaudit.rules.cases import MINIMAL_PROFILE
from bpoaudit.rules.judge import judge
from bpoaudit.vendor import VendorProfile
from tests.rules.conftest import facts

DAY = date(2026, 11, 22)
HUBS = ("bd", "br", "in", "mx", "my", "ph", "vn", "za")


def profile(client: str, vendor: str, people: str) -> VendorProfile:
    return VendorProfile.model_validate(
        {
            **MINIMAL_PROFILE,
            "vendor": {"name": "Vendor", "country": vendor, "services": ["support"]},
            "client": {"name": "Client", "country": client},
            "processing": {"countries": [vendor], "subject_countries": [people]},
        }
    )


@pytest.mark.parametrize(
    ("client", "vendor", "people", "expected"),
    [
        ("GB", "IN", "GB", {"in-cert", "in-dpdp-foreign", "in-spdi"}),
        ("IN", "IN", "IN", {"in-cert", "in-dpdp", "in-spdi"}),
        ("GB", "IN", "IN", {"in-cert", "in-dpdp", "in-dpdp-foreign", "in-spdi"}),
        ("IN", "PH", "IN", {"in-cert", "in-dpdp", "in-spdi", "ph-dpa-foreign"}),
        ("US", "PH", "US", {"ph-dpa-foreign"}),
        ("PH", "PH", "PH", {"ph-dpa"}),
        ("DE", "MY", "DE", {"my-pdpa-foreign"}),
        ("DE", "MY", "MY", {"my-pdpa", "my-pdpa-foreign"}),
        ("SG", "LK", "MY", set()),
        ("MY", "MY", "MY", {"my-pdpa"}),
        ("US", "MX", "US", {"mx-lfpdppp-foreign"}),
        ("MX", "MX", "MX", {"mx-lfpdppp"}),
        ("DE", "VN", "DE", {"vn-pdpl"}),
        ("DE", "BD", "DE", {"bd-pdp"}),
        ("DE", "ZA", "DE", {"za-popia"}),
        ("DE", "LK", "ZA", set()),
        ("DE", "BR", "DE", {"br-lgpd"}),
        ("DE", "PT", "BR", {"br-lgpd"}),
        ("DE", "RO", "DE", set()),
    ],
)
def test_the_packs_of_the_hubs(client: str, vendor: str, people: str, expected: set[str]) -> None:
    packs, _ = choose_packs((), profile(client, vendor, people), DAY)
    assert {pack.id for pack in packs if pack.id.partition("-")[0] in HUBS} == expected


@pytest.mark.parametrize(("day", "judged"), [(date(2027, 5, 12), True), (date(2027, 5, 13), False)])
def test_a_law_that_ended_is_left_out(day: date, judged: bool) -> None:
    _, choices = choose_packs((), profile("IN", "IN", "IN"), day)
    (choice,) = [choice for choice in choices if choice.pack == "in-spdi"]
    assert choice.judged is judged
    assert judged or choice.why == "was in force until 2027-05-12"


@pytest.mark.parametrize("pack", ["in-dpdp", "in-dpdp-foreign", "bd-pdp"])
def test_clauses_that_begin_later_are_upcoming(pack: str) -> None:
    packs = load_packs([pack])
    someone = profile("IN", "IN", "IN")
    before = judge(packs, facts(someone, as_of=DAY))
    after = judge(packs, facts(someone, as_of=date(2027, 6, 1)))
    assert {verdict.status for verdict in before} == {Status.UPCOMING}
    assert Status.UPCOMING not in {verdict.status for verdict in after}
