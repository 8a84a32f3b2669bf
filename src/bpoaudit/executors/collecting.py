"""Keep the garbage collector away from what is loaded: models and word lists hold no garbage."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def loaded_left_alone() -> Iterator[None]:
    """Let the collector look at nothing that is in memory now. Forked processes share what is not looked at.

    Afterwards all is as it was.
    """
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
