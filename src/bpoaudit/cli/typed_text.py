"""What people type into waivers, exclusions and responses stands in every report: no value may be in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bpoaudit.errors import DocumentError

if TYPE_CHECKING:
    from bpoaudit.documents import Steps

_SHOWN = ("reason", "action")
"""Keys whose text is shown; who answers for it is named on purpose."""


def refuse_personal_data(files: Iterable[tuple[Path | None, type[DocumentError]]]) -> None:
    """Raise the error of a file, with line and column, where a pattern or check digit proves a value.

    The detector is loaded only where there is such a text.
    """
    from bpoaudit.documents import load_yaml

    engine = None
    for path, error in files:
        if path is None:
            continue
        document = load_yaml(path, error)
        for steps, text in _shown(document.data, ()):
            from bpoaudit.detect import Engine, proven_in

            engine = engine or Engine()
            if found := proven_in(engine, text):
                raise document.fault(
                    steps, f"holds what looks like {', '.join(found)} and is shown in reports: say it without"
                )


def _shown(value: Any, steps: Steps) -> Iterator[tuple[Steps, str]]:
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _shown(each, (*steps, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _shown(each, (*steps, index))
    elif isinstance(value, str) and steps and steps[-1] in _SHOWN:
        yield steps, value
