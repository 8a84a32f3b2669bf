"""Listens to the conversations of one source."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bpoaudit.delivery.shapes import SRT, WEBVTT
from bpoaudit.detect import BatchCandidates
from bpoaudit.detect.dialogue import WINDOW, conversations
from bpoaudit.detect.recognizers.context import fold
from bpoaudit.detect.transcript import SpokenTurn
from bpoaudit.measures.conduct.events import Conversation, conversation, outcomes
from bpoaudit.measures.conduct.tally import Conduct
from bpoaudit.measures.conduct.utterances import Said
from bpoaudit.measures.measure import Sight, Watch
from bpoaudit.readers.batch import RecordBatch, Turn
from bpoaudit.readers.roles import AGENT, CUSTOMER, role_of

VOICE, CHAT, MAIL, UNKNOWN = "voice", "chat", "mail", "unknown"
"""How conversations are held, as far as it matters to what is said in them."""

_OF_FACT = {"voice": VOICE, "video": VOICE, "chat": CHAT, "sms": CHAT, "mail": MAIL}
_CAPTIONS = frozenset({WEBVTT, SRT})
_SPOKEN_WORDS = """
call calls phone voice voicecall recording recordings llamada llamadas chamada chamadas ligacao ligacoes anruf
anrufe telefonat telefonate rozmowa rozmowy appel appels tawag
"""
_WRITTEN_WORDS = "chat chats webchat livechat whatsapp sms messenger chatlog czat czaty"
_SPOKEN, _WRITTEN = (frozenset(words.split()) for words in (_SPOKEN_WORDS, _WRITTEN_WORDS))
"""Words of files and feeds."""
_WORD = re.compile(r"[a-z]+")
_LATER_PART = re.compile(
    r"(?:part|pt|segment|seg|chunk|teil|parte|partie|czesc)[ _.-]?0*(?:[2-9]|[1-9]\d+)(?!\d)"
)
_MIDDLE = 90.0
"""Seconds into a recording at which no conversation begins, unless somebody greets there."""
_BEGINNING = 3
"""Turns in which a greeting shows that the conversation begins there."""
_FEWEST_TURNS = 2

_ROLES = {"in": CUSTOMER, "inbound": CUSTOMER, "incoming": CUSTOMER, "received": CUSTOMER,
          "out": AGENT, "outbound": AGENT, "outgoing": AGENT, "sent": AGENT}  # fmt: skip
"""Who writes a message, by its direction as the company sees it."""


class Listening(Watch):
    """Takes the turns of each conversation with what was found in them."""

    tally: Conduct

    def __init__(self, sight: Sight) -> None:
        self.tally = Conduct()
        self._sight = sight
        self._feed = sight.feed.id if sight.feed else None
        self._read = 0
        self._goes_on = False
        """The conversation at the end of the last batch was too long for one."""
        self._told = VOICE if sight.media_type in _CAPTIONS else None
        self._by_name = _channel_by(f"{sight.source} {self._feed or ''}")
        self._later_part = _LATER_PART.search(fold(sight.source)) is not None

    def observe(self, batch: RecordBatch, found: BatchCandidates) -> None:
        """Hear the conversations of one batch."""
        fields = self._sight.plan.dialogue
        said = next((values for values in batch.fields if fields and values.name == fields.text), None)
        if fields and said:
            held = conversations(batch, fields)
            for spoken in held:
                turns = list(self._turns(spoken, said.records, batch.turns, found))
                self._hear(said.name, turns, self._is_middle(spoken, said.records, batch.turns))
            self._goes_on = len(held) == 1 and batch.records >= WINDOW
        self._read += batch.records

    def pass_over(self, batch: RecordBatch) -> None:
        """Know where the next conversations begin, and whether one goes on."""
        fields = self._sight.plan.dialogue
        if fields and any(values.name == fields.text for values in batch.fields):
            self._goes_on = batch.records >= WINDOW and len(conversations(batch, fields)) == 1
        self._read += batch.records

    def _turns(
        self,
        spoken: Sequence[SpokenTurn],
        records: Sequence[int],
        turns: Sequence[Turn],
        found: BatchCandidates,
    ) -> Iterator[Said]:
        for turn in spoken:
            record = records[turn.record]
            role = turns[record - self._read - 1].role if turns else None
            speaker = turn.speaker.strip().casefold() if turn.speaker else None
            role = role or role_of(speaker) or _ROLES.get(speaker or "")
            yield Said(record, speaker or None, role, turn.text, found.turns.get(turn.record, ()))

    def _is_middle(self, spoken: Sequence[SpokenTurn], records: Sequence[int], turns: Sequence[Turn]) -> bool:
        """Whether the conversation does not begin with its first turn, as far as the source shows it."""
        seconds = turns[records[spoken[0].record] - self._read - 1].seconds if turns else None
        return self._goes_on or self._later_part or (seconds or 0.0) > _MIDDLE

    def _hear(self, field: str, turns: Sequence[Said], is_middle: bool) -> None:
        if len(turns) < _FEWEST_TURNS:
            return
        channel = self._told or _OF_FACT.get(str(self._sight.facts.get("channel")))
        heard = conversation(turns)
        if heard.is_monologue:
            return
        channel = channel or heard.channel or self._by_name or UNKNOWN
        from_start = not is_middle or _greets(heard)
        where = (self._sight.source, self._sight.public[field])
        for outcome in outcomes(heard, spoken={VOICE: True, UNKNOWN: None}.get(channel, False)):
            self.tally.add(where, self._feed, channel, from_start, outcome)


def _greets(heard: Conversation) -> bool:
    return any(cue.event == "greeting" for found in heard.heard[:_BEGINNING] for cue in found)


def _channel_by(name: str) -> str | None:
    """Return the channel that the words of a name tell, None where they tell none or both."""
    words = set(_WORD.findall(fold(name)))
    spoken, written = bool(words & _SPOKEN), bool(words & _WRITTEN)
    return None if spoken == written else VOICE if spoken else CHAT
