"""The countries of client and work decide: the case table of `tests/cases/jurisdictions.yaml`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from bpoaudit.documents import load_yaml
from bpoaudit.model import PackChoice, Verdict
from bpoaudit.rules import Pack, bundled, choose_packs, load_packs
from bpoaudit.rules.judge import judge
from bpoaudit.vendor import VendorProfile
from tests.rules.conftest import facts, profile_of

TABLE = load_yaml(Path(__file__).parents[1] / "cases" / "jurisdictions.yaml").data
DAY = date.fromisoformat(str(TABLE["as_of"]))
HUBS = ("IN", "PH", "PL", "RO", "IE", "ZA", "MX", "BR", "VN", "MY", "BD", "UA")
CLIENTS = ("DE", "GB", "US", "BR", "ZA")

loaded = cache(load_packs)


@pytest.fixture(autouse=True)
def packs_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bpoaudit.rules.choice.load_packs", lambda names: loaded(tuple(names)))


def pair(client: str, hub: str, **sections: Any) -> VendorProfile:
    """Return the profile of people and client in one country, vendor and work in another."""
    return profile_of(
        client={"country": client},
        vendor={"country": hub},
        processing={"countries": [hub], "subject_countries": [client]},
        **sections,
    )


def transfers(client: str, hub: str, stated: str) -> dict[str, Any]:
    """Return what a profile says about the transfer: nothing, that there is none, or its mechanism."""
    if stated in ("unstated", "none"):
        return {} if stated == "unstated" else {"transfers": []}
    return {"transfers": [{"from": client, "to": hub, "mechanism": stated, "signed": "2023-01-02"}]}


def chosen(profile: VendorProfile, as_of: date = DAY) -> Mapping[str, PackChoice]:
    """Return the choices by pack, those that are judged and those that are not."""
    return {choice.pack: choice for choice in choose_packs((), profile, as_of)[1]}


def alone(rule_id: str) -> Pack:
    """Return the pack of a rule with nothing but that rule."""
    (pack,) = loaded((rule_id.partition("/")[0],))
    (rule,) = (each for each in pack.rules if each.id == rule_id)
    return Pack(pack.form, (rule,), pack.controls, pack.digest, pack.path)


def verdict_on(rule_id: str, profile: VendorProfile, as_of: date) -> Verdict:
    (verdict,) = judge([alone(rule_id)], facts(profile, as_of=as_of))
    return verdict


def _named(case: Mapping[str, Any]) -> str:
    return str(case.get("name") or f"{case['client']}-{case['hub']}")


def _stated() -> Iterator[Any]:
    for case in [*TABLE["matrix"], *TABLE["days"]]:
        day = date.fromisoformat(str(case.get("as_of", DAY)))
        for stated, expected in case.get("transfers", {}).items():
            name = f"{_named(case)}-{stated}-{day}"
            yield pytest.param(case["client"], case["hub"], stated, day, expected, id=name)


def test_every_client_meets_every_hub() -> None:
    pairs = [(case["client"], case["hub"]) for case in TABLE["matrix"]]

    assert pairs == list(product(CLIENTS, HUBS))


def test_the_table_names_packs_that_there_are() -> None:
    named = {pack for case in TABLE["matrix"] for pack in case["packs"]}
    others = {
        pack for case in TABLE["others"] for key in ("chosen", "left_out") for pack in case.get(key, ())
    }

    assert not (named | others | set(TABLE["always"])) - set(bundled())


@pytest.mark.parametrize("case", TABLE["matrix"], ids=_named)
def test_the_packs_that_are_judged(case: Mapping[str, Any]) -> None:
    choices = chosen(pair(case["client"], case["hub"]))

    judged = {pack for pack, choice in choices.items() if choice.judged}
    assert judged == {*TABLE["always"], *case["packs"]}


@pytest.mark.parametrize(("client", "hub", "stated", "day", "expected"), list(_stated()))
def test_what_the_law_of_the_client_says_of_the_transfer(
    client: str, hub: str, stated: str, day: date, expected: str
) -> None:
    profile = pair(client, hub, **transfers(client, hub, stated))

    assert verdict_on(TABLE["rules"][client], profile, day).status.value == expected


@pytest.mark.parametrize("hub", HUBS)
@pytest.mark.parametrize("rule_id", sorted(TABLE["rules"].values()))
def test_data_of_people_in_the_united_states_needs_no_mechanism(rule_id: str, hub: str) -> None:
    verdict = verdict_on(rule_id, pair("US", hub, transfers=[]), DAY)

    assert (verdict.status.value, verdict.checked) in {("pass", 0), ("not_applicable", 0)}


@pytest.mark.parametrize("case", TABLE["others"], ids=_named)
def test_what_else_decides(case: Mapping[str, Any]) -> None:
    day = date.fromisoformat(str(case.get("as_of", DAY)))
    choices = chosen(profile_of(**case.get("profile", {})), day)

    assert {pack for pack in case.get("chosen", ()) if not choices[pack].judged} == set()
    for pack, why in case.get("because", {}).items():
        assert why in choices[pack].why
    for pack, why in case.get("left_out", {}).items():
        assert not choices[pack].judged
        assert why in choices[pack].why


def test_brazil_is_adequate_for_the_union_and_not_for_the_united_kingdom() -> None:
    stated = {
        client: verdict_on(TABLE["rules"][client], pair(client, "BR", transfers=[]), DAY)
        for client in ("DE", "GB")
    }

    assert {client: verdict.status.value for client, verdict in stated.items()} == {
        "DE": "pass",
        "GB": "fail",
    }
