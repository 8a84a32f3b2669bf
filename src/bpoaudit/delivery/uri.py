"""The URIs that a delivery may be named by, and what of one may be shown."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from bpoaudit.errors import UsageError

FLAT = frozenset({"abfs", "abfss", "az", "gcs", "gs", "oss", "s3", "s3a"})
"""Object stores: names are keys, and all keys under a prefix come in one listing."""
HTTP = ("http", "https")
S3 = ("s3", "s3a")
SFTP = ("sftp", "ssh")

_URI = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)(::[A-Za-z0-9+.:/-]*)?://", re.ASCII)
_NOT_REMOTE = re.compile(
    "async_?wrapper|asynclocal|blockcache|cached|dask|data|dir|file|filecache|generic|git|libarchive|local|"
    "memory|pyscript|reference|simplecache|tar|zip"
)
"""Protocols of fsspec that lead to this machine, to its disk or through another file system."""
_HINTS = {
    S3: "credentials come from the AWS environment variables, the profile (AWS_PROFILE) or the instance; the "
    "address of a server other than Amazon's from AWS_ENDPOINT_URL; aws s3 ls shows what they open",
    SFTP: "keys come from the SSH agent and ~/.ssh/config; sftp HOST shows what they open",
}


def is_uri(argument: str) -> bool:
    """Tell whether an argument names something by a URI rather than a path."""
    return _URI.match(argument) is not None


def name_of(uri: str) -> str:
    """Return the last part of the path of a URI, or the host or bucket where there is no path."""
    protocol, rest = split_uri(uri)
    if protocol in HTTP:
        parts = urlsplit(uri)
        rest = f"{parts.hostname}{unquote(parts.path)}"
    last = rest.rstrip("/").rpartition("/")[2]
    return last if "/" in rest.rstrip("/") else last.rpartition("@")[2]


def printable_uri(uri: str) -> str:
    """Return the URI less user names, queries and fragments, which hold tokens and passwords."""
    protocol, rest = split_uri(uri)
    authority, slash, path = rest.partition("/")
    if protocol not in S3:  # where they are part of a key
        path = re.split("[?#]", path)[0]
    return f"{protocol}://{authority.rpartition('@')[2]}{slash}{path}"


def split_uri(uri: str) -> tuple[str, str]:
    """Return the protocol in small letters, and what stands behind `://`."""
    protocol, _, rest = uri.partition("://")
    return protocol.lower(), rest


def protocol_of(uri: str) -> str:
    """Return the protocol. Raises `UsageError` for what no delivery should be named by."""
    protocol, rest = split_uri(uri)
    if "::" in protocol or re.search("::[A-Za-z0-9+.-]+://", rest):
        raise UsageError("a delivery is named by one URI, not by several in a chain (::)")
    if _NOT_REMOTE.fullmatch(protocol):
        raise UsageError(f"{protocol}:// is not a remote delivery", "name files and folders by their path")
    if ":" in rest.partition("/")[0].rpartition("@")[0]:
        raise UsageError(
            f"a password does not belong into the URI ({protocol}://USER:…): process lists and logs show it",
            hint_of(protocol),
        )
    if protocol in S3 and "?versionId=" in rest:
        raise UsageError("versions of objects are not looked at; name the object without ?versionId=")
    if not rest.strip("/"):
        raise UsageError(f"{protocol}:// names no server, bucket or path")
    from fsspec import available_protocols

    if protocol not in available_protocols():
        raise UsageError(f"{protocol}:// is not a protocol that fsspec knows")
    return protocol


def hint_of(protocol: str) -> str | None:
    """Return what to look at when a server refuses."""
    return next((hint for protocols, hint in _HINTS.items() if protocol in protocols), None)
