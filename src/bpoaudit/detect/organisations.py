"""Names of companies and other bodies, which stand beside those of people in columns of parties."""

from __future__ import annotations

import re

_LONGEST = 120
_SIGNS = frozenset(" .,'’&+-()/")
_LEGAL_FORMS = (
    r"g?gmbh", r"kgaa", r"ohg", r"co\.? kg", r"(?-i:e\. ?[VK]\.)", r"ltd", r"limited", r"plc", r"p\.l\.c",
    r"inc", r"incorporated", r"corp", r"corporation", r"ll[cp]", r"l\.l\.[cp]", r"s\.a\. de",
    r"s\.?a\.?r\.?l", r"s\.?r\.?l", r"s\.p\.a", r"s\.n\.c", r"bvba", r"sp\.? ?z ?o\.? ?o", r"ltda",
    r"eireli", r"s/a", r"a/s", r"oyj?", r"oü", r"d\.o\.o", r"s\.r\.o", r"kft", r"zrt", r"bhd",
    r"company", r"co\.", r"& ?co", r"& ?(?:sons?|daughters?|brothers|partners?|söhne|cie)",
)  # fmt: skip
"""Without those of two letters (`S.A.`, `B.V.`), which are initials behind a name in India."""
_KINDS = (
    "holdings?", "group", "gruppe", "grupo", "groupe", "bank", "banco", "banque", "insurance", "assurances?",
    "versicherung(?:en)?", "seguros", "foundation", "stiftung", "fundacja", "fundaci[oó]n", "association",
    "verein", "university", "universit[aäé]t?", "universidad", "college", "school", "hospital", "clinic",
    "ministry", "council", "solutions", "services", "enterprises", "industries", "systems", "technologies",
    "logistics", "trading", "consulting", "associates", "partners", "ventures", "international",
    "cooperative", "supplies", "motors", "airlines", "pharma(?:cy|ceuticals)?",
)  # fmt: skip
_BODY = re.compile(rf"(?<![^\W_])(?:{'|'.join(_LEGAL_FORMS + _KINDS)})(?![^\W_])", re.IGNORECASE)
_KIND_BEHIND = re.compile(
    rf" (?=[A-ZÀ-Þ])(?i:{'|'.join(_LEGAL_FORMS + _KINDS)})(?![^\W_])"
    r"(?! (?i:accounts?|details|transfers?|statements?|cards?|numbers?|no|nr|id|ref|policy|claims?)"
    r"(?![^\W_]))"
)
"""`… Hospital`, and no `… Hospital number`."""
_PERSON_THERE = re.compile(r"(?<![^\W_])(?:c/o|attn?|z\. ?hd?\.|f\.?a\.?o)(?![^\W_])", re.IGNORECASE)


def is_organisation(text: str) -> bool:
    """Tell whether a whole value is the name of a company or another body, by its legal form or its kind.

    False where somebody may be named with it (`Acme Ltd, attn. …`) and where digits or an address are.
    """
    named = len(text) <= _LONGEST and all(char.isalpha() or char in _SIGNS for char in text)
    found = _BODY.search(text) if named and " " in text else None
    return found is not None and found.start() > 0 and _PERSON_THERE.search(text) is None


def names_organisation(text: str, start: int, end: int) -> bool:
    """Tell whether a single word of a text is the first of a company's name (`Larkfield Insurance`)."""
    return " " not in text[start:end] and _KIND_BEHIND.match(text, end) is not None
