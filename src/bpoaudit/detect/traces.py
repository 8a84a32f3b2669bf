"""Whether a text can hold a spoken value at all: a cheap look at its words that never loses one."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from bpoaudit.detect.given_names import is_given_name
from bpoaudit.detect.lexicon import lexicon, tokens_of

LONGEST_ANSWER = 120
"""Characters of a text that can be an answer as a whole."""
MOST_NAMES = 3
"""Words of an answer that is a name."""
_PIECE = 3
"""Letters of the longest word that can be a piece of a code."""
_SINGLES = 2
"""Single characters from which on something may be spelled."""
_SPELLED = re.compile(r"(?:(?<![^\s\-])\w[\s\-]{1,2}){3}\w(?![^\s\-])")
"""A code of four single characters or more, as a line that a machine wrote may quote it: no `HTTP/1.1`."""
_ORDINAL_FIGURE = re.compile(r"(?:\d{1,2})?(?:st|nd|rd|th)")


def may_hold_speech(text: str) -> bool:
    """Tell whether reading `text` as speech can find anything in it."""
    tokens = tokens_of(text)
    return _is_spelled(tokens) or _is_dated(tokens) or _is_addressed(text, tokens) or _is_answer(text, tokens)


def may_quote_speech(line: str) -> bool:
    """Tell the same of a line that a machine wrote: as a whole it is nobody's answer."""
    tokens = tokens_of(line)
    spelled = not lexicon().certain.isdisjoint(tokens) or _SPELLED.search(line) is not None
    return spelled or _is_dated(tokens) or _is_addressed(line, tokens)


def _is_spelled(tokens: Sequence[str]) -> bool:
    """Whether there are words of digits and letters, or enough single characters."""
    if not lexicon().certain.isdisjoint(tokens):
        return True
    return sum(len(token) == 1 or token[1:] == "'s" for token in tokens) >= _SINGLES


def _is_dated(tokens: Sequence[str]) -> bool:
    """Whether a day in words stands beside a month, or a day twice (`the 3rd of the 5th`)."""
    ordinals = sum(token in lexicon().ordinals for token in tokens)
    if ordinals and not lexicon().months.keys().isdisjoint(tokens):
        return True
    return ordinals + sum(_ORDINAL_FIGURE.fullmatch(token) is not None for token in tokens) >= 2


def _is_addressed(text: str, tokens: Collection[str]) -> bool:
    """Whether both signs of an e-mail address are said, or the dot alone."""
    if lexicon().dots.isdisjoint(tokens):
        return False
    return "@" in text or not lexicon().ats.isdisjoint(tokens)


def _is_answer(text: str, tokens: Sequence[str]) -> bool:
    """Whether the text can be a number, a code or a name with what is said around an answer."""
    if len(text) > LONGEST_ANSWER:
        return False
    figures = any(map(str.isdigit, text))
    long = [token for token in tokens if len(token) > _PIECE and token.isalpha()]
    others = sum(token not in lexicon().around for token in long)
    if figures and others <= 1:
        return True
    return others <= MOST_NAMES and any(map(is_given_name, tokens))
