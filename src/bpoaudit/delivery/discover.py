"""Find every file of a delivery, here or elsewhere. No file is opened here."""

from __future__ import annotations

import os
import re
import stat
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from bpoaudit.delivery.content import Content
from bpoaudit.delivery.remote import discover_uri, open_content
from bpoaudit.delivery.resumed import Place
from bpoaudit.delivery.uri import is_uri, name_of, printable_uri
from bpoaudit.errors import NoInputError, SourceError, UnreadableSource, UnsupportedSource


@dataclass(frozen=True, slots=True)
class DeliveryFile:
    """One file of the delivery, or something that stands in a file's place and cannot be read."""

    source: str
    """Relative to its DELIVERY argument, `/` between folders; `!`, `#`, `%` and bytes that are not
    UTF-8 percent-encoded; what comes from elsewhere also in `.`, `..` and control characters."""
    place: Path | Place
    bytes: int
    """Size in bytes; 0 where there is a problem."""
    problem: SourceError | None = None
    """Why it cannot be read: a pipe, a device, a link out of the delivery, a closed folder."""

    def content(self) -> Content:
        """Return its bytes."""
        return Content.of_path(self.place) if isinstance(self.place, Path) else open_content(self.place)


def discover(arguments: Sequence[str | Path]) -> tuple[DeliveryFile, ...]:
    """List what the DELIVERY arguments, paths and URIs, hold, sorted by source.

    Links to files of the same delivery are files; links to folders are not followed (their files
    are listed where they are) and, like links out of the delivery, dangling links, pipes, sockets,
    devices and folders that cannot be opened, come back with a `problem`. An argument that stands
    there twice, or inside another, counts once (`without_repeats`). Raises `NoInputError`
    for a path that does not exist and for a folder without files.
    """
    single = without_repeats(arguments)
    found: list[DeliveryFile] = []
    for argument, prefix in zip(single, _prefixes(single), strict=True):
        files = list(
            _remote_files(argument, prefix) if isinstance(argument, str) else _files_of(argument, prefix)
        )
        if not files:
            raise NoInputError(f"there are no files in {_printable(argument)}")
        found += files
    if not found:
        raise NoInputError("no delivery was named")
    return tuple(sorted(found, key=lambda file: file.source))


def without_repeats(arguments: Sequence[str | Path]) -> tuple[Path | str, ...]:
    """Return the arguments less those that are, or lie in, what another one names; in their order.

    URIs stay text; everything else is a path.
    """
    named = [each if isinstance(each, str) and is_uri(each) else Path(each) for each in arguments]
    # As parts of a path, which a folder has in common with what lies in it.
    true = [each.resolve() if isinstance(each, Path) else PurePosixPath(each) for each in named]
    return tuple(
        each
        for at, each in enumerate(named)
        if true[at] not in true[:at] and {*true}.isdisjoint(true[at].parents)
    )


def encode_name(name: str) -> str:
    """Percent-encode what has a meaning in a source name, and bytes that are not UTF-8."""
    for char in "%!#":
        name = name.replace(char, f"%{ord(char):02X}")
    # Bytes that are not UTF-8 reach Python as U+DC80 to U+DCFF (PEP 383).
    return re.sub("[\udc80-\udcff]", lambda byte: f"%{ord(byte[0]) - 0xDC00:02X}", name)


def _encode_own(name: str) -> str:
    """Encode a name of a file here, the same in every locale: its bytes are taken for UTF-8."""
    return encode_name(os.fsencode(name).decode("utf-8", "surrogateescape"))


def _prefixes(arguments: Sequence[Path | str]) -> list[str]:
    if len(arguments) == 1:
        return [""]
    seen: Counter[str] = Counter()
    prefixes = []
    for each in arguments:
        if isinstance(each, str):
            name = _encode_part(name_of(each))
        else:
            name = _encode_own(each.name or each.resolve().name)
        seen[name] += 1
        prefixes.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return prefixes


def _files_of(argument: Path, prefix: str) -> Iterator[DeliveryFile]:
    try:
        mode = argument.stat().st_mode
    except OSError as error:
        raise NoInputError(f"{_printable(argument)} {_why(error)}") from None
    if not stat.S_ISDIR(mode):
        yield _file(argument, prefix or _encode_own(argument.name), mode, argument.stat().st_size)
        return
    root = argument.resolve()
    folders = [(argument, prefix)]
    while folders:
        folder, source = folders.pop()
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: os.fsencode(entry.name))
        except OSError as error:
            yield _problem(folder, source or ".", f"a folder that {_why(error)}")
            continue
        for entry in entries:
            name = f"{source}/{_encode_own(entry.name)}" if source else _encode_own(entry.name)
            if entry.is_dir(follow_symlinks=False):
                folders.append((Path(entry.path), name))
            else:
                yield _entry(Path(entry.path), name, root)


def _remote_files(uri: str, prefix: str) -> Iterator[DeliveryFile]:
    for file in discover_uri(uri):
        parts = [_encode_part(part) for part in file.name.split("/")] if file.name else []
        source = "/".join([*([prefix] if prefix else []), *parts]) or _encode_part(name_of(uri))
        yield DeliveryFile(source, file.place, file.size, file.problem)


def _encode_part(name: str) -> str:
    """Encode one part of a name from elsewhere, which no file system here has ever seen."""
    if name in (".", ".."):
        return name.replace(".", "%2E")
    return re.sub("[\x00-\x1f\x7f]", lambda char: f"%{ord(char[0]):02X}", encode_name(name))


def _entry(path: Path, source: str, root: Path) -> DeliveryFile:
    try:
        if path.is_symlink() and not path.resolve(strict=True).is_relative_to(root):
            return _problem(path, source, "a link that leaves the delivery")
        state = path.stat()
    except (OSError, RuntimeError) as error:  # RuntimeError: a loop of links, before Python 3.13
        return _problem(path, source, f"an entry that {_why(error)}")
    if stat.S_ISDIR(state.st_mode):
        return _problem(path, source, "a link to a folder, which is not followed")
    return _file(path, source, state.st_mode, state.st_size)


def _file(path: Path, source: str, mode: int, size: int) -> DeliveryFile:
    if stat.S_ISREG(mode):
        return DeliveryFile(source, path, size)
    return DeliveryFile(source, path, 0, UnsupportedSource("a pipe, socket or device, not a file"))


def _problem(path: Path, source: str, reason: str) -> DeliveryFile:
    return DeliveryFile(source, path, 0, UnreadableSource(reason))


def _why(error: OSError | RuntimeError) -> str:
    if isinstance(error, FileNotFoundError):
        return "does not exist"
    if isinstance(error, PermissionError):
        return "may not be opened"
    return "cannot be opened"


def _printable(path: Path | str) -> str:
    if isinstance(path, str):
        return printable_uri(path)
    return os.fsencode(path).decode("utf-8", "backslashreplace")
