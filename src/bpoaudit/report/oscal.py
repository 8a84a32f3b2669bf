"""OSCAL assessment results (NIST, JSON), for governance, risk and compliance tools.

Each rule is an objective of its clauses, defined in the document itself. A rule that passed or failed is a
finding; OSCAL knows no third state, so what could not be judged is an observation without a finding. Only
what the model has known since 1.1.0 is used.
"""

from __future__ import annotations

import json
import re
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from bpoaudit.model import AuditResult, Evidence, Status, Verdict
from bpoaudit.report import words
from bpoaudit.report.cards import MAX_NAME, MAX_ROWS, MAX_TITLE, citations, place_of
from bpoaudit.report.markdown import escaped
from bpoaudit.report.places import condition, cut_note, unread, why_unread
from bpoaudit.report.printable import printable, prose, shorten
from bpoaudit.report.scorecard import coverage_line, sentence

OSCAL_VERSION = "1.2.3"
"""That of the schema which the tests hold the documents against."""
NAMESPACE = "urn:bpoaudit:oscal"
"""Of the properties that OSCAL has no name for."""

_NOT_IN_TOKEN = re.compile(r"[^\w.\-]|[^\W\d_a-zA-Z]")
_FINDINGS = {Status.PASS: ("satisfied", "pass"), Status.FAIL: ("not-satisfied", "fail")}

Object = dict[str, Any]


def render_oscal(result: AuditResult) -> str:
    """Return one document with one set of results; equal results give equal bytes, identifiers included."""
    return json.dumps(_Document(result).made(), ensure_ascii=False, indent=1) + "\n"


class _Document:
    """The parts of a document, which name each other by identifiers made from the run and a name."""

    def __init__(self, result: AuditResult) -> None:
        self.result = result
        self.tool, self.vendor, self.client = self.id("tool"), self.id("vendor"), self.id("client")
        self.verdicts = sorted(result.verdicts, key=lambda v: v.rule)
        self.failed = [verdict for verdict in self.verdicts if verdict.status is Status.FAIL]

    def id(self, *names: str) -> str:
        """Return a UUID of version 5, the same for the same run and names."""
        audit = self.result.audit
        return str(uuid5(_ROOT, json.dumps([audit.id, audit.started_at, *names])))

    def made(self) -> Object:
        results: Object = {
            "uuid": self.id("results"),
            "title": "Automated audit of a vendor's delivery",
            "description": escaped(sentence(self.result)),
            "start": self.result.audit.started_at,
            "end": self.result.audit.finished_at,
            "props": self.outcome(),
            "local-definitions": {"assessment-assets": self.assets()},
            "reviewed-controls": {"control-selections": [self.selection()]},
            "observations": [*map(self.observation, self.verdicts), *self.unread()] or [self.nothing()],
        }
        if self.failed:
            results["risks"] = [self.risk(verdict) for verdict in self.failed]
        if findings := [self.finding(v) for v in self.verdicts if v.status in _FINDINGS]:
            results["findings"] = findings
        document: Object = {
            "uuid": self.id("document"),
            "metadata": self.metadata(),
            "import-ap": {"href": f"#{self.id('plan')}"},
            "results": [results],
            "back-matter": {"resources": [self.plan()]},
        }
        if objectives := [self.objective(verdict) for verdict in self.verdicts]:
            document["local-definitions"] = {"objectives-and-methods": objectives}
        return {"assessment-results": document}

    def metadata(self) -> Object:
        result = self.result
        vendor, client = ((result.vendor.get(part) or {}).get("name") for part in ("vendor", "client"))
        names = (
            (self.vendor, prose(str(vendor or "Vendor not named"), MAX_NAME)),
            (self.client, prose(str(client or "Client not named"), MAX_NAME)),
        )
        return {
            "title": _line(f"Audit of {names[0][1]}"),
            "last-modified": result.audit.finished_at,
            "version": _string(result.audit.id),
            "oscal-version": OSCAL_VERSION,
            "roles": [
                {"id": "processor", "title": "Vendor, who delivers"},
                {"id": "controller", "title": "Client, for whom the data are processed"},
            ],
            "parties": [
                {"uuid": uuid, "type": "organization", "name": _string(name)} for uuid, name in names
            ],
            "responsible-parties": [
                {"role-id": "processor", "party-uuids": [self.vendor]},
                {"role-id": "controller", "party-uuids": [self.client]},
            ],
        }

    def plan(self) -> Object:
        """Return what stands for the assessment plan: the packs that were judged."""
        packs = [f"{p.id} {p.version} ({p.digest}): {p.title}" for p in self.result.audit.packs]
        told = "; ".join(prose(pack) for pack in packs) or "no pack"
        return {
            "uuid": self.id("plan"),
            "title": "Rule packs of this audit",
            "description": escaped(
                f"There is no assessment plan in OSCAL; what was assessed are the packs {told}."
            ),
        }

    def outcome(self) -> list[Object]:
        result, score, gate = self.result, self.result.score, self.result.gate
        coverage = coverage_line(result.delivery.coverage, [s.status for s in result.delivery.sources])
        told = (
            ("assurance", score.assurance.value),
            ("score-low", "" if score.low is None else f"{score.low:.1f}"),
            ("score-high", "" if score.high is None else f"{score.high:.1f}"),
            ("grade", score.grade or ""),
            ("coverage", coverage),
            ("as-of", result.audit.as_of),
            ("gate-exit-code", str(gate.exit_code)),
        )
        return [_prop(name, value) for name, value in told if value]

    def assets(self) -> Object:
        tool = self.result.tool
        component = {
            "uuid": self.tool,
            "type": "software",
            "title": _line(tool.name),
            "description": escaped(f"{tool.name} {tool.version} with Presidio {tool.presidio}"),
            "props": [{"name": "version", "value": _string(tool.version)}],
            "status": {"state": "operational"},
        }
        platform = {"uuid": self.id("platform"), "uses-components": [{"component-uuid": self.tool}]}
        return {"components": [component], "assessment-platforms": [platform]}

    def selection(self) -> Object:
        controls = sorted({control for verdict in self.verdicts for control in _controls(verdict)})
        if not controls:
            return {"include-all": {}}
        return {"include-controls": [{"control-id": control} for control in controls]}

    def objective(self, verdict: Verdict) -> Object:
        criteria = prose(verdict.criteria) or prose(verdict.title) or verdict.rule
        part = {"id": _token(verdict.rule), "name": "assessment-objective", "prose": escaped(criteria)}
        return {"control-id": _controls(verdict)[0], "parts": [part]}

    def observation(self, verdict: Verdict) -> Object:
        told = [
            prose(verdict.message),
            condition(verdict) if verdict.status in _FINDINGS else "",
            cut_note(verdict),
        ]
        text = " ".join(f"{part.rstrip('.')}." for part in told if part)
        observation: Object = {
            "uuid": self.id("observation", verdict.rule),
            "title": _line(prose(verdict.title, MAX_TITLE) or verdict.rule),
            "description": escaped(f"{words.STATUS_WORD[verdict.status].capitalize()}. {text}".strip()),
            "props": [_prop("rule", verdict.rule), _prop("outcome", verdict.status.value)],
            "methods": ["TEST"],
            "types": ["control-objective"],
            "origins": [self.origin()],
            "collected": self.result.audit.finished_at,
        }
        evidence = verdict.evidence if verdict.status is Status.FAIL else ()
        if evidence:
            observation["relevant-evidence"] = [{"description": _evidence(item)} for item in evidence]
        return observation

    def unread(self) -> list[Object]:
        sources = unread(self.result)
        if not sources:
            return []
        shown = [
            {"description": escaped(f"{shorten(s.source, MAX_NAME)}: {why_unread(s)}")}
            for s in sources[:MAX_ROWS]
        ]
        cut = f" Showing {words.share(MAX_ROWS, len(sources))}." if len(sources) > MAX_ROWS else ""
        return [
            {
                "uuid": self.id("unread"),
                "title": "Sources that could not be fully read",
                "description": f"{words.plural(len(sources), 'source')} could not be fully read.{cut}",
                "methods": ["EXAMINE"],
                "types": ["discovery"],
                "origins": [self.origin()],
                "relevant-evidence": shown,
                "collected": self.result.audit.finished_at,
            }
        ]

    def nothing(self) -> Object:
        return {
            "uuid": self.id("nothing"),
            "description": "No rule was judged.",
            "methods": ["UNKNOWN"],
            "collected": self.result.audit.finished_at,
        }

    def origin(self) -> Object:
        return {"actors": [{"type": "tool", "actor-uuid": self.tool}]}

    def risk(self, verdict: Verdict) -> Object:
        risk: Object = {
            "uuid": self.id("risk", verdict.rule),
            "title": _line(prose(verdict.title, MAX_TITLE) or verdict.rule),
            "description": escaped(condition(verdict)),
            "statement": escaped(prose(verdict.effect) or "No effect is stated."),
            "props": [_prop("severity", verdict.severity.value)],
            "status": "deviation-approved" if verdict.accepted else "open",
            "origins": [self.origin()],
            "related-observations": [{"observation-uuid": self.id("observation", verdict.rule)}],
        }
        waived = verdict.waiver or verdict.partly_waived
        if waived is not None:
            risk["props"] += [
                _prop("waiver", waived.id),
                _prop("waiver-covers", f"{waived.covered} of {waived.of}"),
                _prop("waiver-reason", prose(waived.reason)),
                _prop("waiver-approved-by", prose(waived.approved_by, MAX_NAME)),
                _prop("waiver-expires-on", waived.expires_on),
            ]
        if remedy := prose(verdict.remediation.text):
            risk["remediations"] = [
                {
                    "uuid": self.id("remediation", verdict.rule),
                    "lifecycle": "recommendation",
                    "title": "Recommendation",
                    "description": escaped(remedy),
                }
            ]
        return risk

    def finding(self, verdict: Verdict) -> Object:
        state, reason = _FINDINGS[verdict.status]
        named = [_prop("rule", verdict.rule), _prop("severity", verdict.severity.value)]
        named += [_prop("pack", pack) for pack in verdict.packs]
        named += [_prop("baseline", verdict.baseline)] if verdict.baseline else []
        cited = "; ".join(citation.text for citation in citations(verdict.references))
        finding: Object = {
            "uuid": self.id("finding", verdict.rule),
            "title": _line(prose(verdict.title, MAX_TITLE) or verdict.rule),
            "description": escaped(f"{condition(verdict)}. {cited}".strip()),
            "props": named,
            "origins": [self.origin()],
            "target": {
                "type": "objective-id",
                "target-id": _token(verdict.rule),
                "status": {"state": state, "reason": reason},
            },
            "related-observations": [{"observation-uuid": self.id("observation", verdict.rule)}],
        }
        if verdict.status is Status.FAIL:
            finding["related-risks"] = [{"risk-uuid": self.id("risk", verdict.rule)}]
        return finding


_ROOT: UUID = uuid5(NAMESPACE_URL, NAMESPACE)


def _controls(verdict: Verdict) -> list[str]:
    return [_token(reference.control) for reference in verdict.references] or [_token(verdict.domain)]


def _evidence(item: Evidence) -> str:
    record = "" if item.record is None else f"record {item.record}" if item.record else "metadata"
    label = shorten(item.label, MAX_NAME) if item.label and item.source else ""
    parts = (
        shorten(place_of(item), MAX_NAME),
        record,
        item.entity,
        item.masked,
        label,
        f"{item.count} times",
    )
    return escaped(", ".join(part for part in parts if part))


def _prop(name: str, value: str) -> Object:
    return {"name": name, "ns": NAMESPACE, "value": _string(value)}


def _token(name: str) -> str:
    """Return a name as an OSCAL token: `gdpr/art32` becomes `gdpr.art32`."""
    token = _NOT_IN_TOKEN.sub("_", name.replace("/", "."))[: 2 * MAX_NAME]
    return token if token[:1].isalpha() or token[:1] == "_" else f"_{token}"


def _line(text: str) -> str:
    return escaped(text).strip() or "–"


def _string(text: str) -> str:
    return shorten(printable(text).strip(), 4 * MAX_NAME) or "–"
