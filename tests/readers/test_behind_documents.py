"""What follows a document in its file is said: no program shows it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import openpyxl
import pytest

from bpoaudit.delivery import media_type
from bpoaudit.delivery.content import Content
from bpoaudit.readers import Part, open_parts
from tests.readers.conftest import consume

HIDDEN = b"id,mail\n1,ann@example.org\n"


def workbook() -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["id", "mail"])
    book.save(out)
    return out.getvalue()


def packed(parts: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, text in parts.items():
            package.writestr(name, text)
    return out.getvalue()


def document() -> bytes:
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    return packed(
        {
            "[Content_Types].xml": f'<Types><Override PartName="/word/document.xml" ContentType="{main}"/></Types>',
            "word/document.xml": f'<w:document xmlns:w="{space}"><w:body/></w:document>',
        }
    )


def open_document() -> bytes:
    return packed({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<a/>"})


@pytest.mark.parametrize("make", [workbook, document, open_document])
def test_bytes_behind_a_document_are_a_loss(make: Callable[[], bytes]) -> None:
    for data, behind in ((make(), []), (make() + HIDDEN, [len(HIDDEN)])):
        with Content.of_bytes("t", data) as content:
            parts = [
                p for p in open_parts(content, media_type(content)) if isinstance(p, Part) and consume(p)
            ]
        losses = [loss for part in parts for loss in part.losses]
        assert losses == [f"bytes behind the document, not read: {count}" for count in behind]
