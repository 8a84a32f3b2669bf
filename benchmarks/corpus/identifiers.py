"""National identifiers of the hubs: right ones, and near misses whose check is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import yaml

from corpus.drawing import CHECKS, STEMS, Check, Stem, fill, iban

_PAGE = Path(__file__).with_name("words") / "identifiers.yaml"


@dataclass(frozen=True)
class Identifier:
    """One kind of identifier. `?` in a form is the next character of the number."""

    key: str
    """What templates call it."""
    entity: str
    country: str
    names: tuple[str, ...]
    """What people call it."""
    forms: tuple[str, ...]
    """How it is written; as it is where none is named."""
    stem: Stem
    check: Check | None
    """None where its shape is all that can be told."""

    def make(self, rng: Random) -> str:
        """Return a right one, as it is written."""
        return self._written(rng, self._drawn(rng, right=True))

    def near(self, rng: Random) -> str:
        """Return one of the right shape whose check fails; only for kinds with a check."""
        return self._written(rng, self._drawn(rng, right=False))

    def _drawn(self, rng: Random, *, right: bool) -> str:
        if self.check is None:
            return self.stem(rng)
        size, alphabet, valid = self.check
        while True:
            stem = self.stem(rng)
            tails = ["".join(tail) for tail in product(alphabet, repeat=size)]
            rng.shuffle(tails)
            for tail in tails:
                if valid(stem + tail) is right:
                    return stem + tail

    def _written(self, rng: Random, number: str) -> str:
        if not self.forms:
            return number
        characters = iter(number)
        return "".join(next(characters) if char == "?" else char for char in rng.choice(self.forms))


def _read() -> tuple[Identifier, ...]:
    page: Mapping[str, Mapping[str, Any]] = yaml.safe_load(_PAGE.read_text("utf-8"))
    return tuple(
        Identifier(
            key,
            about["entity"],
            about["country"],
            tuple(about["names"]),
            tuple(about.get("forms", ())),
            _stem(key, about),
            CHECKS.get(key),
        )
        for key, about in page.items()
    )


def _stem(key: str, about: Mapping[str, Any]) -> Stem:
    if "account" in about:
        return partial(iban, country=about["country"], form=about["account"])
    return partial(fill, form=about["pattern"]) if "pattern" in about else STEMS[key]


IDENTIFIERS = _read()
"""All kinds, in the order of the page."""
