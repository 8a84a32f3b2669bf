"""HTML files: pages, and the tables that exports call `.xls`."""

from __future__ import annotations

from collections.abc import Iterator

from bpoaudit.delivery.content import Content
from bpoaudit.delivery.shapes import HTML
from bpoaudit.model import FieldKind
from bpoaudit.readers.batch import Member, Part, RecordBatch
from bpoaudit.readers.charsets import declared_charset
from bpoaudit.readers.format import Format
from bpoaudit.readers.gather import Gatherer
from bpoaudit.readers.html.html_tables import is_export, open_tables
from bpoaudit.readers.html.html_text import Said, TextLines, embedded_file, html_pieces
from bpoaudit.readers.member_names import MemberNames
from bpoaudit.readers.options import ReadOptions
from bpoaudit.readers.text_file import TextFile
from bpoaudit.readers.until_fault import UntilFault

FORMATS = (
    Format(
        "HTML", (HTML,), (".html", ".htm", ".xhtml", ".xls"), "lxml",
        "the page is record 1: `text` (what is seen), `hidden` (what its own style or attributes hide), "
        "`attributes` (addresses, alternative texts, values, `data-` and `meta`), `comments`, `scripts`; a "
        "page that is mainly tables, as exports write them, has a source for each table (`#table1`), whose "
        "records are the rows below the header; files inside it (`data:` addresses) are sources of their own",
        "text that only a style sheet hides is read as seen; no script is run, nothing is loaded",
    ),
)  # fmt: skip

_PIECE = 256 << 10
"""Characters of a page's text from which on it is given out in several values, each ending with a line."""
_TEXTS = (Said.TEXT, Said.HIDDEN)
_LISTED = (Said.ATTRIBUTE, Said.COMMENT, Said.SCRIPT)


def open_html(content: Content, media_type: str, how: ReadOptions) -> Iterator[Part | Member]:
    """Yield the page, its tables where it mainly is some, and the files that stand in it.

    Memory does not grow with the file.
    """
    head, _ = content.first(1024)
    file = TextFile(content, declared_charset(head))
    tables = is_export(file)
    page = _Page(file, tables)
    batches = page.batches(how.batch_records)
    yield Part("", media_type, FieldKind.TEXT, batches, (), file.notes, file.losses)
    if tables:
        yield from open_tables(file, media_type, how.batch_records)
    names = MemberNames()
    for number, address in enumerate(page.embedded, start=1):
        kind, data = embedded_file(address)
        name = f"embedded_{number}.{kind.rpartition('/')[2] or 'dat'}"
        suffix, notes = names.suffix(name)
        yield Member(suffix, Content.of_bytes(name, data), size=len(data), notes=notes)


class _Page:
    """A page being read. `repr` shows no content."""

    def __init__(self, file: TextFile, tables: bool) -> None:
        self._file = file
        self._tables = tables
        self.embedded: list[str] = []

    def __repr__(self) -> str:
        return f"_Page(embedded={len(self.embedded)})"

    def batches(self, batch_records: int) -> Iterator[RecordBatch]:
        """Yield the page as record 1; what is in tables only where those are not sources of their own."""
        gathered = Gatherer(batch_records)
        lines = {said: TextLines() for said in _TEXTS}
        inside = 0
        pieces = UntilFault(html_pieces(self._file.blocks()))
        for said, text in pieces:
            inside += self._tables * ((said is Said.TABLE) - (said is Said.END))
            if said in lines:
                if not inside:
                    lines[said].add(text)
                    if lines[said].length > _PIECE and text.endswith("\n"):
                        gathered.add(said.value, 1, lines[said].take())
            elif said in _LISTED:
                gathered.add(said.value, 1, text)
            elif said is Said.EMBEDDED:
                self.embedded.append(text)
            elif said is Said.LOSS:
                self._file.losses.append(text)
            if gathered.heavy:
                yield gathered.take()
        for said in _TEXTS:
            gathered.add(said.value, 1, lines[said].take())
        gathered.end_record()
        yield gathered.take()
        pieces.end()
