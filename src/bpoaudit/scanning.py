"""Reading a delivery: everything in it is read, what is found is tallied, and nothing is judged."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import chain
from multiprocessing.sharedctypes import RawArray
from operator import itemgetter
from pathlib import Path
from typing import Any

from bpoaudit import __version__
from bpoaudit.delivery import DeliveryFile, discover
from bpoaudit.delivery.content import Content
from bpoaudit.delivery.fingerprint import fingerprint_file
from bpoaudit.detect import (
    OwnRecognizer,
    combined,
    deny_lists,
    load_recognizers,
)
from bpoaudit.executors import FileResult, FileTask, Results, Worker, serial, spread
from bpoaudit.executors.cache import Cache, CacheUse
from bpoaudit.executors.conditions import conditions
from bpoaudit.executors.remembering import remembering
from bpoaudit.executors.setup import EngineSetup, Setup, packed
from bpoaudit.inventory import Inventory
from bpoaudit.masking import Key, random_key
from bpoaudit.measures import Measured, PeopleList, SuppressionList
from bpoaudit.model import (
    Delivery,
    LanguageRead,
    Source,
    Tool,
)
from bpoaudit.publish import TrueNames, coverage, languages
from bpoaudit.vendor import Agreement, Detection


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
    reached = RawArray("Q", len(files))  # one for all processes

    def step(number: int, position: int) -> None:
        reached[number] = max(reached[number], position)

    worker = setup.worker(engine, folder if reading.keep_findings else None, step)
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
    # Results come as they are done; two files may have one public name, and then stand as they were found.
    sources: list[tuple[str, int, Source]] = []
    inventory = Inventory()
    names: dict[int, TrueNames] = {}
    segments: list[tuple[str, Path]] = []
    for result in results:
        sources.extend((source.source, result.number, source) for source in result.sources)
        inventory.merge(result.inventory)
        measured.merge(result.measured)
        names[result.number] = TrueNames(result.true_sources, result.true_fields)
        segments.extend(result.segments)
        progress.done(result.sources, files[result.number].bytes)
    sources.sort(key=itemgetter(0, 1))
    in_order = [names[number] for number in sorted(names)]
    true = TrueNames(
        {public: name for each in in_order for public, name in each.sources.items()},
        {public: name for each in in_order for public, name in each.fields.items()},
    )
    # A segment holds one source's findings in order; sources in order make the whole sorted.
    segments.sort(key=lambda s: (s[0], s[1].name))
    return tuple(source for *_, source in sources), inventory, true, segments
