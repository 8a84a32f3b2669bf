"""Which of several questions that were asked together each part of an answer belongs to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise, product
from typing import NamedTuple

from bpoaudit.detect.questions import FREE, Question
from bpoaudit.detect.replies import Reply

_MOST_QUESTIONS, _MOST_REPLIES = 4, 6
_USUAL_LENGTHS = {"CARD_SECURITY_CODE": (3,), "CARD_EXPIRY": (4, 6)}
"""Figures of a value, where others are known to occur."""
_USUAL, _IN_ORDER = 0.5, 0.4
"""What it is worth that a value is as long as usual, and that two are told in the order asked."""


class Told(NamedTuple):
    """A reply and what it answers."""

    question: Question
    reply: Reply


def told_apart(found: Mapping[Question, Sequence[Reply]]) -> Iterator[Told]:
    """Yield the replies to questions, which are in the order asked, each before those that it rules out.

    Where several ask for what one piece of the answer can be (`expiry and the three digits on the back?`),
    each is answered by another piece: in order, or as the length of the pieces tells.
    """
    rivals = {
        question: own[:_MOST_REPLIES]
        for question, own in [*found.items()][-_MOST_QUESTIONS:]
        if question.entity not in FREE
        and any(_meets(own, other) for q, other in found.items() if q != question)
    }
    chosen = max(_choices(rivals), key=_worth, default=())
    yield from chosen
    for question in reversed([*found]):  # the last question is the one that is answered, if only one is
        yield from (Told(question, reply) for reply in found[question] if Told(question, reply) not in chosen)


def _choices(rivals: Mapping[Question, Sequence[Reply]]) -> Iterator[tuple[Told, ...]]:
    """Yield each way to answer the questions, or some of them, with pieces that do not overlap."""
    ways = ([None, *(Told(question, reply) for reply in own)] for question, own in rivals.items())
    for way in product(*ways):
        told = tuple(each for each in way if each is not None)
        if not any(_overlap(a.reply, b.reply) for at, a in enumerate(told) for b in told[:at]):
            yield told


def _worth(told: Sequence[Told]) -> float:
    ordered = sum(a.reply.start < b.reply.start for a, b in pairwise(told))
    usual = sum(_is_usual(each) for each in told)
    return len(told) + sum(each.reply.score for each in told) + _USUAL * usual + _IN_ORDER * ordered


def _is_usual(told: Told) -> bool:
    lengths = _USUAL_LENGTHS.get(told.question.entity)
    return lengths is not None and sum(map(str.isdigit, told.reply.value)) in lengths


def _meets(one: Sequence[Reply], other: Sequence[Reply]) -> bool:
    return any(_overlap(a, b) for a in one for b in other)


def _overlap(one: Reply, other: Reply) -> bool:
    return one.start < other.end and other.start < one.end
