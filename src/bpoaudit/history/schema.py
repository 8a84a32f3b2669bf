"""The tables, and the steps that bring a database of any earlier version to this one.

Names start with `bpoaudit_`, so that a database may hold other things too. Nothing here can hold a
value of a delivery: there is no column for samples, fingerprints or evidence.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Connection,
    Dialect,
    Float,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)


class Name(TypeDecorator[str]):
    """Text chosen by a vendor. What PostgreSQL cannot store (NUL, lone surrogates) is replaced."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Return what both databases store alike."""
        if value is None:
            return None
        return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")


metadata = MetaData()


def _of_audit() -> Column[Any]:
    reference = ForeignKey("bpoaudit_audits.id", ondelete="CASCADE")
    return Column("audit", Text, reference, nullable=False, index=True)


version = Table("bpoaudit_schema", metadata, Column("version", Integer, nullable=False))

audits = Table(
    "bpoaudit_audits",
    metadata,
    Column("id", Text, primary_key=True),
    Column("vendor_id", Name, nullable=False, index=True),
    Column("vendor", Name, nullable=False),
    Column("client", Name, nullable=False),
    Column("country", Name, nullable=False),
    Column("services", JSON, nullable=False),
    Column("as_of", String(10), nullable=False),
    Column("started_at", String(20), nullable=False),
    Column("finished_at", String(20), nullable=False),
    Column("tool_version", Text, nullable=False),
    Column("key_id", Text, nullable=False),
    Column("judged_again", Text),
    Column("exit_code", Integer, nullable=False),
    Column("score_model", Integer, nullable=False),
    Column("value", Float),
    Column("low", Float),
    Column("high", Float),
    Column("coverage", Float, nullable=False),
    Column("grade", String(1)),
    Column("assurance", Text, nullable=False),
    Column("sources_read", BigInteger, nullable=False),
    Column("sources_total", BigInteger, nullable=False),
    Column("records_read", BigInteger, nullable=False),
    Column("records_total", BigInteger, nullable=False),
    Column("bytes_read", BigInteger, nullable=False),
    Column("bytes_total", BigInteger, nullable=False),
)

packs = Table(
    "bpoaudit_packs",
    metadata,
    _of_audit(),
    Column("pack", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("title", Name, nullable=False),
    Column("digest", Text, nullable=False),
)

scores = Table(
    "bpoaudit_scores",
    metadata,
    _of_audit(),
    Column("kind", String(6), nullable=False),  # domain, pack
    Column("name", Name, nullable=False),
    Column("low", Float),
    Column("high", Float),
    Column("coverage", Float, nullable=False),
    Column("assurance", Text, nullable=False),
)

verdicts = Table(
    "bpoaudit_verdicts",
    metadata,
    _of_audit(),
    Column("rule", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("domain", Name, nullable=False),
    Column("status", Text, nullable=False),
    Column("checked", BigInteger, nullable=False),
    Column("failed", BigInteger, nullable=False),
    Column("accepted", Boolean, nullable=False),
)

sources = Table(
    "bpoaudit_sources",
    metadata,
    _of_audit(),
    Column("source", Name, nullable=False),
    Column("media_type", Name, nullable=False),
    Column("bytes", BigInteger),
    Column("sha256", Text),
    Column("status", Text, nullable=False),
    Column("records_read", BigInteger, nullable=False),
    Column("records_total", BigInteger),
)

inventory = Table(
    "bpoaudit_inventory",
    metadata,
    _of_audit(),
    Column("source", Name, nullable=False),
    Column("field", Name, nullable=False),
    Column("kind", Text, nullable=False),
    Column("non_empty", BigInteger, nullable=False),  # values of the field
    Column("entity", Text),  # NULL: nothing was found in the field
    Column("found", BigInteger, nullable=False),
    Column("records", BigInteger, nullable=False),
    Column("distinct", BigInteger, nullable=False),
    Column("clear", BigInteger, nullable=False),
    Column("partial", BigInteger, nullable=False),
    Column("masked", BigInteger, nullable=False),
)


def _first(connection: Connection) -> None:
    """Create the tables of version 1."""
    metadata.create_all(connection)


STEPS: Final[list[Callable[[Connection], None]]] = [_first]
"""The step at index n makes a database of version n one of version n + 1; an empty one is of version 0."""
