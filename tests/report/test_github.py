from __future__ import annotations

import re
from collections import Counter

import pytest

from bpoaudit.model import AuditResult, Severity, Status
from bpoaudit.report.github import MAX_EACH, render_github

from .factories import evidence, source, verdict
from .golden import assert_golden
from .hostile import HOSTILE_NAMES, hostile_result, huge_result
from .many import ten_thousand
from .sample import DELIVERY, audit_result, clean_result

COMMAND = re.compile(r"::(?P<command>error|warning|notice) (?P<told>[^:]*)::(?P<message>.*)")


def _read(line: str) -> tuple[str, dict[str, str], str]:
    """Read a line as the runner of GitHub Actions does."""
    parts = COMMAND.fullmatch(line)
    assert parts is not None, line
    told = dict(pair.split("=", 1) for pair in parts["told"].split(","))
    codes = (("%2C", ","), ("%3A", ":"), ("%0A", "\n"), ("%0D", "\r"), ("%25", "%"))
    for code, char in codes:
        told = {key: value.replace(code, char) for key, value in told.items()}
    return parts["command"], told, parts["message"].replace("%25", "%")


def _commands(result: AuditResult) -> list[tuple[str, dict[str, str], str]]:
    return [_read(line) for line in render_github(result).splitlines()]


def test_golden() -> None:
    assert_golden("github.txt", render_github(audit_result()))


def test_a_clean_audit_annotates_nothing() -> None:
    assert render_github(clean_result()) == ""


def test_severity_decides_the_command() -> None:
    result = audit_result(verdicts=tuple(verdict(f"gdpr/{s}", Status.FAIL, severity=s) for s in Severity))
    told = [(title["title"], command) for command, title, _ in _commands(result) if "gdpr" in title["title"]]
    assert told == [
        ("critical: gdpr/critical", "error"), ("high: gdpr/high", "error"),
        ("medium: gdpr/medium", "warning"), ("low: gdpr/low", "notice"),
    ]  # fmt: skip


def test_the_file_is_the_one_on_disk_and_the_line_is_there_where_it_is_known() -> None:
    name = "a%23b, c%25.txt"
    failed = verdict("gdpr/r", Status.FAIL, evidence=(evidence(name, "text", "PERSON", 4, "A•••"),))
    sources = (source(name, media_type="text/plain"),)
    result = audit_result(verdicts=(failed,), delivery=DELIVERY.model_copy(update={"sources": sources}))
    ((_, told, message),) = _commands(result)
    assert (told["file"], told["line"]) == ("a#b, c%.txt", "4")
    assert name in message


def test_what_nobody_has_to_act_on_is_left_out() -> None:
    text = render_github(audit_result())
    assert "gdpr/art5-1e-retention" not in text
    assert "gdpr/passed" not in text


@pytest.mark.parametrize(
    "result", [ten_thousand(), huge_result(), hostile_result()], ids=["many", "huge", "hostile"]
)
def test_the_limits_of_a_step_hold_and_the_rest_is_counted(result: AuditResult) -> None:
    commands = _commands(result)
    counts = Counter(command for command, _, _ in commands)
    assert max(counts.values()) <= MAX_EACH
    if sum(counts.values()) > 12:
        assert commands[-1][0] == "notice"
        assert re.fullmatch(r"and [\d,]+ .* more; the report has all of them", commands[-1][2])


def test_the_rest_is_counted_by_kind() -> None:
    assert _commands(ten_thousand())[-1][2] == (
        "and 4,990 errors, 2,490 warnings and 2,491 notices more; the report has all of them"
    )


@pytest.mark.parametrize(
    "name", [*HOSTILE_NAMES, "x\n::error::forged", "a%0A::set-output name=x::y", "::stop-commands::t"]
)
def test_no_name_forges_a_command(name: str) -> None:
    failed = verdict(name, Status.FAIL, title=name, evidence=(evidence(name, name, "PERSON", 3, "A•••"),))
    open_ = verdict(name, Status.UNKNOWN, title=name, message=name)
    text = render_github(hostile_result([name] * 8).model_copy(update={"verdicts": (failed, open_)}))
    for line in text.splitlines():
        command, told, _ = _read(line)
        assert command in ("error", "warning", "notice")
        assert set(told) <= {"file", "line", "title"}
        assert line.isprintable()
        assert "##[" not in line
        assert "%0A" not in line.replace("%250A", "")
