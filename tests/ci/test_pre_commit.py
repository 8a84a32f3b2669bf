"""The hooks of `.pre-commit-hooks.yaml`, run by pre-commit itself in a repository of their own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from .conftest import BIN, ROOT, VENDOR, StandIn

HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
PROJECT = "apiVersion: bpoaudit/v1\nkind: Project\nvendor: vendor.yaml\n"

Commit = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with deliveries, and beside it one that holds the hooks."""
    for folder in ("tool", "work"):
        (tmp_path / folder).mkdir()
        _git(tmp_path / folder, "init", "-q", "-b", "main")
    (tmp_path / "tool" / ".pre-commit-hooks.yaml").write_text((ROOT / ".pre-commit-hooks.yaml").read_text())
    _git(tmp_path / "tool", "add", "-A")
    _git(tmp_path / "tool", "commit", "-q", "-m", "hooks")
    work = tmp_path / "work"
    (work / "deliveries").mkdir()
    (work / "bpoaudit.yaml").write_text(PROJECT)
    (work / "vendor.yaml").write_bytes((VENDOR / "vendor.yaml").read_bytes())
    return work


@pytest.fixture
def commit(repository: Path) -> Commit:
    """Return what runs the given hooks on all files of the repository."""

    def run(*hooks: dict[str, object], env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        tool = repository.parent / "tool"
        rev = _git(tool, "rev-parse", "HEAD").strip()
        config = {"repos": [{"repo": str(tool), "rev": rev, "hooks": list(hooks)}]}
        (repository / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
        _git(repository, "add", "-A")
        given = env or {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}"}
        return subprocess.run(
            [sys.executable, "-m", "pre_commit", "run", "--all-files", "--verbose", "--color=never"],
            cwd=repository, env={**given, "PRE_COMMIT_HOME": str(repository.parent / "home")},
            text=True, capture_output=True, check=False,
        )  # fmt: skip

    return run


def _git(folder: Path, *words: str) -> str:
    who = ["-c", "user.name=Test", "-c", "user.email=test@example.org"]
    return subprocess.run(
        ["git", *who, *words], cwd=folder, text=True, capture_output=True, check=True
    ).stdout


def test_every_hook_calls_a_command_that_there_is_and_installs_nothing() -> None:
    from typer.main import get_command

    from bpoaudit.cli.app import app

    for hook in HOOKS:
        assert hook["language"] == "system"
        found = get_command(app)
        for word in hook["entry"].split()[1:]:
            found = found.commands[word]  # type: ignore[attr-defined]


def test_the_audit_gets_names_as_names(
    repository: Path, commit: Commit, stand_in: StandIn, words: Callable[[], list[str]]
) -> None:
    for name in ("--vendor=x.csv", "a b.csv", "$(touch pwned).csv", "::error::x.csv"):
        (repository / "deliveries" / name).write_text("x\n1\n")
    (repository / "--fail-on=never").write_text("x\n1\n")
    done = commit({"id": "bpoaudit-audit", "files": "^deliveries/|^--"}, env=stand_in(0))
    assert done.returncode == 0, done.stdout
    called = words()
    assert called[:2] == ["audit", "--"]
    assert "--fail-on=never" in called[2:]
    assert "deliveries/$(touch pwned).csv" in called[2:]
    assert not list(repository.parent.rglob("pwned"))


@pytest.mark.parametrize("code", [1, 2, 3])
def test_anything_but_a_pass_stops_the_commit(
    code: int, repository: Path, commit: Commit, stand_in: StandIn
) -> None:
    (repository / "deliveries" / "a.csv").write_text("x\n1\n")
    done = commit({"id": "bpoaudit-audit", "files": "^deliveries/"}, env=stand_in(code))
    assert done.returncode != 0
    assert f"exit code: {code}" in done.stdout


@pytest.mark.long
@pytest.mark.slow
def test_an_audit_of_a_commit(repository: Path, commit: Commit) -> None:
    (repository / "deliveries" / "cards.csv").write_text("card\n4111111111111111\n")
    done = commit({"id": "bpoaudit-audit", "files": "^deliveries/"})
    assert done.returncode != 0
    assert "exit code: 1" in done.stdout
    assert "note: bpoaudit.yaml sets vendor" in done.stdout
    assert "4111111111111111" not in done.stdout + done.stderr


@pytest.mark.slow
def test_profiles_project_files_and_packs(repository: Path, commit: Commit) -> None:
    pack = repository / "rules" / "my-pack"
    pack.mkdir(parents=True)
    page = (ROOT / "docs" / "rules.md").read_text()
    rule = re.search(r"```yaml\n(apiVersion.*?)```", page, re.DOTALL)
    assert rule is not None
    (pack / "cards-masked.yaml").write_text(rule[1])
    (pack / "pack.yaml").write_text(
        "id: my-pack\ntitle: Ours\nversion: 1.0.0\njurisdiction: EU\nlaw: Card policy\n"
        "source: https://example.org/policy\nstatus: unverified\nlast_reviewed: 2026-11-22\n"
        "disclaimer: Not legal advice.\n"
    )
    (pack / "controls.yaml").write_text("- {id: my-policy-4.2, title: Policy 4.2, text: Cards are masked.}\n")
    named = {"args": ["rules/my-pack"], "files": "^rules/"}
    hooks: tuple[dict[str, object], ...] = (
        {"id": "bpoaudit-vendor-check"},
        {"id": "bpoaudit-project-check"},
        {"id": "bpoaudit-rules-check", **named},
    )
    done = commit(*hooks)
    assert done.returncode == 0, done.stdout
    assert "my-pack 1.0.0: 1 rule is well-formed" in done.stdout
    (repository / "bpoaudit.yaml").write_text(PROJECT + "min-scor: 70\n")
    (pack / "cards-masked.yaml").write_text(rule[1].replace("severity:", "severty:"))
    broken = commit(*hooks)
    assert broken.returncode != 0
    assert "did you mean 'min-score'?" in broken.stdout
    assert "did you mean 'severity'?" in broken.stdout
    assert "valid profile of" in broken.stdout
