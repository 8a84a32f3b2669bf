"""Which sources of two deliveries are the same feed, although their names tell the date of the export."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

DATE = "<date>"
"""Stands for the date in the name of a feed."""

_YEAR = r"(?:19|20)\d\d"
_MONTH, _DAY = r"(?:0[1-9]|1[0-2])", r"(?:0[1-9]|[12]\d|3[01])"
_MONTH_NAME = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:tember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_DATE = re.compile(
    rf"(?<!\d)(?:{_YEAR}[-_. ]?{_MONTH}[-_. ]?{_DAY}|{_DAY}[-_. ]?{_MONTH}[-_. ]?{_YEAR}"
    rf"|{_YEAR}[-_. ]?{_MONTH}|{_MONTH}[-_. ]?{_YEAR}"
    rf"|{_YEAR}[-_. ]?[qw]\d\d?|q[1-4][-_. ]?{_YEAR}"
    rf"|{_YEAR}[-_. ]?{_MONTH_NAME}|(?<![a-z]){_MONTH_NAME}[-_. ]?{_YEAR}|{_YEAR})(?!\d)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Feed:
    """Sources of the older and of the newer delivery that are compared as one."""

    name: str
    old: tuple[str, ...]
    new: tuple[str, ...]


def undated(name: str) -> str:
    """Return the name of a source with every date in it replaced by `DATE`: `tickets_<date>.csv`."""
    return _DATE.sub(DATE, name)


def feeds(old: Iterable[str], new: Iterable[str]) -> tuple[Feed, ...]:
    """Bring together sources of one name, then those left whose names differ in nothing but dates.

    So the daily files of two months are one feed, even where one month has a file more. A feed with
    nothing on one side appeared or disappeared, each under its own name. Sorted by name; swapping the
    sides swaps the sides of each feed.
    """
    before, after = set(old), set(new)
    found = [Feed(name, (name,), (name,)) for name in before & after]
    groups: defaultdict[str, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    for side, names in enumerate((before - after, after - before)):
        for name in sorted(names):
            groups[undated(name)][side].append(name)
    for name, (was, now) in groups.items():
        if was and now:
            found.append(Feed(name, tuple(was), tuple(now)))
        else:
            found += [Feed(each, (each,), ()) for each in was] + [Feed(each, (), (each,)) for each in now]
    return tuple(sorted(found, key=lambda feed: (feed.name, feed.old, feed.new)))
