"""Record audits, read them back, take them out again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, insert, inspect, select, update

from bpoaudit.comparison import Shape
from bpoaudit.errors import HistoryError
from bpoaudit.history import rows, schema
from bpoaudit.history.database import Database, database_at
from bpoaudit.history.past import PastAudit, Purged
from bpoaudit.model import (
    Assurance,
    AuditResult,
    Delivery,
    DomainScore,
    FieldKind,
    PackScore,
    PackUsed,
    Severity,
    Share,
    SourceStatus,
    Status,
)

_OPEN = (Status.UNKNOWN.value, Status.ERROR.value)


def open_history(location: str, *, create: bool = False) -> History:
    """Open the history at a path or URL, and bring it to this version's form where it is older.

    With `create` it is begun where there is none. Raises `HistoryError`, also for a history that a
    newer bpoaudit wrote and for a file that is something else.
    """
    database = database_at(location, create=create)
    with database.reading() as connection:
        found = _version(connection, database)
    if found == 0 and not create:
        raise HistoryError(
            f"nothing was recorded in {database.name}", "bpoaudit audit --history FILE begins a history"
        )
    if found == 0:
        database.keep_log()
    if found < len(schema.STEPS):
        with database.writing() as connection:
            _migrate(connection, database)
    return History(database)


def _version(connection: Connection, database: Database) -> int:
    """Return the version of the form; 0 for an empty database."""
    tables = inspect(connection).get_table_names()
    if schema.version.name not in tables:
        if database.file and tables:
            raise HistoryError(
                f"{database.name} is an SQLite database of something else", "name another file"
            )
        return 0
    found = connection.execute(select(func.max(schema.version.c.version))).scalar_one()
    if not isinstance(found, int) or not 0 < found <= len(schema.STEPS):
        raise HistoryError(
            f"the history {database.name} has a form that this bpoaudit does not know (version {found!r})",
            f"update bpoaudit, which knows the versions up to {len(schema.STEPS)}",
        )
    return found


def _migrate(connection: Connection, database: Database) -> None:
    # Asked again inside the lock: another run may have been faster.
    found = _version(connection, database)
    for step in schema.STEPS[found:]:
        step(connection)
    if found == 0:
        connection.execute(insert(schema.version).values(version=len(schema.STEPS)))
    else:
        connection.execute(update(schema.version).values(version=len(schema.STEPS)))


@dataclass(frozen=True, slots=True)
class History:
    """An open history. Each method is one transaction, and raises `HistoryError`."""

    database: Database

    def record(self, result: AuditResult) -> None:
        """Keep what `result` came to. An audit of the same id is replaced: recording twice is once.

        Raises `HistoryError` where the id is that of an audit of another vendor or client.
        """
        audit = rows.audit_row(result)
        parts = rows.part_rows(result)
        table = schema.audits
        with self.database.writing() as connection:
            same = select(table.c.vendor_id, table.c.client).where(table.c.id == audit["id"])
            held = connection.execute(same).one_or_none()
            if held is not None and tuple(held) != (audit["vendor_id"], audit["client"]):
                raise HistoryError(
                    f"the history holds an audit of another vendor or client under the id {audit['id']}",
                    "give each run an id of its own (BPOAUDIT_RUN_ID)",
                )
            connection.execute(delete(table).where(table.c.id == audit["id"]))
            connection.execute(insert(table), [audit])
            for part, entries in parts:
                if entries:
                    connection.execute(insert(part), entries)

    def audits(self, vendor: str | None = None) -> tuple[PastAudit, ...]:
        """Return the audits of all vendors, or of the one with this id or name; oldest first."""
        table = schema.audits
        chosen = select(table).order_by(table.c.as_of, table.c.finished_at, table.c.id)
        if vendor is not None:
            chosen = chosen.where((table.c.vendor_id == vendor) | (table.c.vendor == vendor))
        with self.database.reading() as connection:
            return _past(connection, chosen)

    def last_delivery(self, vendor_id: str, client: str, day: date, now: Delivery) -> Shape | None:
        """Return the shape of the delivery before `now`, which is audited as of `day`; None: it is the first.

        It is the last that the vendor gave to the client by that day. Audits that only judged again, and
        those of the very files of `now`, are no earlier delivery.
        """
        table, sources = schema.audits, schema.sources
        chosen = (
            select(table.c.id)
            .where(table.c.vendor_id == vendor_id, table.c.client == client)
            .where(table.c.judged_again.is_(None), table.c.as_of <= day.isoformat())
            .order_by(table.c.as_of.desc(), table.c.finished_at.desc(), table.c.id)
        )
        files = {(each.source, each.sha256) for each in now.sources}
        with self.database.reading() as connection:
            for audit in connection.execute(chosen).scalars().all():
                held = connection.execute(select(sources).where(sources.c.audit == audit)).all()
                if {(row.source, row.sha256) for row in held} != files:
                    return _shape(connection, audit, held)
        return None

    def purge(self, *, before: date | None = None, vendor: str | None = None) -> tuple[Purged, ...]:
        """Take out audits that finished before a day and are of a vendor; where both are given, both hold.

        In SQLite the deleted rows are overwritten, in the file and in the log beside it.
        """
        table = schema.audits
        chosen = []
        if before is not None:
            chosen.append(table.c.finished_at < before.isoformat())
        if vendor is not None:
            chosen.append((table.c.vendor_id == vendor) | (table.c.vendor == vendor))
        if not chosen:
            raise HistoryError("say what to take out: audits of an age, or of a vendor")
        columns = select(table.c.id, table.c.vendor_id, table.c.as_of)
        with self.database.writing() as connection:
            found = connection.execute(columns.where(*chosen).order_by(table.c.as_of, table.c.id)).all()
            connection.execute(delete(table).where(*chosen))
        self.database.forget_deleted()
        return tuple(Purged(*row) for row in found)


def _shape(connection: Connection, audit: str, sources: Iterable[Row[Any]]) -> Shape:
    read = SourceStatus.READ.value
    shape = Shape({row.source: row.records_read for row in sources if row.status == read})
    table = schema.inventory
    columns = (table.c.source, table.c.field, table.c.entity, table.c.found, table.c.clear)
    wanted = select(*columns).where(table.c.audit == audit, table.c.kind == FieldKind.COLUMN.value)
    for row in connection.execute(wanted):
        shape.add(*row)
    return shape


def _past(connection: Connection, chosen: Select[Any]) -> tuple[PastAudit, ...]:
    wanted = chosen.with_only_columns(schema.audits.c.id).order_by(None)
    packs = _by_audit(connection.execute(_of(schema.packs, wanted)))
    scores = _by_audit(connection.execute(_of(schema.scores, wanted)))
    table = schema.verdicts
    grouped = (table.c.audit, table.c.severity, table.c.status, table.c.accepted)
    counts = _by_audit(
        connection.execute(
            select(*grouped, func.count().label("rules")).where(table.c.audit.in_(wanted)).group_by(*grouped)
        )
    )
    return tuple(
        _audit(row, packs[row.id], scores[row.id], counts[row.id]) for row in connection.execute(chosen)
    )


def _of(table: Any, wanted: Select[Any]) -> Select[Any]:
    return select(table).where(table.c.audit.in_(wanted))


def _by_audit(found: Iterable[Row[Any]]) -> defaultdict[str, list[Row[Any]]]:
    grouped: defaultdict[str, list[Row[Any]]] = defaultdict(list)
    for row in found:
        grouped[row.audit].append(row)
    return grouped


def _audit(row: Row[Any], packs: list[Row[Any]], scores: list[Row[Any]], counts: list[Row[Any]]) -> PastAudit:
    failed: dict[Severity, int] = {}
    for count in counts:
        if count.status == Status.FAIL and not count.accepted:
            failed[Severity(count.severity)] = count.rules
    return PastAudit(
        id=row.id,
        vendor_id=row.vendor_id,
        vendor=row.vendor,
        client=row.client,
        country=row.country,
        services=tuple(row.services),
        as_of=row.as_of,
        finished_at=row.finished_at,
        exit_code=row.exit_code,
        judged_again=row.judged_again,
        value=row.value,
        low=row.low,
        high=row.high,
        coverage=row.coverage,
        grade=row.grade,
        assurance=Assurance(row.assurance),
        model=row.score_model,
        sources=Share(read=row.sources_read, total=row.sources_total),
        records=Share(read=row.records_read, total=row.records_total),
        packs=tuple(
            PackUsed(id=p.pack, version=p.version, title=p.title, digest=p.digest)
            for p in sorted(packs, key=lambda p: p.pack)
        ),
        pack_scores=tuple(PackScore(pack=s.name, **_score(s)) for s in _named(scores, rows.PACK)),
        domain_scores=tuple(DomainScore(domain=s.name, **_score(s)) for s in _named(scores, rows.DOMAIN)),
        failed=tuple((severity, failed[severity]) for severity in Severity if severity in failed),
        accepted=sum(c.rules for c in counts if c.accepted),
        open=sum(c.rules for c in counts if c.status in _OPEN),
    )


def _named(scores: list[Row[Any]], kind: str) -> list[Row[Any]]:
    return sorted((score for score in scores if score.kind == kind), key=lambda score: str(score.name))


def _score(row: Row[Any]) -> dict[str, Any]:
    return {
        "low": row.low,
        "high": row.high,
        "coverage": row.coverage,
        "assurance": Assurance(row.assurance),
    }
