"""Turn record batches into masked candidates and column evidence: the border of the raw text.

What goes in is `RecordBatch`; what comes out (`BatchCandidates`) can be spooled, sent and stored.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from bpoaudit.detect.columns import CANDIDATE_THRESHOLD, HEADER, VALUES, ColumnEvidence
from bpoaudit.detect.engine import Engine
from bpoaudit.detect.headers import context_of
from bpoaudit.detect.masked import masking_state
from bpoaudit.detect.matches import NER_RECOGNIZERS, THRESHOLD, Candidate, Match, clip, resolve
from bpoaudit.detect.named import name_shares
from bpoaudit.detect.routing import FieldPlan, Route, SourcePlan, plan_source
from bpoaudit.detect.shapes import NOTHING, fits, is_amount, is_prose, is_timestamp, parse_date
from bpoaudit.masking import Key, shape
from bpoaudit.model import FieldKind, MaskingState
from bpoaudit.readers.batch import FieldValues, RecordBatch

_CACHED_CHARACTERS = 20_000_000
_PROMISED_SCORE = 0.5
"""Score of a value that merely fits what its header promises; the column's verdict decides."""

_NOT_NAMES = frozenset(
    ["email", "e-mail", "mail", "gmail", "yahoo", "hotmail", "phone", "mobile", "address", "name", "zip", "code", "zipcode", "customer", "agent", "caller", "client", "hi", "hello", "hey", "thanks", "thank", "you", "please", "ok", "okay", "yes", "no", "sir", "madam", "maam", "ma'am", "mr", "mrs", "ms", "dear", "regards", "hahaha", "lol", "cvv", "pin", "otp", "ssn", "iban", "invoice", "order", "ticket", "account", "number", "visa", "mastercard", "amex", "paypal", "pesel", "nip", "aadhaar", "pan", "vat"]
)
"""Words that the language model takes for a person or a place in chats and notes."""


@dataclass(frozen=True, slots=True)
class ValueCandidates:
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


class Detector:
    """Analyses batches with one engine and one key; remembers values it has seen."""

    def __init__(self, engine: Engine, key: Key, allowed: Iterable[str] = ()) -> None:
        """`allowed` are exact values that the profile declares not to be personal data."""
        self.engine = engine
        self.key = key
        self._allowed = frozenset(value.casefold() for value in allowed)
        self._texts: dict[str, tuple[Match, ...]] = {}
        self._cells: dict[tuple[str, str], tuple[Match, ...]] = {}
        self._cached = 0

    def plan(self, head: Iterable[RecordBatch], kind: FieldKind) -> SourcePlan:
        """Plan the fields of a source from its head; see `plan_source`."""
        return plan_source(head, kind, partial(name_shares, self.engine))

    def detect(self, batch: RecordBatch, plan: SourcePlan, public: dict[str, str]) -> BatchCandidates:
        """Analyse one batch. `public` gives the public name of each field."""
        out = BatchCandidates()
        for values in batch.fields:
            evidence = ColumnEvidence(records=batch.records)
            out.evidence[values.name] = evidence
            for value, records, matches, final in self._values(values, plan.of(values.name), evidence):
                if matches:
                    out.values.append(
                        ValueCandidates(public[values.name], records, final, self._masked(value, matches))
                    )
        return out

    def _values(
        self, values: FieldValues, plan: FieldPlan, evidence: ColumnEvidence
    ) -> Iterator[tuple[str, tuple[int, ...], tuple[Match, ...], bool]]:
        positions: defaultdict[str, list[int]] = defaultdict(list)
        for record, value in zip(values.records, values.values, strict=True):
            positions[value].append(record)
        texts: list[str] = []
        for value, records in positions.items():
            evidence.non_empty += len(records)
            sketch = self.key.sketch(value)
            evidence.distinct.add(sketch)
            if plan.route is Route.TEXT:
                texts.append(value)
                continue
            bare = value.strip()
            if bare.casefold() in NOTHING:
                evidence.nothing += len(records)
                continue
            promised = [entity for entity in plan.hints if fits(entity, bare)]
            suggested = [entity for entity in plan.suggested if fits(entity, bare)]
            if is_prose(bare) and not promised and not suggested:
                texts.append(value)
                continue
            matches = self._cell(plan, value, bare, promised)
            _observe(evidence, bare, len(records))
            evidence.witness(value, len(records), sketch, matches)
            yield value, tuple(records), matches, False
        for value, matches in zip(texts, self._analysed(texts), strict=True):
            yield value, tuple(positions[value]), matches, True

    def _cell(self, plan: FieldPlan, value: str, bare: str, promised: Sequence[str]) -> tuple[Match, ...]:
        """Analyse a short value beside the words of its header, which are its only context."""
        cached = self._cells.get((plan.name, value))
        if cached is not None:
            return cached
        context = context_of(plan.name) + ": "
        found = clip(
            self.engine.patterns(context + value, CANDIDATE_THRESHOLD),
            len(context),
            len(context) + len(value),
        )
        start = len(value) - len(value.lstrip())
        state = masking_state(bare)
        if state is not MaskingState.CLEAR and plan.hints and not promised:
            promised = [entity for entity in plan.hints if entity in SHAPES or entity == "EMAIL_ADDRESS"][:1]
        fitting = tuple(
            Match(start, start + len(bare), entity, _PROMISED_SCORE, HEADER, state) for entity in promised
        )
        matches = tuple(m for m in found + fitting if not self._is_allowed(value, m))
        self._remember(len(value))
        self._cells[plan.name, value] = matches
        return matches

    def _analysed(self, texts: Sequence[str]) -> Iterator[tuple[Match, ...]]:
        unseen = [text for text in texts if text not in self._texts]
        found: dict[str, tuple[Match, ...]] = {}
        for text, matches in zip(unseen, self.engine.text(unseen, THRESHOLD), strict=True):
            found[text] = resolve(m for m in matches if _plausible(m, text) and not self._is_allowed(text, m))
        for text in texts:
            yield found[text] if text in found else self._texts[text]
        for text, matches in found.items():
            self._remember(len(text))
            self._texts[text] = matches

    def _remember(self, characters: int) -> None:
        self._cached += characters + 100
        if self._cached > _CACHED_CHARACTERS:
            self._texts.clear()
            self._cells.clear()
            self._cached = 0

    def _is_allowed(self, value: str, match: Match) -> bool:
        return bool(self._allowed) and value[match.start : match.end].casefold() in self._allowed

    def _masked(self, value: str, matches: Sequence[Match]) -> tuple[Candidate, ...]:
        return tuple(
            Candidate(
                match,
                shape(match.entity, value[match.start : match.end]),
                self.key.fingerprint(match.entity, value[match.start : match.end]),
            )
            for match in matches
        )


def _observe(evidence: ColumnEvidence, bare: str, count: int) -> None:
    """Note the outline of a cell: how many digits, whether a date or a time stamp."""
    if not bare[:1].isdigit() and bare[:1] not in "+(-":
        return
    if len(bare) <= 30 and (parsed := parse_date(bare)):
        year, first, second, ambiguous = parsed
        evidence.dates[
            f"{first:02}/{second:02}/{year}" if ambiguous else f"{year}-{first:02}-{second:02}"
        ] += count
        evidence.timestamps += count * is_timestamp(bare)
    digits = sum(c.isdigit() for c in bare)
    if digits >= 5 and all(c.isdigit() or c in " -." for c in bare):
        evidence.digit_lengths[digits] += count


def _plausible(match: Match, text: str) -> bool:
    """Whether an answer of the language model can be a name or a place at all."""
    if match.recognizer not in NER_RECOGNIZERS:
        return True
    value = text[match.start : match.end]
    if "\n" in value.strip() or (any(c.isdigit() for c in value) and match.entity != "STREET_ADDRESS"):
        return False
    tokens = value.casefold().strip(" .,:;!?'\"").split()
    return any(len(t) > 1 for t in tokens) and not all(t.strip(".,:;!?'\"") in _NOT_NAMES for t in tokens)
