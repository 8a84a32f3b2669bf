"""Words that the language models take for people or places (`words/not_names.yaml`), and slips of them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import NamedTuple

import yaml

from bpoaudit.detect.recognizers.context import fold

_SHORTEST_SLIP = 4
_AROUND = " \t\r\n.,:;!?'\"()<>[]{}*_-–—/|"


class NotNames(NamedTuple):
    """The lists; words in lower case without accents."""

    never: frozenset[str]
    """Words that are no part of a name."""
    ordinary: frozenset[str]
    """These and more, which may be part of one."""
    slips: frozenset[str]
    """What comes of them when a letter is left out, doubled or changes places with the next."""
    things: frozenset[str]
    """Words that a number follows without an address being meant."""


@cache
def not_names() -> NotNames:
    """Return the lists."""
    file = resources.files("bpoaudit.detect") / "words" / "not_names.yaml"
    page = yaml.load(file.read_text("utf-8"), Loader=yaml.CSafeLoader)
    never, things = frozenset(page["never"].split()), frozenset(page["things"].split())
    words = never | frozenset(page["ordinary"].split())
    slips = {slip for word in words for slip in _slips(word) if len(slip) >= _SHORTEST_SLIP}
    return NotNames(never, words, frozenset(slips) - words, things)


def word(token: str) -> str:
    """Return a token of a text as it would stand in the lists."""
    return fold(token.strip(_AROUND))


def _slips(word: str) -> Iterator[str]:
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]
        yield word[: at + 1] + word[at:]
        yield word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :]
