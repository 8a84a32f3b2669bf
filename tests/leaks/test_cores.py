"""A crash leaves no picture of the memory that held a delivery."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

_UNLIMITED = "import os, resource; hard = resource.getrlimit(resource.RLIMIT_CORE)[1]; resource.setrlimit(resource.RLIMIT_CORE, (hard, hard));"
_CRASH = "from bpoaudit.cli import app; app.app = os.abort; app.main()"
_PARSER = "from bpoaudit.parsers.limits import limit_memory; limit_memory(1 << 40); os.abort()"


def dumped(code: str, folder: Path) -> bool:
    """Run a program that aborts, in a folder; tell whether the kernel wrote a core."""
    process = subprocess.Popen(
        [sys.executable, "-c", _UNLIMITED + code], cwd=folder, stderr=subprocess.DEVNULL
    )
    _, status = os.waitpid(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == -6
    return os.WCOREDUMP(status)


@pytest.mark.parametrize("code", [_CRASH, _PARSER])
def test_a_crash_of_the_program_leaves_no_core(tmp_path: Path, code: str) -> None:
    assert not dumped(code, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_without_the_limit_there_would_be_one(tmp_path: Path) -> None:
    if resource.getrlimit(resource.RLIMIT_CORE)[1] in (0, 1):
        pytest.skip(
            "this machine allows no core, or a command that ran in this process has lowered the limit"
        )
    assert dumped("os.abort()", tmp_path)
    for path in tmp_path.iterdir():
        path.unlink()


def test_the_limit_is_the_one_that_holds_for_crash_handlers_too(tmp_path: Path) -> None:
    """A handler (`core_pattern` with a pipe) is given every core but that of a limit of one byte."""
    if resource.getrlimit(resource.RLIMIT_CORE)[1] == 0:
        pytest.skip("this machine allows no core")
    code = "from bpoaudit.cli import app; app.app = lambda: print(resource.getrlimit(resource.RLIMIT_CORE)); app.main()"
    ran = subprocess.run(
        [sys.executable, "-c", _UNLIMITED + code], cwd=tmp_path, capture_output=True, text=True
    )
    assert ran.stdout.strip() == "(1, 1)"
