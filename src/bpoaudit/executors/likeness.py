"""What results depend on besides the delivery and the options: where it is the same, so are they."""

from __future__ import annotations

import hashlib
import platform
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, requires, version
from importlib.resources import files
from pathlib import Path

from bpoaudit import __version__
from bpoaudit.parsers.ocr import language_data

_CODE = frozenset({".py", ".yaml", ".json"})
_PACKAGED = "_data"
"""Rules and templates in a wheel; no worker uses them."""
_ABSENT = "nothing"
_SHOWN = 4


@cache
def likeness() -> dict[str, str]:
    """Return versions and digests by name: Python, the code of bpoaudit, its libraries, Tesseract's data."""
    return {
        "Python": platform.python_version(),
        "the processor": platform.machine(),
        "bpoaudit": f"{__version__} (code {_code()[:12]})",
        **{name: _version(name) for name in _libraries()},
        "Tesseract's language data": ", ".join(f"{Path(p).name} {size}" for p, size in language_data()),
    }


def differences(here: Mapping[str, str], there: Mapping[str, str]) -> str | None:
    """Return in words how `there` is not like `here`; None where it is."""
    names = [name for name in {**here, **there} if here.get(name) != there.get(name)]
    if not names:
        return None
    told = [
        f"{name}: {there.get(name) or _ABSENT} there, {here.get(name) or _ABSENT} here"
        for name in names[:_SHOWN]
    ]
    more = len(names) - _SHOWN
    return "; ".join([*told, *([f"and {more} more"] if more > 0 else [])])


def _code() -> str:
    """Return the SHA-256 over what the package consists of."""
    root = Path(str(files("bpoaudit")))
    total = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        inside = path.relative_to(root)
        if path.suffix in _CODE and inside.parts[0] != _PACKAGED:
            total.update(inside.as_posix().encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _libraries() -> Iterator[str]:
    """Yield what bpoaudit always needs, and what reads pictures; other extras do not change a result."""
    for requirement in requires("bpoaudit") or ():
        wanted, _, condition = requirement.partition(";")
        if "extra" not in condition or "'ocr'" in condition.replace('"', "'"):
            yield re.split(r"[^A-Za-z0-9._-]", wanted.strip(), maxsplit=1)[0]


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return _ABSENT
