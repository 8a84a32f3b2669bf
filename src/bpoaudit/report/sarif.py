"""SARIF 2.1.0 (OASIS Standard, 27 March 2020), in the profile that GitHub code scanning reads.

A result is a failed rule in one field of one source, not one finding. Rules that passed or do not apply
are listed and have no result; what could not be read or judged is a notification of the tool.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from bpoaudit.model import AuditResult, Evidence, Severity, Source, Status, Verdict
from bpoaudit.report import words
from bpoaudit.report.cards import MAX_EVIDENCE, MAX_NAME, MAX_TITLE, failures
from bpoaudit.report.markdown import escaped
from bpoaudit.report.places import (
    Place,
    condition,
    cut_note,
    facts_of_rule,
    inside_of,
    line_of,
    media_types,
    places_of,
    unread,
    uri_of,
    why_unread,
)
from bpoaudit.report.printable import printable, prose, shorten
from bpoaudit.report.scorecard import coverage_line, sentence

SCHEMA = (
    "https://raw.githubusercontent.com/oasis-tcs/sarif-spec/main/sarif-2.1/schema/sarif-schema-2.1.0.json"
)

# docs.github.com, "SARIF support for code scanning": 25,000 results a run of which 5,000 are shown, 20 tags a
# rule, 10 MB with gzip.
MAX_RESULTS = 5_000
MAX_TAGS = 20
MAX_NOTIFICATIONS = 1_000

LEVEL = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
}

SECURITY_SEVERITY = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "2.0",
}
"""In the middle of the bands that code scanning makes of the number."""

_UNREAD, _UNJUDGED, _CUT = "source-not-read", "rule-not-judged", "list-cut"
_NOTIFICATIONS = {
    _UNREAD: "A source of the delivery could not be read, or not to its end.",
    _UNJUDGED: "A rule could not be judged: a fact is missing, or it could not be evaluated.",
    _CUT: "More was found than the file lists.",
}


def render_sarif(result: AuditResult) -> str:
    """Return one SARIF log with one run; equal results give equal bytes."""
    rules = sorted({verdict.rule: verdict for verdict in result.verdicts}.values(), key=lambda v: v.rule)
    numbers = {verdict.rule: number for number, verdict in enumerate(rules)}
    everything = _placed(result)
    shown = _shown(everything)
    notifications = _notifications(result, numbers, len(shown), len(everything))
    types = media_types(result)
    run = {
        "tool": {"driver": _driver(result, rules)},
        "automationDetails": {"id": _category(result)},
        "invocations": [_invocation(result, notifications)],
        "results": [_result(verdict, place, numbers[verdict.rule], types) for verdict, place in shown],
        "properties": {
            "summary": sentence(result),
            "coverage": coverage_line(result.delivery.coverage, [s.status for s in result.delivery.sources]),
            "assurance": result.score.assurance.value,
            "score": result.score.model_dump(mode="json", include={"value", "low", "high"}),
            "outcomes": {status.value: _rules_with(result, status) for status in Status},
        },
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=1) + "\n"


def _rules_with(result: AuditResult, status: Status) -> int:
    return sum(verdict.status is status for verdict in result.verdicts)


def _placed(result: AuditResult) -> list[tuple[Verdict, Place]]:
    """Return each failed rule with each place of its evidence, worst first and accepted ones last."""
    failed = (*failures(result, waived=False), *failures(result, waived=True))
    return [(verdict, place) for verdict in failed for place in places_of(verdict)]


def _shown(everything: Sequence[tuple[Verdict, Place]]) -> list[tuple[Verdict, Place]]:
    """Cut to what code scanning shows: the first place of each rule goes before the second of any."""
    seen: dict[str, int] = {}
    ranked = []
    for at, (verdict, _) in enumerate(everything):
        seen[verdict.rule] = seen.get(verdict.rule, 0) + 1
        ranked.append((seen[verdict.rule], at))
    return [everything[at] for at in sorted(at for _, at in sorted(ranked)[:MAX_RESULTS])]


def _driver(result: AuditResult, rules: Sequence[Verdict]) -> dict[str, Any]:
    tool = result.tool
    return {
        "name": tool.name,
        "version": tool.version,
        "semanticVersion": tool.version,
        "rules": [_rule(verdict) for verdict in rules],
        "notifications": [
            {"id": name, "shortDescription": {"text": text}} for name, text in _NOTIFICATIONS.items()
        ],
    }


def _rule(verdict: Verdict) -> dict[str, Any]:
    facts = facts_of_rule(verdict)
    url = next((r.eli for r in verdict.references if _is_link(r.eli)), None)
    tags = dict.fromkeys(("security", "privacy", verdict.domain, *verdict.packs))
    rule = {
        "id": printable(verdict.rule),
        "name": printable(verdict.rule),
        "shortDescription": {"text": _plain(prose(verdict.title, MAX_TITLE) or verdict.rule)},
        "fullDescription": {"text": _plain(prose(verdict.criteria) or prose(verdict.title) or verdict.rule)},
        "help": {
            "text": "\n".join(f"{word}: {_plain(text)}" for word, text in facts) or "No further help.",
            "markdown": "\n\n".join(f"**{word}**: {escaped(text)}" for word, text in facts)
            or "No further help.",
        },
        "defaultConfiguration": {"level": LEVEL[verdict.severity]},
        "properties": {
            "security-severity": SECURITY_SEVERITY[verdict.severity],
            "tags": [shorten(printable(tag), MAX_NAME) for tag in tags][:MAX_TAGS],
        },
    }
    return rule if url is None else {**rule, "helpUri": quote(url, safe=":/?#[]@!$&'()*+,;=%~")}


def _is_link(url: str | None) -> bool:
    return url is not None and url.startswith(("https://", "http://"))


def _result(verdict: Verdict, place: Place, number: int, types: Mapping[str, str]) -> dict[str, Any]:
    parts = [prose(verdict.title, MAX_TITLE), condition(verdict), place.name, place.told, cut_note(verdict)]
    text = ". ".join(part.rstrip(".") for part in parts if part)
    result: dict[str, Any] = {
        "ruleId": printable(verdict.rule),
        "ruleIndex": number,
        "kind": "fail",
        "level": LEVEL[verdict.severity],
        "message": {"text": _plain(f"{text}.")},
        "locations": _locations(place, types),
        "occurrenceCount": max(1, place.count),
        "partialFingerprints": {"primaryLocationLineHash": _fingerprint(verdict, place)},
    }
    if verdict.baseline is not None:
        result["baselineState"] = verdict.baseline
    if verdict.accepted:
        result["suppressions"] = _suppressions(verdict)
    return result


def _locations(place: Place, types: Mapping[str, str]) -> list[dict[str, Any]]:
    if not place.items:
        return [_location(place, None, types)]
    return [_location(place, item, types) for item in place.items]


def _location(place: Place, item: Evidence | None, types: Mapping[str, str]) -> dict[str, Any]:
    line = None if item is None else line_of(item, types)
    location: dict[str, Any] = {
        # Code scanning shows no result without a line; line 1 stands for the file where records are no lines.
        "physicalLocation": {
            "artifactLocation": {"uri": uri_of(place.source)},
            "region": {"startLine": line or 1},
        },
    }
    if logical := _logical(place, item):
        location["logicalLocations"] = logical
    return location


def _logical(place: Place, item: Evidence | None) -> list[dict[str, str]]:
    """Name member or sheet, field and record, each with the whole way to it."""
    if place.source is None:
        return [{"name": printable(place.name), "kind": "fact"}] if place.name else []
    way = shorten(printable(place.source), MAX_NAME)
    steps = []
    if inside := inside_of(place.source):
        kind = "sheet" if inside.rpartition("!")[2].find("#") >= 0 else "member"
        steps.append(
            {"name": shorten(printable(inside[1:]), MAX_NAME), "fullyQualifiedName": way, "kind": kind}
        )
    if place.field:
        name = shorten(printable(place.field), MAX_NAME)
        way = f"{way}::{name}"
        steps.append({"name": name, "fullyQualifiedName": way, "kind": "field"})
    if item is not None and item.record is not None:
        name = f"record {item.record}" if item.record else "metadata"
        steps.append({"name": name, "fullyQualifiedName": f"{way}[{item.record}]", "kind": "record"})
    return steps


def _fingerprint(verdict: Verdict, place: Place) -> str:
    """Tell a result of one run from those of others: by rule and published names, without any value."""
    key = json.dumps([verdict.rule, place.source, place.field, place.label])
    return f"{sha256(key.encode()).hexdigest()[:32]}:1"


def _suppressions(verdict: Verdict) -> list[dict[str, Any]]:
    waived = verdict.waiver
    told: dict[tuple[str, str], None] = {}
    for each in () if waived is None else (waived, *waived.others):
        until = f"until {prose(each.expires_on, MAX_NAME)}"
        why = f"{prose(each.reason)} (approved by {prose(each.approved_by, MAX_NAME)}, {until})"
        told[shorten(printable(each.id), MAX_NAME), printable(why)] = None
    return [
        {"kind": "external", "status": "accepted", "justification": why, "properties": {"waiver": name}}
        for name, why in told
    ]


def _invocation(result: AuditResult, notifications: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "executionSuccessful": not any(each["level"] == "error" for each in notifications),
        "exitCode": result.gate.exit_code,
        "exitCodeDescription": printable("; ".join(map(prose, result.gate.reasons[:MAX_EVIDENCE])))
        or "complete, no threshold crossed",
        "startTimeUtc": result.audit.started_at,
        "endTimeUtc": result.audit.finished_at,
        "toolExecutionNotifications": notifications,
    }


def _notifications(
    result: AuditResult, numbers: Mapping[str, int], shown: int, total: int
) -> list[dict[str, Any]]:
    told = [_unread(source) for source in unread(result)]
    told += [
        _unjudged(v, numbers[v.rule]) for v in result.verdicts if v.status in (Status.UNKNOWN, Status.ERROR)
    ]
    cuts = [f"showing {words.share(shown, total)} results"] if shown < total else []
    if len(told) > MAX_NOTIFICATIONS:
        cuts.append(f"showing {words.share(MAX_NOTIFICATIONS, len(told))} notifications")
    return [*told[:MAX_NOTIFICATIONS], *(_notification(_CUT, "warning", cut) for cut in cuts)]


def _unread(source: Source) -> dict[str, Any]:
    text = f"{shorten(source.source, MAX_NAME)}: {why_unread(source)}"
    place = {"physicalLocation": {"artifactLocation": {"uri": uri_of(source.source)}}}
    return {**_notification(_UNREAD, "error", text), "locations": [place]}


def _unjudged(verdict: Verdict, number: int) -> dict[str, Any]:
    level = "error" if verdict.status is Status.ERROR else "warning"
    why = prose(verdict.message) or words.STATUS_WORD[verdict.status]
    notification = _notification(_UNJUDGED, level, f"{verdict.rule}: {why}")
    return {**notification, "associatedRule": {"id": printable(verdict.rule), "index": number}}


def _notification(name: str, level: str, text: str) -> dict[str, Any]:
    at = list(_NOTIFICATIONS).index(name)
    return {"descriptor": {"id": name, "index": at}, "level": level, "message": {"text": _plain(text)}}


def _category(result: AuditResult) -> str:
    """Return `bpoaudit/VENDOR/RUN`: code scanning takes what stands before the last slash as the category."""
    vendor = result.vendor.get("vendor") or {}
    names = (str(vendor.get("id") or vendor.get("name") or "vendor"), result.audit.id)
    return "/".join(("bpoaudit", *(quote(shorten(printable(name), MAX_NAME), safe="") for name in names)))


def _plain(text: str) -> str:
    """Return the text of a message with everything visible and nothing that acts.

    In plain messages square brackets make links (SARIF 2.1.0, 3.11.6) and braces make placeholders (3.11.5).
    """
    shown = printable(text).replace("\\", "\\\\")
    for char in "[]":
        shown = shown.replace(char, f"\\{char}")
    return shown.replace("{", "{{").replace("}", "}}")
