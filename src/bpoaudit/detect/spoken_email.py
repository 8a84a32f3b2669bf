"""E-mail addresses as they are said: `j underscore doe at example dot org`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

import tldextract

from bpoaudit.detect.lexicon import lexicon
from bpoaudit.detect.sounds import Kind, Sound

_ATOMS = frozenset({Kind.WORD, Kind.LETTERS, Kind.DIGITS, Kind.MIXED, Kind.WEAK})
_RESERVED = frozenset({"test", "example", "invalid", "localhost"})
"""Top-level domains without a registry (RFC 2606)."""
_MOST_ATOMS = 40
_LONGEST = 64
_ATTACHED = re.compile(r"(?<![\w.+\-])[^\W_][\w.+\-]*[.+_\-]\Z")
"""What is written before it without a space: `jo.` in `jo.doe at example dot org`."""


@dataclass(frozen=True, slots=True)
class Address:
    """An address and the words it was said with."""

    start: int
    end: int
    value: str = field(repr=False)


def emails(text: str, sounds: Sequence[Sound]) -> Iterator[Address]:
    """Yield the spoken addresses of `text`; written ones are left to the patterns."""
    for at, sound in enumerate(sounds):
        if sound.kind is Kind.SIGN and sound.text == "@":
            first, last = _local(sounds, at), _domain(sounds, at)
            if first == at or last == at:
                continue
            said = sounds[first:at], sounds[at + 1 : last + 1]
            local, domain = ("".join(_written(text, part, i) for i in range(len(part))) for part in said)
            if any(s.spoken for s in sounds[first : last + 1]) and _is_domain(domain):
                attached = _ATTACHED.search(text, max(0, sounds[first].start - _LONGEST), sounds[first].start)
                start = attached.start() if attached else sounds[first].start
                yield Address(
                    start, sounds[last].end, f"{text[start : sounds[first].start].lower()}{local}@{domain}"
                )


def _local(sounds: Sequence[Sound], at: int) -> int:
    """Return where the local part before `at` begins; `at` without one."""
    first = at
    while first > max(0, at - _MOST_ATOMS) and sounds[first - 1].kind in _ATOMS:
        if (
            first < at
            and sounds[first].kind is not Kind.SIGN
            and not _joined(sounds[first - 1], sounds[first])
        ):
            break
        first -= 1
        if first > 1 and _is_sign(sounds[first - 1]) and sounds[first - 2].kind in _ATOMS:
            first -= 1
    return first


def _domain(sounds: Sequence[Sound], at: int) -> int:
    """Return the index of the last sound of the domain after `at`; `at` without one."""
    last, dotted = at, False
    while last + 1 < min(len(sounds), at + _MOST_ATOMS) and sounds[last + 1].kind in _ATOMS:
        if last > at and sounds[last].kind is not Kind.SIGN and not _joined(sounds[last], sounds[last + 1]):
            break
        last += 1
        if last + 2 < len(sounds) and _is_sign(sounds[last + 1]) and sounds[last + 2].kind in _ATOMS:
            dotted = dotted or sounds[last + 1].text == "."
            last += 1
    return last if dotted else at


def _is_sign(sound: Sound) -> bool:
    return sound.kind is Kind.SIGN and sound.text in "._-+"


def _joined(left: Sound, right: Sound) -> bool:
    """Whether two parts said one after the other are written as one: letters, digits, `j smith`, `jo 99`."""
    if left.kind is Kind.WORD:
        return right.kind is Kind.DIGITS and left.text not in lexicon().plain
    if left.kind is Kind.WEAK and left.end - left.start > 1:
        return False
    return right.kind is not Kind.WORD or left.kind is Kind.LETTERS


def _written(text: str, sounds: Sequence[Sound], at: int) -> str:
    """Return a part as it is written: `mike` is a name there, unless it is one of several letters."""
    sound = sounds[at]
    said = text[sound.start : sound.end].lower()
    if sound.kind not in (Kind.LETTERS, Kind.WEAK) or not said.isalpha() or len(said) == 1:
        return sound.text
    beside = [*sounds[max(0, at - 1) : at], *sounds[at + 1 : at + 2]]
    return sound.text if any(s.kind is Kind.LETTERS for s in beside) and sound.kind is Kind.LETTERS else said


@cache
def _suffixes() -> tldextract.TLDExtract:
    # The list that ships with the package: nothing is fetched and nothing is written.
    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)


def _is_domain(domain: str) -> bool:
    top = domain.rpartition(".")[2]
    return bool(_suffixes()(domain).suffix) or top in _RESERVED
