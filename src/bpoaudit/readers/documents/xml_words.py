"""Every word of an XML text, whatever its vocabulary."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bpoaudit.readers.documents.office_xml import Hostile, PartParser

MAX_DEPTH = 1_000
_MAX_TEXT = 1 << 20
# What every XMP packet begins and ends with (ISO 16684-1, 7.3.2).
_PACKET = re.compile(
    r"xpacket\s+(?:begin=(?P<q>[\"']).{0,3}(?P=q)\s+id=[\"']W5M0MpCehiHzreSzNTczkc9d[\"']"
    r"(?:\s+bytes=[\"']\d*[\"'])?(?:\s+encoding=[\"'][\w-]*[\"'])?|end=[\"'][rw][\"'])"
)


def xml_words(blocks: Iterable[bytes], *, with_asides: bool = False) -> Iterator[str]:
    """Yield the text of each element and the value of each attribute that has a letter or digit.

    Raises `NotXml` and `Hostile`; what was yielded before stands.
    """
    words: list[str] = []
    open_text: list[str] = [""]
    depth = 0

    def flush() -> None:
        if any(map(str.isalnum, open_text[0])):
            words.append(open_text[0].strip())
        open_text[0] = ""

    def start(_: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise Hostile
        flush()
        words.extend(value for value in attributes.values() if any(map(str.isalnum, value)))

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1
        flush()

    def text(more: str) -> None:
        open_text[0] += more
        if len(open_text[0]) > _MAX_TEXT:
            flush()

    def aside(more: str) -> None:
        if any(map(str.isalnum, more)) and not _PACKET.fullmatch(more):
            words.append(more)

    parser = PartParser()
    parser.on_start, parser.on_end, parser.on_text = start, end, text
    if with_asides:
        parser.on_aside = aside
    for block in blocks:
        parser.feed(block)
        yield from words
        words.clear()
    parser.end()
    yield from words


def packet_words(packet: str) -> Iterator[str]:
    """Yield the same of a text that is one document, and its comments and processing instructions."""
    return xml_words([packet.encode()], with_asides=True)


def unnamed_words(blocks: Iterable[bytes]) -> Iterator[tuple[str, str]]:
    """Yield the same words where a field is expected beside each of them."""
    return (("", word) for word in xml_words(blocks))
