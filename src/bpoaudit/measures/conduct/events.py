"""What came of one conversation: what was said of that which has to be said, and of that which must not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bpoaudit.catalog import category_of
from bpoaudit.detect.matches import Candidate
from bpoaudit.measures.conduct.cues import Heard, cues
from bpoaudit.measures.conduct.utterances import Said, Utterance, utterances, with_roles
from bpoaudit.model import MaskingState
from bpoaudit.readers.roles import CUSTOMER

LATER = 11
"""Turns are numbered up to here; it stands for all that follow."""
ANSWERED_WITHIN = 8
"""Turns in which an agent has to take up what a customer asks for."""
_PATIENCE = 40
"""Turns after which a pause is over, whether or not anybody says so."""

_OFFICIAL = "#OfficialID"
_DISCLOSING = frozenset({"DATE_OF_BIRTH", "CREDIT_CARD"})
_CARD = frozenset({"CARD_SECURITY_CODE", "CREDIT_CARD", "PIN", "CARD_TRACK"})

Place = tuple[int, int, int]
"""Record, start and end."""


class Outcome(NamedTuple):
    """What one conversation says of one event."""

    event: str
    heard: bool | None
    """None: it cannot be told, because nobody knows who is the agent."""
    turn: int | None
    """Of the conversation, from 1, at which it was heard first; of what belongs to its beginning only."""
    place: Place | None


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation taken apart."""

    said: tuple[Utterance, ...]
    heard: tuple[tuple[Heard, ...], ...]
    """Cues of each utterance."""

    @property
    def channel(self) -> str | None:
        """Return `voice` or `chat`, as the speakers call it; None where they say neither or both."""
        spoken, written = (
            any(cue.event == event for found in self.heard for cue in found)
            for event in ("by_phone", "in_writing")
        )
        return None if spoken == written else "voice" if spoken else "chat"

    @property
    def roles_known(self) -> bool:
        """Whether it is known both who speaks for the company and who is the customer."""
        return any(u.by_company for u in self.said) and any(u.role == CUSTOMER for u in self.said)

    @property
    def is_monologue(self) -> bool:
        """Whether only one speaker is named."""
        return len({u.speaker for u in self.said}) == 1 and self.said[0].speaker is not None


class _Met(NamedTuple):
    """An event at an utterance."""

    at: int
    place: Place


def conversation(turns: Sequence[Said]) -> Conversation:
    """Take a conversation apart."""
    said = utterances(turns)
    heard = tuple(cues().heard(utterance.text) for utterance in said)
    greets = [any(cue.event == "greeting" for cue in found) for found in heard]
    return Conversation(tuple(with_roles(said, greets)), heard)


def outcomes(of: Conversation, spoken: bool | None) -> Iterator[Outcome]:
    """Yield an outcome for each event that the conversation can have; only a call can be recorded.

    `spoken`: it is a call; None: nobody can tell.
    """
    if spoken is not False:
        yield _opening(of, "recording_notice", sure=spoken is True)
    yield _opening(of, "company_named", sure=True)
    yield from _disclosed(of)
    yield _occurrence("card_code_said", _found(of, lambda c, u: c.match.entity == "CARD_SECURITY_CODE"))
    yield from _after_pause(of)
    yield _by_company(of, "card_read_back", lambda c: c.match.entity == "CREDIT_CARD")
    for event in ("one_time_password_asked", "pin_asked", "password_asked", "deletion_promised",
                  "private_contact"):  # fmt: skip
        yield _said_by_company(of, event)
    yield from _answered(of, "objection")
    yield from _answered(of, "erasure_request")


def _met(of: Conversation, event: str) -> Iterator[_Met]:
    for at, (utterance, found) in enumerate(zip(of.said, of.heard, strict=True)):
        for cue in found:
            if cue.event == event:
                yield _Met(at, utterance.place(cue.start, cue.end))


def _found(of: Conversation, wanted: Callable[[Candidate, Utterance], bool]) -> Iterator[_Met]:
    """Yield the clear values that are wanted."""
    for at, utterance in enumerate(of.said):
        for piece in utterance.pieces:
            for candidate in piece.found:
                match = candidate.match
                if match.masking is MaskingState.CLEAR and wanted(candidate, utterance):
                    yield _Met(at, (piece.record, match.start, match.end))


def _opening(of: Conversation, event: str, sure: bool) -> Outcome:
    """What belongs to the beginning, by whomever but the customer it is said."""
    met = next((m for m in _met(of, event) if of.said[m.at].role != CUSTOMER), None)
    if met:
        return Outcome(event, True, min(met.at + 1, LATER), met.place)
    first = of.said[0].pieces[0].record
    return Outcome(event, False if sure and of.roles_known else None, None, (first, 0, 0))


def _occurrence(event: str, met: Iterator[_Met]) -> Outcome:
    first = next(met, None)
    return Outcome(event, first is not None, None, first.place if first else None)


def _said_by_company(of: Conversation, event: str) -> Outcome:
    return _judged(event, of, list(_met(of, event)))


def _by_company(of: Conversation, event: str, wanted: Callable[[Candidate], bool]) -> Outcome:
    return _judged(event, of, list(_found(of, lambda candidate, _: wanted(candidate))))


def _judged(event: str, of: Conversation, met: Sequence[_Met]) -> Outcome:
    """Heard where the company says it; unknown where somebody says it of whom nobody knows who it is."""
    first = next((m for m in met if of.said[m.at].by_company), None)
    if first:
        return Outcome(event, True, None, first.place)
    unknown = next((m for m in met if of.said[m.at].role is None), None)
    return Outcome(event, None if unknown else False, None, unknown.place if unknown else None)


def _disclosed(of: Conversation) -> Iterator[Outcome]:
    """Whether somebody was asked who they are before the company told what it knows of them."""
    given: set[str] = set()
    checked = False
    for at, (utterance, found) in enumerate(zip(of.said, of.heard, strict=True)):
        told = [cue for cue in found if cue.event == "disclosure"]
        checks = [cue.start for cue in found if cue.event == "identity_check" and utterance.role != CUSTOMER]
        values = [_Met(at, (piece.record, c.match.start, c.match.end))
                  for piece in utterance.pieces for c in piece.found
                  if _discloses(c) and c.fingerprint not in given]  # fmt: skip
        places = [utterance.place(cue.start, cue.end) for cue in told]
        places += [met.place for met in values]
        if places and utterance.role != CUSTOMER and utterance.role is not None:
            first = min(places)
            before = any(utterance.place(start, start) < first for start in checks)
            yield Outcome("checked_before_disclosure", checked or before, None, first)
            return
        if told and utterance.role is None:
            yield Outcome("checked_before_disclosure", checked or None, None, min(places))
            return
        checked = checked or bool(checks)
        given |= {c.fingerprint for piece in utterance.pieces for c in piece.found}


def _discloses(candidate: Candidate) -> bool:
    match = candidate.match
    known = match.entity in _DISCLOSING or (category_of(match.entity) or "").endswith(_OFFICIAL)
    return known and match.masking is MaskingState.CLEAR


def _after_pause(of: Conversation) -> Iterator[Outcome]:
    """Where somebody says that the recording stops now: whether the card is heard all the same."""
    pause = next((m for m in _met(of, "recording_paused") if of.said[m.at].role != CUSTOMER), None)
    if pause is None:
        return
    end = pause.at + _PATIENCE
    resumed = next((m.at for m in _met(of, "recording_resumed") if m.at > pause.at), end)
    met = _found(of, lambda candidate, _: candidate.match.entity in _CARD)
    after = (m for m in met if pause.at <= m.at < resumed and m.place > pause.place)
    yield _occurrence("card_said_after_pause", after)


def _answered(of: Conversation, request: str) -> Iterator[Outcome]:
    """Whether an agent takes up what a customer asks for."""
    asked = next((m for m in _met(of, request) if not of.said[m.at].by_company), None)
    if asked is None:
        return
    end = asked.at + 1 + ANSWERED_WITHIN
    answers = [m for m in _met(of, "request_taken_up") if asked.at < m.at < end]
    heard: bool | None = any(of.said[m.at].role != CUSTOMER for m in answers)
    if of.said[asked.at].role is None or not (heard or of.roles_known):
        heard = None
    yield Outcome(f"{request}_taken_up", heard, None, asked.place)
