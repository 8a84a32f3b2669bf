"""What is published: the lock, the bill of materials, the licences, sdist and wheel."""

from __future__ import annotations

import importlib
import json
import re
import shlex
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement

from tests.test_packaging import ROOT, normal

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
LOCK = ROOT / "requirements.lock"
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
FOR_DEVELOPERS = {"dev", "fuzz", "release"}
SHIPPED = {
    name: e for name, e in PROJECT["project"]["optional-dependencies"].items() if name not in FOR_DEVELOPERS
}


@pytest.fixture(scope="module")
def licences() -> ModuleType:
    sys.path.insert(0, str(ROOT / "docs"))
    try:
        return importlib.import_module("make_licences")
    finally:
        sys.path.remove(str(ROOT / "docs"))


@pytest.fixture(scope="module")
def locked(licences: ModuleType) -> Mapping[str, str]:
    pins: Mapping[str, str] = licences.locked(LOCK)
    return pins


# --- the lock ------------------------------------------------------------------------------------


def test_the_lock_is_of_the_versions_that_were_tested(
    licences: ModuleType, locked: Mapping[str, str]
) -> None:
    tested = licences.locked(ROOT / "constraints.txt")
    assert {name: version for name, version in locked.items() if tested.get(name) != version} == {}, (
        "run make lock"
    )


def test_the_lock_for_developers_is_of_all_versions_that_were_tested(licences: ModuleType) -> None:
    assert licences.locked(ROOT / "requirements-dev.lock") == licences.locked(ROOT / "constraints.txt"), (
        "make lock"
    )


def test_the_lock_holds_every_library_that_is_shipped_and_what_it_needs(locked: Mapping[str, str]) -> None:
    wanted = [Requirement(e) for e in PROJECT["project"]["dependencies"]]
    wanted += [Requirement(e) for extra in SHIPPED.values() for e in extra]
    here = {normal(r.name): r for r in wanted if r.marker is None or r.marker.evaluate()}
    assert set(here) - set(locked) == set(), "run make lock"
    assert [
        name for name, r in here.items() if not r.specifier.contains(locked[name], prereleases=True)
    ] == []
    (extras,) = re.findall(r"^EXTRAS := (.*)$", MAKEFILE, re.MULTILINE)
    assert set(extras.split()) == set(SHIPPED)


@pytest.mark.parametrize("lock", [LOCK, ROOT / "requirements-dev.lock"], ids=["shipped", "developers"])
def test_every_pin_has_hashes_and_nothing_says_where_it_came_from(licences: ModuleType, lock: Path) -> None:
    text = lock.read_text("utf-8")
    pieces = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]
    assert len(pieces) == len(licences.locked(lock))
    assert [
        piece.split("=")[0] for piece in pieces if not re.search(r"--hash=sha256:[0-9a-f]{64}", piece)
    ] == []
    assert re.findall(r"://|@ |--(?:index|extra-index|find-links|trusted-host)", text) == []


# --- licences ------------------------------------------------------------------------------------


def test_the_page_of_licences_is_what_the_metadata_say(licences: ModuleType) -> None:
    made = (ROOT / "docs" / "licences.md").read_text("utf-8")
    assert made == licences.page(), "run python docs/make_licences.py"


def test_no_library_is_under_the_gpl_alone(licences: ModuleType, locked: Mapping[str, str]) -> None:
    told = {name: licences.licence(name) for name in locked}
    assert [
        n for n, said in told.items() if all(re.search(r"(?<!L)(A?GPL)-", one) for one in said.split(" OR "))
    ] == []
    notice = (ROOT / "NOTICE").read_text("utf-8")
    asks = {name for name, said in told.items() if re.search("LGPL|MPL-|CC-BY", said)}
    unnamed = {name for name in asks if name.removesuffix("-binary") not in notice}
    assert unnamed == set(), "NOTICE says what must be passed on with them"
    assert len(asks) > 8


# --- the bill of materials -----------------------------------------------------------------------


def bill_of_materials(target: Path) -> bytes:
    """Make it with the command of `make release`."""
    told = subprocess.run(
        ["make", "--dry-run", "release"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    lines = told.stdout.replace("\\\n", "").splitlines()
    (command,) = [line for line in lines if "cyclonedx-py" in line]
    words = shlex.split(command.replace("dist/bpoaudit.cdx.json", str(target)))
    subprocess.run([Path(sys.executable).parent / Path(words[0]).name, *words[1:]], cwd=ROOT, check=True)
    return target.read_bytes()


def test_the_bill_of_materials_is_valid_complete_and_the_same_each_time(
    tmp_path: Path, locked: Mapping[str, str]
) -> None:
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    made = bill_of_materials(tmp_path / "a.json")
    assert bill_of_materials(tmp_path / "b.json") == made
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(made.decode()) is None
    bill = json.loads(made)
    assert bill["specVersion"] == "1.6"
    assert "timestamp" not in bill["metadata"]
    assert "serialNumber" not in bill
    about = bill["metadata"]["component"]
    assert (about["name"], about["version"]) == ("bpoaudit", PROJECT["project"]["version"])
    listed = {normal(c["name"]): c["version"] for c in bill["components"]}
    assert listed == dict(locked)
    assert all(re.search(r'"alg": ?"SHA-256"', json.dumps(c)) for c in bill["components"])
    assert str(ROOT) not in made.decode()


# --- sdist and wheel -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, bytes], dict[str, bytes], Path]:
    """What lies in the wheel and in the sdist (without the name of its folder), and where they are."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,), (sdist,) = folder.glob("*.whl"), folder.glob("*.tar.gz")
    with zipfile.ZipFile(wheel) as archive:
        inside = {name: archive.read(name) for name in archive.namelist()}
    source = {}
    with tarfile.open(sdist) as tape:
        for member in tape:
            if (file := tape.extractfile(member)) is not None:
                source[member.name.partition("/")[2]] = file.read()
    return inside, source, folder


def _files(folder: str) -> dict[str, bytes]:
    return {
        path.relative_to(ROOT).as_posix(): path.read_bytes()
        for path in sorted((ROOT / folder).rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.mark.slow
def test_the_wheel_holds_all_that_the_program_needs_and_nothing_else(
    built: tuple[dict[str, bytes], dict[str, bytes], Path],
) -> None:
    inside, _, _ = built
    data = {
        f"bpoaudit/_data/{name}": content
        for folder in ("rules", "reports/templates", *(f"fixtures/{p.parent.name}" for p in ROOT.glob("fixtures/*/vendor.yaml")))
        for name, content in _files(folder).items()
    }  # fmt: skip
    code = {name.removeprefix("src/"): content for name, content in _files("src/bpoaudit").items()}
    expected = {**data, **code}
    about = {name for name in inside if ".dist-info/" in name}
    assert set(inside) - about == set(expected)
    assert {name for name in expected if inside[name] != expected[name]} == set()
    assert {name.partition(".dist-info/")[2] for name in about} == {
        "METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE", "licenses/NOTICE"
    }  # fmt: skip
    rules = [name.split("/") for name in inside if name.startswith("bpoaudit/_data/rules/")]
    packs = {pack for *_, pack, file in rules if file == "pack.yaml"}
    assert packs == {path.parent.name for path in ROOT.glob("rules/*/pack.yaml")}
    assert len([file for *_, file in rules if file.endswith(".test.yaml")]) > 100
    assert "bpoaudit/py.typed" in inside


@pytest.mark.slow
def test_the_sdist_holds_what_was_written_and_nothing_of_this_machine(
    built: tuple[dict[str, bytes], dict[str, bytes], Path],
) -> None:
    _, source, _ = built
    for needed in (
        "LICENSE",
        "NOTICE",
        "requirements.lock",
        "constraints.txt",
        "Makefile",
        "docs/security.md",
    ):
        assert needed in source
    assert _files("rules").keys() <= source.keys()
    assert any(name.startswith("tests/") for name in source)
    strange = re.compile(
        r"(^|/)(\.venv|\.git|node_modules|__pycache__|\.hypothesis|\.mypy_cache|demo|dist)(/|$)|\.pyc$"
    )
    assert [name for name in source if strange.search(name)] == []
    here = re.compile(re.escape(str(ROOT)).encode() + rb"/|/home/\w+/|/Users/\w+/")
    said = {name: found[0] for name, content in source.items() if (found := here.search(content))}
    assert {
        name for name in said if not name.startswith(("tests/", "fuzz/", "fixtures/", "benchmarks/"))
    } == set()
    assert {name for name, text in said.items() if str(ROOT).encode() in text} == set()


@pytest.mark.slow
def test_building_again_gives_the_same_bytes(
    built: tuple[dict[str, bytes], dict[str, bytes], Path], tmp_path: Path
) -> None:
    _, _, folder = built
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    (again,) = tmp_path.glob("*.whl")
    assert again.read_bytes() == (folder / again.name).read_bytes()
