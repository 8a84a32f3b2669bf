"""`--cache` on the command line: what it refuses, and what it says."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bpoaudit.cli.options import cache_of
from bpoaudit.cli.progress import progress
from bpoaudit.errors import UsageError
from bpoaudit.executors.cache import CacheUse
from bpoaudit.masking import Key, random_key

KEY = Key(b"0" * 64)


def test_without_it_there_is_none() -> None:
    assert cache_of(None, random_key(), ["delivery"]) is None


def test_it_may_not_lie_in_the_delivery(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "below" / "cache"):
        with pytest.raises(UsageError, match="lies in the delivery"):
            cache_of(folder, KEY, ["s3://bucket/drop", str(tmp_path)])
    assert not (tmp_path / "below").exists()
    assert cache_of(tmp_path / "beside", KEY, [str(tmp_path / "delivery")]) == tmp_path / "beside"


def test_what_it_was_good_for_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with progress(False) as heard:
        heard.remembered(CacheUse(1200, 1199))
        heard.remembered(CacheUse(4, 0, ["b\x1b[31m.csv", "a.csv"], list("abcde"), "No space left on device"))
    assert capsys.readouterr().err.splitlines() == [
        "note: cache: 1,199 of 1,200 files were not read again",
        "note: cache: 0 of 4 files were not read again",
        "note: cache: damaged or changed by somebody else, so read again: a.csv, b\\x1b[31m.csv",
        "note: cache: read each time, as names inside hold personal data: a, b, c and 2 more",
        "note: cache: nothing more could be kept (No space left on device); the result is complete all the same",
    ]


@pytest.mark.long
@pytest.mark.slow
def test_a_scan_with_a_cache(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("id,mail\n1,ann@example.org\n")
    program = str(Path(sys.executable).with_name("bpoaudit"))
    fixed = {**os.environ, "SOURCE_DATE_EPOCH": "1763800000", "BPOAUDIT_RUN_ID": "test"}

    def scan(out: str, **variables: str) -> subprocess.CompletedProcess[str]:
        words = [program, "scan", "in.csv", "-o", out, "--cache", "cache"]
        return subprocess.run(
            words, cwd=tmp_path, env=fixed | variables, text=True, capture_output=True, check=False
        )

    refused = scan("none.json")
    assert (refused.returncode, (tmp_path / "cache").exists()) == (2, False)
    assert "a cache needs a key" in refused.stderr
    for out, known in (("cold.json", 0), ("warm.json", 1)):
        done = scan(out, BPOAUDIT_KEY="0" * 64)
        assert done.returncode == 0, done.stderr
        assert f"note: cache: {known} of 1 files were not read again\n" in done.stderr
    assert (tmp_path / "cold.json").read_bytes() == (tmp_path / "warm.json").read_bytes()
