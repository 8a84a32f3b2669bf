"""The GitHub Action: its shell step runs here, with the files and variables that a runner gives it."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from .conftest import ROOT, StandIn

ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text())
(STEP,) = ACTION["runs"]["steps"]
EXPRESSION = re.compile(r"\$\{\{ inputs\.([a-z-]+) \}\}")

HOSTILE = (
    "$(touch pwned)",
    "`touch pwned`",
    "; touch pwned;",
    "' \" touch pwned",
    "--vendor=other.yaml",
    "a b\tc",
    "*",
    "::error::x",
    "%0A::set-output name=verdict::passed",
    "name\u202efdp.csv",
)


def run_step(
    folder: Path, environ: dict[str, str], inputs: dict[str, str]
) -> tuple[subprocess.CompletedProcess[str], dict[str, str], str]:
    """Run the step; return how it ended, its outputs and its summary."""
    values = {name: given.get("default", "") for name, given in ACTION["inputs"].items()} | inputs
    env = {name: EXPRESSION.sub(lambda m: values[m[1]], text) for name, text in STEP["env"].items()}
    files = {name: folder / name.lower() for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    for file in files.values():
        file.write_text("")
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", STEP["run"]],  # as a runner's `shell: bash`
        cwd=folder, env={**environ, **env, **{name: str(file) for name, file in files.items()}},
        text=True, capture_output=True, check=False,
    )  # fmt: skip
    return done, read_outputs(files["GITHUB_OUTPUT"].read_text()), files["GITHUB_STEP_SUMMARY"].read_text()


def read_outputs(text: str) -> dict[str, str]:
    """Read a file of outputs as the runner does."""
    lines, read = iter(text.splitlines()), {}
    for line in lines:
        if found := re.fullmatch(r"([^=<]+)<<(.+)", line):
            value: list[str] = []
            while (inside := next(lines)) != found[2]:
                value.append(inside)
            read[found[1]] = "\n".join(value)
        else:
            name, _, rest = line.partition("=")
            read[name] = rest
    return read


def test_no_expression_stands_in_the_script() -> None:
    assert "${{" not in STEP["run"]
    assert all(EXPRESSION.fullmatch(text) for text in STEP["env"].values())
    assert {EXPRESSION.fullmatch(text)[1] for text in STEP["env"].values()} == set(ACTION["inputs"])  # type: ignore[index]
    for output in ACTION["outputs"]:
        assert ACTION["outputs"][output]["value"] == f"${{{{ steps.{STEP['id']}.outputs.{output} }}}}"


def test_inputs_become_options_and_what_is_left_out_none(
    tmp_path: Path, stand_in: StandIn, words: Callable[[], list[str]]
) -> None:
    given = {
        "delivery": "one\n\ntwo files\n", "vendor": "v.yaml", "rules": "gdpr\n./ours", "fail-on": "low",
        "min-score": "70", "min-coverage": "95", "waivers": "w.yaml", "baseline": "b.json",
        "formats": "html oscal.json", "folder": "out put",
    }  # fmt: skip
    assert run_step(tmp_path, stand_in(0), given)[0].returncode == 0
    assert words() == [
        "audit", "--format=github", "--vendor=v.yaml", "--rules=gdpr", "--rules=./ours", "--fail-on=low",
        "--min-score=70", "--min-coverage=95", "--waivers=w.yaml", "--baseline=b.json", "--new-only",
        "--output=out put/audit.html", "--output=out put/audit.oscal.json", "--", "one", "two files",
    ]  # fmt: skip
    (tmp_path / "words").unlink()
    run_step(tmp_path, stand_in(0), {"delivery": "d"})
    assert words()[1:] == [
        "--format=github", "--output=bpoaudit-reports/audit.html", "--output=bpoaudit-reports/audit.json",
        "--", "d",
    ]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_no_input_becomes_a_command_or_another_option(
    name: str, tmp_path: Path, stand_in: StandIn, words: Callable[[], list[str]]
) -> None:
    texts = ("delivery", "vendor", "rules", "fail-on", "min-score", "min-coverage", "waivers", "baseline")
    done, _, _ = run_step(tmp_path, stand_in(0), {**dict.fromkeys(texts, name), "formats": "html"})
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "pwned").exists()
    called = words()
    assert called[called.index("--") :] == ["--", name]
    assert f"--vendor={name}" in called
    assert not [line for line in done.stdout.splitlines() if line.startswith("::")]


@pytest.mark.parametrize(
    ("code", "allowed", "ends"), [(0, "false", 0), (1, "true", 1), (3, "false", 3), (3, "true", 0)]
)
def test_the_exit_code_is_the_tools(
    code: int, allowed: str, ends: int, tmp_path: Path, stand_in: StandIn
) -> None:
    done, outputs, _ = run_step(tmp_path, stand_in(code), {"delivery": "d", "allow-incomplete": allowed})
    assert done.returncode == ends
    assert outputs == {}  # they are the tool's to write


@pytest.mark.parametrize("code", [2, 130, 137])
def test_without_a_result_it_says_so(code: int, tmp_path: Path, stand_in: StandIn) -> None:
    done, outputs, _ = run_step(tmp_path, stand_in(code), {"delivery": "d", "allow-incomplete": "true"})
    assert done.returncode == 2
    assert outputs == {"verdict": "no-result", "exit-code": "2"}
    assert done.stdout.startswith("::error title=bpoaudit::there is no result")


def test_a_missing_tool_is_no_result(tmp_path: Path) -> None:
    done, outputs, _ = run_step(tmp_path, {"PATH": "/usr/bin:/bin"}, {"delivery": "d"})
    assert (done.returncode, outputs["verdict"]) == (2, "no-result")
    assert "is not installed" in done.stdout


@pytest.mark.slow
def test_a_real_audit_annotates_summarises_and_hands_on(workspace: Path, tool: dict[str, str]) -> None:
    hostile = workspace / "delivery" / "##vso[x]%0A::set-output name=verdict::passed.csv"
    hostile.write_text("card\n4111111111111111\n")
    given = {"delivery": "delivery", "vendor": "vendor.yaml", "formats": "html json sarif"}
    done, outputs, summary = run_step(workspace, tool, given)
    audit = json.loads((workspace / "bpoaudit-reports" / "audit.json").read_text())
    assert done.returncode == audit["gate"]["exit_code"] == 1, done.stderr
    assert outputs == {
        "score": f"{audit['score']['value']:g}" if audit["score"]["value"] is not None else "",
        "verdict": "failed",
        "exit-code": "1",
        "report": "bpoaudit-reports/audit.html",
    }
    assert summary.startswith("# Audit of ")
    commands = [line for line in done.stdout.splitlines() if line]
    assert all(re.match(r"::(error|warning|notice) [^\n]*title=", line) for line in commands)
    assert any(line.startswith("::error ") for line in commands)
    for line in (*done.stdout.splitlines(), *done.stderr.splitlines()):
        assert "##vso[" not in line
        assert not line.startswith("::set-output")
    assert (workspace / "bpoaudit-reports" / "audit.sarif").stat().st_size > 0
