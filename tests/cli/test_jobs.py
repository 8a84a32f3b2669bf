"""How many processes read, by what is asked for."""

from __future__ import annotations

import os

import pytest

from bpoaudit.cli.options import jobs_of
from bpoaudit.errors import UsageError

CORES = len(os.sched_getaffinity(0))


@pytest.mark.parametrize(
    ("jobs", "executor", "processes"),
    [
        (None, None, 1),
        ("1", None, 1),
        ("3", None, 3),
        ("auto", None, CORES),
        (None, "process", CORES),
        ("3", "process", 3),
        (None, "serial", 1),
        ("3", "serial", 1),
        (None, "dask", 1),
    ],
)
def test_processes_by_what_is_asked_for(jobs: str | None, executor: str | None, processes: int) -> None:
    assert jobs_of(jobs, executor) == processes


@pytest.mark.parametrize("jobs", ["0", "-1", "two", "1.5", ""])
def test_what_is_no_number_is_refused(jobs: str) -> None:
    with pytest.raises(UsageError, match="--jobs is a number from 1 up or auto"):
        jobs_of(jobs)
