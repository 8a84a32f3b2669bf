"""Runs of spoken digits and letters: what was said, what it reads as, and where each character was said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from bpoaudit.detect.sounds import Kind, Sound

_CERTAIN = frozenset({Kind.DIGITS, Kind.LETTERS, Kind.MIXED})
_BETWEEN = frozenset({Kind.FILLER, Kind.SIGN, Kind.WEAK, Kind.FIX})
_LONGEST_GAP = 4
"""Fillers, signs and repairs that a value goes across."""
_LONGEST_RUN = 64
_SINGLES = 3
"""Characters said one by one that show that something is spelled."""
_MOST_SINGLES = 24
"""More single figures in a row are a table, not a number."""


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of digits and letters that belong together, after what the speaker took back."""

    start: int
    end: int
    sounds: tuple[Sound, ...] = field(repr=False)

    @property
    def chars(self) -> list[tuple[str, int, int]]:
        """The characters of the value, each with the offsets of the sound that says it."""
        return [(char, s.start, s.end) for s in self._said() for char in s.text]

    @property
    def value(self) -> str:
        """What the run reads as: `4111`, `w20ab`, `123-45`."""
        return "".join(s.text for s in self._said())

    @property
    def numbers(self) -> list[str]:
        """The numbers as they were grouped (`3`, `5`, `82`); empty where the run holds letters."""
        values = [s for s in self.sounds if s.kind is not Kind.SIGN]
        return [s.text for s in values] if all(s.kind is Kind.DIGITS for s in values) else []

    @property
    def letters(self) -> str:
        """The letters, where the run has nothing else."""
        values = [s for s in self.sounds if s.kind is not Kind.SIGN]
        return "".join(s.text for s in values) if all(s.text.isalpha() for s in values) else ""

    @property
    def spoken(self) -> bool:
        """Whether it is said rather than written."""
        if any(s.spoken and s.kind is Kind.DIGITS for s in self.sounds):
            return True
        singles = sum(s.end - s.start == 1 and s.kind is not Kind.SIGN for s in self.sounds)
        named = sum(s.spoken and s.kind is Kind.LETTERS for s in self.sounds)
        # `1 hotel` is no code, `golf hotel 1` may be one.
        if named:
            return named >= 2 or named + singles >= _SINGLES
        return singles >= _SINGLES and not (self.numbers and singles > _MOST_SINGLES)

    def _said(self) -> Iterator[Sound]:
        last = len(self.sounds) - 1
        for at, sound in enumerate(self.sounds):
            if (
                sound.kind is not Kind.SIGN
                or at == 0
                or (at < last and self.sounds[at - 1].kind is self.sounds[at + 1].kind is Kind.DIGITS)
            ):
                yield sound


def runs_of(sounds: Iterable[Sound], loose: bool = False) -> list[Run]:
    """Return the runs, in order. `loose` takes words that may be letters or digits for such (`to`, `you`)."""
    builder = _Builder(loose)
    for sound in sounds:
        builder.add(sound)
    builder.close()
    return builder.runs


class _Builder:
    def __init__(self, loose: bool) -> None:
        self.loose = loose
        self.runs: list[Run] = []
        self._before: list[Sound] = []
        self._held: list[Sound] = []
        self._gap: list[Sound] = []

    def add(self, sound: Sound) -> None:
        certain = sound.kind in _CERTAIN or (self.loose and sound.kind is Kind.WEAK)
        if certain:
            if len(self._held) > _LONGEST_RUN or not self._bridges(sound):
                self.close()
            self._held += [*self._gap, sound]
            self._gap.clear()
        elif not self._held:
            self._before = [*self._before[-1:], sound] if _is_letter(sound) or sound.text == "+" else []
        elif sound.kind in _BETWEEN and sound.text != "@" and len(self._gap) < _LONGEST_GAP:
            self._gap.append(sound)
        else:
            self.close()

    def _bridges(self, sound: Sound) -> bool:
        """Whether what stands between the run and `sound` keeps them together."""
        weak = sum(s.kind is Kind.WEAK for s in self._gap)
        if not weak:
            return True
        # `two to three` is a range, `romeo to five` a code.
        return weak <= 2 and Kind.LETTERS in (self._held[-1].kind, sound.kind)

    def close(self) -> None:
        """End the run, with an `a` or `i` on its border that more letters go with."""
        held, before, after = self._held, self._before, self._gap[:1]
        self._held, self._gap, self._before = [], [], []
        if not held:
            return
        if len(before) == 2 or (before and (before[0].text == "+" or _are_letters(held[:2]))):
            held = [*before, *held]
        letters = sum(_is_letter(s) or s.kind is Kind.LETTERS for s in held)
        if after and _is_letter(after[0]) and (_are_letters(held[-2:]) or letters >= 2):
            held = [*held, *after]
        kept = tuple(_repaired(held))
        if kept:
            self.runs.append(Run(held[0].start, held[-1].end, kept))


def _is_letter(sound: Sound) -> bool:
    return sound.kind is Kind.WEAK and sound.text.isalpha() and sound.end - sound.start == 1


def _are_letters(sounds: Sequence[Sound]) -> bool:
    return len(sounds) == 2 and all(s.kind is Kind.LETTERS for s in sounds)


def _repaired(held: Sequence[Sound]) -> list[Sound]:
    """Return the sounds that stand: after a repair, the next group replaces as much as it says again."""
    groups: list[tuple[list[Sound], bool]] = [([], False)]
    for sound in held:
        if sound.kind is Kind.FIX:
            groups.append(([], True))
        elif sound.kind is not Kind.FILLER:
            groups[-1][0].append(sound)
        elif groups[-1][0]:
            groups.append(([], False))
    standing: list[list[Sound]] = []
    for group, repairs in groups:
        if repairs and standing and group:
            _take_back(standing[-1], sum(len(s.text) for s in group))
        standing.append(group)
    return [sound for group in standing for sound in group]


def _take_back(group: list[Sound], size: int) -> None:
    while group and size > 0:
        size -= len(group.pop().text)
