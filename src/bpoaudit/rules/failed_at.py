"""Where a rule failed, in numbers: every failing item counted by source, field and entity."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from heapq import nsmallest

import pandas as pd

from bpoaudit.model import Evidence, FailedAt
from bpoaudit.rules.delivered import Occurrences
from bpoaudit.rules.facts import EVIDENCE, Facts
from bpoaudit.rules.rule_file import Rule
from bpoaudit.rules.telling import failing_facts

MAX_PLACES = 100
"""Of one rule; a vendor that names every column anew must not fill the result with them."""

_Key = tuple[str | None, str | None, str | None, str | None]


def failed_at(rule: Rule, failing: pd.DataFrame | None, facts: Facts) -> tuple[tuple[FailedAt, ...], int]:
    """Return the `MAX_PLACES` places with most failing items, largest first, and how many places there are.

    The counts are exact: they come from all that failed, where the evidence shows only the first of it.
    """
    if failing is None:
        return (), 0
    hidden = frozenset() if rule.form.show is None else frozenset(FailedAt.model_fields) - {*rule.form.show}
    counts: Counter[_Key] = Counter()
    for place, count in _counted(rule, failing, facts):
        counts[_key(place, hidden)] += count
    largest = nsmallest(MAX_PLACES, counts.items(), key=_rank)
    return tuple(_failed_at(key, count) for key, count in largest), len(counts)


def _counted(
    rule: Rule, failing: pd.DataFrame, facts: Facts
) -> Iterable[tuple[Evidence | Occurrences | None, int]]:
    if rule.table.name == "vendor":
        return ((line, 1) for line in failing_facts(rule, failing, facts))
    return zip(failing[EVIDENCE], _weights(rule, failing), strict=True)


def _weights(rule: Rule, failing: pd.DataFrame) -> Iterator[int]:
    column = rule.table.failing_weight or rule.table.weight
    return (int(each) for each in ([1] * len(failing) if column is None else failing[column].fillna(1)))


def _key(place: Evidence | Occurrences | None, hidden: frozenset[str]) -> _Key:
    names = ("source", "field", "entity", "label")
    told = {name: getattr(place, name, None) for name in names if name not in hidden}
    return told.get("source"), told.get("field"), told.get("entity"), told.get("label")


def _rank(item: tuple[_Key, int]) -> tuple[int, tuple[str, ...]]:
    key, count = item
    return -count, tuple(part or "" for part in key)


def _failed_at(key: _Key, count: int) -> FailedAt:
    source, field, entity, label = key
    return FailedAt(source=source, field=field, entity=entity, label=label, count=count)
