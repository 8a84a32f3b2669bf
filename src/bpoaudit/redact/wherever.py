"""Formats in which a value is put together from many places: what was found is replaced wherever it stands.

That is more than was found: the same words elsewhere in the file go too. What is written in yet another way
is found by the scan of the copy, and the file is refused.
"""

from __future__ import annotations

import codecs
import html
import re
from collections.abc import Iterable

from bpoaudit.delivery.shapes import HTML, JSON, JSONL, XML
from bpoaudit.errors import UnsupportedSource
from bpoaudit.model import FieldKind
from bpoaudit.readers import Part, open_parts
from bpoaudit.readers.charsets import declared_charset
from bpoaudit.readers.json_document import are_several
from bpoaudit.readers.platforms.reading import open_platform
from bpoaudit.readers.text_file import TextFile
from bpoaudit.readers.xml.xml_events import open_xml_text
from bpoaudit.redact.job import Job
from bpoaudit.redact.markup_texts import MAX_TREE, Replacements
from bpoaudit.written import Edit, Piece, edited, written

_TOKEN = re.compile(
    r"(?P<aside><!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z))|(?P<tag><[?!/]?[A-Za-z](?:[^<>\"']|\"[^\"]*\"|'[^']*')*>)"
    r"|(?P<text>[^<]+|<)",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"(?<==)(\s*)(\"[^\"]*\"|'[^']*')")

MARKUP = (XML, HTML)


def write_markup(job: Job) -> None:
    """Write XML or HTML: texts, attributes, comments. Tags and everything between them stay."""
    head, _ = job.content.first(1024)
    file = (
        open_xml_text(job.content) if job.media_type == XML else TextFile(job.content, declared_charset(head))
    )
    known = learned(job)
    text = _whole_text(file)
    written_again = _TOKEN.sub(lambda token: _token(token, known), text)
    _put(job, file, [written_again])


def is_platform(job: Job) -> bool:
    """Tell whether JSON is an export of a platform, whose conversations are read as turns."""
    if job.media_type not in (JSON, JSONL):
        return False
    file = TextFile(job.content)
    lines = job.media_type == JSONL
    if not lines and are_several(file):
        return False
    return open_platform(file, job.media_type, job.how, lines=lines) is not None


def write_platform(job: Job) -> None:
    """Write the JSON of a platform: its texts, whichever turn they are read as."""
    known = learned(job)
    text = written(job.content, job.media_type, job.how)
    assert text is not None
    _put(job, TextFile(job.content), (_json_piece(piece, known) for piece in text.pieces))


def learned(job: Job) -> Replacements:
    """Return what was found in a source, in all its parts, and what stands in its place."""
    known = Replacements()
    for part in open_parts(job.content, job.media_type, job.how):
        if not isinstance(part, Part):
            continue
        source = job.redactor(job.name + part.suffix, part.kind is FieldKind.COLUMN)
        for batch in part.batches:
            for values in batch.fields:
                for record, text in zip(values.records, values.values, strict=True):
                    if pairs := source.replaced(record, values.name, text):
                        # As a whole too: of `34` alone nobody knows what else it stands for in the file.
                        known.add([(text.strip(), source.changed(record, values.name, text).strip())])
                        known.add(pairs)
    return known


def _json_piece(piece: Piece, known: Replacements) -> str:
    edits = []
    for value in piece.values():
        new = known.text(value.text)
        if new is not None and new != value.text:
            text = value.nothing if value.typed else piece.escape(new)
            edits.append(Edit(value.starts[0], value.ends[-1], text))
    return edited(piece.raw, edits)


def _token(token: re.Match[str], known: Replacements) -> str:
    raw = token[0]
    if token.lastgroup == "tag":
        return _ATTRIBUTE.sub(
            lambda found: (
                found[1] + found[2][0] + _marked_up(found[2][1:-1], known, quote=True) + found[2][0]
            ),
            raw,
        )
    if token.lastgroup == "aside":
        return known.text(raw) or ""
    return _marked_up(raw, known, quote=False)


def _marked_up(raw: str, known: Replacements, *, quote: bool) -> str:
    def escape(text: str) -> str:
        return html.escape(text, quote=quote)

    plain = html.unescape(raw)
    if plain == raw:
        return known.text(raw, escape) or ""
    new = known.text(plain) or ""
    return raw if new == plain else escape(new)


def _whole_text(file: TextFile) -> str:
    blocks: list[str] = []
    size = 0
    for block in file.blocks():
        size += len(block)
        if size > MAX_TREE:
            raise UnsupportedSource(f"markup of more than {MAX_TREE >> 20} Mi characters")
        blocks.append(block)
    return "".join(blocks)


def _put(job: Job, file: TextFile, texts: Iterable[str]) -> None:
    job.out.write(job.content.first(file.encoding.bom)[0])
    encoder = codecs.getincrementalencoder(file.encoding.codec)()
    try:
        for text in texts:
            job.out.write(encoder.encode(text))
    except UnicodeEncodeError:
        raise UnsupportedSource(f"characters that {file.encoding.codec} cannot write again") from None
