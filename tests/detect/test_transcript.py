"""Conversations: the case table of `tests/cases/spoken`, and what must hold for any conversation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bpoaudit import catalog
from bpoaudit.detect.lexicon import words_of
from bpoaudit.detect.matches import THRESHOLD, Match, resolve
from bpoaudit.detect.pattern_set import PatternSet
from bpoaudit.detect.questions import asks_again, is_listening, questions_in
from bpoaudit.detect.recognizers import build
from bpoaudit.detect.transcript import SpokenTurn, conversation_matches
from tests.steps import steps

CASES = Path(__file__).parents[1] / "cases" / "spoken" / "conversations.yaml"
CONVERSATIONS: list[dict[str, Any]] = yaml.safe_load(CASES.read_text("utf-8"))
_PATTERNS = PatternSet(build("en"), "en")


def patterns(text: str, threshold: float) -> list[Match]:
    return [
        Match(r.start, r.end, catalog.fold(r.entity_type), round(r.score, 2), "pattern")
        for r in _PATTERNS.analyze(text)
        if r.score >= threshold
    ]


def turns_of(lines: list[str]) -> list[SpokenTurn]:
    turns = []
    for record, line in enumerate(lines, start=1):
        speaker, colon, text = line.partition(": ")
        turns.append(SpokenTurn(record, speaker, text) if colon else SpokenTurn(record, None, line))
    return turns


@pytest.mark.parametrize(
    "case", CONVERSATIONS, ids=[" / ".join(case["turns"])[:60] for case in CONVERSATIONS]
)
def test_conversation(case: dict[str, Any]) -> None:
    turns = turns_of(case["turns"])
    matches = conversation_matches(turns, patterns)
    told = [
        {"entity": m.entity, "spans": [[r, turns[r - 1].text[start:end]] for r, start, end in m.spans]}
        for m in matches
    ]
    assert told == [{"entity": f["entity"], "spans": f["spans"]} for f in case["found"]]
    for match, expected in zip(matches, case["found"], strict=True):
        assert match.value == expected.get("reads", match.value)
        assert match.masking == expected.get("masking", match.masking)


def test_record_numbers_are_those_of_the_turns() -> None:
    turns = [SpokenTurn(40, "A", "what's the cvv"), SpokenTurn(47, "B", "one two three")]
    [match] = conversation_matches(turns, patterns)
    assert match.spans == ((47, 0, 13),)


def test_speakers_decide_who_answers() -> None:
    asks, digits = "what's the cvv?", "123"
    same = [SpokenTurn(1, "A", asks), SpokenTurn(2, "A", digits)]
    other = [SpokenTurn(1, "A", asks), SpokenTurn(2, "B", digits)]
    assert conversation_matches(same, patterns) == ()
    assert [m.entity for m in conversation_matches(other, patterns)] == ["CARD_SECURITY_CODE"]


def test_a_question_is_forgotten() -> None:
    def found(idle: int) -> list[str]:
        turns = ["A: your pin please", *["B: well"] * idle, "B: 4921"]
        return [m.entity for m in conversation_matches(turns_of(turns), patterns)]

    assert found(3) == ["PIN"]
    assert found(4) == []


def test_questions() -> None:
    def asked(text: str) -> list[str]:
        return [question.entity for question in questions_in(words_of(text))]

    assert asked("what's your pin") == ["PIN"]
    assert asked("what is the area pin code") == ["POSTAL_CODE"]
    assert asked("one-time password and your e-mail?") == ["ONE_TIME_PASSWORD", "EMAIL_ADDRESS"]
    assert asked("the order number please") == [""]
    assert asked("your password was changed today") == []
    assert asked("how is the weather") == []
    assert [q.last_four for q in questions_in(words_of("last four of your ssn"))] == [True]
    assert asked("which digits did we text you") == ["ONE_TIME_PASSWORD"]
    assert asked("the digits are wrong. i'll text you later") == []
    assert asks_again(words_of("that one expired, try again"))
    assert not asks_again(words_of("thanks for that"))
    assert is_listening(words_of("okay, go on"))
    assert not is_listening(words_of("okay 4"))


_LINES = st.lists(
    st.tuples(
        st.sampled_from(["A", "B", None]),
        st.lists(
            st.sampled_from(
                [
                    "what's your card number",
                    "4111",
                    "one two three four",
                    "yes",
                    "go on",
                    "s m i t h",
                    "your name?",
                    "no sorry",
                    "and",
                    "1111 1111",
                    "ok",
                ]
            )
            | st.text(max_size=8),
            max_size=4,
        ).map(" ".join),
    ),
    max_size=14,
)


@given(_LINES)
@settings(max_examples=120, deadline=None)
def test_spans_lie_inside_their_turns(lines: list[tuple[str | None, str]]) -> None:
    turns = [SpokenTurn(at, speaker, text) for at, (speaker, text) in enumerate(lines)]
    matches = conversation_matches(turns, patterns)
    assert matches == conversation_matches(turns, patterns)
    taken: set[tuple[int, int]] = set()
    for match in matches:
        assert [record for record, *_ in match.spans] == sorted({record for record, *_ in match.spans})
        for record, start, end in match.spans:
            assert 0 <= start < end <= len(turns[record].text)
            characters = {(record, at) for at in range(start, end)}
            assert not characters & taken
            taken |= characters


def test_work_grows_with_the_conversation() -> None:
    def work(count: int) -> int:
        turns = turns_of(["A: what's your card number", "B: 4111 one one", "A: yes", "B: 22"] * count)
        return steps(lambda: conversation_matches(turns, lambda *_: []))

    assert work(100) < 12 * work(10)


def test_no_repr_shows_what_was_said() -> None:
    turns = turns_of(["Zoe: what's the cvv", "B: one two three"])
    [match] = conversation_matches(turns, patterns)
    assert match.value == "123"
    assert "123" not in repr(match)
    assert "Zoe" not in repr(turns)
    assert "two" not in repr(turns)


# --- whole dialogues ------------------------------------------------------------------------------

_NOT_COUNTED = {"PERSON", "LOCATION", "DATE_TIME", "AGE", "HEALTH"}


def _figures(dialogues: list[dict[str, Any]]) -> tuple[float, float]:
    """Return precision and recall of what is told in figures, codes and secrets; entity and place count."""
    right = found_in_all = told_in_all = 0
    for dialogue in dialogues:
        turns = turns_of(dialogue["turns"])
        found = [(r, m.entity, turns[r - 1].text[s:e]) for r, s, e, m in _resolved(turns)]
        rest = [f for f in found if f[1] not in _NOT_COUNTED]
        found_in_all += len(rest)
        told_in_all += len(dialogue["told"])
        for record, entity, text in dialogue["told"]:
            hit = next(
                (f for f in rest if f[:2] == (record, entity) and (f[2] in text or text in f[2])), None
            )
            if hit:
                right += 1
                rest.remove(hit)
    return right / found_in_all, right / told_in_all


def _resolved(turns: list[SpokenTurn]) -> Iterator[tuple[int, int, int, Match]]:
    """Yield what stands of each turn's own patterns and of the conversation, as the detector does."""
    answers = conversation_matches(turns, patterns)
    later = {span for answer in answers for span in answer.spans[1:]}
    for turn in turns:
        told = [
            Match(m.spans[0][1], m.spans[0][2], m.entity, m.score, m.recognizer, m.masking)
            for m in answers
            if m.spans[0][0] == turn.record
        ]
        own = [
            m
            for m in patterns(turn.text, THRESHOLD)
            if not any(r == turn.record and m.start < e and s < m.end for r, s, e in later)
        ]
        yield from ((turn.record, m.start, m.end, m) for m in resolve([*own, *told]))


@pytest.mark.parametrize("half", ["dialogues.yaml", "dialogues_kept.yaml"])
def test_dialogues(half: str) -> None:
    dialogues: list[dict[str, Any]] = yaml.safe_load((CASES.parent / half).read_text("utf-8"))
    assert len(dialogues) >= 20
    precision, recall = _figures(dialogues)
    assert precision >= 0.9
    assert recall >= 0.9
