"""Keys and tokens: of known services by their form, others by their label, private keys by their armour."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import log2

from presidio_analyzer import EntityRecognizer

from bpoaudit.detect.recognizers.context import BUSINESS, Words
from bpoaudit.detect.recognizers.labelled import MARK
from bpoaudit.detect.recognizers.literals import Guarded, guarded
from bpoaudit.detect.recognizers.outline import Outlined
from bpoaudit.detect.recognizers.recognizer import Hit, Prefilter, Recognizer
from bpoaudit.model import MaskingState

_KEY = guarded(
    r"(?:(?:api|access|secret|private|auth|client|account|service|encryption|signing"
    r"|subscription|license|app|application|bearer|refresh|session|webhook)[ _\-]?(?:key|token|secret)"
    r"|(?<![^\W_])(?:key|token|secret|bearer|credential|sig|signature))s?(?:[ _\-]?(?:id|value))?"
    r"(?P<mark>" + MARK + r")[\"'“‘`]?(?P<value>[A-Za-z0-9_+/.\-]{16,512}={0,2})",
    re.IGNORECASE,
)
UUID = re.compile(r"[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}", re.IGNORECASE)
_MIN_CHANGES = 3
"""Between letters and digits: `customer-export-20260914` has two. Capitals that come and go tell as much."""
_MIN_ENTROPY = 3.2
"""Bits a character, as random keys of sixteen characters and more have; words and numbers have less."""


_BARE = re.compile(r"(?<![\w+/=@.\-])[A-Za-z\d]{32,128}(?![\w+/=@\-])(?!\.\w)")
"""A run of letters and digits that is no part of an address, a path or a file's name."""
_KEY_WORDS = Words(
    "key", "api key", "secret", "token", "credential", "access key", "clave", "chave", "cle", "cle api",
    "schlussel", "klucz", "cheia", "chiave", "sleutel",
    against=(*BUSINESS, "hash", "sha", "sha256", "md5", "digest", "etag", "fingerprint", "object key",
    "primary key", "foreign key", "cache key", "public key"),
)  # fmt: skip


_DIGEST = re.compile(r"[\da-f]{16,128}|[\dA-F]{16,128}")
_LOOKED_UP = re.compile(
    r"(?<![^\W_])(?:cached?|memcached?|evict(?:ed|ing)?|lookup|partition|shard|dedup|idempotency)"
    r"(?:[ :,_\-]{1,2}(?:hit|miss|get|set|put|add|del|delete|expired?|entry|lookup|evicted)){0,2}"
    r"[ :,_\-]{1,2}\Z",
    re.IGNORECASE,
)
"""Right before the key of something that is stored: of no other word can it be said that it opens nothing."""
_LONGEST_LOOKUP = 48
_HASHED = re.compile(r"[\"'’]?\s?[(\[](?:hash|digest|checksum)[)\]]", re.IGNORECASE)


class KeyRecognizer(Recognizer):
    """Finds keys and tokens by how random they look: after a word for them (`api_key=…`), or near one."""

    prefilter = Prefilter("kKtTsSbBcC", min_length=19)
    begins = Outlined(_KEY, _BARE)

    def __init__(self, language: str) -> None:
        super().__init__("KeyRecognizer", ("SECRET_KEY",), language)

    def traces(self, line: str) -> Sequence[re.Pattern[str] | Guarded]:
        """Return what keys match: where each names an entry, so it does with other figures."""
        named = (_names_an_entry(line, match, match["value"].rstrip(".-")) for match in _KEY.finditer(line))
        return (_BARE,) if all(named) else (_KEY, _BARE)

    def find(self, text: str) -> Iterator[Hit]:
        """Yield every key."""
        for match in _KEY.finditer(text):
            value = match["value"].rstrip(".-")
            if not _names_an_entry(text, match, value) and _is_random(value):
                yield Hit(match.start("value"), match.start("value") + len(value), "SECRET_KEY", 0.85)
        for match in _BARE.finditer(text):
            value = match.group()
            # In one case it is a digest as well.
            mixed = any(map(str.isupper, value)) and any(map(str.islower, value))
            if mixed and _is_random(value) and _KEY_WORDS.near(text, *match.span()):
                yield Hit(*match.span(), "SECRET_KEY", 0.75)


def _names_an_entry(text: str, match: re.Match[str], value: str) -> bool:
    """Tell whether a key is a digest by which something is looked up, and opens nothing."""
    label = text[match.start() : match.start("mark")].strip().lower()
    if label not in ("key", "keys") or not _DIGEST.fullmatch(value):
        return False
    end = match.start("value") + len(value)
    if _HASHED.match(text, end):
        return True
    return _LOOKED_UP.search(text, max(0, match.start() - _LONGEST_LOOKUP), match.start()) is not None


def _is_random(value: str) -> bool:
    """Tell whether letters and digits are mixed as chance would; identifiers (UUID) are no secrets."""
    if not (any(map(str.isdigit, value)) and any(map(str.isalpha, value))) or UUID.fullmatch(value):
        return False
    changes = sum(a.isdigit() != b.isdigit() for a, b in pairwise(value))
    turns = sum(_kind(a) != _kind(b) for a, b in pairwise(value))
    shares = [value.count(char) / len(value) for char in set(value)]
    entropy = -sum(share * log2(share) for share in shares)
    return (changes >= _MIN_CHANGES or 3 * turns >= len(value)) and entropy >= _MIN_ENTROPY


def _kind(char: str) -> tuple[bool, bool]:
    return char.isdigit(), char.isupper()


_TOKEN = re.compile(r"[^\s\"'`<>,;()]{20,4000}")
"""Every key is a run of at least twenty characters: prose hardly ever has one."""
_KNOWN = re.compile(
    r"(?<![A-Za-z\d])(?:"
    r"(?:AKIA|ASIA|AGPA|AIDA|AROA)[A-Z\d]{16}"  # AWS
    r"|gh[pousr]_[A-Za-z\d]{36,255}|github_pat_\w{22,255}|gl(?:pat|dt|rt|ptt)-[\w\-]{20,64}"  # GitHub, GitLab
    r"|xox[abeprs]-[A-Za-z\d\-]{10,200}|xapp-[\w\-]{20,200}"
    r"|https://hooks\.slack\.com/services/[A-Za-z\d/]{20,100}"  # Slack
    r"|[a-z]{2,8}_(?:live|test|prod)_[A-Za-z\d]{10,99}|whsec_[A-Za-z\d]{24,64}"  # Stripe and others
    r"|AIza[\w\-]{35}|ya29\.[\w\-]{20,300}|GOCSPX-[\w\-]{20,40}"  # Google
    r"|\w{3}\dQ~[\w~.\-]{30,40}"  # Azure
    r"|sk-(?:proj-|ant-)?[\w\-]{20,200}|hf_[A-Za-z\d]{30,40}|npm_[A-Za-z\d]{36}|pypi-[\w\-]{50,250}"
    r"|SG\.[\w\-]{16,32}\.[\w\-]{16,64}|key-[\da-f]{32}|SK[\da-f]{32}|shp(?:at|ca|pa|ss)_[\da-f]{32}"
    r"|dapi[\da-f]{32}|hvs\.[\w\-]{24,200}|do[opr]_v1_[\da-f]{64}|sq0[a-z]{3}-[\w\-]{22,43}"
    r"|\d{8,10}:AA[\w\-]{33}|AGE-SECRET-KEY-1[A-Z\d]{58}"
    r"|eyJ[\w\-]{8,2000}\.eyJ[\w\-]{8,4000}\.[\w\-]{8,2000}"  # JSON web tokens (RFC 7519)
    r")(?![A-Za-z\d])"
)
_PASSWORD_HASH = re.compile(
    r"(?<![\w$])\$2[abxy]?\$\d{2}\$[./A-Za-z\d]{53}(?![./A-Za-z\d])"
    r"|\$argon2(?:i|d|id)\$v=\d+\$[\w=,]{1,60}\$[\w+/=]{8,100}\$[\w+/=]{8,200}"
    r"|(?<![\w$])\$[156y]\$[\w./=$,]{20,200}"
)
_BASIC = guarded(r"(?<![^\W_])Basic (?P<value>[A-Za-z\d+/]{12,400}={0,2})(?![\w+/=])")


class SecretKeyRecognizer(Recognizer):
    """Finds keys of known services, tokens, hashes of passwords and credentials of HTTP by their form."""

    prefilter = Prefilter(min_length=16)
    begins = Outlined(_TOKEN, _PASSWORD_HASH, _BASIC)

    def __init__(self, language: str) -> None:
        super().__init__("SecretKeyRecognizer", ("SECRET_KEY",), language)

    def traces(self, line: str) -> Sequence[re.Pattern[str] | Guarded]:
        """Return the forms of keys: a long run alone tells little."""
        return _KNOWN, _PASSWORD_HASH, _BASIC

    def find(self, text: str) -> Iterator[Hit]:
        """Yield every key."""
        for token in _TOKEN.finditer(text):
            for match in _KNOWN.finditer(text, *token.span()):
                yield Hit(*match.span(), "SECRET_KEY", 0.97)
        if "$" in text:
            for match in _PASSWORD_HASH.finditer(text):
                # Nobody reads the password in it.
                yield Hit(*match.span(), "SECRET_KEY", 0.97, masking=str(MaskingState.MASKED))
        for match in _BASIC.finditer(text):
            if _is_user_and_password(match["value"]):
                yield Hit(*match.span("value"), "SECRET_KEY", 0.95)


def _is_user_and_password(value: str) -> bool:
    """Tell whether credentials of HTTP Basic (RFC 7617) decode to `user:password`."""
    try:
        decoded = b64decode(value, validate=True)
    except ValueError:
        return False
    return b":" in decoded and all(32 <= byte < 127 for byte in decoded)


_PEM = re.compile(
    r"-----BEGIN (?P<kind>[A-Z0-9 ]{0,20})PRIVATE KEY(?: BLOCK)?-----(?:[^-]{0,20000}-----END "
    r"[A-Z0-9 ]{0,20}PRIVATE KEY(?: BLOCK)?-----)?"
)


class PrivateKeyRecognizer(Recognizer):
    """Finds private keys in PEM armour (RFC 7468), cut ones by their first line."""

    prefilter = Prefilter("-", min_length=27)
    begins = Outlined(_PEM)

    def __init__(self, language: str) -> None:
        super().__init__("PrivateKeyRecognizer", ("SECRET_KEY",), language)

    def find(self, text: str) -> Iterator[Hit]:
        """Yield every key."""
        for match in _PEM.finditer(text):
            yield Hit(*match.span(), "SECRET_KEY", 0.99)


def build(language: str) -> tuple[EntityRecognizer, ...]:
    """Return the recognisers of this family."""
    return (
        PrivateKeyRecognizer(language),
        KeyRecognizer(language),
        SecretKeyRecognizer(language),
    )
