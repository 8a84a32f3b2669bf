"""Read on to a fault, give out what stands before it, and only then raise it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

from bpoaudit.errors import SourceError

_Item = TypeVar("_Item")


class UntilFault(Generic[_Item]):
    """Items that end at a `SourceError`, which waits for `end`. `repr` shows no content."""

    def __init__(self, items: Iterable[_Item]) -> None:
        self._items = items
        self._fault: SourceError | None = None

    def __repr__(self) -> str:
        return "UntilFault(…)"

    def __iter__(self) -> Iterator[_Item]:
        try:
            yield from self._items
        except SourceError as error:
            self._fault = error

    @property
    def broken(self) -> bool:
        """Whether there was one."""
        return self._fault is not None

    def end(self) -> None:
        """Raise the fault that the items ended at, if there was one."""
        if self._fault is not None:
            raise self._fault
