from __future__ import annotations

import gzip
import io
import sqlite3
import zipfile
from pathlib import Path

import openpyxl
import pandas
import pytest

from bpoaudit.delivery import media_type
from bpoaudit.delivery.content import Content
from bpoaudit.errors import UnreadableSource

TABLE = "id,name,mail\n1,Ann,a@example.org\n2,Bob,b@example.org\n"

TEXTS = [
    (TABLE, "t.dat", "text/csv"),
    (TABLE, "t", "text/csv"),
    (TABLE.replace(",", ";"), "t.txt", "text/csv"),
    (TABLE.replace(",", "|"), "t.txt", "text/csv"),
    (TABLE.replace(",", "\t"), "t.csv", "text/tab-separated-values"),
    ("sep=;\nid;name\n", "t.txt", "text/csv"),
    ("mail\na@example.org\n", "t.csv", "text/csv"),
    ("mail\na@example.org\n", "t.txt", "text/plain"),
    ("Hello, I am here\nThanks, Bob\n", "t.txt", "text/plain"),
    ('{"a": 1}\n{"a": 2}\n', "t.log", "application/jsonl"),
    ('{"a": 1}\n', "t.jsonl", "application/jsonl"),
    ('{"a": 1}\n', "t.txt", "application/json"),
    ('{"a": 1}\n{broken\n{"a": 3}\n', "t.txt", "application/jsonl"),
    ('[\n {"a": 1}\n]', "t.csv", "application/json"),
    ("[1, 2]", "t.txt", "application/json"),
    ("WEBVTT\n\n00:01.000 --> 00:02.000\nhi\n", "t.txt", "text/vtt"),
    ("\ufeffWEBVTT - call\n\n00:01.000 --> 00:02.000\nhi\n", "t.txt", "text/vtt"),
    ("WEBVTTX\n", "t.txt", "text/plain"),
    ("1\r\n00:00:01,000 --> 00:00:02,000\r\nhi\r\n", "t.txt", "application/x-subrip"),
    ("[10:02:11] AGENT: hello\n[10:02:15] CALLER: hi\n", "t.csv.txt", "text/x-conversation"),
    ("Agent: hello, sir\nCustomer: hi, yes\n", "t.txt", "text/x-conversation"),
    ("Call ID: 5\nAgent ID: 7\n", "t.txt", "text/plain"),
    ("2026-05-01 10:02:11 INFO: on\n2026-05-01 10:02:12 ERROR: off\n", "t.log", "text/plain"),
    ("10:02:11,123 INFO a, on\n10:02:12,456 DEBUG b, off\n", "t.log", "text/plain"),
    ("{ name: 'Ann', // x\n n: 1 }\n", "t.csv.txt", "application/json5"),
    ("[Note: bring it, please]\n[Note: or not]\n", "t.txt", "text/plain"),
    ("2026-05-01 10:02:11,123 INFO on\n2026-05-01 10:02:12,456 DEBUG off\n", "t.log", "text/plain"),
    ("<!DOCTYPE html>\n<html></html>", "t.txt", "text/html"),
    ('<?xml version="1.0"?>\n<a/>', "t.txt", "application/xml"),
    ("From: a@example.org\nMIME-Version: 1.0\nSubject: x\n\nhi\n", "t.txt", "message/rfc822"),
    ("{\\rtf1 hi}", "t.txt", "application/rtf"),
    ("just words\n", "t.xlsx", "text/plain"),
]


@pytest.mark.parametrize(("content", "name", "expected"), TEXTS)
def test_text_by_content(tmp_path: Path, content: str, name: str, expected: str) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8", newline="")
    assert media_type(Content.of_path(path)) == expected


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-8-sig", "cp1252"])
def test_text_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "t.txt"
    path.write_bytes(TABLE.replace("Ann", "Änn").encode(encoding))
    assert media_type(Content.of_path(path)) == "text/csv"


def _workbook() -> bytes:
    stream = io.BytesIO()
    openpyxl.Workbook().save(stream)
    return stream.getvalue()


def _zip(*members: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        for member in members:
            package.writestr(member, "x")
    return stream.getvalue()


def _parquet() -> bytes:
    stream = io.BytesIO()
    pandas.DataFrame({"a": [1]}).to_parquet(stream)
    return stream.getvalue()


BINARIES = [
    (_workbook(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (_workbook()[:2000], "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (_zip("[Content_Types].xml", "word/document.xml"),
     "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (_zip("a.csv", "b.csv"), "application/zip"),
    (_zip(), "application/zip"),
    (b"PK\x03\x04 broken", "application/zip"),
    (gzip.compress(b"a", mtime=0), "application/gzip"),
    (_parquet(), "application/vnd.apache.parquet"),
    (b"%PDF-1.7\n", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"RIFF\x00\x00\x00\x00WAVEfmt ", "audio/x-wav"),
    (b"ID3\x04", "audio/mpeg"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504, "application/x-ole-storage"),
    (bytes(range(256)) * 4, "application/octet-stream"),
    (b"", "application/x-empty"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "expected"), BINARIES)
def test_binary_by_signature(tmp_path: Path, content: bytes, expected: str) -> None:
    path = tmp_path / "name.csv"
    path.write_bytes(content)
    assert media_type(Content.of_path(path)) == expected


def test_sqlite(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "t.csv") as connection:
        connection.execute("CREATE TABLE a (b)")
    assert media_type(Content.of_path(tmp_path / "t.csv")) == "application/vnd.sqlite3"


def _compound_file(stream: str) -> bytes:
    """A compound file's header and the directory sector that names one stream (MS-CFB 2.2, 2.6)."""
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    header[30:32] = (9).to_bytes(2, "little")  # sectors of 512 bytes
    header[48:52] = (1).to_bytes(4, "little")  # the directory is sector 1
    entries = b"".join(name.encode("utf-16-le").ljust(128, b"\0") for name in ("Root Entry", stream))
    return bytes(header) + bytes(512) + entries.ljust(512, b"\0")


@pytest.mark.parametrize(
    ("stream", "expected"),
    [
        ("EncryptedPackage", "application/encrypted"),
        ("Workbook", "application/vnd.ms-excel"),
        ("WordDocument", "application/msword"),
        ("__properties_version1.0", "application/vnd.ms-outlook"),
        ("Something", "application/x-ole-storage"),
    ],
)
def test_compound_files_by_their_directory(tmp_path: Path, stream: str, expected: str) -> None:
    path = tmp_path / "t.xlsx"
    path.write_bytes(_compound_file(stream))
    assert media_type(Content.of_path(path)) == expected


def test_a_vanished_file_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource):
        media_type(Content.of_path(tmp_path / "gone"))
