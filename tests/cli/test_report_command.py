"""`bpoaudit report` in another process: views, responses, refusals."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bpoaudit.report.html import render_html
from bpoaudit.report.json_document import render_json
from tests.report.sample import audit_result

CARDS = "gdpr/art32-payment-card-clear"


@pytest.fixture
def audit(tmp_path: Path) -> Path:
    path = tmp_path / "audit.json"
    path.write_text(render_json(audit_result()), encoding="utf-8")
    return path


def report(audit: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from bpoaudit.cli.app import main; main()", "report", audit.name]
    return subprocess.run(
        [*command, *arguments], cwd=audit.parent, capture_output=True, text=True, check=False
    )


def test_there_and_back(audit: Path) -> None:
    sent = report(audit, "--view", "vendor", "-o", "for-vendor.html", "-o", "responses.yaml")
    assert (sent.returncode, sent.stderr) == (0, "wrote for-vendor.html\nwrote responses.yaml\n")
    form = audit.with_name("responses.yaml")
    filled = form.read_text().replace(
        f"- rule: {CARDS}\n    answer:\n    reason:",
        f"- rule: {CARDS}\n    answer: dispute\n    reason: These are test cards.",
    )
    form.write_text(filled)
    back = report(audit, "--responses", "responses.yaml", "-o", "report.html")
    assert back.returncode == 0, back.stderr
    assert "These are test cards." in audit.with_name("report.html").read_text()


def test_without_options_it_is_what_the_audit_wrote(audit: Path) -> None:
    assert report(audit, "-o", "again.html").returncode == 0
    assert audit.with_name("again.html").read_text() == render_html(audit_result())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--view", "vendor", "-o", "a.html", "-o", "b.json"), "b.json has no view for the vendor"),
        (("--view", "vendor", "-o", "b.sarif"), "b.sarif has no view for the vendor"),
        (("--view", "everyone", "-o", "a.html"), "--view is one of internal, vendor"),
        (("--responses", "none.yaml", "-o", "a.html"), "none.yaml: cannot be read"),
        (("--responses", "none.yaml", "-o", "a.xml"), "a.xml shows no responses"),
        (("--responses", "none.yaml", "-o", "none.yaml"), "no output format goes by the name none.yaml"),
    ],
)
def test_what_would_show_too_much_or_nothing_is_refused(
    audit: Path, arguments: tuple[str, ...], message: str
) -> None:
    ended = report(audit, *arguments)
    assert ended.returncode == 2
    assert message in ended.stderr
    assert [path.name for path in audit.parent.iterdir()] == ["audit.json"]


def test_a_fault_in_the_responses_has_its_line_and_nothing_is_written(audit: Path) -> None:
    audit.with_name("r.yaml").write_text(
        f"apiVersion: bpoaudit/v1\nkind: Responses\naudit: 2026-06-30-meridian\nresponses:\n  - rule: {CARDS}\n    by: never\n"
    )
    ended = report(audit, "--responses", "r.yaml", "-o", "a.html")
    assert ended.returncode == 2
    assert "error: r.yaml:6:9: " in ended.stderr
    assert not audit.with_name("a.html").exists()
