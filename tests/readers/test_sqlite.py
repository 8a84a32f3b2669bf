from __future__ import annotations

import gzip
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bpoaudit.delivery import media_type
from bpoaudit.delivery.content import Content
from bpoaudit.errors import UnreadableSource
from bpoaudit.model import FieldKind
from bpoaudit.readers import Member, Part, open_parts
from tests.readers.conftest import Read, Seen, consume, read_file

PNG = b"\x89PNG\r\n\x1a\n" + bytes(60)

Make = Callable[..., Path]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Make a database of a script, and of rows for its table `t`."""

    def database(script: str, *rows: tuple[object, ...]) -> Path:
        path = tmp_path / "shop.db"
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript(script)
            if rows:
                places = ", ".join("?" * len(rows[0]))
                connection.executemany(f"INSERT INTO t VALUES ({places})", rows)
            connection.commit()
        return path

    return database


def parts_of(path: Path, **options: int) -> dict[str, Seen]:
    return {each.part.suffix: each for each in read_file(path, **options)}


@pytest.mark.parametrize("batch_records", [1, 100, 2000])
def test_every_row_of_every_table(make: Make, batch_records: int) -> None:
    path = make(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, note TEXT);"
        "CREATE TABLE codes (code TEXT PRIMARY KEY, mail TEXT) WITHOUT ROWID;"
        "INSERT INTO codes VALUES ('007', 'ann@example.org');"
        'CREATE TABLE "50% of #1! ""x""" (a);',
        *((n, f"note {n}") for n in range(1, 2500)),
        (2500, "last@example.org"),
    )
    parts = parts_of(path, batch_records=batch_records)
    assert list(parts) == ["", "#t", "#codes", '#50%25 of %231%21 "x"']
    assert parts["#t"].records == 2500
    assert parts["#t"].fields["note"][-1] == (2500, "last@example.org")
    assert parts["#codes"].fields == {"code": [(1, "007")], "mail": [(1, "ann@example.org")]}
    assert list(parts.values())[-1].part.field_names == ("a",)


def test_values_as_a_person_reads_them(make: Make) -> None:
    path = make(
        "CREATE TABLE t (a, low TEXT GENERATED ALWAYS AS (lower(a)) VIRTUAL);"
        "INSERT INTO t (a) VALUES (4111111111111111), (12.0), (0.1 + 0.2), (NULL), (' '), (x'416e6e'), (x'ff00'),"
        "('\u0141'), (CAST(x'4aff' AS TEXT)), (CAST(x'410042' AS TEXT)), ('LAST@example.org');"
    )
    seen = parts_of(path)["#t"]
    assert seen.values("a") == [
        "4111111111111111",
        "12",
        "0.3",
        "Ann",
        "\u0141",
        "J\u00ff",
        "AB",
        "LAST@example.org",
    ]
    assert seen.values("low")[-1] == "last@example.org"
    assert "binary values that are not text: 1" in seen.part.notes
    assert seen.part.losses == [
        "bytes that are not UTF-8, read as Windows-1252: 3"
    ]  # one in `a`, two in `low`


@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
def test_a_database_that_is_in_memory_only(make: Make, mode: str) -> None:
    data = make(f"PRAGMA journal_mode = {mode}; CREATE TABLE t (a);", ("last@example.org",)).read_bytes()
    with Content.of_bytes("t", data) as content:
        parts = [consume(each) for each in open_parts(content, media_type(content)) if isinstance(each, Part)]
    assert parts[-1].fields == {"a": [(1, "last@example.org")]}


def test_a_name_that_means_something_in_an_address(make: Make, tmp_path: Path) -> None:
    path = make("CREATE TABLE t (a);", ("last@example.org",)).rename(tmp_path / "50%20 ?mode=rw#1.db")
    assert parts_of(path)["#t"].values("a") == ["last@example.org"]


def test_utf_16(make: Make) -> None:
    path = make("PRAGMA encoding = 'UTF-16le'; CREATE TABLE t (a);", ("Łódź",))
    assert parts_of(path)["#t"].values("a") == ["Łódź"]


def test_the_schema_is_metadata(make: Make) -> None:
    path = make(
        "CREATE TABLE t (a -- ask ann@example.org\n);"
        "CREATE VIEW v AS SELECT a, 'bob@example.org' AS b FROM t;"
        "CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT 'cid@example.org'; END;"
    )
    about = parts_of(path)[""]
    assert about.part.kind is FieldKind.METADATA
    schema = "\n".join(about.values("schema"))
    assert all(f"{name}@example.org" in schema for name in ("ann", "bob", "cid"))
    assert about.part.notes == ["views, which show what the tables hold, not run: 1"]
    assert "#v" not in parts_of(path)


def test_the_content_of_a_full_text_index(make: Make) -> None:
    path = make(
        "CREATE VIRTUAL TABLE docs USING fts5(body); INSERT INTO docs VALUES ('call ann@example.org');"
    )
    parts = parts_of(path)
    assert parts["#docs_content"].values("c0") == ["call ann@example.org"]
    assert any("virtual tables" in note for note in parts[""].part.notes)


def test_what_deleted_rows_left_behind(make: Make) -> None:
    path = make(
        "PRAGMA secure_delete = OFF; CREATE TABLE t (a);", *((f"gone{n}@example.org",) for n in range(2000))
    )
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA secure_delete = OFF")
        connection.execute("DROP TABLE t")
        connection.commit()
    about = parts_of(path)[""]
    assert about.part.facts["free_pages"] >= 10
    left = "\n".join(about.values("free pages"))
    # The page that began the list of free pages lost what its list covers.
    assert sum(f"gone{n}@example.org" in left for n in range(2000)) > 1900


@pytest.mark.parametrize("data", [PNG, gzip.compress(b"mail\nann@example.org\n", mtime=0)])
def test_files_among_the_values(make: Make, data: bytes) -> None:
    path = make("CREATE TABLE t (id, scan);", (1, b"\xff\0"), (2, data), (3, "text"))
    with Content.of_path(path) as content:
        (member,) = [each for each in open_parts(content, media_type(content)) if isinstance(each, Member)]
        assert member.suffix == "#t!scan/2"
        assert member.content is not None
        assert member.content.open().read() == data


def test_a_log_beside_the_file(make: Make) -> None:
    path = make("PRAGMA journal_mode = WAL; CREATE TABLE t (a);", ("a",))
    (path.parent / "shop.db-wal").write_bytes(b"\x37\x7f\x06\x82" + bytes(28))
    (path.parent / "shop.db-journal").write_bytes(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7")
    losses = parts_of(path)[""].part.losses
    assert losses[0] == "changes in the write-ahead log beside it are not read"
    assert "journal" in losses[1]
    assert sorted(each.name for each in path.parent.iterdir()) == [
        "shop.db",
        "shop.db-journal",
        "shop.db-wal",
    ]


def test_a_database_that_is_cut_off(make: Make, read: Read) -> None:
    path = make("CREATE TABLE t (a);", *((f"user{n}@example.org",) for n in range(20_000)))
    data = path.read_bytes()
    parts = {each.part.suffix: each for each in read(data[: len(data) // 2])}
    assert parts[""].part.losses == ["truncated, or its schema is broken"]
    table = parts["#t"]
    assert isinstance(table.error, UnreadableSource)
    assert 1000 < table.records < 20_000
    assert table.error.message == f"broken after record {table.records:,}"
    assert table.fields["a"][-1] == (table.records, f"user{table.records - 1}@example.org")


def test_a_broken_table_does_not_take_the_others_along(make: Make, read: Read) -> None:
    path = make("CREATE TABLE t (a); CREATE TABLE u (a); INSERT INTO u VALUES ('ann@example.org');", ("x",))
    data = bytearray(path.read_bytes())
    data[4096:8192] = b"\xff" * 4096  # the page of `t`
    parts = {each.part.suffix: each for each in read(bytes(data))}
    assert isinstance(parts["#t"].error, UnreadableSource)
    assert parts["#u"].values("a") == ["ann@example.org"]


def test_a_schema_that_is_broken(make: Make, read: Read) -> None:
    data = bytearray(make("CREATE TABLE t (a);", ("ann@example.org",)).read_bytes())
    data[100:4096] = b"\xff" * 3996
    with pytest.raises(UnreadableSource, match="list of tables") as raised:
        read(bytes(data))
    assert "example" not in repr(raised.value)


def test_a_column_that_computes_without_end_ends(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bpoaudit.readers.isolated.MAX_SECONDS", 2)
    nested = "zeroblob(100000000)"
    path = make(
        f"CREATE TABLE t (a, b GENERATED ALWAYS AS (length(replace({nested}, 'x', 'y') || "
        f"hex({nested}) || hex({nested}))) VIRTUAL);"
        "CREATE TABLE u (a); INSERT INTO u VALUES ('ann@example.org');"
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)"
        "INSERT INTO t (a) SELECT i FROM n;"
    )
    parts = parts_of(path)
    assert isinstance(parts["#t"].error, UnreadableSource)
    assert parts["#u"].values("a") == ["ann@example.org"]
