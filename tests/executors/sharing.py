"""A small delivery of everything that can be shared, and what a result says, to be compared."""

from __future__ import annotations

import io
import json
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import bpoaudit.executors.work as work
import bpoaudit.measures.conduct.watch as listening
from bpoaudit.delivery import discover
from bpoaudit.detect import Detector, Engine, NameBook, dialogue
from bpoaudit.executors import FileResult, FileTask, Worker
from bpoaudit.masking import Key
from bpoaudit.measures import Measured, Measuring, load_suppression
from bpoaudit.publish import TrueNames, published
from bpoaudit.readers import ReadOptions, open_parts
from bpoaudit.segments import findings_of
from bpoaudit.vendor import Agreement

KEY = Key(b"k" * 32)
SALT = "7d9f1c3e5a7b9d1f"
PEOPLE = ("Ana Smith", "Bo Garcia", "Cy Novak", "Dora Jones", "Emil Brown")
AGREED = {
    "feeds": [
        {"id": "research", "files": ["*research*"], "classification": "pseudonymised"},
        {"id": "trial", "files": ["*trial*"], "classification": "test"},
    ]
}


@cache
def detector() -> Detector:
    """Load the models once for all tests."""
    return Detector(Engine(), KEY)


def table(rows: int) -> str:
    """Return a table with repeated people, cards that are masked beside clear ones, and a late surprise."""
    lines = ["ticket,name,mail,card,token,notes"]
    for i in range(rows):
        card = f"411111******{1111 + i % 3}" if i % 4 else "4111 1111 1111 1111"
        note = f"please call {PEOPLE[i % 3]} back" if i % 2 else "all is well with the parcel"
        lines.append(f"T-{i:04},{PEOPLE[i % 5]},p{i % 6}@example.com,{card},tok-{i:06}-a,{note}")
    lines.append(
        "T-9999,Flo Rossi,late.surprise@example.org,,tok-999999-a,her IBAN is GB82 WEST 1234 5698 7654 32"
    )
    return "\n".join(lines) + "\n"


def chats(sessions: int) -> str:
    """Return a table of conversations in which only the question tells what the answer is."""
    lines = ["session,speaker,text"]
    for i in range(sessions):
        said = [
            "how can I help",
            "my card was declined",
            "what is the security code on the back",
            f"{100 + i}",
        ]
        lines += [f"S{i},{('agent', 'customer')[at % 2]},{text}" for at, text in enumerate(said)]
    return "\n".join(lines) + "\n"


def make(folder: Path) -> Path:
    """Write the delivery: tables, conversations, lines of JSON, text, an archive, and a name that tells."""
    research = ["year,gender,zip,code,diagnosis"]
    research += [
        f"19{60 + i % 7},{'mf'[i % 2]},9021{i % 3},tok-{i:06}-a,{('flu', 'asthma')[i % 2]}" for i in range(31)
    ]
    files = {
        "tickets.csv": table(40),
        "chats.csv": chats(9),
        "research.csv": "\n".join(research) + "\n",
        "trial.csv": table(12),
        "salt.txt": SALT + "\n",
        "chat of ana.smith@example.com.jsonl": "".join(
            json.dumps({"id": i, f"field {i // 6}": f"mail me at x{i}@example.com"}) + "\n" for i in range(23)
        ),
        "note.txt": "Ana Smith lives in London.\n" * 3,
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for at in range(4):
            archive.writestr(f"inner {at}.csv", table(9 + at))
        archive.writestr("short.txt", "call +44 20 7946 0123\n")
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "all.zip").write_bytes(packed.getvalue())
    whole = table(60).encode()
    (folder / "broken.csv").write_bytes(whole[: len(whole) // 2] + b"\xff\xfe\x00" + whole[len(whole) // 2 :])
    broken = io.BytesIO()
    with zipfile.ZipFile(broken, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner.csv", table(300))
    damaged = bytearray(broken.getvalue())
    damaged[len(damaged) // 2] ^= 0xFF
    (folder / "damaged.zip").write_bytes(damaged)
    return folder


def worker_in(folder: Path) -> Worker:
    """Return a worker that keeps findings and spools in a folder, with every measure at work."""
    (folder / "findings").mkdir(parents=True, exist_ok=True)
    (folder / "spools").mkdir(exist_ok=True)
    listed = folder / "erased.txt"
    listed.write_text("p3@example.com\ntok-000002-a\n")
    measuring = Measuring(load_suppression(listed, KEY), agreed=True)
    return Worker(
        detector(), NameBook(detector().engine, KEY), folder / "findings", Agreement.model_validate(AGREED),
        measuring=measuring, spools=folder / "spools",
    )  # fmt: skip


def tasks_of(folder: Path) -> list[FileTask]:
    """Return a task for each file."""
    return [FileTask(number, file) for number, file in enumerate(discover([folder]))]


def in_small_pieces(
    patch: pytest.MonkeyPatch, batch: int, first: int, window: int = 8, shared: int = 8
) -> None:
    """Let batches, and what is shared, be as small as the delivery."""

    def opened(content: Any, media: str, how: ReadOptions) -> Any:
        return open_parts(content, media, ReadOptions(batch, how.passwords, how.budget, how.layout))

    patch.setattr(work, "open_parts", opened)
    patch.setattr(work, "FIRST_PIECE", first)
    patch.setattr(work, "MOST_SHARED", shared)
    patch.setattr(dialogue, "WINDOW", window)
    patch.setattr(listening, "WINDOW", window)


def told(results: list[FileResult]) -> dict[str, Any]:
    """Return all that an audit takes from results."""
    whole, measured = FileResult(0), Measured()
    for result in results:
        whole.inventory.merge(result.inventory)
        measured.merge(result.measured)
        whole.true_sources.update(result.true_sources)
        whole.true_fields.update(result.true_fields)
        whole.segments += result.segments
    segments = sorted(whole.segments, key=lambda s: (s[0], s[1].name))
    return {
        "sources": sorted(
            (source.model_dump() for result in results for source in result.sources),
            key=lambda source: str(source["source"]),
        ),
        "inventory": [
            each.model_dump()
            for each in published(whole.inventory, TrueNames(whole.true_sources, whole.true_fields), None)
        ],
        "measured": measured.told(),
        "findings": list(findings_of(segments)),
    }
