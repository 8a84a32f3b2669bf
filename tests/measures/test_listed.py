"""People of the profile's lists: how many of a list are there, in clear or as digests, and nobody shown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bpoaudit.errors import UsageError
from bpoaudit.masking import random_key
from bpoaudit.measures import digests_of, load_lists
from bpoaudit.vendor.lists import KnownList
from tests.measures.conftest import KEY, measured_in

MAIL, PHONE, ACCOUNT = "maja.nowak@example.org", "+48 22 555 01 23", "K-4711/9"
PEOPLE = f"{MAIL}\n{PHONE}\n{ACCOUNT}\nnobody.here@example.org\n"
LISTS = (
    KnownList(id="ours", file="people.txt", kind="canary", expected="present"),
    KnownList(id="traps", file="people.txt", kind="canary", expected="absent"),
    KnownList(id="open", file="people.txt", kind="canary"),
    KnownList(id="theirs", file="people.txt", kind="other_client"),
)


def _measured(tmp_path: Path, listed: str) -> list[dict[str, Any]]:
    folder = tmp_path / "delivery"
    folder.mkdir()
    rows = "".join(f"C-{i:05},user{i}@example.org,fine\n" for i in range(40))
    (folder / "t.csv").write_text(
        f'ref,mail,notes\n{rows}{ACCOUNT},{MAIL.upper()},"call {PHONE} for account no. k47119, please"\n'
    )
    (tmp_path / "people.txt").write_text(listed)
    return measured_in(folder, lists=load_lists(LISTS, tmp_path, KEY))["lists"]


@pytest.mark.slow
@pytest.mark.parametrize("digested", [False, True])
def test_how_many_of_each_list_are_there(tmp_path: Path, digested: bool) -> None:
    listed = PEOPLE
    if digested:
        (tmp_path / "clear.txt").write_text(PEOPLE)
        listed = "".join(f"{line}\n" for line in digests_of(tmp_path / "clear.txt", KEY))
    told = _measured(tmp_path, listed)
    assert {row["list"]: (row["listed"], row["found"], row["deviating"]) for row in told} == {
        "ours": (4, 3, 1), "traps": (4, 3, 3), "open": (4, 3, None), "theirs": (4, 3, 3),
    }  # fmt: skip
    places = {(each["field"], each["record"]) for each in told[0]["places"]}
    assert {("ref", 41), ("mail", 41), ("notes", 41)} <= places
    text = json.dumps(told)
    assert not [value for value in (MAIL, PHONE, ACCOUNT, MAIL.upper()) if value in text]


def test_a_value_of_a_list_is_digested_once_and_digests_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "people.txt"
    path.write_text(f"{MAIL}\n{MAIL.upper()}\n")
    (line,) = digests_of(path, KEY)
    assert MAIL not in line
    path.write_text(line)
    with pytest.raises(UsageError, match="a fingerprint already"):
        list(digests_of(path, KEY))
    path.write_text(f"{MAIL}\nMaja Nowak\n")
    with pytest.raises(UsageError, match="line 2") as caught:
        list(digests_of(path, KEY))
    assert "Maja" not in str(caught.value)


def test_digests_need_their_own_key_and_a_file_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "people.txt").write_text(KEY.fingerprint("EMAIL_ADDRESS", MAIL))
    with pytest.raises(UsageError, match="has fingerprints"):
        load_lists(LISTS[:1], tmp_path, random_key())
    with pytest.raises(UsageError, match="cannot read the list 'ours'"):
        load_lists(LISTS[:1], tmp_path / "elsewhere", KEY)
    assert load_lists(None, tmp_path, KEY) is None
