"""What can be said of a source besides its content: a closed list of names, so that nothing can leak in them.

Readers fill it, `audit.json` carries it (`Source.facts`), rules ask for it (table `sources`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

Fact = str | int


class Kind(NamedTuple):
    """One fact: what it means, and the only words it can be; without words it is a number."""

    description: str
    words: tuple[str, ...] = ()


FACTS: Mapping[str, Kind] = {
    "hidden_sheets": Kind("Sheets that a person who opens the workbook does not see."),
    "hidden_rows": Kind("Rows of a sheet that are hidden."),
    "hidden_columns": Kind("Columns of a sheet that are hidden."),
    "hidden_cells": Kind("Cells of a table on a page whose text is hidden."),
    "hidden_slides": Kind("Slides that a presentation leaves out."),
    "comments": Kind("Comments and annotations."),
    "tracked_changes": Kind("Insertions and deletions that are still on record."),
    "macros": Kind("Programs inside a document."),
    "external_links": Kind("Connections of a document to other files and databases."),
    "attachments": Kind("Files inside a mail or document."),
    "pages": Kind("Pages of a document, slides of a presentation."),
    "pages_without_text": Kind("Pages that have images only, as a scanner makes them."),
    "hidden_text": Kind("Pieces of text that are formatted as hidden."),
    "covered_text": Kind("Pieces of text under a filled shape, as where a redaction was only drawn."),
    "earlier_text": Kind("Pages whose text was changed while the file keeps what it was."),
    "encryption": Kind(
        "What it was encrypted with, whether or not a password opened it.",
        ("aes", "zipcrypto", "office", "pdf", "parquet", "smime", "pgp", "rar", "other"),
    ),
    "free_pages": Kind("Pages of a database that are free, where deleted records may remain."),
    "deleted_records": Kind("Records that are marked as deleted and still stand in a table."),
    "channel": Kind(
        "How a conversation was held; several where a file has more than one kind.",
        ("voice", "chat", "mail", "video", "sms", "other", "several"),
    ),
    "conversations": Kind("Conversations that stand in one file."),
    "redacted": Kind("Pieces that the platform marks as redacted."),
    "duration_seconds": Kind("Length of a recording."),
    "position": Kind("A picture or recording says where it was made (1)."),
}


def check_facts(facts: Mapping[str, Fact]) -> Mapping[str, Fact]:
    """Return `facts`. Raises `ValueError` for a name or a word that is not in `FACTS`."""
    for name, value in facts.items():
        kind = FACTS.get(name)
        if kind is None:
            raise ValueError("a fact of a source has a name of the list")
        if value not in kind.words if kind.words else not isinstance(value, int):
            raise ValueError(f"the fact {name} is {'a word of its list' if kind.words else 'a number'}")
    return facts
