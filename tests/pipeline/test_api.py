"""What a program that imports bpoaudit can do."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import bpoaudit
from tests.pipeline.conftest import MAIL


def test_every_public_name_is_there() -> None:
    for name in bpoaudit.__all__:
        assert getattr(bpoaudit, name) is not None
    with pytest.raises(AttributeError):
        _ = bpoaudit.nothing


def test_importing_it_imports_no_engine() -> None:
    program = "import sys, bpoaudit; sys.exit('spacy' in sys.modules or 'pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


@pytest.mark.slow
def test_an_audit_and_a_scan_say_the_same_of_a_delivery(
    delivery: Path, profile: Path, tmp_path: Path
) -> None:
    key = tmp_path / "key"
    key.write_text("0" * 64)
    outputs = [tmp_path / "a.json", tmp_path / "f.jsonl"]
    result = bpoaudit.audit([delivery], profile, outputs=outputs, key_file=key)
    assert result.gate.exit_code in (0, 1, 3)
    assert json.loads((tmp_path / "a.json").read_text())["score"]["value"] == result.score.value
    found = bpoaudit.scan([str(delivery)], key_file=key)
    assert found.delivery.sources == result.delivery.sources
    assert MAIL not in (tmp_path / "f.jsonl").read_text() + found.model_dump_json()


@pytest.mark.slow
def test_what_is_wrong_is_one_kind_of_error(tmp_path: Path, profile: Path) -> None:
    with pytest.raises(bpoaudit.BpoauditError):
        bpoaudit.scan([tmp_path / "nowhere"])
    with pytest.raises(bpoaudit.BpoauditError):
        bpoaudit.audit([tmp_path], profile, outputs=[tmp_path / "r.unknown"])
