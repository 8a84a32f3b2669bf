from __future__ import annotations

import io
import os
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from bpoaudit.model import AuditResult, FailedAt, Severity, SourceStatus, Status
from bpoaudit.report.console import (
    FORMATS,
    MAX_OF_SOURCE,
    print_concise,
    print_findings,
    print_result,
    print_scan,
    print_verdict,
)
from bpoaudit.report.json_document import render_json
from bpoaudit.report.terminal import console_for

from .factories import entity, evidence, field, source, verdict
from .golden import assert_golden
from .hostile import hostile_result, huge_result
from .sample import audit_result, clean_result, scan_result, unassessed_result


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def _everything(result: AuditResult, stream: io.StringIO, environ: dict[str, str]) -> str:
    console = console_for(stream, environ)
    print_findings(result, console)
    print_concise(result, console)
    print_verdict(result, [Path("report.html")], console)
    return stream.getvalue()


def test_full(capsys: pytest.CaptureFixture[str]) -> None:
    print_result(audit_result(), "full", [Path("no-such-report.html")])
    out, err = capsys.readouterr()
    assert_golden("full.txt", out)
    assert err == ""


def test_concise_is_data_on_stdout_and_the_verdict_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    print_result(audit_result(), "concise", [])
    out, err = capsys.readouterr()
    assert_golden("concise.txt", out)
    assert all(line.count(":") == 5 for line in out.splitlines())
    assert "Result  Very limited assurance" in err


def test_json_on_stdout_is_audit_json_byte_for_byte(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    print_result(audit_result(), "json", [])
    out, err = capfdbinary.readouterr()
    assert out == render_json(audit_result()).encode()
    assert b"Result" in err


def test_scan(capsys: pytest.CaptureFixture[str]) -> None:
    print_scan(scan_result(), [])
    assert_golden("scan.txt", capsys.readouterr().out)


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize(
    "result", [clean_result(), unassessed_result(), hostile_result()], ids=["clean", "none", "hostile"]
)
def test_the_verdict_stands_on_the_last_lines(
    result: AuditResult, format: str, capsys: pytest.CaptureFixture[str]
) -> None:
    print_result(result, format, [])
    out, err = capsys.readouterr()
    last = [line for line in (out if format == "full" else err).splitlines() if not line.startswith(" ")][-3:]
    assert [line.split()[0] for line in last] == ["Read", "Rules", "Result"]


def test_a_clean_run_says_what_it_looked_at() -> None:
    text = _everything(clean_result(), io.StringIO(), {})
    assert text.splitlines()[-4:-1] == [
        "Read    6 of 6 sources, 6 of 6 records, 6 B of 6 B in 3 m 41 s",
        "Rules   12 passed",
        "Result  High assurance · score 100 of 100",
    ]


@pytest.mark.parametrize(
    ("stream", "environ"),
    [
        (io.StringIO(), {"TERM": "xterm-256color"}),
        (Terminal(), {"TERM": "xterm-256color", "NO_COLOR": "1"}),
        (Terminal(), {"TERM": "dumb"}),
    ],
    ids=["pipe", "NO_COLOR", "TERM=dumb"],
)
def test_no_escape_where_none_is_wanted(stream: io.StringIO, environ: dict[str, str]) -> None:
    stream.truncate(0)
    assert "\x1b" not in _everything(hostile_result(), stream, environ)


def test_a_terminal_gets_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    assert "\x1b[" in _everything(audit_result(), Terminal(), dict(os.environ))


@pytest.mark.parametrize("columns", [40, 60, 80])
@pytest.mark.parametrize(
    "result", [audit_result(), hostile_result(), huge_result()], ids=["usual", "hostile", "huge"]
)
def test_a_narrow_terminal_breaks_lines_between_words(
    result: AuditResult, columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    stream = Terminal()
    console = console_for(stream, {"TERM": "xterm", "NO_COLOR": ""})
    print_findings(result, console)
    print_verdict(result, [], console)
    plain = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in stream.getvalue().splitlines()]
    if result == audit_result():
        assert max(map(cell_len, plain)) <= columns
    for line in plain:
        assert not line.lstrip().startswith("::")
    last = [line for line in plain if line and not line.startswith(" ")][-1]
    assert last.startswith("Result  ")


@pytest.mark.parametrize("columns", [40, 60, 80])
def test_a_scan_has_no_broken_table(
    columns: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setattr(sys, "stdout", stream := Terminal())
    print_scan(scan_result(), [])
    plain = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in stream.getvalue().splitlines()]
    assert max(cell_len(line) for line in plain if line.startswith(("field", "        "))) <= columns


def test_no_name_takes_over_a_line() -> None:
    text = _everything(hostile_result(), io.StringIO(), {})
    assert r"esc\x1b[31m" in text
    assert "[red]bold[/red].csv" in text
    for line in text.splitlines():
        assert not line.lstrip().startswith("::")
        assert "##[" not in line
        assert line.isprintable()


def test_no_scanned_name_takes_over_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    hostile = hostile_result()
    print_scan(
        scan_result().model_copy(update={"inventory": hostile.inventory, "delivery": hostile.delivery}), []
    )
    for line in capsys.readouterr().out.splitlines():
        assert not line.lstrip().startswith("::")
        assert "##[" not in line
        assert line.isprintable()


def test_what_is_left_out_is_counted() -> None:
    text = _everything(huge_result(), io.StringIO(), {})
    assert re.search(r"and \d+ more such rules, listed in -o report\.html", text)
    assert re.search(r"MEDIUM +\d+ rules not met, listed in -o report\.html", text)
    assert "and 290 more sources" in text


def test_one_file_with_many_fields_or_members_hides_no_other(capsys: pytest.CaptureFixture[str]) -> None:
    deep = tuple(
        field("deep.json", "a." * n + "mail", 1, entity("EMAIL_ADDRESS", 1, "i•••")) for n in range(300)
    )
    other = field("other.csv", "mail", 9, entity("EMAIL_ADDRESS", 9, "i•••"))
    broken = {"status": SourceStatus.UNREADABLE, "reason": "broken"}
    sources = (*(source(f"a.zip!{n:03}.xls", **broken) for n in range(300)), source("z.pdf", **broken))
    result = scan_result()
    delivery = result.delivery.model_copy(update={"sources": sources})
    result = result.model_copy(update={"inventory": (*deep, other), "delivery": delivery})

    print_scan(result, [Path("out/h.jsonl"), Path("out/h.json")])
    lines = capsys.readouterr().out.splitlines()
    assert sum(line.startswith("field ") for line in lines) == MAX_OF_SOURCE + 1
    assert "source  other.csv" in lines
    assert f"        and {300 - MAX_OF_SOURCE} more rows of this source" in lines
    assert f"showing {MAX_OF_SOURCE + 1} of 301 rows; all of them: h.json" in lines
    assert "Unread  z.pdf: broken" in lines
    assert "        and 291 more sources" in lines
    print_scan(result, [Path("h.jsonl")])
    assert f"showing {MAX_OF_SOURCE + 1} of 301 rows; all of them: -o scan.json" in capsys.readouterr().out


def _failed(**changes: Any) -> AuditResult:
    return audit_result(verdicts=(verdict("r", Status.FAIL, severity=Severity.HIGH, **changes),))


def _lines(result: AuditResult) -> list[str]:
    return [line.strip() for line in _everything(result, io.StringIO(), {}).splitlines()]


def test_places_are_counted_in_full_whatever_the_evidence_lists() -> None:
    lines = _lines(audit_result())
    assert "where     calls/calls_2026-05.vtt  text  HEALTH  190 found  <HEALTH>" in lines
    assert "where     calls/calls_2026-04.vtt  text  HEALTH  24 found" in lines
    head = "critical:gdpr/art9-special-category-free-text:calls/calls_2026-0"
    assert f"{head}5.vtt:text:HEALTH:190/18402" in lines
    assert f"{head}4.vtt:text:HEALTH:24/18402" in lines


def test_places_that_are_cut_are_told_with_what_failed_there() -> None:
    places = tuple(FailedAt(source=f"s{at}.csv", field="x", entity="PERSON", count=9 - at) for at in range(8))
    lines = _lines(_failed(failed=300, checked=400, places=places, places_total=120))
    assert "and 115 more places with 265 found" in lines
    assert "high:r:s7.csv:x:PERSON:2/400" in lines
    assert "high:r:112 more places:::256/400" in lines


def test_of_an_earlier_version_only_what_is_listed_can_be_counted() -> None:
    items = tuple(evidence(f"s{at}.csv", "x", "PERSON", 1, "A•••") for at in range(8))
    for total, found, told, concise in (
        (8, "1 found", "and 3 more places", "1/40"),
        (30, "at least 1 found", "and at least 3 more places", "1+/40"),
    ):
        lines = _lines(_failed(failed=total, evidence=items, evidence_total=total))
        assert told in lines
        assert f"where     s0.csv  x  PERSON  {found}  A•••" in lines
        assert f"high:r:s0.csv:x:PERSON:{concise}" in lines


def test_a_colon_in_a_name_makes_no_field() -> None:
    item = evidence("C:/a%b.csv", "x:y", "PERSON", 1, "A•••")
    result = audit_result(verdicts=(verdict("r", Status.FAIL, failed=1, evidence=(item,), evidence_total=1),))
    stream = io.StringIO()
    print_concise(result, console_for(stream, {}))
    assert stream.getvalue() == "medium:r:C%3A/a%25b.csv:x%3Ay:PERSON:1/40\n"


def test_a_stream_that_cannot_say_it_does_not_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii", write_through=True))
    print_result(audit_result(), "full", [])
    assert b"j???@???.com" not in raw.getvalue()
    assert b"m???@???.org" in raw.getvalue()


def test_written_reports_are_named_with_their_size(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_bytes(b"x" * 2_048)
    stream = io.StringIO()
    print_verdict(audit_result(), [path], console_for(stream, {}))
    assert stream.getvalue().splitlines()[-1] == f"Report  {path} (2.0 KiB)"


def test_a_plain_date_is_no_kind_of_personal_data(capsys: pytest.CaptureFixture[str]) -> None:
    result = scan_result()
    first, *rest = result.inventory
    dated = first.entities[0].model_copy(update={"entity": "DATE_TIME", "count": 12})
    first = first.model_copy(update={"entities": (*first.entities, dated)})
    print_scan(result.model_copy(update={"inventory": (first, *rest)}), [])
    assert "Found   140,740 occurrences of 10 kinds of personal data, and 12 plain dates\n" in (
        capsys.readouterr().out
    )
