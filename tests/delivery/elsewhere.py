"""The same delivery read from a folder and from a server must give the same bytes."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

MAIL = "cnr.planted.7731@example.org"
FILES = {
    "tickets.csv": ("ticket,mail\n" + "".join(f"T-{i:05},agent{i % 7}@example.com\n" for i in range(3000)) + f"T-9,{MAIL}\n").encode(),
    "chat.jsonl": json.dumps({"text": f"please write to {MAIL}"}).encode() + b"\n",
    "calls/c.vtt": f"WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n<v Agent>mail {MAIL}\n".encode(),
    "old/tickets.csv.gz": gzip.compress(f"ticket,mail\nT-1,{MAIL}\n".encode(), mtime=0),
    "broken.parquet": b"PAR1 and no more",
    f"export of {MAIL}.txt": b"one line\n",
}  # fmt: skip


def write(folder: Path) -> None:
    """Write the delivery to disk."""
    for name, data in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


def scan(where: str, folder: Path, env: dict[str, str], *options: str) -> tuple[bytes, bytes, str]:
    """Scan through the command line; return findings, result, and what was shown of either stream."""
    folder.mkdir(parents=True)
    (folder / "audit.key").write_text("0" * 64)
    ran = subprocess.run(
        [
            Path(sys.executable).parent / "bpoaudit", "scan", where, "-o", "f.jsonl", "-o", "f.json",
            "--key-file", "audit.key", *options,
        ],
        cwd=folder, text=True, capture_output=True, check=False, timeout=300,
        env={**os.environ, "SOURCE_DATE_EPOCH": "1763800000", "BPOAUDIT_RUN_ID": "test", **env},
    )  # fmt: skip
    assert ran.returncode == 3, ran.stderr  # broken.parquet cannot be read
    return (folder / "f.jsonl").read_bytes(), (folder / "f.json").read_bytes(), ran.stdout + ran.stderr
