from __future__ import annotations

import json
import re

import pytest

from bpoaudit.comparison import compare
from bpoaudit.model import AuditResult, Delivery, Status
from bpoaudit.report.diff import FORMATS, MAX_ROWS, render_diff

from .factories import FINGERPRINT, entity, field, source, verdict
from .golden import assert_golden
from .hostile import HOSTILE_NAMES, hostile_result
from .sample import AUDIT, DELIVERY, SCORE, audit_result, clean_result, scan_result


def later() -> AuditResult:
    """The sample a quarter on: a table became larger, one field and one rule are new, one is fixed."""
    old = audit_result()
    verdicts = [
        v.model_copy(update={"status": Status.PASS, "failed": 0})
        if v.rule == "gdpr/art32-payment-card-clear"
        else v
        for v in old.verdicts
    ]
    sources = tuple(
        s.model_copy(update={"source": "calls/calls_2026-08.vtt", "records_read": 40_000})
        if s.source == "calls/calls_2026-05.vtt"
        else s
        for s in old.delivery.sources
    )
    inventory = tuple(
        f.model_copy(update={"source": "calls/calls_2026-08.vtt"}) if f.source.startswith("calls/") else f
        for f in old.inventory
    )
    return audit_result(
        audit=AUDIT.model_copy(update={"id": "2026-09-30-meridian", "as_of": "2026-09-30"}),
        verdicts=(
            *verdicts,
            verdict("gdpr/art30-records", Status.FAIL, title="Records of processing", failed=1, checked=1),
        ),
        delivery=DELIVERY.model_copy(update={"sources": sources}),
        inventory=(
            *inventory,
            field("exports/tickets.csv", "fax", 98_230, entity("PHONE_NUMBER", 12, "•••")),
        ),
        score=SCORE.model_copy(update={"value": 18.9, "low": 18.9}),
    )


def _named(name: str) -> Delivery:
    return DELIVERY.model_copy(update={"sources": (source(name),)})


@pytest.mark.parametrize(
    ("format", "name"), [("full", "diff.txt"), ("markdown", "diff.md"), ("json", "diff.json")]
)
def test_golden(format: str, name: str) -> None:
    assert_golden(name, render_diff(compare(audit_result(), later()), format))


def test_nothing_changed() -> None:
    same = compare(audit_result(), audit_result())
    assert render_diff(same, "full").endswith("\n\nNothing changed.\n")
    assert json.loads(render_diff(same, "json"))["nothing_changed"] is True


def test_scans_are_compared_without_a_score() -> None:
    text = render_diff(compare(scan_result(), scan_result()), "full")
    assert "Score" not in text
    assert "Rules" not in text


@pytest.mark.parametrize("format", FORMATS)
def test_neither_shapes_nor_fingerprints_are_told(format: str) -> None:
    text = render_diff(compare(clean_result(), later()), format)
    assert "•" not in text
    assert FINGERPRINT not in text


def test_long_lists_are_cut_and_say_so() -> None:
    many = DELIVERY.model_copy(update={"sources": tuple(source(f"{i:04}x.csv") for i in range(1200))})
    none = DELIVERY.model_copy(update={"sources": ()})
    comparison = compare(audit_result(delivery=none), audit_result(delivery=many))
    for format in ("full", "markdown"):
        text = render_diff(comparison, format)
        assert f"showing {MAX_ROWS} of 1,200; all are in --format json" in text
        assert text.count("x.csv") == MAX_ROWS
    assert len(json.loads(render_diff(comparison, "json"))["sources"]) == 1200


def test_hostile_names_cannot_act() -> None:
    comparison = compare(audit_result(), hostile_result())
    text = render_diff(comparison, "full")
    assert not re.search("[\x00-\x09\x0b-\x1f\u202e\u2028]", text)
    assert "##[" not in text
    assert not any(line.lstrip().startswith("::") for line in text.splitlines())
    markdown = render_diff(comparison, "markdown")
    assert "<script>" not in markdown
    assert "<img" not in markdown
    tables = [line for line in markdown.splitlines() if line.startswith("|")]
    cells = [len(re.findall(r"(?<!\\)\|", line)) for line in tables]
    assert set(cells) <= {3, 4, 5, 6, 7}
    assert "@example" not in render_diff(
        compare(audit_result(), audit_result(delivery=_named("@example.csv"))), "markdown"
    )
    names = {change["source"] for change in json.loads(render_diff(comparison, "json"))["sources"]}
    assert set(HOSTILE_NAMES) <= names
