"""The project file: where it is found, what it sets, and that the command line wins."""

from __future__ import annotations

import hashlib
import inspect
import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml
from typer.testing import CliRunner

from bpoaudit.cli import audit, scan
from bpoaudit.cli.app import app
from bpoaudit.errors import ProjectError, UsageError
from bpoaudit.gate import Thresholds
from bpoaudit.project import ProjectFile, find_project, load_project, project_schema

HEAD = "apiVersion: bpoaudit/v1\nkind: Project\n"
FULL = HEAD + (
    "vendor: v.yaml\nrules: [gdpr, ./ours]\noutput: [out/report.html]\nformat: concise\nfail-on: low\n"
    "min-score: 70\nmin-coverage: 95.5\nnew-only: true\nwaivers: w.yaml\nbaseline: b.baseline.json\n"
    "suppression: s.txt\nhistory: h.db\nkey-file: k\npassword-file: p\n"
    "cache: c\njobs: 4\nexecutor: process\nscheduler: tcp://h:8786\nlanguage: de\n"
    "model: ./m\nrecognizers: [r.yaml]\n"
)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BPOAUDIT_KEY", raising=False)
    return tmp_path


def _written(folder: Path, text: str = FULL) -> Path:
    (folder / "bpoaudit.yaml").write_text(text)
    return folder / "bpoaudit.yaml"


def test_every_key_is_an_option_of_audit(here: Path) -> None:
    keys = set(ProjectFile.model_fields) - {"api_version", "kind"}
    assert keys <= set(inspect.signature(audit.audit).parameters)
    assert set(load_project(_written(here), named=False).options) == keys


def test_paths_are_relative_to_the_file_and_names_stay(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _written(here)
    (here / "below").mkdir()
    monkeypatch.chdir(here / "below")
    options = load_project(here / "bpoaudit.yaml", named=True).options
    assert options["vendor"] == "../v.yaml"
    assert options["rules"] == ["gdpr", "../ours"]
    assert options["output"] == ["../out/report.html"]
    assert options["history"] == "../h.db"
    assert options["model"] == "../m"
    assert (options["jobs"], options["language"]) == ("4", "de")
    _written(here, HEAD + "history: postgresql://db/audits\nmodel: de_core_news_md\njobs: auto\n")
    options = load_project(here / "bpoaudit.yaml", named=True).options
    assert options == {"history": "postgresql://db/audits", "model": "de_core_news_md", "jobs": "auto"}


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("min-scor: 70", "3:1: unknown key 'min-scor'; did you mean 'min-score'?"),
        ("outputs: [a.html]", "3:1: unknown key 'outputs'; did you mean 'output'?"),
        ("fail-on: hihg", "3:10: 'hihg' is not a known word here; did you mean 'high'?"),
        ("min-score: seventy", "3:12: should be a valid number"),
        ("min-score: 170", "3:12: should be less than or equal to 100"),
        ("new-only: yes", "3:11: should be a valid boolean"),
        ("rules: gdpr", "3:8: must be a list"),
        ("vendor: 7", "3:9: must be text; write it in quotes"),
        ("as-of: 2026-01-01", "3:1: unknown key 'as-of'"),
        ("vendor: v.yaml\nvendor: w.yaml", "4:1: the key 'vendor' is given twice"),
        ("vendor: &x v.yaml", "3:9: anchors (&name) are not allowed"),
    ],
)
def test_what_is_wrong_is_refused_with_its_place(here: Path, line: str, told: str) -> None:
    with pytest.raises(ProjectError, match=r"bpoaudit\.yaml") as caught:
        load_project(_written(here, f"{HEAD}{line}\n"), named=False)
    assert told in caught.value.message


def test_the_schema_takes_what_the_program_takes(here: Path) -> None:
    schema = project_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    holds = jsonschema.Draft202012Validator(schema)
    holds.validate(yaml.safe_load(FULL))
    assert not holds.is_valid(yaml.safe_load(HEAD + "min-scor: 70"))


def test_it_is_found_here_or_above_in_the_repository_and_nowhere_else(here: Path) -> None:
    below = here / "a" / "b"
    below.mkdir(parents=True)
    _written(here)
    assert find_project(here) == here / "bpoaudit.yaml"
    assert find_project(below) is None  # no repository: nothing above counts
    (here / ".git").mkdir()
    assert find_project(below) == here / "bpoaudit.yaml"
    _written(here / "a", HEAD)
    assert find_project(below) == here / "a" / "bpoaudit.yaml"
    (here / "a" / ".git").write_text("gitdir: elsewhere\n")  # a submodule is a repository of its own
    (here / "a" / "bpoaudit.yaml").unlink()
    assert find_project(below) is None


def test_one_in_the_delivery_is_refused_unless_it_is_named(here: Path) -> None:
    (here / "delivery").mkdir()
    found = load_project(_written(here / "delivery"), named=False)
    for delivery in ("delivery", ".", "delivery/bpoaudit.yaml", here):
        with pytest.raises(UsageError, match="lies in the delivery"):
            found.check_outside([delivery])
    found.check_outside(["elsewhere", "s3://bucket/x"])
    load_project(here / "delivery" / "bpoaudit.yaml", named=True).check_outside(["delivery"])


def test_a_link_into_the_delivery_is_one_in_the_delivery(here: Path) -> None:
    (here / "delivery").mkdir()
    _written(here / "delivery")
    (here / "bpoaudit.yaml").symlink_to("delivery/bpoaudit.yaml")
    with pytest.raises(UsageError, match="lies in the delivery"):
        load_project(here / "bpoaudit.yaml", named=False).check_outside(["delivery"])


def test_a_result_says_what_the_file_set_of_what_counts(here: Path) -> None:
    project = load_project(_written(here), named=False)
    recorded = project.recorded(["jobs", "output", "fail_on", "min_score"])
    assert recorded == {
        "file": "bpoaudit.yaml",
        "sha256": hashlib.sha256(FULL.encode()).hexdigest(),
        "sets": ["fail-on", "min-score"],
    }
    assert project.recorded(["jobs"]) is None
    assert Thresholds(project=recorded).as_options()["project"] == recorded
    assert "project" not in Thresholds().as_options()


# --- the command line ----------------------------------------------------------------------------


def _call(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, words)
    error = getattr(done.exception, "message", "")
    return done.exit_code, f"{done.output}{error}"


def test_values_reach_the_command_and_the_command_line_wins(here: Path) -> None:
    (here / "d").mkdir()
    (here / "d" / "a.csv").write_text("x\n1\n")
    _written(here, HEAD + "vendor: there-is-none.yaml\nfail-on: low\nhistory: sub/h.db\n")
    _, told = _call("audit", "d", "--no-history")
    assert "sets fail-on, vendor\n" in told
    assert "there-is-none.yaml: cannot be read" in told
    _, told = _call("audit", "d", "--vendor", "other.yaml", "--fail-on", "never")
    assert "sets history\n" in told
    assert "other.yaml: cannot be read" in told
    _, told = _call("audit", "d", "--project", "none")
    assert "note" not in told
    assert "an audit needs --vendor FILE" in told


def test_the_key_of_the_environment_wins(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _written(here, HEAD + "key-file: there-is-none\nvendor: v.yaml\n")
    assert "sets key-file, vendor" in _call("audit", "d")[1]
    monkeypatch.setenv("BPOAUDIT_KEY", "0" * 64)
    assert "sets vendor\n" in _call("audit", "d")[1]


def test_a_scan_takes_what_it_knows(here: Path) -> None:
    _written(here)
    _, told = _call("scan", "there-is-none")
    assert (
        "sets cache, executor, jobs, key-file, language, model, password-file, recognizers, scheduler\n"
        in told
    )
    assert {"output", "jobs"} <= set(inspect.signature(scan.scan).parameters)


def test_help_answers_whatever_the_file_says(here: Path) -> None:
    _written(here, "nonsense: [")
    assert _call("audit", "--help")[0] == 0
    assert "bpoaudit.yaml:2:1: " in _call("audit", "d")[1]


def test_the_command_shows_what_holds_here(here: Path) -> None:
    assert "there is no bpoaudit.yaml here" in _call("project", "check")[1]
    _written(here)
    code, shown = _call("project", "check")
    assert (code, shown.splitlines()[0]) == (0, "bpoaudit.yaml: valid")
    assert "  fail-on        low\n" in shown
    assert json.loads(_call("project", "schema")[1]) == project_schema()
    assert "does not exist" in _call("project", "check", "none.yaml")[1]


def test_the_file_of_the_page_is_well_formed_and_the_page_names_every_key(here: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "project-file.md").read_text()
    example = re.search(r"```yaml\n(.*?)```", page, re.DOTALL)
    assert example is not None
    assert load_project(_written(here, example[1]), named=False).options["min_coverage"] == 95
    keys = {field.alias for field in ProjectFile.model_fields.values()} - {"apiVersion", "kind"}
    assert keys <= set(re.findall(r"`([a-z-]+)`", page))
