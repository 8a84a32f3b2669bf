"""Lists of the profile and the delivery before, through the command line; judging again needs neither."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.pipeline.conftest import Run, leaks

pytestmark = pytest.mark.slow

PROFILE = """\
apiVersion: bpoaudit/v1
kind: VendorProfile
vendor: {name: Test Vendor, id: tv, country: IN, services: [support]}
client: {name: Test Client, country: IE}
processing: {countries: [IN], subject_countries: [IE]}
lists:
  - {id: ours, kind: canary, file: ours.digests, expected: present}
  - {id: theirs, kind: other_client, file: theirs.txt}
packs: [bpo-baseline, gdpr]
"""
OURS = ("planted.one@example.org", "planted.two@example.org")
THEIRS = "kim.of.another@example.org"
COMPARED = ("fields-as-before", "personal-data-as-before", "volume-as-before")


def _deliver(folder: Path, name: str, mails: list[str], card: bool = False) -> Path:
    folder.mkdir()
    head = "ticket,mail" + (",card" if card else "")
    tail = ",4111111111111111" if card else ""
    rows = "".join(f"T-{i:05},{mail}{tail}\n" for i, mail in enumerate(mails))
    (folder / name).write_text(f"{head}\n{rows}")
    return folder


def _verdicts(path: Path) -> dict[str, dict[str, Any]]:
    return {each["rule"].partition("/")[2]: each for each in json.loads(path.read_text())["verdicts"]}


@pytest.mark.long
def test_lists_and_the_delivery_before(run: Run, key: Path, tmp_path: Path) -> None:
    (tmp_path / "vendor.yaml").write_text(PROFILE)
    (tmp_path / "ours.txt").write_text("\n".join(OURS))
    (tmp_path / "theirs.txt").write_text(THEIRS)
    digest = ("key", "digest", tmp_path / "ours.txt", "-o", tmp_path / "ours.digests")
    assert run(*digest).returncode == 2  # without a key
    told = run(*digest, "--key-file", key)
    assert told.returncode == 0, told.stderr
    assert leaks(told.stdout + (tmp_path / "ours.digests").read_text(), OURS) == []
    people = [f"p{i}@example.org" for i in range(60)]
    first = _deliver(tmp_path / "first", "tickets_2026-09.csv", [*OURS, *people])
    second = _deliver(
        tmp_path / "second", "tickets_2026-10.csv", [OURS[0], THEIRS, *people, *people, *people], card=True
    )
    words = ("--vendor", tmp_path / "vendor.yaml", "--key-file", key, "--history", tmp_path / "h.db")
    run("audit", first, *words, "-o", tmp_path / "a.json", env={"BPOAUDIT_RUN_ID": "a"})
    before = _verdicts(tmp_path / "a.json")
    assert {before[rule]["status"] for rule in COMPARED} == {"not_applicable"}
    assert before["canaries-as-agreed"]["status"] == before["art33-other-clients-people"]["status"] == "pass"
    ran = run("audit", second, *words, "-o", tmp_path / "b.json", env={"BPOAUDIT_RUN_ID": "b"})
    assert ran.returncode == 1, ran.stderr
    again = ("audit", "--from", tmp_path / "b.json", "--vendor", tmp_path / "vendor.yaml")
    run(*again, "-o", tmp_path / "c.json")
    for name in ("b.json", "c.json"):
        now = _verdicts(tmp_path / name)
        assert (now["canaries-as-agreed"]["failed"], now["canaries-as-agreed"]["checked"]) == (1, 2)
        assert now["art33-other-clients-people"]["status"] == "fail"
        assert now["art33-other-clients-people"]["evidence"][0]["record"] == 2
        assert {now[rule]["status"] for rule in COMPARED} == {"fail"}
        assert now["fields-as-before"]["evidence"][0]["field"] == "card"
        assert leaks((tmp_path / name).read_bytes(), (*OURS, THEIRS, "theirs.txt")) == []
    assert json.loads((tmp_path / "b.json").read_text())["vendor"].get("lists") is None


def test_a_list_is_never_written_over(run: Run, tmp_path: Path) -> None:
    named = PROFILE.replace("ours.digests", "theirs.json").replace("theirs.txt", "theirs.json")
    (tmp_path / "vendor.yaml").write_text(named)
    (tmp_path / "theirs.json").write_text(THEIRS)
    folder = _deliver(tmp_path / "d", "t.csv", ["a@example.org"])
    words = ("audit", folder, "--vendor", tmp_path / "vendor.yaml", "-o", tmp_path / "theirs.json")
    assert run(*words).returncode == 2
    assert (tmp_path / "theirs.json").read_text() == THEIRS
