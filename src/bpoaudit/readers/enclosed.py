"""Files that stand in the values of a table or document: scans, letters, attachments."""

from __future__ import annotations

from bpoaudit.delivery.content import Content
from bpoaudit.delivery.media import UNKNOWN
from bpoaudit.delivery.media import media_type as media_type_of
from bpoaudit.readers.batch import Member
from bpoaudit.readers.inside import Inside
from bpoaudit.readers.options import ReadOptions

MAX_HELD = 64 << 20
"""Bytes of files that wait until the values around them were read."""


class Enclosed:
    """Collect the files of one source. `repr` shows no content."""

    def __init__(self, how: ReadOptions, source: str = "") -> None:
        """`source` is the suffix of the source that they stand in."""
        self._inside = Inside(how)
        self._source = source
        self._held = self._unopened = 0
        self.members: list[Member] = []

    def __repr__(self) -> str:
        return f"Enclosed({len(self.members)})"

    def take(self, field: str, record: int, data: bytes) -> bool:
        """Keep a value as a member; False where its content is of no known kind: a key, a checksum."""
        if media_type_of(Content.of_bytes(field, data)) == UNKNOWN:
            return False
        if self._held + len(data) > MAX_HELD:
            self._unopened += 1
            return True
        self._held += len(data)
        member = self._inside.member(f"{field}/{record}", data)
        member.suffix = self._source + member.suffix
        self.members.append(member)
        return True

    def leave(self) -> None:
        """Count a file that is too large to be taken."""
        self._unopened += 1

    def tell(self, losses: list[str]) -> None:
        """Say what was not taken."""
        if self._unopened:
            losses.append(
                f"files in values beyond the {MAX_HELD:,} bytes that are held, not read: {self._unopened}"
            )
