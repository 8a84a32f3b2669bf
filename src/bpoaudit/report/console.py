"""What a person sees in the terminal: the findings first, the verdict on the last lines.

Names in a result are the vendor's. They are printed as text, never as markup; control characters are
spelled out; and no line starts with a name, as a build server takes `::error` there for a command.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from math import floor
from pathlib import Path
from typing import TextIO

from rich.console import Console
from rich.text import Text

from bpoaudit.model import AuditResult, ScanResult, Severity, Source, SourceStatus, Verdict
from bpoaudit.report import words
from bpoaudit.report.cards import MAX_NAME, accepted_part, citations, failures, standing
from bpoaudit.report.columns import blocks, terminal_width
from bpoaudit.report.data_map import FieldRow, field_rows
from bpoaudit.report.explanations import Kind
from bpoaudit.report.github import render_github
from bpoaudit.report.json_document import render_json
from bpoaudit.report.judged_by import pack_lines
from bpoaudit.report.languages import unmodelled
from bpoaudit.report.markdown import render_markdown
from bpoaudit.report.printable import inert, prose, shorten
from bpoaudit.report.scorecard import coverage_line, score_range, tally

_DOCUMENTS = {"json": render_json, "markdown": render_markdown, "github": render_github}
FORMATS = ("full", "concise", *_DOCUMENTS)
"""What `--format` knows."""

_FIELD = "field   "
_INDENT = " " * len(_FIELD)
_NARROWEST = 20

MAX_RULES = 30
MAX_PLACES = 5
MAX_LISTED = 10
MAX_REASONS = 3
MAX_KINDS = 200

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
        print_findings(result, out)
        for number, line in enumerate(pack_lines(result)):
            say(out, _text(_INDENT if number else "Packs   ", "bold") + _text(line))
        print_verdict(result, outputs, out)
        return
    if format == "concise":
        print_concise(result, out)
    else:
        _write_utf8(sys.stdout, _DOCUMENTS[format](result))
    print_verdict(result, outputs, console_for(sys.stderr))


def console_for(stream: TextIO, environ: Mapping[str, str] = os.environ) -> Console:
    """Return a console that writes no escape sequence unless `stream` is a terminal that wants them.

    NO_COLOR (no-color.org), TERM=dumb and anything that is not a terminal give plain text. What the
    encoding of the stream lacks is replaced rather than fatal.
    """
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="replace")
    plain = not stream.isatty() or bool(environ.get("NO_COLOR")) or environ.get("TERM") == "dumb"
    return Console(
        file=stream, color_system=None if plain else "auto", force_terminal=False if plain else None,
        markup=False, emoji=False, highlight=False, soft_wrap=True,
    )  # fmt: skip


def print_findings(result: AuditResult, console: Console) -> None:
    """Print the failed rules, worst first: critical and high ones in full, the others by title or number."""
    failed = failures(result, waived=False)
    severe = [v for v in failed if v.severity in (Severity.CRITICAL, Severity.HIGH)]
    for verdict in severe[:MAX_RULES]:
        _print_rule(verdict, console)
        _print_details(verdict, console)
    if len(severe) > MAX_RULES:
        say(console, _text(f"and {words.plural(len(severe) - MAX_RULES, 'more such rule')} in the report"))
    mild = failed[len(severe) :]
    for verdict in mild if len(mild) <= MAX_LISTED else ():
        _print_rule(verdict, console)
    for severity in (Severity.MEDIUM, Severity.LOW) if len(mild) > MAX_LISTED else ():
        count = sum(verdict.severity is severity for verdict in mild)
        label = _text(f"{severity.value.upper():<9} ", _STYLE[severity])
        say(console, label + _text(f"{words.plural(count, 'rule')} not met, listed in the report"))
    if failed:
        console.print()


def _print_rule(verdict: Verdict, console: Console) -> None:
    label = _text(f"{verdict.severity.value.upper():<9} ", _STYLE[verdict.severity])
    known = f"{standing(verdict)}, not" if standing(verdict) else "Not"
    say(console, label + _text(verdict.rule, "bold") + _text(f"  {known} met: {prose(verdict.title)}"))


def _print_details(verdict: Verdict, console: Console) -> None:
    rate = words.percent(verdict.failed, verdict.checked)
    touched = "" if verdict.subjects is None else f", {words.people(verdict.subjects)} people"
    lines = [("failed", f"{words.share(verdict.failed, verdict.checked)} checked ({rate}){touched}")]
    lines += [("accepted", part)] if (part := accepted_part(verdict)) else []
    places = _places(verdict)
    for source, field, entity, example, count in places[:MAX_PLACES]:
        found = f"{words.number(count)}{'+' if _is_cut(verdict) else ''} found" if entity or count > 1 else ""
        lines.append(("where", "  ".join(part for part in (source, field, entity, found, example) if part)))
    if len(places) > MAX_PLACES:
        more = words.plural(len(places) - MAX_PLACES, "more place")
        lines.append(("", f"and {'at least ' if _is_cut(verdict) else ''}{more}"))
    clauses = "; ".join(citation.text for citation in citations(verdict.references))
    lines += [("criteria", clauses), ("fix", prose(verdict.remediation.text))]
    for name, value in lines:
        if value:
            say(console, _text(f"  {name:<9} ", "dim") + _text(value))


def _is_cut(verdict: Verdict) -> bool:
    return verdict.evidence_total > len(verdict.evidence)


def print_concise(result: AuditResult, console: Console) -> None:
    """Print `severity:rule:source:field:entity:failed/checked`, one line a failed rule and field.

    A colon inside a name is written `%3A`, so that the line always has six parts. A plus sign after
    the number says that the result lists only the rule's first items, so there may be more here.
    """
    for verdict in failures(result, waived=False):
        more = "+" if _is_cut(verdict) else ""
        for source, field, entity, _, count in _places(verdict) or [("", "", "", "", verdict.failed)]:
            names = (part.replace("%", "%25").replace(":", "%3A") for part in (source, field, entity))
            head = ":".join((verdict.severity.value, verdict.rule, *names))
            console.print(_text(f"{head}:{count}{more}/{verdict.checked}"))


def _places(verdict: Verdict) -> list[tuple[str, str, str, str, int]]:
    """Return (source or label, field, entity, masked example, occurrences) of the listed evidence."""
    counts: dict[tuple[str, str, str], int] = {}
    examples: dict[tuple[str, str, str], str] = {}
    for item in verdict.evidence:
        key = (item.source or item.label or "", item.field or "", item.entity or "")
        counts[key] = counts.get(key, 0) + item.count
        examples.setdefault(key, item.masked or "")
    return [
        (shorten(source, MAX_NAME), shorten(field, MAX_NAME), entity, examples[source, field, entity], count)
        for (source, field, entity), count in counts.items()
    ]


def print_verdict(result: AuditResult, outputs: Sequence[Path], console: Console) -> None:
    """Print the last lines: what was not read, what was, how it came out, where the reports are."""
    _print_unread(result.delivery.sources, console)
    _print_left_out(result.delivery.sources, console)
    _print_notices(result.audit.notices, console)
    _print_read(result, console)
    _print_languages(result, console)
    counts = tally(result.verdicts)
    told = [
        (counts.failed, "failed"),
        (counts.waived, "accepted by waiver"),
        (counts.unknown, "need a person" if counts.unknown != 1 else "needs a person"),
        (counts.error, "not tested"),
        (counts.passed, "passed"),
        (counts.not_applicable, "not applicable"),
        (counts.upcoming, "not yet in force"),
    ]
    say(console, _text("Rules   ", "bold") + _text(" · ".join(f"{n:,} {what}" for n, what in told if n)))
    score = result.score
    level = score.assurance.value + ("" if score.value is None else " assurance")
    number = "no score" if score.value is None else f"score {score_range(score.low, score.high)} of 100"
    if score.if_waived is not None:
        number += f", {floor(score.if_waived)} if waivers are accepted"
    style = (
        "bold green" if result.gate.passed else "bold red" if result.gate.exit_code == 1 else "bold yellow"
    )
    say(console, _text("Result  ", "bold") + _text(f"{level} · {number}", style))
    _print_gate(result.gate.reasons, console)
    _print_outputs(outputs, console)


def print_scan(result: ScanResult, outputs: Sequence[Path]) -> None:
    """Print what a scan found, source by source, and on the last lines what was read."""
    console = console_for(sys.stdout)
    rows = field_rows(result)
    for line in _inventory(rows.rows, terminal_width(sys.stdout)):
        say(console, line)
    if rows.cut:
        say(console, _text(f"showing {len(rows.rows):,} of {rows.total:,} rows; the rest is in -o scan.json"))
    if rows.rows:
        console.print()
    _print_unread(result.delivery.sources, console)
    _print_read(result, console)
    _print_languages(result, console)
    total = sum(found.count for field in result.inventory for found in field.entities)
    kinds = len({found.entity for field in result.inventory for found in field.entities})
    say(
        console,
        _text("Found   ", "bold")
        + _text(f"{words.plural(total, 'occurrence')} of {words.plural(kinds, 'kind')} of personal data"),
    )
    _print_gate(result.gate.reasons, console)
    _print_outputs(outputs, console)


def print_explanations(kinds: Sequence[tuple[Kind, int]]) -> None:
    """Print how findings came about, those that came about alike together."""
    console = console_for(sys.stdout)
    shown = kinds[:MAX_KINDS]
    for at, (kind, count) in enumerate(shown):
        if at == 0 or kind.source != shown[at - 1][0].source:
            say(console, _text("source  ", "dim") + _text(kind.source, "bold"))
        place = f"{kind.field}  {kind.entity}  {words.number(count)} {kind.masking}"
        say(console, _text("field   ", "dim") + _text(place))
        say(console, _text(f"        {kind.recognizer}, confidence {kind.confidence:.2f}"))
        for reason in kind.reasons:
            say(console, _text(f"        - {reason}", "dim"))
    if len(kinds) > len(shown):
        more = words.plural(len(kinds) - len(shown), "more kind")
        say(console, _text(f"and {more} of findings; all are explained in -o findings.jsonl"))
    if kinds:
        console.print()


def _inventory(rows: Sequence[FieldRow], width: int | None = None) -> Iterable[Text]:
    cells = [(row.field, row.code, row.records, _as_found(row), row.sample) for row in rows]
    safe = [[inert(cell) for cell in line] for line in cells]
    for row, (first, *below) in zip(rows, blocks(safe, width and width - len(_FIELD)), strict=True):
        if row.first_of_source:
            yield _text("source  ", "dim") + _text(row.source, "bold")
        yield _text(_FIELD, "dim") + Text(first)
        yield from (Text(_INDENT + line) for line in below)


def _as_found(row: FieldRow) -> str:
    states = ((row.clear, "clear"), (row.partial, "partial"), (row.masked, "masked"))
    return ", ".join(f"{count} {state}" for count, state in states if count != "0")


def _print_unread(sources: Sequence[Source], console: Console) -> None:
    unread = [s for s in sources if s.status not in (SourceStatus.READ, SourceStatus.SKIPPED)]
    for source in unread[:MAX_LISTED]:
        reason = prose(source.reason or words.SOURCE_STATUS_WORD[source.status])
        say(
            console, _text("Unread  ", "bold yellow") + _text(f"{shorten(source.source, MAX_NAME)}: {reason}")
        )
    if len(unread) > MAX_LISTED:
        say(console, _text(f"        and {words.plural(len(unread) - MAX_LISTED, 'more source')}"))


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
            _text("Skipped ", "bold") + _text(f"{shorten(names[0], MAX_NAME)}{more}: {prose(reason)}"),
        )
    if len(reasons) > MAX_LISTED:
        say(console, _text(f"        and for {words.plural(len(reasons) - MAX_LISTED, 'more reason')}"))


def _print_read(result: AuditResult | ScanResult, console: Console) -> None:
    line = coverage_line(result.delivery.coverage, [source.status for source in result.delivery.sources])
    read, _, rest = line.removeprefix("Read ").removesuffix(".").partition(";")
    taken = _duration(result.audit.started_at, result.audit.finished_at)
    say(console, _text("Read    ", "bold") + _text(f"{read}{taken}" + (f";{rest}" if rest else "")))


def _print_languages(result: AuditResult | ScanResult, console: Console) -> None:
    if told := unmodelled(result.audit):
        say(console, _text("Names   ", "bold yellow") + _text(told))


def _print_notices(notices: Sequence[str], console: Console) -> None:
    for notice in notices[:MAX_LISTED]:
        say(console, _text("Notice  ", "bold yellow") + _text(prose(notice)))
    if len(notices) > MAX_LISTED:
        say(console, _text(f"        and {words.plural(len(notices) - MAX_LISTED, 'more notice')}"))


def _duration(started_at: str, finished_at: str) -> str:
    seconds = int((datetime.fromisoformat(finished_at) - datetime.fromisoformat(started_at)).total_seconds())
    if seconds < 1:
        return ""
    return f" in {seconds} s" if seconds < 60 else f" in {seconds // 60} m {seconds % 60:02} s"


def _print_gate(reasons: Sequence[str], console: Console) -> None:
    for reason in reasons[:MAX_REASONS]:
        say(console, _text("        - ") + _text(prose(reason), "dim"))
    if len(reasons) > MAX_REASONS:
        say(console, _text(f"        and {words.plural(len(reasons) - MAX_REASONS, 'more reason')}", "dim"))


def _print_outputs(outputs: Sequence[Path], console: Console) -> None:
    for path in outputs:
        written = f"{path} ({words.size(path.stat().st_size)})" if path.is_file() else str(path)
        say(console, _text("Report  ", "bold") + _text(written))


def say(console: Console, line: Text) -> None:
    """Print a line; on a terminal that is too narrow for it, go on below it, between words and indented."""
    width = terminal_width(console.file)
    pieces = line.wrap(console, max(_NARROWEST, width - len(_INDENT))) if width else ()
    # A name that stands first in its line could be a command of a build server.
    if any(piece.plain.startswith("::") for piece in pieces):
        pieces = ()
    for at, piece in enumerate(pieces or (line,)):
        piece.rstrip()
        console.print(Text(_INDENT) + piece if at else piece)


def _text(text: str, style: str = "") -> Text:
    return Text(inert(text), style)


def _write_utf8(stream: TextIO, text: str) -> None:
    if isinstance(stream, io.TextIOWrapper):
        stream.flush()
        stream.buffer.write(text.encode())
        stream.buffer.flush()
    else:
        stream.write(text)
