"""Record, show, compare and purge audits with the installed command."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from bpoaudit.history import open_history
from bpoaudit.model import Status
from bpoaudit.report.json_document import render_json
from tests.report.factories import verdict
from tests.report.sample import AUDIT, audit_result, clean_result, scan_result

from .conftest import PLANTED, Run, leaks


@pytest.fixture
def small(tmp_path: Path) -> Path:
    folder = tmp_path / "delivery"
    folder.mkdir()
    (folder / "mails.csv").write_text("ticket,mail\n" + "".join(f"T-{i},{PLANTED[0]}\n" for i in range(30)))
    return folder


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A history with two audits of one vendor."""
    path = tmp_path / "kept.db"
    history = open_history(str(path), create=True)
    for id, day, base in (("old", "2025-06-30", audit_result()), ("new", "2026-06-30", clean_result())):
        audit = AUDIT.model_copy(update={"id": id, "as_of": day, "finished_at": f"{day}T10:00:00Z"})
        history.record(base.model_copy(update={"audit": audit}))
    return path


@pytest.mark.long
@pytest.mark.slow
def test_an_audit_is_recorded_only_where_it_is_asked(
    run: Run, small: Path, profile: Path, key: Path, tmp_path: Path
) -> None:
    words = ("audit", small, "--vendor", profile, "--fail-on", "never", "--key-file", key, "-o", "audit.json")
    plain = run(*words, "--no-history", env={"BPOAUDIT_RUN_ID": "one"})
    assert plain.returncode in (0, 3)
    assert not list(tmp_path.glob("*.db"))
    first = (tmp_path / "audit.json").read_bytes()
    recorded = run(*words, "--history", "history.db", env={"BPOAUDIT_RUN_ID": "one"})
    assert recorded.returncode == plain.returncode, recorded.stderr
    assert (tmp_path / "audit.json").read_bytes() == first  # where it is recorded is no part of the result
    judged = run(
        "audit", "--from", "audit.json", "--vendor", profile, "--fail-on", "never",
        "--history", "history.db", env={"BPOAUDIT_RUN_ID": "two"},
    )  # fmt: skip
    assert judged.returncode == plain.returncode, judged.stderr
    file = tmp_path / "history.db"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.glob("history.db*")] == ["history.db"]
    assert not leaks(file.read_bytes(), PLANTED)
    rows = json.loads(run("history", "--history", "history.db", "-f", "json").stdout)
    assert [(row["id"], row["judged_again"]) for row in rows] == [("one", None), ("two", "one")]
    page = run("portfolio", "--history", "history.db", "-o", "portfolio.html")
    assert page.returncode == 0, page.stderr
    assert page.stdout == ""
    assert "1 vendor on" in (tmp_path / "portfolio.html").read_text()


@pytest.mark.long
def test_both_ways_at_once_and_a_history_in_the_delivery_are_refused(
    run: Run, small: Path, profile: Path
) -> None:
    both = run("audit", small, "--vendor", profile, "--history", "h.db", "--no-history")
    assert both.returncode == 2
    assert "exclude each other" in both.stderr
    inside = run("audit", small, "--vendor", profile, "--history", small / "h.db")
    assert inside.returncode == 2
    assert "would lie in the delivery" in inside.stderr
    assert sorted(path.name for path in small.iterdir()) == ["mails.csv"]


def test_a_history_that_cannot_be_used_fails_before_the_delivery_is_read(
    run: Run, small: Path, profile: Path, tmp_path: Path
) -> None:
    (tmp_path / "notes.txt").write_text("this is not a database, and it is longer than a header" * 40)
    failed = run("audit", small, "--vendor", profile, "--history", "notes.txt", "-v")
    assert failed.returncode == 2
    assert "is not an SQLite database" in failed.stderr
    assert "mails.csv" not in failed.stderr


def test_the_table_and_the_vendor(run: Run, kept: Path) -> None:
    every = run("history", "--history", kept)
    one = run("history", "meridian", "--history", kept)
    named = run("history", "show", "Meridian Contact Services", "--history", kept)
    assert every.returncode == one.returncode == named.returncode == 0
    assert every.stdout == one.stdout == named.stdout
    assert "▲ 84.3" in every.stdout
    nobody = run("history", "nobody", "--history", kept)
    assert (nobody.returncode, nobody.stdout) == (2, "")
    assert "no audit of this vendor" in nobody.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("history",),
        ("history", "purge"),
        ("history", "purge", "--history", "none.db"),
        ("portfolio", "-o", "x.html"),
    ],
)
def test_what_is_missing_is_said(run: Run, words: tuple[str, ...]) -> None:
    done = run(*words)
    assert done.returncode == 2
    assert done.stderr.startswith("error: ")
    assert done.stdout == ""


@pytest.mark.long
def test_purge_by_age_counts_from_the_clock(run: Run, kept: Path) -> None:
    clock = {"SOURCE_DATE_EPOCH": "1782900000"}  # 2026-07-01
    none = run("history", "purge", "--older-than", "367", "--history", kept, env=clock)
    assert (none.returncode, none.stdout) == (0, "")
    gone = run("history", "purge", "--older-than", "365", "--history", kept, env=clock)
    assert (gone.returncode, gone.stdout) == (0, "old\tmeridian\t2025-06-30\n")
    assert "taken out: 1" in gone.stderr
    rest = run("history", "purge", "--vendor", "meridian", "--history", kept)
    assert rest.stdout == "new\tmeridian\t2026-06-30\n"
    empty = run("history", "--history", kept)
    assert (empty.returncode, empty.stdout) == (0, "0 audits of 0 vendors\n")
    assert run("portfolio", "--history", kept, "-o", "p.html").returncode == 2


def test_portfolio_of_a_day_and_its_faults(run: Run, kept: Path, tmp_path: Path) -> None:
    assert run("portfolio", "--history", kept, "-o", "p.html", "--as-of", "2025-07-01").returncode == 0
    assert "1 later audit is left out" in (tmp_path / "p.html").read_text()
    assert run("portfolio", "--history", kept, "-o", "p.pdf").returncode == 2
    assert run("portfolio", "--history", kept, "-o", "p.html", "--as-of", "yesterday").returncode == 2


def _written(tmp_path: Path) -> tuple[Path, Path, Path]:
    failing = verdict("gdpr/art30-records", Status.FAIL, failed=1, checked=1)
    later = audit_result(verdicts=(*audit_result().verdicts, failing))
    paths = (tmp_path / "old.json", tmp_path / "new.json", tmp_path / "scan.json")
    for path, result in zip(paths, (audit_result(), later, scan_result()), strict=True):
        path.write_text(render_json(result))
    return paths


def test_diff_and_its_exit_codes(run: Run, tmp_path: Path) -> None:
    old, new, scan = _written(tmp_path)
    plain = run("diff", old, new)
    assert plain.returncode == 0
    assert "gdpr/art30-records" in plain.stdout
    gated = run("diff", old, new, "--new-only")
    assert (gated.returncode, gated.stdout) == (1, plain.stdout)
    assert run("diff", new, old, "--new-only").returncode == 0
    assert run("diff", old, old, "--new-only").returncode == 0
    assert json.loads(run("diff", old, new, "-f", "json").stdout)["rules"][0]["newly_fails"] is True
    assert run("diff", old, new, "-f", "markdown").stdout.startswith("## ")
    assert run("diff", scan, new).returncode == 0
    assert run("diff", scan, scan).stdout.endswith("Nothing changed.\n")


def test_faults_of_diff(run: Run, tmp_path: Path) -> None:
    old, new, scan = _written(tmp_path)
    (tmp_path / "broken.json").write_text('{"schema_version": "7"}')
    for words in (
        ("diff", old, scan, "--new-only"),
        ("diff", old, new, "-f", "xml"),
        ("diff", old, tmp_path / "none.json"),
        ("diff", old, tmp_path / "broken.json"),
        ("diff", old),
    ):
        done = run(*words)
        assert (done.returncode, done.stdout) == (2, ""), words
