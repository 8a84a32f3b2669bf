"""What the profile excludes, from the reading to the exit code."""

from __future__ import annotations

import json
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest

import bpoaudit
from bpoaudit.errors import NoInputError, UsageError
from bpoaudit.gate import Thresholds
from bpoaudit.model import AuditResult, Source
from bpoaudit.rejudge import judge_again
from bpoaudit.report.json_document import render_json
from bpoaudit.vendor import load_profile, starter_profile

pytestmark = pytest.mark.slow

DAY = date(2026, 11, 22)
EXCLUDE = """
agreement:
  feeds:
    - {id: all, files: ["**"]}
  exclude:
    - {files: ["*.mp3", "**/*.mp3"], reason: audited by transcript, owner: DPO, expires_on: 2026-11-30}
    - {files: ["book.xlsx#notes"], reason: formulas only}
    - {files: ["pipe", "only.zip!**"], reason: technical}
    - {files: ["*.wav"], reason: ended, expires_on: 2026-11-21}
    - {files: ["*.avi"], reason: there is none}
"""


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("profile") / "vendor.yaml"
    path.write_text(starter_profile() + EXCLUDE)
    return path


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory, profile: Path) -> AuditResult:
    folder = tmp_path_factory.mktemp("delivery")
    (folder / "t.csv").write_text("ticket,mail\nT-1,a1@example.org\n")
    (folder / "call.mp3").write_bytes(b"ID3\x03" + bytes(96))
    (folder / "old.wav").write_bytes(b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(24))
    (folder / "pipe").symlink_to("nowhere")
    with zipfile.ZipFile(folder / "both.zip", "w") as archive:
        archive.writestr("a.csv", "x\n1\n")
        archive.writestr("calls/b.mp3", b"ID3\x03" + bytes(20))
    with zipfile.ZipFile(folder / "only.zip", "w") as archive:
        archive.writestr("b.bin", bytes(20))
    book = openpyxl.Workbook()
    book.active.title = "data"  # type: ignore[union-attr]
    for name in ("data", "notes"):
        sheet = book["data"] if name == "data" else book.create_sheet(name)
        sheet.append(["mail"])
        sheet.append([f"{name}@example.org"])
    book.save(folder / "book.xlsx")
    return bpoaudit.audit([folder], profile, as_of=DAY, rules=["gdpr"])


def _by_name(result: AuditResult) -> dict[str, Source]:
    return {source.source: source for source in result.delivery.sources}


def test_what_is_excluded_is_listed_with_its_reason(result: AuditResult) -> None:
    sources = _by_name(result)
    skipped = {name: s.reason for name, s in sources.items() if s.status == "skipped"}
    audio = "excluded by the profile: audited by transcript (DPO, until 2026-11-30)"
    assert skipped == {
        "call.mp3": audio,
        "both.zip!calls/b.mp3": audio,
        "book.xlsx#notes": "excluded by the profile: formulas only",
        "pipe": "excluded by the profile: technical",
        "only.zip": "excluded by the profile: all that is in it",
        "only.zip!b.bin": "excluded by the profile: technical",
    }
    assert sources["call.mp3"].sha256
    assert all(s.records_read == 0 for s in sources.values() if s.status == "skipped")


def test_nothing_of_it_is_read_and_the_rest_is(result: AuditResult) -> None:
    read = {field.source for field in result.inventory}
    assert {"t.csv", "both.zip!a.csv", "book.xlsx#data"} <= read
    assert read.isdisjoint(name for name, s in _by_name(result).items() if s.status == "skipped")


def test_it_counts_apart(result: AuditResult) -> None:
    coverage = result.delivery.coverage
    assert coverage.excluded.sources == 5  # only.zip with what is in it is one
    assert coverage.excluded.bytes == 100 + 24 + (_by_name(result)["only.zip"].bytes or 0)
    assert (coverage.sources.read, coverage.sources.total) == (3, 4)  # old.wav is no longer excluded


def test_what_has_ended_or_does_nothing_speaks_up(result: AuditResult) -> None:
    told = "\n".join(result.audit.notices)
    assert "the exclusion of *.wav (ended) ended on 2026-11-21" in told
    assert "the exclusion of *.avi (there is none) excludes nothing in this delivery" in told
    assert "the exclusion of *.mp3, **/*.mp3 (audited by transcript) ends after 2026-11-30" in told
    assert "technical" not in told


def test_only_what_has_ended_keeps_the_gate_open(result: AuditResult) -> None:
    unread = [reason for reason in result.gate.reasons if "was not fully read" in reason]
    assert len(unread) == 1
    assert unread[0].startswith("old.wav ")


def test_judging_again_is_refused_where_it_is_no_longer_excluded(result: AuditResult, profile: Path) -> None:
    run = {"id": "x", "started_at": "2026-11-22T00:00:00Z", "finished_at": "2026-11-22T00:00:00Z"}
    loaded = load_profile(profile)
    again = judge_again(result, loaded, (), (), thresholds=Thresholds(), run=run, as_of=DAY)
    assert [n for n in again.audit.notices if "exclusion" in n] == list(result.audit.notices)
    with pytest.raises(UsageError, match="no longer excludes"):
        judge_again(result, loaded, (), (), thresholds=Thresholds(), run=run, as_of=date(2026, 12, 1))
    bare = loaded.model_copy(update={"agreement": None})
    with pytest.raises(UsageError, match="6 sources"):
        judge_again(result, bare, (), (), thresholds=Thresholds(), run=run, as_of=DAY)


def test_a_delivery_of_which_nothing_is_left_is_no_input(tmp_path: Path, profile: Path) -> None:
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "a.mp3").write_bytes(b"ID3\x03")
    with pytest.raises(NoInputError, match="excludes everything"):
        bpoaudit.audit([tmp_path / "d"], profile, as_of=DAY)


def test_audit_json_says_who_answers_for_it(result: AuditResult) -> None:
    agreed = json.loads(render_json(result))["vendor"]["agreement"]["exclude"][0]
    assert (agreed["owner"], agreed["expires_on"]) == ("DPO", "2026-11-30")
