"""How many people a failure is about: at most, and only where the measure could tell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import pandas as pd

from bpoaudit.rules.facts import Facts

People = Mapping[tuple[str, str | None, str | None], int]
"""Different people, at most, by source, field and entity; both None: in all findings of the source."""


def subjects_of(table: str, failing: pd.DataFrame | None, people: People | None) -> int | None:
    """Return how many data subjects the failing findings are about, at most; None where that is not known.

    No more people of a source can be concerned than it has findings that fail, nor more than it is about
    at all. The same person in two sources counts twice.
    """
    if failing is None or table != "findings" or people is None:
        return None
    counts: defaultdict[str, defaultdict[tuple[str, str], int]] = defaultdict(lambda: defaultdict(int))
    for source, field, entity, count in failing[["source", "field", "entity", "count"]].itertuples(
        index=False
    ):
        counts[source][field, entity] += int(count)
    total = 0
    for source, places in counts.items():
        known = [(people.get((source, *place)), count) for place, count in places.items()]
        whole = people.get((source, None, None))
        if whole is None or any(subjects is None for subjects, _ in known):
            return None
        total += min(whole, sum(min(subjects or 0, count) for subjects, count in known))
    return total


def people_of(facts: Facts) -> People | None:
    """Return what the measure of data subjects counted; None where it did not run."""
    frame = facts.tables.get("subjects")
    if frame is None:
        return None
    rows = frame[["source", "field", "entity", "subjects"]].astype("object").itertuples(index=False)
    return {
        (source, None if pd.isna(field) else field, None if pd.isna(entity) else entity): int(subjects)
        for source, field, entity, subjects in rows
    }
