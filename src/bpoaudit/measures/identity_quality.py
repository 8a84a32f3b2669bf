"""How many values of a column of identifiers cannot be right: a check digit or the form is wrong."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from bpoaudit.detect import BatchCandidates, ColumnVerdict
from bpoaudit.detect.columns import HEADER, VALUES
from bpoaudit.measures.measure import Row, Sight, Watch
from bpoaudit.model import MaskingState
from bpoaudit.readers.batch import RecordBatch

CHECKED = frozenset(
    {
        "EMAIL_ADDRESS", "IBAN_CODE", "CREDIT_CARD", "AU_TFN", "BR_CNPJ", "BR_CPF", "BR_PIS", "CA_SIN",
        "DE_TAX_ID", "ES_NIE", "ES_NIF", "FR_NIR", "IE_PPSN", "IN_AADHAAR", "IT_FISCAL_CODE", "NG_NIN",
        "NL_BSN", "PL_NIP", "PL_PESEL", "PT_NIF", "RO_CNP", "UA_RNOKPP", "UK_NHS", "US_NPI", "ZA_ID_NUMBER",
    }
)  # fmt: skip
"""Entities whose recognisers take only what has a valid check digit or the full form."""
FORMED = frozenset({"PHONE_NUMBER", "US_SSN", "UK_NINO", "IN_PAN"})
"""Entities that have a form and no check digit."""

_Column = tuple[str, str, str]
"""Source, field and entity."""
_Outcome = tuple[frozenset[str], frozenset[str]]
"""Entities that a value is right as, and those that it is masked as."""


@dataclass(slots=True)
class Quality:
    """Values of columns of identifiers that are not masked, and those of them that are wrong."""

    values: Counter[_Column] = field(default_factory=Counter)
    wrong: Counter[_Column] = field(default_factory=Counter)

    def merge(self, other: Quality) -> None:
        """Take in another tally."""
        self.values.update(other.values)
        self.wrong.update(other.wrong)

    def rows(self) -> list[Row]:
        """Return a row for each column."""
        return [
            {
                "source": source,
                "field": name,
                "entity": entity,
                "values": values,
                "invalid": self.wrong[source, name, entity],
                "invalid_share": round(self.wrong[source, name, entity] / values, 6),
            }
            for (source, name, entity), values in sorted(self.values.items())
        ]


class CheckingIdentities(Watch):
    """Counts right and masked values of every column; in the end those of identifiers are kept."""

    tally: Quality

    def __init__(self, sight: Sight) -> None:
        self.tally = Quality()
        self._source = sight.source
        self._seen: defaultdict[str, Counter[_Outcome]] = defaultdict(Counter)

    def observe(self, batch: RecordBatch, found: BatchCandidates) -> None:
        """Count the cells of one batch by what they are."""
        for value in found.values:
            if value.final:
                continue  # a text, or a text among the cells
            matches = [candidate.match for candidate in value.candidates]
            right = frozenset(m.entity for m in matches if _is_right(m.entity, m.recognizer))
            masked = frozenset(m.entity for m in matches if m.masking is not MaskingState.CLEAR)
            if right or masked:
                self._seen[value.field][right, masked] += len(value.records)

    def merge(self, other: CheckingIdentities) -> None:
        """Take in what another one has counted."""
        for name, outcomes in other._seen.items():
            self._seen[name].update(outcomes)

    def judged(self, verdicts: Mapping[str, ColumnVerdict]) -> None:
        """Keep the columns that hold identifiers above all."""
        for name, verdict in verdicts.items():
            entity = next(iter(verdict.confidence), None)
            if entity is None or entity not in CHECKED | FORMED:
                continue
            seen = self._seen[name]
            values = verdict.support[entity].values
            values -= sum(count for (_, masked), count in seen.items() if entity in masked)
            # The number of another country is no mistake in a column that is known to mix them.
            right = sum(
                count
                for (entities, masked), count in seen.items()
                if entity not in masked and not entities.isdisjoint(verdict.confidence)
            )
            if values > 0:
                column = (self._source, name, entity)
                self.tally.values[column] += values
                self.tally.wrong[column] += values - right


def _is_right(entity: str, recognizer: str) -> bool:
    """Whether a match bears out its column: by a recogniser that checks it, or by the form alone."""
    return entity in FORMED or (entity in CHECKED and recognizer not in (HEADER, VALUES))
