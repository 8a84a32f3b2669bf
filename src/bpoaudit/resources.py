"""Find the folders that ship beside the code: rule packs, report templates, sample vendors."""

from __future__ import annotations

from pathlib import Path

_PACKAGED = Path(__file__).parent / "_data"
_CHECKOUT = Path(__file__).parents[2]


def folder(name: str) -> Path:
    """Return the folder `name` (`rules`, `reports/templates`, `fixtures`).

    A wheel carries it as `bpoaudit/_data/<name>`; an editable install finds it in the checkout.
    Raises `FileNotFoundError` when neither is there, which means a broken installation.
    """
    for base in (_PACKAGED, _CHECKOUT):
        path = base / name
        if path.is_dir():
            return path
    raise FileNotFoundError(f"bpoaudit is not installed completely: its folder {name!r} is missing")
