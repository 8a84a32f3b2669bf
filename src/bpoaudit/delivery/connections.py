"""Connections to the servers of remote deliveries: one for each process and argument.

Credentials are those that the tools of each protocol use as well; none is asked for, none is kept. Nothing
is written to disk. fsspec is imported here, and only when a delivery is named by a URI.
"""

from __future__ import annotations

import logging
import os
from typing import Any

from bpoaudit.delivery.persistence import CONNECT_SECONDS, READ_SECONDS, Refused
from bpoaudit.delivery.uri import HTTP, S3, SFTP, split_uri

_connections: dict[tuple[int, str], tuple[Any, str]] = {}
"""By process: neither an SSH connection nor the event loop of s3fs survives a fork."""

_LIBRARIES = ("aiobotocore", "botocore", "fsspec", "paramiko", "s3fs")


def connected(uri: str) -> tuple[Any, str]:
    """Return the file system that a DELIVERY argument names, and the argument's path in it."""
    key = os.getpid(), uri
    if key not in _connections:
        _connections[key] = _connect(uri)
    return _connections[key]


def disconnect(uri: str) -> None:
    """End this process's connection, if there is one."""
    system, _ = _connections.pop((os.getpid(), uri), (None, ""))
    if system is None:
        return
    if hasattr(system, "close"):
        system.close()
    elif getattr(system, "_s3creator", None) is not None:
        system.close_session(system.loop, system._s3creator)


def _connect(uri: str) -> tuple[Any, str]:
    protocol, rest = split_uri(uri)
    _silence()
    try:
        if protocol in SFTP:
            from bpoaudit.delivery.sftp import Sftp

            authority, _, path = rest.partition("/")
            # As other clients have it, /~/ is the folder that the login leads to.
            return Sftp(authority), path.removeprefix("~/") or "." if path.startswith("~/") else f"/{path}"
        from fsspec import get_filesystem_class

        # Not url_to_fs, which takes a :: in a name for a chain of file systems.
        kind = get_filesystem_class(protocol)
        system = kind(**kind._get_kwargs_from_urls(uri), **_options(protocol))
        path = kind._strip_protocol(uri)
    except ImportError:
        extra = "s3" if protocol in S3 else "sftp" if protocol in SFTP else None
        raise Refused(
            "needs a library that is not installed",
            f"pip install 'bpoaudit[{extra}]'" if extra else f"install what fsspec uses for {protocol}://",
        ) from None
    except ValueError as error:
        raise Refused(f"is not an address that could be understood ({type(error).__name__})") from None
    if protocol in S3:
        system.retries = 1  # `persistently` is what tries again
    return system, path


def _silence() -> None:
    """Keep the libraries' messages off the terminal: they name files, and paramiko's show tracebacks."""
    for library in _LIBRARIES:
        logger = logging.getLogger(library)
        if logger.propagate:
            logger.propagate = False
            logger.addHandler(logging.NullHandler())


def _options(protocol: str) -> dict[str, Any]:
    """Return how a file system is made: fresh, remembering no listing, with an end to its patience."""
    options: dict[str, Any] = {"skip_instance_cache": True, "use_listings_cache": False}
    if protocol in S3:
        options["config_kwargs"] = {
            "connect_timeout": CONNECT_SECONDS,
            "read_timeout": READ_SECONDS,
            "retries": {"mode": "standard", "total_max_attempts": 1},
        }
    if protocol in HTTP:
        from aiohttp import ClientTimeout

        options["client_kwargs"] = {
            "timeout": ClientTimeout(total=None, sock_connect=CONNECT_SECONDS, sock_read=READ_SECONDS)
        }
    return options
