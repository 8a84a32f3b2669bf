"""Read a delivery and draft what an agreement on it would say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bpoaudit.errors import UsageError
from bpoaudit.gate import scan_gate
from bpoaudit.learning.draft import draft_of
from bpoaudit.learning.grouping import grouped
from bpoaudit.learning.insertion import in_profile, in_starter
from bpoaudit.model import Delivery, Gate
from bpoaudit.publish import date_measures, published
from bpoaudit.scanning import Progress, Reading, Scanned, read_delivery
from bpoaudit.vendor import VendorProfile
from bpoaudit.vendor.practices import Retention


@dataclass(frozen=True, slots=True)
class Learnt:
    """A profile with the drafted agreement."""

    text: str
    feeds: int
    undecided: int
    """Places that a person has to decide about."""
    delivery: Delivery
    gate: Gate


def learn(
    paths: Sequence[str | Path],
    reading: Reading,
    folder: Path,
    *,
    day: date,
    profile: VendorProfile | None = None,
    written: Path | None = None,
    progress: Progress | None = None,
) -> Learnt:
    """Draft the agreement on the delivery at `paths`.

    Without `profile` it is put into the starter profile; otherwise into the text of `written`, the file of
    `profile`: feeds that it has stay, and only what none of them covers is drafted. What the profile
    excludes on `day` is not read. The draft says nothing of day or key: one delivery gives one text.
    """
    agreement = profile.agreement_on(day) if profile else None
    detection = profile.detection if profile else None
    scanned = read_delivery(paths, reading, folder, agreement, detection, progress)
    inventory = published(scanned.inventory, scanned.names, None)
    found = grouped(scanned.delivery, inventory, _covered(scanned, profile))
    dates = date_measures(scanned.inventory, scanned.names, None, Retention(), day)
    if not found.feeds:
        raise UsageError("there is nothing to draft: no source with fields that no feed covers yet")
    taken = {feed.id for feed in agreement.feeds} if agreement else set()
    draft = draft_of(found, dates, profile, taken)
    return Learnt(
        _text(draft.lines, written),
        draft.feeds,
        draft.undecided,
        scanned.delivery,
        scan_gate(scanned.delivery),
    )


def _covered(scanned: Scanned, profile: VendorProfile | None) -> frozenset[str]:
    """Return the published names of the sources that a feed of the profile covers."""
    if profile is None or profile.agreement is None:
        return frozenset()
    names = (source.source for source in scanned.delivery.sources)
    return frozenset(name for name in names if profile.agreement.feed_of(scanned.names.source(name)))


def _text(lines: Sequence[str], written: Path | None) -> str:
    if written is None:
        return in_starter(lines)
    return in_profile(written.read_text("utf-8-sig"), str(written), lines)
