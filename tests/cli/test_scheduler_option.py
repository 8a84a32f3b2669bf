"""Which executor and scheduler the command line takes."""

from __future__ import annotations

import pytest

from bpoaudit.cli import options
from bpoaudit.errors import UsageError

ADDRESS = "tcp://127.0.0.1:8786"


def test_a_scheduler_is_for_dask() -> None:
    assert options.scheduler_of("dask", ADDRESS, kept=False) == ADDRESS
    assert options.scheduler_of("dask", "tls://[::1]:8786", kept=True) == "tls://[::1]:8786"
    assert options.scheduler_of(None, None, kept=False) is None


@pytest.mark.parametrize("executor", [None, "serial", "process"])
def test_the_scheduler_of_a_project_file_waits_for_dask(executor: str | None) -> None:
    assert options.scheduler_of(executor, ADDRESS, kept=True) is None
    with pytest.raises(UsageError, match="--scheduler is the address of a Dask cluster"):
        options.scheduler_of(executor, ADDRESS, kept=False)


@pytest.mark.parametrize(
    ("executor", "address", "told"),
    [
        ("dask", None, "needs --scheduler ADDRESS"),
        ("dask", "scheduler.internal", "an address such as tcp://HOST:8786"),
        ("dask", "http://scheduler:8786", "an address such as tcp://HOST:8786"),
        ("ray", None, "--executor is one of serial, process, dask"),
    ],
)
def test_what_makes_no_sense_is_refused(executor: str, address: str | None, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        options.scheduler_of(executor, address, kept=False)


def test_without_the_extra_the_command_that_installs_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(options, "find_spec", lambda name: None)
    with pytest.raises(UsageError) as refused:
        options.scheduler_of("dask", ADDRESS, kept=False)
    assert refused.value.hint == "pip install 'bpoaudit[dask]'"
