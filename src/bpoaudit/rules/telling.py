"""Put an outcome into words: the evidence of a failure, and one sentence for every status."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from string import Formatter
from typing import Any

import pandas as pd

from bpoaudit.model import Evidence, Pointer, Status
from bpoaudit.rules.answers import DRAFTED, answered_in
from bpoaudit.rules.conditions import Leaf, leaves
from bpoaudit.rules.delivered import Occurrences
from bpoaudit.rules.facts import EVIDENCE, Facts
from bpoaudit.rules.masks import truth
from bpoaudit.rules.rule_file import Rule

MAX_EVIDENCE = 20
_MAX_NAMED = 8
"""Missing or deciding facts that a sentence names."""

_Found = tuple[Occurrences, Pointer]


@dataclass(frozen=True, slots=True)
class Telling:
    """What a sentence is about."""

    rule: Rule
    facts: Facts
    status: Status
    checked: int
    failed: int
    missing: tuple[str, ...]


def evidence_of(rule: Rule, failing: pd.DataFrame | None, facts: Facts) -> tuple[Evidence, ...]:
    """Return the first `MAX_EVIDENCE` failing items, in the order of the delivery or the profile.

    Of findings, those are the first of each source and field, then others.
    """
    if failing is None:
        return ()
    if rule.table.name == "vendor":
        lines = list(failing_facts(rule, failing, facts))
    elif rule.table.name == "findings":
        lines = _first_findings(list(failing[EVIDENCE]))
    else:
        lines = list(failing[EVIDENCE])
    return tuple(lines[:MAX_EVIDENCE])


def without_hidden(rule: Rule, evidence: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    """Leave of each item only the particulars that the rule wants shown."""
    if rule.form.show is None:
        return evidence
    hidden = {name: None for name in Evidence.model_fields if name not in (*rule.form.show, "count")}
    return tuple(line.model_copy(update=hidden) for line in evidence)


def _first_findings(groups: list[Occurrences]) -> list[Evidence]:
    """Return the first finding of each source and field, then others as far as there is room, in order.

    Where one table alone could fill the evidence, the other places would go unseen. Groups keep their own
    first pointers, so the first of all are among them. Sources are opened one by one, because a million
    failing findings must not be sorted to show twenty.
    """
    heads: list[_Found] = []
    others: list[_Found] = []
    for _, same in groupby(sorted(groups, key=_source), key=_source):
        fields: set[str] = set()
        for found in sorted(((each, p) for each in same for p in each.group.pointers), key=_order):
            chosen = others if found[0].field in fields else heads
            fields.add(found[0].field)
            if len(chosen) < MAX_EVIDENCE:
                chosen.append(found)
        if len(heads) == MAX_EVIDENCE:
            break
    chosen = sorted([*heads, *others][:MAX_EVIDENCE], key=lambda found: (_source(found[0]), *_order(found)))
    return [
        Evidence(
            source=each.source,
            field=each.field,
            record=pointer.record,
            start=pointer.start,
            end=pointer.end,
            entity=each.entity,
            confidence=each.group.confidence,
            masked=pointer.masked,
            fingerprint=pointer.fingerprint,
        )
        for each, pointer in chosen
    ]


def _order(found: _Found) -> tuple[int, str, int, str]:
    each, pointer = found
    return pointer.record, each.field, pointer.start, each.entity


def _source(group: Occurrences) -> str:
    return group.source


def failing_facts(rule: Rule, row: pd.DataFrame, facts: Facts) -> Iterator[Evidence]:
    """Name the declared facts that a failed demand on the profile rests on."""
    condition = rule.expect.condition
    wanted = rule.expect.kind == "every"
    for leaf in leaves(condition) if condition else ():
        holds = truth(leaf, row, facts.as_of).iloc[0]
        if holds is not pd.NA and bool(holds) != wanted:
            yield Evidence(label=_fact(leaf, row))


def _fact(leaf: Leaf, row: pd.DataFrame) -> str:
    return f"{leaf.field}: {_said(row[leaf.field].iloc[0])}"


def _said(value: Any) -> str:
    if isinstance(value, (tuple, list)):
        return ", ".join(str(each) for each in value[:_MAX_NAMED]) or "none"
    if value is None or value is pd.NA or value is pd.NaT:
        return "not known"
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)[:80]


def message_of(telling: Telling, evidence: tuple[Evidence, ...]) -> str:
    """Return one sentence on the outcome."""
    checked = f"{telling.checked:,}"
    match telling.status:
        case Status.FAIL:
            return _failure(telling, evidence)
        case Status.UNKNOWN:
            return _open(telling)
        case Status.NOT_APPLICABLE:
            return f"Does not apply{_because(telling)}."
        case Status.PASS if telling.rule.table.name == "vendor":
            return "The declared facts meet it."
        case Status.PASS if telling.checked:
            return f"Nothing against it in {checked} checked."
        case _:
            return "There was nothing to check."


def _open(telling: Telling) -> str:
    """Name what a person can write, rather than what is worked out from it."""
    keys = answered_in(telling.missing)
    if not keys and "scan.delivery" in telling.missing:
        return "Cannot be said, as not all of the delivery could be read."
    names = keys or telling.missing
    more = f" and {len(names) - _MAX_NAMED} more" if len(names) > _MAX_NAMED else ""
    listed = f"{', '.join(names[:_MAX_NAMED])}{more}"
    if not keys:
        return f"Cannot be said, as the delivery does not tell {listed}."
    profile = telling.facts.table("vendor")
    agreed = profile is not None and bool(profile["derived.agreement"].fillna(False).iloc[0])
    drafted = not agreed and any(key.startswith(DRAFTED) for key in keys)
    return f"Cannot be said without {listed}{' (bpoaudit vendor learn drafts it)' if drafted else ''}."


def _failure(telling: Telling, evidence: tuple[Evidence, ...]) -> str:
    first = evidence[0] if evidence else Evidence()
    named: dict[str, Any] = {
        **telling.rule.params,
        "failed": f"{telling.failed:,}",
        "checked": f"{telling.checked:,}",
        "source": first.source,
        "field": first.field,
        "record": first.record,
        "entity": first.entity,
        "label": first.label,
    }
    parts = Formatter().parse(telling.rule.form.message)
    return "".join(text + (_named(named[name]) if name else "") for text, name, _, _ in parts)


def _named(value: Any) -> str:
    # A count that is too low has no failing item to name.
    return "–" if value is None else str(value)


def _because(telling: Telling) -> str:
    """Name the facts that made the rule not apply."""
    condition, profile = telling.rule.applies_when, telling.facts.table("vendor")
    if condition is None or profile is None or truth(condition, profile, telling.facts.as_of).iloc[0]:
        return ": answered as not applicable"
    said = dict.fromkeys(
        _fact(leaf, profile) for leaf in leaves(condition) if profile[leaf.field].notna().iloc[0]
    )
    return f" ({'; '.join(list(said)[:_MAX_NAMED])})" if said else ""
