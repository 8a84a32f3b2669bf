"""Waivers: failures that somebody answers for, with a reason and until a date.

A waiver changes nothing of a verdict but who is asked: the rule is always evaluated, stays in the
report and still lowers the score. It counts in the gate only where waivers cover every failing item.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from bpoaudit.documents import Steps, load_yaml, validate
from bpoaudit.errors import WaiverError
from bpoaudit.model import Approval, Fingerprint, Severity, Status, Verdict, Waived
from bpoaudit.rules.forms import Api, Line, Prose, RuleId
from bpoaudit.rules.items import Item, Seen
from bpoaudit.rules.packs import Pack
from bpoaudit.rules.rule_file import Rule
from bpoaudit.suggestions import suggestion
from bpoaudit.vendor.words import Section, Slug

MAX_DAYS = 180
MAX_DAYS_CRITICAL = 90
"""From approval to expiry; whoever wants longer has to approve again."""
NOTICE_DAYS = 14


class MatchForm(Section):
    """Which failing items are meant: those of which all that is given here is true, letter by letter."""

    source: Prose | None = None
    """Name of a source, as in the report."""
    field: Prose | None = None
    """Field of that source; left out: all of them."""
    label: Prose | None = None
    """What the evidence of a rule that is not about findings names; `whole` where it names nothing."""
    fingerprint: Fingerprint | None = None
    """Of a value, as in findings.jsonl."""

    @model_validator(mode="after")
    def _check(self) -> MatchForm:
        if not (self.source or self.label or self.fingerprint):
            raise ValueError("say which items are meant: source, label or fingerprint")
        if self.field and not self.source:
            raise ValueError("a field needs the source that it is in")
        if self.label and self.fingerprint:
            raise ValueError("an item has a label or a fingerprint, not both")
        return self

    def fits(self, item: Item) -> bool:
        """Tell whether an item is meant, or may be by the fingerprints in it."""
        return (
            self.source in (None, item.source)
            and self.field in (None, item.field)
            and self.label in (None, None if item.group else item.label)
        )


class WaiverForm(Section):
    """One acceptance."""

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=60)]
    rule: RuleId
    """One rule by its exact id."""
    vendor: Slug
    """The id of the vendor in its profile, or its name in small letters with hyphens."""
    match: MatchForm
    reason: Prose
    category: Literal["risk_accepted", "false_positive", "compensating_control"]
    requested_by: Line
    approved_by: Line
    approved_on: date
    expires_on: date
    """The last day on which it counts."""
    ticket: Line | None = None

    def approval(self) -> Approval:
        """Return what a report says of it."""
        told = self.model_dump(mode="json", include=set(Approval.model_fields))
        return Approval.model_validate(told)


class WaiversForm(Section):
    """The waiver file."""

    api_version: Api
    kind: Literal["Waivers"]
    waivers: tuple[WaiverForm, ...]


@dataclass(frozen=True, slots=True)
class Waivers:
    """A waiver file, checked against the rules and the day that it is used with."""

    digest: str
    listed: tuple[WaiverForm, ...]

    @property
    def by_value(self) -> frozenset[str]:
        """Return the rules of which single values are accepted."""
        return frozenset(each.rule for each in self.listed if each.match.fingerprint)

    @property
    def fingerprints(self) -> frozenset[str]:
        """Return the values that are accepted by their fingerprints."""
        return frozenset(each.match.fingerprint for each in self.listed if each.match.fingerprint)


def load_waivers(path: Path, packs: Iterable[Pack], as_of: date) -> Waivers:
    """Read the waiver file at `path`; `WaiverError` says with line and column what is wrong.

    How long a waiver may hold depends on the severity of its rule, so the rules that are judged have
    to be known. An approval after `as_of` is refused: it was not given yet.
    """
    document = load_yaml(path, WaiverError)
    form = validate(document, WaiversForm)
    critical = {
        name
        for pack in packs
        for rule in pack.rules
        if rule.severity is Severity.CRITICAL
        for name in names_of(rule)
    }
    for steps, message in _faults(form.waivers, critical, as_of):
        raise document.fault(("waivers", *steps), message)
    return Waivers(f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}", form.waivers)


def names_of(rule: Rule) -> tuple[str, ...]:
    """Return the ids that a rule goes by: its own and its former ones."""
    return rule.id, *rule.form.aliases


def _faults(
    waivers: Sequence[WaiverForm], critical: Collection[str], as_of: date
) -> Iterator[tuple[Steps, str]]:
    known: set[str] = set()
    for index, each in enumerate(waivers):
        if each.id in known:
            yield (index, "id"), f"the waiver '{each.id}' is listed twice"
        known.add(each.id)
        if _person(each.requested_by) == _person(each.approved_by):
            yield (index, "approved_by"), "whoever asked for a waiver cannot approve it"
        if each.category == "false_positive" and not each.match.fingerprint:
            yield (index, "match"), "a false positive is one value: name its fingerprint"
        if each.approved_on > as_of:
            yield (index, "approved_on"), f"lies after {as_of.isoformat()}, the day of the audit"
        if each.expires_on < each.approved_on:
            yield (index, "expires_on"), "lies before the approval"
        limit = MAX_DAYS_CRITICAL if each.rule in critical else MAX_DAYS
        if each.expires_on - each.approved_on > timedelta(days=limit):
            latest = (each.approved_on + timedelta(days=limit)).isoformat()
            about = " of a critical rule" if each.rule in critical else ""
            yield (index, "expires_on"), f"a waiver{about} ends at most {limit} days on: {latest}"


def _person(name: str) -> str:
    """Return a name without what makes it look like another's: case, spaces, width, hidden characters."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return "".join(char for char in plain if not char.isspace() and unicodedata.category(char) != "Cf")


def waived(verdict: Verdict, items: Sequence[Item], seen: Seen, waivers: Sequence[WaiverForm]) -> Verdict:
    """Return a failure with what `waivers`, which are of its rule and in date, cover of its items.

    Where they cover all, `waiver` is set; where they cover some, `partly_waived`. A waiver by fingerprint
    (so every false positive) covers exactly the occurrences of that value in `seen`. Occurrences that
    `seen` does not tell are covered by none, so that the rule goes on failing rather than being
    accepted unseen. For a rule with a bound on a number or a share, that is all of its rows.
    """
    total = sum(item.count for item in items)
    covered = sum(_covered(item, seen, waivers) for item in items)
    using = [each for each in waivers if any(_covered(item, seen, (each,)) for item in items)]
    if verdict.status is not Status.FAIL or not using:
        return verdict
    first, *others = (each.approval() for each in using)
    told = Waived(**first.model_dump(), covered=covered, of=total, others=tuple(others))
    return verdict.model_copy(update={"waiver" if covered == total else "partly_waived": told})


def _covered(item: Item, seen: Seen, waivers: Sequence[WaiverForm]) -> int:
    """Count the occurrences of an item that at least one of `waivers` covers."""
    fitting = [each.match for each in waivers if each.match.fits(item)]
    if any(match.fingerprint is None for match in fitting):
        return item.count
    values = item.values(seen)
    return sum(values.get(name, 0) for name in {match.fingerprint for match in fitting} if name)


def waiver_notice(
    waiver: WaiverForm, vendors: Collection[str], verdict: Verdict | None, rules: Iterable[str], as_of: date
) -> str | None:
    """Return what whoever keeps the waiver has to know, or None.

    `vendors` are the names that the audited vendor goes by, `verdict` is that of the waiver's rule with
    what waivers cover of it, `rules` are the rules that were judged.
    """
    if waiver.vendor not in vendors:
        return f"{waiver.id} is for the vendor {waiver.vendor} and does not count for this one"
    if waiver.expires_on < as_of:
        return f"{waiver.id} expired on {waiver.expires_on.isoformat()}: {waiver.rule} counts again"
    if verdict is None:
        hint = suggestion(waiver.rule, rules).partition("; known:")[0]
        return f"{waiver.id} matches nothing: {waiver.rule} was not judged{hint}"
    told = verdict.waiver or verdict.partly_waived
    if told is None or waiver.id not in (told.id, *(other.id for other in told.others)):
        why = "has no such item" if verdict.status is Status.FAIL else "did not fail"
        return f"{waiver.id} matches nothing: {waiver.rule} {why}"
    left = (waiver.expires_on - as_of).days
    if left > NOTICE_DAYS:
        return None
    days = "today" if left == 0 else f"in {left} {'day' if left == 1 else 'days'}"
    return f"{waiver.id} expires {days}, on {waiver.expires_on.isoformat()}: {waiver.rule} then counts again"
