"""Hold two results against each other. Pure: the files were read, and what to show is for a renderer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from bpoaudit.comparison.data import (
    CoverageChange,
    EntityChange,
    FieldChange,
    SourceChange,
    VolumeJump,
    coverage_changes,
    field_changes,
    source_changes,
    volume_jumps,
)
from bpoaudit.comparison.feeds import feeds
from bpoaudit.comparison.judged import Kind, RuleChange, ScoreChange, rule_changes, score_change
from bpoaudit.model import AuditResult, FieldInventory, ScanResult

Result = AuditResult | ScanResult


@dataclass(frozen=True, slots=True)
class Run:
    """What to call one of the two results."""

    id: str
    as_of: str
    vendor: str | None
    client: str | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that differs between two results, and nothing else but the names of the two."""

    old: Run
    new: Run
    notes: tuple[str, ...]
    """What makes the two less comparable than they look."""
    score: ScoreChange | None
    """None where one of the two is a scan."""
    rules: tuple[RuleChange, ...]
    """Rules whose outcome changed; empty where one of the two is a scan."""
    unchanged_rules: int
    coverage: tuple[CoverageChange, ...]
    sources: tuple[SourceChange, ...]
    volume: tuple[VolumeJump, ...]
    fields: tuple[FieldChange, ...]
    entities: tuple[EntityChange, ...]

    @property
    def nothing_changed(self) -> bool:
        """Whether the two say the same of the delivery and of the vendor."""
        moved = self.score is not None and (self.score.old, self.score.old_assurance) != (
            self.score.new,
            self.score.new_assurance,
        )
        lists = (self.rules, self.coverage, self.sources, self.volume, self.fields, self.entities)
        return not moved and not any(lists)

    @property
    def newly_failing(self) -> tuple[RuleChange, ...]:
        """Rules that fail now, did not before, and are not accepted by a waiver."""
        return tuple(change for change in self.rules if change.newly_fails)


def compare(old: Result, new: Result) -> Comparison:
    """Return what changed from `old` to `new`.

    A result compared with itself gives no change, and `compare(new, old)` tells the same changes from
    the other side. Where one of the two is a scan, only the deliveries are compared.
    """
    before, after = ({s.source: s for s in each.delivery.sources} for each in (old, new))
    same = feeds(before, after)
    fields, entities = field_changes(same, _by_source(old.inventory), _by_source(new.inventory))
    score: ScoreChange | None = None
    rules: tuple[RuleChange, ...] = ()
    if isinstance(old, AuditResult) and isinstance(new, AuditResult):
        score = score_change(old, new)
        rules = rule_changes(old.verdicts, new.verdicts)
    return Comparison(
        old=_run(old),
        new=_run(new),
        notes=tuple(_notes(old, new)),
        score=score,
        rules=tuple(rule for rule in rules if rule.kind is not Kind.UNCHANGED),
        unchanged_rules=sum(rule.kind is Kind.UNCHANGED for rule in rules),
        coverage=coverage_changes(old.delivery.coverage, new.delivery.coverage),
        sources=source_changes(same, before, after),
        volume=volume_jumps(same, before, after),
        fields=fields,
        entities=entities,
    )


def _by_source(inventory: Iterable[FieldInventory]) -> dict[str, list[FieldInventory]]:
    found: defaultdict[str, list[FieldInventory]] = defaultdict(list)
    for field in inventory:
        found[field.source].append(field)
    return found


def _run(result: Result) -> Run:
    profile = result.vendor if isinstance(result, AuditResult) else {}
    vendor, client = ((profile.get(part) or {}).get("name") for part in ("vendor", "client"))
    return Run(result.audit.id, result.audit.as_of, vendor, client)


def _notes(old: Result, new: Result) -> Iterable[str]:
    if isinstance(old, AuditResult) != isinstance(new, AuditResult):
        yield "one of the two is a scan without verdicts: only the deliveries are compared"
    was, now = _run(old), _run(new)
    if None not in (was.vendor, now.vendor) and was.vendor != now.vendor:
        yield "the two are of different vendors"
    if None not in (was.client, now.client) and was.client != now.client:
        yield "the two are of different clients"
    if now.as_of < was.as_of:
        yield "the first is the newer of the two: what follows is told as if it were the older"
    tools = [(each.tool.version, each.tool.presidio, each.tool.model.sha256) for each in (old, new)]
    if tools[0] != tools[1]:
        yield "another version of bpoaudit, Presidio or the language models: counts may differ for that alone"
    if set(old.audit.active_entities) != set(new.audit.active_entities):
        yield "they looked for different kinds of personal data: one may be found because it was looked for"
