"""The copy of a delivery: nothing found is left, and everything else is as it was."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from lxml import etree
from pyarrow import parquet as pq

from bpoaudit.cleaned_copy import CleanedCopy, write_cleaned_copy
from bpoaudit.errors import UnsupportedSource, UsageError
from bpoaudit.redact import Policy, RedactionPolicy
from bpoaudit.redact.markup_texts import Replacements, parsed, replace_texts, set_text
from bpoaudit.redact.package_parts import Package
from bpoaudit.scanning import Reading, read_delivery
from bpoaudit.segments import findings_of
from bpoaudit.vendor import Agreement
from tests.redact.conftest import CARD, HASH, MAIL, PLANTED, csv_text, everything

pytestmark = pytest.mark.slow

Copied = tuple[Path, CleanedCopy]
TOKEN = r"tok_[b-z]{20}"


def files(folder: Path) -> dict[str, Path]:
    return {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}


def test_no_planted_value_is_in_any_byte_or_name_of_the_copy(copied: Copied, delivery: Path) -> None:
    folder, _ = copied
    holds = {
        name for name, path in files(delivery).items() if any(p.encode() in everything(path) for p in PLANTED)
    }
    assert len(holds) > 12  # the fixture is what it claims to be
    for name, path in files(folder).items():
        assert not any(planted.encode() in everything(path) for planted in PLANTED), name
        assert MAIL not in name
    assert not [path for path in folder.iterdir() if path.name.startswith(".")]


def test_a_scan_of_the_copy_finds_only_what_is_masked(
    copied: Copied, reading: Reading, tmp_path: Path
) -> None:
    from dataclasses import replace

    scanned = read_delivery([str(copied[0])], replace(reading, keep_findings=True), tmp_path)
    left = [
        (f.source, f.field, f.entity, f.masked)
        for f in findings_of(scanned.segments)
        if f.masking != "masked"
    ]
    assert left == []


def test_everything_is_in_the_copy_or_refused_by_name(copied: Copied, delivery: Path) -> None:
    folder, copy = copied
    refused = {each.source: each.reason for each in copy.refused}
    assert set(refused) == {
        "report.pdf",
        "all.zip!inner/doc.pdf",
        "locked.zip!t.csv",
        "locked.zip",
        "link.csv",
    }
    assert "under a password" in refused["locked.zip!t.csv"]
    assert refused["link.csv"] == "a link that leaves the delivery"
    assert not copy.complete
    assert copy.files == len([*delivery.rglob("*")]) - 1
    assert copy.files_written == len(files(folder)) == copy.files - 3


def test_tables_keep_encoding_delimiter_quotes_and_line_ends(copied: Copied) -> None:
    folder, _ = copied
    text = (folder / "exports" / "tickets.csv").read_bytes().decode("cp1252")
    expected = re.escape(csv_text(30))
    expected = re.sub(r"a\d+@example\\\.org", TOKEN, expected).replace(re.escape(MAIL), TOKEN)
    expected = expected.replace(CARD, TOKEN)
    assert re.fullmatch(expected.replace("Zoë", f"(?:Zoë|{TOKEN})"), text)
    raw = (folder / "exports" / "callbacks.tsv").read_bytes()
    assert raw.startswith(b"\xff\xfe")
    assert re.fullmatch(rf"mail\tphone\n(?:{TOKEN}\t{TOKEN}\n)+", raw[2:].decode("utf-16-le"))


def test_names_of_files_and_columns_are_those_of_the_outputs(copied: Copied) -> None:
    (path,) = (copied[0] / "exports").glob("of *.csv")
    assert re.fullmatch(r"of <EMAIL_ADDRESS:[0-9a-f]{6}>\.csv", path.name)
    assert re.match(r"(?:<EMAIL_ADDRESS:[0-9a-f]{6}>|tok_[b-z]{20}),n\nx,1\n", path.read_text())


def test_json_keeps_types_order_and_layout(copied: Copied) -> None:
    folder, _ = copied
    lines = (folder / "chat.jsonl").read_text().splitlines()
    assert re.fullmatch(rf'\{{"z": 1, "text": "write to {TOKEN}"\}}', lines[0])
    assert lines[1] == '{"z": 1.5, "ok": true}'
    text = (folder / "crm.json").read_text()
    assert text.startswith('{ "count": 2,\n "people": [{"mail": "tok_')
    first = json.loads(text)["people"][0]
    assert first["card"] is None  # a number: no token fits into it
    assert first["mail"] == first["tags"][1]
    assert first["tags"][0] == "7"


def test_the_same_value_has_one_token_everywhere(copied: Copied) -> None:
    folder, _ = copied
    token = json.loads((folder / "crm.json").read_text())["people"][0]["mail"]
    for name in (
        "exports/tickets.csv",
        "chat.jsonl",
        "call.vtt",
        "call.srt",
        "chat.txt",
        "app.log",
        "customers.xml",
    ):
        assert token in (folder / name).read_text("cp1252"), name
    assert pq.read_table(folder / "crm.parquet")["mail"][0].as_py() == token
    assert openpyxl.load_workbook(folder / "staff.xlsx")["People"]["B14"].value == token


def test_conversations_keep_their_turns_and_times(copied: Copied) -> None:
    folder, _ = copied
    assert re.search(rf"05\.000\n<v Customer>it is <i>{TOKEN}</i>\n\Z", (folder / "call.vtt").read_text())
    assert re.search(rf"\nCustomer: {TOKEN}\n\Z", (folder / "call.srt").read_text())
    assert re.search(
        rf"\[10:02:14\] CUSTOMER: call me on {TOKEN}\nor write to {TOKEN}\n\[10:02:20\]",
        (folder / "chat.txt").read_text(),
    )


def test_exports_of_platforms_keep_their_structure(copied: Copied, delivery: Path) -> None:
    def outline(value: object) -> object:
        if isinstance(value, dict):
            return {key: outline(each) for key, each in value.items()}
        return [outline(each) for each in value] if isinstance(value, list) else type(value)

    was, now = ((folder / "zendesk_tickets.json").read_text() for folder in (delivery, copied[0]))
    assert outline(json.loads(now)) == outline(json.loads(was))
    assert "tok_" in now
    assert now.count("\n") == was.count("\n")


def test_workbooks_are_clean_in_every_part_and_still_open(copied: Copied) -> None:
    folder, _ = copied
    book = openpyxl.load_workbook(folder / "staff.xlsx")
    assert book.sheetnames == ["People", "old"]
    assert book["old"].sheet_state == "hidden"
    people = book["People"]
    assert [cell.value for cell in people[1]] == ["name", "mail", "phone", "formula"]
    assert people["D2"].value == 0
    assert people["B2"].comment is not None
    assert re.search(TOKEN, people["B2"].comment.text)
    assert re.fullmatch(TOKEN, book["old"]["A2"].value)
    assert re.search(TOKEN, book.properties.creator)


def test_copies_of_cells_go_with_them_and_the_rest_of_a_workbook_stays(
    copied: Copied, delivery: Path
) -> None:
    was, now = zipfile.ZipFile(delivery / "charts.xlsx"), zipfile.ZipFile(copied[0] / "charts.xlsx")
    assert now.namelist() == [name for name in was.namelist() if name != "xl/calcChain.xml"]
    book = openpyxl.load_workbook(copied[0] / "charts.xlsx")
    token = book["Data"]["A13"].value
    assert re.fullmatch(TOKEN, token)
    assert token in now.read("xl/charts/chart1.xml").decode()
    assert token in book.defined_names["contact"].value
    assert book["Data"].tables["Table1"].ref == "A1:B13"
    assert re.fullmatch(f"see {TOKEN} today", book["Data"]["C4"].value)
    assert [cell.value for cell in book["Data"]["B"]] == ["calls", *range(11), 12]


def test_columns_keep_their_types(copied: Copied, delivery: Path) -> None:
    folder, _ = copied
    was, now = pq.read_table(delivery / "crm.parquet"), pq.read_table(folder / "crm.parquet")
    assert now.schema.equals(was.schema)
    assert now["n"].equals(was["n"])
    assert now["mail"][2].as_py() is None


def test_archives_lose_comments_and_what_cannot_be_rewritten(copied: Copied) -> None:
    with zipfile.ZipFile(copied[0] / "all.zip") as archive:
        assert archive.namelist() == ["inner/t.csv"]
        assert archive.comment == b""


def test_the_table_adds_up(copied: Copied) -> None:
    _, copy = copied
    for entity, found in copy.found.items():
        done = sum(count for (name, _), count in copy.tally.items() if name == entity)
        assert done <= found
    assert copy.tally["EMAIL_ADDRESS", "hash"] > 60
    assert copy.tally["CREDIT_CARD", "emptied"] >= 2


def test_the_same_bytes_come_out_again(
    copied: Copied, delivery: Path, reading: Reading, tmp_path: Path
) -> None:
    again = tmp_path / "again"
    write_cleaned_copy(str(delivery), again, Policy(HASH), reading)
    first, second = files(copied[0]), files(again)
    assert first.keys() == second.keys()
    assert [n for n in first if first[n].read_bytes() != second[n].read_bytes()] == []


def test_rules_go_before_the_default(tmp_path: Path, reading: Reading) -> None:
    (tmp_path / "d").mkdir()
    rows = "".join(f"c{i}@example.org,d{i}@example.net,secret {i},+44 20 7946 09{i:02}\n" for i in range(12))
    (tmp_path / "d" / "t.csv").write_text("private,work,internal_note,phone\n" + rows)
    policy = RedactionPolicy.model_validate(
        {
            "rules": [
                {"source": "t.csv", "field": "internal_*", "whole": True, "operator": "drop"},
                {"field": "work", "operator": "keep"},
                {"entities": ["EMAIL_ADDRESS"], "operator": "replace", "with": "[MAIL]"},
                {"entities": ["PHONE_NUMBER"], "operator": "mask", "keep_last": 2},
            ]
        }
    )
    copy = write_cleaned_copy(str(tmp_path / "d"), tmp_path / "o", Policy(policy), reading)
    lines = (tmp_path / "o" / "t.csv").read_text().splitlines()
    assert lines[0] == "private,work,internal_note,phone"
    assert lines[1:] == [f"[MAIL],d{i}@example.net,,{'*' * 14}{i:02}" for i in range(12)]
    assert copy.complete


def test_an_agreement_keeps_what_is_agreed_and_drops_the_rest(tmp_path: Path, reading: Reading) -> None:
    rows = "".join(f"T-{i},c{i}@example.org,+44 20 7946 09{i:02},gold\n" for i in range(12))
    (tmp_path / "d").mkdir()
    with zipfile.ZipFile(tmp_path / "d" / "q3.zip", "w") as archive:
        archive.writestr("tickets.csv", "ticket,mail,phone,tier\n" + rows)
        archive.writestr("extra.csv", "ticket,mail,phone,tier\n" + rows)
    (tmp_path / "d" / "other.txt").write_text("nothing that was agreed\n")
    (tmp_path / "d" / "staff.dat").write_text("01Ann Lee   ann@example.org\n02Bo        bo@example.org \n")
    column = {"name": "mail", "start": 13, "width": 15}
    agreement = Agreement.model_validate(
        {
            "feeds": [
                {
                    "id": "tickets",
                    "files": ["q3.zip!tickets.csv"],
                    "fields": [
                        {"name": "ticket", "entities": ["ACCOUNT_ID"]},
                        {"name": "mail", "entities": ["EMAIL_ADDRESS"]},
                        {"name": "phone", "entities": ["PHONE_NUMBER"], "masking": "masked"},
                    ],
                },
                {
                    "id": "staff",
                    "files": ["staff.dat"],
                    "entities": [{"entity": "EMAIL_ADDRESS", "masking": "masked"}],
                    "layout": {"columns": [{"name": "id", "start": 1, "width": 2}, column]},
                },
            ]
        }
    )
    copy = write_cleaned_copy(str(tmp_path / "d"), tmp_path / "o", Policy(agreement=agreement), reading)
    assert {each.source for each in copy.refused} == {"q3.zip!extra.csv", "other.txt"}
    assert copy.complete  # left out, as the agreement says
    with zipfile.ZipFile(tmp_path / "o" / "q3.zip") as archive:
        lines = archive.read("tickets.csv").decode().splitlines()
    assert lines == ["ticket,mail,phone,tier", *(f"T-{i},c{i}@example.org,{'*' * 16}," for i in range(12))]
    fixed = (tmp_path / "o" / "staff.dat").read_text().splitlines()
    assert [line[12:] for line in fixed] == ["*" * 15, "*" * 14 + " "]
    assert [line[:2] for line in fixed] == ["01", "02"]
    assert [len(line) for line in fixed] == [27, 27]


@pytest.mark.parametrize("inside", [".", "out"])
def test_the_copy_is_never_written_into_the_delivery(delivery: Path, reading: Reading, inside: str) -> None:
    before = files(delivery)
    with pytest.raises(UsageError):
        write_cleaned_copy(str(delivery), delivery / inside, Policy(), reading)
    assert files(delivery) == before


def test_nothing_is_overwritten(delivery: Path, reading: Reading, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("x")
    with pytest.raises(UsageError, match="not an empty folder"):
        write_cleaned_copy(str(delivery), tmp_path, Policy(), reading)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_workbooks_that_are_not_built_as_they_should_be_are_refused_and_the_others_written(
    tmp_path: Path, reading: Reading
) -> None:
    folder = tmp_path / "d"
    folder.mkdir()
    book = openpyxl.Workbook()
    for row in (["id", "mail"], [1, MAIL], [2, MAIL], [3, MAIL]):
        book.active.append(row)
    book.save(folder / "good.xlsx")

    def changed(name: str, part: str, change: Callable[[bytes], bytes]) -> None:
        with zipfile.ZipFile(folder / "good.xlsx") as was, zipfile.ZipFile(folder / name, "w") as now:
            for each in was.namelist():
                now.writestr(each, change(was.read(each)) if each == part else was.read(each))

    sheet = "xl/worksheets/sheet1.xml"
    changed("unnumbered.xlsx", sheet, lambda data: data.replace(b'<row r="3"', b'<row r="three"'))
    changed("endless.xlsx", sheet, lambda data: data.replace(b'<row r="3"', b'<row r="' + b"9" * 5000 + b'"'))
    changed("torn.xlsx", "xl/styles.xml", lambda data: data)
    data = (folder / "torn.xlsx").read_bytes()
    with zipfile.ZipFile(folder / "torn.xlsx") as packed:
        at = packed.getinfo("xl/styles.xml").header_offset + 60
    (folder / "torn.xlsx").write_bytes(data[:at] + b"\xff" * 20 + data[at + 20 :])
    copy = write_cleaned_copy(str(folder), tmp_path / "o", Policy(HASH), reading)
    assert {each.source for each in copy.refused} == {"unnumbered.xlsx", "endless.xlsx", "torn.xlsx"}
    assert [path.name for path in (tmp_path / "o").iterdir()] == ["good.xlsx"]
    assert MAIL.encode() not in b"".join(everything(path) for path in (tmp_path / "o").iterdir())


@pytest.mark.parametrize("cell", ["none", "mail.of.a.cell@example.org"])
def test_what_no_program_shows_of_a_workbook_is_left_out(tmp_path: Path, reading: Reading, cell: str) -> None:
    """Comments and instructions of the XML, in every part, whether or not something else is replaced."""
    folder = tmp_path / "d"
    folder.mkdir()
    book = openpyxl.Workbook()
    for row in (["id", "mail"], [1, cell], [2, "none"], [3, "none"]):
        book.active.append(row)
    book.save(tmp_path / "plain.xlsx")
    with zipfile.ZipFile(tmp_path / "plain.xlsx") as was, zipfile.ZipFile(folder / "t.xlsx", "w") as now:
        for name in was.namelist():
            head, _, end = was.read(name).rpartition(b"</")
            now.writestr(
                name, head + f"<!-- {MAIL} --><?pi {MAIL}?></".encode() + end + f"<!--{MAIL}-->".encode()
            )
        parts = len(was.namelist())
    copy = write_cleaned_copy(str(folder), tmp_path / "o", Policy(HASH), reading)
    assert not copy.refused
    with zipfile.ZipFile(tmp_path / "o" / "t.xlsx") as now:
        assert len(now.namelist()) == parts
        written = b"".join(map(now.read, now.namelist()))
    assert MAIL.encode() not in written
    assert b"<!--" not in written
    assert openpyxl.load_workbook(tmp_path / "o" / "t.xlsx").active["A2"].value == 1
    assert copy.tally["EMAIL_ADDRESS", "drop"] == 3 * parts
    assert copy.tally["EMAIL_ADDRESS", "hash"] == (cell != "none")


def test_a_line_that_is_read_in_pieces_is_cleaned_in_all_of_them(
    tmp_path: Path, reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bpoaudit.readers.plain_text.MAX_LINE", 100)
    monkeypatch.setattr("bpoaudit.written.plain_lines.MAX_LINE", 100)
    folder = tmp_path / "d"
    folder.mkdir()
    text = f"first\n{MAIL} {'word ' * 99}{MAIL} end\nlast {MAIL}\n"
    (folder / "t.log").write_text(text)
    copy = write_cleaned_copy(str(folder), tmp_path / "o", Policy(HASH), reading)
    assert not copy.refused
    written = (tmp_path / "o" / "t.log").read_text()
    assert re.sub(TOKEN, MAIL, written) == text
    assert copy.tally["EMAIL_ADDRESS", "hash"] == 3


def test_what_xml_cannot_hold_and_what_a_package_lacks_are_no_crash(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedSource, match="XML cannot hold"):
        set_text(etree.Element("t"), "a\x07b")
    known = Replacements()
    known.add([(MAIL, "a\x07b")])
    with pytest.raises(UnsupportedSource, match="XML cannot hold"):
        replace_texts(parsed(f"<a>{MAIL}</a>".encode()), known, lambda _: False)
    path = tmp_path / "p.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("torn.xml", "<a>" + "abcdefgh" * 100 + "</a>")
    data = bytearray(path.read_bytes())
    data[40:50] = b"\xff" * 10
    path.write_bytes(data)
    with zipfile.ZipFile(path) as file:
        package = Package(file)
        for name in ("torn.xml", "missing.xml"):
            with pytest.raises(UnsupportedSource, match="cannot be unpacked"):
                package.read(name)
