"""Names of files, sheets and columns can hold personal data too: what is proven there is replaced."""

from __future__ import annotations

import re

from bpoaudit.catalog import CATALOG
from bpoaudit.detect.engine import Engine
from bpoaudit.detect.matches import Candidate, resolve
from bpoaudit.masking import Key, shape

_COMPONENT = re.compile(r"[^/!#]+")
_PROVEN = 0.9
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
            # `_` joins words in names; for a recogniser it would be part of the value.
            text = component.group().replace("_", " ")
            standing = resolve(m for m in self._engine.patterns(text, _PROVEN) if m.entity not in _ORDINARY)
            for match in standing:
                start, end = component.start() + match.start, component.start() + match.end
                value = name[start:end]
                found.append(
                    Candidate(match, shape(match.entity, value), self._key.fingerprint(match.entity, value))
                )
                public.append(name[last:start])
                public.append(f"<{match.entity}:{self._key.tag(value)}>")
                last = end
        public.append(name[last:])
        self._public[name] = "".join(public)
        self._found[name] = tuple(found)
