"""Names of files, sheets and columns can hold personal data too: what is proven there is replaced."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from bpoaudit.catalog import CATALOG
from bpoaudit.detect.engine import Engine
from bpoaudit.detect.matches import Candidate, Match, resolve
from bpoaudit.masking import Key, shape

_COMPONENT = re.compile(r"[^/!#]+")
_ENDINGS = re.compile(
    r"(?:\.(?:7z|bak|bz2|csv|dat|docx?|eml|gz|html?|jpe?g|jsonl?|log|mbox|md|mp[34]|msg|ndjson|ods|old|parquet|pdf|"
    r"png|pptx?|rtf|srt|tar|tiff?|tmp|tsv|txt|vtt|wav|xls[bmx]?|xml|xz|ya?ml|zip|zst))+$",
    re.IGNORECASE,
)
_STEPS = re.compile(r"(?<=[^\W\d_]|\])\.|\.(?=[^\W\d_])")
_MOST_STEPS = 8
_WITH_COUNTRY = 0.9
"""Score of a phone number that is written with its country."""
_PROVEN = 0.85
"""Names are short and full of numbers: only what needs no context counts here, and never NER."""

_ORDINARY = frozenset(
    {"DATE_TIME", "URL", "POSTAL_CODE", "STREET_ADDRESS", "LOCATION", "AGE", "GENDER", "ACCOUNT_ID"}
    | {name for name, entity in CATALOG.items() if entity.special}
)
"""What names of files and columns rightly hold: months, places, topics. They identify nobody."""


class NameBook:
    """Public names for true ones, remembered for one audit."""

    def __init__(self, engine: Engine, key: Key) -> None:
        self._engine = engine
        self._key = key
        self._public: dict[str, str] = {}
        self._found: dict[str, tuple[Candidate, ...]] = {}

    def public(self, name: str) -> str:
        """Return `name` with each proven value replaced by its entity and a short keyed tag."""
        if name not in self._public:
            self._look(name)
        return self._public[name]

    def found(self, name: str) -> tuple[Candidate, ...]:
        """Return what the name itself gives away, masked, by offset in the name."""
        self.public(name)
        return self._found[name]

    def _look(self, name: str) -> None:
        found: list[Candidate] = []
        public = []
        last = 0
        for component in _COMPONENT.finditer(name):
            for match in self._proven(component.group()):
                start, end = component.start() + match.start, component.start() + match.end
                value = name[start:end]
                placed = replace(match, start=start, end=end)
                mark = self._key.fingerprint(match.entity, value)
                found.append(Candidate(placed, shape(match.entity, value), mark))
                public.append(name[last:start])
                public.append(f"<{match.entity}:{self._key.tag(value)}>")
                last = end
        public.append(name[last:])
        self._public[name] = "".join(public)
        self._found[name] = tuple(found)

    def _proven(self, name: str) -> tuple[Match, ...]:
        # `_` joins words in names, and is part of many addresses; the ending of a file is part of
        # no value, but follows many.
        bare = _ENDINGS.sub("", name)
        # A dot stands inside addresses and between the steps of a JSON path.
        readings = {bare, bare.replace("_", " "), _STEPS.sub(" ", bare), *_addresses(bare)}
        found = {m for text in sorted(readings) for m in self._engine.patterns(text, _PROVEN)}
        meant = {m for text in sorted(readings) for m in self._engine.own(text, _PROVEN)}
        return resolve(
            m for m in found | meant if m in meant or (m.entity not in _ORDINARY and not _is_moment(m))
        )


def _addresses(name: str) -> Iterator[str]:
    """Yield `name` cut off at each dot after an `@`: the rest may be steps of a path."""
    if "@" in name:
        for dot in list(re.finditer(r"\.", name[name.index("@") :]))[:_MOST_STEPS]:
            yield name[: name.index("@") + dot.start()]


def _is_moment(match: Match) -> bool:
    """Whether a phone number may as well be the date and time in the name of a recording."""
    return match.entity == "PHONE_NUMBER" and match.score < _WITH_COUNTRY
