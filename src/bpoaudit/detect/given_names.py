"""Names that begin with a frequent given name: where no model knows the language, and for what the models
take for places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib import resources

import yaml

from bpoaudit.detect.matches import GIVEN_NAMES, Match
from bpoaudit.detect.not_names import not_names
from bpoaudit.detect.recognizers.context import fold

_SCORE = 0.6
_PART = r"[A-ZÀ-ÞŁŚŻŹĆŐŰŞŢȘȚĂČŠŽŘĚĐƯƠẠ-Ỹ][a-zß-ÿąćęłńóśźżőűşţșțăčšžřěđươẠ-ỹ]+"
_GIVEN = re.compile(rf"(?<![\w'’.\-]){_PART}(?![\w@])(?!\.\w)")
_INTRODUCED = re.compile(
    r"(?:(?<![\w.])@|(?<![^\W_])(?:recipient|clienta?|cliente|cust(?:omer)?|caller|agent|pax|patient|member"
    r"|neighbou?r|spoke (?:to|with|w/)|verified (?:for|by|with)|regards,?|hi|hello|hey|dear|attn:?"
    r"|mrs?\.?|ms\.?) )\Z",
    re.IGNORECASE,
)
"""What a given name alone follows."""
_REACH = 16
_LONE = re.compile(
    r"(?:(?:name|its|it's|it is|sure|yes|ok|i am|i'm|this is)[ ,]){0,3}(?P<name>[^\W\d_]{3,20})"
    r"(?P<more> [^\W\d_]{1,20})?(?: [a-z]{0,4}[\d ]{1,16})?[.!]?"
)
"""A turn of a chat that is a name, perhaps with a number: `alex`, `sure its anna`, `anna and 8794`."""
_LONGEST_TURN = 48
_REST = re.compile(
    rf"(?:[ \-]{_PART}| [A-Z]\.)? "
    rf"(?:(?:van|von|de|der|den|del|della|di|da|dos|das|ter|ten|la|le|al|el|bin|ibn|zu|y) ){{0,2}}"
    rf"(?P<surname>(?:O['’]|Mc|Mac|D['’])?{_PART}(?:-{_PART})?)(?![\w@])"
)
_INFLECTED = re.compile(r"(?:owi|em|iem|ie|ego|emu|[aueyiąęo])$")
"""Case endings of Polish names (`Tomaszem`, `Anny`, `Marka`)."""
_SHORTEST_STEM = 3


@cache
def _names() -> frozenset[str]:
    file = resources.files("bpoaudit.detect") / "words" / "given_names.yaml"
    page = yaml.load(file.read_text("utf-8"), Loader=yaml.CSafeLoader)
    return frozenset(name for names in page.values() for name in fold(names).split())


@cache
def _polish() -> frozenset[str]:
    file = resources.files("bpoaudit.detect") / "words" / "given_names.yaml"
    names = yaml.load(file.read_text("utf-8"), Loader=yaml.CSafeLoader)["pl"].split()
    stems = {_INFLECTED.sub("", name) for name in names}
    # `Marek`, `Marka`; `Piotr`, `Piotra`, `Pawel`, `Pawla`: the last vowel may go.
    stems |= {name[:-2] + name[-1] for name in names if name[-2:-1] == "e" and name[-1] in "kl"}
    return frozenset(stem for stem in stems if len(stem) >= _SHORTEST_STEM)


def is_given_name(word: str) -> bool:
    """Tell whether a word is a frequent given name, Polish ones in any case."""
    name = fold(word)
    return name in _names() or _INFLECTED.sub("", name) in _polish()


def full_names(text: str) -> Iterator[Match]:
    """Yield given names with what follows them in capitals, and single ones that stand as a name does.

    Single ones are introduced by a word, or a whole turn. The second word alone proves nothing.
    """
    lone = _LONE.fullmatch(text) if len(text) <= _LONGEST_TURN else None
    if lone and lone["name"].islower() and is_given_name(lone["name"]):
        surname = (lone["more"] or "").strip()
        named = "more" if surname and surname not in not_names().ordinary else "name"
        yield Match(lone.start("name"), lone.end(named), "PERSON", _SCORE, GIVEN_NAMES)
    end = 0
    for given in _GIVEN.finditer(text):
        if given.start() < end or not is_given_name(given.group()):
            continue
        rest = _REST.match(text, given.end())
        if rest or _INTRODUCED.search(text, max(0, given.start() - _REACH), given.start()):
            end = rest.end() if rest else given.end()
            yield Match(given.start(), end, "PERSON", _SCORE, GIVEN_NAMES)
