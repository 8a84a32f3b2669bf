"""The only way from a raw value to something printable: masked shapes and keyed fingerprints."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bpoaudit.errors import UsageError
from bpoaudit.model import MAX_CLEAR

DOT = "•"

KEY_HINT = "make a key once with: bpoaudit key new -o audit.key, and give it as --key-file"

MIN_KEY_BYTES = 16
"""Shorter keys could be guessed, and with the key the fingerprints of phone numbers."""

_LABEL_ONLY = frozenset(
    {
        "HEALTH", "RELIGION", "ETHNICITY", "UNION_MEMBERSHIP", "SEXUAL_ORIENTATION", "POLITICAL_OPINION",
        "CRIMINAL_RECORD", "CHILD", "VULNERABILITY", "GENDER", "AGE", "NRP",
        "PASSWORD", "SECRET_KEY", "PIN", "ONE_TIME_PASSWORD", "CARD_SECURITY_CODE", "CARD_TRACK",
    }
)  # fmt: skip
"""Entities whose very outline says too much: a two-letter gender, a four-letter password."""

_LAST_TWO = frozenset({"PHONE_NUMBER", "CREDIT_CARD", "BANK_ACCOUNT"})
_INITIAL = frozenset({"PERSON", "LOCATION", "STREET_ADDRESS", "USERNAME"})
_SHOWING = _LAST_TWO | _INITIAL | {"EMAIL_ADDRESS", "IBAN_CODE"}
_PLAIN_PUNCTUATION = frozenset(" -./()+:,'*#_@[]{}<>")
_MAX_SHAPE = 60
_MIN_FOR_CLEAR = 6
"""Letters and digits a value needs before any of them is shown."""


def shape(entity: str, value: str) -> str:
    """Return the masked shape of `value`: dots, plain punctuation, at most `MAX_CLEAR` clear characters.

    Cards, accounts and phones keep their last two digits, names their initial, e-mail addresses the
    first character and a short top-level domain, IBANs the country and the last two digits. Special
    categories and secrets give the entity's label alone. The shape of a value that the vendor had
    already masked keeps the vendor's own `*`.
    """
    if entity in _LABEL_ONLY:
        return f"<{entity}>"
    text = value.strip()
    keep: set[int] = set()
    if entity in _SHOWING:
        alnum = [at for at, is_shown in enumerate(map(str.isalnum, text)) if is_shown]
        if len(alnum) >= _MIN_FOR_CLEAR:
            if entity == "EMAIL_ADDRESS":
                return _email_shape(text)
            if entity in _LAST_TWO:
                keep = {i for i in alnum[-2:] if text[i].isdigit()}
            elif entity == "IBAN_CODE":
                keep = {*alnum[:2], *alnum[-2:]}
        if entity in _INITIAL and len(alnum) >= 3:
            keep = {alnum[0]}
    return _dotted(text, keep)


class _Dots(dict[int, str]):
    """Character code to what stands for it in a shape, filled as codes are met."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        self[code] = shown = char if char in _PLAIN_PUNCTUATION else DOT
        return shown


_DOTS = _Dots()


def _dotted(text: str, keep: set[int]) -> str:
    shaped = text.translate(_DOTS)
    for at in keep:
        if text[at].isascii():
            shaped = shaped[:at] + text[at] + shaped[at + 1 :]
    if len(shaped) > _MAX_SHAPE:
        # The tail carries the clear characters, the head the initial; the middle tells nothing.
        shaped = shaped[: _MAX_SHAPE // 2] + "…" + shaped[-(_MAX_SHAPE // 2 - 1) :]
    return shaped


def _email_shape(text: str) -> str:
    local, _, domain = text.rpartition("@")
    tld = domain.rpartition(".")[2]
    first = local[0] if local[:1].isalnum() and local[:1].isascii() else DOT
    tail = tld if tld.isascii() and tld.isalpha() and len(tld) < MAX_CLEAR else DOT * 3
    stars = "***" if "*" in local else DOT * 3
    return f"{first}{stars}@{DOT * 3}.{tail}"


# --- fingerprints --------------------------------------------------------------------------------


def _digits(value: str) -> str:
    if value.isascii():
        return "".join(filter(str.isdigit, value))
    return "".join(str(unicodedata.digit(c)) for c in value if c.isdigit())


def _letters_and_digits(value: str) -> str:
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", value).casefold()))


def _words(value: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", value).casefold().split())


_NORMALISE: dict[str, Callable[[str], str]] = {
    "EMAIL_ADDRESS": _words,
    "PERSON": _words,
    "LOCATION": _words,
    "STREET_ADDRESS": _words,
    "URL": _words,
    "PASSWORD": str.strip,
    "SECRET_KEY": str.strip,
    "PHONE_NUMBER": _digits,
    "CREDIT_CARD": _digits,
}


def normalise(entity: str, value: str) -> str:
    """Return the form under which two spellings of one value are the same value."""
    return _NORMALISE.get(entity, _letters_and_digits)(value)


@dataclass(frozen=True)
class Key:
    """The HMAC key of an audit. Its `repr` never shows the secret."""

    secret: bytes = field(repr=False)
    lasting: bool = True
    """Whether another run can have the same key; what a random one signs links to nothing."""

    @property
    def lasting_id(self) -> str | None:
        """Return the name of a key that other runs can have; None for a random one."""
        return self.key_id if self.lasting else None

    @property
    def key_id(self) -> str:
        """Name the key without giving it away: 64 bits derived from it."""
        return hmac.new(self.secret, b"v1|key-id", hashlib.sha256).hexdigest()[:16]

    def fingerprint(self, entity: str, value: str) -> str:
        """Return `hmac-sha256:` and 128 bits of HMAC(key, "v1|entity|normalised value")."""
        text = f"v1|{entity}|{normalise(entity, value)}"
        digest = hmac.digest(self.secret, text.encode("utf-8", "surrogatepass"), "sha256")
        return f"hmac-sha256:{digest[:16].hex()}"

    def tag(self, text: str) -> str:
        """Return six hexadecimal digits that tell masked names apart within one key."""
        return hmac.digest(self.secret, b"v1|name|" + text.encode("utf-8", "surrogatepass"), "sha256").hex()[
            :6
        ]

    def derived(self, purpose: str) -> bytes:
        """Return 32 bytes for something else than fingerprints; they give the key away to nobody."""
        return hmac.digest(self.secret, f"v1|derived|{purpose}".encode(), "sha256")

    def sketch(self, text: str) -> int:
        """Return 64 keyed bits for counting distinct values."""
        digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8, key=self.secret[:64])
        return int.from_bytes(digest.digest(), "big")


def new_secret() -> str:
    """Return a fresh key as 64 hexadecimal digits."""
    return secrets.token_hex(32)


def random_key() -> Key:
    """Return a key for this run only: fingerprints do not link to other runs."""
    return Key(secrets.token_bytes(32), lasting=False)


def key_from_text(text: str) -> Key:
    """Return the key held in `text` (surrounding white space does not count)."""
    secret = text.strip().encode()
    if len(secret) < MIN_KEY_BYTES:
        raise UsageError(
            f"the key is too short: {len(secret)} bytes, at least {MIN_KEY_BYTES} are needed",
            "make one with: python -c 'import secrets; print(secrets.token_hex(32))' > audit.key",
        )
    return Key(secret)


def key_from_file(path: Path) -> Key:
    """Return the key held in the file at `path`."""
    try:
        return key_from_text(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read the key file {path.name}: {type(error).__name__}") from error
