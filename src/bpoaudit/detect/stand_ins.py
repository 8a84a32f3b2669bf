"""What a pattern can match in any text of a form: characters that vary are stood for by one of their kind.

The form of `took 734 ms` is that of any other three figures. A widened pattern matches the form wherever the
pattern itself matches a text of that form, whichever it is; where the widened pattern finds nothing, the
pattern finds nothing in any of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache, cached_property
from re import _compiler, _parser  # type: ignore[attr-defined]  # patterns are only told apart by their parts
from re import _constants as codes  # type: ignore[attr-defined]
from typing import Any, NamedTuple

FIGURE, HEX, HEX_LETTER, UPPER_HEX, UPPER_HEX_LETTER = "\u194f", "\u1950", "\u1951", "\u1952", "\u1953"
"""A figure and letters to `re`, as what they stand for is, and in no text that is brought into a form.

They follow one another in Unicode: `re` takes long to compile classes of characters that lie apart.
"""
MEMBERS = {
    FIGURE: "0123456789",
    HEX: "0123456789abcdef",
    HEX_LETTER: "abcdef",
    UPPER_HEX: "0123456789ABCDEF",
    UPPER_HEX_LETTER: "ABCDEF",
}
"""What each stand-in stands for."""

_REPEATS = (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT)
_ONE_CHARACTER = (codes.LITERAL, codes.NOT_LITERAL, codes.IN, codes.ANY)
_Items = list[tuple[Any, Any]]
_Quantifier = Callable[..., bool]


class Widened:
    """A pattern that is made for forms."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self._pattern = pattern

    @cached_property
    def _may(self) -> re.Pattern[str]:
        return _compiled(self._pattern, touching=False)

    @cached_property
    def _touches(self) -> re.Pattern[str]:
        return _compiled(self._pattern, touching=True)

    def may_match(self, form: str) -> bool:
        """Tell whether the pattern matches somewhere in any of the texts of `form`."""
        return self._may.search(form) is not None

    def places(self, form: str) -> tuple[int, ...]:
        """Return where in the texts of `form` the pattern may match, wherever it begins in any of them."""
        return tuple(at for at in range(len(form) + 1) if self._may.match(form, at))

    def may_differ(self, form: str) -> bool:
        """Tell whether it may match otherwise in one text of `form` than in another."""
        return self._touches.search(form) is not None


@cache
def widened(pattern: re.Pattern[str]) -> Widened:
    """Return the pattern for forms."""
    return Widened(pattern)


def _compiled(pattern: re.Pattern[str], touching: bool) -> re.Pattern[str]:
    tree = _parser.parse(pattern.pattern, pattern.flags)
    mark = tree.state.opengroup(None)
    tree.state.closegroup(mark, _parser.SubPattern(tree.state))
    widening = _Widening(pattern.flags, tree.state, mark if touching else None)
    widening.remember(tree)
    try:
        tree.data = widening.items(tree, any)
    except _Unknown:
        return re.compile("")  # it may match, and differ, anywhere
    if touching:
        never: _Items = [(codes.ASSERT_NOT, (1, widening.part([])))]
        tree.data.append((codes.GROUPREF_EXISTS, (mark, widening.part([]), widening.part(never))))
    tree.width = None
    compiled = _compiler.compile(tree, pattern.flags)
    assert isinstance(compiled, re.Pattern)
    return compiled


class _Reach(NamedTuple):
    """What an item for one character has to do with each stand-in."""

    one: frozenset[str]
    """Those of which it matches at least one member."""
    all: frozenset[str]
    """Those of which it matches all members."""
    own: frozenset[str]
    """Those that it matches as they are."""


_REACHES: dict[tuple[str, str, int], _Reach] = {}
"""By the item: patterns have many alike."""


class _Unknown(Exception):
    """A part of a pattern that is not known here, such as one that depends on a group (`(?(1)…)`)."""


class _Widening:
    """Rewrites the parts of one pattern.

    Where the pattern asks for something, a stand-in will do if any of its members does; where it asks that
    something be not there, only what is there with all members counts.
    """

    def __init__(self, flags: int, state: Any, mark: int | None) -> None:
        self._flags = flags
        self._state = state
        self._mark = mark
        self._looking = False
        """Whether what is rewritten is looked at and no part of the match."""
        self._groups: dict[int, Any] = {}

    def part(self, items: _Items) -> Any:
        return _parser.SubPattern(self._state, items)

    def remember(self, items: Any) -> None:
        """Remember the groups, which others may refer to."""
        for code, value in items:
            if code is codes.SUBPATTERN:
                if value[0] is not None:
                    self._groups[value[0]] = value[3]
                self.remember(value[3])
            elif code is codes.BRANCH:
                for branch in value[1]:
                    self.remember(branch)
            elif code in _REPEATS:
                self.remember(value[2])
            elif code in (codes.ASSERT, codes.ASSERT_NOT):
                self.remember(value[1])
            elif code is codes.ATOMIC_GROUP:
                self.remember(value)

    def items(self, items: Any, quantifier: _Quantifier) -> _Items:
        return [new for code, value in items for new in self._item(code, value, quantifier)]

    def _item(self, code: Any, value: Any, quantifier: _Quantifier) -> _Items:
        if code in _ONE_CHARACTER:
            return self._character(code, value, quantifier)
        if code is codes.SUBPATTERN:
            group, more, less, inner = value
            return [(code, (group, more, less, self.part(self.items(inner, quantifier))))]
        if code is codes.BRANCH:
            branches = [self.part(self.items(branch, quantifier)) for branch in value[1]]
            return [(code, (None, branches))]
        if code in _REPEATS:
            least, most, inner = value
            if code is codes.POSSESSIVE_REPEAT and quantifier is all:
                return self._never()
            code = codes.MAX_REPEAT if code is codes.POSSESSIVE_REPEAT else code
            return [(code, (least, most, self.part(self.items(inner, quantifier))))]
        if code is codes.ATOMIC_GROUP:
            inner = self.part(self.items(value, quantifier))
            return self._never() if quantifier is all else [(codes.SUBPATTERN, (None, 0, 0, inner))]
        if code is codes.ASSERT:
            direction, inner = value
            looking, self._looking = self._looking, True
            seen = self.part(self.items(inner, quantifier))
            self._looking = looking
            return [(code, (direction, seen))]
        if code is codes.ASSERT_NOT:
            return self._not(value, quantifier)
        if code is codes.GROUPREF:
            return self._never() if quantifier is all else self.items(self._groups[value], quantifier)
        if code is codes.AT:
            return [(code, value)]  # each member is a letter or figure, as its stand-in is
        raise _Unknown

    def _never(self) -> _Items:
        return [(codes.ASSERT_NOT, (1, self.part([])))]

    def _not(self, value: Any, quantifier: _Quantifier) -> _Items:
        direction, inner = value
        in_one = self.part(self._unmarked(inner, any))
        in_all = self.part(self._unmarked(inner, all))
        surely: _Items = [(codes.ASSERT_NOT, (direction, in_one))]
        perhaps: _Items = [(codes.ASSERT_NOT, (direction, in_all))]
        if quantifier is all or str(in_one) == str(in_all):
            return surely
        if self._mark is None:
            return perhaps
        marked = (codes.SUBPATTERN, (self._mark, 0, 0, self.part([])))
        differing = [(codes.ASSERT, (direction, in_one)), *perhaps, marked]
        return [(codes.BRANCH, (None, [self.part(surely), self.part(differing)]))]

    def _unmarked(self, inner: Any, quantifier: _Quantifier) -> _Items:
        mark, self._mark = self._mark, None
        try:
            return self.items(inner, quantifier)
        finally:
            self._mark = mark

    def _character(self, code: Any, value: Any, quantifier: _Quantifier) -> _Items:
        """Return what matches the characters that the item does, and the stand-ins that it is to match."""
        reach = self._reach(code, value)
        taken = reach.one if quantifier is any else reach.all
        if self._mark is None and taken == reach.own:
            return [(code, value)]
        apart = (codes.ASSERT_NOT, (1, self.part(_any_of(MEMBERS))))
        plain = [apart, (code, value)] if reach.own else [(code, value)]
        if not taken:
            return plain
        # What is only looked at and the same for all members makes no difference.
        sure = taken & reach.all if self._looking else frozenset()
        branches = [plain, *([_any_of(sure)] if sure else [])]
        if taken - sure:
            unsure = _any_of(taken - sure)
            if self._mark is not None:
                # Behind the character: `re` does not take back the start of a group that an alternative left.
                unsure = [*unsure, (codes.SUBPATTERN, (self._mark, 0, 0, self.part([])))]
            branches.append(unsure)
        return [(codes.BRANCH, (None, list(map(self.part, branches))))]

    def _reach(self, code: Any, value: Any) -> _Reach:
        key = str(code), str(value), self._flags & re.IGNORECASE
        if key not in _REACHES:
            one = _compiler.compile(_parser.SubPattern(self._state, [(code, value)]), self._flags)
            _REACHES[key] = _Reach(
                frozenset(s for s, members in MEMBERS.items() if any(map(one.match, members))),
                frozenset(s for s, members in MEMBERS.items() if all(map(one.match, members))),
                frozenset(filter(one.match, MEMBERS)),
            )
        return _REACHES[key]


def _any_of(characters: Iterable[str]) -> _Items:
    return [(codes.IN, [(codes.LITERAL, ord(char)) for char in sorted(characters)])]
