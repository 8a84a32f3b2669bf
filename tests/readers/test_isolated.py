"""What happens to a parser in a process of its own; the parsers' own tests are those of their formats."""

from __future__ import annotations

import io
import sqlite3
from contextlib import closing
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from bpoaudit.delivery.budget import Budget
from bpoaudit.delivery.content import Content
from bpoaudit.errors import LimitReached, UnreadableSource
from bpoaudit.readers import Member, Part, ReadOptions, isolated
from bpoaudit.readers.isolated import run_parser
from tests.readers.conftest import consume

PARQUET, SQLITE = "application/vnd.apache.parquet", "application/vnd.sqlite3"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(60)


def parquet(table: pa.Table) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table, sink)
    return sink.getvalue()


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A table that needs more memory than a process has, between two that do not."""
    path = tmp_path / "shop.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            "CREATE TABLE one (a); INSERT INTO one VALUES ('ann@example.org');"
            "CREATE TABLE scans (a, b GENERATED ALWAYS AS (zeroblob(200000000)) VIRTUAL);"
            "INSERT INTO scans (a) VALUES (1), (2), (3), (4);"
            "CREATE TABLE two (a); INSERT INTO two VALUES ('last@example.org');"
        )
    return path


def test_a_section_that_ends_the_process_ends_alone(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolated, "MAX_BYTES", 300 << 20)
    with Content.of_path(database) as content:
        items = run_parser("sqlite", content, SQLITE, ReadOptions())
        seen = {each.suffix: consume(each) for each in items if isinstance(each, Part)}
    assert isinstance(seen["#scans"].error, UnreadableSource)
    assert seen["#one"].fields == {"a": [(1, "ann@example.org")]}
    assert seen["#two"].fields == {"a": [(1, "last@example.org")]}


def test_a_process_that_ends_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolated, "MAX_BYTES", 1 << 20)
    with (
        Content.of_bytes("t", parquet(pa.table({"a": ["ann@example.org"]}))) as content,
        pytest.raises(UnreadableSource, match="broken, or too large"),
    ):
        list(run_parser("columnar", content, PARQUET, ReadOptions()))


def test_text_is_paid_for() -> None:
    budget = Budget(0)
    budget.spend((1 << 30) - 100_000)
    table = pa.table({"a": ["x" * 100] * 10_000})
    with Content.of_bytes("t", parquet(table)) as content:
        items = run_parser("columnar", content, PARQUET, ReadOptions(100, budget=budget))
        rows = [each for each in (next(items), next(items)) if isinstance(each, Part)][-1]
        seen = consume(rows)
        assert isinstance(seen.error, LimitReached)
        assert 100 < seen.records < 1000
        with pytest.raises(LimitReached):
            next(items)


def test_parts_that_nobody_reads_are_passed_over(database: Path) -> None:
    with Content.of_path(database) as content:
        items = run_parser("sqlite", content, SQLITE, ReadOptions())
        assert [each.suffix for each in items] == ["", "#one", "#scans", "#two"]


def test_a_value_that_is_too_large_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    pq.write_table(pa.table({"scan": [PNG + bytes(65 << 20), PNG]}), path)
    with Content.of_path(path) as content:
        items = run_parser("columnar", content, PARQUET, ReadOptions())
        large, small = (each for each in items if isinstance(each, Member))
    assert (large.suffix, small.suffix) == ("!scan/1", "!scan/2")
    assert isinstance(large.problem, LimitReached)
    assert large.content is None
    assert small.content is not None


def test_nothing_of_the_content_is_shown() -> None:
    table = pa.table({"a": ["ann@example.org"], "s": [PNG]})
    with Content.of_bytes("t", parquet(table)) as content:
        shown = [repr(each) for each in run_parser("columnar", content, PARQUET, ReadOptions())]
    assert "ann" not in "".join(shown)
