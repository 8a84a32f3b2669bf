"""What a person sees in the terminal: the findings first, the verdict on the last lines.

Names in a result are the vendor's. They are printed as text, never as markup; control characters are
spelled out; and no line starts with a name, as a build server takes `::error` there for a command.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from math import floor
from pathlib import Path

from rich.console import Console
from rich.text import Text

from bpoaudit.catalog import is_personal
from bpoaudit.model import AuditResult, ScanResult, Severity, Source, SourceStatus, Verdict
from bpoaudit.report import words
from bpoaudit.report.cards import MAX_NAME, accepted_part, citations, failures, standing
from bpoaudit.report.columns import blocks, terminal_width
from bpoaudit.report.data_map import FieldRow, field_rows
from bpoaudit.report.explanations import Kind
from bpoaudit.report.fair_share import fair_share
from bpoaudit.report.formats import ending_of
from bpoaudit.report.github import render_github
from bpoaudit.report.json_document import render_json
from bpoaudit.report.judged_by import pack_lines
from bpoaudit.report.languages import unmodelled
from bpoaudit.report.markdown import render_markdown
from bpoaudit.report.places import Spot, counts_are_listed, file_of, spots_left_out, spots_of
from bpoaudit.report.printable import inert, prose, shorten
from bpoaudit.report.scorecard import coverage_line, score_range, tally
from bpoaudit.report.terminal import INDENT, console_for, literal, say, write_utf8

_DOCUMENTS = {"json": render_json, "markdown": render_markdown, "github": render_github}
FORMATS = ("full", "concise", *_DOCUMENTS)
"""What `--format` knows."""

_FIELD = "field   "
"""As wide as `INDENT`."""
_REPORTS = ("report.html", "report.pdf", "audit.json")
"""Outputs that list every rule and every pack."""

MAX_RULES = 30
MAX_PLACES = 5
MAX_LISTED = 10
MAX_REASONS = 3
MAX_KINDS = 200
MAX_OF_SOURCE = 40
"""Lines of one source in a list of all: whoever fills a file with fields must not hide the others."""

_STYLE = {
    Severity.CRITICAL: "bold red",
    Severity.HIGH: "red",
    Severity.MEDIUM: "yellow",
    Severity.LOW: "blue",
}


def print_result(result: AuditResult, format: str, outputs: Sequence[Path]) -> None:
    """Print an audit on standard output, in one of `FORMATS`, and where its `outputs` are.

    With all but `full` standard output holds nothing but data: the last lines, which say what was read
    and how it came out, go to standard error.
    """
    out = console_for(sys.stdout)
    if format == "full":
        print_findings(result, out, outputs)
        for number, line in enumerate(pack_lines(result, _whole(outputs, *_REPORTS))):
            say(out, literal(INDENT if number else "Packs   ", "bold") + literal(line))
        print_verdict(result, outputs, out)
        return
    if format == "concise":
        print_concise(result, out)
    else:
        write_utf8(sys.stdout, _DOCUMENTS[format](result))
    print_verdict(result, outputs, console_for(sys.stderr))


def print_findings(result: AuditResult, console: Console, outputs: Sequence[Path] = ()) -> None:
    """Print the failed rules, worst first: critical and high ones in full, the others by title or number."""
    failed, whole = failures(result, waived=False), _whole(outputs, *_REPORTS)
    severe = [v for v in failed if v.severity in (Severity.CRITICAL, Severity.HIGH)]
    for verdict in severe[:MAX_RULES]:
        _print_rule(verdict, console)
        _print_details(verdict, console)
    if len(severe) > MAX_RULES:
        more = words.plural(len(severe) - MAX_RULES, "more such rule")
        say(console, literal(f"and {more}, listed in {whole}"))
    mild = failed[len(severe) :]
    for verdict in mild if len(mild) <= MAX_LISTED else ():
        _print_rule(verdict, console)
    for severity in (Severity.MEDIUM, Severity.LOW) if len(mild) > MAX_LISTED else ():
        count = sum(verdict.severity is severity for verdict in mild)
        label = literal(f"{severity.value.upper():<9} ", _STYLE[severity])
        say(console, label + literal(f"{words.plural(count, 'rule')} not met, listed in {whole}"))
    if failed:
        console.print()


def _print_rule(verdict: Verdict, console: Console) -> None:
    label = literal(f"{verdict.severity.value.upper():<9} ", _STYLE[verdict.severity])
    known = f"{standing(verdict)}, not" if standing(verdict) else "Not"
    say(console, label + literal(verdict.rule, "bold") + literal(f"  {known} met: {prose(verdict.title)}"))


def _print_details(verdict: Verdict, console: Console) -> None:
    rate = words.percent(verdict.failed, verdict.checked)
    touched = "" if verdict.subjects is None else f", {words.people(verdict.subjects)} people"
    lines = [("failed", f"{words.share(verdict.failed, verdict.checked)} checked ({rate}){touched}")]
    lines += [("accepted", part)] if (part := accepted_part(verdict)) else []
    spots, unsure = spots_of(verdict), "at least " if counts_are_listed(verdict) else ""
    for spot in spots[:MAX_PLACES]:
        found = f"{unsure}{words.number(spot.count)} found" if spot.entity or spot.count > 1 else ""
        lines.append(("where", "  ".join(part for part in (*_named(spot), found, spot.masked) if part)))
    if more := max(0, len(spots) - MAX_PLACES) + spots_left_out(verdict):
        rest = verdict.failed - sum(spot.count for spot in spots[:MAX_PLACES])
        there = f" with {words.number(rest)} found" if verdict.places and rest > 0 else ""
        lines.append(("", f"and {unsure}{words.plural(more, 'more place')}{there}"))
    clauses = "; ".join(citation.text for citation in citations(verdict.references))
    lines += [("criteria", clauses), ("fix", prose(verdict.remediation.text))]
    for name, value in lines:
        if value:
            say(console, literal(f"  {name:<9} ", "dim") + literal(value))


def print_concise(result: AuditResult, console: Console) -> None:
    """Print `severity:rule:source:field:entity:failed/checked`, one line a failed rule, field and entity.

    A colon inside a name is written `%3A`, so that the line always has six parts. Places that a result does
    not name are one line, with what failed in all of them. Where the result is of an earlier version and
    lists only the rule's first items, a plus sign after the number says that there may be more.
    """
    for verdict in failures(result, waived=False):
        spots, more = spots_of(verdict), "+" if counts_are_listed(verdict) else ""
        lines = [(_named(spot), f"{spot.count}{more}") for spot in spots]
        if left := spots_left_out(verdict):
            rest = max(0, verdict.failed - sum(spot.count for spot in spots))
            lines.append(((f"{words.plural(left, 'more place')}", "", ""), str(rest)))
        for names, failed in lines or [(("", "", ""), str(verdict.failed))]:
            safe = (part.replace("%", "%25").replace(":", "%3A") for part in names)
            head = ":".join((verdict.severity.value, verdict.rule, *safe))
            console.print(literal(f"{head}:{failed}/{verdict.checked}"))


def _named(spot: Spot) -> tuple[str, str, str]:
    """Return source or label, field and entity."""
    name = shorten(spot.source or spot.label or "", MAX_NAME)
    return name, shorten(spot.field or "", MAX_NAME), spot.entity or ""


def print_verdict(result: AuditResult, outputs: Sequence[Path], console: Console) -> None:
    """Print the last lines: what was not read, what was, how it came out, where the reports are."""
    _print_unread(result.delivery.sources, console)
    _print_left_out(result.delivery.sources, console)
    _print_notices(result.audit.notices, console)
    _print_read(result, console)
    _print_languages(result, console)
    say(console, literal("Rules   ", "bold") + literal(" · ".join(tally(result.verdicts).told)))
    score = result.score
    level = score.assurance.value + ("" if score.value is None else " assurance")
    number = "no score" if score.value is None else f"score {score_range(score.low, score.high)} of 100"
    if score.if_waived is not None:
        number += f", {floor(score.if_waived)} if waivers are accepted"
    style = (
        "bold green" if result.gate.passed else "bold red" if result.gate.exit_code == 1 else "bold yellow"
    )
    say(console, literal("Result  ", "bold") + literal(f"{level} · {number}", style))
    _print_gate(result.gate.reasons, console)
    _print_outputs(outputs, console)


def print_scan(result: ScanResult, outputs: Sequence[Path]) -> None:
    """Print what a scan found, source by source, and on the last lines what was read."""
    console = console_for(sys.stdout)
    rows = field_rows(result, MAX_OF_SOURCE)
    for line in _inventory(rows.rows, terminal_width(sys.stdout)):
        say(console, line)
    if rows.cut:
        shown = f"showing {len(rows.rows):,} of {rows.total:,} rows"
        say(console, literal(f"{shown}; all of them: {_whole(outputs, 'scan.json')}"))
    if rows.rows:
        console.print()
    _print_unread(result.delivery.sources, console)
    _print_read(result, console)
    _print_languages(result, console)
    found = [each for field in result.inventory for each in field.entities]
    data = [each for each in found if is_personal(each.entity)]
    kinds = words.plural(len({each.entity for each in data}), "kind")
    told = f"{words.plural(sum(each.count for each in data), 'occurrence')} of {kinds} of personal data"
    if dates := sum(each.count for each in found) - sum(each.count for each in data):
        told += f", and {words.plural(dates, 'plain date')}"
    say(console, literal("Found   ", "bold") + literal(told))
    _print_gate(result.gate.reasons, console)
    _print_outputs(outputs, console)


def print_explanations(kinds: Sequence[tuple[Kind, int]], outputs: Sequence[Path] = ()) -> None:
    """Print how findings came about, those that came about alike together."""
    console = console_for(sys.stdout)
    sources = [list(alike) for _, alike in groupby(kinds, key=lambda kind: kind[0].source)]
    share = fair_share([len(alike) for alike in sources], MAX_KINDS, MAX_OF_SOURCE)
    shown = 0
    for alike in sources:
        told = alike[: min(share, MAX_KINDS - shown)]
        for at, (kind, count) in enumerate(told):
            if at == 0:
                say(console, literal("source  ", "dim") + literal(kind.source, "bold"))
            place = f"{kind.field}  {kind.entity}  {words.number(count)} {kind.masking}"
            say(console, literal("field   ", "dim") + literal(place))
            say(console, literal(f"        {kind.recognizer}, confidence {kind.confidence:.2f}"))
            for reason in kind.reasons:
                say(console, literal(f"        - {reason}", "dim"))
        if told and len(told) < len(alike):
            say(console, _left_of_source(len(alike) - len(told), "more kind"))
        shown += len(told)
    if len(kinds) > shown:
        more = words.plural(len(kinds) - shown, "more kind")
        whole = _whole(outputs, "findings.jsonl", "findings.csv")
        say(console, literal(f"and {more} of findings in all; each is explained in {whole}"))
    if kinds:
        console.print()


def _left_of_source(count: int, noun: str) -> Text:
    return literal(f"{INDENT}and {words.plural(count, noun)} of this source", "dim")


def _whole(outputs: Sequence[Path], *names: str) -> str:
    """Name the output that holds everything: one that was asked for, else the option that asks for it."""
    endings = {ending_of(Path(name)) for name in names}
    given = (path.name for path in outputs if ending_of(path) in endings)
    return next(given, f"-o {names[0]}")


def _inventory(rows: Sequence[FieldRow], width: int | None = None) -> Iterable[Text]:
    cells = [(row.field, row.code, row.records, _as_found(row), row.sample) for row in rows]
    safe = [[inert(cell) for cell in line] for line in cells]
    for row, (first, *below) in zip(rows, blocks(safe, width and width - len(_FIELD)), strict=True):
        if row.first_of_source:
            yield literal("source  ", "dim") + literal(row.source, "bold")
        yield literal(_FIELD, "dim") + Text(first)
        yield from (Text(INDENT + line) for line in below)
        if row.left_out:
            yield _left_of_source(row.left_out, "more row")


def _as_found(row: FieldRow) -> str:
    states = ((row.clear, "clear"), (row.partial, "partial"), (row.masked, "masked"))
    return ", ".join(f"{count} {state}" for count, state in states if count != "0")


def _print_unread(sources: Sequence[Source], console: Console) -> None:
    unread = [s for s in sources if s.status not in (SourceStatus.READ, SourceStatus.SKIPPED)]
    files = [list(members) for _, members in groupby(unread, key=lambda source: file_of(source.source))]
    share = fair_share([len(members) for members in files], MAX_LISTED, MAX_LISTED, fewest=1)
    shown = [source for members in files for source in members[:share]][:MAX_LISTED]
    for source in shown:
        reason = prose(source.reason or words.SOURCE_STATUS_WORD[source.status])
        told = f"{shorten(source.source, MAX_NAME)}: {reason}"
        say(console, literal("Unread  ", "bold yellow") + literal(told))
    if len(unread) > len(shown):
        say(console, literal(f"        and {words.plural(len(unread) - len(shown), 'more source')}"))


def _print_left_out(sources: Sequence[Source], console: Console) -> None:
    """Print what the profile excludes, what it excludes for one reason together."""
    reasons: dict[str, list[str]] = {}
    for source in sources:
        if source.status is SourceStatus.SKIPPED:
            reasons.setdefault(source.reason or "", []).append(source.source)
    for reason, names in list(reasons.items())[:MAX_LISTED]:
        more = f" and {words.plural(len(names) - 1, 'more source')}" if len(names) > 1 else ""
        say(
            console,
            literal("Skipped ", "bold") + literal(f"{shorten(names[0], MAX_NAME)}{more}: {prose(reason)}"),
        )
    if len(reasons) > MAX_LISTED:
        say(console, literal(f"        and for {words.plural(len(reasons) - MAX_LISTED, 'more reason')}"))


def _print_read(result: AuditResult | ScanResult, console: Console) -> None:
    line = coverage_line(result.delivery.coverage, [source.status for source in result.delivery.sources])
    read, _, rest = line.removeprefix("Read ").removesuffix(".").partition(";")
    taken = _duration(result.audit.started_at, result.audit.finished_at)
    say(console, literal("Read    ", "bold") + literal(f"{read}{taken}" + (f";{rest}" if rest else "")))


def _print_languages(result: AuditResult | ScanResult, console: Console) -> None:
    if told := unmodelled(result.audit):
        say(console, literal("Names   ", "bold yellow") + literal(told))


def _print_notices(notices: Sequence[str], console: Console) -> None:
    for notice in notices[:MAX_LISTED]:
        say(console, literal("Notice  ", "bold yellow") + literal(prose(notice)))
    if len(notices) > MAX_LISTED:
        say(console, literal(f"        and {words.plural(len(notices) - MAX_LISTED, 'more notice')}"))


def _duration(started_at: str, finished_at: str) -> str:
    seconds = int((datetime.fromisoformat(finished_at) - datetime.fromisoformat(started_at)).total_seconds())
    if seconds < 1:
        return ""
    return f" in {seconds} s" if seconds < 60 else f" in {seconds // 60} m {seconds % 60:02} s"


def _print_gate(reasons: Sequence[str], console: Console) -> None:
    for reason in reasons[:MAX_REASONS]:
        say(console, literal("        - ") + literal(prose(reason), "dim"))
    if len(reasons) > MAX_REASONS:
        say(console, literal(f"        and {words.plural(len(reasons) - MAX_REASONS, 'more reason')}", "dim"))


def _print_outputs(outputs: Sequence[Path], console: Console) -> None:
    for path in outputs:
        written = f"{path} ({words.size(path.stat().st_size)})" if path.is_file() else str(path)
        say(console, literal("Report  ", "bold") + literal(written))
