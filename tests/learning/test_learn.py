"""`vendor learn` through the command line: what it drafts is agreed, what it leaves open is not, nor what is new."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bpoaudit.cli.app import app
from bpoaudit.vendor import load_profile
from tests.pipeline.conftest import leaks

pytestmark = pytest.mark.slow

MAIL = "cnr.planted.7731@example.org"
PLANTED = (MAIL, "4111111111111111", "Sup3r7secret!", "+353 1 555 0143")

UNDECIDED = {
    "gdpr/art32-card-authentication-data",
    "gdpr/art32-credentials-clear",
    "gdpr/art32-payment-card-clear",
    "gdpr/art5-feed-retention-period",
    "gdpr/art5-personal-data-not-agreed",
    "gdpr/art9-special-categories-in-fields",
}
"""Rules that fail a learnt profile on purpose: until a person has decided."""

OF_AGREEMENTS = {
    "gdpr/art28-masking-as-agreed",
    "gdpr/art28-sources-not-covered",
    "gdpr/art3-regions-not-agreed",
    "gdpr/art5-fields-not-agreed",
    "gdpr/art5-more-records-than-agreed",
    "gdpr/art5-personal-data-not-agreed",
}


def _tickets(rows: int) -> str:
    made = "".join(
        f"T-{i:05},agent{i}@example.com,+353 1 555 {i:04},2026-0{i % 8 + 1}-11,fine\n" for i in range(rows)
    )
    return "ticket,mail,phone,created_at,notes\n" + made


def _staff() -> str:
    made = (f"IE29AIBK93115212345678,Sup3r{i}secret!\n" for i in range(40))
    return "iban,password\n" + "".join(made)


@pytest.fixture(scope="module")
def delivery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("delivery")
    (folder / "exports").mkdir()
    (folder / "calls").mkdir()
    last = "T-99999,a.b@example.com,+353 1 555 0143,2026-09-01,paid with 4111111111111111 cvv 123 she has diabetes\n"
    (folder / "exports" / "tickets_2026-08.csv").write_text(_tickets(60))
    (folder / "exports" / "tickets_2026-09.csv").write_text(_tickets(60) + last)
    (folder / "exports" / "staff.csv").write_text(_staff())
    (folder / "calls" / "c1.vtt").write_text(
        "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n<v Agent>your email please\n\n"
        f"00:00:03.000 --> 00:00:05.000\n<v Customer>{MAIL}\n"
    )
    (folder / f"export of {MAIL}.txt").write_text("one line\n")
    return folder


@pytest.fixture(scope="module")
def learnt(delivery: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    profile = tmp_path_factory.mktemp("learnt") / "vendor.yaml"
    told = CliRunner().invoke(app, ["vendor", "learn", str(delivery), "-o", str(profile)])
    assert told.exit_code == 0, told.output
    assert "places to decide" in told.output
    return profile


def _failed(delivery: Path, profile: Path, tmp_path: Path) -> dict[str, Any]:
    out = tmp_path / "audit.json"
    CliRunner().invoke(
        app,
        [
            "audit",
            str(delivery),
            "--vendor",
            str(profile),
            "-r",
            "gdpr",
            "-r",
            "bpo-baseline",
            "-o",
            str(out),
        ],
    )
    told = json.loads(out.read_text())
    return {v["rule"]: v for v in told["verdicts"] if v["status"] == "fail" and v["evidence"]}


def _places(verdict: dict[str, Any]) -> set[tuple[str, str]]:
    return {(line["source"], line["field"]) for line in verdict["evidence"]}


def test_the_draft_is_a_valid_profile_that_says_what_is_open(learnt: Path) -> None:
    text = learnt.read_text()
    agreement = load_profile(learnt).agreement
    assert agreement is not None
    assert [feed.id for feed in agreement.feeds] == ["c", "export-of", "staff", "tickets"]
    tickets, staff = agreement.feed("tickets"), agreement.feed("staff")
    assert tickets is not None
    assert tickets.files == ("exports/tickets_*.csv",)
    assert tickets.regions == ("IE",)
    assert tickets.max_records == 77
    assert tickets.retention_days is None
    assert {each.name for each in tickets.fields or ()} == {"ticket", "mail", "phone", "created_at", "notes"}
    assert not tickets.all_entities & {"CREDIT_CARD", "CARD_SECURITY_CODE", "HEALTH"}
    assert staff is not None
    assert staff.all_entities == {"IBAN_CODE"}
    assert not staff.lists("password")
    for open_question in (
        "notes: CARD_SECURITY_CODE",
        "notes: CREDIT_CARD",
        "notes: HEALTH",
        "password: PASSWORD",
    ):
        assert f"# Not agreed, decide: {open_question}" in text
    assert text.count("# Not agreed, decide: how long it may be kept") == 4
    assert leaks(text, PLANTED) == []


def test_one_delivery_gives_one_draft(delivery: Path, learnt: Path) -> None:
    told = CliRunner().invoke(app, ["vendor", "learn", str(delivery), "--jobs", "2"])

    assert told.stdout == learnt.read_text()


def test_the_same_delivery_fails_only_what_was_left_open(
    delivery: Path, learnt: Path, tmp_path: Path
) -> None:
    failed = _failed(delivery, learnt, tmp_path)

    assert failed.keys() & OF_AGREEMENTS <= UNDECIDED
    assert failed.keys() >= UNDECIDED
    # Personal data in the name of a file is all that is not agreed in it.
    assert {field for _, field in _places(failed["gdpr/art5-personal-data-not-agreed"])} == {"@name"}


def test_a_changed_delivery_is_not_agreed(learnt: Path, tmp_path: Path) -> None:
    changed = tmp_path / "in"
    (changed / "exports").mkdir(parents=True)
    (changed / "exports" / "tickets_2026-10.csv").write_text(_tickets(90))
    with_column = (
        _tickets(20).replace("notes\n", "notes,segment,kin\n").replace("fine\n", f"fine,gold,{MAIL}\n")
    )
    (changed / "exports" / "tickets_2026-11.csv").write_text(with_column)
    (changed / "exports" / "leads.csv").write_text("mail\n" + f"{MAIL}\n" * 5)
    failed = _failed(changed, learnt, tmp_path)

    for rule, place in {
        "gdpr/art28-sources-not-covered": ("exports/leads.csv", None),
        "gdpr/art5-more-records-than-agreed": ("exports/tickets_2026-10.csv", None),
        "gdpr/art5-fields-not-agreed": ("exports/tickets_2026-11.csv", "segment"),
        "gdpr/art5-personal-data-not-agreed": ("exports/tickets_2026-11.csv", "kin"),
    }.items():
        assert place in _places(failed[rule]), rule
        assert "not agreed" in failed[rule]["message"]


def test_a_profile_with_feeds_gets_only_what_they_do_not_cover(
    delivery: Path, learnt: Path, tmp_path: Path
) -> None:
    again = CliRunner().invoke(app, ["vendor", "learn", str(delivery), "--vendor", str(learnt)])
    assert again.exit_code != 0
    assert "nothing to draft" in str(again.exception)

    more = tmp_path / "leads.csv"
    more.write_text("mail,religion\n" + "".join(f"l{i}@example.com,catholic\n" for i in range(30)))
    told = CliRunner().invoke(app, ["vendor", "learn", str(more), "--vendor", str(learnt)])
    assert told.exit_code == 0
    profile = tmp_path / "more.yaml"
    profile.write_text(told.stdout)
    agreement = load_profile(profile).agreement
    assert agreement is not None
    assert [feed.id for feed in agreement.feeds] == ["c", "export-of", "staff", "tickets", "leads"]
    leads = agreement.feed("leads")
    assert leads is not None
    assert leads.all_entities == {"EMAIL_ADDRESS"}
    assert "special category" in told.stdout


def test_what_exists_is_not_overwritten(delivery: Path, learnt: Path) -> None:
    before = learnt.read_bytes()
    told = CliRunner().invoke(app, ["vendor", "learn", str(delivery), "-o", str(learnt)])

    assert told.exit_code != 0
    assert "exists already" in str(told.exception)
    assert learnt.read_bytes() == before
