"""Every word of an XML text, whatever its vocabulary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bpoaudit.readers.documents.office_xml import Hostile, PartParser

MAX_DEPTH = 1_000
_MAX_TEXT = 1 << 20


def xml_words(blocks: Iterable[bytes]) -> Iterator[str]:
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

    parser = PartParser()
    parser.on_start, parser.on_end, parser.on_text = start, end, text
    for block in blocks:
        parser.feed(block)
        yield from words
        words.clear()
    parser.end()
    yield from words


def unnamed_words(blocks: Iterable[bytes]) -> Iterator[tuple[str, str]]:
    """Yield the same words where a field is expected beside each of them."""
    return (("", word) for word in xml_words(blocks))
