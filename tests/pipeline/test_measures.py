"""Measures through the command line: the same however it is read, and nobody in what is written."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import bpoaudit.executors.work as work
from bpoaudit.measures import load_suppression
from bpoaudit.readers import open_parts
from tests.measures.conftest import KEY, measured_in
from tests.pipeline.conftest import CARD, MAIL, PHONE, Run, leaks

pytestmark = pytest.mark.slow

RULE = "gdpr/art17-suppressed-people-absent"


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    path = tmp_path / "erased.txt"
    path.write_text(f"{MAIL}\n{PHONE}\n")
    return path


def _verdict(path: Path, rule: str = RULE) -> dict[str, Any]:
    verdicts = json.loads(path.read_text())["verdicts"]
    return next(each for each in verdicts if each["rule"] == rule)


def test_listed_people_fail_the_audit_and_nobody_is_shown(
    run: Run, delivery: Path, profile: Path, key: Path, listed: Path, tmp_path: Path
) -> None:
    outputs = [tmp_path / name for name in ("a.json", "a.html", "f.jsonl")]
    ran = run(
        "audit", delivery, "--vendor", profile, "--suppression", listed, "--key-file", key, "-r", "gdpr",
        *(word for path in outputs for word in ("-o", path)),
    )  # fmt: skip
    assert ran.returncode == 1, ran.stderr
    verdict = _verdict(outputs[0])
    assert verdict["status"] == "fail"
    places = {(each["source"], each["field"], each["record"]) for each in verdict["evidence"]}
    assert {("chat.jsonl", "text", 1), ("calls/c.vtt", "text", 2), ("tickets.csv", "mail", 2500)} <= places
    assert ("tickets.csv", "notes", 2500) in places
    assert any(field == "@name" for _, field, _ in places)
    for path in outputs:
        assert leaks(path.read_bytes(), (MAIL, PHONE, CARD)) == []
    assert leaks(ran.stdout + ran.stderr, (MAIL, PHONE)) == []
    assert json.loads(outputs[0].read_text())["audit"]["options"]["suppression"] == 2


@pytest.mark.long
def test_fingerprints_of_an_earlier_run_are_a_list(
    run: Run, delivery: Path, profile: Path, key: Path, tmp_path: Path
) -> None:
    run("scan", delivery, "--key-file", key, "-o", tmp_path / "f.jsonl")
    found = [json.loads(line) for line in (tmp_path / "f.jsonl").read_text().splitlines()]
    mark = next(each["fingerprint"] for each in found if each["source"] == "chat.jsonl")
    (tmp_path / "list.csv").write_text(f"fingerprint,reason\n{mark},objected\n")
    words = ("audit", delivery, "--vendor", profile, "-r", "gdpr", "--suppression", tmp_path / "list.csv")
    assert run(*words).returncode == 2
    ran = run(*words, "--key-file", key, "-o", tmp_path / "a.json")
    assert ran.returncode == 1, ran.stderr
    assert {each["fingerprint"] for each in _verdict(tmp_path / "a.json")["evidence"]} == {mark}


@pytest.mark.long
def test_an_empty_list_passes_and_without_one_nothing_applies(
    run: Run, delivery: Path, profile: Path, tmp_path: Path
) -> None:
    (tmp_path / "nobody.txt").write_text("")
    for words, status in (((), "not_applicable"), (("--suppression", tmp_path / "nobody.txt"), "pass")):
        run("audit", delivery, "--vendor", profile, "-r", "gdpr", "-o", tmp_path / "a.json", *words)
        assert _verdict(tmp_path / "a.json")["status"] == status


def test_a_list_is_no_input_for_judging_again_and_never_written_over(
    run: Run, delivery: Path, profile: Path, listed: Path, tmp_path: Path
) -> None:
    (tmp_path / "a.json").write_text("{}")
    assert (
        run("audit", "--from", tmp_path / "a.json", "--vendor", profile, "--suppression", listed).returncode
        == 2
    )
    listed.rename(tmp_path / "erased.json")
    words = ("--suppression", tmp_path / "erased.json", "-o", tmp_path / "erased.json")
    assert run("audit", delivery, "--vendor", profile, *words).returncode == 2
    assert MAIL in (tmp_path / "erased.json").read_text()


@pytest.mark.long
def test_the_same_on_one_process_and_on_two(
    run: Run, delivery: Path, profile: Path, key: Path, listed: Path, tmp_path: Path
) -> None:
    told = []
    for jobs in ("1", "2"):
        path = tmp_path / f"{jobs}.json"
        run(
            "audit", delivery, "--vendor", profile, "--key-file", key, "--suppression", listed, "--jobs", jobs,
            "-o", path,
        )  # fmt: skip
        told.append(json.loads(path.read_text())["measures"])
    assert told[0] == told[1]
    assert told[0]["subjects"] == []
    assert {"suppressed", "hashes", "identifiers"} <= told[0].keys()


@pytest.mark.long
def test_another_agreement_forgets_what_was_measured_by_the_first(
    run: Run, delivery: Path, profile: Path, tmp_path: Path
) -> None:
    agreed = "agreement: {feeds: [{id: t, files: ['*.csv'], classification: %s}]}\n"
    for word in ("anonymised", "pseudonymised"):
        text = profile.read_text().split("\nagreement:")[0] + "\n" + agreed % word
        (tmp_path / f"{word}.yaml").write_text(text)
    words = ("-r", "gdpr", "-o", tmp_path / "a.json")
    run("audit", delivery, "--vendor", tmp_path / "anonymised.yaml", *words)
    assert "equivalence_classes" in json.loads((tmp_path / "a.json").read_text())["measures"]
    again = ("audit", "--from", tmp_path / "a.json", "-r", "gdpr", "-o", tmp_path / "b.json", "--vendor")
    run(*again, tmp_path / "anonymised.yaml")
    assert _verdict(tmp_path / "b.json", "gdpr/rec26-nobody-stands-out")["missing"] == [
        "equivalence_classes.size"
    ]
    run(*again, tmp_path / "pseudonymised.yaml")
    assert _verdict(tmp_path / "b.json", "gdpr/rec26-nobody-stands-out")["missing"] == ["equivalence_classes"]


@pytest.mark.parametrize("size", [1, 7, 100_000])
def test_measures_do_not_depend_on_the_batches(
    delivery: Path, listed: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    agreement = {"feeds": [{"id": "t", "files": ["**"], "classification": "anonymised"}]}
    suppressed = load_suppression(listed, KEY)
    whole = measured_in(delivery, agreement, suppressed)
    monkeypatch.setattr(
        work,
        "open_parts",
        lambda content, media, how: open_parts(content, media, replace(how, batch_records=size)),
    )
    assert measured_in(delivery, agreement, suppressed) == whole
    assert whole["suppressed"]
