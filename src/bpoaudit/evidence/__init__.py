"""Evidence: what was audited, by which rules, with which result, under a signature, to be checked later.

A statement (in-toto) names every input file, rule pack, waiver file, baseline, profile, result and report
with its SHA-256; an envelope (DSSE, Ed25519) signs it; a bundle (ZIP) holds it with all that a replay needs
but the delivery and the key. Its libraries come with the extra `sign`, so callers ask `require_libraries`
before they import a module from here.
"""

from __future__ import annotations

from importlib.util import find_spec

from bpoaudit.errors import UsageError

_LIBRARIES = ("cryptography", "rfc8785", "securesystemslib")


def require_libraries() -> None:
    """Raise `UsageError` where the libraries of the extra are not installed."""
    missing = [name for name in _LIBRARIES if find_spec(name) is None]
    if missing:
        raise UsageError(
            f"signing and verifying need what is not installed: {', '.join(missing)}",
            'pip install "bpoaudit[sign]"',
        )
