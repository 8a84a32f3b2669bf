"""A delivery of one file of each kind that is handled in its own way, read once under `strace`."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from generate.formats.archives import PASSWORD

from bpoaudit.vendor import starter_profile
from tests.leaks.traced import STRACE, Traced, traced
from tests.readers.test_office_password import encrypted
from tests.readers.test_xlsx_beside import claims, written

FORMATS = Path(__file__).parent.parent.parent / "fixtures" / "formats"
TAKEN = (
    "archives/nested.zip", "archives/claims.csv.zst", "databases/shop.db", "documents/contract.doc",
    "documents/letter.docx", "mail/refund.eml", "media/screenshot.png",
    "workbooks/claims.xlsx", "archives/export.7z", "columnar/claims.parquet", "documents/handbook.pdf",
)  # fmt: skip
NAMED = "ann.planted.5511@example.org"
"""Stands in the names of files, of a folder and of a column."""
KEY = "5a" * 32
SECRETS = {
    "BPOAUDIT_KEY": KEY,
    "AWS_SECRET_ACCESS_KEY": "planted-aws-secret-8812",
    "PGPASSWORD": "planted-pg-secret-8813",
}


def planted() -> tuple[str, ...]:
    """Return what must not come out: all that was planted in the files taken, but dates, which others have too."""
    told = [json.loads(line) for line in (FORMATS / "truth.jsonl").read_text("utf-8").splitlines()]
    values = {
        each["value"]
        for each in told
        if each["source"].partition("!")[0].partition("#")[0] in TAKEN
        and not each["entity"].startswith("DATE")
    }
    return (NAMED, *sorted(value for value in values if len(value) >= 6))


@pytest.fixture(scope="session")
def run_under_trace(tmp_path_factory: pytest.TempPathFactory) -> tuple[Traced, Path]:
    """The run, and the folder it ran in: outputs there, TMPDIR and HOME in `tmp` and `home`."""
    if STRACE is None and "CI" not in os.environ:
        pytest.skip("needs strace")
    delivery = tmp_path_factory.mktemp("delivery")
    inside = delivery / f"from {NAMED}"
    inside.mkdir()
    for name in TAKEN:
        shutil.copy(FORMATS / "delivery" / name, inside / f"{NAMED} {Path(name).name}")
    (inside / f"{NAMED} locked.xlsx").write_bytes(encrypted(written(claims), PASSWORD))
    (inside / "t.csv").write_text(f"id,owned by {NAMED}\n1,x\n2,y\n")
    folder = tmp_path_factory.mktemp("run")
    for name in ("tmp", "home"):
        (folder / name).mkdir()
    (folder / "vendor.yaml").write_text(starter_profile())
    (folder / "passwords").write_text(PASSWORD + "\n")
    outputs = [word for name in ("a.json", "f.jsonl", "r.html", "r.pdf") for word in ("-o", name)]
    env = {
        **SECRETS, "PATH": os.environ["PATH"], "HOME": str(folder / "home"), "TMPDIR": str(folder / "tmp"),
        "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip
    did = traced(
        ["audit", delivery, "--vendor", "vendor.yaml", "--password-file", "passwords", "--history", "h.db", "-v",
         *outputs],
        folder, env,
    )  # fmt: skip
    assert did.ran.returncode in (1, 3), did.ran.stderr
    return did, folder
