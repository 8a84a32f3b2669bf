from __future__ import annotations

import io
import json
import struct
import subprocess
import sys
from hashlib import md5
from pathlib import Path

import olefile
import pytest
from generate.ole import compound_file
from msoffcrypto.format.ooxml import OOXMLFile
from msoffcrypto.method.rc4 import DocumentRC4

from bpoaudit.delivery import media_type
from bpoaudit.delivery.content import Content
from bpoaudit.delivery.media import ENCRYPTED
from bpoaudit.errors import EncryptedSource, UnreadableSource
from bpoaudit.parsers import office_password as program
from bpoaudit.readers import Part, ReadOptions, open_parts
from bpoaudit.readers.documents.office_password import DEFAULT_PASSWORD
from bpoaudit.readers.workbooks.xls_beside import records
from tests.readers import test_xls_beside
from tests.readers.conftest import Seen, consume
from tests.readers.test_xlsx_beside import claims, written


def encrypted(data: bytes, password: str) -> bytes:
    out = io.BytesIO()
    OOXMLFile(io.BytesIO(data)).encrypt(password, out)
    return out.getvalue()


def read(data: bytes, *passwords: str) -> list[Seen]:
    content = Content.of_bytes("t.xlsx", data)
    parts = open_parts(content, media_type(content), ReadOptions(passwords=passwords))
    return [consume(part) for part in parts if isinstance(part, Part)]


def test_a_password_that_fits_opens_the_document() -> None:
    data = encrypted(written(claims), "geheim")
    assert media_type(Content.of_bytes("t.xlsx", data)) == ENCRYPTED
    book, *_, sheet = read(data, "wrong", "geheim", "other")
    assert book.part.facts["encryption"] == "office"
    assert book.part.notes[-1] == "under a password, opened with one that was given"
    assert "encryption" not in sheet.part.facts
    assert sheet.fields["mail"][-1] == (38, "u39@example.org")


def test_without_the_password_it_is_said_and_no_password_quoted() -> None:
    data = encrypted(written(claims), "geheim")
    with pytest.raises(EncryptedSource, match=r"^a document under a password$"):
        read(data)
    with pytest.raises(EncryptedSource, match="none of the passwords") as caught:
        read(data, "pass-of-ann")
    assert "pass-of-ann" not in f"{caught.value!r} {caught.value.__context__!r}"


def test_excels_own_password_is_tried_and_protects_nothing() -> None:
    book = read(encrypted(written(claims), DEFAULT_PASSWORD))[0]
    assert "encryption" not in book.part.facts
    assert book.part.notes[-1] == "encrypted with Excel's own password, which protects nothing"


def rc4(workbook: bytes, password: str) -> bytes:
    """Encrypt an XLS as Excel 97 did: RC4 from a record at the beginning on, headers left as they are."""
    stream = olefile.OleFileIO(io.BytesIO(workbook)).openstream("Workbook").read()
    salt, verifier = bytes(range(16)), bytes(range(16, 32))
    both = DocumentRC4.decrypt(password, salt, io.BytesIO(verifier + md5(verifier).digest())).read()
    locked = struct.pack("<HHHHH", FILEPASS, 54, 1, 1, 1) + salt + both
    plain, secret = bytearray(), bytearray()
    for each in records(stream):
        clear = 4 if each.kind == BOUNDSHEET else len(each.data) if each.kind == BOF else 0
        data = each.data
        if each.kind == BOUNDSHEET:  # the sheet begins further down now
            data = struct.pack("<I", struct.unpack_from("<I", data)[0] + len(locked)) + data[4:]
        plain += struct.pack("<HH", each.kind, len(data)) + data[:clear] + bytes(len(data) - clear)
        secret += bytes(4 + clear) + data[clear:]
        if not each.at:
            plain += locked
            secret += bytes(len(locked))
    hidden = DocumentRC4.decrypt(password, salt, io.BytesIO(bytes(secret)), blocksize=1024).read()
    at = 0
    for each in records(bytes(plain)):
        clear = 4 if each.kind == BOUNDSHEET else len(each.data) if each.kind in (BOF, FILEPASS) else 0
        at = each.at + 4 + clear
        plain[at : each.at + 4 + len(each.data)] = hidden[at : each.at + 4 + len(each.data)]
    return compound_file({"Workbook": bytes(plain)})


BOF, BOUNDSHEET, FILEPASS = 0x0809, 0x0085, 0x002F


def test_an_old_workbook_under_a_password() -> None:
    data = rc4(test_xls_beside.workbook(), "geheim")
    with pytest.raises(EncryptedSource):
        read(data, "wrong")
    book, *_, sheet = read(data, "wrong", "geheim")
    assert book.part.facts["encryption"] == "office"
    assert sheet.fields["mail"][37] == (38, "u39@example.org")
    assert sheet.part.facts["hidden_rows"] == 1


@pytest.mark.parametrize("share", [0.3, 0.7])
def test_a_truncated_document_is_unreadable_or_still_encrypted(share: float) -> None:
    data = encrypted(written(claims), "geheim")
    with pytest.raises((UnreadableSource, EncryptedSource)) as caught:
        read(data[: int(len(data) * share)], "geheim")
    assert "ann" not in str(caught.value)


WATCHED = """
import os, runpy, sys
def watch(event, about):
    if event == "open" and isinstance(about[0], str) and (about[2] or 0) & (os.O_WRONLY | os.O_RDWR):
        os._exit(99)
sys.addaudithook(watch)
runpy.run_path(sys.argv[1], run_name="__main__")
"""


@pytest.mark.parametrize("old", [False, True])
def test_nothing_is_written_to_disk(tmp_path: Path, old: bool) -> None:
    # The library keeps what it decrypts in temporary files; in this process they are memory.
    path = tmp_path / "t"
    path.write_bytes(rc4(test_xls_beside.workbook(), "a") if old else encrypted(written(claims), "a"))
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, program.__file__],
        input=json.dumps([str(path), ["a"]]).encode(), capture_output=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout[:2], done.stderr) == (0, b"0\n", b"")
