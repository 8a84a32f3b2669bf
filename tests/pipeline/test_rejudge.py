"""Judging again needs no delivery, and changes nothing that was read."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.pipeline.conftest import Run

pytestmark = pytest.mark.slow
FIXED = {"SOURCE_DATE_EPOCH": "1790000000", "BPOAUDIT_RUN_ID": "again"}


@pytest.mark.long
def test_the_same_profile_and_day_give_the_same_result(
    run: Run, delivery: Path, profile: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "in"
    shutil.copytree(delivery, copy)
    run("audit", copy, "--vendor", profile, "-o", tmp_path / "a.json", env=FIXED)
    shutil.rmtree(copy)
    ran = run(
        "audit", "--from", tmp_path / "a.json", "--vendor", profile, "-o", tmp_path / "b.json", env=FIXED
    )
    assert ran.returncode in (0, 1, 3), ran.stderr
    first, again = (json.loads((tmp_path / name).read_text()) for name in ("a.json", "b.json"))
    assert again["audit"]["options"].pop("judged_again") == "again"
    assert again == first


@pytest.mark.long
def test_other_packs_and_another_day(run: Run, delivery: Path, profile: Path, tmp_path: Path) -> None:
    run("audit", delivery, "--vendor", profile, "-o", tmp_path / "a.json")
    ran = run(
        "audit", "--from", tmp_path / "a.json", "--vendor", profile, "-r", "bpo-baseline", "--as-of", "2027-03-01",
        "-o", tmp_path / "b.json",
    )  # fmt: skip
    assert ran.returncode in (0, 1, 3), ran.stderr
    again = json.loads((tmp_path / "b.json").read_text())
    assert [pack["id"] for pack in again["audit"]["packs"]] == ["bpo-baseline"]
    assert again["audit"]["as_of"] == "2027-03-01"
    assert again["inventory"] == json.loads((tmp_path / "a.json").read_text())["inventory"]


@pytest.mark.long
def test_a_delivery_beside_it_and_neither_are_refused(
    run: Run, delivery: Path, profile: Path, tmp_path: Path
) -> None:
    assert run("audit", "--vendor", profile).returncode == 2
    (tmp_path / "a.json").write_text("{}")
    assert run("audit", delivery, "--from", tmp_path / "a.json", "--vendor", profile).returncode == 2
    assert run("audit", "--from", tmp_path / "a.json", "--vendor", profile).returncode == 2
