"""What can belong to nobody: ranges that were set aside for examples, tests and fiction.

The ranges are facts and stand in `reserved.yaml`, each with its source. Most countries set no identity
numbers aside: what passes their check digit may belong to somebody.
"""

from __future__ import annotations

import ipaddress
import re
from functools import cache
from pathlib import Path

from bpoaudit.documents import load_yaml, validate
from bpoaudit.measures.identity_quality import CHECKED
from bpoaudit.vendor.words import Section

JUDGED = CHECKED | {"PHONE_NUMBER", "US_SSN", "IP_ADDRESS"}
"""Entities of which it is told whether a value looks real."""


class Range(Section):
    """Values that were set aside together."""

    source: str
    patterns: tuple[str, ...]
    """Matched against the whole value: lower case, letters and digits alone; of an address, its domain."""


class _Ranges(Section):
    entities: dict[str, tuple[Range, ...]]


def looks_real(entity: str, value: str) -> bool:
    """Tell whether a value of one of the `JUDGED` entities, in the right form, may belong to somebody."""
    if entity == "IP_ADDRESS":
        return _is_global(value)
    if entity == "EMAIL_ADDRESS":
        told = value.rpartition("@")[2].strip().rstrip(".").casefold()
    else:
        told = "".join(char for char in value.casefold() if char.isalnum())
    return not any(pattern.fullmatch(told) for pattern in _patterns().get(entity, ()))


def _is_global(value: str) -> bool:
    try:
        return ipaddress.ip_interface(value.strip("[]")).ip.is_global
    except ValueError:
        return False  # with a port or zone, or mistyped: proves no person


@cache
def _patterns() -> dict[str, tuple[re.Pattern[str], ...]]:
    ranges = validate(load_yaml(Path(__file__).parent / "reserved.yaml"), _Ranges)
    return {
        entity: tuple(re.compile(pattern, re.ASCII) for each in known for pattern in each.patterns)
        for entity, known in ranges.entities.items()
    }
