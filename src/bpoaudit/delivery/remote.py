"""Deliveries that lie elsewhere: `s3://`, `sftp://`, and whatever else fsspec has a file system for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, cast
from urllib.parse import unquote, urlsplit

from bpoaudit.delivery.connections import connected, disconnect
from bpoaudit.delivery.content import Content
from bpoaudit.delivery.persistence import TRIES, Lost, Refused, persistently
from bpoaudit.delivery.resumed import Place, Resumed, stamp_of
from bpoaudit.delivery.uri import FLAT, HTTP, hint_of, name_of, printable_uri, protocol_of, split_uri
from bpoaudit.errors import NoInputError, SourceError, UnreadableSource, UnsupportedSource

_HELD = 64 << 20
"""A file of up to this size is fetched once and held; a larger one is fetched again for each reading."""
_DEEPEST = 100


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """One file of a remote delivery, or what stands in a file's place."""

    name: str
    """Relative to the argument, `/` between folders, nothing encoded; empty for the argument itself."""
    size: int
    place: Place
    problem: SourceError | None = None


def discover_uri(uri: str) -> tuple[RemoteFile, ...]:
    """List every file under a URI, folders inside folders included.

    Raises `UsageError` for a URI that is not taken, and `NoInputError` where nothing is, or nothing may
    be listed. What cannot be read while the rest can, comes back with a `problem`.
    """
    protocol = protocol_of(uri)
    disconnect(uri)  # credentials may have changed since an earlier audit
    try:
        found = persistently(lambda: _listed(uri, protocol), lambda: disconnect(uri))
    except Refused as refused:
        raise NoInputError(
            f"{printable_uri(uri)}: {refused.message}", refused.hint or hint_of(protocol)
        ) from None
    except Lost as lost:
        raise NoInputError(
            f"{printable_uri(uri)}: cannot be reached, tried {TRIES} times ({lost})", hint_of(protocol)
        ) from None
    finally:
        # Processes that are forked later make their own connections: none survives a fork.
        disconnect(uri)
    return found


def open_content(place: Place) -> Content:
    """Return the bytes of a remote file.

    Small files are fetched once. Larger ones are fetched as they are read, and again for each reading;
    that they stayed the same meanwhile is checked.
    """
    small = place.size is not None and place.size <= _HELD
    stamp = [place.stamp]

    def begin() -> BinaryIO:
        stream = Resumed(place, stamp)
        stream.connect()
        return cast(BinaryIO, stream)

    web = split_uri(place.path)[0] in HTTP
    return Content(
        name_of(place.path) if web else place.path.rpartition("/")[2],
        begin,
        size=place.size,
        seeks=not small and place.size is not None,
        keep=_HELD,
    )


# --- listing -------------------------------------------------------------------------------------


def _listed(uri: str, protocol: str) -> tuple[RemoteFile, ...]:
    system, path = connected(uri)
    try:
        if protocol in FLAT:
            found = _keys(system, uri, path)
        elif protocol in HTTP and not urlsplit(uri).path.endswith("/"):
            found = iter([_file(uri, "", system.info(path))])
        else:
            found = _walked(system, uri, path)
        return tuple(found)
    except ValueError as error:
        raise Refused(f"is not an address that could be understood ({type(error).__name__})") from None


def _keys(system: Any, uri: str, path: str) -> Iterator[RemoteFile]:
    """List an object store; a key may be an object and the folder of others at once."""
    entries: dict[str, dict[str, Any]] = system.find(path, detail=True)
    if "/" in path and path not in entries and not uri.endswith("/"):
        try:
            alone = system.info(path)
        except FileNotFoundError:
            alone = {"type": "directory"}
        if alone["type"] == "file":
            entries[path] = alone
    both = path in entries and len(entries) > 1
    root = path.rpartition("/")[0] if both else path
    for name, entry in entries.items():
        if entry["type"] == "directory" or (name.endswith("/") and not entry["size"]):
            continue  # what consoles write to show an empty folder
        relative = "" if name == root else name.removeprefix(f"{root}/")
        if system._strip_protocol(name) != name or "?versionId=" in name:
            yield _problem(uri, relative, UnsupportedSource("its key cannot be asked for with fsspec"))
        else:
            yield _file(uri, relative, entry)


def _walked(system: Any, uri: str, path: str) -> Iterator[RemoteFile]:
    """List folder by folder; one that cannot be opened is listed, and the rest goes on."""
    web = split_uri(uri)[0] in HTTP
    argument = system.info(path)
    if argument["type"] != "directory" and not web:
        yield _file(uri, "", argument)
        return
    folders = [(path, "", 0)]
    while folders:
        folder, prefix, depth = folders.pop()
        try:
            entries = system.ls(folder, detail=True)
        except (PermissionError, FileNotFoundError):
            if not prefix:
                raise
            yield _problem(uri, prefix.rstrip("/"), UnreadableSource("a folder that may not be opened"))
            continue
        for entry in sorted(entries, key=lambda entry: str(entry["name"])):
            last = str(entry["name"]).rstrip("/").removeprefix(folder).lstrip("/")
            if web and last.startswith(("?", "#")):
                continue  # a link that sorts the page, not a file
            last = unquote(last) if web else last
            name = prefix + last
            if "/" in last or last in ("", ".", ".."):
                yield _problem(uri, name, UnsupportedSource("a name that no file can have"))
            elif entry["type"] == "directory":
                if depth == _DEEPEST:
                    problem = UnreadableSource(f"a folder below {_DEEPEST} others")
                    yield _problem(uri, name, problem)
                else:
                    folders.append((entry["name"], f"{name}/", depth + 1))
            elif entry["type"] == "link":
                yield _link(system, uri, path, name, entry)
            else:
                yield _file(uri, name, entry)


def _link(system: Any, uri: str, root: str, name: str, entry: dict[str, Any]) -> RemoteFile:
    """Follow a link to a file of the same delivery, as on a local disk."""
    if not hasattr(system, "real"):
        return _problem(uri, name, UnreadableSource("a link, which is not followed"))
    try:
        target = system.info(entry["name"])
        inside = f"{system.real(entry['name'])}/".startswith(f"{system.real(root).rstrip('/')}/")
    except OSError:
        return _problem(uri, name, UnreadableSource("a link that leads nowhere"))
    if not inside:
        return _problem(uri, name, UnreadableSource("a link that leaves the delivery"))
    if target["type"] == "directory":
        return _problem(uri, name, UnreadableSource("a link to a folder, which is not followed"))
    return _file(uri, name, target)


def _file(uri: str, name: str, entry: dict[str, Any]) -> RemoteFile:
    size = entry.get("size")
    place = Place(uri, entry["name"], size, stamp_of(entry))
    if entry["type"] == "other":
        problem = UnsupportedSource("a pipe, socket or device, not a file")
        return RemoteFile(name, 0, place, problem)
    return RemoteFile(name, size or 0, place)


def _problem(uri: str, name: str, problem: SourceError) -> RemoteFile:
    return RemoteFile(name, 0, Place(uri, "", None, None), problem)
