"""Names and bytes of what lies inside a document."""

from __future__ import annotations

import io

from bpoaudit.delivery.content import Content
from bpoaudit.errors import SourceError
from bpoaudit.readers.batch import Member
from bpoaudit.readers.member_names import MemberNames, last_part
from bpoaudit.readers.options import ReadOptions


class Inside:
    """Make members of one document, no two of the same name. `repr` shows no content."""

    def __init__(self, how: ReadOptions) -> None:
        self._how = how
        self._names = MemberNames()

    def __repr__(self) -> str:
        return "Inside(…)"

    def member(self, name: str, inside: bytes | Content | SourceError) -> Member:
        """Return a member of that name, from its bytes or from what keeps it from being read."""
        suffix, notes = self._names.suffix(name)
        if isinstance(inside, SourceError):
            return Member(suffix, None, inside, notes=notes)
        if isinstance(inside, Content):
            return Member(suffix, inside, size=inside.size, notes=notes)
        held = Content(
            last_part(name), lambda: io.BytesIO(inside), size=len(inside), seeks=True, budget=self._how.budget
        )
        return Member(suffix, held, size=len(inside), notes=notes)
