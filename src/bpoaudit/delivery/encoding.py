"""Tell the character encoding of a text, from all of its bytes."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from charset_normalizer import from_bytes

from bpoaudit.delivery.content import Content
from bpoaudit.errors import SourceError

_BLOCK = 1 << 20
_SAMPLE = 32 << 10
"""Bytes of lines with accents that the guess between legacy encodings looks at."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# The code pages of the Windows versions that exports come from. Western European first: it is what
# an export is, unless its bytes say otherwise.
_WESTERN = "cp1252"
_LATIN = ("cp1250", "cp1254")
_OTHER_SCRIPTS = ("cp1251", "cp1253", "cp1255", "cp1256", "cp932", "cp949", "gb18030", "big5")

_CONTROLS = "\x01-\x08\x0e-\x1a\x1c-\x1f"
_STRAY = "\udc80-\udcff"
_PROBE = bytes(range(0x20, 0x7F))
_NO_CHARACTER_SETS = ("utf", "idna", "unicode", "raw")
"""Beginnings of codecs that escape, or that a text that is not UTF-8 but has ASCII in it cannot be in."""
_PLAIN_BYTES = [bytes([byte]) for byte in b"\t\n\r" + _PROBE]
_SURELY_ASCII = 0.9
"""Share of ASCII bytes that text in UTF-16 without one zero byte, which is all East Asian, does not have."""
_HIGH_RUN = re.compile(rb"[\x80-\xff]{2,}")


@dataclass(frozen=True, slots=True)
class Encoding:
    """How the bytes of a text are to be decoded."""

    codec: str
    bom: int
    """Bytes of the byte order mark to leave out."""
    strict: bool
    """Every byte of the text decodes."""

    @property
    def label(self) -> str:
        """Name it for a person: `utf-8 with byte order mark`."""
        return f"{self.codec} with byte order mark" if self.bom else self.codec


def find_encoding(content: Content, declared: str | None = None) -> Encoding:
    """Read the whole content and return its encoding.

    A byte order mark decides, unless plain ASCII follows one of UTF-16; then NUL bytes at every other
    place (UTF-16); then whether the bytes are UTF-8. What is mostly not UTF-8 is taken for a Windows code
    page: 1252, unless charset-normalizer recognises another one. What the text itself says it is in, as
    XML does, is `declared`: believed where the bytes are not UTF-8. Memory does not grow with the file. A
    content that breaks off is judged by what comes before; who reads it on meets the fault again.
    """
    head, _ = content.first(64 << 10)
    if marked := _marked(head):
        codec, bom = marked
        return Encoding(codec, bom, _decodes(_blocks(content, bom), codec))
    if unmarked := _utf16_without_mark(head):
        return Encoding(unmarked, 0, _decodes(_blocks(content), unmarked))
    characters, stray, sample = _weigh_utf8(_blocks(content))
    believed = _superset_of_ascii(declared) if stray else None
    if stray <= characters and believed is None:
        return Encoding("utf-8", 0, strict=not stray)
    codec = believed or _code_page(sample)
    return Encoding(codec, 0, _decodes(_blocks(content), codec))


def _superset_of_ascii(label: str | None) -> str | None:
    """Return the codec of a label, None where ASCII, in which the label stands, would not survive it."""
    try:
        codec = codecs.lookup(label or "").name
        if codec.startswith(_NO_CHARACTER_SETS) or _PROBE.decode(codec) != _PROBE.decode("ascii"):
            return None
    except (LookupError, ValueError):
        return None
    # What calls itself ASCII or Latin-1 is Windows-1252 wherever the two differ (WHATWG Encoding).
    return _WESTERN if codec in ("ascii", "iso8859-1") else codec


def decode_head(head: bytes) -> str | None:
    """Decode the first bytes of a file as text; None where they are not text."""
    codec, bom = _marked(head) or (_utf16_without_mark(head) or "utf-8", 0)
    decoder = codecs.getincrementaldecoder(codec)("surrogateescape" if codec == "utf-8" else "replace")
    text = decoder.decode(head[bom:])
    # C0 controls other than white space and escape do not occur in text. NUL does, as padding, and where
    # a file was not written to its end; with it, bytes of no UTF-8 speak of a binary format too.
    written = text.replace("\0", "")
    strange = _CONTROLS if written == text else _CONTROLS + _STRAY
    if not written or len(re.findall(f"[{strange}]", written)) > len(written) * 0.05:
        return None
    return written


def _marked(head: bytes) -> tuple[str, int] | None:
    """Return the codec that a byte order mark names, and the length of the mark.

    None where the text behind a mark of UTF-16 is bytes of ASCII: as UTF-16 they would be other characters.
    """
    for mark, codec in _BOMS:
        if head.startswith(mark):
            text = head[len(mark) :]
            plain = sum(map(text.count, _PLAIN_BYTES))
            is_ascii = codec.startswith("utf-16") and 0 not in text and plain > len(text) * _SURELY_ASCII
            return None if is_ascii else (codec, len(mark))
    return None


def _utf16_without_mark(head: bytes) -> str | None:
    even, odd = head[0::2].count(0), head[1::2].count(0)
    few, many = sorted((even, odd))
    # Spaces, digits and line ends have a zero byte in UTF-16 whatever the script around them; where
    # the script has none of its own, its bytes are not UTF-8 either.
    if not many or few * 10 > many or many * 40 < len(head):
        return None
    if many * 4 < len(head) and _is_utf8(head):
        return None
    return "utf-16-be" if even > odd else "utf-16-le"


def _is_utf8(head: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True


def _blocks(content: Content, skip: int = 0) -> Iterator[bytes]:
    with content.open() as file:
        file.read(skip)
        with suppress(SourceError):
            while block := file.read(_BLOCK):
                yield block


def _decodes(blocks: Iterator[bytes], codec: str) -> bool:
    decoder = codecs.getincrementaldecoder(codec)()
    try:
        for block in blocks:
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _weigh_utf8(blocks: Iterator[bytes]) -> tuple[int, int, bytes]:
    """Count characters beyond ASCII and bytes that are not UTF-8; collect lines with such bytes."""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    characters = stray = 0
    sample = bytearray()
    for block in blocks:
        text = decoder.decode(block)
        if block.isascii() and text.isascii():
            continue
        beyond, here = _count(text)
        characters, stray = characters + beyond, stray + here
        if here and len(sample) < _SAMPLE:
            accented = [line[:_SAMPLE] for line in block.split(b"\n") if not line.isascii()]
            sample += b"\n".join(accented)[:_SAMPLE] + b"\n"
    beyond, here = _count(decoder.decode(b"", final=True))
    return characters + beyond, stray + here, bytes(sample[:_SAMPLE])


def _count(text: str) -> tuple[int, int]:
    stray = len(re.findall("[\udc80-\udcff]", text))
    return len(re.findall(r"[^\x00-\x7f]", text)) - stray, stray


def _code_page(sample: bytes) -> str:
    high = sum(byte > 0x7F for byte in sample)
    in_runs = sum(len(run) for run in _HIGH_RUN.findall(sample))
    # Western text has its accents one by one among ASCII letters; Cyrillic, Greek, Arabic and East
    # Asian text has them in runs. Without that, a guess on a short sample is worse than none.
    candidates = _OTHER_SCRIPTS if in_runs * 2 > high else _LATIN
    matches = from_bytes(sample, cp_isolation=[_WESTERN, *candidates])
    best = matches.best()
    if best is None or (candidates is _LATIN and best.coherence < 0.2):
        return _WESTERN
    for match in matches:
        as_good = match.chaos <= best.chaos and match.coherence >= best.coherence
        if as_good and _WESTERN in match.could_be_from_charset:
            return _WESTERN
    return best.encoding
