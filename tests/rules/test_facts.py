"""Facts: what the tables say of a profile, a manifest, an inventory and the measures."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from bpoaudit.model import (
    EntityCounts,
    FieldInventory,
    FieldKind,
    Group,
    MaskingCounts,
    MaskingState,
    SourceStatus,
)
from bpoaudit.rules import Facts, RuleError, tables
from bpoaudit.rules.facts import EVIDENCE
from bpoaudit.rules.measured import MEASURED_TABLES
from tests.rules.conftest import delivery_of, facts, profile_of

AGREEMENT = {
    "feeds": [
        {"id": "tickets", "files": ["t*.csv", "pack.zip!*"], "max_records": 9, "retention_days": 365,
         "fields": [{"name": "mail", "entities": ["EMAIL_ADDRESS"], "masking": "partial"}, {"name": "id"}]},
        {"id": "calls", "files": ["calls/**"], "entities": [{"entity": "PERSON"}], "retention_trigger": "Closed"},
    ]
}  # fmt: skip


def _rows(known: Facts, table: str) -> list[dict[str, Any]]:
    frame = known.table(table)
    assert frame is not None
    rows = frame.drop(columns=EVIDENCE).astype("object").to_dict("records")
    return [{str(k): None if v is pd.NA or v is pd.NaT else v for k, v in row.items()} for row in rows]


def _vendor(**sections: Any) -> dict[str, Any]:
    return _rows(facts(profile_of(**sections)), "vendor")[0]


def _field(
    source: str,
    field: str,
    kind: FieldKind = FieldKind.COLUMN,
    entity: str | None = None,
    masking: MaskingState = MaskingState.CLEAR,
    **agreed: Any,
) -> FieldInventory:
    groups = (Group(masking=masking, confidence=1.0, recognizer="r", region=None, count=3, pointers=()),)
    entities = (
        ()
        if entity is None
        else (
            EntityCounts(
                entity=entity,
                category=None,
                count=3,
                records=3,
                distinct=3,
                confidence=1.0,
                masking=MaskingCounts(),
                samples=(),
                groups=groups,
                **agreed,
            ),
        )
    )
    return FieldInventory(source=source, field=field, kind=kind, records=9, non_empty=8, distinct=7,
                          agreed=agreed.get("agreed"), entities=entities)  # fmt: skip


def test_every_table_has_the_columns_of_the_registry() -> None:
    known = facts(profile_of(agreement=AGREEMENT), measures={"dates": []})

    for name, table in tables().items():
        frame = known.table(name)
        if frame is not None:
            assert list(frame.columns) == [*table.columns, EVIDENCE]
    absent = {name for name in tables() if known.table(name) is None}
    assert absent == {"certificates", "subprocessors", "transfers", "sites", "ai_tools", "sla_metrics",
                      "retention_classes", "incidents", "listed", *(table.name for table in MEASURED_TABLES)}  # fmt: skip


def test_rows_of_a_measure_become_rows_of_its_table() -> None:
    hit = {
        "source": "a.csv",
        "field": "mail",
        "entity": "EMAIL_ADDRESS",
        "count": 3,
        "record": 7,
        "masked": "•@•",
    }
    known = facts(measures={"suppressed": [hit], "hashes": []})

    assert _rows(known, "suppressed") == [
        {"source": "a.csv", "field": "mail", "entity": "EMAIL_ADDRESS", "count": 3}
    ]
    frame = known.table("suppressed")
    assert frame is not None
    shown = frame[EVIDENCE].iloc[0]
    assert (shown.source, shown.record, shown.masked, shown.count) == ("a.csv", 7, "•@•", 3)
    assert _rows(known, "hashes") == []
    assert known.table("identifiers") is None


@pytest.mark.parametrize(("classified", "hiding"), [(["identified"], False), ([None, "anonymised"], True)])
def test_feeds_that_hide_people(classified: list[str | None], hiding: bool) -> None:
    feeds = [
        {"id": f"f{number}", "files": ["*"], "classification": word} for number, word in enumerate(classified)
    ]

    assert _vendor(agreement={"feeds": feeds})["derived.hiding_feeds"] is hiding
    assert _vendor()["derived.hiding_feeds"] is None


def test_a_table_that_was_never_made_is_an_error() -> None:
    with pytest.raises(RuleError):
        Facts(facts().as_of, {}).table("findings")


def test_the_profile_is_one_row_of_dotted_facts() -> None:
    vendor = _vendor(
        contract={"dpa_signed": "unknown", "dpa_date": "2025-06-01", "clauses": {"audit_right": "present"}},
        security={"mfa": "all", "patch_sla_days": {"critical": 7}},
    )

    assert vendor["client.country"] == "IE"
    assert vendor["processing.countries"] == ("IN",)
    assert vendor["contract.dpa_signed"] is None
    assert vendor["contract.dpa_date"] == pd.Timestamp("2025-06-01")
    assert vendor["contract.clauses.audit_right"] == "present"
    assert vendor["contract.clauses.breach_notice"] is None
    assert vendor["security.patch_sla_days.critical"] == 7
    assert vendor["security.patch_sla_days.high"] is None
    assert vendor["derived.agreement"] is False


def test_contacts_and_word_lists_are_no_facts() -> None:
    names = [name for table in tables().values() for name in table.columns]

    assert not [name for name in names if "contacts" in name or "detection" in name or name == "contact"]


@pytest.mark.parametrize(
    ("client", "subjects", "expected"),
    [("IE", ["IE"], (T := True, F := False, F)), ("US", ["NO"], (T, F, T)), ("GB", ["GB", "US"], (F, T, T)),
     ("IN", ["IN"], (F, F, F))],
)  # fmt: skip
def test_whose_data_it_is(client: str, subjects: list[str], expected: tuple[bool, bool, bool]) -> None:
    vendor = _vendor(client={"country": client}, processing={"subject_countries": subjects})

    assert tuple(vendor[f"derived.{area}_data"] for area in ("eu", "uk", "us")) == expected


@pytest.mark.parametrize(
    ("country", "places", "model", "offshore"),
    [
        ("IE", ["IE"], "onshore", False),
        ("PL", ["PL"], "nearshore", False),
        ("UA", ["UA"], "nearshore", False),
        ("IN", ["IN", "PH"], "offshore", True),
        ("IE", ["IE", "IN"], "hybrid", True),
        ("IE", ["IE", "PL"], "hybrid", False),
    ],
)
def test_delivery_models(country: str, places: list[str], model: str, offshore: bool) -> None:
    vendor = _vendor(vendor={"country": country}, processing={"countries": places})

    assert (vendor["derived.delivery_model"], vendor["derived.offshore"]) == (model, offshore)
    assert vendor["derived.vendor_in_eea"] is (country in ("IE", "PL"))


def test_remote_work_and_subprocessors_are_places_too() -> None:
    home = {"people": {"remote_policy": {"countries": ["PH"]}}}
    hosted = {"subprocessors": [{"name": "Host", "country": "DE", "countries": ["US"]}]}
    onshore = {"vendor": {"country": "IE"}, "processing": {"countries": ["IE"]}}

    for extra in (home, hosted):
        assert _vendor(**onshore, **extra)["derived.delivery_model"] == "hybrid"


def test_the_agreement_speaks_where_the_inventory_does_not() -> None:
    inventory = (
        _field("t1.csv", "MAIL", entity="EMAIL_ADDRESS"),
        _field("t1.csv", "mail", entity="PERSON", masking=MaskingState.MASKED),
        _field("t1.csv", "phone", entity="PHONE_NUMBER"),
        _field("other.csv", "mail", entity="EMAIL_ADDRESS"),
        _field("t1.csv", "x", entity="PHONE_NUMBER", agreed=True, agreed_masking="masked"),
    )
    rows = _rows(facts(profile_of(agreement=AGREEMENT), inventory=inventory), "findings")

    said = [(row["feed"], row["agreed"], row["agreed_masking"], row["masking_met"]) for row in rows]
    assert said == [
        ("tickets", True, "partial", False),
        ("tickets", False, None, None),
        ("tickets", False, None, None),
        (None, False, None, None),
        ("tickets", True, "masked", False),
    ]


def test_without_an_agreement_nothing_is_known_to_be_agreed() -> None:
    rows = _rows(facts(inventory=(_field("t1.csv", "mail", entity="HEALTH"),)), "findings")

    assert (rows[0]["agreed"], rows[0]["masking_met"], rows[0]["feed"]) == (None, None, None)
    assert rows[0]["special"] is True


@pytest.mark.parametrize(
    ("asked", "met"),
    [("none", [True, True, True]), ("partial", [False, True, True]), ("masked", [False, False, True])],
)
def test_masking_is_met_by_better_masking(asked: str, met: list[bool]) -> None:
    inventory = tuple(
        _field("a.csv", state.value, entity="PERSON", masking=state, agreed=True, agreed_masking=asked)
        for state in MaskingState
    )

    assert [row["masking_met"] for row in _rows(facts(inventory=inventory), "findings")] == met


def test_columns_are_listed_texts_come_with_their_feed() -> None:
    inventory = (
        _field("t1.csv", "ID"),
        _field("t1.csv", "phone", entity="PHONE_NUMBER"),
        _field("t1.csv", "comment", FieldKind.METADATA),
        _field("calls/1.vtt", "text", FieldKind.TRANSCRIPT),
        _field("other.vtt", "text", FieldKind.TRANSCRIPT),
    )
    rows = _rows(facts(profile_of(agreement=AGREEMENT), inventory=inventory), "fields")

    assert [row["agreed"] for row in rows] == [True, False, True, True, False]
    assert [row["personal"] for row in rows] == [False, True, False, False, False]


def test_a_container_is_judged_by_what_is_inside() -> None:
    delivery = delivery_of(
        *(
            (name, SourceStatus.READ)
            for name in ("pack.zip", "pack.zip!a.csv", "big.zip", "t1.csv", "other.csv")
        )
    )
    rows = {row["source"]: row for row in _rows(facts(profile_of(agreement=AGREEMENT), delivery), "sources")}

    assert {name: row["agreed"] for name, row in rows.items()} == {
        "pack.zip": True, "pack.zip!a.csv": True, "big.zip": False, "t1.csv": True, "other.csv": False,
    }  # fmt: skip
    assert rows["t1.csv"]["over_max_records"] is True
    assert rows["other.csv"]["over_max_records"] is None


def _dates(measured: dict[str, Any], agreement: Any = AGREEMENT) -> dict[str, Any]:
    base = {
        "source": "t1.csv",
        "field": "created_at",
        "oldest": "2025-07-01",
        "newest": "2026-06-01",
        "count": 10,
    }
    profile = profile_of(agreement=agreement) if agreement else profile_of()
    row = {**base, **measured}
    delivery = delivery_of((row["source"], SourceStatus.READ))
    return _rows(facts(profile, delivery, measures={"dates": [row]}), "dates")[0]


@pytest.mark.parametrize(
    ("measured", "expected"),
    [
        ({"over_limit": 4}, 4),
        ({"over_limit": None}, 0),
        ({"over_limit": None, "oldest": "2024-01-01"}, None),
        ({"over_limit": 4, "source": "other.csv"}, None),
    ],
)
def test_records_past_their_limit(measured: dict[str, Any], expected: int | None) -> None:
    assert _dates(measured)["over_limit"] == expected


@pytest.mark.parametrize(
    ("field", "source", "trigger"),
    [
        ("created_at", "t1.csv", True), ("CreatedOn", "t1.csv", True), ("Date Opened", "t1.csv", True),
        ("date_of_birth", "t1.csv", False), ("recreate", "t1.csv", False),
        ("CLOSED", "calls/1.csv", True), ("created_at", "calls/1.csv", False),
    ],
)  # fmt: skip
def test_retention_counts_from_the_agreed_date_or_from_creation(
    field: str, source: str, trigger: bool
) -> None:
    assert _dates({"field": field, "source": source})["trigger"] is trigger


def test_what_the_measure_says_of_true_names_counts() -> None:
    row = _dates(
        {"source": "<NAME:1a2b>.csv", "feed": "tickets", "trigger": True, "limit_days": 30, "over_limit": 2}
    )

    assert (row["feed"], row["trigger"], row["limit_days"], row["over_limit"]) == ("tickets", True, 30, 2)


def test_a_measure_that_did_not_run_is_unknown_one_without_dates_is_empty() -> None:
    assert facts().table("dates") is None
    assert _rows(facts(measures={"dates": []}), "dates") == []


def test_ages_count_from_the_day_of_the_audit() -> None:
    known = facts(
        profile_of(
            vendor={"sites": [{"id": "a", "country": "IN"}, {"id": "b", "country": "IN"}]},
            certificates=[
                {
                    "standard": "iso_27001_2022",
                    "issued": "2026-06-20",
                    "expires": "2026-07-10",
                    "sites": ["a", "b"],
                },
                {"standard": "soc2_type2", "scope": "Support", "expires": "2026-06-29", "sites": ["a"]},
                {"standard": "other"},
            ],
            transfers=[{"from": "IE", "to": "IN", "mechanism": "scc_2021_914_m2", "tia_on": "2025-06-30"}],
            subprocessors=[{"name": "Host", "country": "IE", "contact": "x", "dpa_date": "2026-06-30"}],
            incidents={"history": [{"date": "2026-06-01", "kind": "lost laptop"}]},
        )
    )

    certificates = _rows(known, "certificates")
    assert [row["days_left"] for row in certificates] == [10, -1, None]
    assert [row["covers_sites"] for row in certificates] == [True, False, None]
    assert certificates[0]["age_days"] == 10
    assert _rows(known, "transfers")[0]["tia_age_days"] == 365
    assert (
        _rows(known, "subprocessors")[0]["has_contact"],
        _rows(known, "subprocessors")[0]["dpa_age_days"],
    ) == (True, 0)
    assert _rows(known, "incidents")[0]["age_days"] == 29


def test_every_clause_has_a_row() -> None:
    rows = _rows(
        facts(profile_of(contract={"clauses": {"audit_right": "partial", "bcp": "unknown"}})), "clauses"
    )
    states = {row["clause"]: row["state"] for row in rows}

    assert len(states) == 51
    assert (states["audit_right"], states["bcp"], states["records"]) == ("partial", None, None)


def test_feeds_know_their_entities_and_sources() -> None:
    delivery = delivery_of(
        ("t1.csv", SourceStatus.READ), ("t2.csv", SourceStatus.READ), ("x.csv", SourceStatus.READ)
    )
    tickets, calls = _rows(facts(profile_of(agreement=AGREEMENT), delivery), "feeds")

    assert (tickets["sources"], tickets["field_count"], tickets["entities"]) == (2, 2, ("EMAIL_ADDRESS",))
    assert (calls["sources"], calls["field_count"], calls["entities"]) == (0, None, ("PERSON",))
