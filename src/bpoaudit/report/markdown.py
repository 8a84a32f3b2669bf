"""The audit on one page of Markdown (GitHub Flavored), for pull requests, wikis and job summaries."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import chain

from bpoaudit.model import AuditResult, SourceStatus, Status, Verdict
from bpoaudit.report import words
from bpoaudit.report.cards import MAX_NAME, MAX_NOTE, MAX_ROWS, MAX_TITLE, failures
from bpoaudit.report.places import condition, listed_places, unread, why_unread
from bpoaudit.report.printable import inert, printable, prose, shorten
from bpoaudit.report.scorecard import coverage_line, sampling_note, score_range, sentence, tally

MAX_BYTES = 1024 * 1024 - 1024
"""A job summary of GitHub Actions holds 1 MiB, and drops whole what is larger."""

_SPECIAL = re.compile(r"[\\`*_{}\[\]#~$]")
_BLOCK = re.compile(r"^(\s*\d*)([-+.)])(?=[-\s]|$)")
"""What makes a list or a rule of the line that it begins."""
_BAR = "\\|"
_OPEN = (Status.UNKNOWN, Status.ERROR)


def render_markdown(result: AuditResult) -> str:
    """Return the summary, with as many rows in each table as a job summary has room for."""
    rows = MAX_ROWS
    while len((text := _page(result, rows)).encode()) > MAX_BYTES and rows > 1:
        rows //= 2
    return text


def escaped(text: str) -> str:
    """Return `text` so that Markdown shows it as it is: no markup, no HTML, no link.

    Characters that cannot be seen are spelled out.
    """
    shown = printable(text)
    shown = shown.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    shown = _BLOCK.sub(r"\1\\\2", _SPECIAL.sub(r"\\\g<0>", shown))
    return shown.replace("://", "&#58;//").replace("www.", "www\\.")


def _text(text: str) -> str:
    # A comment between them keeps `@` and a name from calling a person.
    return escaped(text).replace("@", "@<!-- -->")


def _code(text: str) -> str:
    """Return a name as a code span, in which nothing acts (GFM 6.3)."""
    name = shorten(inert(text), MAX_NAME)
    if not name.strip() or "\\|" in name:  # in a table no code span can hold a backslash before a bar
        return _text(name)
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", name)), default=0))
    pad = " " if "`" in (name[0], name[-1]) else ""
    return f"{fence}{pad}{name}{pad}{fence}"


def _page(result: AuditResult, limit: int) -> str:
    open_failures, accepted = failures(result, waived=False), failures(result, waived=True)
    unjudged = [verdict for verdict in result.verdicts if verdict.status in _OPEN]
    left_out = [s for s in result.delivery.sources if s.status is SourceStatus.SKIPPED]
    left_out_rows = [(_code(source.source), _text(prose(source.reason or ""))) for source in left_out]
    unread_rows = [(_code(source.source), _text(why_unread(source))) for source in unread(result)]
    sections = (
        _head(result),
        _table(
            "Findings",
            ("Severity", "Rule", "Failed", "Where", "Recommendation"),
            [_finding(verdict) for verdict in open_failures],
            limit,
        ),
        _table("Could not be fully read", ("Source", "Reason"), unread_rows, limit),
        _table("Excluded by the profile", ("Source", "Reason"), left_out_rows, limit),
        _table(
            "Needs a person",
            ("Severity", "Rule", "Why"),
            [(v.severity.value, _rule(v), _text(prose(v.message, MAX_NOTE))) for v in unjudged],
            limit,
        ),
        _table(
            "Accepted by waiver",
            ("Severity", "Rule", "Failed", "Reason", "Until"),
            [_accepted(verdict) for verdict in accepted],
            limit,
        ),
        _closed(result, limit),
    )
    return "\n".join(chain.from_iterable(sections))


def _head(result: AuditResult) -> list[str]:
    vendor = (result.vendor.get("vendor") or {}).get("name") or "Vendor not named"
    score, gate = result.score, result.gate
    level = score.assurance.value + ("" if score.value is None else " assurance")
    points = "no score" if score.value is None else f"score {score_range(score.low, score.high)} of 100"
    outcome = "passed" if gate.passed else "not passed"
    lines = [
        f"# Audit of {_text(prose(str(vendor), MAX_NAME))}",
        "",
        f"**{level}** · {points} · gate {outcome} (exit code {gate.exit_code}) · as of "
        f"{_text(result.audit.as_of)}",
        "",
        _text(sentence(result)),
        "",
        _text(coverage_line(result.delivery.coverage, [s.status for s in result.delivery.sources])),
        "",
        f"Rules: {' · '.join(tally(result.verdicts).told)}.",
        "",
    ]
    notes = [note for note in (sampling_note(result.audit.options), *result.audit.notices) if note]
    return lines + list(chain.from_iterable((f"> {_text(prose(note))}", "") for note in notes[:20]))


def _rule(verdict: Verdict) -> str:
    return f"{_code(verdict.rule)}<br>{_text(prose(verdict.title, MAX_TITLE))}"


def _finding(verdict: Verdict) -> tuple[str, ...]:
    known = {"new": " (new)", "unchanged": " (known)"}.get(verdict.baseline or "", "")
    severity = f"{words.SEVERITY_SYMBOL[verdict.severity]} {verdict.severity.value}{known}"
    fix = _text(prose(verdict.remediation.text, MAX_NOTE))
    return severity, _rule(verdict), _text(condition(verdict)), _text(prose(listed_places(verdict), 400)), fix


def _accepted(verdict: Verdict) -> tuple[str, ...]:
    waiver = verdict.waiver
    reason, until = ("", "") if waiver is None else (waiver.reason, waiver.expires_on)
    told = (_text(prose(reason, MAX_NOTE)), _text(prose(until, MAX_NAME)))
    return verdict.severity.value, _rule(verdict), _text(condition(verdict)), *told


def _table(title: str, names: Sequence[str], rows: Sequence[Sequence[str]], limit: int) -> list[str]:
    if not rows:
        return []
    lines = [f"## {title}", "", _row(names), _row(["---"] * len(names)), *map(_row, rows[:limit]), ""]
    return lines + _cut(len(rows), limit)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cell.replace('|', _BAR) for cell in cells)} |"


def _cut(total: int, limit: int) -> list[str]:
    if total <= limit:
        return []
    return [f"Showing {words.share(limit, total)}; `-o audit.json` writes all of them.", ""]


def _closed(result: AuditResult, limit: int) -> list[str]:
    passed = [verdict for verdict in result.verdicts if verdict.status is Status.PASS]
    lists = (
        ("Passed", [verdict for verdict in passed if not verdict.unconcerned]),
        ("Nothing to check", [verdict for verdict in passed if verdict.unconcerned]),
        ("Not applicable", [v for v in result.verdicts if v.status is Status.NOT_APPLICABLE]),
        ("Not yet in force", [v for v in result.verdicts if v.status is Status.UPCOMING]),
    )
    lines: list[str] = []
    for title, verdicts in lists:
        rules = sorted(verdict.rule for verdict in verdicts)
        if rules:
            heading = f"<details><summary>{title} ({words.number(len(rules))})</summary>"
            lines += [heading, "", *(f"- {_code(rule)}" for rule in rules[:limit]), ""]
            lines += [*_cut(len(rules), limit), "</details>", ""]
    return lines
