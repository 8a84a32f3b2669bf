"""Where a person writes what a rule could not know: a key of the vendor profile, or an option of the audit.

A rule asks for facts as its tables have them, and many are worked out from several answers. Nobody can enter
`flows.mechanism_valid`; what it is worked out from stands in `transfers`.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import Final

from bpoaudit.rules.registry import list_path, tables

_FEEDS: Final = "agreement.feeds"
_DELIVERED: Final[tuple[str, ...]] = ()
"""Only the delivery itself could tell it."""

_TABLES: Final[dict[str, tuple[str, ...]]] = {
    "clauses": ("contract.clauses",),
    "flows": ("transfers[].mechanism",),
    "origins": ("transfers[].mechanism",),
    "holdings": (_FEEDS,),
    "suppressed": ("--suppression",),
    "lists": ("lists",),
    "listed": ("lists",),
    "drift": ("--history",),
    "equivalence_classes": (f"{_FEEDS}[].classification",),
}
"""What a table hangs on: without it there is none. Its columns without a line of their own hang on it too."""

_FACTS: Final[dict[str, tuple[str, ...]]] = {
    "derived.hiding_feeds": (f"{_FEEDS}[].classification",),
    "derived.test_feeds": (f"{_FEEDS}[].classification",),
    "scan.sources_not_covered": (_FEEDS,),
    "findings.feed": (_FEEDS,),
    "findings.classification": (f"{_FEEDS}[].classification",),
    "findings.region_agreed": (f"{_FEEDS}[].regions",),
    "findings.region_declared": ("processing.subject_countries",),
    "findings.agreed": (_FEEDS,),
    "findings.agreed_masking": (_FEEDS,),
    "findings.masking_met": (_FEEDS,),
    "fields.feed": (_FEEDS,),
    "fields.agreed": (_FEEDS,),
    "sources.feed": (_FEEDS,),
    "sources.agreed": (_FEEDS,),
    "sources.over_max_records": (f"{_FEEDS}[].max_records",),
    "dates.feed": (_FEEDS,),
    "dates.trigger": (f"{_FEEDS}[].retention_trigger",),
    "dates.limit_days": (f"{_FEEDS}[].retention_days",),
    "dates.over_limit": (f"{_FEEDS}[].retention_days",),
    "holdings.records": (f"{_FEEDS}[].records",),
    "holdings.retention_days": (f"{_FEEDS}[].retention_days",),
    "holdings.minimum_days": (f"{_FEEDS}[].records",),
    "holdings.law": (f"{_FEEDS}[].records",),
    "holdings.meets_minimum": (f"{_FEEDS}[].retention_days", f"{_FEEDS}[].records"),
    "holdings.archive_days": (f"{_FEEDS}[].archive_days",),
    "holdings.missing_days": (f"{_FEEDS}[].archive_days",),
    "service_needs.needed": (_FEEDS,),
    "flows.tia_age_days": ("transfers[].tia_on",),
    "lists.deviating": ("lists[].expected",),
    "lists.expected": ("lists[].expected",),
    "test_data.feed": (_FEEDS,),
    "test_data.declared": (f"{_FEEDS}[].classification",),
    "certificates.days_left": ("certificates[].expires",),
    "certificates.age_days": ("certificates[].issued",),
    "certificates.covers_sites": ("certificates[].sites", "vendor.sites"),
    "subprocessors.has_contact": ("subprocessors[].contact",),
    "subprocessors.dpa_age_days": ("subprocessors[].dpa_date",),
    "transfers.signed_days": ("transfers[].signed",),
    "transfers.tia_age_days": ("transfers[].tia_on",),
    "incidents.age_days": ("incidents.history[].date",),
    "feeds.entities": (_FEEDS,),
    "feeds.sources": (_FEEDS,),
    "feeds.field_count": (f"{_FEEDS}[].fields",),
    "feeds.purpose_agreed": (f"{_FEEDS}[].purpose", "processing.purposes"),
}

READ: Final = frozenset(
    {
        "conduct", "dates", "equivalence_classes", "fields", "findings", "hashes", "identifiers",
        "keys_beside", "masked_files", "masked_values", "service_needs", "sources", "subjects", "test_data",
    }
)  # fmt: skip
"""Tables whose columns, but for those with a line of their own, are read and not declared."""

DRAFTED: Final = _FEEDS
"""What `bpoaudit vendor learn` drafts from a delivery."""


def answered_in(missing: Iterable[str]) -> tuple[str, ...]:
    """Return where the `missing` facts of a verdict are written, each place once.

    None where only the delivery could tell them, as with a conversation that does not say who speaks.
    """
    return tuple(dict.fromkeys(chain.from_iterable(map(keys_of, missing))))


def keys_of(fact: str) -> tuple[str, ...]:
    """Return where one fact is written: paths in the profile (`[]`: in each item), or an option.

    Raises `KeyError` for what no rule can ask.
    """
    known = tables()
    if fact in _FACTS:
        return _FACTS[fact]
    if fact in known["vendor"].columns:
        return _DELIVERED if fact.startswith(("derived.", "scan.")) else (fact,)
    name, _, column = fact.partition(".")
    if column and column not in known[name].columns:
        raise KeyError(fact)
    if (path := list_path(name)) is not None:
        return (f"{path}[].{column}" if column else path,)
    return _DELIVERED if column and name in READ else _TABLES.get(name, _DELIVERED)
