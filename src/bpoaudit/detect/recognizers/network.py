"""Network addresses: IP and MAC."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Sequence

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


class IpRecognizer(Recognizer):
    """Finds IPv4 and IPv6 addresses (with a prefix length or zone), reserved ranges included."""

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
                if _is_address(match.group()) and not versioned:
                    yield Hit(start, end, "IP_ADDRESS", 0.9 if len(match.group()) > 5 else 0.6)


def _is_address(text: str) -> bool:
    address, slash, prefix = text.partition("/")
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    if slash and int(prefix) > parsed.max_prefixlen:
        return False
    # `::` and `0.0.0.0` name nobody.
    return not parsed.is_unspecified


def build(language: str) -> tuple[EntityRecognizer, ...]:
    """Return the recognisers of this family."""
    return (IpRecognizer(language), *recognizers(_MAC, language))
