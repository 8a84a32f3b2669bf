"""A wheel and a checkout both carry rules, templates and sample vendors."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions
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


def imported(folder: Path) -> set[str]:
    """Return the top names of what the code in ``folder`` imports."""
    found: set[str] = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
                found.add(node.module.partition(".")[0])
    return found


def normal(requirement: str) -> str:
    """Return the name in a requirement as PEP 503 writes it."""
    (name,) = re.findall(r"^[A-Za-z0-9._-]+", requirement)
    return re.sub(r"[-_.]+", "-", str(name)).lower()


def test_every_library_that_the_code_imports_is_declared() -> None:
    """A library that is merely there in a developer's environment is missing in everyone else's."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    needed = project["dependencies"]
    extras = [
        each for name, extra in project["optional-dependencies"].items() if name != "dev" for each in extra
    ]
    development = project["optional-dependencies"]["dev"]
    shipped = {normal(each) for each in [*needed, *extras]}
    # what comes only with a library that is declared, and is not usable without it
    with_another = {
        "aiohttp": "s3fs",
        "botocore": "s3fs",
        "_zipdecrypter": "fast-zip-decryption",
        "markupsafe": "jinja2",
        "pydantic_core": "pydantic",
        "thinc": "spacy",
        "compression": "backports-zstd",  # what it stands in for, from Python 3.14 on
    }
    providers = packages_distributions()
    declared = {
        "src": shipped,
        **dict.fromkeys(
            ("tests", "fixtures", "benchmarks", "docs"), shipped | {normal(each) for each in development}
        ),
    }
    own = {"bpoaudit", "tests", "generate", "corpus", "hostility", "measuring"}
    own |= {path.stem for path in (ROOT / "benchmarks").glob("*.py")}
    own.add("_typeshed")  # known to type checkers alone
    # whom a benchmark compares with, where somebody has installed it
    own |= {"datafog", "presidio_structured", "scrubadub"}
    missing = []
    for folder, names in declared.items():
        for module in imported(ROOT / folder) - sys.stdlib_module_names - own - with_another.keys():
            if not {normal(each) for each in providers.get(module, [])} & names:
                missing.append(f"{folder}: {module}")
    assert not sorted(missing)
    assert {normal(each) for each in with_another.values()} <= shipped


def test_every_declared_library_has_a_tested_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    listed = [*project["dependencies"], *(e for x in project["optional-dependencies"].values() for e in x)]
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pinned = {normal(line) for line in lines if line and not line.startswith("#")}
    assert {normal(each) for each in listed} - {"bpoaudit"} <= pinned


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
        "assert all(c.passed for p in packs if p.id == 'pci-dss-4' for c in run_cases(p))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert int(ran.stdout) > 35
