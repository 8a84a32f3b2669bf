"""Files to read fast, and what other people read them with."""

from __future__ import annotations

import csv
import email
import email.policy
import json
import mailbox
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from itertools import islice
from pathlib import Path
from random import Random
from xml.etree import ElementTree

import fastavro
import ijson
import openpyxl
import pandas
import pyarrow
import pyarrow.feather
import pyarrow.orc
import pyarrow.parquet
import xlsxwriter

COLUMNS = ("ticket", "opened", "customer", "mail", "phone", "city", "amount", "status", "channel", "notes")
_FIRST, _LAST, _CITIES, _WORDS = map(
    str.split,
    (
        "Ada Bo Cem Dana Edo Fia Gus Hana Ivo Jana Kim Lea Mio Nora Otto Pia Quin Rosa Sam Tea",
        "Abel Brandt Costa Dahl Eriksen Faber Gomes Hoang Ito Jansen Kowal Lund Moretti Novak Okafor",
        "Aarhus Bergen Cork Dresden Essen Faro Gdansk Haarlem Ieper Jena Kassel Lodz",
        "customer called about the late parcel and asked for a refund as the router does not start after "
        "the update so the agent explained the steps and promised to call back on the next day",
    ),
)

_SHEET = 1_000_000
"""Rows of a sheet; Excel takes 1,048,576."""

Make = Callable[[Path, int], None]
"""Writes a file of so many rows or messages."""
Peer = Callable[[Path], object]


def rows() -> Iterator[tuple[str, ...]]:
    """Yield tickets without end."""
    random = Random(20261123)
    number = 0
    while True:
        number += 1
        first, last = random.choice(_FIRST), random.choice(_LAST)
        notes = " ".join(random.choices(_WORDS, k=random.randint(8, 30)))
        opened = f"2026-{random.randint(1, 12):02}-{random.randint(1, 28):02}"
        mail = f"{first}.{last}.{number}@example.org".lower()
        phone = f"+1 212 555 01{random.randint(0, 99):02}"
        amount = f"{random.randint(100, 99999) / 100:.2f}"
        status, channel = random.choice(("open", "closed")), random.choice(("chat", "voice", "mail"))
        city = random.choice(_CITIES)
        yield (f"T-{number:08}", opened, f"{first} {last}", mail, phone, city, amount, status, channel, notes)


def _objects(count: int) -> Iterator[dict[str, object]]:
    for ticket, opened, customer, mail, phone, city, *rest in islice(rows(), count):
        contact = {"mail": mail, "phones": [phone], "address": {"city": city}}
        yield {
            "ticket": ticket,
            "opened": opened,
            "customer": customer,
            "contact": contact,
            "notes": rest[-1],
        }


def _table(count: int) -> pyarrow.Table:
    return pyarrow.table(dict(zip(COLUMNS, zip(*islice(rows(), count), strict=True), strict=True)))


def _csv(path: Path, count: int) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(islice(rows(), count))


def _jsonl(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(each) + "\n" for each in _objects(count))


def _json(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write("[\n")
        for number, each in enumerate(_objects(count)):
            file.write(("," if number else "") + json.dumps(each) + "\n")
        file.write("]\n")


def _xml(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write("<tickets>\n")
        for row in islice(rows(), count):
            cells = "".join(f"<{n}>{c}</{n}>" for n, c in zip(COLUMNS, row, strict=True))
            file.write(f"<t>{cells}</t>\n")
        file.write("</tickets>\n")


def _xlsx(path: Path, count: int) -> None:
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    stream = rows()
    for first in range(0, count, _SHEET):
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, COLUMNS)
        for number, row in enumerate(islice(stream, min(count - first, _SHEET)), start=1):
            sheet.write_row(number, 0, row)
    book.close()


def _packed_xlsx(path: Path, count: int) -> None:
    book = path.with_suffix(".xlsx")
    _xlsx(book, count)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(book, book.name)
    book.unlink()


def _sqlite(path: Path, count: int) -> None:
    with sqlite3.connect(path) as database:
        database.execute(f"CREATE TABLE tickets ({', '.join(COLUMNS)})")
        marks = ", ".join("?" * len(COLUMNS))
        database.executemany(f"INSERT INTO tickets VALUES ({marks})", islice(rows(), count))
    database.close()


def _sql_dump(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(f"CREATE TABLE `tickets` ({', '.join(f'`{name}` text' for name in COLUMNS)});\n")
        stream = rows()
        for _ in range(count // 100):
            values = ",".join("(" + ",".join(f"'{c}'" for c in row) + ")" for row in islice(stream, 100))
            file.write(f"INSERT INTO `tickets` VALUES {values};\n")


def _avro(path: Path, count: int) -> None:
    schema = {
        "type": "record", "name": "ticket", "fields": [{"name": name, "type": "string"} for name in COLUMNS],
    }  # fmt: skip
    records = (dict(zip(COLUMNS, row, strict=True)) for row in islice(rows(), count))
    with path.open("wb") as file:
        fastavro.writer(file, fastavro.parse_schema(schema), records)


def _mbox(path: Path, messages: int) -> None:
    with path.open("wb") as file:
        for number, row in enumerate(islice(rows(), messages)):
            message = EmailMessage(policy=email.policy.SMTP.clone(linesep="\n"))
            message["From"] = f"{row[2]} <{row[3]}>"
            message["To"] = "desk@example.com"
            message["Subject"] = f"Ticket {row[0]}"
            message["Message-ID"] = f"<{number}@example.org>"
            message.set_content("\n".join([row[-1]] * 12))
            if number % 5 == 0:
                attached = "\n".join(",".join(each[:6]) for each in islice(rows(), 120))
                message.add_attachment(attached.encode(), "text", "csv", filename=f"list{number}.csv")
            file.write(b"From desk@example.com Mon Nov 23 10:00:00 2026\n" + message.as_bytes() + b"\n")


def _log(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        for row in islice(rows(), count):
            file.write(f"{row[1]} 10:00:00 INFO desk: {row[0]} {row[3]} {row[-1]}\n")


def _cells(table: pandas.DataFrame) -> int:
    """Take every cell in hand: a table may be nothing but a map of its file until then."""
    return sum(len(table[name].tolist()) for name in table)


def _read_mbox(path: Path) -> int:
    return sum(len(part.get_payload(decode=True) or b"") for m in mailbox.mbox(path) for part in m.walk())


def _read_xlsx(path: Path) -> int:
    book = openpyxl.load_workbook(path, read_only=True)
    return sum(len(row) for sheet in book for row in sheet.iter_rows(values_only=True))


def _read_json(path: Path) -> int:
    with path.open("rb") as file:
        return sum(1 for _ in ijson.items(file, "item"))


def _read_sqlite(path: Path) -> int:
    with sqlite3.connect(path) as database:
        return sum(1 for _ in database.execute("SELECT * FROM tickets"))


def _read_avro(path: Path) -> int:
    with path.open("rb") as file:
        return sum(1 for _ in fastavro.reader(file))


SMALL: dict[str, tuple[Make, int, str, Peer | None]] = {
    "tickets.csv": (_csv, 80_000, "pandas.read_csv", lambda p: _cells(pandas.read_csv(p, dtype=str))),
    "tickets.jsonl": (
        _jsonl, 60_000, "pandas.read_json", lambda p: _cells(pandas.read_json(p, lines=True)),
    ),
    "tickets.json": (_json, 60_000, "ijson.items", _read_json),
    "tickets.xml": (_xml, 50_000, "ElementTree.parse", lambda p: ElementTree.parse(p)),
    "tickets.xlsx": (_xlsx, 80_000, "openpyxl, read-only", _read_xlsx),
    "tickets.parquet": (
        lambda p, n: pyarrow.parquet.write_table(_table(n), p), 80_000,
        "pandas.read_parquet", lambda p: _cells(pandas.read_parquet(p)),
    ),
    "tickets.feather": (
        lambda p, n: pyarrow.feather.write_feather(_table(n), p), 80_000,
        "pandas.read_feather", lambda p: _cells(pandas.read_feather(p)),
    ),
    "tickets.orc": (
        lambda p, n: pyarrow.orc.write_table(_table(n), p), 80_000,
        "pandas.read_orc", lambda p: _cells(pandas.read_orc(p)),
    ),
    "tickets.avro": (_avro, 80_000, "fastavro.reader", _read_avro),
    "tickets.db": (_sqlite, 80_000, "sqlite3", _read_sqlite),
    "tickets.sql": (_sql_dump, 70_000, "", None),
    "desk.mbox": (_mbox, 6_000, "mailbox.mbox", _read_mbox),
    "desk.log": (_log, 150_000, "open().readlines()", lambda p: p.read_text("utf-8").splitlines()),
}  # fmt: skip

LARGE: dict[str, tuple[Make, int]] = {
    "tickets.csv": (_csv, 5_000_000),
    "tickets.json": (_json, 660_000),
    "desk.mbox": (_mbox, 140_000),
    "tickets.zip": (_packed_xlsx, 1_160_000),
}
"""1 GB of CSV, a JSON array of 200 MB, a mailbox of 500 MB, a workbook of 100 MB in an archive."""
