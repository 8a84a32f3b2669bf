"""What all tests share: the same examples on every run, and a machine without OCR for those that ask."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from bpoaudit.readers import child_process

settings.register_profile(
    "repeatable",
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
)
settings.load_profile("repeatable")


@pytest.fixture
def without_ocr(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Let Tesseract find no language, in parsers that are begun for this test and end with it."""
    monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path))
    begun: dict[str, list[child_process.Parser]] = {}
    monkeypatch.setattr(child_process, "_idle", begun)
    yield
    for parsers in begun.values():
        for parser in parsers:
            parser.end()


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name long values by their parameter: files made for a test may hold the time they were made at."""
    return argname if isinstance(val, (bytes, str)) and len(val) > 120 else None
