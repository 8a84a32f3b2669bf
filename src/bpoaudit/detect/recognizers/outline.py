"""The outline of a text, in which every digit is a `0`, and what patterns can find by outlines.

The codes, amounts, dates and phone numbers of a column have few outlines between them. Where a pattern finds
nothing in an outline, it finds nothing in any of its texts, whatever their digits: that is told once for all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cached_property
from re import _compiler, _parser  # type: ignore[attr-defined]  # nothing else changes a pattern's parts
from re import _constants as codes  # type: ignore[attr-defined]
from typing import Any

from bpoaudit.detect.recognizers.literals import Guarded

SHORT = 120
"""Characters of a text whose outline may come back."""
MOST_OUTLINES = 16_384
"""Outlines that are remembered before all are forgotten."""
_DIGITS = "0123456789"
_ALIKE = str.maketrans(_DIGITS, "0" * len(_DIGITS))
_CHARACTERS = (codes.LITERAL, codes.NOT_LITERAL, codes.IN)
_SAME = (codes.AT, codes.ANY, codes.GROUPREF)
"""Items that match of an outline what they match of its texts: borders, anything, a group once more."""
_REPEATS = (codes.MAX_REPEAT, codes.MIN_REPEAT)


def outline_of(text: str) -> str:
    """Return a plain text with each of its digits as `0`."""
    return text.translate(_ALIKE)


class Outlined:
    """Some patterns, asked whether they can find anything in the texts of an outline."""

    def __init__(self, *patterns: re.Pattern[str] | Guarded) -> None:
        self.patterns = patterns

    @cached_property  # few recognisers meet an outline that they have to look at
    def _each(self) -> tuple[tuple[Callable[[str], bool], tuple[re.Pattern[str], ...]], ...]:
        """Guards, and the patterns behind each of them."""
        return tuple(
            (_guard_of(one), tuple(map(on_outlines, one.patterns if isinstance(one, Guarded) else (one,))))
            for one in self.patterns
        )

    @cached_property
    def is_blind(self) -> bool:
        """Whether the patterns match the same in all texts of an outline."""
        every = (one.patterns if isinstance(one, Guarded) else (one,) for one in self.patterns)
        try:
            return all(_is_blind(_parser.parse(p.pattern, p.flags)) for own in every for p in own)
        except _Unknown:
            return False

    def admits(self, outline: str) -> bool:
        """Tell whether one of the patterns may match in a text of this outline."""
        return any(
            guard(outline) and any(pattern.search(outline) for pattern in patterns)
            for guard, patterns in self._each
        )


class ByOutline:
    """Some patterns of one recogniser: of an outline that comes back it is known which may match."""

    def __init__(self, *patterns: re.Pattern[str] | Guarded) -> None:
        self._all = frozenset(patterns)
        self._each = tuple((pattern, Outlined(pattern)) for pattern in patterns)
        self._met: set[str] = set()
        self._among: dict[str, frozenset[re.Pattern[str] | Guarded]] = {}

    def among(self, text: str) -> frozenset[re.Pattern[str] | Guarded]:
        """Return the patterns that may match in a text; to ask takes as long as to try them all once."""
        if len(text) > SHORT:
            return self._all
        outline = outline_of(text)
        found = self._among.get(outline)
        if found is not None:
            return found
        if len(self._met) >= MOST_OUTLINES:
            self._met.clear()
            self._among.clear()
        if outline not in self._met:
            self._met.add(outline)
            return self._all
        self._among[outline] = found = frozenset(one for one, own in self._each if own.admits(outline))
        return found


def _guard_of(one: re.Pattern[str] | Guarded) -> Callable[[str], bool]:
    # A word with a figure in it stands in the text only.
    if isinstance(one, Guarded) and not any(map(str.isdigit, "".join(one.needed))):
        return one.admits
    return lambda outline: True


def on_outlines(pattern: re.Pattern[str]) -> re.Pattern[str]:
    """Return a pattern that matches, at the same place, the outline of whatever `pattern` matches.

    It may match other outlines too; any text where `pattern` has parts that nothing is known of.
    """
    try:
        parsed = _sequence(_parser.parse(pattern.pattern, pattern.flags))
    except _Unknown:
        return re.compile("")
    compiled: re.Pattern[str] = _compiler.compile(parsed, pattern.flags)
    return compiled


class _Unknown(Exception):
    """A part of a pattern that is not known here, such as one that takes no other way (`(?>…)`)."""


def _sequence(items: Any) -> Any:
    return _parser.SubPattern(items.state, [one for item in items for one in _item(item, items.state)])


def _item(item: tuple[Any, Any], state: Any) -> Iterator[tuple[Any, Any]]:
    code, value = item
    if code in _CHARACTERS:
        yield _with_zero(item, state)
    elif code in _SAME:
        yield item
    elif code is codes.ASSERT_NOT:
        # What must not stand in a text for its digits may stand in the outline.
        if _is_blind(value[1]):
            yield item
    elif code is codes.ASSERT:
        yield code, (value[0], _sequence(value[1]))
    elif code is codes.SUBPATTERN:
        yield code, (*value[:3], _sequence(value[3]))
    elif code is codes.BRANCH:
        yield code, (value[0], [_sequence(branch) for branch in value[1]])
    elif code in _REPEATS:
        yield code, (*value[:2], _sequence(value[2]))
    else:
        raise _Unknown


def _with_zero(item: tuple[Any, Any], state: Any) -> tuple[Any, Any]:
    """Return a class of characters that has the `0` as well, where it has any digit."""
    found = _digits_of(item)
    if not found or "0" in found:
        return item
    zero = (codes.LITERAL, ord("0"))
    return codes.BRANCH, (None, [_parser.SubPattern(state, [one]) for one in (item, zero)])


def _is_blind(items: Any) -> bool:
    """Whether a sequence matches an outline just where it matches the text: all digits are the same to it."""
    for code, value in items:
        if code in _CHARACTERS:
            if len(_digits_of((code, value))) not in (0, len(_DIGITS)):
                return False
        elif code in _REPEATS:
            if not _is_blind(value[2]):
                return False
        elif code is codes.SUBPATTERN:
            if not _is_blind(value[3]):
                return False
        elif code is codes.BRANCH:
            if not all(map(_is_blind, value[1])):
                return False
        elif code in (codes.ASSERT, codes.ASSERT_NOT):
            if not _is_blind(value[1]):
                return False
        elif code not in (codes.AT, codes.ANY):
            return False
    return True


def _digits_of(item: tuple[Any, Any]) -> str:
    """Return the digits that a class of characters has."""
    code, value = item
    if code is codes.LITERAL:
        return "".join(digit for digit in _DIGITS if ord(digit) == value)
    if code is codes.NOT_LITERAL:
        return "".join(digit for digit in _DIGITS if ord(digit) != value)
    negated = value[0][0] is codes.NEGATE
    members = value[1:] if negated else value
    return "".join(d for d in _DIGITS if negated != any(_holds(member, ord(d)) for member in members))


def _holds(member: tuple[Any, Any], char: int) -> bool:
    """Whether a member of a class is, or has, this digit."""
    code, value = member
    if code is codes.LITERAL:
        return bool(char == value)
    if code is codes.RANGE:
        return bool(value[0] <= char <= value[1])
    if code is codes.CATEGORY:
        return value in (codes.CATEGORY_DIGIT, codes.CATEGORY_WORD, codes.CATEGORY_NOT_SPACE)
    raise _Unknown
