"""The cache: the same bytes with it and without, one file read for one that changed, nothing raw inside."""

from __future__ import annotations

import hashlib
import os
import resource
import signal
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from bpoaudit.delivery import discover
from bpoaudit.detect import Detector, Engine, NameBook
from bpoaudit.errors import UsageError
from bpoaudit.executors import FileResult, FileTask, Worker, cache, serial
from bpoaudit.executors.cache import Cache, CacheUse, open_folder
from bpoaudit.executors.conditions import conditions
from bpoaudit.executors.remembering import remembering
from bpoaudit.executors.sealed import read_sealed
from bpoaudit.inventory import Inventory
from bpoaudit.masking import Key, random_key
from bpoaudit.measures import Measured, Measuring
from bpoaudit.measures.suppression_list import SuppressionList
from bpoaudit.model import Source
from bpoaudit.publish import TrueNames, date_measures, published
from bpoaudit.segments import findings_of
from bpoaudit.vendor import Agreement
from bpoaudit.vendor.agreement import Feed
from bpoaudit.vendor.practices import Retention
from tests.pipeline.conftest import CARD, MAIL, NAME, PHONE, PLANTED, leaks

pytestmark = pytest.mark.slow

KEY = Key(b"0" * 64)
BORN = "1961-04-23"
ODD = f"of {MAIL}.csv"
FILES = ("born.csv", "calls/c.vtt", "chat.jsonl", ODD, "tickets.csv")


@dataclass
class Told:
    """What an audit takes from its reading."""

    sources: list[Source]
    inventory: object
    dates: object
    measured: object
    names: TrueNames
    findings: list[object]


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine()


@pytest.fixture
def delivery(tmp_path: Path) -> Path:
    folder = tmp_path / "delivery"
    (folder / "calls").mkdir(parents=True)
    rows = "".join(f"T-{i:03},agent{i % 7}@example.com,all fine\n" for i in range(40))
    (folder / "tickets.csv").write_text(
        f"ticket,mail,notes\n{rows}T-999,{MAIL},paid with {CARD} said {NAME}\n"
    )
    (folder / "chat.jsonl").write_text(f'{{"text": "please write to {MAIL} or call {PHONE}"}}\n')
    (folder / "born.csv").write_text(f"id,date of birth\n1,{BORN}\n2,{BORN}\n")
    (folder / "calls" / "c.vtt").write_text(
        f"WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n<v Customer>it is {MAIL}\n"
    )
    (folder / ODD).write_text("id,opened\n1,2025-01-02\n")
    return folder


class Audits:
    """Reads a delivery as an audit does, and counts what is read."""

    def __init__(self, engine: Engine, delivery: Path, folder: Path) -> None:
        self._engine, self._delivery, self._folder = engine, delivery, folder
        self.cache = folder / "cache"
        self.read: list[str] = []
        self.use = CacheUse()
        self._runs = 0

    def run(self, *, cached: bool = True, key: Key = KEY, findings: bool = True, **changed: object) -> Told:
        """Return what the reading of the delivery gives; `changed` are other arguments of the worker."""
        self._runs += 1
        folder = self._folder / f"findings {self._runs}"
        folder.mkdir()
        worker = Worker(
            Detector(self._engine, key), NameBook(self._engine, key), folder if findings else None, **changed
        )  # type: ignore[arg-type]
        tasks = [FileTask(i, file) for i, file in enumerate(discover([self._delivery]))]
        self.read = []

        def read(tasks: Sequence[FileTask]) -> Iterator[FileResult]:
            self.read += [task.file.source for task in tasks]
            return serial(tasks, worker)

        if not cached:
            return told(read(tasks))
        open_folder(self.cache, key)
        kept = Cache(self.cache, key, conditions(worker, {}, []), worker.findings)
        self.use = kept.use
        return told(remembering(tasks, read, kept))

    def entries(self) -> list[Path]:
        """Return the files in the cache, but for its tag."""
        return sorted(path for path in self.cache.rglob("*") if path.is_file() and path.parent != self.cache)


def told(results: Iterator[FileResult]) -> Told:
    sources: list[Source] = []
    inventory, measured = Inventory(), Measured()
    names = TrueNames({}, {})
    segments: list[tuple[str, Path]] = []
    for result in results:
        sources += result.sources
        inventory.merge(result.inventory)
        measured.merge(result.measured)
        names = TrueNames({**names.sources} | result.true_sources, {**names.fields} | result.true_fields)
        segments += result.segments
    segments.sort(key=lambda segment: (segment[0], segment[1].name))
    return Told(
        sorted(sources, key=lambda source: source.source), published(inventory, names, None),
        date_measures(inventory, names, None, Retention(), date(2026, 1, 1)), measured.told(), names,
        [*findings_of(segments)],
    )  # fmt: skip


@pytest.fixture
def audits(engine: Engine, delivery: Path, tmp_path: Path) -> Audits:
    return Audits(engine, delivery, tmp_path)


def test_cold_warm_and_no_cache_give_the_same(audits: Audits) -> None:
    without = audits.run(cached=False)
    assert without.findings
    assert audits.run() == without
    assert sorted(audits.read) == sorted(FILES)
    assert audits.run() == without
    assert audits.read == []
    assert (audits.use.files, audits.use.known) == (5, 5)


def test_one_changed_file_costs_one_file(audits: Audits, delivery: Path) -> None:
    audits.run()
    (delivery / "chat.jsonl").write_text(f'{{"text": "card {CARD}"}}\n')
    after = audits.run()
    assert audits.read == ["chat.jsonl"]
    assert after == audits.run(cached=False)


def test_new_gone_and_renamed_files(audits: Audits, delivery: Path) -> None:
    audits.run()
    (delivery / "calls" / "c.vtt").unlink()
    (delivery / "chat.jsonl").rename(delivery / "a chat.jsonl")  # all that follow have other numbers now
    after = audits.run()
    assert audits.read == ["a chat.jsonl"], "its name is a part of its result"
    assert after == audits.run(cached=False)


def test_findings_are_there_for_who_wants_them(audits: Audits) -> None:
    audits.run(findings=False)
    assert audits.run() == audits.run(cached=False)
    audits.run()
    assert audits.read == []
    audits.run(findings=False)
    assert audits.read == [], "who wants none needs none"


@pytest.mark.parametrize(
    "changed",
    [
        {"passwords": ("another",)},
        {"agreement": Agreement(feeds=(Feed(id="tickets", files=("*",), classification="pseudonymised"),))},
        {"measuring": Measuring(SuppressionList(KEY, emails={MAIL: 0}, listed=1))},
        {"key": Key(b"1" * 64)},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_what_is_read_otherwise_is_read_again(audits: Audits, changed: dict[str, object]) -> None:
    audits.run()
    other = audits.run(**changed)  # type: ignore[arg-type]
    assert sorted(audits.read) == sorted(FILES)
    assert other == audits.run(cached=False, **changed)  # type: ignore[arg-type]
    audits.run(**changed)  # type: ignore[arg-type]
    assert audits.read == []


def test_another_version_reads_all_again(audits: Audits, monkeypatch: pytest.MonkeyPatch) -> None:
    audits.run()
    monkeypatch.setattr("bpoaudit.executors.conditions.likeness", lambda: {"bpoaudit": "another"})
    audits.run()
    assert sorted(audits.read) == sorted(FILES)


def test_what_was_not_read_to_its_end_is_tried_again(audits: Audits, delivery: Path) -> None:
    (delivery / "broken.zip").write_bytes(b"PK\x03\x04" + bytes(40))
    first = audits.run()
    again = audits.run()
    assert audits.read == ["broken.zip"]
    assert again == first


def test_a_file_that_cannot_be_opened_is_the_workers_to_tell(audits: Audits, delivery: Path) -> None:
    (delivery / "gone.csv").symlink_to("/nowhere")
    assert audits.run() == audits.run(cached=False)


@pytest.mark.parametrize("damage", ["changed", "cut", "swapped"])
def test_a_damaged_entry_is_not_believed_and_made_anew(audits: Audits, damage: str) -> None:
    before = audits.run()
    one, other, *_ = audits.entries()
    if damage == "changed":
        raw = bytearray(one.read_bytes())
        raw[len(raw) // 2] ^= 1
        one.write_bytes(raw)
    elif damage == "cut":
        one.write_bytes(one.read_bytes()[:50])
    else:
        one.write_bytes(other.read_bytes())
    assert audits.run() == before
    assert len(audits.read) == 1
    assert len(audits.use.changed) == 1
    assert MAIL not in audits.use.changed[0]
    assert audits.run() == before
    assert audits.read == []


def test_a_link_in_an_entrys_place_is_replaced(audits: Audits, tmp_path: Path) -> None:
    before = audits.run()
    entry = audits.entries()[0]
    other = tmp_path / "not ours"
    entry.rename(other)
    entry.symlink_to(other)
    raw = other.read_bytes()
    assert audits.run() == before
    assert other.read_bytes() == raw
    assert audits.use.trouble


def test_a_file_with_personal_data_in_names_inside_is_read_each_time_and_named(
    audits: Audits, delivery: Path
) -> None:
    (delivery / "wide.jsonl").write_text(f'{{"id": 1, "{MAIL}": "yes"}}\n')
    before = audits.run()
    assert audits.use.unkept == ["wide.jsonl"]
    assert audits.run() == before
    assert audits.read == ["wide.jsonl"]


def test_nothing_of_the_delivery_is_in_the_cache(audits: Audits) -> None:
    """Neither as it lies there, nor in what the key opens: no value, no unkeyed hash, no true name."""
    audits.run()
    assert len(audits.entries()) == len(FILES)
    values = (*PLANTED, BORN)
    hashes = [
        digest
        for value in values
        for name in ("md5", "sha1", "sha256")
        for digest in (
            hashlib.new(name, value.encode()).hexdigest(),
            hashlib.new(name, value.encode()).digest(),
        )
    ]
    opened = b""
    for path in audits.entries():
        plain = b"".join(read_sealed(path, KEY.derived("entries of a cache")))
        opened += plain
        for data in (path.read_bytes(), plain, path.name.encode()):
            assert leaks(data, values) == []
            assert not [each for each in hashes if (each.encode() if isinstance(each, str) else each) in data]
    assert b"EMAIL_ADDRESS" in opened
    raw = b"".join(path.read_bytes() for path in audits.cache.rglob("*") if path.is_file())
    assert b"EMAIL_ADDRESS" not in raw
    assert b"tickets" not in raw, "not even the names of files"


def test_a_folder_that_cannot_be_written_ends_the_keeping_and_not_the_audit(audits: Audits) -> None:
    audits.cache.mkdir()
    for number in range(256):  # what even root cannot write to: a file where a folder should be
        (audits.cache / f"{number:02x}").touch()
    assert audits.run() == audits.run(cached=False)
    assert audits.use.trouble == "File exists"


def test_a_full_disk_ends_the_keeping_and_not_the_audit(audits: Audits) -> None:
    without = audits.run(cached=False)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (300, hard))  # no file can grow beyond it
        told = audits.run(findings=False)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)
    assert replace(told, findings=without.findings) == without
    assert audits.use.trouble == "File too large"
    assert not [path for path in audits.entries() if path.suffix]
    assert audits.run() == without


def test_an_audit_that_is_broken_off_keeps_what_it_has_read(
    engine: Engine, audits: Audits, delivery: Path
) -> None:
    worker = Worker(Detector(engine, KEY), NameBook(engine, KEY), None)
    tasks = [FileTask(i, file) for i, file in enumerate(discover([delivery]))]
    open_folder(audits.cache, KEY)
    kept = Cache(audits.cache, KEY, conditions(worker, {}, []), None)
    results = remembering(tasks, lambda tasks: serial(tasks, worker), kept)
    next(results)
    next(results)
    results.close()  # type: ignore[attr-defined]
    audits.run(findings=False)
    assert len(audits.read) == len(FILES) - 2


def test_what_is_not_used_for_long_goes(audits: Audits) -> None:
    audits.run()
    old, *others = audits.entries()
    left = old.with_name(f"{old.name}.abc.part")
    left.write_bytes(b"x")
    foreign = old.with_name("somebody else's")
    foreign.write_bytes(b"x")
    long_ago = time.time() - (cache.MAX_DAYS + 1) * 86_400
    for path in (left, foreign):
        os.utime(path, (long_ago, long_ago))
    audits.run()
    assert not left.exists()
    os.utime(old, (long_ago, long_ago))
    audits.run()
    assert audits.entries() == sorted([old, *others, foreign]), "used again, so it stays"
    for path in (old, others[0]):
        os.utime(path, (long_ago, long_ago))
    kept = Cache(audits.cache, KEY, b"another way", None)
    kept.tidy()
    assert audits.entries() == sorted([*others[1:], foreign])


def test_all_of_it_is_bounded(audits: Audits, monkeypatch: pytest.MonkeyPatch) -> None:
    audits.run()
    entries = audits.entries()
    for age, path in enumerate(entries):
        os.utime(path, (time.time() - age * 60,) * 2)
    monkeypatch.setattr(cache, "MAX_BYTES", sum(path.stat().st_size for path in entries[:2]))
    Cache(audits.cache, KEY, b"another way", None).tidy()
    assert audits.entries() == entries[:2], "those that were used last"


def test_a_cache_needs_a_lasting_key(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="needs a key"):
        open_folder(tmp_path / "cache", random_key())
    assert not (tmp_path / "cache").exists()


def test_a_file_is_no_cache(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for path in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(UsageError, match="no folder"):
            open_folder(path, KEY)


def test_the_folder_is_for_its_owner_and_no_backup(tmp_path: Path) -> None:
    open_folder(tmp_path / "new" / "cache", KEY)
    assert (tmp_path / "new" / "cache").stat().st_mode & 0o077 == 0
    assert (tmp_path / "new" / "cache" / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172")
