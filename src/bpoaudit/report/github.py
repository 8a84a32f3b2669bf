"""Annotations of GitHub Actions: workflow commands on standard output, within the limits of a step.

docs.github.com, "Workflow commands for GitHub Actions"; the escapes are those of actions/toolkit
(packages/core/src/command.ts).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bpoaudit.model import AuditResult, Severity, Status, Verdict
from bpoaudit.report import words
from bpoaudit.report.cards import MAX_NAME, MAX_TITLE, failures
from bpoaudit.report.places import (
    condition,
    file_of,
    line_of,
    listed_places,
    media_types,
    places_of,
    unread,
    why_unread,
)
from bpoaudit.report.printable import inert, prose, shorten

MAX_EACH = 10
"""Errors, warnings and notices that a step shows; further ones are dropped without a word."""

COMMAND = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "notice",
}


@dataclass(frozen=True, slots=True)
class Annotation:
    """One workflow command."""

    command: str
    title: str
    message: str
    file: str | None = None
    line: int | None = None

    def __str__(self) -> str:
        """Return the line, in which no name can end the command or begin another."""
        properties = {"file": self.file, "line": self.line, "title": self.title}
        told = ",".join(f"{k}={_property(str(v))}" for k, v in properties.items() if v is not None)
        return f"::{self.command} {told}::{_data(self.message)}"


def render_github(result: AuditResult) -> str:
    """Return one line an annotation: failed rules worst first, then what was not read or not judged.

    What is above the limits is counted in the last notice.
    """
    shown: list[Annotation] = []
    room = {"error": MAX_EACH, "warning": MAX_EACH, "notice": MAX_EACH - 1}
    left: dict[str, int] = {}
    for annotation in _annotations(result):
        if room[annotation.command] > 0:
            room[annotation.command] -= 1
            shown.append(annotation)
        else:
            left[annotation.command] = left.get(annotation.command, 0) + 1
    if left:
        more = words.listed([words.plural(count, command) for command, count in left.items()])
        shown.append(Annotation("notice", "bpoaudit", f"and {more} more; the report has all of them"))
    return "".join(f"{annotation}\n" for annotation in shown)


def _annotations(result: AuditResult) -> Iterator[Annotation]:
    types = media_types(result)
    for verdict in failures(result, waived=False):
        yield _failure(verdict, types)
    for source in unread(result):
        text = f"{shorten(source.source, MAX_NAME)}: {why_unread(source)}"
        yield Annotation("warning", "Not fully read", text, file_of(source.source))
    yield from map(_unjudged, _open(result.verdicts))


def _failure(verdict: Verdict, types: Mapping[str, str]) -> Annotation:
    known = {"new": "New: ", "unchanged": "Known: "}.get(verdict.baseline or "", "")
    where, fix = listed_places(verdict), prose(verdict.remediation.text)
    parts = (f"{known}{prose(verdict.title, MAX_TITLE)}", condition(verdict), where, fix)
    text = ". ".join(part.rstrip(".") for part in parts if part)
    first = places_of(verdict)[0]
    return Annotation(
        command=COMMAND[verdict.severity],
        title=f"{verdict.severity.value}: {shorten(verdict.rule, MAX_NAME)}",
        message=f"{text}.",
        file=None if first.source is None else file_of(first.source),
        line=line_of(first.items[0], types) if first.items else None,
    )


def _open(verdicts: Iterable[Verdict]) -> list[Verdict]:
    judged = [v for v in verdicts if v.status in (Status.UNKNOWN, Status.ERROR)]
    return sorted(judged, key=lambda v: (list(Severity).index(v.severity), v.rule))


def _unjudged(verdict: Verdict) -> Annotation:
    severe = verdict.severity in (Severity.CRITICAL, Severity.HIGH)
    why = prose(verdict.message) or words.STATUS_WORD[verdict.status]
    return Annotation(
        command="warning" if severe else "notice",
        title=f"not judged: {shorten(verdict.rule, MAX_NAME)}",
        message=f"{prose(verdict.title, MAX_TITLE)}: {why}",
    )


def _data(text: str) -> str:
    return inert(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
