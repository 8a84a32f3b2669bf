"""The recipes of docs/ci.md: each piece of shell in them is taken out of the page and run."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from bpoaudit.cli.app import app
from bpoaudit.report.formats import ending_of
from tests.report.schemas import junit_errors

from .conftest import ROOT, StandIn

PAGE = (ROOT / "docs" / "ci.md").read_text()
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)

OUTCOMES = {0: "passed", 1: "failed", 2: "no result", 3: "incomplete"}


def _shell() -> Iterator[tuple[str, str]]:
    """Yield a name and the script of each recipe that calls the tool by a shell."""
    for language, text in BLOCKS:
        if language == "sh":
            yield ("shell", text)
        elif language == "groovy":
            yield from (("jenkins", script) for script in re.findall(r"'''(.*?)'''", text, re.DOTALL))
        else:
            yield from _steps(yaml.safe_load(text))


def _steps(document: Any) -> Iterator[tuple[str, str]]:
    if isinstance(document, dict):
        for key, name in (("run", "github"), ("bash", "azure")):
            if isinstance(text := document.get(key), str):
                yield name, text
        if isinstance(script := document.get("script"), list):
            yield "gitlab", "\n".join(script)
        document = list(document.values())
    for each in document if isinstance(document, list) else ():
        yield from _steps(each)


ALL = [(name, text) for name, text in _shell() if "bpoaudit " in text]
"""In the order of the page."""
AUDITS = {name: text for name, text in ALL if "baseline" not in text}
FIRST, THEN = (text for _, text in ALL if "baseline" in text)


def run_recipe(script: str, folder: Path, environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-e", "-c", script], cwd=folder, env=environ, text=True, capture_output=True, check=False
    )


def test_every_build_server_has_a_recipe() -> None:
    assert set(AUDITS) == {"shell", "github", "gitlab", "jenkins", "azure"}


@pytest.mark.parametrize("code", OUTCOMES)
@pytest.mark.parametrize("server", AUDITS)
def test_each_outcome_reaches_the_build_server(
    server: str, code: int, tmp_path: Path, stand_in: StandIn
) -> None:
    done = run_recipe(AUDITS[server], tmp_path, {**stand_in(code), "DELIVERY": "a folder"})
    if server == "azure" and code == 3:
        assert done.returncode == 0
        assert "result=SucceededWithIssues" in done.stdout
    else:
        assert done.returncode == code
    if server == "shell":
        told = ("passed", "failed", "there is no result", "not everything could be read or judged")[code]
        assert done.stdout.startswith(told)
    assert "a folder" in (tmp_path / "words").read_text().split("\0")


@pytest.mark.parametrize("server", AUDITS)
def test_the_tool_understands_each_recipe(
    server: str, tmp_path: Path, stand_in: StandIn, words: Callable[[], list[str]]
) -> None:
    run_recipe(AUDITS[server], tmp_path, {**stand_in(0), "DELIVERY": "a folder"})
    name, *given = words()
    command = get_command(app).commands[name]  # type: ignore[attr-defined]
    parsed = command.make_context(name, [*given, "--project", "none"])
    assert parsed.params["delivery"] == ["a folder"]
    assert [ending_of(path) for path in parsed.params["output"]]


@pytest.mark.slow
def test_a_recipe_runs(workspace: Path, tool: dict[str, str]) -> None:
    done = run_recipe(AUDITS["azure"], workspace, tool)
    audit = json.loads((workspace / "audit.json").read_text())
    assert done.returncode == audit["gate"]["exit_code"] == 1, done.stderr + done.stdout
    assert (workspace / "report.html").stat().st_size > 0
    assert junit_errors((workspace / "junit.xml").read_text()) == []


@pytest.mark.long
@pytest.mark.slow
def test_only_what_is_new_fails(workspace: Path, tool: dict[str, str]) -> None:
    first = run_recipe(FIRST, workspace, tool)
    assert first.returncode == 0, first.stderr
    baseline = json.loads((workspace / "known.baseline.json").read_text())
    assert baseline["entries"]
    (workspace / "delivery" / "new.csv").write_text("card\n4111111111111111\n")
    then = run_recipe(THEN, workspace, tool)
    assert then.returncode == 1, then.stderr
    assert "gdpr/art32-payment-card-clear  New, not met" in then.stdout
    assert "Known, not met" in then.stdout


def test_the_action_of_the_page_has_the_inputs_of_the_action() -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    used = [
        step["with"]
        for _, text in BLOCKS
        for step in _all_steps(yaml.safe_load(text) if _ == "yaml" else None)
        if "/bpoaudit@" in step.get("uses", "")
    ]
    assert used
    assert all(set(given) <= set(action["inputs"]) for given in used)
    section = PAGE.partition("Inputs are ")[2].partition(".\n")[0]
    assert {*action["inputs"], *action["outputs"]} <= set(re.findall(r"`([a-z-]+)`", section))


def _all_steps(document: Any) -> Iterator[dict[str, Any]]:
    jobs = document.get("jobs", {}) if isinstance(document, dict) else {}
    for job in jobs.values():
        yield from job["steps"]
