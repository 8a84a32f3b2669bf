from __future__ import annotations

import json

import pytest

from bpoaudit.report.past_audits import moved, print_audits, render_audits, steps

from .hostile import HOSTILE_NAMES
from .past import GDPR, past

OTHER = GDPR.model_copy(update={"digest": "sha256:cc"})
YEAR = (
    past(40.0, "2026-01-31"),
    past(44.5, "2026-02-28"),
    past(90.0, "2026-03-31", packs=(OTHER,)),
    past(None, "2026-04-30", packs=(OTHER,)),
    past(91.0, "2026-05-31", packs=(OTHER,), judged_again="run-2026-03-31"),
)


def test_the_score_moves_only_between_what_is_comparable() -> None:
    told = steps(YEAR)
    assert [step.delta for step in told] == [None, 4.5, None, None, None]
    assert told[2].why_not == (
        "rule packs only in the older audit: bpo-baseline",
        "rule packs that changed: gdpr",
    )
    assert [bool(step.why_not) for step in told] == [False, False, True, False, False]


@pytest.mark.parametrize(("delta", "text"), [(4.5, "▲ 4.5"), (-0.1, "▼ 0.1"), (0.0, "=")])
def test_how_a_movement_is_written(delta: float, text: str) -> None:
    assert moved(delta) == text


def test_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    print_audits([YEAR])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "vendor  Meridian Contact Services (meridian) for Northwind Energy"
    assert lines[1].split() == [
        "as",
        "of",
        "score",
        "change",
        "assurance",
        "failed",
        "open",
        "sources",
        "read",
        "audit",
    ]
    assert lines[3].split()[:9] == ["2026-02-28", "44", "▲", "4.5", "Limited", "2", "high,", "1", "low"]
    assert "packs changed" in lines[4]
    assert lines[6].endswith("judged again")
    assert lines[7].startswith(
        "  2026-03-31: not comparable with the one before: rule packs only in the older"
    )
    assert lines[-1] == "5 audits of 1 vendor"


def test_json_holds_everything() -> None:
    rows = json.loads(render_audits([YEAR]))
    assert [row["as_of"] for row in rows] == [audit.as_of for audit in YEAR]
    assert rows[1]["change"] == {"delta": 4.5, "why_not": []}
    assert rows[0]["failed"] == {"critical": 0, "high": 2, "medium": 0, "low": 1}
    assert rows[0]["sources"] == {"read": 10, "total": 12}
    assert json.loads(render_audits([])) == []


def test_hostile_names_cannot_act(capsys: pytest.CaptureFixture[str]) -> None:
    for name in HOSTILE_NAMES:
        print_audits([[past(vendor=name, vendor_id=name, client=name, id=name)]])
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert "##[" not in out
    assert not any(line.lstrip().startswith("::") for line in out.splitlines())
