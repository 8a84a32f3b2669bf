"""A run of the command under `strace`: which files it opened to write, what it wrote, what it began."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

STRACE = shutil.which("strace")

_CALLS = (
    "open,openat,openat2,creat,memfd_create,rename,renameat,renameat2,link,linkat,symlink,symlinkat,mknod,mknodat,"
    "write,pwrite64,writev,pwritev,pwritev2,sendfile,copy_file_range,sendto,sendmsg,sendmmsg,connect,execve"
)
_CALL = re.compile(r"(?P<pid>\d+) +(?P<name>\w+)\((?P<rest>.*)")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_DESCRIPTOR = re.compile(r"\d+<((?:\\x[0-9a-f]{2})+|[A-Z0-9-]+:[^>]*)>")
_FAILED = re.compile(r"\) += -1 E[A-Z]+ \(")


def _decoded(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))


def _path(text: str) -> str:
    """Return a path, which is written in hexadecimal digits; a socket is not."""
    return _decoded(text).decode(errors="surrogateescape") if text.startswith("\\x") else text


@dataclass(frozen=True, slots=True)
class Call:
    """One system call."""

    name: str
    target: str
    """What it wrote to: a path, `pipe:[…]`, `UNIX-…`, `/memfd:…`; empty where it names no descriptor."""
    texts: tuple[bytes, ...]
    """All strings among its arguments."""
    flags: str


@dataclass(frozen=True, slots=True)
class Traced:
    """What a run did."""

    ran: subprocess.CompletedProcess[str]
    calls: tuple[Call, ...]

    def written(self) -> Iterator[tuple[str, bytes]]:
        """Yield what was written to anything but memory: memfd, pipes and pairs of sockets of its own."""
        for call in self.calls:
            writes = "write" in call.name or call.name.startswith("send") or call.name == "copy_file_range"
            if writes and not call.target.startswith(("pipe:", "UNIX", "/memfd:")):
                yield call.target, b"".join(call.texts)

    def opened_to_write(self) -> Iterator[str]:
        """Yield the path of each file that was opened, or made, to be written to."""
        for call in self.calls:
            making = call.name in ("creat", "mknod", "mknodat", "link", "linkat", "symlink", "symlinkat")
            if making or (
                call.name.startswith("open") and re.search("O_WRONLY|O_RDWR|O_CREAT|O_TMPFILE", call.flags)
            ):
                yield call.texts[-1].decode(errors="surrogateescape")

    def begun(self) -> Iterator[list[bytes]]:
        """Yield the program, arguments and environment of each process that was begun."""
        for call in self.calls:
            if call.name == "execve":
                yield list(call.texts)


def traced(words: Sequence[object], folder: Path, env: Mapping[str, str]) -> Traced:
    """Run the installed command with `words` in `folder` and nothing in its environment but `env`."""
    assert STRACE is not None
    trace = folder.parent / f"{folder.name}.trace"
    ran = subprocess.run(
        [STRACE, "-f", "--seccomp-bpf", "-q", "-yy", "-v", "-xx", "-s", "1000000000", "-e", "signal=none",
         "-e", f"trace={_CALLS}", "-o", str(trace), str(Path(sys.executable).parent / "bpoaudit"), *map(str, words)],
        cwd=folder, env=dict(env), text=True, capture_output=True, check=False,
    )  # fmt: skip
    with trace.open(encoding="ascii") as lines:
        calls = tuple(_calls(lines))
    trace.unlink()
    return Traced(ran, calls)


def _calls(lines: Iterator[str]) -> Iterator[Call]:
    """Put calls together that others came between, and leave out those that failed."""
    halves: dict[str, str] = {}
    for line in lines:
        found = _CALL.match(line)
        if found is None:
            pid, _, rest = line.partition(" ")
            if pid not in halves or " resumed>" not in rest:
                continue
            found = _CALL.match(halves.pop(pid) + rest.partition(" resumed>")[2])
            assert found is not None
        elif found["rest"].endswith(" <unfinished ...>"):
            halves[found["pid"]] = line.removesuffix(" <unfinished ...>\n")
            continue
        rest = found["rest"]
        if _FAILED.search(rest):
            continue
        descriptor = _DESCRIPTOR.match(rest)
        target = _path(descriptor[1]) if descriptor else ""
        texts = tuple(_decoded(text) for text in _TEXT.findall(rest))
        yield Call(found["name"], target, texts, _TEXT.sub("", rest))
