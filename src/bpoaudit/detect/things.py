"""Texts about machines and goods, where a word with a capital is hardly ever somebody's name."""

from __future__ import annotations

import re

from bpoaudit.detect.matches import Match
from bpoaudit.detect.recognizers.address import is_street_type
from bpoaudit.detect.recognizers.machine_line import is_machine_line, line_around

_REACH = 24
_LABEL = {
    "PERSON": (
        "name|customer|client|patient|member|caller|contact|recipient|owner|holder|user|author|by|mrs?|ms|dr"
    ),
    "LOCATION": r"city|town|country|location|place|region|state|province|address",
    "STREET_ADDRESS": r"address|street|addr|line ?\d|city|town|location",
}
_SAID = {
    entity: re.compile(rf"(?:{words})(?:[\"']?\s?[:=]\s?[\"']?|[ _]is |\.? )\Z", re.IGNORECASE)
    for entity, words in _LABEL.items()
}
"""What says in a log that a name follows."""
_FULL_NAME = re.compile(r"(?:[A-ZÀ-Þ][a-zß-ÿ'’\-]+|[A-ZÀ-Þ]\.?)(?: [A-ZÀ-Þ][A-Za-zß-ÿ'’\-]+)+")
_GOODS = (
    re.compile(
        r"(?<![^\W_])size \d|\d ?(?:x ?\d|(?:[cmk]?m|k?g|m?l|[WVKAJ]|[GTM]B|lm)(?![^\W_])"
        r"|inch|mAh|Hz|pcs|pieces|pack)"
    ),
    re.compile(r"[$€£₹] ?\d|\d ?(?:EUR|USD|GBP|INR|PLN|zł)(?![^\W_])"),
    re.compile(
        r"(?<![^\W_])(?:SKU|EAN|UPC|GTIN|ISBN|ASIN|MPN|style code|model|item (?:number|no)|part (?:number|no)"
        r"|art(?:icle)?\.? ?(?:number|no))(?![^\W_])",
        re.IGNORECASE,
    ),
)
"""Measures, prices and codes of goods: a line of a catalogue has two of the three, or two measures."""
_GLUE = "+=_@\\{"
_VERSION_AFTER = re.compile(r"[ \-](?:to |v|version )?\d{1,4}\.\d")
_COLUMNS = re.compile(r":|\s{2}|\t")
"""What stands inside the cells of a listing (`Keywords: Audit`), and in no name."""
_ZONE = re.compile(r"(?<![\w/])(?:Africa|America|Asia|Atlantic|Australia|Europe|Indian|Pacific)/\w+")
"""A time zone (`Europe/Warsaw`)."""
_COMPONENT = re.compile(r"(?:^|\n)(?:BEGIN|END):\Z")
"""Before the kind of a part of a calendar or a contact card (RFC 5545, RFC 6350)."""
_LEAD = re.compile(r"[\s\-*•\d.)]{0,6}")
_SENTENCE = re.compile(r"[.!?]\s*\Z")


def is_of_things(match: Match, text: str) -> bool:
    """Tell whether what a language model takes for a name stands in a log or a catalogue and is none.

    In what machines write a full name in sentence case stands, and what a label announces; at the
    beginning of a line of a catalogue (`Oslo sideboard, 80 cm, $120`) a full name only.
    """
    value = text[match.start : match.end]
    if match.entity in ("PERSON", "LOCATION") and _is_of_program(match, value, text):
        return True
    if is_machine_line(text, match.start):
        return not _is_told(match, value, text)
    if match.entity not in ("PERSON", "LOCATION"):
        return False
    return _FULL_NAME.fullmatch(value) is None and _leads_goods(match, text)


def _is_of_program(match: Match, value: str, text: str) -> bool:
    """`Jetty to 12.0.1`, `LIN+7`, `pool.hikari.size`, `Europe/Warsaw`, `BEGIN:VEVENT`, cells side by side."""
    after = text[match.end : match.end + 1]
    zone = _ZONE.search(text, max(0, match.start - _REACH), match.end + _REACH)
    dotted = text[match.start - 1 : match.start] == "." and text[match.start - 2 : match.start - 1].isalnum()
    return (
        (dotted and value.islower())
        or (zone is not None and zone.start() <= match.start < zone.end())
        or (after != "" and after in _GLUE)
        or _COLUMNS.search(value) is not None
        or _COMPONENT.search(text[max(0, match.start - 8) : match.start]) is not None
        or (" " not in value and _VERSION_AFTER.match(text, match.end) is not None)
    )


def _is_told(match: Match, value: str, text: str) -> bool:
    said = _SAID.get(match.entity)
    if said is None:
        return False
    if said.search(text[max(0, match.start - _REACH) : match.start]) and value != value.upper():
        return True
    if match.entity == "STREET_ADDRESS":
        return any(map(str.isdigit, value)) and any(map(is_street_type, value.lower().split()))
    return match.entity == "PERSON" and _FULL_NAME.fullmatch(value) is not None


def _leads_goods(match: Match, text: str) -> bool:
    line = line_around(text, match.start)
    start = text.rfind("\n", 0, match.start) + 1
    if _LEAD.fullmatch(text, start, match.start) is None or _SENTENCE.search(line):
        return False
    found = [len(pattern.findall(line)) for pattern in _GOODS]
    return sum(map(bool, found)) > 1 or found[0] > 1
