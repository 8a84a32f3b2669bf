from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Column, Connection, Integer, func, select, text

from bpoaudit.errors import HistoryError
from bpoaudit.history import History, open_history, schema, series
from bpoaudit.model import AuditResult, FieldKind, Severity, SourceStatus, Status
from tests.report.factories import FINGERPRINT
from tests.report.hostile import HOSTILE_NAMES, hostile_result
from tests.report.sample import AUDIT, PROFILE, audit_result, clean_result, unassessed_result

OTHER = {"id": "other", "name": "Other Ltd"}


def run(
    id: str = "one",
    as_of: str = "2026-06-30",
    base: AuditResult | None = None,
    vendor: Mapping[str, str] | None = None,
) -> AuditResult:
    """An audit with an id and day of its own, of a vendor whose facts may be changed."""
    result = base or audit_result()
    audit = AUDIT.model_copy(update={"id": id, "as_of": as_of, "finished_at": f"{as_of}T10:00:00Z"})
    profile = {**PROFILE, "vendor": {**PROFILE["vendor"], **(vendor or {})}}
    return result.model_copy(update={"audit": audit, "vendor": profile})


def counts(history: History) -> dict[str, int]:
    with history.database.reading() as connection:
        return {
            name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in schema.metadata.tables.items()
        }


def test_what_is_recorded_comes_back(location: str) -> None:
    history = open_history(location, create=True)
    result = run()
    history.record(result)
    (audit,) = open_history(location).audits()
    assert (audit.id, audit.vendor_id, audit.vendor, audit.client) == (
        "one",
        "meridian",
        "Meridian Contact Services",
        "Northwind Energy",
    )
    assert audit.services == ("support", "technical_support", "collections")
    assert (audit.value, audit.low, audit.high, audit.assurance) == (15.7, 15.7, 30.9, result.score.assurance)
    assert audit.sources == result.delivery.coverage.sources
    assert audit.records == result.delivery.coverage.records
    assert audit.packs == tuple(sorted(result.audit.packs, key=lambda pack: pack.id))
    assert audit.pack_scores == result.score.packs
    assert audit.domain_scores == result.score.domains
    failing = [v for v in result.verdicts if v.status is Status.FAIL]
    assert audit.failed == tuple(
        (level, n)
        for level in Severity
        if (n := sum(v.severity is level and not v.accepted for v in failing))
    )
    assert audit.accepted == sum(v.accepted for v in failing) > 0
    assert audit.open == sum(v.status in (Status.UNKNOWN, Status.ERROR) for v in result.verdicts)


def test_inventory_and_manifest_are_kept_as_counts(location: str) -> None:
    history = open_history(location, create=True)
    result = run()
    history.record(result)
    table = schema.inventory
    with history.database.reading() as connection:
        found = connection.execute(
            select(table.c.found, table.c.clear, table.c.non_empty).where(
                table.c.field == "notes", table.c.entity == "EMAIL_ADDRESS"
            )
        ).one()
        empty = connection.execute(select(table).where(table.c.entity.is_(None))).all()
        files = connection.execute(select(schema.sources.c.sha256)).scalars().all()
    assert tuple(found) == (12_181, 12_181, 98_230)
    assert [(row.field, row.found) for row in empty] == [("ticket_id", 0)]
    assert len(files) == len(result.delivery.sources)


def test_an_audit_is_recorded_once_however_often(location: str) -> None:
    history = open_history(location, create=True)
    history.record(run())
    before = counts(history)
    history.record(run())
    assert counts(history) == before


def test_a_repeated_run_takes_the_place_of_the_one_before(location: str) -> None:
    history = open_history(location, create=True)
    history.record(run())
    history.record(run(base=clean_result()))
    (audit,) = history.audits()
    assert audit.value == 100.0
    assert counts(history)["bpoaudit_inventory"] == sum(
        len(f.entities) or 1 for f in clean_result().inventory
    )


def test_an_id_of_another_vendor_is_refused(location: str) -> None:
    history = open_history(location, create=True)
    history.record(run())
    with pytest.raises(HistoryError, match="another vendor or client under the id one"):
        history.record(run(id="one", base=clean_result()).model_copy(update={"vendor": {}}))
    assert [audit.vendor_id for audit in history.audits()] == ["meridian"]


def test_audits_of_one_vendor_by_id_or_name(location: str) -> None:
    history = open_history(location, create=True)
    history.record(run("b", "2026-05-31"))
    history.record(run("a", "2026-06-30"))
    history.record(run("c", "2026-01-31", vendor=OTHER))
    assert [a.id for a in history.audits()] == ["c", "b", "a"]
    assert [a.id for a in history.audits("meridian")] == ["b", "a"]
    assert [a.id for a in history.audits("Other Ltd")] == ["c"]
    assert history.audits("nobody") == ()
    assert [[a.id for a in group] for group in series(history.audits())] == [["b", "a"], ["c"]]


@pytest.mark.parametrize("result", [unassessed_result(), hostile_result()], ids=["unassessed", "hostile"])
def test_whatever_an_audit_says_can_be_recorded(location: str, result: AuditResult) -> None:
    history = open_history(location, create=True)
    history.record(result)
    (audit,) = history.audits()
    assert audit.value == result.score.value
    assert audit.id == result.audit.id


def test_names_that_no_database_stores_are_replaced(location: str) -> None:
    history = open_history(location, create=True)
    history.record(run(vendor={"name": "Nul\0and\ud800lone"}))
    (audit,) = history.audits()
    assert audit.vendor == "Nul\ufffdand?lone"


def test_purge_by_age_and_vendor(location: str) -> None:
    history = open_history(location, create=True)
    for id, day in (("a", "2025-01-31"), ("b", "2026-01-31")):
        history.record(run(id, day))
        history.record(run(f"{id}2", day, vendor=OTHER))
    gone = history.purge(before=date(2025, 6, 1), vendor="other")
    assert [(p.id, p.vendor_id, p.as_of) for p in gone] == [("a2", "other", "2025-01-31")]
    assert [p.id for p in history.purge(before=date(2025, 6, 1))] == ["a"]
    assert [p.id for p in history.purge(vendor="Other Ltd")] == ["b2"]
    assert [a.id for a in history.audits()] == ["b"]
    assert history.purge(vendor="nobody") == ()
    history.purge(vendor="meridian")
    assert {name: n for name, n in counts(history).items() if n} == {"bpoaudit_schema": 1}


def test_purge_needs_to_know_what(location: str) -> None:
    history = open_history(location, create=True)
    history.record(run())
    with pytest.raises(HistoryError):
        history.purge()
    assert len(history.audits()) == 1


# --- versions --------------------------------------------------------------------------------------


def test_a_newer_form_is_refused_and_left_alone(location: str) -> None:
    history = open_history(location, create=True)
    history.record(run())
    with history.database.writing() as connection:
        connection.execute(text("UPDATE bpoaudit_schema SET version = 99"))
    for create in (False, True):
        with pytest.raises(HistoryError, match=r"does not know \(version 99\)") as caught:
            open_history(location, create=create)
        assert caught.value.hint is not None
        assert "update bpoaudit" in caught.value.hint
    assert counts(history)["bpoaudit_audits"] == 1


def test_an_older_form_is_brought_up_to_date_with_what_it_holds(
    location: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_history(location, create=True).record(run())

    def second(connection: Connection) -> None:
        connection.execute(text("ALTER TABLE bpoaudit_audits ADD COLUMN tried INTEGER DEFAULT 7"))

    monkeypatch.setattr(schema, "STEPS", [*schema.STEPS, second])
    history = open_history(location)
    assert [audit.id for audit in history.audits()] == ["one"]
    with history.database.reading() as connection:
        assert connection.execute(text("SELECT tried FROM bpoaudit_audits")).scalar_one() == 7
        assert connection.execute(select(schema.version.c.version)).scalars().all() == [2]
    open_history(location)  # the step is not taken twice


def test_a_step_that_fails_leaves_the_older_form(location: str, monkeypatch: pytest.MonkeyPatch) -> None:
    open_history(location, create=True).record(run())

    def second(connection: Connection) -> None:
        connection.execute(text("ALTER TABLE bpoaudit_audits ADD COLUMN tried INTEGER"))
        connection.execute(text("SELECT nothing FROM nowhere"))

    with monkeypatch.context() as patch:
        patch.setattr(schema, "STEPS", [*schema.STEPS, second])
        with pytest.raises(HistoryError):
            open_history(location)
    history = open_history(location)
    history.record(run("two"))
    assert [audit.id for audit in history.audits()] == ["one", "two"]


# --- several runs at once ----------------------------------------------------------------------------


def test_concurrent_runs_lose_nothing(location: str) -> None:
    def record(number: int) -> None:
        open_history(location, create=True).record(run(f"run-{number:02}"))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(record, range(16)))
    history = open_history(location)
    assert [audit.id for audit in history.audits()] == [f"run-{n:02}" for n in range(16)]
    held = counts(history)
    assert held["bpoaudit_verdicts"] == 16 * len(audit_result().verdicts)
    assert held["bpoaudit_schema"] == 1


@pytest.mark.slow
def test_concurrent_processes_lose_nothing(location: str) -> None:
    code = (
        "import sys; from tests.history.test_store import run; from bpoaudit.history import open_history\n"
        "for n in range(4): open_history(sys.argv[1], create=True).record(run(f'{sys.argv[2]}-{n}'))"
    )
    root = Path(__file__).parents[2]
    workers = [subprocess.Popen([sys.executable, "-c", code, location, str(at)], cwd=root) for at in range(4)]
    assert [worker.wait(timeout=120) for worker in workers] == [0] * 4
    assert len(open_history(location).audits()) == 16


# --- files -------------------------------------------------------------------------------------------


def test_a_new_file_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    history = open_history(str(path), create=True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with history.database.writing() as connection:
        connection.execute(text("UPDATE bpoaudit_schema SET version = version"))
        beside = list(tmp_path.glob("history.db-*"))
        assert beside
        assert {stat.S_IMODE(file.stat().st_mode) for file in beside} == {0o600}


def test_readers_make_no_file(tmp_path: Path) -> None:
    with pytest.raises(HistoryError, match="does not exist"):
        open_history(str(tmp_path / "none.db"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"PK\x03\x04 not a database at all" * 60, "is not an SQLite database"), (b"", "nothing was recorded")],
)
def test_other_files_are_refused(tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "x.db"
    path.write_bytes(content)
    with pytest.raises(HistoryError, match=told):
        open_history(str(path))
    assert path.read_bytes() == content


def test_the_database_of_something_else_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "mail.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE mail (body)")
    before = path.read_bytes()
    with pytest.raises(HistoryError, match="database of something else"):
        open_history(str(path), create=True)
    assert path.read_bytes() == before
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("mail",)]


def test_a_folder_and_a_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(HistoryError, match="is not a file"):
        open_history(str(tmp_path), create=True)
    with pytest.raises(HistoryError, match="cannot write"):
        open_history(str(tmp_path / "none" / "history.db"), create=True)


@pytest.mark.parametrize(
    "location",
    [
        "mysql://root:Vq7-planted-pass@db/x",
        "sqlite://",
        "sqlite:///:memory:",
        "postgresql://u:Vq7-planted-pass@[/x",
    ],
)
def test_other_places_are_refused_without_their_password(location: str) -> None:
    with pytest.raises(HistoryError) as caught:
        open_history(location, create=True)
    assert "planted" not in f"{caught.value.message} {caught.value.hint}"


def test_a_url_of_a_file_is_that_file(tmp_path: Path) -> None:
    open_history(f"sqlite:///{tmp_path}/history.db", create=True).record(run())
    assert [a.id for a in open_history(str(tmp_path / "history.db")).audits()] == ["one"]


def test_a_run_that_cannot_write_in_time_says_so(location: str, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = open_history(location, create=True)
    monkeypatch.setattr("bpoaudit.history.database.BUSY_SECONDS", 0.1)
    with waiting.database.writing(), pytest.raises(HistoryError, match="was written by another run"):
        open_history(location).record(run())
    open_history(location).record(run())
    assert len(waiting.audits()) == 1


def test_who_reads_does_not_wait_for_who_writes(location: str) -> None:
    history = open_history(location, create=True)
    history.record(run())
    with history.database.writing() as connection:
        connection.execute(text("DELETE FROM bpoaudit_audits"))
        assert len(open_history(location).audits()) == 1
    assert history.audits() == ()


# --- no personal data ----------------------------------------------------------------------------------


def test_neither_masked_samples_nor_fingerprints_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    open_history(str(path), create=True).record(run())
    data = path.read_bytes()
    assert b"meridian" in data
    for unwanted in (
        FINGERPRINT,
        "hmac-sha256",
        "•",
        "j•••@•••.com",
        "operations@northwind.example",
        "Purge job",
    ):
        assert unwanted.encode() not in data


def test_what_is_taken_out_is_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    history = open_history(str(path), create=True)
    history.record(run("keep", vendor=OTHER))
    history.record(run("gone-audit-4711"))
    reader = sqlite3.connect(path)  # keeps the log from being removed with the last connection
    reader.execute("SELECT 1 FROM bpoaudit_audits").fetchone()
    assert b"gone-audit-4711" in b"".join(file.read_bytes() for file in tmp_path.iterdir())
    history.purge(vendor="meridian")
    left = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    reader.close()
    assert b"gone-audit-4711" not in left
    assert b"keep" in left


def test_no_column_could_hold_what_was_found() -> None:
    names = {column.name for table in schema.metadata.tables.values() for column in table.columns}
    assert not names & {
        "masked_shape",
        "sample",
        "samples",
        "fingerprint",
        "evidence",
        "value_text",
        "pointer",
    }
    masked = schema.inventory.c.masked
    assert isinstance(masked, Column)
    assert isinstance(masked.type, Integer)


# --- a server --------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_server_that_refuses_is_told_without_the_password(server: str) -> None:
    wrong = server.replace("Vq7-planted-pass", "Zz9-other-pass")
    with pytest.raises(HistoryError) as caught:
        open_history(wrong, create=True)
    assert "other-pass" not in f"{caught.value.message} {caught.value.hint}"
    assert "127.0.0.1/postgres" in caught.value.message


@pytest.mark.slow
@pytest.mark.parametrize("location", ["postgresql"], indirect=True)
def test_a_server_may_hold_other_tables(location: str) -> None:
    import psycopg

    with psycopg.connect(location) as connection:
        connection.execute("CREATE TABLE audits (mine TEXT)")
    open_history(location, create=True).record(run())
    assert len(open_history(location).audits()) == 1


def test_hostile_names_are_data(tmp_path: Path) -> None:
    history = open_history(str(tmp_path / "history.db"), create=True)
    history.record(hostile_result())
    with history.database.reading() as connection:
        names = set(connection.execute(select(schema.sources.c.source)).scalars())
    assert {name.replace("\0", "\ufffd") for name in HOSTILE_NAMES} == names


def _other_files(result: AuditResult) -> AuditResult:
    """The same audit of another delivery: each file has a record more."""
    sources = tuple(
        each.model_copy(update={"sha256": "0" * 64, "records_read": each.records_read + 1})
        for each in result.delivery.sources
    )
    return result.model_copy(update={"delivery": result.delivery.model_copy(update={"sources": sources})})


def test_the_delivery_before_is_the_last_one_of_other_files(location: str) -> None:
    history = open_history(location, create=True)
    now = run("now").delivery
    at = ("meridian", "Northwind Energy", date(2026, 6, 30))
    assert history.last_delivery(*at, now) is None
    history.record(run("same"))
    again = run("again", "2026-06-29")
    judged = again.audit.model_copy(update={"options": {**again.audit.options, "judged_again": "same"}})
    history.record(_other_files(again).model_copy(update={"audit": judged}))
    history.record(_other_files(run("other", "2026-06-28", vendor=OTHER)))
    history.record(_other_files(run("later", "2026-07-01")))
    assert history.last_delivery(*at, now) is None
    history.record(_other_files(run("before", "2026-05-30")))
    shape = history.last_delivery(*at, now)
    assert shape is not None
    read = {s.source: s.records_read + 1 for s in now.sources if s.status is SourceStatus.READ}
    assert shape.records == read
    columns = [each for each in run().inventory if each.kind is FieldKind.COLUMN]
    assert columns
    for each in columns:
        kept = shape.fields[each.source][each.field]
        assert {name: (found.count, found.clear) for name, found in kept.items()} == {
            entity.entity: (entity.count, entity.masking.clear) for entity in each.entities
        }
