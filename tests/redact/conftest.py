"""A delivery with the same people in every format that can be rewritten, and its copy."""

from __future__ import annotations

import gzip
import io
import json
import shutil
import zipfile
from pathlib import Path

import openpyxl
import pyarrow as pa
import pytest
import pyzipper
import xlsxwriter
from openpyxl.comments import Comment
from pyarrow import parquet as pq

from bpoaudit.cleaned_copy import CleanedCopy, write_cleaned_copy
from bpoaudit.masking import Key
from bpoaudit.redact import Policy, RedactionPolicy
from bpoaudit.scanning import Reading

MAIL, CARD, PHONE = "cnr.planted.7731@example.org", "4111111111111111", "+44 20 7946 0958"
PLANTED = (MAIL, CARD, PHONE, "7946 0958")
KEY = Key(b"0" * 64)
FORMATS = Path(__file__).parents[2] / "fixtures" / "formats" / "delivery"

HASH = RedactionPolicy.model_validate({"default": "hash"})


def csv_text(count: int) -> str:
    rows = "".join(f"T-{i};a{i}@example.org;all fine\r\n" for i in range(count))
    return f'ticket;mail;notes\r\n{rows}T-99;{MAIL};"paid; said ""Zoë"" with {CARD}"\r\n'


@pytest.fixture(scope="session")
def delivery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("delivery")
    (folder / "exports").mkdir()
    (folder / "exports" / "tickets.csv").write_bytes(csv_text(30).encode("cp1252"))
    tsv = "mail\tphone\n" + "".join(f"b{i}@example.org\t{PHONE}\n" for i in range(8))
    (folder / "exports" / "callbacks.tsv").write_bytes(("\ufeff" + tsv).encode("utf-16-le"))
    (folder / "exports" / f"of {MAIL}.csv").write_text(f"{MAIL},n\n" + "x,1\ny,2\nz,3\n")
    (folder / "chat.jsonl").write_text(
        json.dumps({"z": 1, "text": f"write to {MAIL}"}) + "\n" + json.dumps({"z": 1.50, "ok": True}) + "\n"
    )
    (folder / "crm.json").write_text(
        f'{{ "count": 2,\n "people": [{{"mail": "{MAIL}", "card": {CARD}, "tags": ["7", "{MAIL}"]}},\n {{"mail": null}}] }}'
    )
    (folder / "call.vtt").write_text(
        f"WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n<v Agent>your email please\n\n"
        f"00:00:03.000 --> 00:00:05.000\n<v Customer>it is <i>{MAIL}</i>\n"
    )
    (folder / "call.srt").write_text(
        f"1\n00:00:01,000 --> 00:00:02,000\nAgent: what is your email?\n\n2\n00:00:03,000 --> 00:00:05,000\n"
        f"Customer: {MAIL}\n"
    )
    (folder / "chat.txt").write_text(
        f"[10:02:11] AGENT: how can I help?\n[10:02:14] CUSTOMER: call me on {PHONE}\nor write to {MAIL}\n"
        "[10:02:20] AGENT: will do\n[10:02:24] CUSTOMER: thanks\n"
    )
    (folder / "app.log").write_text(f"2026-09-01 10:00:00,123 INFO mail sent to {MAIL}\nsecond line\n")
    (folder / "customers.xml").write_text(
        f'<?xml version="1.0"?>\n<list><c id="{MAIL}"><mail>{MAIL}</mail></c><c id="n"><mail>none</mail></c></list>\n'
    )
    (folder / "page.html").write_text(
        f"<html><body><p>Call {PHONE} or <a href='mailto:{MAIL}'>mail</a></p></body></html>"
    )
    with gzip.GzipFile(f"{MAIL}.csv", "wb", fileobj=(folder / "t.csv.gz").open("wb")) as packed:
        packed.write(csv_text(3).encode())
    with zipfile.ZipFile(folder / "all.zip", "w") as archive:
        archive.comment = f"for {MAIL}".encode()
        archive.writestr("inner/t.csv", csv_text(5))
        archive.writestr("inner/doc.pdf", b"%PDF-1.4\nbroken")
    with pyzipper.AESZipFile(folder / "locked.zip", "w", encryption=pyzipper.WZ_AES) as locked:
        locked.setpassword(b"open sesame")
        locked.writestr("t.csv", csv_text(3))
    workbook(folder / "staff.xlsx")
    charted(folder / "charts.xlsx")
    shutil.copy(FORMATS / "transcripts" / "zendesk_tickets.json", folder)
    table = pa.table(
        {"mail": pa.array([MAIL, "x@example.org", None]), "card": pa.array([int(CARD), 5, 6], pa.int64()),
         "n": pa.array([1.5, 2.5, 3.5])}
    )  # fmt: skip
    pq.write_table(table, folder / "crm.parquet")
    (folder / "report.pdf").write_bytes(b"%PDF-1.4\nbroken")
    (folder / "empty.txt").write_bytes(b"")
    (folder / "link.csv").symlink_to(Path("/etc/hostname"))
    return folder


def workbook(path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "People"
    sheet.append(["name", "mail", "phone", "formula"])
    for i in range(12):
        sheet.append([f"N{i}", f"p{i}@example.org", PHONE, i])
    sheet.append(["Cy", MAIL, PHONE, '=LEFT("' + MAIL + '",3)'])
    sheet["B2"].comment = Comment(f"was {MAIL}", "Auditor")
    hidden = book.create_sheet("old")
    hidden.sheet_state = "hidden"
    hidden.append(["card", "note"])
    for i in range(3):
        hidden.append([CARD, f"see {MAIL} {i}"])
    book.properties.creator = MAIL
    book.properties.description = f"ask {MAIL}"
    book.save(path)


def charted(path: Path) -> None:
    """A workbook with copies of its values in a chart, a table, a rule on cells, a name, a link and a footer."""
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("Data")
    rows = [[f"c{i}@example.org", i] for i in range(11)] + [[MAIL, 12]]
    sheet.add_table(0, 0, 12, 1, {"columns": [{"header": "mail"}, {"header": "calls"}], "data": rows})
    chart = book.add_chart({"type": "column"})
    chart.add_series({"categories": "=Data!$A$2:$A$13", "values": "=Data!$B$2:$B$13", "name": f"of {MAIL}"})
    sheet.insert_chart("D2", chart)
    sheet.data_validation("C2", {"validate": "list", "source": [MAIL, "none"]})
    sheet.write_url("C3", f"mailto:{MAIL}", string="write")
    sheet.set_footer(f"&CMade by {MAIL}")
    sheet.write_rich_string("C4", "see ", book.add_format({"bold": True}), MAIL, " today")
    book.define_name("contact", f'="{MAIL}"')
    book.set_custom_property("asked", MAIL)
    book.close()


@pytest.fixture(scope="session")
def reading() -> Reading:
    return Reading(key=KEY, language="en", passwords=("open sesame",))


@pytest.fixture(scope="session")
def copied(
    delivery: Path, reading: Reading, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, CleanedCopy]:
    """The copy, with every value as a token."""
    folder = tmp_path_factory.mktemp("copies") / "clean"
    return folder, write_cleaned_copy(str(delivery), folder, Policy(HASH), reading)


def everything(path: Path) -> bytes:
    """All bytes of a file, unpacked where they are packed."""
    data = path.read_bytes()
    if data.startswith(b"\x1f\x8b"):
        data += gzip.decompress(data)
    if data.startswith(b"PK") and path.name != "locked.zip":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            data += archive.comment + b"".join(
                info.filename.encode() + info.comment + archive.read(info) for info in archive.infolist()
            )
    if path.suffix == ".parquet":
        data += repr(pq.read_table(path).to_pydict()).encode() + repr(pq.read_schema(path)).encode()
    return data + data.replace(b"\0", b"")
