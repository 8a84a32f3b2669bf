"""One small delivery and one engine for all end-to-end tests of a process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from bpoaudit.vendor import starter_profile

MAIL = "cnr.planted.7731@example.org"
CARD = "4111111111111111"
PHONE = "+1 212 555 0143"
NAME = "Maribel Quintanilla"
PLANTED = (MAIL, CARD, PHONE, NAME)

_SHORTEST = 6
"""Bytes of a value, in any form, that are more than chance."""

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def delivery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A table with its surprise in the last row, lines of JSON, a call, and hostile names."""
    folder = tmp_path_factory.mktemp("delivery")
    (folder / "calls").mkdir()
    rows = "".join(f"T-{i:05},agent{i % 7}@example.com,all fine,{i % 90 + 10}.50\n" for i in range(2499))
    (folder / "tickets.csv").write_text(
        "ticket,mail,notes,amount\n" + rows + f"T-99999,{MAIL},paid with {CARD} said {NAME} on {PHONE},1.00\n"
    )
    lines = [
        {"text": f"please write to {MAIL}"},
        {"text": "nothing here"},
        {"order": {"id": "A-1", "tags": ["x", CARD]}},
    ]
    (folder / "chat.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    (folder / "calls" / "c.vtt").write_text(
        f"WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n<v Agent>your email please\n\n"
        f"00:00:03.000 --> 00:00:05.000\n<v Customer>{MAIL}\n"
    )
    (folder / f"export of {MAIL}.txt").write_text("one line\n")
    return folder


@pytest.fixture(scope="session")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The profile that `vendor init` writes."""
    path = tmp_path_factory.mktemp("profile") / "vendor.yaml"
    path.write_text(starter_profile())
    return path


@pytest.fixture(scope="session")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("key") / "audit.key"
    path.write_text("0" * 64)
    return path


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run the installed command in an empty folder."""

    def command(*words: object, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        executable = Path(sys.executable).parent / "bpoaudit"
        return subprocess.run(
            [str(executable), *map(str, words)],
            cwd=tmp_path,
            env={**os.environ, "SOURCE_DATE_EPOCH": "1763800000", "BPOAUDIT_RUN_ID": "test", **(env or {})},
            text=True,
            capture_output=True,
            check=False,
        )

    return command


def leaks(text: str | bytes, values: Sequence[str]) -> list[str]:
    """Return the values that `text` holds, plain, URL-encoded, JSON-escaped or in base64."""
    import base64
    from urllib.parse import quote, quote_plus

    data = text if isinstance(text, bytes) else text.encode()
    begins = {data[at : at + _SHORTEST] for at in range(len(data) - _SHORTEST + 1)}
    found = []
    for value in values:
        raw = value.encode()
        forms = {raw, quote(value).encode(), quote_plus(value).encode(), json.dumps(value)[1:-1].encode()}
        for pad in range(3):  # base64 of a text depends on where in its three-byte rhythm it starts
            forms.add(base64.b64encode(b"\0" * pad + raw)[4 if pad else 0 : -4])
        if any(form[:_SHORTEST] in begins and form in data for form in forms if len(form) >= _SHORTEST):
            found.append(value)
    return found
