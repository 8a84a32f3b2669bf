from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bpoaudit.history import open_history, remembered
from bpoaudit.report.edition import Edition
from bpoaudit.report.html import render_html
from bpoaudit.report.score_history import MAX_AUDITS, score_history

from .editions import remembered_past
from .markup import parse
from .sample import audit_result, clean_result, unassessed_result


def test_what_is_remembered_is_what_the_history_gives_back(tmp_path: Path) -> None:
    for name, result in (("a", audit_result()), ("b", clean_result()), ("c", unassessed_result())):
        history = open_history(str(tmp_path / f"{name}.db"), create=True)
        history.record(result)
        assert history.audits() == (remembered(result),)


def test_the_first_audit_has_no_history() -> None:
    assert score_history(audit_result(), ()) is None
    assert "Score over time" not in render_html(audit_result())


def test_only_earlier_audits_of_this_vendor_for_this_client_count() -> None:
    found = score_history(audit_result(), remembered_past(3))
    assert found is not None
    assert [row.as_of for row in found.audits.rows] == [
        "2026-06-30",
        "2024-03-15",
        "2024-02-15",
        "2024-01-15",
    ]
    assert found.audits.total == 4
    assert [row.this for row in found.audits.rows] == [True, False, False, False]


def test_this_audit_is_not_its_own_past() -> None:
    """A report that is rendered again after the audit was recorded is the same report."""
    past = remembered_past(3)
    recorded = (*past, remembered(audit_result()))
    assert score_history(audit_result(), recorded) == score_history(audit_result(), past)


def test_the_change_is_told_with_what_it_is_compared_with() -> None:
    found = score_history(audit_result(), remembered_past(2))
    assert found is not None
    assert found.change == "▲ 4.7 since the audit of 2024-02-15 (11–21)"
    assert len(found.points) == 3
    assert found.trend.breaks == 0


def test_scores_by_other_rules_are_not_compared() -> None:
    past = remembered_past(2)
    changed = replace(past[1], packs=past[1].packs[:1])
    found = score_history(audit_result(), (past[0], changed))
    assert found is not None
    assert found.change.startswith("Not comparable with the audit of 2024-02-15")
    assert found.trend.breaks == 2
    assert found.audits.rows[0].change == "not comparable"


def test_many_audits_are_capped_with_their_number() -> None:
    html = render_html(audit_result(), Edition(past=remembered_past(20)))
    cuts = [" ".join(p.full_text.split()) for p in parse(html).all("p") if p.attributes.get("class") == "cut"]
    assert f"Showing {MAX_AUDITS} of 21 audits; the full list is in the history." in cuts
