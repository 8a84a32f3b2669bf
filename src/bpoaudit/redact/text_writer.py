"""Text files: what does not change is written as it stands, byte for byte."""

from __future__ import annotations

import codecs

from bpoaudit.delivery.shapes import CSV, JSON, JSONL, TSV
from bpoaudit.errors import UnsupportedSource
from bpoaudit.redact.job import Job
from bpoaudit.written import written

_TABLES = (CSV, TSV, JSON, JSONL)


def write_text(job: Job) -> None:
    """Write delimited text, JSON, lines, captions, conversations and fixed-width files.

    Delimiters, quotes, encoding, byte order mark, line ends and the order of keys stay. Raises
    `UnsupportedSource` for any other text, and where its values cannot be told apart for certain.
    """
    text = written(job.content, job.media_type, job.how)
    if text is None:
        raise UnsupportedSource(f"{job.media_type} cannot be rewritten")
    source = job.redactor(job.name, job.media_type in _TABLES or job.how.layout is not None)
    job.out.write(job.content.first(text.bom)[0])
    encoder = codecs.getincrementalencoder(text.codec)()
    try:
        for piece in text.pieces:
            job.out.write(encoder.encode(source.written(piece)))
        job.out.write(encoder.encode("", final=True))
    except UnicodeEncodeError:
        raise UnsupportedSource(f"characters that {text.codec} cannot write again") from None
