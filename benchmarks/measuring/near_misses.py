"""Texts that a pattern may take long over, made from what the pattern itself is made of.

A pattern that backtracks does so on long runs of what it repeats, before something that it cannot
match: each character that it names, in runs and by twos, and each of its repeated parts over and over.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from re import _constants, _parser  # type: ignore[attr-defined]  # nothing else tells what a pattern is made of
from typing import Any

_CATEGORIES = {
    _constants.CATEGORY_DIGIT: "1", _constants.CATEGORY_NOT_DIGIT: "a", _constants.CATEGORY_SPACE: " ",
    _constants.CATEGORY_NOT_SPACE: "a", _constants.CATEGORY_WORD: "a", _constants.CATEGORY_NOT_WORD: "-",
}  # fmt: skip
_MOST_CHARACTERS = 6
"""Of one pattern that are put together by twos."""
_MOST_PIECES = 60
STOP = "\x01"
"""What hardly any pattern matches."""


def texts(pattern: str, flags: int, size: int) -> Iterator[str]:
    """Yield texts of about `size` characters: runs, and runs behind what the pattern begins with."""
    pieces = list(dict.fromkeys(filter(None, _pieces(pattern, flags))))[:_MOST_PIECES]
    try:
        begin = _sample(_parser.parse(pattern, flags), 1)
    except (_constants.error, OverflowError, RecursionError):
        begin = ""
    for piece in pieces:
        run = piece * (size // len(piece) + 1)
        yield run[:size] + STOP
        if begin:
            yield begin + run[:size] + STOP
            yield (begin[:-1] + run[: len(begin)]) * (size // (2 * len(begin)) + 1)


def _pieces(pattern: str, flags: int) -> Iterator[str]:
    """Yield what is repeated: the pattern's own characters, two by two, and samples of its repeated parts."""
    try:
        parsed = _parser.parse(pattern, flags)
    except (_constants.error, OverflowError, RecursionError):
        yield from dict.fromkeys(char for char in pattern if char.isprintable())
        return
    named = list(dict.fromkeys(_characters(parsed)))
    for body in _repeated(parsed):
        for turn in (1, 2):
            if sample := _sample(body, turn):
                yield sample
                yield from (sample + char for char in named[:4])
    yield from named
    yield from (
        first + second for first, second in product(named[:_MOST_CHARACTERS], repeat=2) if first != second
    )
    if sample := _sample(parsed, 1):
        yield sample
        yield sample[:-1]
        yield sample + " "


def _children(node: Any) -> Iterator[Any]:
    for _, argument in node:
        yield from _within(argument)


def _within(argument: Any) -> Iterator[Any]:
    if isinstance(argument, _parser.SubPattern):
        yield argument
    elif isinstance(argument, (tuple, list)):
        for each in argument:
            yield from _within(each)


def _repeated(node: Any) -> Iterator[Any]:
    """Yield the bodies of all repetitions that have no small bound, the outermost first."""
    for kind, argument in node:
        if (
            kind in (_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT)
            and argument[1] > 8
        ):
            yield argument[2]
        for child in _within(argument):
            yield from _repeated(child)


def _characters(node: Any) -> Iterator[str]:
    """Yield a character for each literal, range and category that a pattern names."""
    for kind, argument in node:
        if kind is _constants.LITERAL:
            yield chr(argument)
        elif kind is _constants.ANY:
            yield "x"
        elif kind is _constants.IN:
            yield from _of_class(argument)
        for child in _within(argument):
            yield from _characters(child)


def _of_class(items: Any) -> Iterator[str]:
    if items and items[0][0] is _constants.NEGATE:
        excluded = [*_of_class(items[1:])]
        yield next((char for char in "a1 -.@\t\n" if char not in excluded), "\u00e9")
        return
    for kind, argument in items:
        if kind is _constants.LITERAL:
            yield chr(argument)
        elif kind is _constants.RANGE:
            yield chr(argument[0])
        elif kind is _constants.CATEGORY:
            yield _CATEGORIES.get(argument, "a")


def _sample(node: Any, repeats: int) -> str:
    """Return a text that the node matches, by and large: what it looks at around itself is left out."""
    out = []
    for kind, argument in node:
        if kind is _constants.LITERAL:
            out.append(chr(argument))
        elif kind is _constants.NOT_LITERAL:
            out.append("a" if argument != ord("a") else "b")
        elif kind is _constants.ANY:
            out.append("x")
        elif kind is _constants.IN:
            out.append(next(_of_class(argument), ""))
        elif kind is _constants.BRANCH:
            out.append(_sample(argument[1][0], repeats))
        elif kind in (_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT):
            low, high, body = argument
            out.append(_sample(body, repeats) * min(max(low, min(repeats, high)), 40))
        elif kind is _constants.SUBPATTERN:
            out.append(_sample(argument[3], repeats))
        elif kind is _constants.ATOMIC_GROUP:
            out.append(_sample(argument, repeats))
    return "".join(out)
