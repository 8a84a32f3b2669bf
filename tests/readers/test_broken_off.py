"""A text that breaks off is read to the break, whatever its format, and the break is said."""

from __future__ import annotations

import gzip
import json

import pytest

from bpoaudit.delivery.budget import Budget
from bpoaudit.delivery.compression import GZIP, decompressed
from bpoaudit.delivery.content import Content
from bpoaudit.delivery.media import media_type
from bpoaudit.errors import SourceError
from bpoaudit.readers import Member, open_parts
from tests.readers.conftest import consume

COUNT = 400
MAIL = "ann.{:03}@example.org"
MAILS = [MAIL.format(number) for number in range(COUNT)]
PAD = "x" * 40

TEXTS = {
    "t.csv": "id,mail,pad\n" + "".join(f"{n},{mail},{PAD}\n" for n, mail in enumerate(MAILS)),
    "t.log": "".join(f"2026-01-01 10:00:00 INFO sent to {mail} {PAD}\n" for mail in MAILS),
    "t.jsonl": "".join(json.dumps({"mail": mail, "pad": PAD}) + "\n" for mail in MAILS),
    "t.json": json.dumps([{"mail": mail, "pad": PAD} for mail in MAILS]),
    "t.json5": "[" + "".join(f"{{mail: '{mail}', pad: '{PAD}'}},\n" for mail in MAILS) + "]",
    "t.vtt": "WEBVTT\n\n" + "".join(f"00:00:01.000 --> 00:00:02.000\n{mail} {PAD}\n\n" for mail in MAILS),
    "chat.txt": "".join(f"Agent: {mail} {PAD}\nCustomer: yes\n" for mail in MAILS),
    "t.xml": "<list>" + "".join(f"<p><mail>{mail}</mail><pad>{PAD}</pad></p>\n" for mail in MAILS) + "</list>",
    "t.sql": "CREATE TABLE t (mail text);\n" + "".join(f"INSERT INTO t VALUES ('{m}{PAD}');\n" for m in MAILS),
    "t.html": "<!doctype html><html><body>" + "".join(f"<p>{m} {PAD}</p>\n" for m in MAILS) + "</body></html>",
    "t.eml": "From: a@example.org\nMIME-Version: 1.0\nSubject: x\n\n" + "".join(f"{m} {PAD}\n" for m in MAILS),
    "t.mbox": "".join(
        f"From a@example.org Mon Nov 23 10:00:00 2026\nFrom: {m}\nMIME-Version: 1.0\n\n{PAD}\n\n" for m in MAILS
    ),
}  # fmt: skip


def breaking(name: str, data: bytes, after: int) -> Content:
    """Return a content whose compressed stream is cut."""
    packed = gzip.compress(data, 0)[: after + 40]
    return decompressed(Content.of_bytes(f"{name}.gz", packed), GZIP, Budget(len(packed)))


@pytest.mark.parametrize("name", TEXTS)
def test_what_stands_before_the_break_is_read(name: str) -> None:
    data = TEXTS[name].encode()
    content = breaking(name, data, len(data) // 2)
    found: list[str] = []
    faults: list[str] = []
    try:
        for part in open_parts(content, media_type(content)):
            if isinstance(part, Member):
                continue
            seen = consume(part)
            found += [value for values in seen.fields.values() for _, value in values]
            faults += [seen.error.message] if seen.error else part.losses
    except SourceError as error:
        faults.append(error.message)
    assert faults, "nobody said that it breaks off"
    everything = "\n".join(found)
    read = sum(mail in everything for mail in MAILS)
    assert read > COUNT * 0.4, f"{read} of some {COUNT // 2}; {faults}"
    assert MAILS[-1] not in everything
