"""URIs of deliveries, and what holds for every protocol."""

from __future__ import annotations

import http.server
import random
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from fsspec.registry import _registry
from fsspec.spec import AbstractFileSystem

from bpoaudit.delivery import connections, discover, without_repeats
from bpoaudit.delivery.persistence import Refused
from bpoaudit.delivery.sftp import _host_and_port
from bpoaudit.delivery.uri import is_uri, name_of, printable_uri
from bpoaudit.errors import BpoauditError, NoInputError, UnreadableSource, UnsupportedSource, UsageError


@pytest.mark.parametrize(
    "text", ["s3://b/x", "sftp://h/x", "S3://b", "abfs://c@a.dfs/x", "simplecache::s3://b"]
)
def test_uris(text: str) -> None:
    assert is_uri(text)


@pytest.mark.parametrize(
    "text", ["delivery", "/srv/x", "./s3://b", "a:b", "C:/x", "s3:/b", "a b://c", "1s3://b", ""]
)
def test_paths(text: str) -> None:
    assert not is_uri(text)


@pytest.mark.parametrize(
    ("uri", "name"),
    [
        ("s3://bucket/may/", "may"),
        ("s3://bucket/may/t.csv", "t.csv"),
        ("s3://bucket", "bucket"),
        ("sftp://jane@host/out/may", "may"),
        ("sftp://jane@host", "host"),
        ("https://host/a%20b.csv?X-Amz-Signature=abc#x", "a b.csv"),
        ("https://host:8443/", "host"),
    ],
)  # fmt: skip
def test_the_name_of_an_argument(uri: str, name: str) -> None:
    assert name_of(uri) == name


@pytest.mark.parametrize(
    ("uri", "shown"),
    [
        ("sftp://jane.roe:pw@host:22/x", "sftp://host:22/x"),
        ("https://jane@host/x.csv?token=abc#part", "https://host/x.csv"),
        ("abfss://c@account/x?sig=abc", "abfss://account/x"),
        ("s3://bucket/a?b#c", "s3://bucket/a?b#c"),
    ],
)  # fmt: skip
def test_what_is_shown_of_a_uri_holds_no_secret(uri: str, shown: str) -> None:
    assert printable_uri(uri) == shown


@pytest.mark.parametrize(
    ("uri", "word"),
    [
        ("file:///etc/passwd", "not a remote delivery"),
        ("local:///etc/passwd", "not a remote delivery"),
        ("memory://x", "not a remote delivery"),
        ("reference://x", "not a remote delivery"),
        ("ZIP://x.zip", "not a remote delivery"),
        ("simplecache://x", "not a remote delivery"),
        ("simplecache::s3://bucket/x", "chain"),
        ("zip://a.csv::s3://bucket/x.zip", "chain"),
        ("sftp://jane:geheim@host/x", "password"),
        ("ftp://jane:geheim@host/x", "password"),
        ("https://jane:geheim@host/x?sig=geheim", "password"),
        ("s3://AKIA:geheim@bucket/x", "password"),
        ("s3://bucket/x?versionId=1", "versions"),
        ("s3://", "names no server"),
        ("gopher://host/x", "not a protocol"),
    ],
)  # fmt: skip
def test_what_no_delivery_is_named_by(uri: str, word: str) -> None:
    with pytest.raises(UsageError, match=word) as refused:
        discover([uri])
    assert "geheim" not in refused.value.message + (refused.value.hint or "")


@pytest.mark.parametrize(
    ("authority", "told"),
    [
        ("host", ("host", None)),
        ("host:2222", ("host", 2222)),
        ("[::1]", ("::1", None)),
        ("[::1]:2222", ("::1", 2222)),
        ("10.0.0.1:22", ("10.0.0.1", 22)),
        *((bad, None) for bad in ("", "-oProxyCommand=x", "a b", "a;b", "host:", "host:x", "::1", "$(x)")),
    ],
)
def test_addresses_of_ssh_servers(authority: str, told: tuple[str, int | None] | None) -> None:
    if told is None:
        with pytest.raises(Refused):
            _host_and_port(authority)
    else:
        assert _host_and_port(authority) == told


def test_a_protocol_whose_library_is_missing_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("s3fs", "gcsfs", "paramiko", "bpoaudit.delivery.sftp"):
        monkeypatch.setitem(sys.modules, module, None)
    for protocol in ("s3", "gs"):
        monkeypatch.delitem(_registry, protocol, raising=False)
    for uri, hint in (
        ("s3://bucket/x", "pip install 'bpoaudit[s3]'"),
        ("sftp://host/x", "pip install 'bpoaudit[sftp]'"),
        ("gs://bucket/x", "install what fsspec uses for gs://"),
    ):
        with pytest.raises(NoInputError, match="not installed") as refused:
            discover([uri])
        assert refused.value.hint == hint


def test_what_is_named_twice_is_read_once() -> None:
    arguments = ["s3://b/x", "s3://b/x/", "s3://b/xy", "s3://b/x/may", "sftp://h/x", "x"]
    assert without_repeats(arguments) == ("s3://b/x", "s3://b/xy", "sftp://h/x", Path("x"))


def test_nothing_of_the_network_is_loaded_without_a_uri(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a")
    script = (
        "import sys\n"
        "from bpoaudit.cli import app\n"
        "from bpoaudit.delivery import discover\n"
        f"assert discover([{str(tmp_path)!r}])\n"
        "print({'fsspec', 'paramiko', 's3fs', 'botocore', 'aiohttp', 'asyncio'} & set(sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", script], text=True, capture_output=True, check=True)
    assert ran.stdout == "set()\n"


# --- listings that mean harm ---------------------------------------------------------------------


class Hostile(AbstractFileSystem):  # type: ignore[misc]
    """A server that answers each listing with the same names."""

    cachable = False

    def __init__(self, names: dict[str, str]) -> None:
        super().__init__()
        self.names = names

    def info(self, path: str, **_: Any) -> dict[str, Any]:
        return {"name": path, "type": "directory", "size": 0}

    def ls(self, path: str, detail: bool = True, **_: Any) -> list[dict[str, Any]]:
        return [{"name": f"{path}/{name}", "type": kind, "size": 1} for name, kind in self.names.items()]


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Any:
    def under(names: dict[str, str]) -> None:
        monkeypatch.setattr(connections, "_connect", lambda uri: (Hostile(names), "/in"))

    return under


def test_names_that_would_lead_elsewhere_are_listed_and_harmless(serve: Any) -> None:
    serve(dict.fromkeys(("..", "../../etc/passwd", "a/b", "", "\x1b[31mred", "nul\0", "100%"), "file"))
    found = {file.source: file for file in discover(["smb://host/in"])}
    assert set(found) == {"%2E%2E", "%2E%2E/%2E%2E/etc/passwd", "a/b", "in", "%1B[31mred", "nul%00", "100%25"}
    for source in ("%2E%2E", "%2E%2E/%2E%2E/etc/passwd", "a/b", "in"):
        assert isinstance(found[source].problem, UnsupportedSource), source


def test_folders_without_end_are_cut_off_and_said(serve: Any) -> None:
    serve({"again": "directory", "t.csv": "file"})
    found = discover(["smb://host/in"])
    assert len(found) == 102
    (deepest,) = [file for file in found if file.problem is not None]
    assert "below 100 others" in deepest.problem.message  # type: ignore[union-attr]


def test_links_are_not_followed_where_the_protocol_cannot_tell_their_target(serve: Any) -> None:
    serve({"link": "link"})
    (link,) = discover(["smb://host/in"])
    assert isinstance(link.problem, UnreadableSource)


# --- another protocol, as fsspec gives it --------------------------------------------------------


class Chunked(http.server.SimpleHTTPRequestHandler):
    """Does not say how long a file is."""

    def send_header(self, keyword: str, value: str) -> None:
        if keyword != "Content-Length":
            super().send_header(keyword, value)


@pytest.fixture(params=[http.server.SimpleHTTPRequestHandler, Chunked])
def web(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """A web server, which like many sends whole files only."""
    handler = partial(request.param, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.usefixtures("hasty")
def test_a_file_on_a_web_server(web: str, tmp_path: Path) -> None:
    data = random.Random(1).randbytes(9 << 20)
    (tmp_path / "t 1.bin").write_bytes(data)
    (file,) = discover([f"{web}/t%201.bin?token=geheim"])
    assert file.source == "t 1.bin"
    with file.content() as content:
        assert content.first(10) == (data[:10], False)
        with content.open() as stream:
            assert stream.read() == data
        with content.open_seekable() as stream:
            for at in (8 << 20, 5, 6 << 20):
                stream.seek(at)
                assert stream.read(10) == data[at : at + 10]
    with pytest.raises(BpoauditError) as gone:
        discover([f"{web}/nowhere.csv?token=geheim"])
    assert "does not exist" in gone.value.message
    assert "geheim" not in gone.value.message


@pytest.mark.usefixtures("hasty")
def test_a_folder_on_a_web_server(web: str, tmp_path: Path) -> None:
    (tmp_path / "may" / "old").mkdir(parents=True)
    (tmp_path / "may" / "t 1.csv").write_bytes(b"1")
    (tmp_path / "may" / "old" / "u.csv").write_bytes(b"2")
    found = {file.source: file for file in discover([f"{web}/may/"])}
    assert set(found) == {"t 1.csv", "old/u.csv"}
    with found["old/u.csv"].content() as content:
        assert content.first(10) == (b"2", True)
