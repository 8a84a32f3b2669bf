"""Run the cases beside the rules: each starts from facts and says what the verdict has to be.

A case goes the whole way, from a vendor profile and findings through the same code as an audit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from bpoaudit.documents import YamlFile, load_yaml, validate, validate_data
from bpoaudit.errors import RulePackError
from bpoaudit.model import (
    Coverage,
    Delivery,
    EntityCounts,
    Evidence,
    FieldInventory,
    FieldKind,
    Group,
    MaskingCounts,
    MaskingState,
    Pointer,
    Share,
    Source,
    SourceStatus,
    Status,
    Verdict,
)
from bpoaudit.rules.delivered import Row
from bpoaudit.rules.facts import Facts, frame_of, rows_of
from bpoaudit.rules.forms import CaseFinding, CaseForm, CasesForm
from bpoaudit.rules.judge import judge
from bpoaudit.rules.packs import Pack
from bpoaudit.rules.registry import tables
from bpoaudit.rules.rule_file import Rule
from bpoaudit.suggestions import shown, suggestion
from bpoaudit.vendor import VendorProfile

MINIMAL_PROFILE: Mapping[str, Any] = {
    "apiVersion": "bpoaudit/v1",
    "kind": "VendorProfile",
    "vendor": {"name": "Example Vendor", "country": "IN", "services": ["support"]},
    "client": {"name": "Example Client", "country": "IE"},
    "processing": {"countries": ["IN"], "subject_countries": ["IE"]},
}
"""What the `profile` of a case completes: an Irish client, supported from India."""

_KEY = "hmac-sha256:" + "0" * 32


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What came of one case, or of looking for cases."""

    rule: str
    case: str
    problems: tuple[str, ...]
    todo: bool = False
    place: str = ""
    """`file:line` of the case."""

    @property
    def passed(self) -> bool:
        """Tell whether it held; a known gap that has closed is a problem of its own."""
        return not self.problems


def run_cases(pack: Pack) -> list[CaseResult]:
    """Run the cases of every rule that `pack` brings itself.

    A rule without a case that passes and one that fails is a problem; so is a file of cases without
    its rule. Raises `RulePackError` only for a file that cannot be read as cases.
    """
    results = [result for rule in pack.own for result in run_rule_cases(rule, pack)]
    rules = {rule.file.name for rule in pack.own}
    for file in sorted(pack.path.glob("*.test.yaml")):
        if file.name.replace(".test.yaml", ".yaml") not in rules:
            results.append(CaseResult(file.name, "", ("there is no rule for these cases",), place=str(file)))
    return results


def run_rule_cases(rule: Rule, pack: Pack) -> Iterator[CaseResult]:
    """Run the cases beside one rule; a file without them, or without both outcomes, is a problem too."""
    file = rule.file.with_name(f"{rule.file.stem}.test.yaml")
    if not file.is_file():
        yield CaseResult(rule.id, "", (f"has no {file.name}",), place=str(rule.file))
        return
    document = load_yaml(file, RulePackError)
    form = validate(document, CasesForm)
    if form.rule != rule.id:
        raise document.fault(("rule",), f"these are the cases of {shown(rule.id)}, by the file's name")
    for index, case in enumerate(form.cases):
        line = document.place(("cases", index)).line
        problems = tuple(_problems(case, _judge(document, index, case, rule, pack)))
        if case.todo:
            problems = () if problems else ("the known gap has closed: take `todo` out",)
        yield CaseResult(rule.id, case.name, problems, case.todo, f"{file}:{line}")
    seen = {case.expect.status for case in form.cases if not case.todo}
    lacking = [status.value for status in (Status.PASS, Status.FAIL) if status not in seen]
    if lacking:
        yield CaseResult(rule.id, "", (f"has no case that expects {' or '.join(lacking)}",), place=str(file))


def _judge(document: YamlFile, index: int, case: CaseForm, rule: Rule, pack: Pack) -> Verdict:
    data = _merged(MINIMAL_PROFILE, case.profile)
    profile = validate_data(data, document, VendorProfile, ("cases", index, "profile"))
    measures: dict[str, Any] = dict(case.measures)
    if case.dates is not None:
        measures["dates"] = [row.model_dump(mode="json") for row in case.dates]
    rows = dict(rows_of(profile, _delivery(case), _inventory(case), measures, case.as_of))
    # How much was read is as the case says, and not as its few sources would.
    rows["vendor"] = [Row({**row.facts, "scan.delivery": case.scan.delivery}) for row in rows["vendor"] or ()]
    needed = {"vendor", rule.table.name}
    facts = Facts(case.as_of, {name: frame_of(tables()[name], rows[name]) for name in needed})
    alone = Pack(pack.form, (rule,), pack.controls, pack.digest, pack.path)
    return judge([alone], facts)[0]


def _merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        known = merged.get(key)
        if isinstance(known, Mapping) and isinstance(value, Mapping):
            value = _merged(known, value)
        merged[key] = value
    return merged


def _delivery(case: CaseForm) -> Delivery:
    sources = [
        Source(
            source=each.source,
            media_type=each.media_type,
            bytes=each.bytes,
            sha256=None,
            status=SourceStatus(each.status),
            records_read=each.records_read,
            records_total=each.records_read,
            facts=each.facts,
        )
        for each in case.sources
    ]
    rows = (case.findings, case.fields, case.dates or ())
    named = {each.source for kind in rows for each in kind}
    for name in sorted(named - {each.source for each in case.sources}):
        sources.append(
            Source(
                source=name,
                media_type="text/csv",
                bytes=None,
                sha256=None,
                status=SourceStatus.READ,
                records_read=1,
                records_total=1,
            )
        )
    share = Share(read=len(sources), total=len(sources))
    return Delivery(
        key_id="case", sources=tuple(sources), coverage=Coverage(sources=share, bytes=share, records=share)
    )


def _inventory(case: CaseForm) -> tuple[FieldInventory, ...]:
    """Group the findings of a case as an audit would have."""
    fields = {(each.source, each.field): each for each in case.fields}
    found: dict[tuple[str, str], list[CaseFinding]] = {}
    for finding in case.findings:
        found.setdefault((finding.source, finding.field), []).append(finding)
    inventory = []
    for place in sorted({*fields, *found}):
        listed, findings = fields.get(place), found.get(place, [])
        kind = listed.kind if listed else findings[0].kind
        records = listed.records if listed else len({each.record for each in findings})
        inventory.append(
            FieldInventory(
                source=place[0],
                field=place[1],
                kind=FieldKind(kind),
                records=records,
                non_empty=listed.non_empty if listed else records,
                distinct=listed.distinct if listed else records,
                agreed=listed.agreed if listed else None,
                entities=tuple(_entities(findings)),
            )
        )
    return tuple(inventory)


def _entities(findings: list[CaseFinding]) -> Iterator[EntityCounts]:
    def about(finding: CaseFinding) -> tuple[str, str, str]:
        return finding.entity, str(finding.agreed), str(finding.agreed_masking)

    for (entity, _, _), same in groupby(sorted(findings, key=about), key=about):
        members = list(same)
        counts = {
            state.value: sum(each.count for each in members if each.masking == state)
            for state in MaskingState
        }
        yield EntityCounts(
            entity=entity,
            category=members[0].category,
            count=sum(counts.values()),
            records=len({each.record for each in members}),
            distinct=len(members),
            confidence=max(each.confidence for each in members),
            masking=MaskingCounts(**counts),
            samples=(),
            agreed=members[0].agreed,
            agreed_masking=members[0].agreed_masking,
            groups=tuple(_groups(members)),
        )


def _groups(findings: list[CaseFinding]) -> Iterator[Group]:
    def about(finding: CaseFinding) -> tuple[str, float, str, str]:
        return finding.masking, finding.confidence, finding.recognizer, finding.region or ""

    for _, same in groupby(sorted(findings, key=about), key=about):
        members = sorted(same, key=lambda each: each.record)
        first = members[0]
        pointers = tuple(
            Pointer(record=each.record, start=0, end=1, masked="•", fingerprint=_KEY) for each in members
        )
        yield Group(
            masking=MaskingState(first.masking),
            confidence=first.confidence,
            recognizer=first.recognizer,
            region=first.region,
            count=sum(each.count for each in members),
            pointers=pointers[:20],
        )


def _problems(case: CaseForm, verdict: Verdict) -> Iterator[str]:
    expect = case.expect
    if verdict.status is not expect.status:
        missing = f" without {', '.join(verdict.missing)}" if verdict.missing else ""
        yield f"expected {expect.status}, got {verdict.status}{missing}"
    for name in ("checked", "failed"):
        wanted, got = getattr(expect, name), getattr(verdict, name)
        if wanted is not None and wanted != got:
            yield f"expected {wanted} {name}, got {got}"
    lines = [line.model_dump(mode="json") for line in verdict.evidence]
    for item in expect.failing:
        unknown = sorted(set(item) - set(Evidence.model_fields))
        if unknown:
            yield f"evidence has no {shown(unknown[0])}{suggestion(unknown[0], Evidence.model_fields)}"
        elif not any(item.items() <= line.items() for line in lines):
            yield f"no failing item has {', '.join(f'{key}: {value}' for key, value in item.items())}"
    if expect.missing is not None and set(expect.missing) != set(verdict.missing):
        got_names = ", ".join(verdict.missing) or "nothing"
        yield f"expected {', '.join(expect.missing) or 'nothing'} to be missing, got {got_names}"
