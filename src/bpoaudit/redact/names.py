"""Names of files, sheets and fields: the public one for each, and the true one behind it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath
from urllib.parse import unquote_to_bytes

_MAX_NAME = 255
"""Bytes of a name that file systems take."""


class Names:
    """The names of a delivery. `repr` shows none."""

    def __init__(
        self,
        sources: Mapping[str, str],
        fields: Mapping[tuple[str, str], str],
        look: Callable[[], Callable[[str], str]],
        earlier: Names | None = None,
    ) -> None:
        """`sources` and `fields` are true names by public ones, as a scan has found them.

        `look` makes what gives the public name of any text; it is only made where some name hides one.
        `earlier` are the names before, where the delivery is a copy of another.
        """
        self._sources = sources
        self._fields = fields
        self._public = {true: public for public, true in sources.items()}
        self._hides = any(public != true for public, true in sources.items()) or any(
            public != true for (_, public), true in fields.items()
        )
        self._look = look
        self._looking: Callable[[str], str] | None = None
        self._earlier = earlier

    def __repr__(self) -> str:
        return "Names(…)"

    def public(self, name: str) -> str:
        """Return the public name of a source or field, or of what is part of one."""
        if not self._hides:
            return name
        if name not in self._public:
            self._looking = self._looking or self._look()
            self._public[name] = self._looking(name)
        return self._public[name]

    def true_source(self, public: str) -> str:
        """Return the name that the vendor gave a source."""
        true = self._sources.get(public, public)
        return self._earlier.true_source(true) if self._earlier else true

    def true_field(self, source: str, public: str) -> str:
        """Return the name that the vendor gave a field."""
        true = self._fields.get((source, public), public)
        return self._earlier.true_field(self._sources.get(source, source), true) if self._earlier else true


def relative_path(source: str) -> Path | None:
    """Return where a file of that name lies in its folder; None where no file system takes the name."""
    parts = [unquote_to_bytes(part) for part in PurePosixPath(source).parts]
    if not parts or any(
        part in (b"", b".", b"..") or len(part) > _MAX_NAME or b"/" in part or b"\0" in part for part in parts
    ):
        return None
    return Path(*map(os.fsdecode, parts))
