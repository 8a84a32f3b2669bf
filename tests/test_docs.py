"""What the documentation says is what the program does."""

from __future__ import annotations

import importlib
import re
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from bpoaudit.cli.app import app
from bpoaudit.errors import ExitCode
from bpoaudit.report.formats import BASELINE_ENDING, FINDINGS_ENDINGS, RENDERERS
from bpoaudit.scoring import CAPS, GRADES, LOSS, MIN_DELIVERY_COVERAGE, MIN_RULE_COVERAGE

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
PAGES = {page.name: page.read_text() for page in sorted((ROOT / "docs").glob("*.md"))}
ALL = "\n".join(
    [README, *PAGES.values(), *((ROOT / n).read_text() for n in ("CONTRIBUTING.md", "SECURITY.md"))]
)


def test_the_exit_codes_of_the_readme_are_the_programs() -> None:
    table = re.findall(r"^\| (\d+) \|", README, re.MULTILINE)
    assert [int(code) for code in table] == [int(code) for code in ExitCode]


def test_every_command_is_documented() -> None:
    from bpoaudit.cli.app import app

    names = {command.name for command in app.registered_commands}
    for group in app.registered_groups:
        assert group.typer_instance is not None
        names |= {f"{group.name} {command.name}" for command in group.typer_instance.registered_commands}
    missing = {name for name in names if f"bpoaudit {name}" not in ALL and name not in ("demo", "entities")}
    assert missing == set()
    assert "make demo" in README
    assert "bpoaudit entities" in ALL


def test_every_output_format_is_documented() -> None:
    for ending in (*RENDERERS, *FINDINGS_ENDINGS, BASELINE_ENDING):
        assert f"`{ending}`" in PAGES["audit.md"]


def test_the_score_page_gives_the_programs_numbers() -> None:
    page = PAGES["score.md"]
    for severity, loss in LOSS.items():
        assert f"{severity.value} {loss:.2f}" in page
    for _, cap in CAPS:
        assert f"at {cap:g}" in page
    for least, grade in GRADES:
        assert f"| {grade} | {least:g} |" in page
    assert f"less than {MIN_RULE_COVERAGE:.0%}".replace("%", " %") in page
    assert f"less than {MIN_DELIVERY_COVERAGE:.0%}".replace("%", " %") in page


@pytest.mark.parametrize(
    "page", ["README.md", "CONTRIBUTING.md", "SECURITY.md", *(f"docs/{name}" for name in PAGES)]
)
def test_links_between_pages_lead_somewhere(page: str) -> None:
    path = ROOT / page
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", path.read_text()):
        assert (path.parent / target).exists(), target


def test_the_rule_of_the_rules_page_is_well_formed(tmp_path: Path) -> None:
    from bpoaudit.rules import load_packs

    rule = re.search(r"```yaml\n(apiVersion.*?)```", PAGES["rules.md"], re.DOTALL)
    assert rule is not None
    pack = tmp_path / "my-pack"
    pack.mkdir()
    (pack / "cards-masked.yaml").write_text(rule[1])
    (pack / "pack.yaml").write_text(
        "id: my-pack\ntitle: Ours\nversion: 1.0.0\njurisdiction: EU\n"
        "law: Card policy\nsource: https://example.org/policy\nstatus: unverified\nlast_reviewed: 2026-11-22\n"
        "disclaimer: Not legal advice.\n"
    )
    (pack / "controls.yaml").write_text("- {id: my-policy-4.2, title: Policy 4.2, text: Cards are masked.}\n")
    (loaded,) = load_packs([str(pack)])
    assert [r.id for r in loaded.rules] == ["my-pack/cards-masked"]


def test_the_feed_of_the_profile_page_is_well_formed() -> None:
    import yaml

    from bpoaudit.vendor import Agreement

    example = re.search(r"```yaml\n(agreement:.*?)```", PAGES["vendor-profile.md"], re.DOTALL)
    assert example is not None
    agreement = Agreement.model_validate(yaml.safe_load(example[1])["agreement"])
    assert agreement.feed_of("exports/tickets_2026.csv") is not None
    assert agreement.exclusion_of("call.wav") is not None


def test_the_page_of_formats_is_what_the_readers_say() -> None:
    sys.path.insert(0, str(ROOT / "docs"))
    try:
        made = importlib.import_module("make_formats").page()
    finally:
        sys.path.remove(str(ROOT / "docs"))
    assert PAGES["formats.md"] == made, "run python docs/make_formats.py"


@pytest.mark.parametrize("name", ["facts", "services"])
def test_the_pages_of_facts_and_services_are_what_rules_are_judged_by(name: str) -> None:
    sys.path.insert(0, str(ROOT / "docs"))
    try:
        made = importlib.import_module(f"make_{name}").page()
    finally:
        sys.path.remove(str(ROOT / "docs"))
    assert PAGES[f"{name}.md"] == made, f"run python docs/make_{name}.py"


def test_the_page_of_coverage_is_what_catalogue_and_packs_say() -> None:
    sys.path.insert(0, str(ROOT / "docs"))
    try:
        made = importlib.import_module("make_coverage").page()
    finally:
        sys.path.remove(str(ROOT / "docs"))
    assert PAGES["coverage.md"] == made, "run python docs/make_coverage.py"


def test_the_layouts_of_the_profile_page_are_well_formed() -> None:
    import yaml

    from bpoaudit.vendor import Agreement

    example = re.search(
        r"```yaml\n(agreement:\n(?:(?!```).)*?layout:.*?)```", PAGES["vendor-profile.md"], re.DOTALL
    )
    assert example is not None
    agreement = Agreement.model_validate(yaml.safe_load(example[1])["agreement"])
    salaries, payments = agreement.layout_of("payroll/q3.dat"), agreement.layout_of("bank/q3.txt")
    assert salaries is not None
    assert [column.name for column in salaries.columns] == ["employee", "name", "iban"]
    assert payments is not None
    assert [kind.marker for kind in payments.records] == ["01", "05"]


def test_the_waiver_of_the_waivers_page_is_well_formed(tmp_path: Path) -> None:
    from datetime import date

    from bpoaudit.rules.waivers import load_waivers

    file = re.search(r"```yaml\n(apiVersion.*?)```", PAGES["waivers.md"], re.DOTALL)
    assert file is not None
    (tmp_path / "waivers.yaml").write_text(file[1])
    (waiver,) = load_waivers(tmp_path / "waivers.yaml", (), date(2026, 11, 22)).listed
    assert waiver.match.field == "notes"


def test_the_responses_of_the_report_page_are_well_formed(tmp_path: Path) -> None:
    from bpoaudit.report.responses import load_responses
    from tests.report.sample import audit_result

    file = re.search(
        r"```yaml\n(apiVersion: bpoaudit/v1\nkind: Responses.*?)```", PAGES["report.md"], re.DOTALL
    )
    assert file is not None
    (tmp_path / "responses.yaml").write_text(file[1])
    given = load_responses(tmp_path / "responses.yaml", audit_result()).given
    assert [each.answer for each in given.values()] == ["fix", "dispute"]


def test_the_threat_model_names_modules_and_tests_that_there_are() -> None:
    page = PAGES["security.md"]
    rows = [line for line in page.splitlines() if re.match(r"\| .* \| .* \| .* \|$", line)]
    tests = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", page)
    missing = [
        f"{path}::{name}"
        for path, name in tests
        if not (ROOT / path).is_file() or f"\ndef {name}(" not in (ROOT / path).read_text()
    ]
    assert missing == []
    modules = re.findall(r"`((?!tests/)[\w/]+\.py)`", page)
    assert [name for name in modules if not (ROOT / "src" / "bpoaudit" / name).is_file()] == []
    threats = [line for line in rows if "test_" in line]
    assert len(threats) > 40
    sections = page.partition("## What the vendor sends")[2].partition("## Not defended")[0]
    told = [line for line in sections.splitlines() if line.startswith("| ") and "---" not in line]
    assert [line for line in told if "`tests/" not in line and not line.startswith("| threat |")] == []


def test_the_profile_page_names_the_options_that_scan_and_learn_share() -> None:
    text = (ROOT / "docs" / "vendor-profile.md").read_text(encoding="utf-8")
    told = re.search(r"of its options, (.+?) hold here", text, re.DOTALL)
    assert told is not None
    commands = get_command(app).commands
    scan, learn = (
        {name for param in command.params for name in param.opts if name.startswith("--")}
        for command in (commands["scan"], commands["vendor"].commands["learn"])
    )
    assert set(re.findall(r"--[a-z-]+", told[1])) == (scan & learn) - {"--output", "--help"}


@pytest.mark.parametrize("page", ["README.md", "docs/scale.md", "docs/security.md"])
def test_what_sets_up_a_machine_installs_from_the_checkout(page: str) -> None:
    """No package index has it: its name alone would install nothing, or what somebody else put there."""
    text = (ROOT / page).read_text(encoding="utf-8")
    lines = [line for line in re.findall(r"pip install [^`\n]+", text) if "-r requirements" not in line]
    assert lines
    assert [line for line in lines if not re.search(r" '?\.(\[[a-z,0-9]+\])?'?$", line)] == []
