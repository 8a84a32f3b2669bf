"""What the profile leaves out of the reading: which sources, why, until when; and whether it still does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Annotated

from pydantic import AfterValidator, Field

from bpoaudit.vendor.globs import SOURCE_SEPARATORS, matches
from bpoaudit.vendor.words import Day, Glob, Name, Section

NOTICE_DAYS = 14
"""So many days before its last one an exclusion speaks up."""

_UNALIKE = (("a.csv", "Q 9.tar.gz"), ("x/a.csv", "long name/7.json"), ("a.zip!b.csv", "m.mbox!7.json"))
"""Names that have nothing in common but where they lie: a pattern for both is one for anything there."""


def covers(patterns: Sequence[str], source: str) -> bool:
    """Match a source, or the file that it is a sheet or table of: `a.xlsx` covers `a.xlsx#Q3`."""
    whole = source.rpartition("#")[0] or source
    return any(matches(pattern, name, SOURCE_SEPARATORS) for pattern in patterns for name in {source, whole})


def _check_leaves_something(pattern: str) -> str:
    if any(covers((pattern,), one) and covers((pattern,), other) for one, other in _UNALIKE):
        raise ValueError(f"'{pattern}' excludes files whatever they are called; name an ending or a folder")
    return pattern


class Exclusion(Section):
    """Sources that are not to be read, and why."""

    files: Annotated[
        tuple[Annotated[Glob, AfterValidator(_check_leaves_something)], ...], Field(min_length=1)
    ]
    reason: Annotated[str, Field(min_length=3, max_length=500)]
    owner: Name | None = None
    """Who answers for it."""
    expires_on: Day | None = None
    """The last day on which it counts; afterwards these sources are read, or listed as unread."""

    def holds(self, day: date) -> bool:
        """Tell whether it counts on `day`."""
        return self.expires_on is None or day <= self.expires_on

    @property
    def why(self) -> str:
        """Return the reason, with the owner and the last day where they are given."""
        told = [self.owner or "", f"until {self.expires_on.isoformat()}" if self.expires_on else ""]
        more = ", ".join(part for part in told if part)
        return f"{self.reason} ({more})" if more else self.reason


def notices(exclusions: Iterable[Exclusion], skipped: Sequence[str], day: date) -> Iterator[str]:
    """Tell which exclusions have ended, end soon, or left out none of `skipped` (true names)."""
    for each in exclusions:
        about = f"the exclusion of {', '.join(each.files)} ({each.reason})"
        if each.expires_on is not None and not each.holds(day):
            yield f"{about} ended on {each.expires_on.isoformat()}: it no longer leaves anything out"
        elif not any(covers(each.files, name) for name in skipped):
            yield f"{about} excludes nothing in this delivery"
        elif each.expires_on is not None and not each.holds(day + timedelta(days=NOTICE_DAYS)):
            yield f"{about} ends after {each.expires_on.isoformat()}"
