"""Databases that a history is tested on: a file, and a real server that the tests start."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

PASSWORD = "Vq7-planted-pass"


def _binaries() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The URL of an empty PostgreSQL server; skipped where Debian's binaries are not there."""
    binaries = _binaries()
    if binaries is None:
        pytest.skip("needs PostgreSQL")
    pytest.importorskip("psycopg")
    # PostgreSQL does not run as root, and pytest's folders are open to their owner alone.
    user = "postgres" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
    folder = Path(tempfile.mkdtemp(prefix="bpoaudit-pg-"))
    account = pwd.getpwnam(user)
    os.chown(folder, account.pw_uid, account.pw_gid)
    (folder / "password").write_text(PASSWORD)
    os.chown(folder / "password", account.pw_uid, account.pw_gid)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    as_user = {"user": user} if os.getuid() == 0 else {}
    subprocess.run(
        [binaries / "initdb", "-D", folder / "data", "-U", "auditor", "-A", "scram-sha-256", "-N",
         "--pwfile", folder / "password", "-E", "UTF8", "--locale=C"],
        check=True, capture_output=True, cwd="/", **as_user,
    )  # fmt: skip
    process = subprocess.Popen(
        [binaries / "postgres", "-D", folder / "data", "-k", folder, "-p", str(port),
         "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/", **as_user,
    )  # fmt: skip
    try:
        _wait(port)
        yield f"postgresql://auditor:{PASSWORD}@127.0.0.1:{port}/postgres"
    finally:
        process.terminate()
        process.wait(timeout=30)
        shutil.rmtree(folder)


def _wait(port: int) -> None:
    import psycopg

    for _ in range(100):
        try:
            psycopg.connect(
                host="127.0.0.1", port=port, user="auditor", password=PASSWORD, dbname="postgres"
            ).close()
        except psycopg.OperationalError:
            time.sleep(0.2)
        else:
            return
    raise AssertionError("PostgreSQL did not start")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def location(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where a history can begin: nothing is there yet."""
    if request.param == "sqlite":
        yield str(tmp_path / "history.db")
        return
    url = request.getfixturevalue("server")
    yield url
    from sqlalchemy import create_engine, inspect, text

    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        for table in inspect(connection).get_table_names():
            connection.execute(text(f'DROP TABLE "{table}" CASCADE'))
    engine.dispose()
