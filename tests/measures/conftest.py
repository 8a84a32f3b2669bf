"""Small sources that are read, detected and settled as an audit does, with the measures beside."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bpoaudit.delivery import discover
from bpoaudit.detect import Detector, Engine, NameBook
from bpoaudit.executors import FileTask, Worker
from bpoaudit.masking import Key
from bpoaudit.measures import Measured, Measuring, PeopleList, SuppressionList, load_suppression
from bpoaudit.vendor import Agreement

KEY = Key(b"k" * 32)

Told = dict[str, list[dict[str, Any]]]
Measure = Callable[..., Told]


@cache
def engine() -> Engine:
    """Load the models once for all tests."""
    return Engine()


def measured_in(
    folder: Path,
    agreement: dict[str, Any] | None = None,
    suppressed: SuppressionList | None = None,
    lists: tuple[PeopleList, ...] | None = None,
) -> Told:
    """Return what the measures say of a folder."""
    agreed = None if agreement is None else Agreement.model_validate(agreement)
    measuring = Measuring(suppressed, agreed is not None, lists)
    worker = Worker(Detector(engine(), KEY), NameBook(engine(), KEY), None, agreed, measuring=measuring)
    whole = measuring.nothing()
    for number, file in enumerate(discover([folder])):
        whole.merge(worker(FileTask(number, file)).measured)
    return whole.told()


@pytest.fixture
def measure(tmp_path: Path) -> Measure:
    """Measure files given by name and text; `listed` is the text of a suppression list."""

    def run(
        files: dict[str, str], agreement: dict[str, Any] | None = None, listed: str | None = None
    ) -> Told:
        folder = tmp_path / "delivery"
        folder.mkdir(exist_ok=True)
        for name, text in files.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        suppressed = None
        if listed is not None:
            (tmp_path / "list.txt").write_text(listed, encoding="utf-8")
            suppressed = load_suppression(tmp_path / "list.txt", KEY)
        return measured_in(folder, agreement, suppressed)

    return run


def merged(*parts: Measured) -> Told:
    """Return what many have counted together."""
    whole = Measured()
    for part in parts:
        whole.merge(part)
    return whole.told()
