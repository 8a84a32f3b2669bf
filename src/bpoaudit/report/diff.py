"""What changed between two results, as text, Markdown or JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from enum import Enum
from typing import Any

from rich.text import Text

from bpoaudit.comparison import (
    Comparison,
    CoverageChange,
    EntityChange,
    FieldChange,
    Kind,
    Outcome,
    RuleChange,
    ScoreChange,
    SourceChange,
    VolumeJump,
)
from bpoaudit.model import Share, Status
from bpoaudit.report import words
from bpoaudit.report.cards import MAX_NAME
from bpoaudit.report.markdown import escaped
from bpoaudit.report.printable import inert, prose, shorten
from bpoaudit.report.terminal import console_for

FORMATS = ("full", "json", "markdown")
"""What `--format` knows."""

MAX_ROWS = 50
"""Rows of one list that text and Markdown show; JSON holds all."""

_KIND = {
    Kind.NEW: "New failures",
    Kind.WORSE: "Worse",
    Kind.UNJUDGED: "Failed before, cannot be told now",
    Kind.FIXED: "Fixed",
    Kind.BETTER: "Better",
    Kind.OTHER: "Otherwise changed",
}
_ENTITY = {
    "added": "found, and was not before",
    "removed": "no longer found",
    "unmasked": "in clear, and was masked before",
    "masked": "masked, and was in clear before",
}


@dataclass(frozen=True, slots=True)
class _List:
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def render_diff(comparison: Comparison, format: str) -> str:
    """Return `comparison` in one of `FORMATS`, with a line break at its end."""
    if format == "json":
        return json.dumps(_document(comparison), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    lines = _markdown(comparison) if format == "markdown" else _plain(comparison)
    return "\n".join(lines) + "\n"


def print_diff(comparison: Comparison, format: str) -> None:
    """Print `comparison` on standard output."""
    console = console_for(sys.stdout)
    for line in render_diff(comparison, format).removesuffix("\n").split("\n"):
        console.print(Text(line))


# --- JSON ----------------------------------------------------------------------------------------


def _document(comparison: Comparison) -> dict[str, Any]:
    document: dict[str, Any] = {"schema_version": "1", "nothing_changed": comparison.nothing_changed}
    document |= asdict(comparison, dict_factory=_plain_values)
    for rule, change in zip(document["rules"], comparison.rules, strict=True):
        rule["newly_fails"] = change.newly_fails
    for coverage, pair in zip(document["coverage"], comparison.coverage, strict=True):
        coverage |= {"old": pair.old.model_dump(), "new": pair.new.model_dump()}
    return document


def _plain_values(items: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    return {name: value.value if isinstance(value, Enum) else value for name, value in items}


# --- words ---------------------------------------------------------------------------------------


def heading(comparison: Comparison) -> str:
    """Return which two are compared."""
    old, new = comparison.old, comparison.new
    who = f"{prose(new.vendor, MAX_NAME)}: " if new.vendor and new.vendor == old.vendor else ""
    return f"{who}{shorten(old.id, MAX_NAME)} ({old.as_of}) to {shorten(new.id, MAX_NAME)} ({new.as_of})"


def score_line(score: ScoreChange) -> str:
    """Return both scores, with their difference, or why there is none."""
    before = f"{_points(score.old)} ({score.old_assurance})"
    after = f"{_points(score.new)} ({score.new_assurance})"
    if score.delta is None:
        return f"{before}, then {after}; not comparable: {'; '.join(score.why_not)}"
    moved = "no change" if score.delta == 0 else f"{score.delta:+.1f}"
    return f"{before} → {after}, {moved}"


def _points(value: float | None) -> str:
    return "no score" if value is None else f"{value:.1f}"


def _lists(comparison: Comparison) -> Iterable[_List]:
    for kind, title in _KIND.items():
        rules = [change for change in comparison.rules if change.kind is kind]
        if rules:
            columns = ("severity", "rule", "title", "before", "now")
            yield _List(title, columns, tuple(map(_rule_row, rules)))
    yield from _data_lists(comparison)


def _data_lists(comparison: Comparison) -> Iterable[_List]:
    tables: tuple[tuple[str, tuple[str, ...], Sequence[Any], Callable[[Any], tuple[str, ...]]], ...] = (
        ("Coverage", ("of", "before", "now"), comparison.coverage, _coverage_row),
        ("Sources", ("source", "change"), comparison.sources, _source_row),
        ("Volume", ("source", "records before", "now", "change"), comparison.volume, _volume_row),
        ("Fields", ("source", "field", "change", "holds"), comparison.fields, _field_row),
        (
            "Personal data",
            ("source", "field", "entity", "change", "before", "now"),
            comparison.entities,
            _entity_row,
        ),
    )
    for title, columns, found, row in tables:
        if found:
            yield _List(title, columns, tuple(map(row, found)))


def _rule_row(change: RuleChange) -> tuple[str, ...]:
    before, now = _outcome(change.old), _outcome(change.new)
    return change.severity.value, change.rule, prose(change.title, 120), before, now


def _outcome(outcome: Outcome | None) -> str:
    if outcome is None:
        return "not asked"
    if outcome.status is not Status.FAIL:
        return words.STATUS_WORD[outcome.status]
    told = f"failed {words.share(outcome.failed, outcome.checked)}"
    return f"{told}, accepted" if outcome.accepted else told


def _coverage_row(change: CoverageChange) -> tuple[str, ...]:
    return change.what, _share(change.old), _share(change.new)


def _share(share: Share) -> str:
    return f"{words.share(share.read, share.total)} ({words.percent(share.read, share.total)})"


def _source_row(change: SourceChange) -> tuple[str, ...]:
    was, now = (s and words.SOURCE_STATUS_WORD[s] for s in (change.old_status, change.new_status))
    told = {"added": f"added ({now})", "removed": f"removed ({was})", "status": f"{now}, before {was}"}
    return shorten(change.source, MAX_NAME), told[change.change]


def _volume_row(jump: VolumeJump) -> tuple[str, ...]:
    percent = f"{100 * (jump.new_records - jump.old_records) / jump.old_records:+,.0f}%"
    return (
        shorten(jump.source, MAX_NAME),
        _records(jump.old_records, jump.old_files),
        _records(jump.new_records, jump.new_files),
        percent if jump.old_records else "from nothing",
    )


def _records(records: int, files: int) -> str:
    return f"{words.number(records)} in {files} files" if files > 1 else words.number(records)


def _field_row(change: FieldChange) -> tuple[str, ...]:
    holds = ", ".join(change.entities) or "nothing personal found"
    return shorten(change.source, MAX_NAME), shorten(change.field, MAX_NAME), change.change, holds


def _entity_row(change: EntityChange) -> tuple[str, ...]:
    return (
        shorten(change.source, MAX_NAME),
        shorten(change.field, MAX_NAME),
        change.entity,
        _ENTITY[change.change],
        _found(change.old_count, change.old_clear),
        _found(change.new_count, change.new_clear),
    )


def _found(count: int, clear: int) -> str:
    return f"{words.number(count)}, {words.number(clear)} clear" if count else "0"


def _summary(comparison: Comparison) -> str:
    if comparison.nothing_changed:
        return "Nothing changed."
    counts = [
        f"{sum(c.kind is kind for c in comparison.rules)} {kind.value}"
        for kind in Kind
        if any(c.kind is kind for c in comparison.rules)
    ]
    if comparison.score is None:
        return "The deliveries differ; no rules were compared."
    return f"Rules: {', '.join([*counts, f'{comparison.unchanged_rules} unchanged'])}."


# --- text and Markdown -----------------------------------------------------------------------------


def _plain(comparison: Comparison) -> Iterable[str]:
    yield f"From    {inert(heading(comparison))}"
    for note in comparison.notes:
        yield f"note: {note}"
    if comparison.score is not None:
        yield f"Score   {score_line(comparison.score)}"
    for each in _lists(comparison):
        yield ""
        yield f"{each.title} ({', '.join(each.columns)})"
        for row in each.rows[:MAX_ROWS]:
            # The hyphen, because a build server takes `::error` at the start of a line for a command.
            yield "- " + "  ".join(inert(cell) for cell in row)
        if len(each.rows) > MAX_ROWS:
            yield f"  {_cut(each)}"
    yield ""
    yield _summary(comparison)


def _markdown(comparison: Comparison) -> Iterable[str]:
    yield f"## {_cell(heading(comparison))}"
    yield ""
    yield _summary(comparison)
    for note in comparison.notes:
        yield ""
        yield f"Note: {note}."
    if comparison.score is not None:
        yield ""
        yield f"Score: {_cell(score_line(comparison.score))}."
    for each in _lists(comparison):
        yield from ("", f"### {each.title}", "")
        yield f"| {' | '.join(each.columns)} |"
        yield f"| {' | '.join('---' for _ in each.columns)} |"
        for row in each.rows[:MAX_ROWS]:
            yield f"| {' | '.join(map(_cell, row))} |"
        if len(each.rows) > MAX_ROWS:
            yield from ("", _cut(each))


def _cut(each: _List) -> str:
    return f"showing {MAX_ROWS} of {words.number(len(each.rows))}; all are in --format json"


def _cell(text: str) -> str:
    """Return text that Markdown shows as it is, in one cell, calling nobody."""
    return escaped(text).replace("|", "\\|").replace("@", "@<!-- -->")
