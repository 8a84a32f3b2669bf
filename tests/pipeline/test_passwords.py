"""`--password-file`: what is under a password is read, and says by which cipher either way."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
import pyzipper
from generate.zipcrypto import zipcrypto

from .conftest import MAIL, PLANTED, Run, leaks

pytestmark = pytest.mark.slow

TABLE = f"ticket,mail\nT-1,\nT-2,{MAIL}\n".encode()
PASSWORD = "Żółw-2026"


@pytest.fixture
def locked(tmp_path: Path) -> Path:
    folder = tmp_path / "delivery"
    folder.mkdir()
    (folder / "old.zip").write_bytes(zipcrypto([("t.csv", TABLE)], PASSWORD.encode(), Random(1)))
    packed = io.BytesIO()
    with pyzipper.AESZipFile(packed, "w", pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(PASSWORD.encode())
        archive.writestr("t.csv", TABLE)
    (folder / "new.zip").write_bytes(packed.getvalue())
    return folder


def _sources(path: Path) -> dict[str, dict[str, Any]]:
    return {each["source"]: each for each in json.loads(path.read_text("utf-8"))["delivery"]["sources"]}


@pytest.mark.long
def test_without_the_password_it_is_listed_and_with_it_read(run: Run, locked: Path, tmp_path: Path) -> None:
    closed = run("scan", locked, "-o", "closed.json")
    assert closed.returncode == 3, closed.stderr
    sources = _sources(tmp_path / "closed.json")
    assert {sources[f"{name}.zip!t.csv"]["status"] for name in ("old", "new")} == {"encrypted"}
    (tmp_path / "passwords.txt").write_bytes(f"\ufeffwrong\r\n\r\n{PASSWORD}\r\n".encode())
    opened = run("scan", locked, "--password-file", "passwords.txt", "-o", "open.json", "-o", "f.jsonl")
    assert opened.returncode == 0, opened.stderr
    read = _sources(tmp_path / "open.json")
    for one in (sources, read):
        facts = {name: one[f"{name}.zip!t.csv"]["facts"]["encryption"] for name in ("old", "new")}
        assert facts == {"old": "zipcrypto", "new": "aes"}
    lines = (tmp_path / "f.jsonl").read_text("utf-8").splitlines()
    found = {(line["source"], line["record"]) for line in map(json.loads, lines)}
    assert {("old.zip!t.csv", 2), ("new.zip!t.csv", 2)} <= found
    secrets = (*PLANTED, PASSWORD)
    for name in ("closed.json", "open.json", "f.jsonl"):
        assert leaks((tmp_path / name).read_bytes(), secrets) == []
    assert leaks(f"{opened.stdout}{opened.stderr}".encode(), secrets) == []


def test_the_name_in_the_header_of_a_compressed_file_is_looked_at(run: Run, tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    packed = io.BytesIO()
    with gzip.GzipFile(f"{MAIL}.csv", "wb", fileobj=packed, mtime=0) as file:
        file.write(TABLE)
    (tmp_path / "d" / "export.csv.gz").write_bytes(packed.getvalue())
    done = run("scan", "d", "-o", "f.jsonl")
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in (tmp_path / "f.jsonl").read_text("utf-8").splitlines()]
    assert ("export.csv.gz", 0, "packed_name") in {(f["source"], f["record"], f["field"]) for f in found}
    assert ("export.csv.gz", 2, "mail") in {(f["source"], f["record"], f["field"]) for f in found}
