"""The demo: three vendors in the right order, and none of their planted values in any output."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.pipeline.conftest import leaks

FIXTURES = Path(__file__).parents[2] / "fixtures"
VENDORS = ("nadwisla-payroll", "deccan-claims", "bayani-connect")

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]  # one demo for all of them


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    folder = tmp_path_factory.mktemp("demo")
    command = [str(Path(sys.executable).parent / "bpoaudit"), "demo", "-o", str(folder), "--jobs", "auto"]
    return folder, subprocess.run(command, text=True, capture_output=True, check=False)


def audit_of(folder: Path, vendor: str) -> dict:  # type: ignore[type-arg]
    return json.loads((folder / vendor / "audit.json").read_text())


def test_the_scores_come_out_good_middling_bad(demo: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    folder, ran = demo
    assert ran.returncode == 0, ran.stderr
    scores = [audit_of(folder, vendor)["score"]["value"] for vendor in VENDORS]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] >= 80
    assert 25 <= scores[1] <= 65
    assert scores[2] < 20
    assert [line.endswith("report.html") for line in ran.stdout.splitlines()].count(True) == 3


def test_what_is_wrong_with_each_is_what_was_planted(
    demo: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    folder, _ = demo
    failed = {
        vendor: {
            (v["rule"], v["severity"]) for v in audit_of(folder, vendor)["verdicts"] if v["status"] == "fail"
        }
        for vendor in VENDORS
    }
    assert {severity for _, severity in failed["nadwisla-payroll"]} <= {"medium", "low"}
    assert "critical" not in {severity for _, severity in failed["deccan-claims"]}
    assert {rule for rule, severity in failed["deccan-claims"] if severity == "high"} == {
        "gdpr/art5-personal-data-not-agreed",
        "gdpr/art5-records-older-than-agreed",
        "gdpr/art32-certificates-current",
        "gdpr/art87-national-identifiers-clear",
    }
    assert {
        "gdpr/art32-payment-card-clear",
        "gdpr/art32-card-authentication-data",
        "gdpr/art32-credentials-clear",
    } <= {rule for rule, severity in failed["bayani-connect"] if severity == "critical"}
    # In some of its calls agents ask for the code that was sent by text message.
    assert ("gdpr/art32-secrets-not-asked-for", "high") in failed["bayani-connect"]


def test_what_could_not_be_read_is_listed(demo: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    folder, _ = demo
    sources = audit_of(folder, "bayani-connect")["delivery"]["sources"]
    unread = {
        s["source"].rpartition(".")[2]: s["reason"] for s in sources if s["status"] not in ("read", "skipped")
    }
    assert set(unread) == {"xlsx", "wav"}
    assert all(unread.values())


@pytest.mark.parametrize("vendor", VENDORS)
def test_no_planted_value_is_in_any_output(
    demo: tuple[Path, subprocess.CompletedProcess[str]], vendor: str
) -> None:
    folder, ran = demo
    truth = [json.loads(line) for line in (FIXTURES / vendor / "truth.jsonl").read_text().splitlines()]
    declared = (FIXTURES / vendor / "vendor.yaml").read_text()
    planted = {t["value"] for t in truth if t["kind"] == "planted"}
    # Dates stand in every report, and cities in the names and addresses of the parties themselves.
    ordinary = {t["value"] for t in truth if t["entity"] in ("DATE_TIME", "LOCATION", "HEALTH", "RELIGION")}
    canaries = sorted(v for v in planted - ordinary if len(v) >= 7 and v not in declared)
    assert len(canaries) > 5
    outputs = {p.name: p.read_bytes() for p in (folder / vendor).iterdir()}
    assert len(outputs) == 3
    for name, data in {**outputs, "stdout": ran.stdout.encode(), "stderr": ran.stderr.encode()}.items():
        assert leaks(data, canaries) == [], name
