"""What a Dask scheduler sees of an audit: a function that loads nothing until a worker calls it.

Schedulers look into the tasks that they hand out, and must not wait for language models.
"""

from __future__ import annotations

from collections.abc import Sequence
from pkgutil import resolve_name
from typing import Any


def work(audit: str, box: bytes, shares: Sequence[Any] = ()) -> Any:
    """Do what is asked for in `box` (`bpoaudit.executors.dask_worker`)."""
    return resolve_name("bpoaudit.executors.dask_worker:work")(audit, box, shares)
