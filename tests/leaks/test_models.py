"""Language models are loaded from the files that were tested, or not at all."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bpoaudit.detect import rampart
from bpoaudit.errors import ModelError


def test_a_flipped_byte_in_rampart_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = tmp_path / "rampart"
    shutil.copytree(rampart._folder(), copy)
    monkeypatch.setattr(rampart, "_folder", lambda: copy)
    assert rampart._sha256(copy) == rampart.SHA256
    largest = max((path for path in copy.rglob("*") if path.is_file()), key=lambda path: path.stat().st_size)
    data = bytearray(largest.read_bytes())
    data[len(data) // 2] ^= 1
    largest.write_bytes(data)
    with pytest.raises(ModelError, match="not the one"):
        rampart.Rampart()
