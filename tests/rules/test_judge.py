"""Verdicts: status, numbers, evidence, missing facts and wording."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bpoaudit.model import (
    EntityCounts,
    FieldInventory,
    FieldKind,
    Group,
    MaskingCounts,
    MaskingState,
    Pointer,
    SourceStatus,
    Status,
    Verdict,
)
from bpoaudit.rules import Facts, Pack, load_packs
from bpoaudit.rules.judge import judge
from tests.rules.conftest import AS_OF, PACK, delivery_of, facts, profile_of, rule_text, write_pack

KEY = "hmac-sha256:" + "a" * 32
Load = Callable[..., Pack]


def _group(
    count: int, masking: str = "clear", confidence: float = 0.9, region: str | None = None, first: int = 1
) -> Group:
    pointers = tuple(
        Pointer(record=first + number, start=0, end=16, masked="••••", fingerprint=KEY)
        for number in range(min(count, 20))
    )
    return Group(masking=MaskingState(masking), confidence=confidence, recognizer="r", region=region,
                 count=count, pointers=pointers)  # fmt: skip


def _field(*groups: Group, source: str = "a.csv", entity: str = "CREDIT_CARD", **more: Any) -> FieldInventory:
    counts = {state.value: sum(g.count for g in groups if g.masking is state) for state in MaskingState}
    entities = (
        EntityCounts(entity=entity, category=None, count=sum(counts.values()), records=1, distinct=1,
                     confidence=1.0, masking=MaskingCounts(**counts), samples=(), groups=groups, **more),
    )  # fmt: skip
    return FieldInventory(source=source, field="notes", kind=FieldKind.TEXT, records=100, non_empty=100,
                          distinct=100, entities=entities)  # fmt: skip


def _one(pack: Pack, known: Facts) -> Verdict:
    (verdict,) = judge([pack], known)
    return verdict


def _numbers(verdict: Verdict) -> tuple[Status, int, int]:
    return verdict.status, verdict.checked, verdict.failed


def test_failing_groups_are_counted_by_their_findings(load: Load) -> None:
    verdict = _one(load(), facts(inventory=(_field(_group(30), _group(70, "masked")),)))

    assert _numbers(verdict) == (Status.FAIL, 100, 30)
    assert verdict.message == "30 of 100 in a.csv, field notes"
    assert verdict.evidence_total == 30
    assert [line.record for line in verdict.evidence] == list(range(1, 21))
    assert verdict.evidence[0].entity == "CREDIT_CARD"
    assert verdict.references[0].control == "gdpr-art-32.1.a"


def test_the_first_items_are_the_first_of_the_delivery_not_of_a_group(load: Load) -> None:
    inventory = (
        _field(_group(2, first=50), _group(2, confidence=0.8, first=10), source="b.csv"),
        _field(_group(1, first=99), source="a.csv"),
    )
    verdict = _one(load(), facts(inventory=inventory))

    assert [(line.source, line.record) for line in verdict.evidence] == [
        ("a.csv", 99), ("b.csv", 10), ("b.csv", 11), ("b.csv", 50), ("b.csv", 51),
    ]  # fmt: skip


def test_no_table_fills_the_evidence_alone(load: Load) -> None:
    inventory = (
        _field(_group(500), source="a.csv"),
        *(_field(_group(3, first=7), source=f"calls/{number:02}.vtt") for number in range(1, 6)),
    )
    verdict = _one(load(), facts(inventory=inventory))

    assert verdict.evidence_total == 515
    assert [(line.source, line.record) for line in verdict.evidence] == [
        *(("a.csv", record) for record in range(1, 16)),
        *((f"calls/{number:02}.vtt", 7) for number in range(1, 6)),
    ]


def test_more_places_than_there_is_room_for(load: Load) -> None:
    inventory = tuple(_field(_group(3), source=f"{number:02}.vtt") for number in range(1, 40))
    verdict = _one(load(), facts(inventory=inventory))

    assert [line.source for line in verdict.evidence] == [f"{number:02}.vtt" for number in range(1, 21)]
    assert {line.record for line in verdict.evidence} == {1}


def test_every_place_is_counted_whatever_the_evidence_lists(load: Load) -> None:
    inventory = (
        _field(_group(500), _group(25, confidence=0.8), _group(9, "masked"), source="a.csv"),
        *(_field(_group(3), source=f"{number:03}.vtt") for number in range(1, 150)),
    )
    verdict = _one(load(), facts(inventory=inventory))

    assert len(verdict.evidence) == 20
    assert (len(verdict.places), verdict.places_total) == (100, 150)
    assert [(place.source, place.count) for place in verdict.places[:3]] == [
        ("a.csv", 525), ("001.vtt", 3), ("002.vtt", 3),
    ]  # fmt: skip
    assert verdict.failed == 525 + 149 * 3


def test_a_pass_has_no_places(load: Load) -> None:
    verdict = _one(load(), facts(inventory=(_field(_group(70, "masked")),)))

    assert (verdict.places, verdict.places_total) == ((), 0)


def test_what_where_leaves_out_is_not_checked(load: Load) -> None:
    verdict = _one(load(), facts(inventory=(_field(_group(5, confidence=0.3)),)))

    assert _numbers(verdict) == (Status.PASS, 0, 0)
    assert verdict.message == "There was nothing to check."


def test_a_pass_says_how_much_was_checked(load: Load) -> None:
    verdict = _one(load(), facts(inventory=(_field(_group(1200, "masked")),)))

    assert _numbers(verdict) == (Status.PASS, 1200, 0)
    assert verdict.message == "Nothing against it in 1,200 checked."
    assert verdict.evidence == ()


@pytest.mark.parametrize(
    ("statuses", "clear", "masked"),
    [
        ([SourceStatus.READ], Status.FAIL, Status.PASS),
        ([SourceStatus.READ, SourceStatus.SKIPPED], Status.FAIL, Status.PASS),
        ([SourceStatus.READ, SourceStatus.PARTIAL], Status.FAIL, Status.UNKNOWN),
        ([SourceStatus.READ, SourceStatus.ENCRYPTED], Status.FAIL, Status.UNKNOWN),
        ([SourceStatus.UNREADABLE, SourceStatus.UNSUPPORTED], Status.UNKNOWN, Status.UNKNOWN),
        ([], Status.UNKNOWN, Status.UNKNOWN),
    ],
)
def test_what_was_not_read_takes_a_pass_but_not_a_failure(
    load: Load, statuses: list[SourceStatus], clear: Status, masked: Status
) -> None:
    delivery = delivery_of(*((f"{number}.csv", status) for number, status in enumerate(statuses)))
    for masking, expected in (("clear", clear), ("masked", masked)):
        verdict = _one(load(), facts(delivery=delivery, inventory=(_field(_group(1, masking)),)))

        assert verdict.status is expected
        assert verdict.missing == (("scan.delivery",) if expected is Status.UNKNOWN else ())


def test_a_rule_on_the_profile_can_ask_for_a_complete_delivery(load: Load) -> None:
    pack = load(evidence="{from: vendor, requires: [scan.delivery]}",
                expect="{every: {field: client.country, eq: IE}}", message="no")  # fmt: skip
    partial = delivery_of(("a.csv", SourceStatus.PARTIAL))

    assert _one(pack, facts()).status is Status.PASS
    assert _one(pack, facts(delivery=partial)).status is Status.UNKNOWN


def test_a_rule_that_does_not_apply_says_why(load: Load) -> None:
    verdict = _one(load(), facts(profile_of(vendor={"services": ["data_entry", "finance"]})))

    assert verdict.status is Status.NOT_APPLICABLE
    assert verdict.message == "Does not apply (vendor.services: data_entry, finance)."


def test_a_missing_fact_is_unknown_never_not_applicable(load: Load) -> None:
    condition = "{all: [{field: client.payment_cards, eq: yes}, {field: security.mfa, exists: false}]}"
    verdict = _one(load(applies_when=condition), facts())

    assert verdict.status is Status.UNKNOWN
    assert verdict.missing == ("client.payment_cards",)
    assert verdict.message == "Cannot be said without client.payment_cards."


def test_what_is_already_decided_needs_no_more_facts(load: Load) -> None:
    condition = "{all: [{field: client.payment_cards, eq: yes}, {field: client.country, eq: US}]}"

    assert _one(load(applies_when=condition), facts()).status is Status.NOT_APPLICABLE


VENDOR = {"evidence": "{from: vendor}", "message": '"because {label}"'}


@pytest.mark.parametrize(
    ("security", "expected", "message"),
    [
        ({"mfa": "all", "dlp": "yes"}, (Status.PASS, 1, 0), "The declared facts meet it."),
        ({"mfa": "none", "dlp": "yes"}, (Status.FAIL, 1, 1), "because security.mfa: none"),
        ({"mfa": "none"}, (Status.FAIL, 1, 1), "because security.mfa: none"),
        ({"mfa": "all"}, (Status.UNKNOWN, 1, 0), "Cannot be said without security.dlp."),
        ({"dlp": "unknown"}, (Status.UNKNOWN, 1, 0), "Cannot be said without security.dlp, security.mfa."),
        ({"mfa": "all", "dlp": "not_applicable"}, (Status.PASS, 1, 0), "The declared facts meet it."),
        ({"mfa": "none", "dlp": "not_applicable"}, (Status.FAIL, 1, 1), "because security.mfa: none"),
    ],
)
def test_the_profile_is_one_item(
    load: Load, security: dict[str, str], expected: tuple[Status, int, int], message: str
) -> None:
    pack = load(
        **VENDOR, expect="{every: {all: [{field: security.mfa, eq: all}, {field: security.dlp, eq: yes}]}}"
    )
    verdict = _one(pack, facts(profile_of(security=security)))

    assert _numbers(verdict) == expected
    assert verdict.message == message


def test_an_answer_not_applicable_takes_the_rule_out(load: Load) -> None:
    pack = load(**VENDOR, expect="{every: {field: security.dlp, eq: yes}}")
    verdict = _one(pack, facts(profile_of(security={"dlp": "not_applicable"})))

    assert _numbers(verdict) == (Status.NOT_APPLICABLE, 0, 0)
    assert verdict.message == "Does not apply: answered as not applicable."


def test_failed_facts_are_shown_with_what_was_declared(load: Load) -> None:
    pack = load(**VENDOR, expect="{every: {all: [{field: contract.dpa_expires, not_before_as_of: true}, "
                                 "{field: contract.breach_notice_hours, lte: 24}, {field: client.country, eq: IE}]}}")  # fmt: skip
    verdict = _one(pack, facts(profile_of(contract={"dpa_expires": "2026-01-01", "breach_notice_hours": 72})))

    assert [line.label for line in verdict.evidence] == [
        "contract.dpa_expires: 2026-01-01", "contract.breach_notice_hours: 72",
    ]  # fmt: skip


def test_none_of_the_rows(load: Load) -> None:
    pack = load(evidence="{from: subprocessors}", message='"{label}"',
                expect="{none: {field: country, in: [KP, IR]}}")  # fmt: skip
    fine, bad = {"name": "Host", "country": "DE"}, {"name": "Farm", "country": "IR"}

    assert _numbers(_one(pack, facts(profile_of(subprocessors=[fine])))) == (Status.PASS, 1, 0)
    verdict = _one(pack, facts(profile_of(subprocessors=[fine, bad])))
    assert _numbers(verdict) == (Status.FAIL, 2, 1)
    assert verdict.message == "Farm (IR)"


def test_a_list_that_is_left_out_is_unknown_and_an_empty_one_is_not(load: Load) -> None:
    pack = load(evidence="{from: subprocessors}", message="no", expect="{none: {field: country, eq: IR}}")

    unknown = _one(pack, facts())
    assert (unknown.status, unknown.missing) == (Status.UNKNOWN, ("subprocessors",))
    assert _one(pack, facts(profile_of(subprocessors=[]))).status is Status.PASS


def test_a_row_without_the_fact_is_unknown_unless_another_fails(load: Load) -> None:
    pack = load(
        evidence="{from: subprocessors}",
        message='"{label}"',
        expect="{every: {field: dpa_age_days, lte: 365}}",
    )
    young, old, open_ = (
        {"name": name, "country": "DE", "dpa_date": day}
        for name, day in (("Young", "2026-01-01"), ("Old", "2020-01-01"), ("Open", None))
    )

    verdict = _one(pack, facts(profile_of(subprocessors=[young, open_])))
    assert (verdict.status, verdict.missing) == (Status.UNKNOWN, ("subprocessors.dpa_age_days",))
    verdict = _one(pack, facts(profile_of(subprocessors=[old, open_])))
    assert _numbers(verdict) == (Status.FAIL, 2, 1)
    assert [line.label for line in verdict.evidence] == ["Old (DE)"]


def test_an_unknown_selection_matters_only_where_the_demand_would_fail(load: Load) -> None:
    pack = load(evidence="{from: subprocessors, where: {field: service, eq: hosting}}", message="no",
                expect="{every: {field: country, eq: DE}}")  # fmt: skip

    def status(country: str) -> Status:
        return _one(pack, facts(profile_of(subprocessors=[{"name": "Host", "country": country}]))).status

    assert status("DE") is Status.PASS
    assert status("IN") is Status.UNKNOWN


CERTIFICATES = [
    {"standard": "iso_27001_2022", "expires": "2027-01-01"},
    {"standard": "iso_27001_2022", "expires": "2026-01-01"},
    {"standard": "iso_27001_2022"},
    {"standard": "soc2_type2", "expires": "2027-01-01"},
]


@pytest.mark.parametrize(
    ("bound", "rows", "expected"),
    [
        ("gte: 1", [], (Status.FAIL, 1, 1)),
        ("gte: 1", [0], (Status.PASS, 1, 0)),
        ("gte: 1", [1], (Status.FAIL, 1, 1)),
        ("gte: 1", [2], (Status.UNKNOWN, 1, 0)),
        ("gte: 1", [0, 2], (Status.PASS, 2, 0)),
        ("gte: 3", [0, 0, 3], (Status.FAIL, 3, 1)),
        ("lte: 0", [3], (Status.PASS, 0, 0)),
        ("lte: 1", [0, 0, 0], (Status.FAIL, 3, 2)),
        ("lte: 1", [0, 2], (Status.UNKNOWN, 2, 0)),
        ("lte: 2", [0, 2], (Status.PASS, 2, 0)),
    ],
)
def test_counts(load: Load, bound: str, rows: list[int], expected: tuple[Status, int, int]) -> None:
    pack = load(
        evidence="{from: certificates, where: {field: standard, matches_glob: iso_27001*}}",
        message="no",
        expect=f"{{count: {{{bound}, of: {{field: expires, not_before_as_of: true}}}}}}",
    )
    verdict = _one(pack, facts(profile_of(certificates=[CERTIFICATES[row] for row in rows])))

    assert _numbers(verdict) == expected
    if verdict.status is Status.UNKNOWN:
        assert verdict.missing == ("certificates.expires",)


def test_too_few_have_no_item_to_name(load: Load) -> None:
    pack = load(
        evidence="{from: certificates}",
        expect="{count: {gte: 2}}",
        message='"{failed} of {checked}: {label}"',
    )
    verdict = _one(pack, facts(profile_of(certificates=[CERTIFICATES[0]])))

    assert (verdict.message, verdict.evidence, verdict.evidence_total) == ("1 of 2: –", (), 0)


@pytest.mark.parametrize(
    ("bound", "clear", "masked", "expected"),
    [
        ("lte: 0.1", 10, 90, (Status.PASS, 100, 0)),
        ("lte: 0.1", 11, 89, (Status.FAIL, 100, 11)),
        ("lte: 0.3", 3, 7, (Status.PASS, 10, 0)),
        ("gte: 0.9", 90, 10, (Status.PASS, 100, 0)),
        ("gte: 0.9", 89, 11, (Status.FAIL, 100, 11)),
        ("lte: 0.1", 0, 0, (Status.PASS, 0, 0)),
        ("gte: 0.9", 0, 0, (Status.PASS, 0, 0)),
    ],
)
def test_shares_are_of_findings_not_of_groups(
    load: Load, bound: str, clear: int, masked: int, expected: tuple[Status, int, int]
) -> None:
    pack = load(expect=f"{{ratio: {{{bound}, of: {{field: masking, eq: clear}}}}}}")
    groups = [_group(count, state) for count, state in ((clear, "clear"), (masked, "masked")) if count]

    assert _numbers(_one(pack, facts(inventory=(_field(*groups),)))) == expected


@pytest.mark.parametrize(
    ("bound", "known_in", "known_out", "open_", "expected"),
    [
        ("lte: 0.5", 1, 9, 4, Status.PASS),
        ("lte: 0.5", 4, 4, 2, Status.UNKNOWN),
        ("lte: 0.5", 8, 1, 1, Status.FAIL),
        ("gte: 0.5", 8, 1, 1, Status.PASS),
        ("gte: 0.5", 4, 4, 2, Status.UNKNOWN),
        ("gte: 0.5", 1, 9, 4, Status.FAIL),
    ],
)
def test_an_open_share_is_judged_by_its_best_and_worst_case(
    load: Load, bound: str, known_in: int, known_out: int, open_: int, expected: Status
) -> None:
    pack = load(expect=f"{{ratio: {{{bound}, of: {{field: region, eq: IE}}}}}}")
    groups = [_group(n, region=region) for n, region in ((known_in, "IE"), (known_out, "US"), (open_, None))]

    assert _one(pack, facts(inventory=(_field(*groups),))).status is expected


def test_a_rule_of_the_future_is_upcoming(load: Load) -> None:
    pack = load(rule_text() + "in_force_from: 2026-07-01\n")

    verdict = _one(pack, facts(inventory=(_field(_group(1)),)))
    assert (verdict.status, verdict.message) == (Status.UPCOMING, "Holds from 2026-07-01.")
    day = date(2026, 7, 1)
    assert _one(pack, facts(inventory=(_field(_group(1)),), as_of=day)).status is Status.FAIL


def test_a_rule_in_two_packs_is_judged_once_and_holds_with_the_first_law(tmp_path: Path) -> None:
    late = PACK + "in_force_from: 2027-01-01\n"
    first = write_pack(tmp_path / "demo", {"card.yaml": rule_text()}, late)
    borrowing = PACK.replace("id: demo", "id: second") + "rules: [demo/card]\n"
    second = write_pack(tmp_path / "second", {}, borrowing, "[]\n")
    known = facts(inventory=(_field(_group(1)),))

    (alone,) = judge(load_packs([str(first)]), known)
    (both,) = judge(load_packs([str(first), str(second)]), known)

    assert (alone.status, alone.packs) == (Status.UPCOMING, ("demo",))
    assert (both.status, both.packs) == (Status.FAIL, ("second",)), "a law of the future is not cited"


def test_facts_that_are_not_there_at_all_are_an_error_of_that_rule_only(tmp_path: Path) -> None:
    other = rule_text(id="demo/other", evidence="{from: vendor}", message="no",
                      expect="{every: {field: client.country, eq: IE}}")  # fmt: skip
    folder = write_pack(tmp_path / "demo", {"card.yaml": rule_text(), "other.yaml": other})
    known = facts()
    known = Facts(known.as_of, {name: table for name, table in known.tables.items() if name != "findings"})

    verdicts = {verdict.rule: verdict for verdict in judge(load_packs([str(folder)]), known)}

    assert verdicts["demo/card"].status is Status.ERROR
    assert verdicts["demo/card"].message == "Could not be judged: there are no facts about findings."
    assert verdicts["demo/other"].status is Status.PASS


def test_a_bug_is_not_a_verdict(load: Load) -> None:
    known = facts(inventory=(_field(_group(1)),))
    findings = known.tables["findings"]
    assert findings is not None
    broken = Facts(known.as_of, {**known.tables, "findings": findings.drop(columns="masking")})

    with pytest.raises(KeyError):
        judge([load()], broken)


def test_verdicts_are_sorted_by_severity_then_name(tmp_path: Path) -> None:
    rules = {
        f"{name}.yaml": rule_text(id=f"demo/{name}", severity=severity)
        for name, severity in (("b", "low"), ("c", "critical"), ("a", "low"), ("d", "medium"), ("e", "high"))
    }
    pack = load_packs([str(write_pack(tmp_path / "demo", rules))])

    assert [verdict.rule[-1] for verdict in judge(pack, facts())] == ["c", "e", "d", "a", "b"]


def test_only_what_may_be_shown_is_shown(load: Load) -> None:
    pack = load(rule_text() + "show: [source, record]\n")
    verdict = _one(pack, facts(inventory=(_field(_group(1)),)))
    (line,) = verdict.evidence

    assert verdict.message == "1 of 1 in a.csv, field notes"
    assert line.model_dump(exclude_none=True) == {"source": "a.csv", "record": 1, "count": 1}
    (place,) = verdict.places
    assert place.model_dump(exclude_none=True) == {"source": "a.csv", "count": 1}


def test_names_from_a_delivery_are_not_templates(load: Load) -> None:
    verdict = _one(load(), facts(inventory=(_field(_group(1), source="{failed}{0.__class__}.csv"),)))

    assert verdict.message == "1 of 1 in {failed}{0.__class__}.csv, field notes"


def test_the_day_of_the_audit_is_given_not_looked_up(load: Load) -> None:
    pack = load(**VENDOR, expect="{every: {field: contract.dpa_expires, not_before_as_of: true}}")
    profile = profile_of(contract={"dpa_expires": AS_OF.isoformat()})

    assert _one(pack, facts(profile)).status is Status.PASS
    assert _one(pack, facts(profile, as_of=date(2026, 7, 1))).status is Status.FAIL
