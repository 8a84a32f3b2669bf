"""Secrets people type or say: passwords, PINs, one-time codes, keys; and user names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from math import log2

from presidio_analyzer import EntityRecognizer

from bpoaudit.detect.recognizers.context import BUSINESS, Words
from bpoaudit.detect.recognizers.recognizer import Hit, Identifier, Prefilter, Recognizer, Shape, recognizers

_IS = r"(?:\s{1,3}(?:is|was|ist|es|est|e|é|to|jest|este|now|currently|as)){0,2}"
_MARK = rf"(?:{_IS}\s{{0,3}}[:=]\s{{0,3}}|{_IS}\s{{1,3}})"
_QUOTED = r"[\"'“‘`](?P<quoted>[^\"'”’`\n]{3,64})[\"'”’`]"
_PASSWORD = re.compile(
    r"(?<![^\W_])(?:pass ?word|passwd|pw|passphrase|pwd|passcode|passwort|kennwort|contrase[ñn]a|clave|senha"
    r"|mot de passe|mdp"
    r"|has[łl]o|parola|wachtwoord|kata laluan|пароль|पासवर्ड)(?P<mark>"
    + _MARK
    + r")(?:"
    + _QUOTED
    + r"|(?P<bare>[^\s\"'<>]{4,64}))",
    re.IGNORECASE,
)
_NO_PASSWORD = frozenset(
    ["incorrect", "wrong", "invalid", "expired", "reset", "required", "correct", "changed", "forgotten",
    "weak", "strong", "protected", "missing", "blank", "empty", "not", "never", "again", "policy", "manager",
    "field", "link", "page", "please", "your", "their", "null", "none", "true", "false", "hidden",
    "encrypted", "locked", "default", "same", "sent", "being", "been", "with", "from", "that", "this",
    "they", "when", "which", "while", "needed", "falsch", "abgelaufen", "incorrecta", "caducada",
    "incorrect", "expire", "working", "always", "still", "only", "just", "very", "also", "secure", "stored",
    "hashed"]
)  # fmt: skip
_USERNAME = re.compile(
    r"(?<![^\W_])(?:user[ _\-]?name|user[ _\-]?id|login(?:[ _\-]?(?:name|id))?|screen[ _\-]?name"
    r"|benutzername|nombre de usuario|usuario"
    r"|nom d'utilisateur|identifiant|nazwa u[żz]ytkownika|nume de utilizator|utilizator)(?P<mark>"
    + _MARK
    + r")"
    r"(?:" + _QUOTED + r"|(?P<bare>@?[A-Z0-9][\w.\-@\\]{2,63}))",
    re.IGNORECASE,
)
_SHORTEST_BARE = 6
_MIXED = (str.isdigit, str.isalpha, lambda char: char.isupper() or not char.isalnum())
_PLAIN_WORD = re.compile(r"[^\W\d_]+")


class LabelledRecognizer(Recognizer):
    """Finds the value after a label: `password: …`, `my password is …`.

    After a colon any value counts; after a verb it must not look like a word of prose.
    """

    prefilter = Prefilter(min_length=8)

    def __init__(self, name: str, entity: str, pattern: re.Pattern[str], language: str) -> None:
        super().__init__(name, (entity,), language)
        self.entity, self.pattern = entity, pattern

    def find(self, text: str) -> Iterator[Hit]:
        """Yield every labelled value."""
        for match in self.pattern.finditer(text):
            group = "quoted" if match["quoted"] else "bare"
            value = match[group].rstrip(".,;:!?)")
            assigned = any(sign in match["mark"] for sign in ":=")
            if _is_value(value, assigned, bool(match["quoted"]), match["mark"]):
                start = match.start(group)
                yield Hit(start, start + len(value), self.entity, 0.85 if assigned else 0.75)


def _is_value(value: str, assigned: bool, quoted: bool, mark: str) -> bool:
    if (
        len(value) < 3
        or value.lower() in _NO_PASSWORD
        or not any(map(str.isalnum, value))
        or set(value) <= set("*xX•")
    ):
        return False
    if assigned or quoted:
        return True
    # `my password is hunter2`; a single plain word after the verb is more often prose.
    if mark.strip():
        return _PLAIN_WORD.fullmatch(value) is None
    # `the password Tulip24!rain`: nothing but the look of it tells.
    return len(value) >= _SHORTEST_BARE and all(any(map(kind, value)) for kind in _MIXED)


_KEY = re.compile(
    r"(?<![^\W_])(?:(?:api|access|secret|private|auth|client|account|service|encryption|signing"
    r"|subscription|license|app|application|bearer|refresh|session|webhook)[ _\-]?)?"
    r"(?:key|token|secret|bearer|credential)s?(?:[ _\-]?(?:id|value))?"
    r"(?P<mark>" + _MARK + r")[\"'“‘`]?(?P<value>[A-Za-z0-9_+/.\-]{16,512}={0,2})",
    re.IGNORECASE,
)
_UUID = re.compile(r"[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}", re.IGNORECASE)
_MIN_CHANGES = 3
"""Between letters and digits: `customer-export-20260914` has two."""
_MIN_ENTROPY = 3.2
"""Bits a character, as random keys of sixteen characters and more have; words and numbers have less."""


class KeyRecognizer(Recognizer):
    """Finds keys and tokens after a word for them, by how random they look (`api_key=…`)."""

    prefilter = Prefilter("kKtTsSbBcC", min_length=19)

    def __init__(self, language: str) -> None:
        super().__init__("KeyRecognizer", ("SECRET_KEY",), language)

    def find(self, text: str) -> Iterator[Hit]:
        """Yield every key."""
        for match in _KEY.finditer(text):
            value = match["value"].rstrip(".-")
            if _is_random(value):
                yield Hit(match.start("value"), match.start("value") + len(value), "SECRET_KEY", 0.85)


def _is_random(value: str) -> bool:
    """Tell whether letters and digits are mixed as chance would; identifiers (UUID) are no secrets."""
    if not (any(map(str.isdigit, value)) and any(map(str.isalpha, value))) or _UUID.fullmatch(value):
        return False
    changes = sum(a.isdigit() != b.isdigit() for a, b in pairwise(value))
    shares = [value.count(char) / len(value) for char in set(value)]
    return changes >= _MIN_CHANGES and -sum(share * log2(share) for share in shares) >= _MIN_ENTROPY


_KEYS = (
    Identifier(
        "SECRET_KEY",
        tuple(
            Shape(pattern, 0.97, 0.97, flags=0)
            for pattern in (
                r"(?:AKIA|ASIA|AGPA|AIDA|AROA)[0-9A-Z]{16}",
                r"gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{22,255}|glpat-[\w\-]{20,64}",
                r"xox[abprs]-[A-Za-z0-9\-]{10,200}|https://hooks\.slack\.com/services/[A-Za-z0-9/]{20,100}",
                r"[a-z]{2,8}_(?:live|test|prod)_[A-Za-z0-9]{10,99}|whsec_[A-Za-z0-9]{24,64}",
                r"AIza[\w\-]{35}|ya29\.[\w\-]{20,300}",
                r"sk-(?:proj-|ant-)?[A-Za-z0-9_\-]{20,200}|hf_[A-Za-z0-9]{30,40}|npm_[A-Za-z0-9]{36}"
                r"|SG\.[\w\-]{16,32}\.[\w\-]{16,64}",
                r"eyJ[\w\-]{8,2000}\.eyJ[\w\-]{8,4000}\.[\w\-]{8,2000}",
                r"\$2[abxy]?\$\d{2}\$[./A-Za-z0-9]{53}|\$argon2(?:i|d"
                r"|id)\$v=\d+\$[\w=,]{1,60}\$[\w+/=]{8,100}\$[\w+/=]{8,200}",
            )
        ),
    ),
)  # fmt: skip
_PEM = re.compile(
    r"-----BEGIN (?P<kind>[A-Z0-9 ]{0,20})PRIVATE KEY(?: BLOCK)?-----(?:[^-]{0,20000}-----END "
    r"[A-Z0-9 ]{0,20}PRIVATE KEY(?: BLOCK)?-----)?"
)


class PrivateKeyRecognizer(Recognizer):
    """Finds private keys in PEM armour (RFC 7468), cut ones by their first line."""

    prefilter = Prefilter("-", min_length=27)

    def __init__(self, language: str) -> None:
        super().__init__("PrivateKeyRecognizer", ("SECRET_KEY",), language)

    def find(self, text: str) -> Iterator[Hit]:
        """Yield every key."""
        for match in _PEM.finditer(text):
            yield Hit(*match.span(), "SECRET_KEY", 0.99)


_CODES = (
    Identifier(
        "PIN",
        (Shape(r"\d{4,6}", 0, 0.8, None, 4),),
        Words(
            "pin", "pin number", "pin no", "atm pin", "card pin", "security pin",
            "personal identification number", "upi pin", "mpin", "geheimzahl", "numer pin", "numero pin",
            "senha do cartao",
            against=(*BUSINESS, "pin code", "pincode", "otp", "zip", "postal", "cvv", "last four", "expiry",
            "year", "card number"),
            before=28, after=0, gap=9,
        ),
    ),
    Identifier(
        "ONE_TIME_PASSWORD",
        (Shape(r"\d{4,8}|\d{3}[ \-]\d{3}", 0, 0.8, None, 4), Shape(r"[A-Z]-\d{6}", 0, 0.8, None, 6)),
        Words(
            "otp", "one-time password", "one time password", "one-time code", "one time code",
            "one time passcode", "otp code", "verification code", "2fa code", "mfa code",
            "authentication code", "auth code", "login code", "access code", "passcode",
            "security code sent", "code we sent", "code you received", "confirmation code sent", "tan",
            "verified with code", "sms code", "code from sms", "from sms", "by sms", "via sms", "by text",
            "via text", "from text message", "einmalpasswort", "codigo de verificacion",
            "codigo de verificacao", "code de verification", "kod weryfikacyjny", "cod de verificare",
            against=(*BUSINESS, "cvv", "pin", "zip", "postal", "booking", "card"), before=36, after=36,
        ),
    ),
)  # fmt: skip


def build(language: str) -> tuple[EntityRecognizer, ...]:
    """Return the recognisers of this family."""
    return (
        LabelledRecognizer("PasswordRecognizer", "PASSWORD", _PASSWORD, language),
        LabelledRecognizer("UsernameRecognizer", "USERNAME", _USERNAME, language),
        PrivateKeyRecognizer(language),
        KeyRecognizer(language),
        *recognizers(_KEYS + _CODES, language),
    )
