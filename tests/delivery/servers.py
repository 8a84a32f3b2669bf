"""Real servers on this machine for the tests of remote deliveries, and a way to cut their connections."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
WEED = shutil.which("weed", path=f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}")
ROOT = os.geteuid() == 0


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until somebody listens on a port."""
    for _ in range(300):
        assert process.poll() is None, "the server did not start"
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise AssertionError("the server does not answer")


@contextlib.contextmanager
def running(command: list[object], port: int, log: Path) -> Iterator[None]:
    """Run a server until the block ends."""
    with log.open("wb") as output:
        process = subprocess.Popen([str(word) for word in command], stdout=output, stderr=output)
    try:
        wait_for(port, process)
        yield
    finally:
        process.terminate()
        try:
            process.wait(3)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class Cutter:
    """A TCP relay that counts what it passes back, and cuts connections when told to."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.passed = 0
        """Bytes from the server since the last `reset`."""
        self.connections = 0
        self._cuts = self._after = 0
        self._most: int | None = None
        threading.Thread(target=self._serve, daemon=True).start()

    def reset(self, cuts: int = 0, after: int = 0, most: int | None = None) -> None:
        """Cut the next `cuts` connections once `after` bytes of the server's went through them.

        After `most` bytes altogether nothing passes any more.
        """
        self.passed = self.connections = 0
        self._cuts, self._after, self._most = cuts, after, most

    def close(self) -> None:
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            try:
                server = socket.create_connection(("127.0.0.1", self._target))
            except OSError:
                client.close()
                continue
            threading.Thread(target=self._relay, args=(client, server, False), daemon=True).start()
            threading.Thread(target=self._relay, args=(server, client, True), daemon=True).start()

    def _relay(self, source: socket.socket, sink: socket.socket, counted: bool) -> None:
        sent = 0
        with contextlib.suppress(OSError):
            while block := source.recv(1 << 16):
                if counted and self._cuts and sent + len(block) > self._after:
                    self._cuts -= 1
                    break
                if counted and self._most is not None and self.passed >= self._most:
                    break
                sink.sendall(block)
                sent += len(block)
                self.passed += len(block) if counted else 0
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


# --- SFTP ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SftpServer:
    """OpenSSH's server. Under root its user is nobody, who like a vendor may not read everything."""

    home: Path
    """A home folder whose ~/.ssh opens the server, under the alias `vendor`."""
    files: Path
    port: int
    cutter: Cutter
    user: str
    key: Path

    def uri(self, path: Path) -> str:
        """Return the URI of a path on the server, by the alias."""
        return f"sftp://vendor{path}"


@contextlib.contextmanager
def sftp_server(folder: Path) -> Iterator[SftpServer]:
    """Run sshd with keys of its own."""
    assert SSHD is not None
    folder.chmod(0o755)
    user = "nobody" if ROOT else os.environ.get("USER") or str(os.geteuid())
    if ROOT:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    for name in ("host", "user", "other"):
        make = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(folder / name)]
        subprocess.run(make, check=True)
    authorized = folder / "authorized_keys"
    authorized.write_bytes((folder / "user.pub").read_bytes())
    authorized.chmod(0o644)
    files = folder / "files"
    files.mkdir()
    port = free_port()
    (folder / "sshd_config").write_text(
        f"ListenAddress 127.0.0.1\nPort {port}\nHostKey {folder / 'host'}\nAuthorizedKeysFile {authorized}\n"
        "PidFile none\nUsePAM no\nStrictModes no\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n"
        f"Subsystem sftp internal-sftp\nForceCommand internal-sftp -d {files}\nMaxStartups 100\n"
    )
    command: list[object] = [SSHD, "-D", "-e", "-f", folder / "sshd_config"]
    with running(command, port, folder / "sshd.log"):
        cutter = Cutter(port)
        home = folder / "home"
        (home / ".ssh").mkdir(parents=True)
        host_key = (folder / "host.pub").read_text()
        (home / ".ssh" / "known_hosts").write_text(
            f"[127.0.0.1]:{port} {host_key}\n[127.0.0.1]:{cutter.port} {host_key}\n"
        )
        (home / ".ssh" / "config").write_text(
            f"Host vendor\n  HostName 127.0.0.1\n  Port {cutter.port}\n  User {user}\n"
            f"  IdentityFile {folder / 'user'}\n"
        )
        yield SftpServer(home, files, port, cutter, user, folder / "user")
        cutter.close()


# --- S3 ------------------------------------------------------------------------------------------

_IDENTITIES = {
    "identities": [
        {
            "name": "owner",
            "credentials": [{"accessKey": "OWNERKEY", "secretKey": "owner-secret"}],
            "actions": ["Admin", "Read", "Write", "List"],
        },
        {
            "name": "auditor",
            "credentials": [{"accessKey": "AUDITORKEY", "secretKey": "auditor-secret"}],
            "actions": ["List:narrow", "Read:narrow/open/*"],
        },
    ]
}


@dataclass
class S3Server:
    """SeaweedFS, an object store with an S3 interface: one that people run in earnest."""

    cutter: Cutter
    owner: Any = field(repr=False)
    """A client of botocore's that may write."""

    def env(self, key: str = "OWNERKEY", secret: str = "owner-secret") -> dict[str, str]:
        """Return what points the AWS libraries to this server, past the relay."""
        return {
            "AWS_ACCESS_KEY_ID": key,
            "AWS_SECRET_ACCESS_KEY": secret,
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.cutter.port}",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": "/nonexistent",
            "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
        }

    def bucket(self, name: str, objects: dict[str, bytes]) -> None:
        """Make a bucket and put objects into it."""
        self.owner.create_bucket(Bucket=name)
        for key, data in objects.items():
            self.owner.put_object(Bucket=name, Key=key, Body=data)


@contextlib.contextmanager
def s3_server(folder: Path) -> Iterator[S3Server]:
    """Run master, volume, filer and S3 gateway in one process."""
    from botocore.config import Config
    from botocore.session import Session

    assert WEED is not None
    (folder / "s3.json").write_text(json.dumps(_IDENTITIES))
    ports = {name: free_port() for name in ("master", "volume", "filer", "s3")}
    command: list[object] = [
        WEED, "-logdir", folder, "server", "-dir", folder, "-ip", "127.0.0.1", "-ip.bind", "127.0.0.1",
        "-filer", "-s3", "-s3.config", folder / "s3.json", "-s3.port.iceberg", 0, "-s3.port.lance", 0,
        "-master.telemetry=false", "-master.volumeSizeLimitMB", 256, "-volume.max", 1000,
    ]  # fmt: skip
    for name, port in ports.items():
        command += [f"-{name}.port", port, f"-{name}.port.grpc", free_port()]
    with running(command, ports["s3"], folder / "weed.log"):
        session = Session()
        session.set_credentials("OWNERKEY", "owner-secret")
        owner = session.create_client(
            "s3", endpoint_url=f"http://127.0.0.1:{ports['s3']}", region_name="us-east-1",
            config=Config(retries={"mode": "standard", "total_max_attempts": 3}),
        )  # fmt: skip
        cutter = Cutter(ports["s3"])
        yield S3Server(cutter, owner)
        cutter.close()
