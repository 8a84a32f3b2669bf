"""Hold verdicts against what was accepted and known before: a waiver file, a baseline."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bpoaudit.errors import UsageError
from bpoaudit.masking import KEY_HINT
from bpoaudit.model import BaselineUsed, Finding, Verdict, WaiversUsed
from bpoaudit.rules.baseline import Known, baseline_notice, is_new, load_baseline
from bpoaudit.rules.facts import Facts
from bpoaudit.rules.items import Item, Seen, items_of, seen_at_pointers, seen_in
from bpoaudit.rules.judge import Judged
from bpoaudit.rules.packs import Pack
from bpoaudit.rules.waivers import WaiverForm, Waivers, load_waivers, names_of, waived, waiver_notice
from bpoaudit.vendor import VendorProfile


@dataclass(frozen=True, slots=True)
class Exceptions:
    """What verdicts are held against; nothing, unless files are named."""

    vendors: tuple[str, ...] = ()
    """The names that the vendor goes by in these files; the first is written."""
    waivers: Waivers | None = None
    baseline: Known | None = None

    @property
    def by_value(self) -> bool:
        """Whether the single findings have to be kept: a group shows only its first."""
        return self.baseline is not None or bool(self.waivers and self.waivers.by_value)


@dataclass(frozen=True, slots=True)
class Excepted:
    """Verdicts with what is accepted and what is new, and what to know of the files."""

    verdicts: tuple[Verdict, ...]
    waivers: WaiversUsed | None = None
    baseline: BaselineUsed | None = None
    notices: tuple[str, ...] = ()


def load_exceptions(
    profile: VendorProfile,
    packs: Sequence[Pack],
    as_of: date,
    key_id: str | None,
    waivers: Path | None = None,
    baseline: Path | None = None,
) -> Exceptions:
    """Read the files that are named, for an audit of this vendor by these packs on this day.

    `key_id` names the key of the fingerprints, None a random one, whose fingerprints fit no baseline:
    `UsageError`. Raises `WaiverError` and `BaselineError` for what is wrong in the files.
    """
    names = vendor_names(profile)
    if baseline is not None and key_id is None:
        raise UsageError("a baseline needs the key that it was made under, not a random one", KEY_HINT)
    return Exceptions(
        names,
        load_waivers(waivers, packs, as_of) if waivers else None,
        load_baseline(baseline, names[0], key_id) if baseline and key_id else None,
    )


def vendor_names(profile: VendorProfile) -> tuple[str, ...]:
    """Return the id of the vendor, and its name in small letters with hyphens."""
    plain = unicodedata.normalize("NFKD", profile.vendor.name).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-") or "vendor"
    return tuple(dict.fromkeys(name for name in (profile.vendor.id, slug) if name))


def excepted(
    judged: Sequence[Judged],
    facts: Facts,
    exceptions: Exceptions,
    findings: Iterable[Finding] | None,
) -> Excepted:
    """Mark in each verdict what waivers accept of it and whether it is new.

    `findings` are all single findings, where they were kept; else those that groups point at have to
    do, and what they leave open is neither accepted by its fingerprint nor known, which is said.
    """
    waivers, baseline = exceptions.waivers, exceptions.baseline
    verdicts = {each.verdict.rule: each.verdict for each in judged}
    if waivers is None and baseline is None:
        return Excepted(tuple(verdicts.values()))
    rules = {name: each.rule.id for each in judged for name in names_of(each.rule)}
    named = {rules.get(each.rule) for each in waivers.listed} if waivers else set()
    items = {each.rule.id: items_of(each, facts) for each in judged if baseline or each.rule.id in named}
    everything = [item for of in items.values() for item in of]
    notices = []
    if findings is None:
        seen = seen_at_pointers(everything)
        asked = {rules.get(name) for name in waivers.by_value} if waivers else set()
        if notice := _open({rule: of for rule, of in items.items() if baseline or rule in asked}, seen):
            notices.append(notice)
    else:
        seen = seen_in(findings, everything, None if baseline or not waivers else waivers.fingerprints)
    used = None
    if waivers is not None:
        for rule, accepting in _counting(waivers, exceptions.vendors, rules, facts.as_of).items():
            verdicts[rule] = waived(verdicts[rule], items[rule], seen, accepting)
        for each in waivers.listed:
            verdict = verdicts.get(rules.get(each.rule, ""))
            if notice := waiver_notice(each, exceptions.vendors, verdict, rules, facts.as_of):
                notices.append(notice)
        used = WaiversUsed(digest=waivers.digest, listed=len(waivers.listed), used=_used(verdicts.values()))
    told = None
    if baseline is not None:
        for rule, failing in items.items():
            if failing:
                state = "new" if is_new(baseline, rule, failing, seen, facts.as_of) else "unchanged"
                verdicts[rule] = verdicts[rule].model_copy(update={"baseline": state})
        if notice := baseline_notice(baseline, facts.as_of):
            notices.append(notice)
        told = BaselineUsed(
            digest=baseline.digest,
            created=baseline.baseline.created,
            expires_on=baseline.baseline.expires_on.isoformat(),
        )
    return Excepted(tuple(verdicts.values()), used, told, tuple(notices))


def _counting(
    waivers: Waivers, vendors: Sequence[str], rules: Mapping[str, str], as_of: date
) -> dict[str, list[WaiverForm]]:
    """Return the waivers of each rule that are of this vendor and in date."""
    counting: dict[str, list[WaiverForm]] = {}
    for each in waivers.listed:
        if each.vendor in vendors and each.rule in rules and as_of <= each.expires_on:
            counting.setdefault(rules[each.rule], []).append(each)
    return counting


def _used(verdicts: Iterable[Verdict]) -> int:
    told = [verdict.waiver or verdict.partly_waived for verdict in verdicts]
    return len({approval.id for each in told if each for approval in (each, *each.others)})


def _open(items: Mapping[str, Sequence[Item]], seen: Seen) -> str | None:
    """Say of how many failing findings the values are not known."""
    rules = [rule for rule, of in items.items() if any(sum(i.values(seen).values()) < i.count for i in of)]
    if not rules:
        return None
    return (
        f"an audit.json tells the first 20 findings of a kind: further ones of {', '.join(sorted(rules))} "
        "cannot be compared by value and count as new and not accepted; audit the delivery itself"
    )
