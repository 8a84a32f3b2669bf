"""A pattern for any of many words, by the letters that they begin with in common."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable


def one_of(words: Iterable[str]) -> str:
    """Return a pattern that matches the longest of `words` that stands at a place, then shorter ones.

    It matches as the words themselves would, the longest of them first; where case is ignored they must all
    be in small letters. `re` tries alternatives one after
    the other: of months in many languages there are hundreds, and few that begin with a certain letter.
    """
    by_letter: defaultdict[str, list[str]] = defaultdict(list)
    ends = False
    for word in words:
        if word:
            by_letter[word[0]].append(word[1:])
        else:
            ends = True
    branches = [re.escape(letter) + one_of(rest) for letter, rest in by_letter.items()]
    if not branches:
        return ""
    if len(branches) == 1 and not ends:
        return branches[0]
    return f"(?:{'|'.join(branches)})" + "?" * ends
