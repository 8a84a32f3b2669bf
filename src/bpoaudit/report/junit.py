"""JUnit XML, as Jenkins, GitLab and most build servers read it (schema of the Jenkins xUnit plugin).

A suite is an area of the report, a test case a rule. JUnit knows no severities and no unknowns: each failed
rule fails whatever its severity, and what could not be judged or read is an error, never skipped.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from xml.etree import ElementTree as ET

from bpoaudit.model import AuditResult, Source, SourceStatus, Status, Verdict
from bpoaudit.report import words
from bpoaudit.report.cards import MAX_EVIDENCE, MAX_NAME, MAX_TITLE
from bpoaudit.report.places import (
    condition,
    cut_note,
    facts_of_rule,
    places_of,
    unread,
    why_unread,
)
from bpoaudit.report.printable import printable, prose, shorten

MAX_SOURCES = 1_000

_SKIPPED = (Status.NOT_APPLICABLE, Status.UPCOMING)


def render_junit(result: AuditResult) -> str:
    """Return one `testsuites` document; equal results give equal bytes."""
    suites = [_rules(result, domain) for domain in sorted({verdict.domain for verdict in result.verdicts})]
    if (sources := _sources(result)) is not None:
        suites.append(sources)
    vendor = (result.vendor.get("vendor") or {}).get("name") or "vendor not named"
    root = ET.Element("testsuites", {"name": _shown(f"bpoaudit: {prose(str(vendor), MAX_NAME)}")})
    for count in ("tests", "failures", "errors"):
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in suites)))
    root.set("time", f"{_seconds(result):.3f}")
    root.extend(suites)
    ET.indent(root, " ")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _rules(result: AuditResult, domain: str) -> ET.Element:
    verdicts = sorted((v for v in result.verdicts if v.domain == domain), key=lambda v: v.rule)
    return _suite(result, words.plain(domain), [_rule(verdict) for verdict in verdicts])


def _suite(result: AuditResult, name: str, cases: Sequence[ET.Element]) -> ET.Element:
    suite = ET.Element("testsuite", {"name": _shown(name), "tests": str(len(cases))})
    for count, kind in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(count, str(sum(case.find(kind) is not None for case in cases)))
    # The older readers of this attribute know no time zone; it is UTC.
    suite.set("timestamp", _shown(result.audit.started_at.removesuffix("Z")))
    suite.extend(cases)
    return suite


def _rule(verdict: Verdict) -> ET.Element:
    case = ET.Element(
        "testcase", {"classname": _shown(f"bpoaudit.{verdict.domain}"), "name": _shown(verdict.rule)}
    )
    title = prose(verdict.title, MAX_TITLE)
    why = prose(verdict.message) or words.STATUS_WORD[verdict.status]
    if verdict.accepted:
        _add(case, "skipped", "waived", f"{title}: {condition(verdict)}; {_accepted(verdict)}", ())
    elif verdict.status is Status.FAIL:
        _add(case, "failure", verdict.severity.value, f"{title}: {condition(verdict)}", _details(verdict))
    elif verdict.status in (Status.UNKNOWN, Status.ERROR):
        _add(case, "error", verdict.status.value, f"{title}: {why}", facts_of_rule(verdict))
    elif verdict.status in _SKIPPED:
        _add(case, "skipped", verdict.status.value, f"{title}: {why}", ())
    elif verdict.unconcerned:
        # Build servers count it as passed; whoever opens it reads that it shows nothing.
        ET.SubElement(case, "system-out").text = _shown(f"{title}: {why}")
    return case


def _details(verdict: Verdict) -> list[tuple[str, str]]:
    places = [place for place in places_of(verdict) if place.name]
    details: list[tuple[str, str]] = [("Baseline", verdict.baseline)] if verdict.baseline else []
    details += [("Where", f"{p.name}: {p.told}" if p.told else p.name) for p in places[:MAX_EVIDENCE]]
    if len(places) > MAX_EVIDENCE:
        details.append(("Where", f"showing {words.share(MAX_EVIDENCE, len(places))} places"))
    if cut := cut_note(verdict):
        details.append(("Note", cut))
    return [*details, *facts_of_rule(verdict)]


def _accepted(verdict: Verdict) -> str:
    waiver = verdict.waiver
    if waiver is None:
        return ""
    approved = prose(waiver.approved_by, MAX_NAME)
    return f"accepted until {prose(waiver.expires_on, MAX_NAME)} by {approved}: {prose(waiver.reason)}"


def _sources(result: AuditResult) -> ET.Element | None:
    """Return a suite of the sources that were not fully read or are excluded; None where there are none."""
    excluded = [s for s in result.delivery.sources if s.status is SourceStatus.SKIPPED]
    chosen = [*unread(result), *excluded]
    if not chosen:
        return None
    suite = _suite(result, "Sources not fully read", [_source(source) for source in chosen[:MAX_SOURCES]])
    if len(chosen) > MAX_SOURCES:
        note = f"Showing {words.share(MAX_SOURCES, len(chosen))} sources; -o audit.json writes all of them."
        ET.SubElement(suite, "system-out").text = note
    return suite


def _source(source: Source) -> ET.Element:
    name = _shown(shorten(source.source, MAX_NAME))
    case = ET.Element("testcase", {"classname": "bpoaudit.sources", "name": name})
    kind = "skipped" if source.status is SourceStatus.SKIPPED else "error"
    _add(case, kind, source.status.value, why_unread(source), ())
    return case


def _add(case: ET.Element, kind: str, type_: str, message: str, details: Sequence[tuple[str, str]]) -> None:
    element = ET.SubElement(case, kind, {"type": type_, "message": _shown(message)})
    # Build servers show either the message or the text, so the text begins with the message.
    lines = [_shown(message), *(f"{word}: {_shown(text)}" for word, text in details)]
    element.text = "\n".join(lines)


def _shown(text: str) -> str:
    # What is left are characters of XML 1.0: all control characters, surrogates and U+FFFE are spelled out.
    return printable(text)


def _seconds(result: AuditResult) -> float:
    taken = datetime.fromisoformat(result.audit.finished_at) - datetime.fromisoformat(result.audit.started_at)
    return max(0.0, taken.total_seconds())
