"""No package beside bpoaudit sees what an audit reads."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

_PLUGIN = """\
import os
open(os.environ["TOLD"], "w").close()
class Plugin:
    def new_schema_validator(self, *of, **schema):
        return None, None, None
plugin = Plugin()
"""


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ([sys.executable, "-c", "import pydantic; pydantic.create_model('Any')"], True),
        ([str(Path(sys.executable).with_name("bpoaudit")), "rules", "check"], False),
    ],
    ids=["pydantic alone", "bpoaudit"],
)
def test_plugins_of_pydantic_are_not_loaded(command: list[str], told: bool, tmp_path: Path) -> None:
    (tmp_path / "listener.py").write_text(_PLUGIN)
    metadata = tmp_path / "listener-1.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: listener\nVersion: 1\n")
    (metadata / "entry_points.txt").write_text("[pydantic]\nlistener = listener:plugin\n")
    mark = tmp_path / "told"
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "TOLD": str(mark)}
    # A command of another test that ran in this process has set it.
    environment.pop("PYDANTIC_DISABLE_PLUGINS", None)
    subprocess.run(command, env=environment, capture_output=True, check=True, timeout=120)
    assert mark.exists() is told
