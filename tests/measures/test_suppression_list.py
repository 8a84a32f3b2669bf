"""The suppression list: what it may hold, how it is compared, and that it shows nobody."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpoaudit.errors import UsageError
from bpoaudit.masking import Key, random_key
from bpoaudit.measures import SuppressionList, load_suppression

KEY = Key(b"k" * 32)
MAIL = "maja.nowak@example.org"


def _load(tmp_path: Path, text: str, key: Key = KEY) -> SuppressionList:
    path = tmp_path / "erased.txt"
    path.write_text(text, encoding="utf-8")
    return load_suppression(path, key)


def _has(listed: SuppressionList, entity: str, value: str) -> bool:
    return listed.number(entity, KEY.fingerprint(entity, value)) is not None


def test_one_value_a_line_in_any_spelling(tmp_path: Path) -> None:
    listed = _load(tmp_path, f"\ufeff{MAIL.upper()}\r\n\r\n  85010112349  \nC-100/23 4\n{MAIL}\n")
    assert listed.listed == 3
    assert _has(listed, "EMAIL_ADDRESS", MAIL)
    assert _has(listed, "USERNAME", MAIL)
    assert _has(listed, "PL_PESEL", "8501 0112 349")
    assert _has(listed, "ACCOUNT_ID", "c100-234")
    assert not _has(listed, "EMAIL_ADDRESS", "m" + MAIL)


def test_a_number_is_no_name_and_no_date(tmp_path: Path) -> None:
    listed = _load(tmp_path, "19850101\n")
    assert _has(listed, "ACCOUNT_ID", "19850101")
    assert not _has(listed, "DATE_OF_BIRTH", "1985-01-01")
    assert not _has(listed, "POSTAL_CODE", "19850101")


@pytest.mark.parametrize(
    "dialled", ["+48 22 555 01 23", "0048225550123", "22 555 01 23", "(022) 555-01-23", "011 48 22 555 0123"]
)
def test_a_phone_number_is_found_however_it_is_dialled(tmp_path: Path, dialled: str) -> None:
    assert _has(_load(tmp_path, "+48 22 555 01 23\n"), "PHONE_NUMBER", dialled)


def test_another_number_of_the_same_ending_is_not_it(tmp_path: Path) -> None:
    listed = _load(tmp_path, "+48225550123\n")
    assert not _has(listed, "PHONE_NUMBER", "+49225550123")
    assert not _has(listed, "PHONE_NUMBER", "5550123")


def test_columns_of_a_table_that_name_somebody_are_taken(tmp_path: Path) -> None:
    listed = _load(
        tmp_path, f"name;e-mail;reason;phone\nMaja Nowak;{MAIL};asked 2026;+48225550123\nX;n/a;asked;\n"
    )
    assert listed.listed == 2
    assert _has(listed, "EMAIL_ADDRESS", MAIL)
    assert listed.number_of_cell("asked 2026") is None


def test_a_single_column_may_be_called_anything(tmp_path: Path) -> None:
    assert _load(tmp_path, f"erased subjects\n{MAIL}\n").listed == 1


def test_quoted_cells_with_line_ends_are_one_cell(tmp_path: Path) -> None:
    assert _load(tmp_path, f'note,email\n"two\nlines",{MAIL}\n').listed == 1


def test_fingerprints_are_compared_as_they_are(tmp_path: Path) -> None:
    mark = KEY.fingerprint("EMAIL_ADDRESS", MAIL)
    listed = _load(tmp_path, f"{mark}\n")
    assert _has(listed, "EMAIL_ADDRESS", MAIL)
    assert listed.number_of_cell(MAIL) is None
    assert _load(tmp_path, f"fingerprint\n{mark}\n").listed == 1


def test_fingerprints_need_a_lasting_key(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="own key"):
        _load(tmp_path, KEY.fingerprint("EMAIL_ADDRESS", MAIL), random_key())
    assert _load(tmp_path, MAIL, random_key()).listed == 1


def test_cells_are_compared_whole(tmp_path: Path) -> None:
    listed = _load(tmp_path, f"AB-10023\n{MAIL}\n")
    assert listed.number_of_cell("ab 10023") is not None
    assert listed.number_of_cell(f" {MAIL} ") is not None
    assert listed.number_of_cell("AB-100234") is None
    assert listed.number_of_cell(f"to {MAIL}") is None


def test_an_empty_list_says_that_there_is_nobody(tmp_path: Path) -> None:
    assert _load(tmp_path, "\n \n").listed == 0


@pytest.mark.parametrize("line", ["Maja Nowak", "no.such", "1234", "a@b", "x" * 10, f"{MAIL},2026-01-01"])
def test_what_names_nobody_is_refused_by_its_line(tmp_path: Path, line: str) -> None:
    with pytest.raises(UsageError, match="line 2") as caught:
        _load(tmp_path, f"{MAIL}\n{line}\n")
    assert line not in f"{caught.value!r}{caught.value}{caught.value.hint}"


@pytest.mark.parametrize("text", ["name,reason\nA,B\n", ",,\nx,y,z\n"])
def test_a_table_without_a_column_that_names_somebody_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError, match="no column"):
        _load(tmp_path, text)


def test_what_is_no_text_is_refused_without_a_quote(tmp_path: Path) -> None:
    path = tmp_path / "list.bin"
    path.write_bytes(b"secret\xff\xfe")
    with pytest.raises(UsageError, match="UnicodeDecodeError") as caught:
        load_suppression(path, KEY)
    assert caught.value.__suppress_context__
    with pytest.raises(UsageError, match="FileNotFoundError"):
        load_suppression(tmp_path / "none", KEY)


def test_it_shows_nobody(tmp_path: Path) -> None:
    listed = _load(tmp_path, f"{MAIL}\nAB-10023\n")
    assert listed.number_of_cell("AB-10023") is not None
    assert "nowak" not in repr(listed).casefold()
    assert "10023" not in repr(listed)
