"""Network addresses: IP and MAC."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from presidio_analyzer import EntityRecognizer
from presidio_analyzer.predefined_recognizers import MacAddressRecognizer

from bpoaudit.detect.recognizers.context import Words
from bpoaudit.detect.recognizers.literals import Guarded
from bpoaudit.detect.recognizers.outline import Outlined
from bpoaudit.detect.recognizers.recognizer import (
    Hit,
    Identifier,
    Prefilter,
    Recognizer,
    Shape,
    adopt,
    recognizers,
)

_IPV4 = re.compile(r"(?<![\w.\-])(?:\d{1,3}\.){3}\d{1,3}(?:/\d{1,2})?(?![\w\-]|\.\d)")
_IPV6 = re.compile(
    r"(?<![\w:.])(?=[\da-f]{0,4}:)[\da-f:]{2,39}(?:(?<=:)(?:\d{1,3}\.){3}\d{1,3})?"
    r"(?:%\w{1,16})?(?:/\d{1,3})?(?![\w:]|\.\d)",
    re.IGNORECASE,
)
_COLONS = re.compile(r"(?:[\da-f]{0,4}:){6}|::", re.IGNORECASE)
"""In every IPv6 address: six colons, or two together."""
_VERSION = Words(
    "version",
    "ver",
    "v",
    "release",
    "build",
    "firmware",
    "sdk",
    "driver",
    "section",
    "clause",
    "chapter",
    against=("ip", "ip address", "host", "server", "address"),
    after=0,
    before=20,
)

_PRODUCT = re.compile(r"[A-Z][A-Za-z]{1,24}/\Z")
"""`Chrome/124.0.0.0`: a product token of a user agent (RFC 9110, 10.1.5)."""
_MISTYPED_VERSION = re.compile(r"(?<![^\W_])v[ersion]{5,8}:? \Z", re.IGNORECASE)

_MAC = (
    Identifier(
        "MAC_ADDRESS",
        (*adopt(MacAddressRecognizer, 0.85, 0.9), Shape(r"(?!0{12}|f{12})[\da-f]{12}", 0, 0.8, None)),
        Words(
            "mac", "mac address", "mac addr", "hwaddr", "hw address", "ethernet", "wifi", "bssid",
            "physical address", after=0, before=24,
        ),
    ),
)  # fmt: skip


_INSIDE = tuple(
    map(
        ipaddress.ip_network,
        (
            "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7",
            "127.0.0.0/8", "::1/128",
            "169.254.0.0/16", "fe80::/10",
        ),
    )
)  # fmt: skip
"""Of private networks (RFC 1918, RFC 4193), of the machine itself, of the link."""
_OUTSIDE_SCORE, _INSIDE_SCORE, _SHORT_SCORE = 0.9, 0.45, 0.6
_REMEMBERED = 16_384
"""Addresses whose scores are known: in a log the same ones come back."""
_SHORTEST_SURE = 5
"""Characters up to which an address of the sixth version may be something else: `a::b`."""


class IpRecognizer(Recognizer):
    """Finds IPv4 and IPv6 addresses (with a prefix length or zone), those set aside for examples included.

    An address inside a network names a machine of whoever runs it, and nobody by itself: its score is below
    what rules ask for.
    """

    prefilter = Prefilter(".:", min_length=2)
    begins = Outlined(_IPV4, _COLONS)

    def __init__(self, language: str) -> None:
        super().__init__("IpRecognizer", ("IP_ADDRESS",), language)

    def traces(self, line: str) -> Sequence[re.Pattern[str] | Guarded]:
        """Return what addresses match, and times of day do not."""
        return _IPV4, _COLONS

    def find(self, text: str) -> Iterator[Hit]:
        """Yield every address; `1.2.3.4` next to the word version is none."""
        for pattern in (_IPV4, _IPV6):
            for match in pattern.finditer(text):
                start, end = match.span()
                versioned = _VERSION.near(text, start, end) or _MISTYPED_VERSION.search(text[:start][-12:])
                versioned = versioned or _PRODUCT.search(text[max(0, start - 26) : start])
                if not versioned and (score := _score(match.group())):
                    yield Hit(start, end, "IP_ADDRESS", score)


@lru_cache(maxsize=_REMEMBERED)
def _score(text: str) -> float:
    """Return what an address is worth; nothing where it is none."""
    address, slash, prefix = text.partition("/")
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return 0
    # `::` and `0.0.0.0` name nobody.
    if parsed.is_unspecified or (slash and int(prefix) > parsed.max_prefixlen):
        return 0
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    if any((mapped or parsed) in network for network in _INSIDE):
        return _INSIDE_SCORE
    return _OUTSIDE_SCORE if len(text) > _SHORTEST_SURE else _SHORT_SCORE


def build(language: str) -> tuple[EntityRecognizer, ...]:
    """Return the recognisers of this family."""
    return (IpRecognizer(language), *recognizers(_MAC, language))
