"""Values that the vendor masked, and placeholders left by a redaction.

`masked` leaves at most the last four characters (of a card also the first six, PCI DSS 3.4.1; of an
e-mail the first character and the domain); `partial` hides something but leaves more. A placeholder
that names what it replaced (`[EMAIL]`) is a masked value of that entity; one that does not
(`[REDACTED]`, `[PII]`, `***`) is no finding, since nothing says that it stood for personal data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from presidio_analyzer import EntityRecognizer

from bpoaudit.detect.recognizers.context import BUSINESS, Words
from bpoaudit.detect.recognizers.literals import Guarded
from bpoaudit.detect.recognizers.outline import Outlined
from bpoaudit.detect.recognizers.recognizer import Hit, Prefilter, Recognizer

_MASK = "*•●∙·xX#"
_SIGNS = "*•●∙·"
_NUMBER = re.compile(
    rf"(?<![^\W_])(?<![*•●∙·#\[\]])(?:\+\d{{0,3}} ?|\()?[\d{_MASK}](?:(?:\) ?"
    rf"|[ \-./]?\(?)[\d{_MASK}]){{2,29}}(?![^\W_])(?![*•●∙·#])"
)
_EMAIL = re.compile(
    rf"(?<![\w.{_SIGNS}])(?P<local>[\w.+\-{_SIGNS}]{{1,64}})@"
    rf"(?P<domain>[\w{_SIGNS}][\w.\-{_SIGNS}]{{1,80}}\.[^\W\d_{_SIGNS}]{{2,24}}|[{_SIGNS}]{{3,40}}"
    rf"(?:\.[\w{_SIGNS}]{{2,10}})?)"
)
_IBAN = re.compile(
    rf"(?<![^\W_])(?P<country>[A-Z]{{2}})(?:\d{{2}}|[{_MASK}]{{2}})(?: "
    rf"?[A-Z0-9{_SIGNS}]){{10,30}}(?![\w{_SIGNS}])"
)

_SSN = Words("ssn", "social", "social security", "ss#", against=())
_PHONE = Words(
    "phone",
    "mobile",
    "cell",
    "tel",
    "telephone",
    "call",
    "number ending",
    "sms",
    "whatsapp",
    "otp",
    "telefon",
    "telefono",
    against=("card",),
)
_ACCOUNT = Words(
    "account", "acct", "a/c", "bank", "iban", "clabe", "routing", "sort code", "checking", "savings", "rib",
    "konto", "cuenta", "conta", "compte", "rachunek", against=("card",),
)  # fmt: skip
_AADHAAR = Words("aadhaar", "aadhar", "uidai", "uid", against=())
_CARD = Words(
    "card",
    "visa",
    "mastercard",
    "amex",
    "credit",
    "debit",
    "pan",
    "karte",
    "tarjeta",
    "cartao",
    "carte",
    "karta",
    against=("account", "phone", "mobile"),
)

_OF_THINGS = Words(*BUSINESS, against=())

_ENDING = re.compile(
    r"(?<![^\W_])(?P<what>card|visa|mastercard|amex|account|acct|ssn|social(?: security)?(?: number)?"
    r"|phone|mobile)"
    r"(?: (?:number|no\.?|on file|that|which|is|ends?|account|card)){0,4} ?(?:ending|ends?|finishing|last "
    r"(?:four|4)(?: digits)?)(?: (?:in|with|are|is|of|number|:)){0,2}[: ]{1,2}(?P<value>\d{4})(?![\w\-]"
    r"|[.,]\d)",
    re.IGNORECASE,
)
_LAST_FOUR = re.compile(
    r"(?<![^\W_])last (?:four|4)(?: digits?)?(?: (?:of|for|on|in))?(?: (?:my|your|the|his|her|their))? "
    r"(?P<what>card|credit card|debit card|ssn|social(?: security)?|account|phone)"
    r"(?: (?:number|no\.?|card|account))?(?: (?:is|are|was|as|:)){0,2}[: ]{1,2}(?P<value>\d{4})(?![\w\-]"
    r"|[.,]\d)",
    re.IGNORECASE,
)
_SHORT_SSN = re.compile(
    r"(?<![^\W_])(?P<what>ssn|social security(?: number| no)?)(?: (?:no|number|last (?:four|4)(?: "
    r"digits?)?))?(?: (?:is|are|was|as)|[:=#-])?[: ]{1,2}(?P<value>\d{4})(?![\w\-]|[.,]\d| \d)",
    re.IGNORECASE,
)
_ENDING_ENTITY = {"card": "CREDIT_CARD", "visa": "CREDIT_CARD", "mastercard": "CREDIT_CARD",
"amex": "CREDIT_CARD", "credit": "CREDIT_CARD",
                  "debit": "CREDIT_CARD", "account": "BANK_ACCOUNT", "acct": "BANK_ACCOUNT",
                  "ssn": "US_SSN", "social": "US_SSN",
                  "phone": "PHONE_NUMBER", "mobile": "PHONE_NUMBER"}  # fmt: skip

PLACEHOLDERS = {
    "PERSON": "PERSON", "NAME": "PERSON", "FIRST NAME": "PERSON", "LAST NAME": "PERSON",
    "FULL NAME": "PERSON", "SURNAME": "PERSON", "FIRSTNAME": "PERSON",
    "LASTNAME": "PERSON", "CUSTOMER NAME": "PERSON", "PER": "PERSON", "EMAIL": "EMAIL_ADDRESS",
    "E MAIL": "EMAIL_ADDRESS", "EMAIL ADDRESS": "EMAIL_ADDRESS",
    "MAIL": "EMAIL_ADDRESS", "PHONE": "PHONE_NUMBER", "PHONE NUMBER": "PHONE_NUMBER",
    "TELEPHONE": "PHONE_NUMBER", "MOBILE": "PHONE_NUMBER", "TEL": "PHONE_NUMBER",
    "CREDIT CARD": "CREDIT_CARD", "CREDIT CARD NUMBER": "CREDIT_CARD", "CARD": "CREDIT_CARD",
    "CARD NUMBER": "CREDIT_CARD", "PAN NUMBER": "CREDIT_CARD", "CC": "CREDIT_CARD",
    "CVV": "CARD_SECURITY_CODE", "CVC": "CARD_SECURITY_CODE", "CARD EXPIRY": "CARD_EXPIRY", "SSN": "US_SSN",
    "US SSN": "US_SSN", "SOCIAL SECURITY NUMBER": "US_SSN",
    "IBAN": "IBAN_CODE", "IBAN CODE": "IBAN_CODE", "BANK ACCOUNT": "BANK_ACCOUNT",
    "ACCOUNT NUMBER": "ACCOUNT_ID", "ACCOUNT": "ACCOUNT_ID", "ACCOUNT ID": "ACCOUNT_ID",
    "CUSTOMER ID": "ACCOUNT_ID", "POLICY NUMBER": "ACCOUNT_ID", "MEMBER ID": "ACCOUNT_ID",
    "ADDRESS": "STREET_ADDRESS", "STREET": "STREET_ADDRESS",
    "STREET ADDRESS": "STREET_ADDRESS", "POSTCODE": "POSTAL_CODE", "ZIP": "POSTAL_CODE",
    "ZIP CODE": "POSTAL_CODE", "POSTAL CODE": "POSTAL_CODE", "CITY": "LOCATION",
    "LOCATION": "LOCATION", "LOC": "LOCATION", "DOB": "DATE_OF_BIRTH", "DATE OF BIRTH": "DATE_OF_BIRTH",
    "BIRTH DATE": "DATE_OF_BIRTH", "DATE": "DATE_TIME", "DATE TIME": "DATE_TIME",
    "AGE": "AGE", "GENDER": "GENDER", "IP": "IP_ADDRESS", "IP ADDRESS": "IP_ADDRESS", "URL": "URL",
    "USERNAME": "USERNAME", "USER NAME": "USERNAME", "PASSWORD": "PASSWORD",
    "PIN": "PIN", "OTP": "ONE_TIME_PASSWORD", "AADHAAR": "IN_AADHAAR",
}  # fmt: skip
"""What a placeholder's label stands for."""

_NAMING = "|".join(sorted({label.split()[0] for label in PLACEHOLDERS}))
_LABEL = rf"(?=[A-Za-z _:\-]{{0,40}}?(?<![A-Za-z])(?i:{_NAMING})(?![A-Za-z]))"
"""Stands before what may be such a label; few of the words in brackets in a log are: `[worker-4]`."""
_PLACEHOLDER = re.compile(
    rf"\[\[?(?P<square>{_LABEL}[A-Za-z][A-Za-z _:\-]{{1,40}}?)(?:[_\- #:]?\d{{1,4}})?\]?\]|<"
    rf"(?P<angle>{_LABEL}[A-Z][A-Z_ \-]{{1,40}}?)(?:[_\-]?\d{{1,4}})?>"
    rf"|\{{\{{ ?(?P<braces>{_LABEL}[A-Za-z][A-Za-z _\-]{{1,40}}?)(?:[_\-]?\d{{1,4}})? ?\}}\}}|(?<!\{{)\{{"
    rf"(?P<brace>{_LABEL}[A-Z][A-Z_ \-]{{1,40}}?)(?:[_\-]?\d{{1,4}})?\}}(?!\}})"
)
_REDACTED = re.compile(
    r"\b(?:redacted|removed|masked|hidden|anonymi[sz]ed|omitted|pii|deleted)\b", re.IGNORECASE
)


class MaskedRecognizer(Recognizer):
    """Finds masked values (`****1234`, `j***@mail.example`) and named placeholders."""

    prefilter = Prefilter(_SIGNS + "xX#[<{ ", min_length=4)
    _with_signs = Outlined(_EMAIL, _IBAN, _NUMBER)
    _by_words = Outlined(_ENDING, _LAST_FOUR, _SHORT_SSN, _PLACEHOLDER)

    def __init__(self, language: str) -> None:
        entities = {
            "CREDIT_CARD", "PHONE_NUMBER", "US_SSN", "IN_AADHAAR", "BANK_ACCOUNT", "EMAIL_ADDRESS",
            "IBAN_CODE", *PLACEHOLDERS.values(),
        }  # fmt: skip
        super().__init__("MaskedRecognizer", tuple(entities), language)

    def traces(self, line: str) -> Sequence[re.Pattern[str] | Guarded]:
        """Return its patterns; where there is no sign, those that need none."""
        return (*(self._with_signs.patterns if _has_sign(line) else ()), *self._by_words.patterns)

    def may_find(self, outline: str) -> bool:
        """Tell whether a text of this outline may hold a match."""
        return (_has_sign(outline) and self._with_signs.admits(outline)) or self._by_words.admits(outline)

    def find(self, text: str) -> Iterator[Hit]:
        """Yield every masked value."""
        if _has_sign(text):
            yield from _emails(text)
            yield from _ibans(text)
            yield from _numbers(text)
        yield from _endings(text)
        yield from _placeholders(text)


def _has_sign(text: str) -> bool:
    return any(sign in text for sign in _MASK)


def _numbers(text: str) -> Iterator[Hit]:
    at = 0
    while match := _NUMBER.search(text, at):
        start, end = match.span()
        while _is_too_long(text[start:end]) and (cut := _last_border(text, start, end)):
            end = cut
        at = end
        raw = text[start:end]
        shown = "".join("x" if char in _MASK else "9" for char in raw if char.isdigit() or char in _MASK)
        hidden = shown.count("x")
        if hidden < 2 or not _is_masking(raw, hidden, len(shown)):
            continue
        entity = _masked_entity(text, raw, start, end, shown)
        if entity is not None:
            yield Hit(
                start, end, entity, 0.75 if len(shown) >= 8 else 0.6, masking=_state(entity, raw, shown)
            )


def _is_too_long(raw: str) -> bool:
    return sum(char.isdigit() or char in _MASK for char in raw) > (15 if raw.startswith(("+", "(+")) else 19)


def _last_border(text: str, start: int, end: int) -> int:
    """Return the last space between a digit and a mask sign, where one masked value may end (0: none)."""
    for at in range(end - 2, start, -1):
        if text[at] == " " and text[at - 1].isdigit() and text[at + 1] in _MASK:
            return at
    return 0


def _is_masking(raw: str, hidden: int, size: int) -> bool:
    """Tell a masked number from emphasis, headings, dimensions and Roman play."""
    signs = sum(char in _SIGNS for char in raw)
    letters = sum(char in "xX" for char in raw)
    hashes = raw.count("#")
    if max(signs, letters, hashes) != hidden:
        return False
    if letters and (hidden < 4 or size < 7 or not re.search(r"[xX]{2}", raw)):
        return False
    if hashes and (hidden < 4 or raw.lstrip("#").startswith(" ")):
        return False
    return hidden >= 3 or size >= 9


def _masked_entity(text: str, raw: str, start: int, end: int, shown: str) -> str | None:
    size, tail = len(shown), len(shown) - len(shown.rstrip("9"))
    groups = re.findall(rf"[\d{re.escape(_MASK)}]+", raw)
    lengths = [len(group) for group in groups]
    if raw.lstrip("(").startswith("+") or "(" in raw:
        return "PHONE_NUMBER" if size >= 7 else None
    if lengths == [3, 2, 4] or (_SSN.near(text, start, end) and (size == 9 or tail == 4)):
        return "US_SSN"
    if _AADHAAR.near(text, start, end) or (lengths == [4, 4, 4] and not _CARD.near(text, start, end)):
        return "IN_AADHAAR"
    if _CARD.near(text, start, end):
        return "CREDIT_CARD" if "9" in shown or size >= 12 else None
    if lengths == [3, 3, 4] or _PHONE.near(text, start, end):
        return "PHONE_NUMBER" if "9" in shown else None
    if _ACCOUNT.near(text, start, end):
        return "BANK_ACCOUNT" if "9" in shown else None
    if "9" not in shown or _OF_THINGS.near(text, start, end):
        return None
    if tail in (2, 3) and size < 12:
        return "PHONE_NUMBER"
    return "CREDIT_CARD" if 12 <= size <= 19 or (tail == 4 and size <= 12) else None


def _state(entity: str, raw: str, shown: str) -> str:
    visible = shown
    if raw.lstrip("(").startswith("+"):
        # The country code tells the country, not the person.
        code = re.match(r"\(?\+(\d{0,3})", raw)
        visible = shown[len(code.group(1)) if code else 0 :]
    if entity == "CREDIT_CARD" and len(visible) >= 13:
        return "masked" if "9" not in visible[6:-4] else "partial"
    return "masked" if "9" not in visible[:-4] else "partial"


def _emails(text: str) -> Iterator[Hit]:
    for match in _EMAIL.finditer(text):
        local = match["local"]
        hidden = sum(local.count(sign) for sign in _SIGNS) + sum(
            match["domain"].count(sign) for sign in _SIGNS
        )
        if hidden < 2:
            continue
        shown = sum(map(str.isalnum, local))
        yield Hit(*match.span(), "EMAIL_ADDRESS", 0.85, masking="masked" if shown <= 1 else "partial")


def _ibans(text: str) -> Iterator[Hit]:
    for match in _IBAN.finditer(text):
        raw = match.group()
        if sum(raw.count(sign) for sign in _SIGNS) >= 4:
            body = re.sub(r" ", "", raw)[2:]
            visible = sum(map(str.isalnum, body[:-4]))
            yield Hit(
                *match.span(), "IBAN_CODE", 0.85, match["country"], "masked" if visible <= 2 else "partial"
            )


def _endings(text: str) -> Iterator[Hit]:
    for pattern in (_ENDING, _LAST_FOUR, _SHORT_SSN):
        for match in pattern.finditer(text):
            entity = _ENDING_ENTITY[match["what"].lower().split()[0]]
            yield Hit(match.start("value"), match.end("value"), entity, 0.6, masking="masked")


def _placeholders(text: str) -> Iterator[Hit]:
    for match in _PLACEHOLDER.finditer(text):
        kind = match.lastgroup
        if kind is None:
            continue
        label = match[kind]
        redacted = _REDACTED.search(label) is not None
        # `[Phone]` and `[name]` are form labels; only capitals, braces or the word itself mean a redaction.
        if kind == "square" and not redacted and label != label.upper():
            continue
        if kind == "angle" and f"</{label}>" in text:
            continue
        entity = entity_of_label(label)
        if entity is not None:
            yield Hit(*match.span(), entity, 0.85, masking="masked")


def entity_of_label(label: str) -> str | None:
    """Return the entity that a placeholder's label names, or None for a generic one."""
    words = re.sub(r"[\s_\-:]+", " ", _REDACTED.sub(" ", label.replace("_", " "))).strip().upper()
    return PLACEHOLDERS.get(words)


def build(language: str) -> tuple[EntityRecognizer, ...]:
    """Return the recognisers of this family."""
    return (MaskedRecognizer(language),)
