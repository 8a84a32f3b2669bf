from __future__ import annotations

from typing import Any

import pytest

from bpoaudit.comparison import Kind, Outcome, compare
from bpoaudit.comparison.judged import kind_of
from bpoaudit.model import AuditResult, MaskingCounts, PackUsed, Severity, SourceStatus, Status
from tests.report.factories import entity, field, source, verdict, waived
from tests.report.sample import AUDIT, DELIVERY, SCORE, audit_result, scan_result


def result(**changes: Any) -> AuditResult:
    """An audit of one table with one verdict."""
    values: dict[str, Any] = {
        "inventory": (field("t.csv", "mail", 10, entity("EMAIL_ADDRESS", 10, "j•••@•••.com")),),
        "verdicts": (verdict("gdpr/a", Status.PASS),),
        "delivery": DELIVERY.model_copy(update={"sources": (source("t.csv", records_read=10),)}),
    }
    return audit_result(**(values | changes))


def delivery(*sources: Any) -> Any:
    return DELIVERY.model_copy(update={"sources": sources})


def outcome(status: Status, **changes: Any) -> Outcome:
    values: dict[str, Any] = {
        "status": status,
        "severity": Severity.HIGH,
        "checked": 100,
        "failed": 10 if status is Status.FAIL else 0,
        "accepted": False,
    }
    return Outcome(**(values | changes))


FAIL, PASS, UNKNOWN = outcome(Status.FAIL), outcome(Status.PASS), outcome(Status.UNKNOWN)
AWAY = outcome(Status.NOT_APPLICABLE)


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        (PASS, FAIL, Kind.NEW),
        (UNKNOWN, FAIL, Kind.NEW),
        (None, FAIL, Kind.NEW),
        (AWAY, FAIL, Kind.NEW),
        (FAIL, PASS, Kind.FIXED),
        (FAIL, UNKNOWN, Kind.UNJUDGED),
        (FAIL, AWAY, Kind.UNJUDGED),
        (FAIL, None, Kind.UNJUDGED),
        (FAIL, FAIL, Kind.UNCHANGED),
        (FAIL, outcome(Status.FAIL, failed=11), Kind.WORSE),
        (FAIL, outcome(Status.FAIL, failed=11, checked=200), Kind.BETTER),
        (FAIL, outcome(Status.FAIL, failed=20, checked=200), Kind.WORSE),
        (FAIL, outcome(Status.FAIL, severity=Severity.CRITICAL, failed=1), Kind.WORSE),
        (FAIL, outcome(Status.FAIL, accepted=True), Kind.BETTER),
        (outcome(Status.FAIL, accepted=True), FAIL, Kind.WORSE),
        (PASS, UNKNOWN, Kind.WORSE),
        (outcome(Status.ERROR), PASS, Kind.BETTER),
        (UNKNOWN, outcome(Status.ERROR), Kind.OTHER),
        (UNKNOWN, None, Kind.OTHER),
        (None, PASS, Kind.OTHER),
        (PASS, AWAY, Kind.OTHER),
        (PASS, PASS, Kind.UNCHANGED),
        (UNKNOWN, UNKNOWN, Kind.UNCHANGED),
    ],
)
def test_kinds_of_change(old: Outcome | None, new: Outcome | None, kind: Kind) -> None:
    assert kind_of(old, new) is kind


def test_new_failures_come_first_and_the_worst_of_them_first() -> None:
    old = result(verdicts=(verdict("gdpr/c", Status.FAIL, failed=1),))
    new = result(
        verdicts=(
            verdict("gdpr/c", Status.PASS),
            verdict("gdpr/b", Status.FAIL, failed=1, severity=Severity.LOW),
            verdict("gdpr/a", Status.FAIL, failed=1, severity=Severity.CRITICAL),
        )
    )
    assert [(c.rule, c.kind) for c in compare(old, new).rules] == [
        ("gdpr/a", Kind.NEW),
        ("gdpr/b", Kind.NEW),
        ("gdpr/c", Kind.FIXED),
    ]


def test_an_accepted_failure_is_new_but_does_not_count_as_newly_failing() -> None:
    accepted = verdict("gdpr/a", Status.FAIL, failed=1, waiver=waived())
    comparison = compare(result(), result(verdicts=(accepted,)))
    assert [c.kind for c in comparison.rules] == [Kind.NEW]
    assert comparison.newly_failing == ()


def test_scores_are_compared_where_they_measure_the_same() -> None:
    better = result(score=SCORE.model_copy(update={"value": 20.0, "low": 20.0}))
    change = compare(result(), better).score
    assert change is not None
    assert (change.delta, change.why_not) == (4.3, ())


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        (
            {"score": SCORE.model_copy(update={"model": 2})},
            "the score is computed by model 2, before by model 1",
        ),
        (
            {
                "audit": AUDIT.model_copy(
                    update={
                        "packs": (
                            PackUsed(id="gdpr", version="2.0.0", title="GDPR", digest="sha256:" + "00" * 32),
                            PackUsed(id="hipaa", version="1", title="HIPAA", digest="sha256:" + "00" * 32),
                        )
                    }
                )
            },
            "rule packs only in the newer audit: hipaa",
        ),
        (
            {"score": SCORE.model_copy(update={"value": None, "low": None, "high": None})},
            "not both audits have a score",
        ),
    ],
)
def test_scores_that_measure_different_things_have_no_difference(changes: dict[str, Any], why: str) -> None:
    change = compare(result(), result(**changes)).score
    assert change is not None
    assert change.delta is None
    assert why in change.why_not


def test_packs_that_changed_are_named() -> None:
    packs = tuple(p.model_copy(update={"digest": "sha256:" + "00" * 32}) for p in AUDIT.packs[:1])
    change = compare(result(), result(audit=AUDIT.model_copy(update={"packs": packs}))).score
    assert change is not None
    assert change.why_not == (
        "rule packs only in the older audit: bpo-baseline",
        "rule packs that changed: gdpr",
    )


def test_sources_that_came_went_and_are_read_worse() -> None:
    old = result(delivery=delivery(source("a.csv"), source("b.csv"), source("c.csv")))
    new = result(
        delivery=delivery(source("b.csv"), source("c.csv", status=SourceStatus.PARTIAL), source("d.csv"))
    )
    assert [(c.source, c.change) for c in compare(old, new).sources] == [
        ("a.csv", "removed"),
        ("c.csv", "status"),
        ("d.csv", "added"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "jumped"),
    [(100, 150, True), (100, 149, False), (150, 100, True), (149, 100, False), (0, 1, True), (0, 0, False)],
)
def test_volume_jumps(old: int, new: int, jumped: bool) -> None:
    before, after = (
        result(delivery=delivery(source("t.csv", records_read=records))) for records in (old, new)
    )
    assert bool(compare(before, after).volume) is jumped


def test_the_volume_of_a_feed_is_that_of_its_files_together() -> None:
    old = result(delivery=delivery(*(source(f"t_2026-05-{d:02}.csv", records_read=10) for d in range(1, 4))))
    new = result(delivery=delivery(*(source(f"t_2026-06-{d:02}.csv", records_read=10) for d in range(1, 3))))
    (jump,) = compare(old, new).volume
    assert (jump.source, jump.old_files, jump.new_files) == ("t_<date>.csv", 3, 2)
    assert (jump.old_records, jump.new_records) == (30, 20)


def test_fields_and_entities_that_drift() -> None:
    masked = MaskingCounts(masked=4)
    old = result(
        inventory=(
            field("t.csv", "mail", 10, entity("EMAIL_ADDRESS", 4, "•", masking=masked)),
            field("t.csv", "fax", 10, entity("PHONE_NUMBER", 4, "•")),
        )
    )
    new = result(
        inventory=(
            field("t.csv", "mail", 10, entity("EMAIL_ADDRESS", 5, "•"), entity("PERSON", 2, "•")),
            field("t.csv", "iban", 10, entity("IBAN_CODE", 4, "•")),
        )
    )
    comparison = compare(old, new)
    assert [(c.field, c.change, c.entities) for c in comparison.fields] == [
        ("fax", "removed", ("PHONE_NUMBER",)),
        ("iban", "added", ("IBAN_CODE",)),
    ]
    assert [(c.entity, c.change, c.old_count, c.new_clear) for c in comparison.entities] == [
        ("EMAIL_ADDRESS", "unmasked", 4, 5),
        ("PERSON", "added", 0, 2),
    ]


def test_fields_of_a_source_that_came_are_not_told_one_by_one() -> None:
    both = (*result().inventory, field("new.csv", "x", 3, entity("PERSON", 1, "•")))
    new = result(delivery=delivery(source("t.csv", records_read=10), source("new.csv")), inventory=both)
    comparison = compare(result(), new)
    assert (comparison.fields, comparison.entities) == ((), ())
    assert [c.source for c in comparison.sources] == ["new.csv"]


def test_a_scan_is_compared_by_its_delivery_alone() -> None:
    comparison = compare(audit_result(), scan_result())
    assert comparison.score is None
    assert comparison.rules == ()
    assert any("a scan without verdicts" in note for note in comparison.notes)
    assert compare(scan_result(), scan_result()).nothing_changed


def test_what_makes_two_results_less_comparable_is_said() -> None:
    other = audit_result(
        vendor={"vendor": {"name": "Other"}, "client": {"name": "Else"}},
        audit=AUDIT.model_copy(update={"as_of": "2020-01-01", "active_entities": ("PERSON",)}),
        tool=audit_result().tool.model_copy(update={"presidio": "9"}),
    )
    told = " ".join(compare(audit_result(), other).notes)
    for word in (
        "different vendors",
        "different clients",
        "the newer of the two",
        "another version",
        "looked for",
    ):
        assert word in told.lower()
    assert compare(audit_result(), audit_result()).notes == ()
