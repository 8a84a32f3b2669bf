"""The story: a delivery is read, what is found is held against profile and packs, and scored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from pathlib import Path
from time import monotonic
from typing import Any, NamedTuple

from bpoaudit import catalog
from bpoaudit.comparison import Shape, drift, shape_of
from bpoaudit.errors import NoInputError
from bpoaudit.gate import Thresholds, gate_of, scan_gate
from bpoaudit.model import (
    Audit,
    AuditResult,
    Delivery,
    PackChoice,
    PackUsed,
    ScanResult,
    SourceStatus,
)
from bpoaudit.publish import date_measures, published
from bpoaudit.rules import (
    Excepted,
    Exceptions,
    Facts,
    Judged,
    Pack,
    baseline_of,
    excepted,
    facts_of,
    items_of,
    judge_all,
    options_of,
    render_baseline,
    seen_in,
    vendor_names,
)
from bpoaudit.scanning import Progress, Reading, Scanned, read_delivery
from bpoaudit.scoring import score
from bpoaudit.segments import findings_of
from bpoaudit.vendor import Agreement, VendorProfile, exclusion_notices
from bpoaudit.vendor.practices import Retention


@dataclass(frozen=True, slots=True)
class Clock:
    """When a run happened and what it is called; injected, so that results can be repeated."""

    now: datetime
    run_id: str
    finished: Callable[[], datetime]

    @staticmethod
    def running(run_id: str) -> Clock:
        """Return a clock that starts now; setting the machine's clock meanwhile does not move its end."""
        now, began = datetime.now(UTC), monotonic()
        return Clock(now, run_id, lambda: now + timedelta(seconds=monotonic() - began))

    @staticmethod
    def fixed(now: datetime, run_id: str) -> Clock:
        """Return a clock that stands still."""
        return Clock(now, run_id, lambda: now)


Earlier = Callable[[Delivery], Shape | None]
"""Gives the shape of the delivery before; None: there was none."""


class Audited(NamedTuple):
    """What an audit gives: the result, and what is made of the single findings while they are there."""

    result: AuditResult
    segments: list[tuple[str, Path]]
    """Where the findings of each source lie."""
    baseline: str | None
    """Its failures as a baseline, where that was wanted."""


def audit(
    paths: Sequence[str | Path],
    profile: VendorProfile,
    packs: Sequence[Pack],
    choices: Sequence[PackChoice] = (),
    *,
    reading: Reading,
    thresholds: Thresholds,
    clock: Clock,
    as_of: date | None = None,
    folder: Path,
    progress: Progress | None = None,
    exceptions: Exceptions | None = None,
    wants_baseline: bool = False,
    earlier: Earlier | None = None,
) -> Audited:
    """Audit the delivery at `paths`, hold the verdicts against `exceptions`, score them and gate.

    Without `earlier` nothing is known of deliveries before.
    """
    day = as_of or clock.now.date()
    exceptions = exceptions or Exceptions()
    agreed = profile.agreement
    agreement = profile.agreement_on(day)
    kept = reading.keep_findings or wants_baseline or exceptions.by_value
    scanned = read_delivery(
        paths,
        replace(reading, keep_findings=kept),
        folder,
        agreement,
        profile.detection,
        progress,
    )
    left_out = _left_out(scanned)
    inventory = published(scanned.inventory, scanned.names, agreement)
    measures = _measures(scanned, agreement, profile.retention, day)
    if earlier is not None:
        last = earlier(scanned.delivery)
        if last is not None:
            measures["drift"] = drift(last, shape_of(scanned.delivery, inventory))
    facts = facts_of(profile, scanned.delivery, inventory, measures, day)
    judged = judge_all(packs, facts)
    held = excepted(judged, facts, exceptions, findings_of(scanned.segments) if kept else None)
    notices = (*exclusion_notices(agreed.exclude if agreed else (), left_out, day), *held.notices)
    verdicts = held.verdicts
    points = score(verdicts, scanned.delivery.coverage)
    options = {**scanned.options, **thresholds.as_options(), **options_of(packs)}
    result = AuditResult(
        tool=scanned.tool,
        audit=_run(scanned, clock, day, packs, options, choices, held, notices),
        vendor=profile.public(),
        delivery=scanned.delivery,
        inventory=inventory,
        verdicts=verdicts,
        measures=measures,
        score=points,
        gate=gate_of(verdicts, points, scanned.delivery, thresholds),
    )
    baseline = _baseline(judged, facts, scanned, profile, result) if wants_baseline else None
    return Audited(result, scanned.segments, baseline)


def _left_out(scanned: Scanned) -> list[str]:
    """Return the true names of what the profile excludes; all of a delivery is refused."""
    sources = scanned.delivery.sources
    skipped = [s for s in sources if s.status is SourceStatus.SKIPPED]
    if len(skipped) == len(sources):
        raise NoInputError(
            "the profile excludes everything that was delivered",
            "see agreement.exclude in the profile; bpoaudit audit --list names what would be read",
        )
    return [scanned.names.source(source.source) for source in skipped]


def _baseline(
    judged: Sequence[Judged], facts: Facts, scanned: Scanned, profile: VendorProfile, result: AuditResult
) -> str:
    failures = [(each.rule.id, items_of(each, facts)) for each in judged]
    seen = seen_in(findings_of(scanned.segments), chain.from_iterable(items for _, items in failures))
    made = baseline_of(
        failures, seen, vendor=vendor_names(profile)[0], key_id=scanned.delivery.key_id,
        packs=result.audit.packs, created=result.audit.started_at,
    )  # fmt: skip
    return render_baseline(made)


def scan(
    paths: Sequence[str | Path],
    *,
    reading: Reading,
    clock: Clock,
    folder: Path,
    progress: Progress | None = None,
) -> tuple[ScanResult, list[tuple[str, Path]]]:
    """Take the inventory of the delivery at `paths`, without a vendor and without a judgement."""
    day = clock.now.date()
    scanned = read_delivery(paths, reading, folder, progress=progress)
    result = ScanResult(
        tool=scanned.tool,
        audit=_run(scanned, clock, day, (), scanned.options),
        delivery=scanned.delivery,
        inventory=published(scanned.inventory, scanned.names, None),
        measures=_measures(scanned, None, Retention(), day),
        gate=scan_gate(scanned.delivery),
    )
    return result, scanned.segments


def _measures(
    scanned: Scanned, agreement: Agreement | None, retention: Retention, day: date
) -> dict[str, Any]:
    dates = date_measures(scanned.inventory, scanned.names, agreement, retention, day)
    return {"dates": dates, **scanned.measured.told()}


def _run(
    scanned: Scanned,
    clock: Clock,
    day: date,
    packs: Sequence[Pack],
    options: dict[str, Any],
    choices: Sequence[PackChoice] = (),
    held: Excepted | None = None,
    notices: Sequence[str] = (),
) -> Audit:
    active = set(scanned.active_entities)
    return Audit(
        id=clock.run_id,
        as_of=day.isoformat(),
        started_at=stamp(clock.now),
        finished_at=stamp(clock.finished()),
        options=options,
        packs=tuple(
            PackUsed(id=p.id, version=p.form.version, title=p.form.title, digest=p.digest) for p in packs
        ),
        pack_choices=tuple(choices),
        active_entities=tuple(sorted(active)),
        not_looked_for=tuple(sorted(set(catalog.CATALOG) - active)),
        languages=scanned.languages,
        waivers=held.waivers if held else None,
        baseline=held.baseline if held else None,
        notices=tuple(notices),
    )


def stamp(moment: datetime) -> str:
    """Write a moment as it stands in `audit.json`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
