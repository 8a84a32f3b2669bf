"""What follows from the verdicts beside the cards: open questions, closed lists, the action plan."""

from __future__ import annotations

from dataclasses import dataclass

from bpoaudit.model import AuditResult, Severity, Status, Verdict
from bpoaudit.report import words
from bpoaudit.report.cards import (
    MAX_CARDS,
    MAX_EVIDENCE,
    MAX_NAME,
    MAX_NOTE,
    MAX_ROWS,
    MAX_TITLE,
    UNANSWERED,
    Answer,
    Answers,
    Capped,
    Card,
    Citation,
    capped,
    citations,
    rank,
)
from bpoaudit.report.printable import prose, shorten


@dataclass(frozen=True, slots=True)
class Question:
    """A rule that could not be judged because a fact is missing."""

    ref: str
    rule: str
    question: str
    severity: Severity
    criteria: str
    citations: tuple[Citation, ...]
    message: str
    facts: tuple[tuple[str, str], ...]
    """(path in the vendor profile, the same in plain words)."""
    answer: Answer | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """A line of a closed list: passed, not applicable, not tested, not yet in force."""

    rule: str
    title: str
    severity: Severity
    criteria: str
    citations: str
    checked: str
    reason: str


@dataclass(frozen=True, slots=True)
class Action:
    """A line of the action plan."""

    ref: str
    anchor: str
    severity: Severity
    text: str
    effort: str
    regain: str
    """Points of the score that the rule costs now."""
    answer: Answer | None


def questions(result: AuditResult, answers: Answers = UNANSWERED) -> Capped[Question]:
    """Return the rules that need a person, worst first, each with what to ask."""
    rows = (
        Question(
            ref=f"Q{number}",
            rule=shorten(verdict.rule, MAX_NAME),
            question=_question(verdict),
            severity=verdict.severity,
            criteria=prose(verdict.criteria),
            citations=citations(verdict.references),
            message=prose(verdict.message),
            facts=tuple((path, words.fact(path)) for path in _missing(verdict)),
            answer=answers.get(verdict.rule),
        )
        for number, verdict in enumerate(open_rules(result), start=1)
    )
    return capped(rows, MAX_CARDS)


def open_rules(result: AuditResult) -> list[Verdict]:
    """Return the rules that could not be judged because a fact is missing, worst first."""
    found = (verdict for verdict in result.verdicts if verdict.status is Status.UNKNOWN)
    return sorted(found, key=lambda verdict: (rank(verdict.severity), verdict.rule))


def _missing(verdict: Verdict) -> list[str]:
    return [shorten(path, MAX_NAME) for path in verdict.missing[:MAX_EVIDENCE]]


def _question(verdict: Verdict) -> str:
    title = prose(verdict.title, MAX_TITLE).rstrip(".")
    if verdict.missing and all(path.startswith("scan.") for path in verdict.missing):
        return f"“{title}”: does that hold in what could not be read? Can it be delivered in a readable form?"
    return f"“{title}”: is that so, and which document shows it?"


def outcomes(result: AuditResult, *statuses: Status) -> Capped[Outcome]:
    """Return the rules with one of `statuses`, by severity and name."""
    chosen = sorted(
        (v for v in result.verdicts if v.status in statuses), key=lambda v: (rank(v.severity), v.rule)
    )
    rows = (
        Outcome(
            rule=shorten(verdict.rule, MAX_NAME),
            title=prose(verdict.title, MAX_TITLE),
            severity=verdict.severity,
            criteria=prose(verdict.criteria, MAX_TITLE),
            citations="; ".join(citation.text for citation in citations(verdict.references)),
            checked=words.number(verdict.checked),
            reason=prose(verdict.message, MAX_NOTE),
        )
        for verdict in chosen
    )
    return capped(rows, MAX_ROWS)


def action_plan(cards: Capped[Card]) -> Capped[Action]:
    """Return one line a finding, in the order of the findings."""
    rows = tuple(
        Action(
            ref=card.ref,
            anchor=card.anchor,
            severity=card.severity,
            text=card.recommendation,
            effort=card.effort or "not estimated",
            regain=card.points or "–",
            answer=card.answer,
        )
        for card in cards.rows
    )
    return Capped(rows, cards.total)
