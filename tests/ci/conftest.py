"""A piece of a demo delivery, and a stand-in for the tool that only says how it was called."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
VENDOR = ROOT / "fixtures" / "bayani-connect"

StandIn = Callable[[int], dict[str, str]]


@pytest.fixture
def stand_in(tmp_path: Path) -> StandIn:
    """Return what makes the environment in which `bpoaudit` writes down its words and ends with a code."""

    def made(code: int) -> dict[str, str]:
        folder = tmp_path / "stand-in"
        folder.mkdir(exist_ok=True)
        script = folder / "bpoaudit"
        script.write_text(
            f'#!/bin/sh\nfor word in "$@"; do printf "%s\\0" "$word"; done >> "{tmp_path}/words"\nexit {code}\n'
        )
        script.chmod(0o755)
        return {**os.environ, "PATH": f"{folder}:/usr/bin:/bin"}

    return made


@pytest.fixture
def words(tmp_path: Path) -> Callable[[], list[str]]:
    """Return what reads the words that the stand-in was called with."""
    return lambda: (tmp_path / "words").read_text().split("\0")[:-1]


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A working folder with one file of a demo delivery and the profile of its vendor."""
    folder = tmp_path / "workspace"
    (folder / "delivery").mkdir(parents=True)
    (folder / "vendor.yaml").write_bytes((VENDOR / "vendor.yaml").read_bytes())
    call = next(iter(sorted((VENDOR / "delivery" / "calls").glob("*.txt"))))
    (folder / "delivery" / call.name).write_bytes(call.read_bytes())
    return folder


@pytest.fixture
def tool() -> dict[str, str]:
    """The environment in which `bpoaudit` is the installed one."""
    fixed = {"SOURCE_DATE_EPOCH": "1795305600", "BPOAUDIT_RUN_ID": "ci", "DELIVERY": "delivery"}
    return {**os.environ, **fixed, "PATH": f"{BIN}:{os.environ['PATH']}"}
