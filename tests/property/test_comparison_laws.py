"""Comparing a result with itself tells nothing; from the other side the same changes are told."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bpoaudit.comparison import Comparison, EntityChange, FieldChange, Kind, SourceChange, compare
from bpoaudit.model import AuditResult, MaskingCounts, Severity, Share, SourceStatus, Status
from tests.report.factories import entity, field, source, verdict, waived
from tests.report.sample import DELIVERY, SCORE, audit_result

MIRRORED = {
    Kind.NEW: {Kind.FIXED, Kind.UNJUDGED},
    Kind.FIXED: {Kind.NEW},
    Kind.UNJUDGED: {Kind.NEW},
    Kind.WORSE: {Kind.BETTER},
    Kind.BETTER: {Kind.WORSE},
    Kind.OTHER: {Kind.OTHER},
}
OTHER_SIDE = {
    "added": "removed",
    "removed": "added",
    "masked": "unmasked",
    "unmasked": "masked",
    "status": "status",
}

SOURCES = ("a.csv", "b_2026-05.csv", "b_2026-06.csv", "b_2026-07.csv")
small = st.integers(0, 4)


@st.composite
def results(draw: st.DrawFn) -> AuditResult:
    names = draw(st.lists(st.sampled_from(SOURCES), unique=True))
    verdicts = []
    for rule in draw(st.lists(st.sampled_from("abc"), unique=True)):
        status = draw(st.sampled_from(Status))
        accepted = waived() if status is Status.FAIL and draw(st.booleans()) else None
        checked = draw(st.integers(1, 4))
        failed = draw(st.integers(1, checked)) if status is Status.FAIL else 0
        severity = draw(st.sampled_from(Severity))
        verdicts.append(
            verdict(
                f"gdpr/{rule}", status, severity=severity, checked=checked, failed=failed, waiver=accepted
            )
        )
    inventory = []
    for name in names:
        for column in draw(st.lists(st.sampled_from("xy"), unique=True)):
            found = []
            for kind in draw(st.lists(st.sampled_from(["PERSON", "IBAN_CODE"]), unique=True)):
                clear, masked = draw(small), draw(st.integers(1, 4))
                counts = MaskingCounts(clear=clear, masked=masked)
                found.append(entity(kind, clear + masked, "•", masking=counts))
            inventory.append(field(name, column, 4, *found))
    sources = tuple(
        source(name, status=draw(st.sampled_from(SourceStatus)), records_read=draw(small)) for name in names
    )
    share = Share(read=draw(small), total=4)
    value = draw(st.none() | st.integers(0, 1000).map(lambda tenth: tenth / 10))
    return audit_result(
        verdicts=tuple(verdicts),
        inventory=tuple(inventory),
        delivery=DELIVERY.model_copy(
            update={
                "sources": sources,
                "coverage": DELIVERY.coverage.model_copy(update={"records": share}),
            }
        ),
        score=SCORE.model_copy(update={"value": value, "low": value}),
    )


@given(results())
def test_a_result_compared_with_itself_gives_nothing(result: AuditResult) -> None:
    comparison = compare(result, result)
    assert comparison.nothing_changed
    assert comparison.newly_failing == ()
    assert comparison.unchanged_rules == len(result.verdicts)


@given(results(), results())
def test_the_other_side_tells_the_same_changes(old: AuditResult, new: AuditResult) -> None:
    there, back = compare(old, new), compare(new, old)
    assert there.nothing_changed == back.nothing_changed
    assert there.unchanged_rules == back.unchanged_rules
    _rules_mirror(there, back)
    assert there.score is not None
    assert back.score is not None
    assert there.score.delta == (None if back.score.delta is None else -back.score.delta)
    assert {replace(c, old=c.new, new=c.old) for c in back.coverage} == set(there.coverage)
    assert {
        replace(
            j,
            old_files=j.new_files,
            new_files=j.old_files,
            old_records=j.new_records,
            new_records=j.old_records,
        )
        for j in back.volume
    } == set(there.volume)
    assert {_source(c) for c in back.sources} == set(there.sources)
    assert {_field(c) for c in back.fields} == set(there.fields)
    assert {_entity(c) for c in back.entities} == set(there.entities)


def _rules_mirror(there: Comparison, back: Comparison) -> None:
    backwards = {change.rule: change for change in back.rules}
    assert backwards.keys() == {change.rule for change in there.rules}
    for change in there.rules:
        mirrored = backwards[change.rule]
        assert (mirrored.old, mirrored.new) == (change.new, change.old)
        assert mirrored.kind in MIRRORED[change.kind]


def _source(c: SourceChange) -> SourceChange:
    return replace(c, change=OTHER_SIDE[c.change], old_status=c.new_status, new_status=c.old_status)


def _field(c: FieldChange) -> FieldChange:
    return replace(c, change=OTHER_SIDE[c.change])


def _entity(c: EntityChange) -> EntityChange:
    return replace(
        c,
        change=OTHER_SIDE[c.change],
        old_count=c.new_count,
        new_count=c.old_count,
        old_clear=c.new_clear,
        new_clear=c.old_clear,
    )
