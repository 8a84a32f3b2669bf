from __future__ import annotations

import gzip
import io
import sqlite3
import tarfile
import zipfile
from pathlib import Path

import openpyxl
import pandas
import pyarrow
import pyarrow.ipc
import pytest

from bpoaudit.delivery import media_type
from bpoaudit.delivery.budget import Budget
from bpoaudit.delivery.compression import GZIP, decompressed
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
    ("Date: 1 Jan\nFrom: a@example.org\nSubject: x\n\nhi\n", "t.txt", "message/rfc822"),
    ("From: a\nX-MS-2: y\nDKIM-Signature: v=1;\n b=2\n\nhi\n", "t.txt", "message/rfc822"),
    ("123\nReceived: from a\nSubject: x\n\nhi\n", "t.emlx", "message/rfc822"),
    ("Content-Type: multipart/mixed;\n boundary=b\n\n--b\n", "t", "message/rfc822"),
    ("From a@b 09:00\nReceived: x\nSubject: x\n\nhi\n", "t", "application/mbox"),
    ("From: Ann\nTo: Bob\nSubject: not a mail file\n", "t.txt", "text/plain"),
    ("{\\rtf1 hi}", "t.txt", "application/rtf"),
    ("<r><t>" + "word " * 20_000, "t.txt", "application/xml"),
    ("<!-- x --><!DOCTYPE r [<!ENTITY a 'b'>]><r/>", "t.txt", "application/xml"),
    ("<!-- " + "x" * 3_000 + " --><R a='1'/>", "t.txt", "application/xml"),
    ("<!---->" * 120 + "words", "t.txt", "text/plain"),
    ("<ann> hello\n<bob> hi\n", "t.txt", "text/plain"),
    ("<a b='" + "x" * 70_000, "t.txt", "application/xml"),
    ("-- x\n/*!40101 SET x */;\nINSERT INTO `t` VALUES (1,'a'),(2,'b');\n", "t.txt", "application/sql"),
    ("SET x = on;\nCOPY public.t (a, b) FROM stdin;\n1\t2\n\\.\n", "t.txt", "application/sql"),
    ("INSERT [dbo].[T] ([a]) VALUES (N'x')\r\nGO\r\n", "t", "application/sql"),
    ("CREATE TABLE t (\n a int,\n b text\n);\n", "t", "application/sql"),
    ("SELECT 1;\n", "t.sql", "application/sql"),
    ("Select the best, and go.\nInsert the key into the lock, please.\n", "t.txt", "text/plain"),
    ("# Insert the values\nset a = b\n", "t.txt", "text/plain"),
    ('{"a": 1, // x\n "b": 2}', "t.json", "application/json5"),
    ('{"a": "http://x,]"}', "t.json", "application/json"),
    ('{"a": "' + "http://x " * 10_000 + '"}', "t.json", "application/json"),
    ("just words\n", "t.xlsx", "text/plain"),
    ('{"a": NaN}', "t.json", "application/json5"),
    ('{"a": [1, -Infinity]}', "t.json", "application/json5"),
    ('{"a": "b: NaN, c"}', "t.json", "application/json"),
    ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n", "t.txt", "text/calendar"),
    ("\nbegin:vcard\nVERSION:3.0\n", "t.sql", "text/vcard"),
    ("# of a test\n\nversion: 1\ndn: uid=x,dc=y\nmail: a@example.org\n", "t.txt", "text/x-ldif"),
    ("dn:: dWlkPXg=\nmail: a@example.org\n", "t.txt", "text/x-ldif"),
    ("DN: see below\nmore words\n", "t.txt", "text/plain"),
    ("<table border=1><tr><td>a&nbsp;b<br>", "t.xls", "text/html"),
    ("\n<div>\n<p>Hello<br>a@example.org", "t.txt", "text/html"),
    ("<table><row><mail>a@example.org</mail></row></table>", "t.html", "application/xml"),
    ("<p xmlns='urn:x'>a@example.org</p>", "t.html", "application/xml"),
    ("From: a@example.org\nSubject: x\nContent-Type: message/rfc822\n\n", "t.txt", "message/rfc822"),
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


def _arrow_stream() -> bytes:
    stream = io.BytesIO()
    table = pyarrow.table({"a": [1]})
    with pyarrow.ipc.new_stream(stream, table.schema) as writer:
        writer.write_table(table)
    return stream.getvalue()


_DBF = (
    b"\x03\x7e\x05\x01"
    + (1).to_bytes(4, "little")
    + b"\x41\0\x05\0"
    + bytes(20)
    + b"A".ljust(32, b"\0")
    + b"\r"
)

BINARIES = [
    (_arrow_stream(), "application/vnd.apache.arrow.stream"),
    (b"\xff" * 8 + bytes(range(256)), "application/octet-stream"),
    (b"FEA1" + bytes(40), "application/x-feather"),
    (b"<stata_dta><header>", "application/x-stata-dta"),
    (b"r\x02\x01\0" + bytes(60), "application/x-stata-dta"),
    (b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!", "application/x-sas-xport"),
    (b"HEADER RECORD*******LIBV8   HEADER RECORD!!!!!!!", "application/x-sas-xport"),
    (bytes(12) + b"\xc2\xea\x81\x60\xb3\x14\x11\xcf\xbd\x92\x08\0\x09\xc7\x31\x8c", "application/x-sas-data"),
    (b"$FL2@(#) SPSS DATA FILE", "application/x-spss-sav"),
    (b"$FL3@(#) SPSS DATA FILE", "application/x-spss-sav"),
    (b"0" * 40 + b"ASCII SPSS PORT FILE", "application/x-spss-por"),
    (b"\0\x01\0\0Standard Jet DB\0", "application/vnd.ms-access"),
    (b"\0\x01\0\0Standard ACE DB\0", "application/vnd.ms-access"),
    (_DBF, "application/x-dbf"),
    (_DBF[:-1] + b"x", "application/octet-stream"),
    (b"\x37\x7f\x06\x82" + bytes(28), "application/x-sqlite3-wal"),
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
    (b"PGDMP\x01\x0e\x00", "application/x-postgresql-dump"),
    (b"\xfebin\x00\x00", "application/x-mysql-binlog"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"RIFF\x00\x00\x00\x00WAVEfmt ", "audio/x-wav"),
    (b"ID3\x04", "audio/mpeg"),
    (b"\xff\xfb\x90\xc4", "audio/mpeg"),
    (b"RIFF\x00\x00\x00\x00AVI LIST", "video/x-msvideo"),
    (b"FORM\x00\x00\x00\x00AIFC", "audio/x-aiff"),
    (b"RIFF\x00\x00\x00\x00ACON", "application/x-riff"),
    (b"\0\0\0\x18ftypheic", "image/heic"),
    (b"\0\0\0\x18ftypavif", "image/avif"),
    (b"\0\0\0\x18ftypM4A ", "audio/mp4"),
    (b"\0\0\0\x14ftypqt  ", "video/quicktime"),
    (b"\0\0\0\x08wide\0\0\0\0mdat", "video/quicktime"),
    (b"BM" + bytes(12) + b"\x28" + bytes(20), "image/bmp"),
    (b"BM" + b"\x81\0\x9d" * 14, "application/octet-stream"),
    (b"\0\0\x01\0\x01\0\x10\x10\0\0\x01\0" + bytes(24), "image/x-icon"),
    (b"\x0a\x05\x01\x08" + bytes(124), "image/x-pcx"),
    ((b"\x47" + bytes(187)) * 6, "video/mp2t"),
    ((b"\xd3" + bytes(32)) * 12, "audio/x-gsm"),
    (b"\xd3" + bytes(400), "application/octet-stream"),
    (bytes(128) + b"DICM", "application/dicom"),
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


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"Rar!\x1a\x07\x00", "application/vnd.rar"),
        (b"Rar!\x1a\x07\x01\x00", "application/vnd.rar"),
        (b"MSCF\0\0\0\0", "application/vnd.ms-cab-compressed"),
        (b"\x21\x64-lh5-", "application/x-lzh-compressed"),
        (b"070701" + b"0000A1B2" * 13, "application/x-cpio"),
        (bytes(32769) + b"CD001", "application/x-iso9660-image"),
        (b"PK\x07\x08PK\x03\x04", "application/zip"),
    ],
)
def test_archives_by_signature(head: bytes, expected: str) -> None:
    assert media_type(Content.of_bytes("t", head + bytes(600))) == expected


def test_digits_that_begin_like_an_archive_are_text() -> None:
    assert media_type(Content.of_bytes("t.csv", b"070701,1\n070702,2\n070707,3\n" * 20)) == "text/csv"


def test_a_zip_behind_something_else_is_a_zip() -> None:
    for before in (b"MZ" + bytes(4000), b"\x7fELF" + bytes(9000), b"#!/bin/sh\n\xff\0"):
        assert media_type(Content.of_bytes("t.exe", before + _zip("a.csv"))) == "application/zip"
    assert (
        media_type(Content.of_bytes("t.exe", b"MZ\x90\0\xff\xfe\x81" + bytes(range(256)) * 9))
        == "application/octet-stream"
    )


def test_a_tar_from_before_ustar() -> None:
    header = bytearray(tarfile.TarInfo("a.csv").tobuf(tarfile.USTAR_FORMAT)[:512])
    header[257:500] = bytes(243)
    assert media_type(Content.of_bytes("t", bytes(header))) != "application/x-tar"
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    assert media_type(Content.of_bytes("t", bytes(header))) == "application/x-tar"


def test_what_breaks_off_is_told_by_what_comes_before() -> None:
    packed = gzip.compress(TABLE.encode() * 50)
    cut = decompressed(Content.of_bytes("t.csv.gz", packed[:-20]), GZIP, Budget(0))
    assert media_type(cut) == "text/csv"


def test_a_vanished_file_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource):
        media_type(Content.of_path(tmp_path / "gone"))
