"""The packs of an audit in a few lines: judged with why and score, or left out."""

from __future__ import annotations

from bpoaudit.model import Assurance, PackChoice, PackScore
from bpoaudit.report.judged_by import MAX_UNTOLD, pack_lines
from tests.report.sample import AUDIT, SCORE, audit_result


def _lines(choices: list[PackChoice], scores: dict[str, float | None]) -> list[str]:
    packs = tuple(
        PackScore(pack=pack, low=low, high=low, coverage=1.0, assurance=Assurance.LIMITED)
        for pack, low in scores.items()
    )
    audit = AUDIT.model_copy(update={"pack_choices": tuple(choices)})
    result = audit_result(audit=audit, score=SCORE.model_copy(update={"packs": packs}))
    return list(pack_lines(result, "-o report.html"))


def _choice(pack: str, judged: bool, why: str) -> PackChoice:
    return PackChoice(pack=pack, title=pack, judged=judged, why=why)


def test_the_weakest_law_stands_first_and_each_says_why() -> None:
    lines = _lines(
        [_choice("gdpr", True, "the client is there"), _choice("pci-dss-4", True, "cards are paid with"),
         _choice("bd-pdp", True, "asked for")],
        {"gdpr": 81.0, "pci-dss-4": 39.0, "bd-pdp": None},
    )  # fmt: skip

    assert lines == [
        "pci-dss-4 39: cards are paid with",
        "gdpr 81: the client is there",
        "bd-pdp no score: asked for",
    ]


def test_a_missing_fact_is_named_and_the_rest_counted() -> None:
    untold = [_choice(f"p{n}", False, "cannot be told without client.sector") for n in range(MAX_UNTOLD + 2)]

    lines = _lines([_choice("hipaa", False, "does not bind"), *untold], {})

    assert lines[0] == "p0 left out: cannot be told without client.sector"
    assert lines[MAX_UNTOLD:] == ["3 more packs left out; -o report.html says why"]


def test_an_audit_that_tells_no_choices_has_no_lines() -> None:
    assert _lines([], {"gdpr": 81.0}) == []
