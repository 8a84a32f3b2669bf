"""Conversations: what was asked is the context of what is said, and a number may take several turns."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from bpoaudit.detect.explanation import Explanation
from bpoaudit.detect.heard import Heard, counted, hear, runs_in
from bpoaudit.detect.matches import Match, resolve
from bpoaudit.detect.questions import (
    FREE,
    Question,
    asks_again,
    closes,
    corrects,
    hands_over,
    is_listening,
    of_a_card,
    offers_in,
    questions_in,
)
from bpoaudit.detect.replies import is_complete, is_wanted, own_words, replies
from bpoaudit.detect.runs import Run
from bpoaudit.detect.several import told_apart
from bpoaudit.detect.sounds import Kind, sounds_of
from bpoaudit.detect.spoken import Patterns, spoken_matches, value_of
from bpoaudit.model import MaskingState

RECOGNIZER = "ConversationRecognizer"

_PATIENCE = 4
"""Turns after which a question is no longer what is being answered."""
_MEMORY = 8
"""Turns in which a value can be read back."""
_MOST_TURNS = 16
"""Turns that one number can take."""
_REMINDER = 5
"""Words, signs among them, that ask for the rest of an answer."""
_SHORTEST_READ_BACK = 3
_LAST_FOUR = 4
_ASKED, _READ_BACK, _PROVEN = 0.7, 0.8, 0.9
_HANDED_OVER = frozenset({"ONE_TIME_PASSWORD", "PIN", "PASSWORD", "CARD_SECURITY_CODE"})
"""What people tell that they gave to somebody (`I read them 4 8 1 5`)."""
_TOLD_TWICE = frozenset({"ONE_TIME_PASSWORD", "PIN", "CARD_SECURITY_CODE"})
"""What is tried again without being asked for again; figures alone in a turn are such a try."""
_REPEATED_WORDS = frozenset({"PASSWORD", "PERSON"})
"""What is read back in words."""


@dataclass(frozen=True, slots=True)
class SpokenTurn:
    """One turn of a conversation. `repr` never shows content."""

    record: int
    speaker: str | None = field(repr=False)
    """As written in the transcript; None where it does not say."""
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ConversationMatch:
    """One value of a conversation, reported at its first turn."""

    entity: str
    score: float
    recognizer: str
    spans: tuple[tuple[int, int, int], ...]
    """(record, start, end) of each piece, in the order said."""
    value: str = field(repr=False)
    """What it reads as, for its shape and fingerprint."""
    masking: MaskingState = MaskingState.CLEAR
    region: str = ""
    why: Explanation | None = None


@dataclass(frozen=True)
class _Asked:
    question: Question
    turn: int
    speaker: str | None = field(repr=False)


@dataclass(frozen=True)
class _Piece:
    turn: int
    run: Run


def conversation_matches(turns: Sequence[SpokenTurn], patterns: Patterns) -> tuple[ConversationMatch, ...]:
    """Return what is said in `turns`: all that `spoken_matches` finds, and what only the question tells.

    A number said over several turns is one match with a span for each piece. A read-back is a match
    of its own with the same value. Sorted by place; matches of one turn do not overlap.
    """
    return tuple(sorted(_Conversation(turns, patterns).matches(), key=lambda m: (m.spans, m.entity)))


class _Conversation:
    def __init__(self, turns: Sequence[SpokenTurn], patterns: Patterns) -> None:
        self.turns = turns
        self.patterns = patterns
        self.asked: list[_Asked] = []
        self.answered: set[Question] = set()
        self.last_answer = 0
        self.known: list[tuple[int, str, str]] = []  # turn, entity, characters of a value given before
        self.words: list[tuple[int, str, tuple[str, ...]]] = []  # the same of values that are words
        self.heard: dict[int, Heard] = {}

    def matches(self) -> Iterator[ConversationMatch]:
        taken: dict[int, Run] = {}
        for at, turn in enumerate(self.turns):
            heard = self._hear(at)
            if heard.words:
                standing = self._standing(at, heard)
                number = None if at in taken else self._spread(at, standing)
                if number:
                    match, pieces = number
                    taken |= {piece.turn: piece.run for piece in pieces}
                    yield self._note(at, match)
                told = {number[0].entity} if number else set()
                for match in self._single(at, turn, heard, standing):
                    if at not in taken or not _meets(match, taken[at]):
                        told.add(match.entity)
                        yield self._note(at, match)
                self._ask(at, heard, told)
            self.heard.pop(at - 1, None)

    def _hear(self, at: int) -> Heard:
        if at not in self.heard:
            self.heard[at] = hear(self.turns[at].text)
        return self.heard[at]

    def _note(self, at: int, match: ConversationMatch) -> ConversationMatch:
        value = _bare(match.value)
        self.known = [known for known in self.known if at - known[0] <= _MEMORY]
        if len(value) >= _SHORTEST_READ_BACK:
            self.known.append((at, match.entity, value))
        if match.entity in _REPEATED_WORDS:
            self.words = [known for known in self.words if at - known[0] <= _MEMORY]
            _, start, end = match.spans[0]
            said = self.turns[at].text[start:end]
            self.words += ((at, match.entity, words) for words in own_words(match.entity, said))
        return match

    # --- questions --------------------------------------------------------------------------------

    def _ask(self, at: int, heard: Heard, told: Collection[str]) -> None:
        """Remember what a turn asks for, unless it holds (`told`) just that."""
        questions = of_a_card(questions_in(heard.words), heard.words, [a.question for a in self.asked])
        speaker = self.turns[at].speaker
        if questions:
            self.asked = [_Asked(question, at, speaker) for question in questions]
            # `my claim number is 4471` asks for nothing.
            self.answered = {question for question in questions if question.entity in told}
            self.last_answer = at
        elif self.asked and speaker == self.asked[0].speaker and asks_again(heard.words):
            self.asked = [_Asked(asked.question, at, speaker) for asked in self.asked]
            self.answered.clear()

    def _standing(self, at: int, heard: Heard) -> list[Question]:
        """Return the questions that this turn can answer, the last one first."""
        again = self._is_bare(at) and bool(runs_in(heard))
        closed = {q for q in self.answered if not (again and q.entity in _TOLD_TWICE)}
        if corrects(heard.words):
            closed = set()
        rest = any(a.question not in closed and a.question.entity not in FREE for a in self.asked)
        if closed and not self._still_answers(at, rest):
            return []
        speaker = self.turns[at].speaker
        return [
            asked.question
            for asked in reversed(self.asked)
            if at - asked.turn <= _PATIENCE
            and asked.question not in closed
            and (
                speaker is None
                or speaker != asked.speaker
                or self._dangles(asked)
                or self._is_invited(at, asked)
                or (asked.question.entity in _HANDED_OVER and hands_over(heard.words))
            )
        ]

    def _still_answers(self, at: int, rest: bool) -> bool:
        """Whether nobody else spoke since the last answer but to listen: the rest may come.

        Where more was asked with what is answered (`rest`), a few words may ask for it: `and the back?`.
        """
        since, own = range(self.last_answer + 1, at), self.turns[at].speaker
        said = (self._hear(i).words for i in since if self.turns[i].speaker != own)
        return all(is_listening(words) or (rest and len(words) <= _REMINDER) for words in said)

    def _is_invited(self, at: int, asked: _Asked) -> bool:
        """Whether a speaker names a value, the other one says `go ahead`, and the speaker gives it."""
        between = range(asked.turn + 1, at)
        return bool(between) and all(is_listening(self._hear(other).words) for other in between)

    def _dangles(self, asked: _Asked) -> bool:
        """Whether a speaker names a value and gives it in a later turn: `my card number is` … `4111`."""
        words = self._words_of(asked.turn)
        return bool(words) and words[-1] in ("is", "are", "it's", "to", "es", "jest", ":")

    def _words_of(self, at: int) -> list[str]:
        return [word.word for word in hear(self.turns[at].text).words if word.word not in (",", ".", "…")]

    # --- one turn ---------------------------------------------------------------------------------

    def _single(
        self, at: int, turn: SpokenTurn, heard: Heard, standing: Sequence[Question]
    ) -> Iterator[ConversationMatch]:
        found: dict[Match, ConversationMatch] = {}
        given = {question: [*replies(question, heard, self.patterns)] for question in reversed(standing)}
        for question, reply in told_apart(given):
            if any(m.start < reply.end and reply.start < m.end for m in found):
                continue
            four = question.last_four and len(_bare(reply.value)) == _LAST_FOUR
            masking = MaskingState.PARTIAL if four else MaskingState.CLEAR
            match = Match(
                reply.start, reply.end, reply.entity, reply.score, RECOGNIZER, masking,
                why=_in_reply(question),
            )  # fmt: skip
            found[match] = _one(turn, match, reply.value)
            self.last_answer = at
            if reply.entity != "STREET_ADDRESS":  # town and postcode may follow
                self.answered.add(question)
        for match, value in self._offered(turn, heard):
            if not any(m.start < match.end and match.start < m.end for m in found):
                found[match] = _one(turn, match, value)
        for match in self._read_back(at, heard):
            found.setdefault(match, _one(turn, match, value_of(turn.text[match.start : match.end])))
        for match in spoken_matches(turn.text, self.patterns, asked=bool(standing)):
            if not any(m.start < match.end and match.start < m.end and m.score >= match.score for m in found):
                found[match] = _one(turn, match, value_of(turn.text[match.start : match.end]))
        for match in resolve(found):
            yield found[match]

    def _offered(self, turn: SpokenTurn, heard: Heard) -> Iterator[tuple[Match, str]]:
        """Yield the values that a turn names and gives itself (`my postcode is …`)."""
        for question, at in offers_in(heard.words):
            for reply in replies(question, hear(turn.text[at:]), self.patterns):
                start, end = reply.start + at, reply.end + at
                yield Match(start, end, reply.entity, reply.score, RECOGNIZER), reply.value

    def _read_back(self, at: int, heard: Heard) -> Iterator[Match]:
        known = {value: entity for turn, entity, value in self.known if at - turn <= _MEMORY}
        for run in runs_in(heard) if known else ():
            entity = known.get(_bare(run.value))
            if entity and not counted(heard, run):
                yield Match(run.start, run.end, entity, _READ_BACK, RECOGNIZER)
        words = heard.words
        for turn, entity, said in self.words if words else ():
            size = len(said)
            for first in range(len(words) - size + 1) if at - turn <= _MEMORY else ():
                if tuple(word.word for word in words[first : first + size]) == said:
                    last = words[first + size - 1]
                    yield Match(words[first].start, last.end, entity, _ASKED, RECOGNIZER)

    # --- several turns ----------------------------------------------------------------------------

    def _spread(self, at: int, standing: Sequence[Question]) -> tuple[ConversationMatch, list[_Piece]] | None:
        """Return the number that begins in this turn and goes on in later ones."""
        first = self._edge(at, last=True)
        if first is None:
            return None
        pieces = [_Piece(at, first)]
        for later in range(at + 1, min(len(self.turns), at + _MOST_TURNS)):
            run = self._edge(later, last=False)
            same = self.turns[later].speaker == self.turns[at].speaker
            if run and same:
                pieces.append(_Piece(later, run))
                if not self._is_bare(later):
                    break
            elif not self._goes_on(later, pieces[-1]) or (
                closes(self._hear(later).words) and self._joined(pieces, standing, "")
            ):
                break
        before = self.turns[at].text[: first.start]
        for size in range(len(pieces), 1, -1):
            match = self._joined(pieces[:size], standing, before)
            complete = any(is_complete(q, piece.run) for q in standing for piece in pieces[:size])
            if match and (not complete or match.score >= _PROVEN):
                return match, pieces[:size]
        return None

    def _edge(self, at: int, last: bool) -> Run | None:
        """Return the run that the answer in a turn ends with, or begins with."""
        heard = self._hear(at)
        runs = runs_in(heard) if heard.core else []
        if not runs:
            return None
        run = runs[-1] if last else runs[0]
        border = heard.core[-1].end if last else heard.core[0].start
        return (
            run if (run.end == border if last else run.start == border) and not counted(heard, run) else None
        )

    def _is_bare(self, at: int) -> bool:
        """Whether a turn holds nothing beside a run."""
        kinds = {sound.kind for sound in sounds_of(self._hear(at).core)}
        return not kinds & {Kind.WORD, Kind.DATE, Kind.STOP}

    def _goes_on(self, at: int, piece: _Piece) -> bool:
        """Whether a turn between two pieces only listens, or repeats the one before and asks nothing else."""
        heard = self._hear(at)
        if is_listening(heard.words):
            return True
        echoes = any(_bare(run.value) == _bare(piece.run.value) for run in runs_in(heard))
        return echoes and not questions_in(heard.words)

    def _joined(
        self, pieces: Sequence[_Piece], standing: Sequence[Question], before: str
    ) -> ConversationMatch | None:
        value = "".join(_bare(piece.run.value) for piece in pieces)
        spans = tuple((self.turns[p.turn].record, p.run.start, p.run.end) for p in pieces)
        contexts = [(f"{q.label}: ", q) for q in standing] + [(before[-80:] or "", None)]
        for context, question in contexts:
            for match in sorted(self.patterns(context + value, _ASKED), key=lambda m: (-m.score, m.entity)):
                whole = match.start == len(context) and match.end == len(context) + len(value)
                wanted = is_wanted(question, match.entity) if question else bool(before.strip())
                if whole and (wanted or match.score >= _PROVEN):
                    return ConversationMatch(
                        match.entity, match.score, RECOGNIZER, spans, value, region=match.region,
                        why=_in_reply(question, match.why),
                    )  # fmt: skip
        for question in standing:
            for reply in replies(question, hear(value), self.patterns):
                if reply.start == 0 and reply.end == len(value):
                    return ConversationMatch(
                        question.entity, reply.score, RECOGNIZER, spans, value, why=_in_reply(question)
                    )
        return None


def _one(turn: SpokenTurn, match: Match, value: str) -> ConversationMatch:
    spans = ((turn.record, match.start, match.end),)
    return ConversationMatch(
        match.entity, match.score, match.recognizer, spans, value, match.masking, match.region, match.why
    )


def _in_reply(question: Question | None, why: Explanation | None = None) -> Explanation | None:
    return (why or Explanation()).asked(question.entity) if question else why


def _meets(match: ConversationMatch, run: Run) -> bool:
    return any(start < run.end and run.start < end for _, start, end in match.spans)


def _bare(value: str) -> str:
    return "".join(char for char in value.casefold() if char.isalnum())
