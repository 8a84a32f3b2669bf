"""An SFTP server as an fsspec file system, over paramiko.

fsspec's own accepts any host key, reads no `~/.ssh/config`, waits for each 32 KB before it asks for the
next, and fails on names that are not UTF-8; this one differs in just that. Read only.
"""

from __future__ import annotations

import getpass
import os
import re
import stat
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import paramiko
from fsspec.spec import AbstractBufferedFile, AbstractFileSystem
from paramiko.sftp import CMD_NAME, CMD_READ, CMD_STATUS, int64

from bpoaudit.delivery.persistence import CONNECT_SECONDS, READ_SECONDS, Refused

_ASK = 32768
"""Bytes asked for at once; every server gives that many (draft-ietf-secsh-filexfer-02, 3)."""
_GLOBAL_HOSTS = "/etc/ssh/ssh_known_hosts"


class Sftp(AbstractFileSystem):
    """The files of one server, as the user that `~/.ssh/config` or the URI names.

    Paths are text; bytes of names that are not UTF-8 are lone surrogates, as in `os.fsdecode`.
    """

    protocol = "sftp"
    cachable = False

    def __init__(self, authority: str) -> None:
        """Connect to `[user@]host[:port]`. Raises `Refused`, or what paramiko raises."""
        super().__init__()
        self._client = _connected(authority)
        self._sftp = _Client.from_transport(self._client.get_transport())
        self._sftp.get_channel().settimeout(READ_SECONDS)

    def close(self) -> None:
        """End the connection."""
        self._client.close()

    @classmethod
    def _strip_protocol(cls, path: str) -> str:
        return path

    def ls(self, path: str, detail: bool = True, **_: Any) -> list[Any]:
        """List a folder; links are not followed."""
        found = self._sftp.listdir_attr(os.fsencode(path))
        entries = [_info(f"{path.rstrip('/')}/{each.filename}", each) for each in found]
        return entries if detail else [entry["name"] for entry in entries]

    def info(self, path: str, **_: Any) -> dict[str, Any]:
        """Tell what `path` is; links are followed."""
        return _info(path, self._sftp.stat(os.fsencode(path)))

    def real(self, path: str) -> str:
        """Return the path without links, as the server sees it."""
        found: str = self._sftp.normalize(os.fsencode(path))
        return found

    def _open(self, path: str, mode: str = "rb", block_size: int | None = None, **how: Any) -> _SftpFile:
        handle = self._sftp.open(os.fsencode(path), "rb")
        how.pop("autocommit", None)
        return _SftpFile(self, path, _info(path, handle.stat()), self._sftp, handle, block_size, how)


class _SftpFile(AbstractBufferedFile):
    """One open file: fsspec buffers, this fetches."""

    def __init__(
        self,
        folder: Sftp,
        path: str,
        info: dict[str, Any],
        client: _Client,
        handle: paramiko.SFTPFile,
        block_size: int | None,
        how: dict[str, Any],
    ) -> None:
        self._client, self._handle = client, handle
        super().__init__(folder, path, "rb", block_size or "default", size=info["size"], **how)
        self.details = info

    def _fetch_range(self, start: int, end: int) -> bytes:
        return self._client.fetch(self._handle, start, min(end, self.size))  # the last block is cut short

    def close(self) -> None:
        # Told, not asked: the server's answer would only be waited for.
        if not self.closed:
            self._handle._close(async_=True)
        super().close()


class _Names(paramiko.Message):
    """A listing whose names need not be UTF-8."""

    def get_text(self) -> str:
        return os.fsdecode(self.get_string())


class _Client(paramiko.SFTPClient):
    """paramiko's client, reading ranges with all their requests under way at once."""

    def _request(self, kind: int, *words: Any) -> tuple[int, paramiko.Message]:
        kind, message = super()._request(kind, *words)
        return (kind, _Names(message.get_remainder())) if kind == CMD_NAME else (kind, message)

    def fetch(self, handle: paramiko.SFTPFile, start: int, end: int) -> bytes:
        """Return the bytes from `start` to `end`. Raises `EOFError` where the file is shorter."""
        missing = [(at, min(_ASK, end - at)) for at in range(start, end, _ASK)]
        parts: dict[int, bytes] = {}
        while missing:
            answers = _Answers(self)
            asked = [
                (self._async_request(answers, CMD_READ, handle.handle, int64(at), size), at, size)
                for at, size in missing
            ]
            while len(answers.data) < len(asked):
                self._read_response()
            missing = []
            for number, at, size in asked:
                parts[at] = answers.data[number]
                if len(parts[at]) < size:  # a server may give less than was asked for
                    missing.append((at + len(parts[at]), size - len(parts[at])))
        return b"".join(parts[at] for at in sorted(parts))


class _Answers:
    """Where paramiko brings the answers to the requests of one range."""

    def __init__(self, client: _Client) -> None:
        self._client = client
        self.data: dict[int, bytes] = {}

    def _async_response(self, kind: int, message: paramiko.Message, number: int) -> None:
        if kind == CMD_STATUS:
            self._client._convert_status(message)  # raises; an error ends the whole range
        self.data[number] = message.get_binary()
        if not self.data[number]:
            raise EOFError


def _info(path: str, found: paramiko.SFTPAttributes) -> dict[str, Any]:
    mode = found.st_mode
    kind = "other"
    if mode is None or stat.S_ISREG(mode):
        kind = "file"
    elif stat.S_ISDIR(mode):
        kind = "directory"
    elif stat.S_ISLNK(mode):
        kind = "link"
    return {"name": path, "size": found.st_size, "type": kind, "mtime": found.st_mtime}


# --- connecting ----------------------------------------------------------------------------------


class _UnknownHost(paramiko.MissingHostKeyPolicy):
    def missing_host_key(self, client: object, hostname: str, key: paramiko.PKey) -> None:
        raise Refused(
            f"the host key of {hostname} is not in known_hosts ({key.get_name()} {key.fingerprint})",
            "compare this fingerprint with the one the vendor gave you, then connect once with ssh, which "
            "adds it to ~/.ssh/known_hosts",
        )


def _connected(authority: str) -> paramiko.SSHClient:
    user, _, address = authority.rpartition("@")
    alias, port = _host_and_port(address)
    config = _config_of(alias)
    host = config.get("hostname", alias)
    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(_UnknownHost())
    known = config.get("userknownhostsfile", "~/.ssh/known_hosts ~/.ssh/known_hosts2").split()
    for file in (Path(each).expanduser() for each in [*known, _GLOBAL_HOSTS]):
        if file.is_file():
            client.load_system_host_keys(str(file))
    with ExitStack() as unless_connected:
        unless_connected.callback(client.close)
        try:
            client.connect(
                host,
                port=port or int(config.get("port", 22)),
                username=user or config.get("user") or getpass.getuser(),
                key_filename=_existing(config.get("identityfile", ())),
                look_for_keys=config.get("identitiesonly", "no") != "yes",
                sock=_proxy(config),
                timeout=CONNECT_SECONDS,
                banner_timeout=CONNECT_SECONDS,
                auth_timeout=READ_SECONDS,
                channel_timeout=READ_SECONDS,
            )
        except paramiko.BadHostKeyException as error:
            raise Refused(
                f"{alias} shows a host key ({error.key.get_name()} {error.key.fingerprint}) that is not the "
                "one in known_hosts",
                "the server was set up anew, or somebody stands in between: ask the vendor before you go on",
            ) from None
        except paramiko.SSHException:
            transport = client.get_transport()
            if transport is None or not transport.is_active():
                raise
            # The server is there and is the right one: what failed is to log in.
            raise Refused(
                f"{alias} accepts none of your SSH keys",
                "load the key with ssh-add, or name it as IdentityFile in ~/.ssh/config; passwords are not "
                "tried",
            ) from None
        unless_connected.pop_all()
    return client


def _host_and_port(address: str) -> tuple[str, int | None]:
    # Anything else than a name or an address could become an option of the command of a ProxyJump.
    found = re.fullmatch(r"(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9_][A-Za-z0-9_.-]*))(?::([0-9]{1,5}))?", address)
    if found is None:
        raise Refused("is not an address of a server")
    six, name, port = found.groups()
    return six or name, int(port) if port else None


def _config_of(alias: str) -> dict[str, Any]:
    file = Path("~/.ssh/config").expanduser()
    if not file.is_file():
        return {}
    try:
        return dict(paramiko.SSHConfig.from_path(str(file)).lookup(alias))
    except (
        paramiko.ConfigParseError,
        paramiko.CouldNotCanonicalize,
        ImportError,
        UnicodeDecodeError,
    ) as error:
        raise Refused(f"~/.ssh/config cannot be read ({type(error).__name__})") from None


def _existing(files: Iterable[str]) -> list[str]:
    return [file for file in files if Path(file).expanduser().is_file()]


def _proxy(config: dict[str, Any]) -> paramiko.ProxyCommand | None:
    """Return the way over another host, as the user's own ~/.ssh/config has it."""
    command = config.get("proxycommand", "none")
    if command == "none" and config.get("proxyjump", "none") != "none":
        target = f"[{config['hostname']}]:{config.get('port', 22)}"
        command = f"ssh -o BatchMode=yes -W {target} {config['proxyjump']}"
    return None if command == "none" else paramiko.ProxyCommand(command)
