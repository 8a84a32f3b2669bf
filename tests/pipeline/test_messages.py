"""What is said about a wrong file holds nothing of what is secret in it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bpoaudit.vendor import starter_profile
from tests.leaks.conftest import NAMED
from tests.pipeline.conftest import Run, leaks

pytestmark = pytest.mark.slow

SECRET = "planted-secret-4417"
PROFILE = starter_profile()
FILES = {
    "key that is too short": ("--key-file", "k", SECRET[:8].encode()),
    "key that is no text": ("--key-file", "k", SECRET.encode() + b"\xff\n"),
    "password that is no text": ("--password-file", "p", SECRET.encode() + b"\xff\n"),
    "list that is no text": ("--suppression", "s.txt", NAMED.encode() + b"\n\xff\xfe\x00"),
    "profile that is cut": ("--vendor", "v.yaml", (PROFILE + f'\ndetection:\n  deny_list: ["{NAMED}').encode()),
    "profile of another form": ("--vendor", "v.yaml", (PROFILE + f"\ndetection:\n  deny_list: {NAMED}\n").encode()),
    "list of another form": ("--vendor", "v.yaml", (PROFILE + f"\ndetection:\n  allow_list: {{a: {NAMED}}}\n").encode()),
    "waivers of another form": ("--waivers", "w.yaml", f"apiVersion: [{NAMED}]\n".encode()),
    "recogniser of another form": ("--recognizers", "r.yaml", f"recognizers:\n  - deny_list: {NAMED}\n".encode()),
    "audit of another form": ("--from", "a.json", json.dumps({"schema_version": {"x": NAMED}}).encode()),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_a_wrong_file_is_told_without_what_is_secret_in_it(run: Run, tmp_path: Path, name: str) -> None:
    option, file, content = FILES[name]
    (tmp_path / "vendor.yaml").write_text(PROFILE)
    (tmp_path / "t.csv").write_text("id,x\n1,2\n")
    (tmp_path / file).write_bytes(content)
    vendor = [] if option == "--vendor" else ["--vendor", "vendor.yaml"]
    delivery = [] if option == "--from" else ["t.csv"]
    ran = run("audit", *delivery, *vendor, option, file)
    assert ran.returncode == 2, ran.stderr
    assert "bpoaudit failed" not in ran.stderr
    assert file in ran.stderr or "key" in ran.stderr
    assert leaks(ran.stdout + ran.stderr, [SECRET, SECRET[:8], NAMED]) == []
