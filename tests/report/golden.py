"""Compare an output with its golden file; BPOAUDIT_UPDATE_GOLDEN=1 writes the file instead."""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "golden"


def assert_golden(name: str, text: str) -> None:
    """Fail unless `text` is byte for byte the golden file `name`."""
    path = FOLDER / name
    if os.environ.get("BPOAUDIT_UPDATE_GOLDEN") == "1":
        path.write_text(text, encoding="utf-8", newline="")
    assert text == path.read_bytes().decode(), f"{name} differs; see the change with git diff after updating"
