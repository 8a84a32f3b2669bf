"""Take the parts of a turn out of its object; what has another shape than expected stays in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from bpoaudit.readers.conversation import Aside
from bpoaudit.readers.platforms.platform import MOST_SECONDS, Node

_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,20})?(?:[eE][+-]?\d{1,3})?")
_DURATION = re.compile(r"P(?:T(?:(?P<h>\d{1,3})H)?(?:(?P<m>\d{1,4})M)?(?:(?P<s>\d{1,6}(?:\.\d{1,12})?)S)?)")
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,2}):(\d\d(?:[.,]\d{1,9})?)")
_MEASURES = frozenset(
    [
        "confidence",
        "score",
        "probability",
        "prob",
        "start",
        "end",
        "starttime",
        "endtime",
        "startoffset",
        "endoffset",
        "starttimems",
        "endtimems",
        "offset",
        "offsetms",
        "duration",
        "durationms",
        "offsetinticks",
        "durationinticks",
        "offsetmilliseconds",
        "durationmilliseconds",
        "beginoffsetmillis",
        "endoffsetmillis",
        "startms",
        "endms",
        "ts",
        "endts",
        "stability",
        "speakerconfidence",
        "seek",
        "temperature",
        "avglogprob",
        "compressionratio",
        "nospeechprob",
        "loudnessscore",
        "loudnessscores",
        "tokens",
        "numwords",
    ]
)
_SMALL = re.compile(
    r"-?\d{1,13}(?:\.\d{1,20})?(?:[eE][+-]?\d{1,3})?s?|PT[\d.HMS]{1,20}|\d\d:\d\d:\d\d[.,]\d{1,6}"
)


class Number(str):
    """A number of a document, with the digits it is written in."""

    __slots__ = ()


def nodes(value: object) -> Iterator[Node]:
    """Yield the objects of an array; nothing of any other value."""
    if isinstance(value, list):
        yield from (each for each in value if isinstance(each, dict))


def node(value: object) -> Node:
    """Return the value where it is an object, else one that holds nothing."""
    return value if isinstance(value, dict) else {}


def text_of(holder: Node, *keys: str) -> str | None:
    """Return the first text under one of the keys, and leave it."""
    for key in keys:
        if isinstance(value := holder.get(key), str) and value.strip():
            return str(value)
    return None


def take(holder: Node, *keys: str) -> str | None:
    """Return the first text under one of the keys, and take it out."""
    for key in keys:
        if isinstance(value := holder.get(key), str) and value.strip():
            del holder[key]
            return str(value)
    return None


def seconds_of(value: object, unit: float = 1.0) -> float | None:
    """Return a place in a conversation: a number of `unit` seconds, `1.2s`, `PT1.2S` or `00:00:01.2`."""
    if not isinstance(value, str):
        return None
    if _NUMBER.fullmatch(value):
        found = float(value) * unit
    elif _NUMBER.fullmatch(value.removesuffix("s")):
        found = float(value.removesuffix("s"))
    elif (duration := _DURATION.fullmatch(value)) and value[-1] != "T":
        hours, minutes, rest = (float(part or 0) for part in duration.group("h", "m", "s"))
        found = hours * 3600 + minutes * 60 + rest
    elif clock := _CLOCK.fullmatch(value):
        found = int(clock[1] or 0) * 3600 + int(clock[2]) * 60 + float(clock[3].replace(",", "."))
    else:
        return None
    return round(found, 3) if 0 <= found <= MOST_SECONDS else None


def take_seconds(holder: Node, key: str, unit: float = 1.0) -> float | None:
    """Return a place in a conversation, and take it out where it is one."""
    found = seconds_of(holder.get(key), unit)
    if found is not None:
        del holder[key]
    return found


def moment_of(holder: Node, *keys: str) -> float | None:
    """Return a moment in seconds since 1970, and leave it: a date is worth reading.

    It may be ISO 8601 or a number of seconds, milliseconds or microseconds. A time without a zone is UTC.
    """
    for key in keys:
        value = holder.get(key)
        if not isinstance(value, str):
            continue
        if _NUMBER.fullmatch(value):
            number = float(value)
            while number > 1e11:
                number /= 1000
            return round(number, 3)
        try:
            found = datetime.fromisoformat(value)
        except ValueError:
            continue
        return round((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp(), 3)
    return None


def drop_measures(*holders: object) -> None:
    """Take out the figures that recognition of speech gives each word: times, confidence, likelihoods."""
    for holder in holders:
        if not isinstance(holder, dict):
            continue
        for key in [key for key in holder if _is_measure(key)]:
            value = holder[key]
            figures = value if isinstance(value, list) else [value]
            if all(each is None or (isinstance(each, str) and _SMALL.fullmatch(each)) for each in figures):
                del holder[key]


def time_of(holder: Node, *keys: str, unit: float = 1.0) -> float | None:
    """Take out a place in a conversation under one of the keys, or return a moment, which stays."""
    for key in keys:
        if (found := take_seconds(holder, key, unit)) is not None:
            return found
    return moment_of(holder, *keys)


@lru_cache(maxsize=1_000)
def _is_measure(key: str) -> bool:
    return key.replace("_", "").casefold() in _MEASURES


def letters(text: str) -> str:
    """Return what two writings of one text have in common."""
    return "".join(filter(str.isalnum, text.casefold()))


def besides(field: str, texts: Iterable[str | None], said: str | None) -> list[Aside]:
    """Return what says something else than the turn does: a masked text beside clear words."""
    seen = {letters(said or "")}
    found = []
    for text in texts:
        if text and (bare := letters(text)) and bare not in seen:
            seen.add(bare)
            found.append(Aside(field, text))
    return found


def drop_repeats(holder: Node, keys: Iterable[str], said: str) -> None:
    """Take out texts that say nothing but what `said`, in the form of `letters`, holds already."""
    for key in keys:
        value: Any = holder.get(key)
        if isinstance(value, str) and not isinstance(value, Number) and letters(value) in said:
            del holder[key]
