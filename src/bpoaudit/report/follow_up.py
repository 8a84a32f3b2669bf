"""What follows from the verdicts beside the cards: open questions, closed lists, the action plan."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from bpoaudit.model import AuditResult, Severity, Status, Verdict
from bpoaudit.report import words
from bpoaudit.report.cards import (
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

MAX_UNFOLDED = 10
"""Open questions that are shown without being asked for."""


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
    """(key of the vendor profile or option of the audit, the same in plain words)."""
    answer: Answer | None


@dataclass(frozen=True, slots=True)
class QuestionGroup:
    """The open questions of one severity."""

    severity: Severity
    questions: tuple[Question, ...]
    folded: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """A line of a closed list: passed, nothing to check, not applicable, not tested, not yet in force."""

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
            facts=tuple((path, words.fact(path)) for path in _answers(verdict)),
            answer=answers.get(verdict.rule),
        )
        for number, verdict in enumerate(open_rules(result), start=1)
    )
    return capped(rows, MAX_ROWS)


def question_groups(questions: Capped[Question]) -> tuple[QuestionGroup, ...]:
    """Return the questions by severity; what would fill pages is folded, but for a few of the worst."""
    groups = [(level, tuple(alike)) for level, alike in groupby(questions.rows, key=lambda row: row.severity)]
    return tuple(
        QuestionGroup(level, alike, folded=number > 0 or len(alike) > MAX_UNFOLDED)
        for number, (level, alike) in enumerate(groups)
    )


def answer_sections(result: AuditResult) -> tuple[tuple[str, int], ...]:
    """Return each section of the profile, or option, with how many open rules wait for it, most first."""
    helped: Counter[str] = Counter()
    for verdict in open_rules(result):
        helped.update({re.split(r"[.\[]", key)[0] for key in verdict.answered_in})
    return tuple(sorted(helped.items(), key=lambda item: (-item[1], item[0])))


def open_rules(result: AuditResult) -> list[Verdict]:
    """Return the rules that could not be judged because a fact is missing, worst first."""
    found = (verdict for verdict in result.verdicts if verdict.status is Status.UNKNOWN)
    return sorted(found, key=lambda verdict: (rank(verdict.severity), verdict.rule))


def _answers(verdict: Verdict) -> list[str]:
    """Return where to write what is missing; nothing where only the delivery could tell it."""
    return [shorten(path, MAX_NAME) for path in verdict.answered_in[:MAX_EVIDENCE]]


def _question(verdict: Verdict) -> str:
    title = prose(verdict.title, MAX_TITLE).rstrip(".")
    if verdict.missing and all(path.startswith("scan.") for path in verdict.missing):
        return f"“{title}”: does that hold in what could not be read? Can it be delivered in a readable form?"
    return f"“{title}”: is that so, and which document shows it?"


def outcomes(verdicts: Iterable[Verdict]) -> Capped[Outcome]:
    """Return the rules of a closed list, by severity and name."""
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
        for verdict in sorted(verdicts, key=lambda verdict: (rank(verdict.severity), verdict.rule))
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
