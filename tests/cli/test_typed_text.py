"""What people type into files about an audit is shown, so that no value may stand in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpoaudit.cli.typed_text import refuse_personal_data
from bpoaudit.errors import DocumentError, ResponseError, WaiverError

FINE = """waivers:
  - rule: gdpr/x
    owner: dpo@client.example
    reason: The 14 numbers of 2026-09 are test cards of the scheme, see ticket OPS-4711; gone by 31 May 2027.
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("said", "entity"),
    [
        ("these are test cards 4539 1488 0343 6467 of the scheme", "CREDIT_CARD"),
        ("ask maria.gonzalez@example.org, she knows", "EMAIL_ADDRESS"),
        ("paid back to DE89 3704 0044 0532 0130 00", "IBAN_CODE"),
    ],
)
def test_a_value_in_a_reason_is_refused_with_its_place(tmp_path: Path, said: str, entity: str) -> None:
    path = tmp_path / "waivers.yaml"
    path.write_text(f"{FINE}  - rule: gdpr/y\n    reason: >\n      First line,\n      {said}\n")
    with pytest.raises(WaiverError) as caught:
        refuse_personal_data([(None, ResponseError), (path, WaiverError)])
    assert f"{path}:6:13: holds what looks like {entity}" in str(caught.value)
    assert said not in str(caught.value)


@pytest.mark.slow
def test_ordinary_reasons_and_who_answers_for_them_are_fine(tmp_path: Path) -> None:
    path = tmp_path / "waivers.yaml"
    path.write_text(FINE)
    refuse_personal_data([(path, WaiverError)])


def test_a_file_without_such_texts_is_only_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bpoaudit.detect.Engine", None)
    path = tmp_path / "vendor.yaml"
    path.write_text("name: A\nowner: ann@example.org\n")
    refuse_personal_data([(path, DocumentError)])
