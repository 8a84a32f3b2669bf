from __future__ import annotations

from pathlib import Path

import pytest

from bpoaudit.cli.demo import demo
from bpoaudit.errors import UsageError


def test_a_file_where_the_reports_would_go_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    taken = tmp_path / "demo"
    taken.write_text("mine")
    with pytest.raises(UsageError, match="is a file"):
        demo(taken)
    assert taken.read_text() == "mine"
