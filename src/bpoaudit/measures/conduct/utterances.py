"""What the turns of a conversation are for its measure: who speaks, in which piece, and what was found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from bpoaudit.detect.matches import Candidate
from bpoaudit.readers.roles import AGENT, CUSTOMER, SYSTEM

MOST_CHARACTERS = 2_000
"""Turns of one speaker in a row are heard together up to here: captions break sentences."""

COMPANY = frozenset({AGENT, SYSTEM})
"""Who speaks for the vendor or its client."""


@dataclass(frozen=True, slots=True)
class Said:
    """One turn. `repr` never shows content."""

    record: int
    speaker: str | None = field(repr=False)
    role: str | None
    text: str = field(repr=False)
    found: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Utterance:
    """Turns of one speaker in a row."""

    role: str | None
    speaker: str | None = field(repr=False)
    pieces: tuple[Said, ...]

    @property
    def text(self) -> str:
        """All that is said in it."""
        return "\n".join(piece.text for piece in self.pieces)

    @property
    def by_company(self) -> bool:
        """Whether an agent or a machine of the company speaks."""
        return self.role in COMPANY

    def place(self, start: int, end: int) -> tuple[int, int, int]:
        """Return record, start and end of what stands there in `text`, cut to the turn it begins in."""
        for piece in self.pieces:
            size = len(piece.text)
            if start <= size:
                return piece.record, start, min(end, size)
            start, end = start - size - 1, end - size - 1
        last = self.pieces[-1]
        return last.record, len(last.text), len(last.text)


def utterances(turns: Sequence[Said]) -> list[Utterance]:
    """Put the turns of one speaker in a row together."""
    found: list[Utterance] = []
    for (speaker, role), row in groupby(turns, key=lambda turn: (turn.speaker, turn.role)):
        for pieces in _in_size(row):
            found.append(Utterance(role, speaker, tuple(pieces)))
    return found


def _in_size(turns: Iterator[Said]) -> Iterator[list[Said]]:
    held: list[Said] = []
    size = 0
    for turn in turns:
        if held and size + len(turn.text) > MOST_CHARACTERS:
            yield held
            held, size = [], 0
        held.append(turn)
        size += len(turn.text)
    if held:
        yield held


def with_roles(said: Sequence[Utterance], greets: Sequence[bool]) -> list[Utterance]:
    """Return the utterances with the roles that follow from those that are known.

    Of two speakers the other one is the customer, or the agent. Where no role is known, the one speaker
    who greets as companies do (`greets`, parallel to `said`) is the agent.
    """
    roles: dict[str | None, str | None] = {}
    for utterance in said:
        if utterance.speaker is not None:
            roles[utterance.speaker] = roles.get(utterance.speaker) or utterance.role
    known = set(roles.values()) - {None}
    if not known & {AGENT, CUSTOMER}:
        greeting = {u.speaker for u, greeted in zip(said, greets, strict=True) if greeted and u.role is None}
        if len(greeting) == 1 and (speaker := greeting.pop()) in roles:
            roles[speaker] = AGENT
    people = [speaker for speaker, role in roles.items() if role != SYSTEM]
    told = {speaker: roles[speaker] for speaker in people if roles[speaker]}
    if len(people) == 2 and len(told) == 1:
        ((speaker, role),) = told.items()
        (other,) = (each for each in people if each != speaker)
        roles[other] = CUSTOMER if role == AGENT else AGENT
    return [Utterance(u.role or roles.get(u.speaker), u.speaker, u.pieces) for u in said]
