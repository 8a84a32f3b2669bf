"""Names of files, sheets and columns can hold personal data too: what is proven there is replaced."""

from __future__ import annotations

import re
from collections.abc import Iterator

import phonenumbers
from msgspec.structs import replace

from bpoaudit.catalog import CATALOG
from bpoaudit.detect.confidence import Place, threshold
from bpoaudit.detect.engine import Engine
from bpoaudit.detect.explaining import explained
from bpoaudit.detect.matches import Candidate, Match, resolve
from bpoaudit.masking import Key, shape

_COMPONENT = re.compile(r"[^/!#]+")
_ENDINGS = re.compile(
    r"(?:\.(?:7z|bak|bz2|csv|dat|docx?|eml|gz|html?|jpe?g|jsonl?|log|mbox|md|mp[34]|msg|ndjson|ods|old|parquet|pdf|"
    r"png|pptx?|rtf|srt|tar|tiff?|tmp|tsv|txt|vtt|wav|xls[bmx]?|xml|xz|ya?ml|zip|zst)){1,8}$",
    re.IGNORECASE,
)
_RECOGNIZER = "NameRecognizer"
_INTERNATIONAL = re.compile(
    r"(?<![^\W_])(?:(?P<plus>\+|%(?:25){0,3}2B)|00)?(?P<digits>[1-9]\d{9,14})(?![^\W_])"
)
_OF_CALL = re.compile(
    r"(?<![^\W_])(?:in|out|inbound|outbound|incoming|outgoing|calls?|rec|recordings?|voice|voicemail|sms|whatsapp"
    r"|wa|chats?|transcripts?|anruf|llamadas?|ligaç[aã]o|appels?|rozmowa|caller|callee|ani|msisdn)(?![^\W_])",
    re.IGNORECASE,
)
_SOUND = re.compile(
    r"\.(?:wav|mp3|m4a|ogg|opus|flac|amr|aac|wma|gsm|vtt|srt)(?:\.(?:gz|zip))?\Z", re.IGNORECASE
)
_ENCODED_MAIL = re.compile(
    r"(?<![\w.%+-])[\w.+-]{1,64}%(?:25){1,3}40(?:[A-Za-z0-9-]{1,63}\.){1,6}[A-Za-z]{2,18}(?![A-Za-z0-9-])",
    re.ASCII,
)
"""`%` is itself encoded in the name of a source."""
_STEPS = re.compile(r"(?<=[^\W\d_]|\])\.|\.(?=[^\W\d_])")
_MOST_STEPS = 8

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
            for match in self._proven(component.group(), name):
                start, end = component.start() + match.start, component.start() + match.end
                value = name[start:end]
                placed = replace(match, start=start, end=end)
                if self._engine.explains:
                    placed = explained(placed)
                mark = self._key.fingerprint(match.entity, value)
                found.append(Candidate(placed, shape(match.entity, value), mark))
                public.append(name[last:start])
                public.append(f"<{match.entity}:{self._key.tag(value)}>")
                last = end
        public.append(name[last:])
        self._public[name] = "".join(public)
        self._found[name] = tuple(found)

    def _proven(self, name: str, whole: str) -> tuple[Match, ...]:
        # `_` joins words in names, and is part of many addresses; the ending of a file is part of
        # no value, but follows many.
        bare = _ENDINGS.sub("", name)
        # A dot stands inside addresses and between the steps of a JSON path.
        # Names are short and full of numbers: only what needs no context counts here, and never NER.
        proven = threshold(Place.NAME)
        readings = {bare, bare.replace("_", " "), _STEPS.sub(" ", bare), *_addresses(bare)}
        found = {m for text in sorted(readings) for m in self._engine.patterns(text, proven)}
        meant = {m for text in sorted(readings) for m in self._engine.own(text, proven)}
        called = {*_called(whole, bare)}
        sure = {m for m in found - meant if m.entity not in _ORDINARY and _is_sure(m)}
        # `+34 610 …` is no Polish identifier, whatever its check digit.
        sure = {m for m in sure if not any(m.start < c.end and c.start < m.end for c in called)}
        return resolve(meant | sure | called | {*_encoded_mails(bare)})


def proven_in(engine: Engine, text: str) -> tuple[str, ...]:
    """Return the entities that stand in a text that somebody typed, as surely as in a name."""
    found = engine.patterns(text, threshold(Place.NAME))
    return tuple(sorted({m.entity for m in found if m.entity not in _ORDINARY and _is_sure(m)}))


def _addresses(name: str) -> Iterator[str]:
    """Yield `name` cut off at each dot after an `@`: the rest may be steps of a path."""
    if "@" in name:
        for dot in list(re.finditer(r"\.", name[name.index("@") :]))[:_MOST_STEPS]:
            yield name[: name.index("@") + dot.start()]


def _called(whole: str, bare: str) -> Iterator[Match]:
    """Yield phone numbers with their country: behind a plus, or in the name of a recorded call or chat."""
    of_call = _OF_CALL.search(whole) is not None or _SOUND.search(whole) is not None
    for number in _INTERNATIONAL.finditer(bare):
        if number["plus"] or (of_call and _is_number(number["digits"])):
            yield Match(*number.span(), "PHONE_NUMBER", threshold(Place.NAME, "PHONE_NUMBER"), _RECOGNIZER)


def _is_number(digits: str) -> bool:
    """Tell whether digits, with those of a country first, are a number that can be called."""
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(f"+{digits}"))
    except phonenumbers.NumberParseException:
        return False


def _encoded_mails(name: str) -> Iterator[Match]:
    for mail in _ENCODED_MAIL.finditer(name):
        yield Match(*mail.span(), "EMAIL_ADDRESS", threshold(Place.NAME, "EMAIL_ADDRESS"), _RECOGNIZER)


def _is_sure(match: Match) -> bool:
    """A phone number without its country may as well be the date and time in the name of a recording."""
    return match.score >= threshold(Place.NAME, match.entity)
