"""A delivery is read to the same result in whatever order its files are done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from bpoaudit import scanning
from bpoaudit.executors import FileResult, FileTask, Worker, serial
from bpoaudit.masking import Key
from bpoaudit.scanning import Reading, Scanned, read_delivery

KEY = Key(b"a key of tests that is long enough")


def _of_one_public_name() -> tuple[str, str]:
    """Return two addresses whose tags are the same: they are short."""
    seen: dict[str, str] = {}
    for number in range(1 << 20):
        name = f"someone.{number}@mail.example"
        if (tag := KEY.tag(name)) in seen:
            return seen[tag], name
        seen[tag] = name
    raise AssertionError("no two tags are the same")


def test_files_of_one_public_name_stand_as_they_were_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, name in enumerate(_of_one_public_name()):
        (tmp_path / f"{name}.csv").write_text("id\n" + "1\n" * (number + 1))

    def backwards(tasks: Sequence[FileTask], worker: Worker) -> Iterator[FileResult]:
        with closing(serial(tasks, worker)) as results:
            yield from reversed([*results])

    def scanned() -> Scanned:
        return read_delivery([tmp_path], Reading(key=KEY), tmp_path)

    one = scanned()
    assert len({source.source for source in one.delivery.sources}) == 1
    monkeypatch.setattr(scanning, "serial", backwards)
    other = scanned()
    assert other.delivery == one.delivery
    assert other.names == one.names


def test_the_head_of_a_mail_names_nobody_but_people(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_text(
        "From: Thu Nguyen <thu@mail.example>\nTo: desk@shop.example\nDate: Thu, 05 Nov 2026 10:12:00 +0000\n"
        "Message-ID: <abc@mail.example>\nIn-Reply-To: <def@mail.example>\nSubject: Late parcel\n\nWhere is it?\n"
    )
    found = read_delivery([tmp_path], Reading(key=KEY), tmp_path).inventory.fields
    held = {
        field.rpartition("/")[2]: set(tally.entities) for (_, field), tally in found.items() if tally.entities
    }
    assert held == {"from": {"PERSON", "EMAIL_ADDRESS"}, "to": {"EMAIL_ADDRESS"}}


def test_who_speaks_is_at_no_address(tmp_path: Path) -> None:
    turns = ("Visitor 88123: where is it", "Agent Tom: one moment please", "Visitor 88123: ok, thank you") * 3
    (tmp_path / "chat.txt").write_text("\n".join(turns) + "\n")
    found = read_delivery([tmp_path], Reading(key=KEY), tmp_path).inventory.fields
    assert {entity for tally in found.values() for entity in tally.entities} <= {"PERSON"}
