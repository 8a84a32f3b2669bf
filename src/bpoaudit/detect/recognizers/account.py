"""Customer, policy, claim, booking and member numbers: personal because of what they are called."""

from __future__ import annotations

import re
from collections.abc import Iterator

from presidio_analyzer import EntityRecognizer

from bpoaudit.detect.recognizers.literals import guarded
from bpoaudit.detect.recognizers.outline import Outlined
from bpoaudit.detect.recognizers.recognizer import Hit, Prefilter, Recognizer

_KINDS = (
    r"customer|cust|client|member(?:ship)?|mbr|policy(?:holder)?|insurance|claim(?:ant|s)?|booking|reservation"
    r"|confirmation|patient|subscriber|loyalty"
    r"|rewards?|frequent[ _\-]?flyer|employee|staff|payroll|student|account|acct|a/c|contract|mrn"
    r"|medical[ _\-]?record|health[ _\-]?record|voucher|loan|mortgage|pnr|record[ _\-]?locator"
    r"|kunden|kunde|vertrags|versicherungs|mitglieds|buchungs|cliente|p[oó]liza|ap[oó]lice|reserva"
    r"|siniestro|socio|contrato"
    r"|client[ée]?|adh[ée]rent|contrat|dossier|klienta|polis[ay]|umowy|szkody|rezerwacji|abonat|contract"
    r"(?:ului)?|poli[tț][aă]"
)
_NUMBER_NOUN = (
    r"(?:numbers?|nummer|numer|num[ée]ro|número|num|no|nr|n[º°]|ids?|#|codes?|refs?|reference|identifier"
    r"|confirmation|locator)"
)
_NAMED_BY_ITSELF = frozenset({"mrn", "pnr"})
_LABELLED = guarded(
    rf"(?<![^\W_])(?P<kind>{_KINDS})(?P<noun>(?:[ _\-.]{{0,2}}{_NUMBER_NOUN}\.?){{0,2}})(?![^\W\d_])"
    r"(?P<mark>(?:[ ,]{1,2}(?:is|was|ist|es|é|est|to|jest|este|it's|its|it "
    r"is)){0,2}[ \t]{0,2}[:=#]?[ \t\n]{0,2})"
    r"(?P<value>(?-i:[A-Z]{1,4})(?: \d{3}){2,4}|[A-Z]{1,4}[ ]\d{3,12}"
    r"|[A-Z0-9]{1,12}(?:[\-/][A-Z0-9]{1,12}){0,4})(?![^\W_])(?![.,]\d)",
    re.IGNORECASE,
)
_OF_CONTRACT = re.compile(
    r"(?:claim|policy|insurance|booking|reservation|loan|mortgage|contract|p[oó]liza|ap[oó]lice|reserva|siniestro"
    r"|contrato|contrat|dossier|polis[ay]|umowy|szkody|poli[tț][aă])",
    re.IGNORECASE,
)
_LETTERED = re.compile(
    r"(?!(?:USD|EUR|GBP|INR|PHP|PLN|RON|ZAR|BRL|MXN|CHF|CAD|AUD|NZD|SGD|MYR|IDR|THB|VND|BDT|PKR|LKR|AED|SAR|EGP"
    r"|KES|NGN|UAH|CZK|HUF|SEK|NOK|DKK|JPY|CNY|HKD|KRW|TRY|ILS|COP|ARS|CLP|PEN|RM|RS|KR|TK|LEI|ISO|FAQ) )"
    r"[A-Z]{2,4}(?: \d{3,12}){1,4}"
)
"""Letters and figures apart (`claim ABC 123`), and no sum of money."""
_PREFIXED = guarded(
    r"(?<![^\W_])(?<![\-/#])(?:CUST?|CLI|CLNT|MBR|MEM|MEMB|SUB|POL|PLC|CLM|CLAIM|ACC|ACCT|PAT|PNT|MRN|EMP|BKG|BOOK|RES"
    r"|RSV|PNR|LOAN|CTR|VERS|KND|KDNR|KLI|UM)[\-/]?(?:\d{2,4}[\-/])?\d{5,12}(?![^\W_])(?![\-/]\w)"
)
"""Codes that carry the relation in their first letters (`CLM-2610-53125`), in capitals."""
_NAMED = guarded(
    r"(?<![^\W\d_])[A-ZÀ-Þ][\w'’.\-]{0,24}(?: [A-ZÀ-Þa-z][\w'’.\-]{0,24}){1,3} ?\("
    r"(?P<value>[A-Z]{1,5}[\-/]?\d{5,12})\)"
)
"""A code in brackets behind a name says whose it is."""
_BUSINESS_CODE = re.compile(
    r"(?:ORD?|PO|SO|INV|IN|RE|TCK|TKT|TIC|INC|CASE|REQ|TRK|TRX|TXN|SHP|AWB|SKU|RMA|BATCH|AGT?|OP|SN|REF|PRV|BC)[\-/]?\d"
)
_PREFIX = re.compile(
    r"(?:order|ticket|tracking|invoice|agent|case|sku|item|transaction|shipping|service"
    r"|serial|no)[ _\-]$",
    re.IGNORECASE,
)
_INSTANCE = re.compile(r"[a-z]{4,12}(?:-[a-z]{2,12}){0,3}-\d{1,2}")
"""`producer-1`, `web-eu-02`: the name of a client that is a program."""
_MONEY = re.compile(
    r" ?(?:[$€£%₹]|usd|eur|gbp|inr|dollars|euros|pounds|days|years|months|hours|weeks"
    r"|times|people|percent)",
    re.IGNORECASE,
)


class AccountIdRecognizer(Recognizer):
    """Finds numbers named after a person's relation to the client (`policy no. …`, `booking reference …`).

    The span is the number. Codes whose letters name the relation (`CLM-…`, `POL-…`) and codes in brackets
    behind a name need no such word. With a number word at least three characters and one digit are asked for,
    without it five digits, or capitals and figures (`claim ABC 123`). Orders, tickets, parcels and the like
    are about things and are none.
    """

    prefilter = Prefilter(min_digits=1, min_length=6)
    begins = Outlined(_LABELLED, _PREFIXED, _NAMED)

    def __init__(self, language: str) -> None:
        super().__init__("AccountIdRecognizer", ("ACCOUNT_ID",), language)

    def is_blind(self, outline: str) -> bool:
        """Tell that it does not matter which digits a number has."""
        return True

    def find(self, text: str) -> Iterator[Hit]:
        """Yield every number with such a name."""
        for match in _LABELLED.finditer(text):
            value = match["value"]
            noun = match["noun"] or "#" in match["mark"] or match["kind"].lower() in _NAMED_BY_ITSELF
            digits = sum(map(str.isdigit, value))
            start, end = match.span("value")
            if (
                not digits
                or _INSTANCE.fullmatch(value)
                or _PREFIX.search(text, max(0, match.start() - 12), match.start())
                or _MONEY.match(text, end)
            ):
                continue
            assigned = any(sign in match["mark"] for sign in ":=#")
            lettered = _LETTERED.fullmatch(value) and _OF_CONTRACT.fullmatch(match["kind"])
            if (noun and len(value) >= 3) or (assigned and len(value) >= 4) or digits >= 5 or lettered:
                yield Hit(start, end, "ACCOUNT_ID", 0.8 if noun else 0.6)
        for match in _PREFIXED.finditer(text):
            yield Hit(*match.span(), "ACCOUNT_ID", 0.75)
        for match in _NAMED.finditer(text):
            if not _BUSINESS_CODE.match(match["value"]):
                yield Hit(*match.span("value"), "ACCOUNT_ID", 0.65)


def build(language: str) -> tuple[EntityRecognizer, ...]:
    """Return the recognisers of this family."""
    return (AccountIdRecognizer(language),)
