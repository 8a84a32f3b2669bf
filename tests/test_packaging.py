"""A wheel and a checkout both carry rules, templates and sample vendors."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from bpoaudit import resources

ROOT = Path(__file__).parent.parent
NEEDED = ("rules/gdpr/pack.yaml", "rules/bpo-baseline/pack.yaml", "reports/templates/report.html")


def test_the_checkout_finds_its_folders() -> None:
    assert (resources.folder("rules") / "gdpr" / "pack.yaml").is_file()
    assert (resources.folder("reports/templates") / "report.html").is_file()
    assert len(list(resources.folder("fixtures").glob("*/vendor.yaml"))) == 3


def test_a_broken_installation_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(resources, "_PACKAGED", tmp_path)
    monkeypatch.setattr(resources, "_CHECKOUT", tmp_path)
    with pytest.raises(FileNotFoundError, match="not installed completely"):
        resources.folder("rules")


@pytest.mark.slow
def test_an_installed_wheel_lists_and_tests_its_rules_from_any_folder(tmp_path: Path) -> None:
    """The wheel is unpacked beside nothing of the checkout, on the path of this environment's libraries."""
    build = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        str(tmp_path),
        str(ROOT),
    ]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        archive.extractall(tmp_path / "installed")
    assert {f"bpoaudit/_data/{name}" for name in NEEDED} <= names
    assert not [name for name in names if "__pycache__" in name or name.endswith(".pyc")]
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path / 'installed')!r});"
        "import bpoaudit, bpoaudit.resources as r; assert 'installed' in bpoaudit.__file__;"
        "assert '_data' in str(r.folder('rules')) and '_data' in str(r.folder('fixtures'));"
        "from bpoaudit.rules import bundled, load_packs, run_cases;"
        "packs = load_packs(bundled()); print(sum(len(p.rules) for p in packs));"
        "assert all(c.passed for p in packs for c in run_cases(p))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert int(ran.stdout) > 35
