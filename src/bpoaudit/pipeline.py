"""The story: a delivery is read, what is found is held against profile and packs, and scored."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from multiprocessing.sharedctypes import RawArray
from pathlib import Path
from time import monotonic
from typing import Any, NamedTuple

from bpoaudit import __version__, catalog
from bpoaudit.comparison import Shape, drift, shape_of
from bpoaudit.delivery import DeliveryFile, discover
from bpoaudit.delivery.content import Content
from bpoaudit.delivery.fingerprint import fingerprint_file
from bpoaudit.detect import (
    OwnRecognizer,
    combined,
    deny_lists,
    load_recognizers,
)
from bpoaudit.errors import NoInputError
from bpoaudit.executors import FileResult, FileTask, Results, Worker, serial, spread
from bpoaudit.executors.cache import Cache, CacheUse
from bpoaudit.executors.conditions import conditions
from bpoaudit.executors.remembering import remembering
from bpoaudit.executors.setup import EngineSetup, Setup, packed
from bpoaudit.gate import Thresholds, gate_of, scan_gate
from bpoaudit.inventory import Inventory
from bpoaudit.masking import Key, random_key
from bpoaudit.measures import Measured, PeopleList, SuppressionList
from bpoaudit.model import (
    Audit,
    AuditResult,
    Delivery,
    LanguageRead,
    PackChoice,
    PackUsed,
    ScanResult,
    Source,
    SourceStatus,
    Tool,
)
from bpoaudit.publish import TrueNames, coverage, date_measures, languages, published
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
from bpoaudit.scoring import score
from bpoaudit.segments import findings_of
from bpoaudit.vendor import Agreement, Detection, VendorProfile, exclusion_notices
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


@dataclass(frozen=True, slots=True)
class Reading:
    """How a delivery is read. Only what changes the result is recorded in it."""

    key: Key = field(default_factory=random_key)
    language: str = "auto"
    """ISO 639-1 code of the language that all free text is in, or `auto`: each field tells its own."""
    model: str | None = None
    recognizers: tuple[Path, ...] = ()
    """Files with recognisers of the user's."""
    passwords: tuple[str, ...] = field(default=(), repr=False)
    """Tried on whatever is under a password."""
    suppressed: SuppressionList | None = None
    """Who must not appear in the delivery."""
    lists: tuple[PeopleList, ...] | None = field(default=None, repr=False)
    """The lists that the profile names; None: it names none."""
    jobs: int = 1
    scheduler: str | None = None
    """Address of the scheduler of a Dask cluster, whose workers read; None: this machine does."""
    cache: Path | None = None
    """A folder with the results of files that were read before."""
    keep_findings: bool = False
    """Whether every single finding is wanted, not only the inventory."""
    explain: bool = False
    """Whether each finding says how it came about."""


class Progress:
    """What a caller may want to hear; the default says nothing. Names are public ones."""

    def started(self, files: int, size: int, reached: Sequence[int]) -> None:
        """Hear how many files and bytes there are; `reached` always tells how many of each were read."""

    def done(self, sources: Sequence[Source], size: int) -> None:
        """Hear what became of a file of `size` bytes, and of everything inside it."""

    def remembered(self, use: CacheUse) -> None:
        """Hear, in the end, what the cache was good for, where there is one."""


@dataclass(slots=True)
class Scanned:
    """What reading a delivery gave: masked throughout, except for the map of true names."""

    delivery: Delivery
    inventory: Inventory
    measured: Measured
    names: TrueNames
    tool: Tool
    active_entities: tuple[str, ...]
    languages: tuple[LanguageRead, ...]
    options: dict[str, Any]
    segments: list[tuple[str, Path]]


def read_delivery(
    paths: Sequence[str | Path],
    reading: Reading,
    folder: Path,
    agreement: Agreement | None = None,
    detection: Detection | None = None,
    progress: Progress | None = None,
) -> Scanned:
    """Read everything at `paths`, detect, tally. Findings are kept in `folder` where wanted."""
    progress = progress or Progress()
    files = discover(paths)
    detection = detection or Detection()
    own = own_recognizers(reading.recognizers, detection)
    setup = Setup(
        EngineSetup(reading.language, reading.model, reading.explain, packed(own)), reading.key,
        detection.allow_list, agreement, reading.passwords, reading.suppressed, reading.lists,
    )  # fmt: skip
    engine = setup.engine.load()
    reached = RawArray("Q", len(files))
    worker = setup.worker(engine, folder if reading.keep_findings else None, reached)
    tasks = [FileTask(i, f) for i, f in enumerate(files)]
    progress.started(len(files), sum(f.bytes for f in files), reached)

    def read(tasks: Sequence[FileTask]) -> Results:
        if reading.scheduler is not None:
            from bpoaudit.executors.dask import spread_on  # an extra

            return spread_on(reading.scheduler, tasks, worker, setup)
        return serial(tasks, worker) if reading.jobs == 1 else spread(tasks, worker, reading.jobs)

    cache = _cache(reading, worker, detection)
    results = read(tasks) if cache is None else remembering(tasks, read, cache)
    measured = worker.measuring.nothing()
    with closing(results):
        sources, inventory, names, segments = _folded(results, files, progress, measured)
    if cache is not None:
        progress.remembered(cache.use)
    spoken = languages(inventory, engine.models_for)
    models = engine.models(each.language for each in spoken)
    return Scanned(
        delivery=Delivery(key_id=reading.key.key_id, sources=sources, coverage=coverage(sources)),
        inventory=inventory,
        measured=measured,
        names=names,
        tool=Tool(
            name="bpoaudit", version=__version__, presidio=engine.presidio, model=combined(models),
            models=models, python=platform.python_version(),
        ),
        active_entities=engine.entities,
        languages=spoken,
        options=_options(reading, detection),
        segments=segments,
    )  # fmt: skip


def own_recognizers(files: Sequence[Path], detection: Detection) -> list[OwnRecognizer]:
    """Return the recognisers of the user's files and of the deny-lists of the profile."""
    return [
        *chain.from_iterable(map(load_recognizers, files)),
        *deny_lists((each.entity, each.values) for each in detection.deny_list),
    ]


def _cache(reading: Reading, worker: Worker, detection: Detection) -> Cache | None:
    if reading.cache is None:
        return None
    options = {
        "language": reading.language,
        "explain": reading.explain,
        "words": detection.model_dump(mode="json"),
    }
    own = [fingerprint_file(Content.of_path(path))[0] for path in reading.recognizers]
    return Cache(reading.cache, reading.key, conditions(worker, options, own), worker.findings)


def _options(reading: Reading, detection: Detection) -> dict[str, Any]:
    """Return what of the reading changes its result; of words of the client's no more than their number."""
    values = {
        "model": reading.model and Path(reading.model).name,
        "recognizers": [
            f"{path.name} sha256:{fingerprint_file(Content.of_path(path))[0]}" for path in reading.recognizers
        ],
        "allow_list": len(detection.allow_list),
        "deny_list": sum(len(each.values) for each in detection.deny_list),
        "suppression": None if reading.suppressed is None else reading.suppressed.listed,
    }
    return {"language": reading.language, **{name: value for name, value in values.items() if value}}


def _folded(
    results: Iterator[FileResult], files: Sequence[DeliveryFile], progress: Progress, measured: Measured
) -> tuple[tuple[Source, ...], Inventory, TrueNames, list[tuple[str, Path]]]:
    sources: list[Source] = []
    inventory = Inventory()
    true_sources: dict[str, str] = {}
    true_fields: dict[tuple[str, str], str] = {}
    segments: list[tuple[str, Path]] = []
    for result in results:
        sources.extend(result.sources)
        inventory.merge(result.inventory)
        measured.merge(result.measured)
        true_sources.update(result.true_sources)
        true_fields.update(result.true_fields)
        segments.extend(result.segments)
        progress.done(result.sources, files[result.number].bytes)
    sources.sort(key=lambda s: s.source)
    # A segment holds one source's findings in order; sources in order make the whole sorted.
    segments.sort(key=lambda s: (s[0], s[1].name))
    return tuple(sources), inventory, TrueNames(true_sources, true_fields), segments


# --- judging -------------------------------------------------------------------------------------


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
