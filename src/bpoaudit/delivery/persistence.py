"""Trying again where a connection drops, and telling a refusal, which stays one, from bad luck."""

from __future__ import annotations

import errno
import socket
import sys
import time
from collections.abc import Callable
from typing import TypeVar

CONNECT_SECONDS = 10
READ_SECONDS = 60
"""How long a server may keep silent."""
PAUSES = (0.5, 1.0, 2.0)
"""Seconds before the second try and those after it."""
TRIES = len(PAUSES) + 1

_FAULTS = (
    ("aiohttp", "ClientError"),
    ("azure.core.exceptions", "AzureError"),
    ("botocore.exceptions", "BotoCoreError"),
    ("botocore.exceptions", "ClientError"),
    ("botocore.parsers", "ResponseParserError"),
    ("ftplib", "Error"),
    ("gcsfs.retry", "HttpError"),
    ("google.auth.exceptions", "GoogleAuthError"),
    ("paramiko", "SSHException"),
    ("paramiko.sftp", "SFTPError"),
    ("requests", "RequestException"),
    ("smbprotocol.exceptions", "SMBException"),
)
"""What the libraries under fsspec raise for the network, besides `OSError`."""
_HOPELESS = {
    "CredentialRetrievalError",
    "DefaultCredentialsError",
    "NoCredentialsError",
    "NoRegionError",
    "ParamValidationError",
    "PartialCredentialsError",
    "ProfileNotFound",
    "RefreshError",
    "SSOError",
    "TokenRetrievalError",
}
"""Errors that another try will not mend."""

T = TypeVar("T")


class Refused(Exception):
    """The other side, or this one, says no; trying again would not help."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


class Lost(Exception):
    """No try got through; the message is the kind of the last fault."""


def persistently(action: Callable[[], T], disconnect: Callable[[], None]) -> T:
    """Return what `action` returns, trying `TRIES` times; after each fault `disconnect` is called.

    Raises `Refused`, or `Lost` when no try got through. Messages hold no text of the libraries'.
    """
    for pause in (*PAUSES, None):
        try:
            return action()
        except _faults() as error:
            if reason := _hopeless(error):
                raise Refused(reason) from None
            disconnect()
            if pause is None:
                raise Lost(type(error).__name__) from None
            time.sleep(pause)
    raise AssertionError("every way out of the loop is above")


def _faults() -> tuple[type[Exception], ...]:
    """Return what counts as a fault; a library that is not loaded raised nothing."""
    loaded = ((sys.modules.get(module), name) for module, name in _FAULTS)
    return (OSError, EOFError, *(getattr(module, name) for module, name in loaded if module))


def _hopeless(error: Exception) -> str | None:
    """Say why there is no point in another try, or None where there is."""
    status = getattr(error, "status", None)  # HTTP
    if isinstance(error, FileNotFoundError) or status == 404:
        return "does not exist"
    if isinstance(error, PermissionError) or status in (401, 403):
        return "may not be opened (access denied)"
    if isinstance(error, socket.gaierror) and error.errno == socket.EAI_NONAME:
        return "lies on a server whose name is not known"
    if isinstance(error, OSError) and error.errno in (errno.EINVAL, errno.ENAMETOOLONG, errno.EISDIR):
        return f"cannot be opened ({type(error).__name__})"
    if any(kind.__name__ in _HOPELESS for kind in type(error).__mro__):
        return f"cannot be opened ({type(error).__name__})"
    return None
