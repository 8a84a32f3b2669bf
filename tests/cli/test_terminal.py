"""What a person meets in a terminal: help, examples, completion, narrow windows, pipes that close early."""

from __future__ import annotations

import fcntl
import io
import os
import pty
import shlex
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest
from rich.cells import cell_len
from typer.main import get_command

from bpoaudit.cli.app import app
from bpoaudit.cli.examples import EXAMPLES, commands_of
from bpoaudit.cli.piped import Piped
from bpoaudit.vendor import starter_profile

BPOAUDIT = Path(sys.executable).parent / "bpoaudit"
ENVIRON = {**os.environ, "PATH": f"{BPOAUDIT.parent}:/usr/bin:/bin"}


def _bash(script: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-c", script],
        env={**ENVIRON, **environ}, text=True, capture_output=True, check=False,
    )  # fmt: skip


def _in_terminal(columns: int, *words: str, **environ: str) -> list[str]:
    """Run the tool in a terminal of so many columns; return its lines."""
    parent, child = pty.openpty()
    fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    env = {k: v for k, v in ENVIRON.items() if k not in ("COLUMNS", "NO_COLOR")} | {"TERM": "xterm-256color"}
    with subprocess.Popen(
        [BPOAUDIT, *words], stdout=child, stderr=child, stdin=child, env=env | environ
    ) as run:
        os.close(child)
        read = b""
        while True:
            try:
                more = os.read(parent, 65536)
            except OSError:  # how Linux says that the other end is closed
                break
            if not more:
                break
            read += more
    os.close(parent)
    assert run.returncode == 0, read
    return read.decode().replace("\r\n", "\n").splitlines()


@pytest.mark.parametrize("name", [name for name, _ in commands_of(app)])
def test_every_command_ends_its_help_with_an_example_that_it_understands(name: str) -> None:
    for line in EXAMPLES[name]:
        tool, *words = shlex.split(line.partition(" >")[0])
        assert tool == "bpoaudit"
        assert " ".join(words).startswith(name)
        command = get_command(app)
        while hasattr(command, "commands") and words[0] in command.commands:
            command = command.commands[words[0]]
            words = words[1:]
        extra = ["--project", "none"] if any(p.name == "project_file" for p in command.params) else []
        command.make_context(name, [*words, *extra])


def test_examples_stand_in_lines_of_their_own() -> None:
    told = subprocess.run(
        [BPOAUDIT, "audit", "--help"], env=ENVIRON, text=True, capture_output=True, check=True
    )
    for line in EXAMPLES["audit"]:
        assert f"    {line}\n" in told.stdout


def test_help_waits_for_nothing_heavy() -> None:
    """A twentieth of a second instead of two: none of these is imported before a command runs."""
    heavy = {
        "presidio_analyzer",
        "spacy",
        "pandas",
        "pyarrow",
        "pydantic",
        "rich",
        "jinja2",
        "sqlalchemy",
        "yaml",
    }
    code = "import sys, bpoaudit.cli.app; print(*{m.partition('.')[0] for m in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], text=True, capture_output=True, check=True)
    assert heavy.isdisjoint(done.stdout.split())


@pytest.mark.parametrize(
    ("code", "heavy"),
    [
        (
            "from bpoaudit.rules import load_packs; load_packs(['gdpr'])",
            {"pandas", "numpy", "presidio_analyzer"},
        ),
        ("import bpoaudit.outputs", {"sqlalchemy", "presidio_analyzer"}),
    ],
)
def test_rules_and_reports_wait_for_nothing_that_they_do_not_need(code: str, heavy: set[str]) -> None:
    told = f"import sys; {code}; print(*{{m.partition('.')[0] for m in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", told], text=True, capture_output=True, check=True)
    assert heavy.isdisjoint(done.stdout.split())


@pytest.mark.parametrize("columns", [40, 60, 80])
@pytest.mark.parametrize("words", [("entities",), ("rules", "list", "gdpr"), ("history", "--history")])
def test_no_table_is_wider_than_the_terminal(words: tuple[str, ...], columns: int, tmp_path: Path) -> None:
    if words[0] == "history":
        from bpoaudit.history import open_history
        from tests.report.sample import audit_result

        open_history(str(tmp_path / "h.db"), create=True).record(audit_result())
        words = (*words, str(tmp_path / "h.db"))
    lines = _in_terminal(columns, *words)
    assert lines
    assert max(map(cell_len, lines)) <= columns


def test_a_pipe_gets_one_line_a_row() -> None:
    listed = subprocess.run([BPOAUDIT, "entities"], env=ENVIRON, text=True, capture_output=True, check=True)
    rows = listed.stdout.splitlines()
    assert len({line.index("https://") for line in rows if "https://" in line}) == 1


@pytest.mark.parametrize("words", ["rules list", "entities", "rules schema", "audit --help"])
def test_a_pipe_that_closes_early_is_quiet(words: str) -> None:
    done = _bash(f"set -o pipefail; bpoaudit {words} | head -1")
    assert done.stderr == ""
    assert len(done.stdout.splitlines()) == 1
    assert done.returncode in (0, 141)  # 141: ended by SIGPIPE, as other tools are


@pytest.mark.parametrize("words", ["scan nowhere", "rules show NOPE", "nosuch"])
def test_an_error_that_nobody_hears_is_no_threshold_that_was_crossed(words: str) -> None:
    done = _bash(f"(bpoaudit {words}; echo $?) 2> >(exec 2>&- 0<&-)")
    assert done.stdout.strip() in ("2", "141")


@pytest.mark.parametrize(
    ("how", "written"), [({"write_through": True}, "[1/2]"), ({"line_buffering": True}, "[1/2]\n")]
)
def test_what_is_printed_is_handed_on_as_soon_as_by_the_stream_itself(
    how: dict[str, bool], written: str
) -> None:
    raw = io.BytesIO()
    own = io.TextIOWrapper(raw, encoding="utf-8", **how)  # type: ignore[call-overload]
    stream = Piped.around(own)  # a wrapper closes what it wraps when it goes
    stream.write(written)
    assert raw.getvalue() == written.encode()


@pytest.mark.slow
def test_a_result_that_nobody_reads_is_no_threshold_that_was_crossed(tmp_path: Path) -> None:
    (tmp_path / "delivery").mkdir()
    (tmp_path / "delivery" / "notes.txt").write_text("nobody is in here\n")
    profile = tmp_path / "vendor.yaml"
    profile.write_text(starter_profile())
    words = f"audit {tmp_path / 'delivery'} --vendor {profile} --fail-on never -f markdown"
    assert _bash(f"set -o pipefail; bpoaudit {words} | true").returncode == 141


@pytest.mark.slow
def test_an_output_that_nobody_reads_any_more_is_an_error_and_leaves_nothing(tmp_path: Path) -> None:
    rows = "".join(f"{number},a{number}@example.org\n" for number in range(4000))
    (tmp_path / "mails.csv").write_text("id,email\n" + rows)
    (tmp_path / "out").mkdir()
    os.mkfifo(tmp_path / "out" / "findings.jsonl")
    with subprocess.Popen(
        ["head", "-c", "10", tmp_path / "out" / "findings.jsonl"], stdout=subprocess.DEVNULL
    ):
        done = subprocess.run(
            [BPOAUDIT, "scan", "mails.csv", "-o", "out/scan.json", "-o", "out/findings.jsonl"],
            cwd=tmp_path, env={**ENVIRON, "TMPDIR": str(tmp_path / "out")}, text=True, capture_output=True,
        )  # fmt: skip
    assert done.returncode == 2
    assert "Broken pipe" in done.stderr
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["findings.jsonl"]


COMPLETE = """
complete_words() {{
  COMP_WORDS=("$@"); COMP_CWORD=$(( $# - 1 )); COMPREPLY=()
  "$(complete -p bpoaudit | sed -E 's/.*-F ([^ ]+) .*/\\1/')" bpoaudit "${{COMP_WORDS[COMP_CWORD]}}" ""
  printf '%s\\n' "${{COMPREPLY[@]}}"
}}
source <(_BPOAUDIT_COMPLETE=source_bash bpoaudit)
complete_words {words}
"""


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("bpoaudit au", {"audit"}),
        ("bpoaudit rules ", {"list", "show", "check", "test", "schema"}),
        ("bpoaudit audit --fail", {"--fail-on"}),
        ("bpoaudit project ch", {"check"}),
    ],
)
def test_bash_completes(words: str, offered: set[str]) -> None:
    given = " ".join(shlex.quote(word) for word in words.split(" "))
    done = _bash(COMPLETE.format(words=given))
    assert done.stderr == ""
    assert offered <= set(done.stdout.split())


def test_completion_does_not_read_the_project_file(tmp_path: Path) -> None:
    (tmp_path / "bpoaudit.yaml").write_text("nonsense: [")
    done = _bash(f"cd {shlex.quote(str(tmp_path))};" + COMPLETE.format(words="bpoaudit audit --min"))
    assert set(done.stdout.split()) == {"--min-score", "--min-coverage"}


@pytest.mark.parametrize("environ", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_no_escape_sequence_where_none_is_wanted(environ: dict[str, str]) -> None:
    assert not [line for line in _in_terminal(60, "entities", **environ) if "\x1b" in line]
