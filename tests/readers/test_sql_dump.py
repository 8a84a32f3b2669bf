from __future__ import annotations

import gzip
import io
from typing import BinaryIO, cast

import pytest

from bpoaudit.delivery.content import Content
from bpoaudit.delivery.media import media_type
from bpoaudit.errors import UnsupportedSource
from bpoaudit.readers import Part, ReadOptions, open_parts
from bpoaudit.readers.databases.sql_statements import MAX_ROW
from tests.readers.conftest import Read, Seen, consume


def tables(read: Read, text: str | bytes, name: str = "t.sql") -> dict[str, Seen]:
    return {seen.part.suffix: seen for seen in read(text, name)}


MYSQL = r"""-- MySQL dump 10.13  Distrib 8.0.36, by root@db.example.org
/*!40101 SET NAMES utf8mb4 */;
DROP TABLE IF EXISTS `cust`;
CREATE TABLE `cust` (
  `id` int NOT NULL AUTO_INCREMENT,
  `name` varchar(20) DEFAULT 'x,y' COMMENT 'it''s (a) name',
  `blob` blob,
  PRIMARY KEY (`id`), UNIQUE KEY `k` (`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
INSERT INTO `cust` VALUES (1,'O\'Neil, "A"\nx\\',NULL),(2,'semi; (x) ''q''',0x616263),(3,_binary 'ab',X'646566');
INSERT INTO `order` (`cust`, `note`) VALUES (1.50,"said \"no\""),(-2,'y');
INSERT IGNORE INTO `cust` (`name`) VALUES ('last@example.org');
GRANT ALL ON *.* TO 'ann@example.org'@'%' IDENTIFIED BY 'pw';
"""


def test_mysql(read: Read) -> None:
    seen = tables(read, MYSQL)
    assert list(seen) == ["", "#cust", "#order"]
    assert seen["#cust"].part.field_names == ("id", "name", "blob")
    assert seen["#cust"].records == 4
    assert seen["#cust"].fields == {
        "id": [(1, "1"), (2, "2"), (3, "3")],
        "name": [(1, 'O\'Neil, "A"\nx\\'), (2, "semi; (x) 'q'"), (3, "ab"), (4, "last@example.org")],
        "blob": [(2, "abc"), (3, "def")],
    }
    assert seen["#order"].fields == {"cust": [(1, "1.50"), (2, "-2")], "note": [(1, 'said "no"'), (2, "y")]}
    lines = dict(seen[""].fields["text"])
    assert lines[1].endswith("root@db.example.org")
    assert "ann@example.org" in lines[13]
    assert [loss for part in seen.values() for loss in part.part.losses] == []


POSTGRES = """--
-- PostgreSQL database dump
--
\\restrict k3y

SET standard_conforming_strings = on;
CREATE TABLE public.customers (
    id integer NOT NULL, -- the key, (hers
    name text,
    CONSTRAINT c CHECK ((id > 0))
);
COPY public.customers (id, name, note) FROM stdin;
1\tAnn\ta\\tb\\nc \\\\ d
2\t\\N\tlast@example.org
\\.
COPY public."My T" (x) FROM stdin;
\\.
INSERT INTO public.customers VALUES (3, E'a\\'b');
INSERT INTO public.t VALUES (1, 'C:\\', $$it's$$, '2020-01-01'::date, 'fe80::1'::inet, '\\x616263', NULL);
"""


def test_postgresql(read: Read) -> None:
    seen = tables(read, POSTGRES, "t.dump")
    assert list(seen) == ["", "#public.customers", "#public.t"]
    assert seen["#public.customers"].fields == {
        "id": [(1, "1"), (2, "2"), (3, "3")],
        "name": [(1, "Ann"), (3, "a'b")],
        "note": [(1, "a\tb\nc \\ d"), (2, "last@example.org")],
    }
    values = ["1", "C:\\", "it's", "2020-01-01", "fe80::1", "abc"]
    assert [seen["#public.t"].values(f"column_{at}") for at in range(1, 8)] == [[v] for v in values] + [[]]
    assert (3, "--") in seen[""].fields["text"]


def test_sql_server(read: Read) -> None:
    text = (
        "USE [db]\r\nGO\r\nSET IDENTITY_INSERT [dbo].[My T] ON \r\n"
        "INSERT [dbo].[My T] ([Id], [Name], [On], [Sum]) VALUES (1, N'Ann''s', CAST(N'2020-01-02' AS Date), "
        "CAST(12.50 AS Decimal(18, 2)))\r\nGO\r\n"
        "INSERT [dbo].[U] ([Id]) VALUES (0x89504E47)\r\n"
        "INSERT [dbo].[My T] ([Id], [Name], [On], [Sum]) VALUES (2, N'Zoë last@example.org', NULL, NULL)\r\n"
    )
    seen = tables(read, text.encode("utf-16"))
    assert list(seen) == ["", "#dbo.My T", "#dbo.U"]
    assert seen["#dbo.My T"].fields == {
        "Id": [(1, "1"), (2, "2")],
        "Name": [(1, "Ann's"), (2, "Zoë last@example.org")],
        "On": [(1, "2020-01-02")],
        "Sum": [(1, "12.50")],
    }
    assert seen["#dbo.U"].values("Id") == ["89504E47"]
    assert seen[""].fields["text"][-1] == (5, "GO")


def test_sqlite(read: Read) -> None:
    seen = tables(
        read,
        "PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\n"
        'CREATE TABLE t(a INTEGER PRIMARY KEY, "b c" TEXT, /* , */ d BLOB);\n'
        "INSERT INTO t VALUES(1,'x''y',X'616263');\n"
        "INSERT INTO t VALUES(2,replace(replace('l1\\r\\nl2','\\r',char(13)),'\\n',char(10)),NULL);\n"
        "COMMIT;\n",
        "t.txt",
    )
    assert seen["#t"].fields == {
        "a": [(1, "1"), (2, "2")], "b c": [(1, "x'y"), (2, "l1\r\nl2")], "d": [(1, "abc")],
    }  # fmt: skip


def test_oracle(read: Read) -> None:
    seen = tables(
        read,
        "REM INSERTING into HR.EMP\nSET DEFINE OFF;\n"
        "Insert into HR.EMP (ID,NAME,HIRED) values (1,'Ann''s',to_date('12-JAN-90','DD-MON-RR'));\n"
        "Insert into HR.EMP (ID,NAME,HIRED) values (2,TO_CLOB('a') || TO_CLOB('b'),null);\n"
        "INSERT ALL\n INTO T (A) VALUES ('x')\n INTO T (A) VALUES ('y')\nSELECT * FROM dual;\n",
    )
    assert seen["#HR.EMP"].fields == {
        "ID": [(1, "1"), (2, "2")], "NAME": [(1, "Ann's"), (2, "ab")], "HIRED": [(1, "12-JAN-90")],
    }  # fmt: skip
    assert seen["#T"].values("A") == ["x", "y"]


def test_statements_on_one_line(read: Read) -> None:
    seen = tables(
        read,
        "BEGIN; INSERT INTO t VALUES (1, 'a'), (2, 'b') ON CONFLICT DO NOTHING; INSERT INTO t VALUES (3,'c');"
        "INSERT INTO u VALUES (4);",
    )
    assert (seen["#t"].values("column_1"), seen["#u"].values("column_1")) == (["1", "2", "3"], ["4"])


def test_what_does_not_parse_is_a_loss_and_is_read_as_text(read: Read) -> None:
    text = "INSERT INTO t VALUES (1,'a');\nINSERT INTO t VALUES (2,'ann@example.org\nnever closed"
    seen = tables(read, text)
    assert seen["#t"].records == 1
    assert seen[""].fields["text"] == [(2, "INSERT INTO t VALUES (2,'ann@example.org"), (3, "never closed")]
    assert seen[""].part.losses == ["statements that break off or do not parse, read as text: 1"]


def test_a_dump_that_breaks_off_in_an_insert_keeps_its_rows(read: Read) -> None:
    seen = tables(read, "INSERT INTO t (a) VALUES ('x'),\n('y'),\n('z@example.or")
    assert seen["#t"].fields == {"a": [(1, "x"), (2, "y")]}
    assert seen[""].fields["text"] == [(3, "('z@example.or")]
    assert len(seen[""].part.losses) == 1


def test_a_copy_that_breaks_off(read: Read) -> None:
    seen = tables(read, "COPY t (a, b) FROM stdin;\n1\tx\n2\tlast@example.org")
    assert seen["#t"].fields["b"] == [(1, "x"), (2, "last@example.org")]
    assert len(seen[""].part.losses) == 1


def test_an_open_quote_does_not_take_all_memory(read: Read) -> None:
    lines = MAX_ROW // 8_000 + 100
    seen = tables(read, "INSERT INTO t VALUES ('" + ("x" * 7_999 + "\n") * lines + "ann@example.org")
    assert seen[""].fields["text"][-1] == (lines + 1, "ann@example.org")
    assert len(seen[""].part.losses) == 1


def test_binary_values_are_counted(read: Read) -> None:
    seen = tables(read, f"INSERT INTO t (a, b) VALUES (1, 0x{bytes(range(256)).hex()});\n")
    assert seen["#t"].fields == {"a": [(1, "1")]}
    assert seen["#t"].part.losses == ["binary values of no known kind, not read: 1"]


def test_binary_values_that_are_files_are_members() -> None:
    pdf = (b"%PDF-1.4\n" + bytes(range(256))).hex()
    text = f"INSERT INTO t (a, b) VALUES (1, 0x{pdf}), (2, X'{pdf}');\nINSERT INTO u VALUES (1);\n"
    pieces = []
    for piece in open_parts(Content.of_bytes("t.sql", text.encode()), "application/sql"):
        pieces.append(piece.suffix)
        if isinstance(piece, Part):
            consume(piece)
        else:
            assert piece.content is not None
            assert piece.content.first(8)[0] == b"%PDF-1.4"
    assert pieces == ["", "#t", "#t!b/1", "#t!b/2", "#u"]


def test_tables_that_take_turns_are_read_whole_from_a_stream() -> None:
    rows = "".join(
        f"INSERT INTO {table} (n, mail) VALUES ({n}, '{table}{n}@example.org');\n"
        for n in range(300)
        for table in "abc"
    )
    packed = gzip.compress(rows.encode())
    content = Content("t.sql", lambda: cast(BinaryIO, gzip.GzipFile(fileobj=io.BytesIO(packed))))
    for most in (1, 2000):
        seen = {
            part.suffix: consume(part)
            for part in open_parts(content, "application/sql", ReadOptions(most))
            if isinstance(part, Part)
        }
        for table in "abc":
            assert seen[f"#{table}"].records == 300
            assert seen[f"#{table}"].fields["mail"][-1] == (300, f"{table}299@example.org")


def test_tables_are_found_where_nobody_reads_the_lines() -> None:
    content = Content.of_bytes("t.sql", b"INSERT INTO t VALUES (1);\nINSERT INTO u VALUES (2);\n")
    parts = [part for part in open_parts(content, "application/sql") if isinstance(part, Part)]
    assert [part.suffix for part in parts] == ["", "#t", "#u"]


def test_names_of_tables_are_encoded(read: Read) -> None:
    assert list(tables(read, 'INSERT INTO "a#b!" VALUES (1);\n')) == ["", "#a%23b%21"]


def test_a_row_larger_than_a_block(read: Read) -> None:
    note = "it''s long; " * 60_000
    seen = tables(read, f"INSERT INTO t VALUES (1,'{note}'),(2,'last@example.org');\n")
    assert seen["#t"].values("column_2") == [note.replace("''", "'"), "last@example.org"]


@pytest.mark.parametrize(
    ("data", "advice"),
    [
        (b"PGDMP\x01\x0e\x00\x04\x08", "pg_restore -f"),
        (b"\xfebin\x00\x00\x00\x00\x0f", "mysqlbinlog"),
        (b"XBSTCK01\x00", "mysqldump"),
        (b"TAPE\x00\x00\x03\x00", "SQL Server"),
        (b"\x03\x00\x03iEXPORT:V11", "Oracle"),
    ],
)
def test_binary_dumps_are_said_with_advice(data: bytes, advice: str) -> None:
    content = Content.of_bytes("t.dump", data + bytes(range(256)))
    with pytest.raises(UnsupportedSource, match=advice):
        list(open_parts(content, media_type(content)))


def test_nothing_is_quoted(read: Read) -> None:
    for seen in read("INSERT INTO t VALUES ('ann@example.org', 'x'"):
        assert "ann" not in f"{seen.part!r} {seen.part.notes} {seen.part.losses} {seen.error!r}"
