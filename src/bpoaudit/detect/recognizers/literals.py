"""What stands in every match of a pattern, told by the pattern itself: most texts are never searched.

`jane at example dot com` is only found by a pattern that wants an `at` or a sign for it, so a text without
any of them cannot hold a match. To look for a few words in a text in small letters takes a hundredth of
the time that the pattern takes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain
from re import _constants as codes  # type: ignore[attr-defined]  # nothing else tells what a pattern wants
from re import _parser  # type: ignore[attr-defined]
from typing import Any

from bpoaudit.detect.recognizers.one_of import one_of

_MOST = 64
"""Words that a sequence of choices is multiplied out to."""
_ONE_BY_ONE = 12
"""Words up to which a text is asked for one after the other; for more there is a pattern."""
_WIDEST = 4
"""Characters of a class that are looked at one by one."""
_AS_ONE = str.maketrans({"İ": "i", "ı": "i", "ſ": "s"})
"""Characters that a pattern without regard to case takes for ASCII letters, besides those of `lower`."""

_FOREIGN = "\N{BULLET}"
"""Stands for any character that is not ASCII."""
_LONGER = 8
"""How long a word that is worth as much would be: most texts have none."""
_TAKEN_FOR_ASCII = frozenset(map(ord, "İıſ\N{KELVIN SIGN}"))

Needed = frozenset[str]
"""Words in small letters, of which at least one stands in every match; none where that cannot be told."""


@lru_cache(maxsize=4)  # all recognisers look at the same text, and at what it is folded to
def lowered(text: str) -> str:
    """Return `text` as words are looked for in it: whatever a pattern takes for an ASCII letter is one."""
    return text.lower() if text.isascii() else text.translate(_AS_ONE).lower()


class Guarded:
    """A pattern that is only tried on a text that has one of the words it needs."""

    def __init__(self, *patterns: re.Pattern[str]) -> None:
        """Guard one pattern, or several that are tried together."""
        self.patterns = patterns
        self.needed = needed(*patterns)
        self._foreign = _FOREIGN in self.needed
        words = sorted(self.needed - {_FOREIGN})
        self._few = tuple(words) if len(words) <= _ONE_BY_ONE else ()
        self._many = None if self._few else re.compile(one_of(words))

    def admits(self, text: str) -> bool:
        """Tell whether one of the patterns may match somewhere in `text`."""
        if self._foreign and not text.isascii():
            return True
        text = lowered(text)
        if self._many is not None:
            return self._many.search(text) is not None
        return any(word in text for word in self._few)

    def finditer(self, text: str) -> Iterable[re.Match[str]]:
        """Return the matches in `text`, of one pattern after the other."""
        if not self.admits(text):
            return ()
        return chain.from_iterable(pattern.finditer(text) for pattern in self.patterns)


def guarded(pattern: str, flags: int = 0) -> Guarded:
    """Compile a pattern and guard it."""
    return Guarded(re.compile(pattern, flags))


def needed(*patterns: re.Pattern[str]) -> Needed:
    """Return the words of which every match of any of `patterns` has at least one, in a `lowered` text."""
    each = [_best(_wanted(_parser.parse(pattern.pattern, pattern.flags))) for pattern in patterns]
    words = frozenset().union(*each) if all(each) else frozenset()
    return _shortest(frozenset(_FOREIGN if _FOREIGN in word else word for word in words))


def _best(sets: Iterable[Needed]) -> Needed:
    """Return the set that fewest texts will have a word of: the longest words, then the fewest."""
    return max((_shortest(words) for words in sets if words and all(words)), key=_worth, default=Needed())


def _worth(words: Needed) -> tuple[int, int, list[str]]:
    shortest = min(_LONGER if word == _FOREIGN else len(word) for word in words)
    return shortest, -len(words), sorted(words)


def _shortest(words: Needed) -> Needed:
    """Return `words` without those that hold another one."""
    return frozenset(word for word in words if not any(o != word and o in word for o in words))


def _wanted(items: Sequence[Any]) -> Iterator[Needed]:
    """Yield sets of words: of each of them at least one stands in every match of a sequence of items."""
    run = [""]
    for code, value in items:
        choices = _choices(code, value)
        if choices and len(run) * len(choices) <= _MOST:
            run = [before + after for before in run for after in choices]
            continue
        yield frozenset(run)
        run = choices or [""]
        if not choices:
            yield from _inside(code, value)
    yield frozenset(run)


def _choices(code: Any, value: Any) -> list[str]:
    """Return all that an item can match, where that is a few words; a border matches nothing."""
    if code is codes.LITERAL:
        return _of_class([(code, value)])
    if code is codes.AT or code in (codes.ASSERT, codes.ASSERT_NOT):
        return [""]
    if code is codes.IN:
        return _of_class(value)
    if code is codes.SUBPATTERN:
        return _of_sequence(value[3])
    if code is codes.BRANCH:
        return _together(_of_sequence(branch) for branch in value[1])
    if code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
        least, most, repeated = value
        once = _of_sequence(repeated) if int(most) == 1 else []
        return ([""] if least == 0 else []) + once if once else []
    return []


def _of_class(members: Sequence[Any]) -> list[str]:
    found = []
    for code, value in members:
        if code is not codes.LITERAL or value in _TAKEN_FOR_ASCII:
            return []
        found.append(chr(value).lower() if value < 128 else _FOREIGN)
    distinct = list(dict.fromkeys(found))
    return distinct if len(distinct) <= _WIDEST else []


def _of_sequence(items: Sequence[Any]) -> list[str]:
    run = [""]
    for code, value in items:
        choices = _choices(code, value)
        if not choices or len(run) * len(choices) > _MOST:
            return []
        run = [before + after for before in run for after in choices]
    return run


def _together(branches: Iterable[list[str]]) -> list[str]:
    found: list[str] = []
    for branch in branches:
        if not branch:
            return []
        found += branch
    return list(dict.fromkeys(found))


def _inside(code: Any, value: Any) -> Iterator[Needed]:
    """Yield what stands in every match of an item that can match more than a few words."""
    if code is codes.SUBPATTERN:
        yield from _wanted(value[3])
    elif code is codes.BRANCH:
        wanted = [_best(_wanted(branch)) for branch in value[1]]
        if all(wanted):
            yield frozenset().union(*wanted)
    elif code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT) and value[0] > 0:
        yield from _wanted(value[2])
