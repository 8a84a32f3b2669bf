"""From a finding to its place: what is told, what is refused, and what is never shown."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from bpoaudit.delivery.content import Content
from bpoaudit.errors import UsageError
from bpoaudit.locate import locate, named
from bpoaudit.masking import Key, shape

MAIL = "cnr.planted.7731@example.org"
KEY = Key(b"0" * 64)
PRINT = KEY.fingerprint("EMAIL_ADDRESS", MAIL)
CSV = (
    "id;mail;notes\r\n"
    + "".join(f'{i};a{i}@example.org;"two\r\nlines"\r\n' for i in range(5))
    + f"9;x;write to {MAIL}\r\n"
)


@pytest.fixture(scope="module")
def delivery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("delivery")
    (folder / "t.csv").write_bytes(CSV.encode())
    (folder / f"of {MAIL}.txt").write_text(f"first\nmail {MAIL}\n")
    with zipfile.ZipFile(folder / "q3.zip", "w") as archive:
        archive.writestr("in/t.csv", CSV)
        archive.writestr("in/crm.json", json.dumps({"people": [{"mails": ["none", MAIL]}]}, indent=1))
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Old Staff"
    for row in (["Staff of May"], [], ["id", "name", "mail"], [1, "Bo", "b@example.org"], [2, "Cy", MAIL]):
        sheet.append(row)
    book.save(folder / "staff.xlsx")
    (folder / "call.vtt").write_text(
        f"WEBVTT\n\n00:01.000 --> 00:02.000\n<v Agent>mail?\n\n00:03.000 --> 00:04.000\n<v Ann>it is {MAIL}\n"
    )
    return folder


@pytest.mark.parametrize(
    ("place", "word", "line", "cell"),
    [
        ("t.csv:6:notes:9-37", "row", (12, 14), None),
        ("q3.zip!in/t.csv:6:notes:9-37", "row", (12, 14), None),
        ("q3.zip!in/crm.json:1:people[*].mails[*]:0-28", "element", (6, 6), None),
        ("staff.xlsx#Old Staff:2:mail:0-28", "row", None, "C5"),
        ("call.vtt:2:text:6-34", "cue", (7, 14), None),
        ("of <EMAIL_ADDRESS:0123ab>.txt:2:text:5-33", "line", (2, 6), None),
    ],
)  # fmt: skip
def test_a_place_leads_to_line_and_cell(
    delivery: Path, place: str, word: str, line: tuple[int, int] | None, cell: str | None
) -> None:
    references = [each.references[0] for each in named(place, None)]
    (found,) = locate(references, [str(delivery)], None)
    assert found.value == MAIL
    assert (found.record_word, found.place, found.cell) == (word, line, cell)
    assert found.same is None
    assert MAIL not in repr(found)
    assert not any(char.isalnum() for char in found.context)


def line_of(source: str, record: int, field: str, start: int, fingerprint: str = PRINT) -> str:
    return json.dumps(
        {
            "source": source, "record": record, "field": field, "start": start, "end": start + len(MAIL),
            "entity": "EMAIL_ADDRESS", "confidence": 0.9, "recognizer": "EmailRecognizer",
            "masked": shape("EMAIL_ADDRESS", MAIL), "fingerprint": fingerprint, "masking": "clear",
        }
    )  # fmt: skip


def test_a_key_tells_whether_it_is_the_value(delivery: Path) -> None:
    line = line_of("t.csv", 6, "notes", 9)
    for key, same, by in ((KEY, True, "key"), (Key(b"1" * 64), False, "key"), (None, True, "shape")):
        (found,) = locate(named(line, None)[0].references, [str(delivery)], key)
        assert (found.same, found.by) == (same, by)


def test_of_several_values_in_an_array_it_is_the_one_that_was_found(delivery: Path) -> None:
    reference = named(line_of("q3.zip!in/crm.json", 1, "people[*].mails[*]", 0), None)[0].references
    (found,) = locate(reference, [str(delivery)], KEY)
    assert found.value == MAIL


def test_a_name_is_a_place_too(delivery: Path) -> None:
    (found,) = locate(
        named("of <EMAIL_ADDRESS:0123ab>.txt:0:@name:3-31", None)[0].references, [str(delivery)], None
    )
    assert (found.value, found.record_word) == (MAIL, "name")


def test_a_fingerprint_is_found_in_findings_and_audits(delivery: Path, tmp_path: Path) -> None:
    other = KEY.fingerprint("EMAIL_ADDRESS", "b@example.org")
    listed = tmp_path / "f.jsonl"
    lines = [
        line_of("t.csv", 6, "notes", 9),
        line_of("call.vtt", 2, "text", 6),
        line_of("x", 1, "y", 0, other),
    ]
    listed.write_text("\n".join(lines) + "\n")
    (found,) = named(PRINT[:24], listed)
    assert [each.source for each in found.references] == ["t.csv", "call.vtt"]
    assert named(f"{listed}:2", None)[0].references[0].source == "call.vtt"
    group = {
        "recognizer": "EmailRecognizer",
        "pointers": [{"record": 6, "start": 9, "end": 37, "masked": "c•••@•••.org", "fingerprint": PRINT}],
    }
    audit = tmp_path / "audit.json"
    audit.write_text(
        json.dumps(
            {
                "delivery": {"key_id": KEY.key_id},
                "verdicts": [],
                "inventory": [
                    {
                        "source": "t.csv",
                        "field": "notes",
                        "entities": [{"entity": "EMAIL_ADDRESS", "groups": [group]}],
                    }
                ],
            }
        )
    )
    (found,) = named(PRINT, audit)
    assert (found.references[0].record, found.key_id) == (6, KEY.key_id)


@pytest.mark.parametrize(
    ("finding", "message"),
    [
        ("hmac-sha256:abcdef", "not where"),
        ("nonsense", "names no finding"),
        ("{}", "no line of findings.jsonl"),
        ("t.csv:1:mail:9-3", "names no finding"),
    ],
)
def test_what_names_no_finding_is_told(finding: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        named(finding, None)


def test_an_ambiguous_beginning_is_told(tmp_path: Path) -> None:
    listed = tmp_path / "f.jsonl"
    digits = ["abcdef" + "0" * 26, "abcdef" + "1" * 26]
    listed.write_text("\n".join(line_of("x", 1, "y", 0, f"hmac-sha256:{each}") for each in digits))
    with pytest.raises(UsageError, match="several fingerprints"):
        named("abcdef", listed)
    with pytest.raises(UsageError, match="no finding with that"):
        named("0123456789", listed)


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("none.csv:1:mail:0-3", "no such source"),
        ("t.csv:99:mail:0-3", "no record 99"),
        ("t.csv:1:none:0-3", "no record 1 with a value in that field"),
        ("t.csv:1:mail:0-99", "shorter than the finding"),
        ("q3.zip!none.csv:1:mail:0-3", "no such member"),
    ],
)
def test_what_the_delivery_does_not_have_is_told(delivery: Path, place: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        locate(named(place, None)[0].references, [str(delivery)], None)


def test_only_the_source_that_is_named_is_read(delivery: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    begin: Callable[[Content], object] = Content.open

    def noted(self: Content) -> object:
        opened.append(self.name)
        return begin(self)

    monkeypatch.setattr(Content, "open", noted)
    locate(named("call.vtt:2:text:6-34", None)[0].references, [str(delivery)], None)
    assert set(opened) == {"call.vtt"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"record": 1}\n{broken\n', "findings:2 is no finding"),
        ('{"record": 1}\n[]\n', "findings:2 is no finding"),
        ('{"record": 1, "fingerprint": "hmac-sha256:abcdef"}', "neither audit.json nor findings.jsonl"),
        ('{"delivery": {"key_id": "k"}, "inventory": [{"entities": 1}]}', "neither audit.json nor"),
        ('{"delivery": {"key_id": "k"}, "inventory": 1}', "neither audit.json nor"),
    ],
)
def test_a_broken_list_of_findings_is_told(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "findings").write_text(text)
    with pytest.raises(UsageError, match=told):
        named("abcdef", tmp_path / "findings")


# --- on a terminal and elsewhere -------------------------------------------------------------------


def command(*arguments: str) -> list[str]:
    return [str(Path(sys.executable).parent / "bpoaudit"), "locate", *arguments]


def on_terminal(arguments: list[str], **redirected: int) -> tuple[int, str]:
    """Run a command whose standard output and error are a terminal, less what is redirected."""
    terminal, end = pty.openpty()
    child = subprocess.Popen(
        arguments, stdin=end, stdout=redirected.get("stdout", end), stderr=redirected.get("stderr", end)
    )
    os.close(end)
    shown = b""
    try:
        while block := os.read(terminal, 4096):
            shown += block
    except OSError:
        pass  # how a terminal says that the other side is gone
    os.close(terminal)
    return child.wait(), shown.decode()


def test_the_value_is_shown_on_a_terminal(delivery: Path) -> None:
    place = "t.csv:6:notes:9-37"
    code, shown = on_terminal(command(place, str(delivery), "--reveal"))
    assert code == 0
    assert f"value     {MAIL}" in shown
    code, shown = on_terminal(command(place, str(delivery)))
    assert code == 0
    assert MAIL not in shown


@pytest.mark.parametrize("redirected", ["stdout", "stderr"])
def test_the_value_goes_into_no_pipe_or_file(delivery: Path, tmp_path: Path, redirected: str) -> None:
    with (tmp_path / "out").open("wb") as file:
        code, shown = on_terminal(
            command("t.csv:6:notes:9-37", str(delivery), "--reveal"), **{redirected: file.fileno()}
        )
    told = shown + (tmp_path / "out").read_text()
    assert code == 2
    assert "on a terminal only" in told
    assert MAIL not in told


def test_what_a_terminal_would_obey_is_spelled_out(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("call \x1b]0;owned\x07\u202eAnn now\n")
    code, shown = on_terminal(command("notes.txt:1:text:5-20", str(tmp_path), "--reveal"))
    assert code == 0
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "\\x1b]0;owned\\x07\\u202e" in shown


def test_another_value_is_not_shown(delivery: Path, tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("1" * 64)
    line = line_of("t.csv", 6, "notes", 9)
    code, shown = on_terminal(command(line, str(delivery), "--reveal", "--key-file", str(key)))
    assert code == 2
    assert "no: its fingerprint is another" in shown
    assert MAIL not in shown
