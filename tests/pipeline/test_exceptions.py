"""Waivers and baseline through the installed command: what the gate lets through, and what it never does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import bpoaudit
from bpoaudit.gate import Thresholds
from tests.pipeline.conftest import CARD, Run, leaks

pytestmark = pytest.mark.slow

OTHER_CARD = "5555555555554444"
ROWS = 60


@pytest.fixture
def cards(tmp_path: Path) -> Path:
    """Sixty clear cards, all the same: three times as many as an audit.json points at."""
    folder = tmp_path / "in"
    folder.mkdir()
    _write(folder, [CARD] * ROWS)
    return folder


def _write(folder: Path, numbers: list[str]) -> None:
    rows = "".join(f"T-{n:05},paid with {number} yesterday\n" for n, number in enumerate(numbers))
    (folder / "tickets.csv").write_text("ticket,notes\n" + rows)


def _read(path: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(path.read_text())
    return told


def _failed(audit: dict[str, Any]) -> list[dict[str, Any]]:
    return [verdict for verdict in audit["verdicts"] if verdict["status"] == "fail"]


@pytest.mark.long
def test_a_baseline_lets_through_what_it_knows_and_nothing_else(
    run: Run, cards: Path, profile: Path, key: Path, tmp_path: Path
) -> None:
    common = ("audit", cards, "--vendor", profile, "-r", "pci-dss-4", "--key-file", key)
    first = run(*common, "-o", "known.baseline.json", "-o", "two.baseline.json", "-o", "a.json")
    assert first.returncode == 1, first.stderr
    known = tmp_path / "known.baseline.json"
    assert leaks(known.read_bytes(), (CARD,)) == []
    assert known.read_bytes() == (tmp_path / "two.baseline.json").read_bytes()
    run(*common, "-o", "again.baseline.json", "--jobs", "2")
    assert known.read_bytes() == (tmp_path / "again.baseline.json").read_bytes()

    same = run(*common, "--baseline", known, "--new-only", "-o", "b.json")
    assert same.returncode in (0, 3), same.stderr
    audit = _read(tmp_path / "b.json")
    assert not [reason for reason in audit["gate"]["reasons"] if " failed (" in reason]
    assert {verdict["baseline"] for verdict in _failed(audit)} == {"unchanged"}
    assert audit["score"] == _read(tmp_path / "a.json")["score"]
    assert run(*common, "--baseline", known).returncode == 1
    assert "Known, not met" in same.stdout

    _write(cards, [CARD] * 40 + [OTHER_CARD] + [CARD] * (ROWS - 41))
    changed = run(*common, "--baseline", known, "--new-only", "-o", "c.json")
    assert changed.returncode == 1
    states = {v["rule"]: v["baseline"] for v in _failed(_read(tmp_path / "c.json"))}
    assert "new" in states.values()

    # What an audit.json does not tell is not called known.
    again = run(
        "audit", "--from", "b.json", "--vendor", profile, "-r", "pci-dss-4", "--baseline", known, "--new-only"
    )
    assert again.returncode == 1
    assert "first 20 findings of a kind" in again.stdout


@pytest.mark.long
def test_a_baseline_needs_its_key_and_a_delivery(
    run: Run, cards: Path, profile: Path, key: Path, tmp_path: Path
) -> None:
    common = ("audit", cards, "--vendor", profile, "-r", "pci-dss-4")
    (tmp_path / "other.key").write_text("1" * 64)
    assert run(*common, "--key-file", key, "-o", "known.baseline.json", "-o", "a.json").returncode == 1
    known = ("--baseline", "known.baseline.json")
    for words, message in (
        ((*common, *known), "not a random one"),
        ((*common, *known, "--key-file", "other.key"), "made under the key"),
        ((*common, "-o", "x.baseline.json"), "not a random one"),
        ((*common, "--key-file", key, "--new-only"), "--new-only needs --baseline"),
        ((*common, "--key-file", key, *known, "-o", "known.baseline.json"), "would be overwritten"),
        (("report", "a.json", "-o", "x.baseline.json"), "while a delivery is read"),
        (
            ("audit", "--from", "a.json", "--vendor", profile, "-o", "x.baseline.json"),
            "while a delivery is read",
        ),
    ):
        ran = run(*words)
        assert (ran.returncode, message in ran.stderr) == (2, True), ran.stderr
        assert "hint: " in ran.stderr or "--new-only" in ran.stderr or "made under" in ran.stderr
    assert not (tmp_path / "x.baseline.json").exists()


WAIVER = """\
  - id: W-{number}
    rule: {rule}
    vendor: {vendor}
    match: {match}
    reason: Masking ships in release 4.2.
    category: {category}
    requested_by: operations@vendor.example
    approved_by: dpo@client.example
    approved_on: 2025-11-01
    expires_on: 2026-01-15
"""


def _waivers(path: Path, vendor: str, *entries: tuple[str, dict[str, str], str]) -> Path:
    text = "".join(
        WAIVER.format(number=n, rule=rule, vendor=vendor, match=json.dumps(match), category=category)
        for n, (rule, match, category) in enumerate(entries)
    )
    path.write_text("apiVersion: bpoaudit/v1\nkind: Waivers\nwaivers:\n" + text)
    return path


@pytest.mark.long
def test_waivers_take_failures_out_of_the_gate_and_out_of_nothing_else(
    run: Run, cards: Path, profile: Path, key: Path, tmp_path: Path
) -> None:
    from bpoaudit.rules.exceptions import vendor_names
    from bpoaudit.vendor import load_profile

    vendor = vendor_names(load_profile(profile))[0]
    common = ("audit", cards, "--vendor", profile, "-r", "pci-dss-4", "--key-file", key)
    assert run(*common, "-o", "a.json").returncode == 1
    plain = _read(tmp_path / "a.json")
    (print_,) = {line["fingerprint"] for v in _failed(plain) for line in v["evidence"] if line["fingerprint"]}

    def match(verdict: dict[str, Any]) -> dict[str, str]:
        (line, *_) = verdict["evidence"]
        return {"source": line["source"]} if line["source"] else {"label": line["label"]}

    everything = [(v["rule"], match(v), "risk_accepted") for v in _failed(plain)]
    file = _waivers(tmp_path / "waivers.yaml", vendor, *everything)
    ran = run(*common, "--waivers", file, "-o", "b.json", "-o", "b.html", "-o", "b.csv")
    assert ran.returncode in (0, 3), ran.stdout + ran.stderr
    audit = _read(tmp_path / "b.json")
    assert all(verdict["waiver"]["approved_by"] == "dpo@client.example" for verdict in _failed(audit))
    assert audit["score"]["value"] == plain["score"]["value"]
    assert audit["score"]["if_waived"] > plain["score"]["value"]
    assert audit["audit"]["waivers"]["used"] == len(everything)
    assert "accepted by waiver" in ran.stdout
    assert "if waivers are accepted" in ran.stdout
    report = (tmp_path / "b.html").read_text()
    assert "dpo@client.example" in report
    assert audit["audit"]["waivers"]["digest"] in report

    again = run(
        "audit", "--from", "a.json", "--vendor", profile, "-r", "pci-dss-4", "--waivers", file, "-o", "c.json"
    )
    assert again.returncode == ran.returncode
    assert _read(tmp_path / "c.json")["verdicts"] == audit["verdicts"]

    # By its fingerprint: all sixty when the delivery is read, only those pointed at from audit.json.
    by_value = [
        (
            rule,
            {"fingerprint": print_} if "source" in where else where,
            "false_positive" if "source" in where else kind,
        )
        for rule, where, kind in everything
    ]
    file = _waivers(tmp_path / "waivers.yaml", vendor, *by_value)
    ran = run(*common, "--waivers", file, "-o", "d.json")
    assert ran.returncode == again.returncode
    again = run(
        "audit", "--from", "a.json", "--vendor", profile, "-r", "pci-dss-4", "--waivers", file, "-o", "e.json"
    )
    assert again.returncode == 1
    part = [v["partly_waived"] for v in _failed(_read(tmp_path / "e.json")) if v["partly_waived"]]
    assert {(each["covered"], each["of"]) for each in part} == {(20, ROWS)}

    late = run(*common, "--waivers", file, "--as-of", "2026-01-16")
    assert late.returncode == 1
    assert "expired on 2026-01-15" in late.stdout


def test_a_program_can_name_both_files(cards: Path, profile: Path, key: Path, tmp_path: Path) -> None:
    known = tmp_path / "known.baseline.json"
    bpoaudit.audit([cards], profile, rules=["pci-dss-4"], key_file=key, outputs=[known])
    file = tmp_path / "waivers.yaml"
    file.write_text("apiVersion: bpoaudit/v1\nkind: Waivers\nwaivers: []\n")
    result = bpoaudit.audit(
        [cards], profile, rules=["pci-dss-4"], key_file=key, waivers=file, baseline=known,
        thresholds=Thresholds(new_only=True),
    )  # fmt: skip
    assert result.gate.exit_code != 1
    assert result.audit.waivers is not None
    with pytest.raises(bpoaudit.BpoauditError):
        bpoaudit.audit([cards], profile, outputs=[known.with_name("x.baseline.json")])
