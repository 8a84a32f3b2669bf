"""What a run does to the machine it runs on: files, processes, environment, memory."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from generate.formats.archives import PASSWORD

from tests.leaks.conftest import NAMED, SECRETS, planted
from tests.leaks.traced import Traced
from tests.pipeline.conftest import leaks

pytestmark = [pytest.mark.slow, pytest.mark.long, pytest.mark.xdist_group("trace")]

_KNOWN = (
    r"/dev/(null|tty)",
    r"{folder}/\.(a\.json|f\.jsonl|r\.html|r\.pdf)\.[0-9a-f]{{8}}\.part",  # outputs before they are renamed
    r"{folder}/h\.db(-journal|-wal|-shm)?",
    r"{folder}/tmp/bpoaudit-\w+/[0-9-]+\.jsonl",  # masked findings of one source
    r"{folder}/tmp/[a-z0-9_]{{8}}",  # Python tries whether the folder can be written to
    # WeasyPrint has Python ask the compiler where Pango is
    r"{folder}/tmp/(tmp\w{{8}}|cc\w{{6}}\.(res|cdtor\.[co]|ld|le))",
    r"{folder}/tmp/#[0-9]+|{folder}/tmp",  # candidates, masked, in a file without a name
    r"/dev/shm/[\w.-]+",  # semaphores of the processes
)


def test_every_file_it_writes_is_a_known_one(run_under_trace: tuple[Traced, Path]) -> None:
    did, folder = run_under_trace
    known = re.compile("|".join(_KNOWN).format(folder=re.escape(str(folder))))
    opened = {str(folder / path) for path in did.opened_to_write()}
    assert {path for path in opened if not known.fullmatch(path)} == set()
    assert any(path.endswith(".part") for path in opened)


def test_nothing_it_writes_holds_a_value_or_a_secret(run_under_trace: tuple[Traced, Path]) -> None:
    did, _ = run_under_trace
    values = (*planted(), *SECRETS.values(), PASSWORD)
    written: dict[str, bytearray] = {}
    for target, data in did.written():
        written.setdefault(target, bytearray()).extend(data)
    found = {name: [v for v in values if v.encode() in data] for name, data in written.items()}
    assert {name: leaked for name, leaked in found.items() if leaked} == {}
    assert sum(map(len, written.values())) > 100_000
    assert leaks(did.ran.stdout + did.ran.stderr, values) == []


def test_the_values_were_there_to_leak(run_under_trace: tuple[Traced, Path]) -> None:
    """What a parser says to the program goes through a pipe, and the trace would show it elsewhere too."""
    did, _ = run_under_trace
    piped = b"".join(b"".join(c.texts) for c in did.calls if c.target.startswith(("pipe:", "UNIX")))
    assert sum(value.encode() in piped for value in planted()) > 10


def test_no_process_is_begun_with_a_name_a_value_or_a_secret_in_sight(
    run_under_trace: tuple[Traced, Path],
) -> None:
    did, _ = run_under_trace
    _, *begun = did.begun()  # the first is what the user typed
    parsers = [
        texts for texts in begun if b"-m" in texts and any(t.startswith(b"bpoaudit.parsers") for t in texts)
    ]
    assert {t for texts in parsers for t in texts if t.startswith(b"bpoaudit.parsers")} >= {
        b"bpoaudit.parsers", b"bpoaudit.parsers.workbook", b"bpoaudit.parsers.seven_zip", b"bpoaudit.parsers.pdf",
        b"bpoaudit.parsers.office_password",
    }  # fmt: skip
    assert leaks(b"\n".join(t for texts in begun for t in texts), [NAMED, PASSWORD]) == []
    assert leaks(b"\n".join(t for texts in parsers for t in texts), list(SECRETS.values())) == []


def test_it_talks_to_nobody(run_under_trace: tuple[Traced, Path]) -> None:
    did, _ = run_under_trace
    called = [c for c in did.calls if c.name == "connect"]
    assert [c.flags for c in called if "AF_UNIX" not in c.flags] == []
    assert {c.target for c in did.calls if "INET" in c.flags or c.target.startswith(("TCP", "UDP"))} == set()


def test_it_leaves_nothing_behind(run_under_trace: tuple[Traced, Path]) -> None:
    _, folder = run_under_trace
    assert list((folder / "tmp").iterdir()) == []
    assert list((folder / "home").iterdir()) == []
    left = {path.name for path in folder.iterdir()} - {"tmp", "home", "vendor.yaml", "passwords"}
    assert left == {"a.json", "f.jsonl", "r.html", "r.pdf", "h.db"}


def test_its_outputs_hold_no_value_in_any_form(run_under_trace: tuple[Traced, Path]) -> None:
    _, folder = run_under_trace
    for path in folder.glob("*.*"):
        if path.name != "vendor.yaml":
            assert leaks(path.read_bytes(), planted()) == [], path.name
