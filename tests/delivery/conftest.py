"""Servers that the tests of remote deliveries start; each runs once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from bpoaudit.delivery import persistence
from tests.delivery.servers import S3Server, SftpServer, s3_server, sftp_server


@pytest.fixture(scope="session")
def ssh() -> Iterator[SftpServer]:
    # Not below pytest's own folder, which only its owner may enter.
    with TemporaryDirectory() as folder, sftp_server(Path(folder)) as server:
        yield server


@pytest.fixture
def sftp(ssh: SftpServer, monkeypatch: pytest.MonkeyPatch) -> SftpServer:
    """An SFTP server that this process's home folder has the key of."""
    monkeypatch.setenv("HOME", str(ssh.home))
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    ssh.cutter.reset()
    return ssh


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    with s3_server(tmp_path_factory.mktemp("weed")) as server:
        yield server


@pytest.fixture
def s3(store: S3Server, monkeypatch: pytest.MonkeyPatch) -> S3Server:
    """An S3 server that the environment points to."""
    for name, value in store.env().items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_S3"):
        monkeypatch.delenv(name, raising=False)
    store.cutter.reset()
    return store


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tries follow one another without a pause."""
    monkeypatch.setattr(persistence, "PAUSES", (0, 0, 0))
