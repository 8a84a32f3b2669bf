"""Deliveries on an OpenSSH server."""

from __future__ import annotations

import hashlib
import os
import random
import subprocess
import zipfile
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import BinaryIO

import pytest

from bpoaudit.delivery import DeliveryFile, discover, fingerprint_file
from bpoaudit.errors import NoInputError, SourceError, UnreadableSource, UnsupportedSource
from tests.delivery import elsewhere
from tests.delivery.servers import SSHD, SftpServer

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(SSHD is None, reason="no OpenSSH server installed (openssh-server)"),
    pytest.mark.xdist_group("sftp"),
]


def put(sftp: SftpServer, folder: str, files: dict[str, bytes]) -> Path:
    """Write files below a folder of the server's, for its user to read."""
    root = sftp.files / folder
    for name, data in files.items():
        path = Path(os.fsdecode(os.fsencode(root) + b"/" + os.fsencode(name)))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return root


def read(file: DeliveryFile) -> bytes:
    assert file.problem is None
    with file.content() as content, content.open() as stream:
        return stream.read()


def drain(stream: BinaryIO) -> None:
    while stream.read(1 << 20):
        pass


def hashed(file: DeliveryFile) -> str:
    with file.content() as content:
        return fingerprint_file(content)[0]


def test_everything_is_listed_and_read(sftp: SftpServer) -> None:
    names = [
        "b.csv",
        "a/z.csv",
        "a/b/c.csv",
        ".hidden",
        "50%!#?.csv",
        "two words.csv",
        "line\nbreak.csv",
        "łódź",
        "caf\udce9",
    ]
    root = put(sftp, "many", {name: os.fsencode(name) * 3 for name in names})
    found = discover([sftp.uri(root)])
    assert [file.source for file in found] == sorted(
        [
            ".hidden",
            "50%25%21%23?.csv",
            "a/b/c.csv",
            "a/z.csv",
            "b.csv",
            "caf%E9",
            "line%0Abreak.csv",
            "two words.csv",
            "łódź",
        ]
    )
    assert sorted(map(read, found)) == sorted(os.fsencode(name) * 3 for name in names)
    assert sum(file.bytes for file in found) == sum(len(os.fsencode(name)) * 3 for name in names)


def test_a_file_is_its_own_name(sftp: SftpServer) -> None:
    root = put(sftp, "single", {"t.csv": b"abc"})
    (file,) = discover([sftp.uri(root / "t.csv")])
    assert (file.source, file.bytes, read(file)) == ("t.csv", 3, b"abc")


def test_a_path_may_start_where_the_login_leads_to(sftp: SftpServer) -> None:
    put(sftp, "login", {"t.csv": b"abc"})
    (file,) = discover(["sftp://vendor/~/login"])
    assert read(file) == b"abc"


def test_several_arguments_are_told_apart(sftp: SftpServer, tmp_path: Path) -> None:
    root = put(sftp, "several", {"may/t.csv": b"1", "june/t.csv": b"2"})
    (tmp_path / "may").mkdir()
    (tmp_path / "may" / "t.csv").write_bytes(b"3")
    arguments = [
        sftp.uri(root / "may"),
        str(tmp_path / "may"),
        sftp.uri(root / "june"),
        sftp.uri(root / "june"),
    ]
    found = {file.source: read(file) for file in discover(arguments)}
    assert found == {"may/t.csv": b"1", "may_2/t.csv": b"3", "june/t.csv": b"2"}


def test_links_and_what_is_no_file(sftp: SftpServer) -> None:
    root = put(sftp, "links", {"folder/real.csv": b"abc"})
    put(sftp, "elsewhere", {"outside.csv": b"secret"})
    (root / "inside").symlink_to("folder/real.csv")
    (root / "out").symlink_to(sftp.files / "elsewhere" / "outside.csv")
    (root / "dangling").symlink_to("nowhere")
    (root / "loop").symlink_to("loop")
    (root / "folder" / "up").symlink_to("..")
    os.mkfifo(root / "pipe")
    found = {file.source: file for file in discover([sftp.uri(root)])}
    assert set(found) == {"folder/real.csv", "folder/up", "inside", "out", "dangling", "loop", "pipe"}
    assert read(found["inside"]) == b"abc"
    for source in ("folder/up", "out", "dangling", "loop"):
        assert isinstance(found[source].problem, UnreadableSource), source
    assert isinstance(found["pipe"].problem, UnsupportedSource)


def test_what_may_not_be_read_is_listed_and_the_rest_is_read(sftp: SftpServer) -> None:
    root = put(sftp, "denied", {"closed.csv": b"1", "shut/inside.csv": b"2", "open.csv": b"3"})
    (root / "closed.csv").chmod(0)
    (root / "shut").chmod(0)
    try:
        found = {file.source: file for file in discover([sftp.uri(root)])}
        assert set(found) == {"closed.csv", "shut", "open.csv"}
        assert isinstance(found["shut"].problem, UnreadableSource)
        assert read(found["open.csv"]) == b"3"
        with pytest.raises(UnreadableSource, match="access denied"):
            read(found["closed.csv"])
    finally:
        (root / "shut").chmod(0o755)


@pytest.fixture(scope="module")
def noise() -> bytes:
    return random.Random(1).randbytes(70 << 20)


def test_a_large_file_is_streamed_and_jumped_about_in(sftp: SftpServer, noise: bytes) -> None:
    root = put(sftp, "large", {})
    root.mkdir(exist_ok=True)
    with zipfile.ZipFile(root / "big.zip", "w") as archive:
        archive.writestr("noise.bin", noise)
        archive.writestr("last.csv", "a,b\n1,2\n")
    (file,) = discover([sftp.uri(root)])
    assert hashed(file) == hashlib.sha256((root / "big.zip").read_bytes()).hexdigest()
    sftp.cutter.reset()
    with file.content() as content, content.open_seekable() as stream, zipfile.ZipFile(stream) as archive:
        assert archive.read("last.csv") == b"a,b\n1,2\n"
    assert sftp.cutter.passed < 20 << 20


def test_a_small_file_is_fetched_once(sftp: SftpServer, noise: bytes) -> None:
    root = put(sftp, "small", {"t.bin": noise[: 6 << 20]})
    (file,) = discover([sftp.uri(root)])
    sftp.cutter.reset()
    with file.content() as content:
        assert content.first(10) == (noise[:10], False)
        for _ in range(3):
            with content.open() as stream:
                assert stream.read() == noise[: 6 << 20]
        with content.at_path() as path:
            assert path.read_bytes() == noise[: 6 << 20]
    assert sftp.cutter.passed < 7 << 20


# --- connections that drop -----------------------------------------------------------------------


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("size", [9 << 20, 70 << 20])
def test_reading_goes_on_where_the_connection_dropped(sftp: SftpServer, noise: bytes, size: int) -> None:
    root = put(sftp, f"dropping{size}", {"t.bin": noise[:size]})
    (file,) = discover([sftp.uri(root)])
    sftp.cutter.reset(cuts=3, after=size // 4)
    assert hashed(file) == hashlib.sha256(noise[:size]).hexdigest()
    assert sftp.cutter.connections == 4
    assert sftp.cutter.passed < size + (20 << 20)  # what was there already is not fetched again


@pytest.mark.usefixtures("hasty")
def test_a_connection_that_keeps_dropping_is_reported_and_the_rest_is_read(
    sftp: SftpServer, noise: bytes
) -> None:
    root = put(sftp, "lost", {"large.bin": noise, "small.csv": b"a,b\n1,2\n"})
    large, small = discover([sftp.uri(root)])
    sftp.cutter.reset(most=20 << 20)
    with pytest.raises(
        UnreadableSource, match=r"^connection lost after [12]\d,\d{3},\d{3} bytes, tried 4 times"
    ):
        hashed(large)
    sftp.cutter.reset()
    assert read(small) == b"a,b\n1,2\n"


@pytest.mark.usefixtures("hasty")
def test_a_listing_is_tried_again(sftp: SftpServer) -> None:
    root = put(sftp, "listing", {f"{i:03}.csv": b"x" for i in range(300)})
    sftp.cutter.reset(cuts=2, after=6000)
    assert len(discover([sftp.uri(root)])) == 300
    sftp.cutter.reset(cuts=1000, after=6000)
    with pytest.raises(NoInputError, match="cannot be reached, tried 4 times"):
        discover([sftp.uri(root)])


@pytest.mark.usefixtures("hasty")
def test_a_change_between_two_readings_is_said(sftp: SftpServer, noise: bytes) -> None:
    root = put(sftp, "changing", {"t.bin": noise})
    (file,) = discover([sftp.uri(root)])
    with file.content() as content:
        fingerprint_file(content)
        (root / "t.bin").write_bytes(noise[:-1] + b"!!")
        with pytest.raises(UnreadableSource, match="changed"), content.open() as stream:
            stream.read(1)


@pytest.mark.usefixtures("hasty")
def test_a_file_that_shrinks_while_it_is_read_is_said(sftp: SftpServer, noise: bytes) -> None:
    root = put(sftp, "shrinking", {"t.bin": noise})
    (file,) = discover([sftp.uri(root)])
    with file.content() as content, content.open() as stream:
        assert stream.read(10) == noise[:10]
        os.truncate(root / "t.bin", 1 << 20)
        with pytest.raises(UnreadableSource, match="changed"):
            drain(stream)


def test_what_vanished_is_said(sftp: SftpServer) -> None:
    root = put(sftp, "vanishing", {"t.csv": b"x"})
    (file,) = discover([sftp.uri(root)])
    (root / "t.csv").unlink()
    with pytest.raises(UnreadableSource, match="does not exist"):
        read(file)


def test_forked_processes_make_their_own_connections(sftp: SftpServer, noise: bytes) -> None:
    root = put(sftp, "forked", {f"{i}.bin": noise[i : i + (9 << 20)] for i in range(6)})
    files = discover([sftp.uri(root)])
    assert [hashed(file) for file in files[:1]] == [hashlib.sha256(noise[: 9 << 20]).hexdigest()]
    with ProcessPoolExecutor(2, get_context("fork")) as pool:
        found = list(pool.map(hashed, files))
    assert found == [hashlib.sha256(noise[i : i + (9 << 20)]).hexdigest() for i in range(6)]
    assert hashed(files[0]) == found[0]  # the parent's own connection still works


# --- who the server is, and who we are -----------------------------------------------------------


@pytest.fixture
def home(sftp: SftpServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder like the server's, for a test to change."""
    (tmp_path / ".ssh").mkdir()
    for file in (sftp.home / ".ssh").iterdir():
        (tmp_path / ".ssh" / file.name).write_bytes(file.read_bytes())
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def refusal(uri: str) -> tuple[str, str]:
    with pytest.raises(NoInputError) as refused:
        discover([uri])
    return refused.value.message, refused.value.hint or ""


def test_an_unknown_host_key_is_refused(sftp: SftpServer, home: Path) -> None:
    root = put(sftp, "trust", {"t.csv": b"x"})
    (home / ".ssh" / "known_hosts").unlink()
    message, hint = refusal(sftp.uri(root))
    shown = subprocess.run(
        ["ssh-keygen", "-lf", str(sftp.files.parent / "host.pub")], text=True, capture_output=True, check=True
    )
    assert "is not in known_hosts (ssh-ed25519 SHA256:" in message
    assert shown.stdout.split()[1] in message
    assert "known_hosts" in hint
    assert not (home / ".ssh" / "known_hosts").exists()


def test_a_host_key_that_changed_is_refused(sftp: SftpServer, home: Path) -> None:
    root = put(sftp, "trust", {"t.csv": b"x"})
    other = (sftp.files.parent / "other.pub").read_text()
    (home / ".ssh" / "known_hosts").write_text(f"[127.0.0.1]:{sftp.cutter.port} {other}")
    message, hint = refusal(sftp.uri(root))
    assert "not the one in known_hosts" in message
    assert "stands in between" in hint


def test_a_key_that_is_not_accepted(sftp: SftpServer, home: Path) -> None:
    root = put(sftp, "trust", {"t.csv": b"x"})
    config = home / ".ssh" / "config"
    config.write_text(config.read_text().replace(str(sftp.key), str(sftp.files.parent / "other")))
    message, hint = refusal(sftp.uri(root))
    assert "accepts none of your SSH keys" in message
    assert "ssh-add" in hint


def test_keys_of_the_agent(sftp: SftpServer, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = put(sftp, "trust", {"t.csv": b"x"})
    (home / ".ssh" / "config").unlink()
    started = subprocess.run(["ssh-agent", "-s"], text=True, capture_output=True, check=True).stdout
    told = dict(part.split("=", 1) for part in started.replace("\n", ";").split(";") if "=" in part)
    try:
        monkeypatch.setenv("SSH_AUTH_SOCK", told["SSH_AUTH_SOCK"])
        uri = f"sftp://{sftp.user}@127.0.0.1:{sftp.cutter.port}{root}"
        assert "accepts none of your SSH keys" in refusal(uri)[0]
        subprocess.run(["ssh-add", "-q", str(sftp.key)], check=True, capture_output=True)
        assert [read(file) for file in discover([uri])] == [b"x"]
    finally:
        subprocess.run(["kill", told["SSH_AGENT_PID"]], check=True)


def test_places_that_are_not_there(sftp: SftpServer, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from bpoaudit.delivery import persistence

    monkeypatch.setattr(persistence, "PAUSES", (0, 0, 0))
    assert "does not exist" in refusal(sftp.uri(sftp.files / "nowhere"))[0]
    (sftp.files / "bare").mkdir(exist_ok=True)
    assert "no files" in refusal(sftp.uri(sftp.files / "bare"))[0]
    assert "name is not known" in refusal("sftp://host.invalid/x")[0]
    assert "cannot be reached, tried 4 times" in refusal("sftp://127.0.0.1:1/x")[0]
    assert "not an address of a server" in refusal("sftp://-oProxyCommand=x/x")[0]


def test_nothing_of_the_address_or_the_content_is_in_an_error(sftp: SftpServer, home: Path) -> None:
    message, hint = refusal("sftp://jane.roe@vendor/nowhere?token=abc")
    assert "jane" not in message + hint
    assert "abc" not in message + hint
    root = put(sftp, "quiet", {"Jane Roe.csv": b"x"})
    (file,) = discover([sftp.uri(root)])
    assert "Jane" not in repr(file.content())
    (root / "Jane Roe.csv").unlink()
    with pytest.raises(SourceError) as gone:
        read(file)
    assert "Jane" not in str(gone.value)


# --- through the command line --------------------------------------------------------------------


@pytest.mark.long
def test_a_scan_gives_the_same_bytes_as_of_a_local_folder(sftp: SftpServer, tmp_path: Path) -> None:
    root = put(sftp, "delivered/may", elsewhere.FILES)
    env = {"HOME": str(sftp.home)}
    local = elsewhere.scan(str(root), tmp_path / "local", env)
    for options in (("--jobs", "2"),):
        where = f"sftp://{sftp.user}@vendor{root}"
        sftp.cutter.reset(cuts=2, after=60_000)  # which nobody hears of
        remote = elsewhere.scan(where, tmp_path / f"sftp{len(options)}", env, *options)
        assert remote == local
    assert local[0].count(b"\n") > 3000
    assert sftp.user.encode() not in local[1]
