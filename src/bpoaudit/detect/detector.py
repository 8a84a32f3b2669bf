"""Turn record batches into masked candidates and column evidence: the border of the raw text.

What goes in is `RecordBatch`; what comes out (`BatchCandidates`) can be spooled, sent and stored.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import islice
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from bpoaudit.catalog import CATALOG, is_special
from bpoaudit.detect.columns import CANDIDATE_THRESHOLD, HEADER, VALUES, ColumnEvidence
from bpoaudit.detect.dialogue import conversations
from bpoaudit.detect.engine import Analysis, Engine
from bpoaudit.detect.explaining import explained
from bpoaudit.detect.headers import context_of
from bpoaudit.detect.known_values import Values, known_in, values_of
from bpoaudit.detect.machine_lines import Line, MachineLines
from bpoaudit.detect.masked import masking_state
from bpoaudit.detect.matches import (
    DENY_LIST,
    NER_RECOGNIZERS,
    THRESHOLD,
    Candidate,
    Match,
    clip,
    counts,
    resolve,
)
from bpoaudit.detect.named import name_shares
from bpoaudit.detect.plausible import plausible
from bpoaudit.detect.routing import FieldPlan, Route, SourcePlan, plan_source
from bpoaudit.detect.said_words import without_said_words
from bpoaudit.detect.sentences import Known
from bpoaudit.detect.shapes import fits, is_amount, is_prose, is_random_uuid, says_nothing
from bpoaudit.detect.spoken import RECOGNIZER as SPOKEN
from bpoaudit.detect.spoken import spoken_matches, value_of
from bpoaudit.detect.transcript import ConversationMatch, SpokenTurn, conversation_matches
from bpoaudit.masking import Key, shape
from bpoaudit.model import FieldKind, MaskingState
from bpoaudit.readers.batch import FieldValues, RecordBatch

_CACHED_CHARACTERS = 20_000_000
_OF_PEOPLE = frozenset(
    {"PERSON", "LOCATION", "STREET_ADDRESS"} | {name for name in CATALOG if is_special(name)}
)
"""What words alone can suggest."""

_NUMBERS_MESSAGES = frozenset({"message id", "in reply to", "references"})
"""Fields of mail whose values look like addresses (RFC 5322 3.6.4)."""
_LAST_FOUR = re.compile(r"last ?(?:four|4)(?!\d)|(?<![^\W_])(?:ssn|card|cc|iban)4\Z")
"""In the header of what is left of a number: `ssn_last4`, `SSN4`."""
_FOUR_FIGURES = re.compile(r"\d{4}", re.ASCII)
_NONE_TOLD = ("",)
_ANY_UUID = "a0b1c2d3-e4f5-4a6b-8c7d-9e0f1a2b3c4d"
"""Stands for all that are drawn at random: what is found in one is found in each, by its header."""

_PROMISED_SCORE = 0.5
"""Score of a value that merely fits what its header promises; the column's verdict decides."""


class ValueCandidates(Struct, frozen=True, array_like=True):
    """What one distinct value of a batch could be, and in which records it stands."""

    field: str
    """The public name of the field."""
    records: tuple[int, ...]
    final: bool
    """True for text, which is settled by itself; False where the column's verdict decides."""
    candidates: tuple[Candidate, ...]


@dataclass(slots=True)
class BatchCandidates:
    """All that leaves the detector for one batch."""

    values: list[ValueCandidates] = field(default_factory=list)
    evidence: dict[str, ColumnEvidence] = field(default_factory=dict)
    """By the true name of the field; stays in memory."""
    turns: dict[int, tuple[Candidate, ...]] = field(default_factory=dict)
    """Of a conversation, by the place of the turn in the field of its text; stays in memory."""


_Asked = tuple[str | None, str, tuple[Known, ...]]
"""The language that a text is in on the whole, the text, and what is known of names in it."""


class _Text(NamedTuple):
    """A text to analyse, with what its records tell of the names in it."""

    value: str
    records: Sequence[int] = ()
    known: tuple[Known, ...] = ()


class Detector:
    """Analyses batches with one engine and one key; remembers values it has seen."""

    def __init__(self, engine: Engine, key: Key, allowed: Iterable[str] = ()) -> None:
        """`allowed` are exact values that the profile declares not to be personal data."""
        self.engine = engine
        self.key = key
        self._allowed = frozenset(value.casefold() for value in allowed)
        self._lines = MachineLines(engine, THRESHOLD)
        self._texts: dict[_Asked, Analysis] = {}
        self._cells: dict[FieldPlan, dict[str, tuple[Match, ...]]] = {}
        self._in_any_uuid: dict[str, tuple[Match, ...]] = {}
        """By the context before it."""
        self._cached = 0

    def plan(self, head: Iterable[RecordBatch], kind: FieldKind) -> SourcePlan:
        """Plan the fields of a source from its head; see `plan_source`."""
        return plan_source(head, kind, partial(name_shares, self.engine))

    def detect(self, batch: RecordBatch, plan: SourcePlan, public: dict[str, str]) -> BatchCandidates:
        """Analyse one batch. `public` gives the public name of each field."""
        out = BatchCandidates()
        row = cache(partial(values_of, batch, plan))  # most batches have no texts
        for values in batch.fields:
            evidence = ColumnEvidence(records=batch.records)
            out.evidence[values.name] = evidence
            field_plan, name = plan.of(values.name), public[values.name]
            if plan.dialogue and values.name == plan.dialogue.text:
                spoken = conversations(batch, plan.dialogue)
                # All together: models read many turns of one length faster than a few.
                texts = [_Text(turn.text) for turns in spoken for turn in turns]
                analyses = self._analysed(texts, field_plan.written)
                for turns in spoken:
                    own = [*islice(analyses, len(turns))]
                    told = self._conversation(turns, own, values.records, name, evidence)
                    for place, candidates in told:
                        out.values.append(candidates)
                        out.turns[place] = candidates.candidates
                continue
            speaks = plan.dialogue is not None and values.name == plan.dialogue.speaker
            for value, records, matches, final in self._values(values, field_plan, evidence, row):
                if speaks:  # `Visitor 88123` is at no address
                    matches = tuple(
                        m for m in matches if m.entity == "PERSON" or m.recognizer not in NER_RECOGNIZERS
                    )
                if matches:
                    out.values.append(ValueCandidates(name, records, final, self._masked(value, matches)))
        return out

    def _values(
        self,
        values: FieldValues,
        plan: FieldPlan,
        evidence: ColumnEvidence,
        row: Callable[[], Mapping[int, Values]],
    ) -> Iterator[tuple[str, tuple[int, ...], tuple[Match, ...], bool]]:
        positions: defaultdict[str, list[int]] = defaultdict(list)
        for record, value in zip(values.records, values.values, strict=True):
            positions[value].append(record)
        texts: list[_Text] = []
        asked = plan.hints + plan.suggested
        known = self._cells.setdefault(plan, {})
        for value, records in positions.items():
            evidence.non_empty += len(records)
            sketch = self.key.sketch(value)
            evidence.distinct.add(sketch)
            if plan.route is Route.TEXT:
                texts += _told_apart(value, records, row())
                continue
            bare = value.strip()
            if says_nothing(bare, asked):
                evidence.nothing += len(records)
                continue
            expected = [entity for entity in asked if fits(entity, bare)]
            if not expected and is_prose(bare):
                texts += _told_apart(value, records, row())
                continue
            matches = known.get(value)
            if matches is None:
                gave_up = self.engine.gave_up
                matches = self._cell(plan, value, bare, expected)
                if self.engine.gave_up == gave_up:
                    self._remember(len(value))
                    known[value] = matches
                else:  # what was not all read must be counted each time
                    evidence.unread += len(records)
            evidence.observe(bare, len(records))
            evidence.witness(value, len(records), sketch, matches)
            yield value, tuple(records), matches, False
        for text, (analysis, heard) in zip(texts, self._read(texts, plan.written), strict=True):
            value = text.value
            _tell(analysis, evidence, len(text.records))
            if found := (*analysis.matches, *filter(counts, heard)):
                matches = resolve(m for m in found if not self._is_allowed(value, m))
                yield value, tuple(text.records), tuple(m for m in matches if _is_meant(plan, value, m)), True

    def _read(self, texts: Sequence[_Text], written: str | None) -> Iterator[Line]:
        """Yield for each text what it holds."""
        lines = [*self._lines.read([text.value for text in texts], written)]
        others = [text for text, line in zip(texts, lines, strict=True) if line is None]
        analysed = iter([*self._analysed(others, written)])
        for text, line in zip(texts, lines, strict=True):
            yield line or (next(analysed), spoken_matches(text.value, self.engine.patterns))

    def _conversation(
        self,
        turns: Sequence[SpokenTurn],
        analyses: Sequence[Analysis],
        records: Sequence[int],
        name: str,
        evidence: ColumnEvidence,
    ) -> Iterator[tuple[int, ValueCandidates]]:
        """Read turns together as questions and answers; `analyses` say what each of them holds as a text.

        `records` are those of the field; a turn goes by its place among them, which is given with it.
        """
        told: defaultdict[int, dict[Match, ConversationMatch]] = defaultdict(dict)
        pieces: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        for answer in conversation_matches(turns, self.engine.patterns):
            (first, start, end), *later = answer.spans
            match = Match(
                start, end, answer.entity, answer.score, answer.recognizer, answer.masking, answer.region,
                why=answer.why,
            )  # fmt: skip
            if not counts(match):
                continue
            told[first][match] = answer
            for record, start, end in later:
                pieces[record].append((start, end))
        for turn, analysis in zip(turns, analyses, strict=True):
            _tell(analysis, evidence, 1)
            evidence.non_empty += 1
            evidence.distinct.add(self.key.sketch(turn.text))
            answers = told[turn.record]
            # The later pieces of a value told over several turns belong to its first turn.
            taken = pieces[turn.record]
            own = (m for m in analysis.matches if not any(m.start < e and s < m.end for s, e in taken))
            matches = resolve(m for m in (*own, *answers) if not self._is_allowed(turn.text, m))
            if matches:
                candidates = (self._candidate(turn.text, m, answers.get(m)) for m in matches)
                placed = tuple(
                    replace(c, spans=tuple((records[at], start, end) for at, start, end in c.spans))
                    for c in candidates
                )
                yield turn.record, ValueCandidates(name, (records[turn.record],), True, placed)

    def _cell(self, plan: FieldPlan, value: str, bare: str, expected: Sequence[str]) -> tuple[Match, ...]:
        """Analyse a short value beside the words of its header, which are its only context."""
        words = context_of(plan.name)
        found = self.engine.own(value, CANDIDATE_THRESHOLD, words.split())
        # A header such as "income by zip code" would make a postal code of each sum of money.
        if not is_amount(bare):
            context = words + ": "
            random = value == bare and is_random_uuid(value)
            found += self._in_uuid(context) if random else self._behind(context, value)
        start = len(value) - len(value.lstrip())
        state = masking_state(bare, hashed=plan.hashed)
        if _FOUR_FIGURES.fullmatch(bare) and _LAST_FOUR.search(words):
            state = MaskingState.MASKED
        if state is not MaskingState.CLEAR and not expected:
            # What is left of a masked value fits no shape; the header says what it was.
            expected = plan.hints[:1]
        fitting = tuple(
            Match(start, start + len(bare), entity, _PROMISED_SCORE, _expectation(plan, entity), state)
            for entity in expected
        )
        return tuple(
            m for m in found + fitting if _is_meant(plan, value, m) and not self._is_allowed(value, m)
        )

    def _behind(self, context: str, value: str) -> tuple[Match, ...]:
        """Return what patterns find in a value behind its context, with offsets in the value."""
        matches = self.engine.patterns(context + value, CANDIDATE_THRESHOLD)
        return clip(matches, len(context), len(context) + len(value))

    def _in_uuid(self, context: str) -> tuple[Match, ...]:
        found = self._in_any_uuid.get(context)
        if found is None:
            self._remember(len(context))
            found = self._in_any_uuid[context] = self._behind(context, _ANY_UUID)
        return found

    def _analysed(self, texts: Sequence[_Text], written: str | None) -> Iterator[Analysis]:
        asked = [(written, text.value, text.known) for text in texts]
        unseen = [each for each in dict.fromkeys(asked) if each not in self._texts]
        found: dict[_Asked, Analysis] = {}
        analyses = self.engine.text(
            [text for _, text, _ in unseen], THRESHOLD, written, [known for _, _, known in unseen]
        )
        for each, analysis in zip(unseen, analyses, strict=True):
            text = each[1]
            likely = plausible(analysis.matches, text)
            likely = tuple(m for m in likely if m.recognizer not in NER_RECOGNIZERS or counts(m))
            found[each] = analysis._replace(matches=without_said_words(likely, text))
        for each in asked:
            yield found[each] if each in found else self._texts[each]
        for each, analysis in found.items():
            self._remember(len(each[1]))
            self._texts[each] = analysis

    def _remember(self, characters: int) -> None:
        self._cached += characters + 100
        if self._cached > _CACHED_CHARACTERS:
            self._texts.clear()
            self._cells.clear()
            self._in_any_uuid.clear()
            self._cached = 0

    def _is_allowed(self, value: str, match: Match) -> bool:
        return (
            bool(self._allowed)
            and match.recognizer != DENY_LIST
            and value[match.start : match.end].casefold() in self._allowed
        )

    def _masked(self, value: str, matches: Sequence[Match]) -> tuple[Candidate, ...]:
        return tuple(self._candidate(value, match) for match in matches)

    def _candidate(self, value: str, match: Match, answer: ConversationMatch | None = None) -> Candidate:
        text = value[match.start : match.end]
        spans: tuple[tuple[int, int, int], ...] = ()
        if answer is not None:
            text = answer.value
            spans = answer.spans if len(answer.spans) > 1 else ()
        elif match.recognizer == SPOKEN:
            text = value_of(text)
        if self.engine.explains or match.why:
            match = explained(match) if self.engine.explains else replace(match, why=None)
        return Candidate(match, shape(match.entity, text), self.key.fingerprint(match.entity, text), spans)


def _told_apart(value: str, records: Sequence[int], row: Mapping[int, Values]) -> Iterable[_Text]:
    """Return a text once for each way in which the records that hold it tell of the names in it."""
    if not row:
        return (_Text(value, records),)
    alike: defaultdict[tuple[Known, ...], list[int]] = defaultdict(list)
    for record in records:
        alike[known_in(value, row.get(record, ()))].append(record)
    return [_Text(value, own, known) for known, own in alike.items()]


def _tell(analysis: Analysis, evidence: ColumnEvidence, count: int) -> None:
    """Count a text that occurs `count` times by its languages, and as unread where it was not all read."""
    for language in analysis.languages or _NONE_TOLD:
        evidence.languages[language] += count
    evidence.unread += 0 if analysis.complete else count


def _is_meant(plan: FieldPlan, value: str, match: Match) -> bool:
    """Whether a match can be one in its column: in `Victoria armchair` of products it is no name.

    In a label the language models do not count, and in the name of a thing no other words either.
    """
    if match.entity == "EMAIL_ADDRESS" and context_of(plan.name) in _NUMBERS_MESSAGES:
        return False
    if match.entity in plan.hints + plan.suggested or match.proven:
        return True
    if plan.things and match.entity in _OF_PEOPLE:
        return False
    if plan.metadata and match.recognizer in NER_RECOGNIZERS and len(value.split()) == 1:
        return False  # a sheet, a template, a company; a person signs with two names
    return match.recognizer not in NER_RECOGNIZERS or not (plan.things or value.strip() in plan.labels)


def _expectation(plan: FieldPlan, entity: str) -> str:
    return HEADER if entity in plan.hints else VALUES
