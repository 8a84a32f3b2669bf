"""What a real terminal makes of names that a vendor chose: nothing happens but that they are shown.

tmux is the terminal: it keeps a title, a clipboard, a bell, two screens and a scrollback, and tells of each.
"""

from __future__ import annotations

import base64
import json
import os
import shlex
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from email.message import EmailMessage
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from bpoaudit.vendor import starter_profile

pytestmark = pytest.mark.skipif(not (shutil.which("tmux") or os.environ.get("CI")), reason="needs tmux")

PROGRAM = Path(sys.executable).with_name("bpoaudit")
ESC, BEL = "\x1b", "\x07"
STOLEN = base64.b64encode(b"stolen").decode()
ACTIONS = {
    "title": f"{ESC}]0;owned{BEL}",
    "title by C1": "\x9d0;owned\x9c",
    "name of the window": f"{ESC}kowned{ESC}\\",
    "clipboard": f"{ESC}]52;c;{STOLEN}{BEL}",
    "clipboard through": f"{ESC}Ptmux;{ESC}{ESC}]52;c;{STOLEN}{BEL}{ESC}\\",
    "link": f"{ESC}]8;;http:example.org{BEL}text{ESC}]8;;{BEL}",
    "up and over": f"{ESC}[1;1HFORGED",
    "by C1": "\x9b2J\x9b1;1HFORGED",
    "erase": f"{ESC}[2J{ESC}[3J{ESC}[H",
    "other screen": f"{ESC}[?1049h",
    "no cursor": f"{ESC}[?25l",
    "margins": f"{ESC}[2;4r",
    "reset": f"{ESC}c",
    "device control": f"{ESC}P$q q{ESC}\\",
    "bell": BEL,
    "over the line": "harmless\rFORGED",
    "back over it": "harmless" + "\b" * 8 + "FORGED",
    "a line more": "x\nFORGED: all rules passed",
    "from the right": "invoice\u202efdp.csv",
}
STATE = (
    "#{pane_title}|#{window_name}|#{alternate_on}|#{cursor_flag}|#{insert_flag}|#{keypad_flag}|#{mouse_any_flag}"
    "|#{origin_flag}|#{wrap_flag}|#{scroll_region_upper}-#{scroll_region_lower}"
)
ABOVE = [f"above {number}" for number in range(3)]


class Terminal:
    """One terminal of 200 columns and 50 rows."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        (folder / "tmux.conf").write_text(
            "set -s set-clipboard on\nset -g history-limit 20000\nset -wg allow-rename on\n"
            "set -g remain-on-exit on\nset -wg automatic-rename off\nset -g allow-passthrough on\n"
            f"set-hook -g alert-bell 'run-shell \"touch {folder}/rang\"'\nset -g bell-action any\n"
        )

    def tmux(self, *words: str) -> str:
        return subprocess.run(
            ["tmux", "-S", str(self._folder / "s"), "-f", str(self._folder / "tmux.conf"), *words],
            text=True, capture_output=True, check=True, env={**os.environ, "LC_ALL": "C.UTF-8"},
        ).stdout  # fmt: skip

    def run(self, script: str) -> list[str]:
        """Run a script below the lines `ABOVE`; return all that stands in the terminal at its end."""
        told = "".join(f"echo {line}; " for line in ABOVE)
        self.tmux(
            "new-session", "-d", "-x", "200", "-y", "50", "-n", "window",
            f"{told} touch {self._folder}/begun; until [ -e {self._folder}/go ]; do sleep 0.05; done; {script}\n"
            f"touch {self._folder}/ended; exec sleep 600",
        )  # fmt: skip
        self._wait("begun")
        self.before = self.state()
        (self._folder / "go").touch()
        self._wait("ended")
        time.sleep(0.3)  # what is written is not yet shown
        return self.tmux("capture-pane", "-p", "-J", "-S", "-").splitlines()

    def state(self) -> tuple[str, str, bool]:
        """Return what is seen of the terminal beside its lines: its modes, its clipboard, whether it rang."""
        return (
            self.tmux("display-message", "-p", STATE), self.tmux("list-buffers"),
            (self._folder / "rang").exists(),
        )  # fmt: skip

    def _wait(self, name: str) -> None:
        deadline = time.monotonic() + 300
        while not (self._folder / name).exists():
            assert time.monotonic() < deadline, self.tmux("capture-pane", "-p")
            time.sleep(0.05)


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    with TemporaryDirectory(prefix="tmux-") as folder:  # the path of a socket must be short
        terminal = Terminal(Path(folder))
        try:
            yield terminal
        finally:
            subprocess.run(["tmux", "-S", f"{folder}/s", "kill-server"], capture_output=True, check=False)


@pytest.mark.parametrize(
    "name",
    ["title", "name of the window", "clipboard", "up and over", "erase", "other screen", "no cursor", "margins",
     "bell"],
)  # fmt: skip
def test_the_terminal_does_what_it_is_told(terminal: Terminal, name: str, tmp_path: Path) -> None:
    """Else nothing that does not happen would tell anything."""
    (tmp_path / "name").write_text(ACTIONS[name])
    lines = terminal.run(f"cat {shlex.quote(str(tmp_path / 'name'))}")
    assert (terminal.state(), lines[:3]) != (terminal.before, ABOVE)


def hostile_delivery(folder: Path) -> None:
    """Write files whose names, headers, keys, tables, subjects and attachments all act on a terminal."""
    mail = "ann@example.org"
    for number, action in enumerate(ACTIONS.values()):
        (folder / f"{number} {action}.csv").write_text(f'"id{action}","mail{action}"\n1,{mail}\n')
        (folder / f"{number} {action}.json").write_text(json.dumps([{f"mail{action}": mail}]) + action)
    with closing(sqlite3.connect(folder / "tables.db")) as tables, tables:
        for action in ACTIONS.values():
            tables.execute(f'CREATE TABLE "t{action}" ("mail{action}")')
            tables.execute(f'INSERT INTO "t{action}" VALUES (?)', (mail,))
    for number, action in enumerate(ACTIONS.values()):
        message = EmailMessage()
        message["From"] = mail
        message["Subject"] = f"about {number}"
        message.set_content(f"write to {mail} {action}")
        message.add_attachment(f"write to {mail}", filename="attached.txt")
        data = message.as_bytes().replace(b"about", b"=?utf-8?b?" + base64.b64encode(action.encode()) + b"?=")
        encoded = "".join(f"%{byte:02X}" for byte in action.encode()).encode()
        (folder / f"{number}.eml").write_bytes(
            data.replace(b'filename="attached.txt"', b"filename*=utf-8''" + encoded + b".txt")
        )


@pytest.mark.slow
def test_nothing_that_a_vendor_named_acts_on_the_terminal(terminal: Terminal, tmp_path: Path) -> None:
    folder = tmp_path / "delivery"
    folder.mkdir()
    hostile_delivery(folder)
    (tmp_path / "vendor.yaml").write_text(starter_profile())
    words = shlex.join([str(PROGRAM), "audit", str(folder), "--vendor", str(tmp_path / "vendor.yaml")])
    scan = shlex.join([str(PROGRAM), "scan", str(folder)])
    lines = terminal.run(f"{words} --list; {scan}; {words}; echo code $?")
    assert terminal.state() == terminal.before
    assert lines[:3] == ABOVE
    assert not [line for line in lines if line.startswith("FORGED")]
    assert "code 3" in [line.strip() for line in lines], lines[-5:]
    shown = "\n".join(lines)
    for spelled in (
        r"\x1b]0;owned\x07",
        rf"\x1b]52;c;{STOLEN}\x07",
        r"\x9b2J",
        r"mail\x1b[?1049h",
        r"#t\x1bc",
        r"harmless\x0dFORGED",
        r"\u202efdp",
    ):
        assert spelled in shown
    assert not [char for char in shown if not char.isprintable() and char != "\n"]
