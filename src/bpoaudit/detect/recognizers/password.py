"""Passwords, PINs and one-time codes that people type or say."""

from __future__ import annotations

import re
from collections.abc import Iterator

from presidio_analyzer import EntityRecognizer

from bpoaudit.detect.masked import masking_state
from bpoaudit.detect.recognizers.context import BUSINESS, Words
from bpoaudit.detect.recognizers.labelled import (
    MARK,
    QUOTED,
    USERINFO,
    field_of,
    is_assigned,
    is_pair,
    is_placeholder,
)
from bpoaudit.detect.recognizers.literals import Guarded, guarded
from bpoaudit.detect.recognizers.outline import Outlined
from bpoaudit.detect.recognizers.recognizer import Hit, Identifier, Prefilter, Recognizer, Shape, recognizers
from bpoaudit.model import MaskingState

_PASSWORD = guarded(
    r"(?:pass ?word|passwd|passphrase|passwort|kennwort|contrase[ñn]a|wachtwoord|mot de passe|kata laluan"
    r"|(?<![^\W_])(?:pw|pwd|passcode|clave|senha|mdp|has[łl]o|parola|пароль|पासवर्ड))"
    r"(?: nuev[ao])?(?: (?:for|to|on) (?:[\w']{1,15} ){0,4}[\w']{1,15}(?=(?: is|\s?[:=])))?(?P<mark>"
    + MARK
    + r")(?:"
    + QUOTED
    + r"|(?P<bare>[^\s\"'<>]{3,64}))",
    re.IGNORECASE,
)
_NO_PASSWORD = frozenset(
    ["incorrect", "wrong", "invalid", "expired", "reset", "required", "correct", "changed", "forgotten",
    "weak", "strong", "protected", "missing", "blank", "empty", "not", "never", "again", "policy", "manager",
    "field", "link", "page", "please", "your", "their", "null", "none", "true", "false", "hidden",
    "encrypted", "locked", "default", "same", "sent", "being", "been", "with", "from", "that", "this",
    "they", "when", "which", "while", "needed", "falsch", "abgelaufen", "incorrecta", "caducada",
    "incorrect", "expire", "working", "always", "still", "only", "just", "very", "also", "secure", "stored",
    "hashed", "string", "str", "varchar", "text", "char", "undefined", "password", "passwd", "and", "for",
    "the", "yes", "has", "can", "but", "was"]
)  # fmt: skip
_SHORTEST_BARE = 6
_MIXED = (str.isdigit, str.isalpha, lambda char: char.isupper() or not char.isalnum())
_PLAIN_WORD = re.compile(r"[^\W\d_]+")


class PasswordRecognizer(Recognizer):
    """Finds passwords after a label (`password: …`, `my password is …`) and in connection strings.

    After a sign any value counts but a placeholder; after a verb it must not look like a word of prose.
    """

    prefilter = Prefilter(min_length=6)
    begins = Outlined(_PASSWORD, USERINFO)

    def __init__(self, language: str) -> None:
        super().__init__("PasswordRecognizer", ("PASSWORD",), language)

    def find(self, text: str) -> Iterator[Hit]:
        """Yield every password."""
        for match in _PASSWORD.finditer(text):
            group = "quoted" if match["quoted"] else "bare"
            mark = match["mark"]
            value = match[group] if match["quoted"] else field_of(match["bare"], mark).rstrip(".,;:?)]}")
            if _is_folder(match.group(), value):
                continue
            if _is_password(value, mark, bool(match["quoted"])):
                start = match.start(group)
                state = masking_state(value)
                yield Hit(
                    start,
                    start + len(value),
                    "PASSWORD",
                    0.85 if is_assigned(mark) else 0.75,
                    masking=None if state is MaskingState.CLEAR else str(state),
                )
        for match in USERINFO.finditer(text) if "://" in text else ():
            if not _is_hidden(match["password"]):
                yield Hit(*match.span("password"), "PASSWORD", 0.95)


def _is_folder(found: str, value: str) -> bool:
    """`PWD=/srv`: the working directory of a shell."""
    return found.startswith("PWD=") and value.startswith(("/", "~"))


def _is_hidden(value: str) -> bool:
    return not any(map(str.isalnum, value)) or set(value) <= set("*xX•") or is_placeholder(value)


def _is_password(value: str, mark: str, quoted: bool) -> bool:
    if len(value) < 3 or value.lower() in _NO_PASSWORD or _is_hidden(value):
        return False
    if is_assigned(mark) or quoted:
        return True
    if is_pair(value):
        return False
    # `my password is hunter2`; a single plain word after the verb is more often prose.
    if mark.strip():
        return _PLAIN_WORD.fullmatch(value) is None
    # `the password Tulip24!rain`: nothing but the look of it tells.
    return len(value) >= _SHORTEST_BARE and all(any(map(kind, value)) for kind in _MIXED)


_WHOLE = r"(?<![*•●∙·#])"
"""Not the rest of a masked number: `OTP sent to ******0997`."""
_CODES = (
    Identifier(
        "PIN",
        (Shape(_WHOLE + r"\d{4,6}", 0, 0.8, None, 4),),
        Words(
            "pin", "pin number", "pin no", "atm pin", "card pin", "security pin",
            "personal identification number", "upi pin", "mpin", "geheimzahl", "numer pin", "numero pin",
            "senha do cartao",
            against=(*BUSINESS, "pin block", "pin code", "pincode", "otp", "zip", "postal", "cvv",
            "last four", "expiry", "year", "card number"),
            before=28, after=0, gap=9,
        ),
    ),
    Identifier(
        "PIN",
        (Shape(r"[\dA-F]{16}", 0, 0.85, None, 1),),
        Words("pin block", "pinblock", before=20, after=0, gap=8),
        name="PinBlockRecognizer",
    ),
    Identifier(
        "ONE_TIME_PASSWORD",
        (
            Shape(_WHOLE + r"(?:\d{4,8}|\d{3}[ \-]\d{3})", 0, 0.8, None, 4),
            Shape(r"[A-Z]-\d{6}", 0, 0.8, None, 6),
        ),
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


_COMPANY = (
    r"(?!(?:Area|Bank|Booking|Branch|Client|Country|Coupon|Customer|Discount|Error|Gift|Invite|Order|Post"
    r"|Postal|Product|Promo|Reference|Referral|Sort|Tracking|Voucher|Zip)(?![^\W_]))"
    r"[A-Z][\w&.\-]{1,20}(?: [A-Z][\w&.\-]{1,20}){0,2}"
    r" (?:(?:access|confirmation|login|security|verification) )?code"
)
_SENT_CODE = r"(?P<value>\d{4,8}|\d{3}[ \-]\d{3})"
_SENT = Guarded(
    re.compile(rf"(?<![^\W_])[Yy]our {_COMPANY}(?: is|:) {_SENT_CODE}(?![^\W_])(?!\.\d)"),
    re.compile(rf"(?<![^\W_])(?<!\d[.,]){_SENT_CODE} is your {_COMPANY}(?![^\W_])"),
)
"""As companies send them: `Your Blue Mesa code is 551902`."""


class SentCodeRecognizer(Recognizer):
    """Finds one-time codes in the words that companies send them with."""

    prefilter = Prefilter(min_digits=4, min_length=18)
    begins = Outlined(_SENT)

    def __init__(self, language: str) -> None:
        super().__init__("SentCodeRecognizer", ("ONE_TIME_PASSWORD",), language)

    def find(self, text: str) -> Iterator[Hit]:
        """Yield every code."""
        for match in _SENT.finditer(text):
            yield Hit(*match.span("value"), "ONE_TIME_PASSWORD", 0.8)


def build(language: str) -> tuple[EntityRecognizer, ...]:
    """Return the recognisers of this family."""
    return (PasswordRecognizer(language), *recognizers(_CODES, language), SentCodeRecognizer(language))
