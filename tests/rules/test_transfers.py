"""Flows between countries and the mechanisms they rest on."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bpoaudit.rules.transfers import Flow, flows_of, transfer_matrix
from tests.rules.conftest import AS_OF, profile_of


def _flows(
    origin: str, destination: str, as_of: date = AS_OF, **sections: Any
) -> dict[tuple[str, str, str], Flow]:
    profile = profile_of(
        **{"client": {"country": origin}, "vendor": {"country": destination, **sections.pop("vendor", {})},
           "processing": {"countries": [destination], "subject_countries": [origin]}, **sections}
    )  # fmt: skip
    return {(flow.origin, flow.destination, flow.via): flow for flow in flows_of(profile, as_of)}


def _flow(
    origin: str, destination: str, mechanism: str | None = None, as_of: date = AS_OF, **vendor: Any
) -> Flow:
    transfers = None
    if mechanism is not None:
        transfers = [{"from": origin, "to": destination, "mechanism": mechanism, "tia_on": "2026-06-01"}]
    (flow,) = _flows(origin, destination, as_of, transfers=transfers, vendor=vendor).values()
    return flow


@pytest.mark.parametrize(
    ("origin", "destination", "mechanism", "adequate", "valid", "tia"),
    [
        ("IE", "PL", None, False, True, False),
        ("IE", "GB", None, True, True, False),
        ("IE", "BR", None, True, True, False),
        ("IE", "IN", None, False, None, True),
        ("IE", "IN", "scc_2021_914_m2", False, True, True),
        ("IE", "IN", "scc_2021_914_m1", False, False, True),
        ("IE", "IN", "scc_2021_914_m4", False, False, True),
        ("IE", "IN", "bcr_p", False, True, True),
        ("IE", "IN", "bcr_c", False, False, True),
        ("IE", "IN", "adequacy", False, False, True),
        ("IE", "IN", "dpf", False, False, True),
        ("IE", "IN", "derogation_49", False, False, True),
        ("IE", "IN", "scc_pre_2021", False, False, True),
        ("IE", "IN", "uk_idta_a1", False, False, True),
        ("IE", "IN", "none", False, False, True),
        ("IE", "US", None, False, None, True),
        ("IE", "US", "dpf", True, True, False),
        ("IE", "US", "scc_2021_914_m2", False, True, True),
        ("IE", "CA", "adequacy", True, True, False),
        ("GB", "IE", None, True, True, False),
        ("GB", "BR", None, False, None, True),
        ("GB", "IN", "uk_idta_a1", False, True, True),
        ("GB", "IN", "uk_addendum_b1", False, True, True),
        ("GB", "IN", "scc_2021_914_m2", False, False, True),
        ("GB", "US", "uk_bridge", True, True, False),
        ("GB", "US", "dpf", False, False, True),
        ("US", "IN", None, False, None, False),
        ("US", "US", None, False, True, False),
        ("IN", "IN", None, False, True, False),
        ("IN", "PH", None, False, None, False),
    ],
)
def test_the_matrix(
    origin: str, destination: str, mechanism: str | None, adequate: bool, valid: bool | None, tia: bool
) -> None:
    flow = _flow(origin, destination, mechanism)

    assert (flow.adequate, flow.mechanism_valid, flow.tia_needed) == (adequate, valid, tia)


@pytest.mark.parametrize(
    ("origin", "destination", "mechanism", "day", "valid"),
    [
        ("IE", "BR", None, "2026-01-25", None),
        ("IE", "BR", None, "2026-01-26", True),
        ("IE", "GB", None, "2031-12-27", True),
        ("IE", "GB", None, "2031-12-28", None),
        ("IE", "IN", "scc_pre_2021", "2022-12-27", True),
        ("IE", "IN", "scc_pre_2021", "2022-12-28", False),
        ("GB", "IN", "scc_2021_914_m2", "2024-03-21", True),
        ("GB", "IN", "scc_2021_914_m2", "2024-03-22", False),
    ],
)
def test_decisions_and_tools_have_their_days(
    origin: str, destination: str, mechanism: str | None, day: str, valid: bool | None
) -> None:
    assert _flow(origin, destination, mechanism, date.fromisoformat(day)).mechanism_valid is valid


@pytest.mark.parametrize(
    ("role", "module", "valid"),
    [("processor", 2, True), ("processor", 3, True), ("sub_processor", 2, False), ("sub_processor", 3, True),
     ("controller", 1, True), ("controller", 2, False)],
)  # fmt: skip
def test_the_module_has_to_fit_the_role(role: str, module: int, valid: bool) -> None:
    assert _flow("IE", "IN", f"scc_2021_914_m{module}", role=role).mechanism_valid is valid


def test_a_list_of_transfers_that_leaves_one_out_says_none() -> None:
    (flow,) = _flows("IE", "IN", transfers=[]).values()

    assert (flow.mechanism, flow.mechanism_valid) == ("none", False)


def test_the_age_of_the_assessment() -> None:
    assert _flow("IE", "IN", "scc_2021_914_m2").tia_age_days == 29
    assert _flow("IE", "IN").tia_age_days is None


def test_subprocessors_have_flows_of_their_own() -> None:
    host = {"name": "Host", "country": "US", "mechanism": "dpf", "countries": ["US", "SG"]}
    flows = _flows("IE", "IN", subprocessors=[host], transfers=[
        {"from": "DE", "to": "IN", "mechanism": "scc_2021_914_m2"},
        {"from": "IE", "to": "SG", "mechanism": "scc_2021_914_m3", "importer": "Host"},
    ])  # fmt: skip

    assert {key: (flow.mechanism, flow.mechanism_valid) for key, flow in flows.items()} == {
        ("EEA", "IN", "vendor"): ("scc_2021_914_m2", True),
        ("EEA", "SG", "Host"): ("scc_2021_914_m3", True),
        ("EEA", "US", "Host"): ("dpf", True),
    }


def test_people_and_client_are_both_origins_and_an_area_counts_once() -> None:
    profile = profile_of(
        client={"country": "IE"}, processing={"countries": ["IN"], "subject_countries": ["DE", "GB", "CH"]}
    )
    flows = flows_of(profile, AS_OF)

    assert [(flow.origin, flow.area) for flow in flows] == [("CH", "other"), ("EEA", "eu"), ("GB", "uk")]


def test_the_latest_signed_transfer_counts() -> None:
    (flow,) = _flows("IE", "IN", transfers=[
        {"from": "IE", "to": "IN", "mechanism": "scc_2021_914_m2", "signed": "2025-01-01"},
        {"from": "IE", "to": "IN", "mechanism": "scc_pre_2021", "signed": "2020-01-01"},
    ]).values()  # fmt: skip

    assert flow.mechanism == "scc_2021_914_m2"


def test_every_entry_of_the_matrix_has_a_source_and_a_mark() -> None:
    for area in transfer_matrix().areas.values():
        assert all(entry.decision and entry.mark for entry in area.adequate)
        assert all(tool.source and tool.mark for tool in area.mechanisms)
        countries = [entry.country for entry in area.adequate]
        assert countries == sorted(set(countries))
