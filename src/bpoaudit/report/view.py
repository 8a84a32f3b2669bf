"""AuditResult to ReportView: what the report shows, in which order, in which words, up to which cap.

Pure: no clock, no file, no markup. A renderer only lays out what stands here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from hashlib import sha256
from typing import Any, TypeVar

from bpoaudit.model import AuditResult, Source, SourceStatus, Status
from bpoaudit.report import words
from bpoaudit.report.accuracy import Accuracy, accuracy
from bpoaudit.report.cards import (
    MAX_CARDS,
    MAX_NAME,
    MAX_NOTE,
    MAX_ROWS,
    Capped,
    Card,
    accepted_cards,
    capped,
    finding_cards,
)
from bpoaudit.report.data_map import DateRow, FieldRow, HeatTable, date_rows, field_rows, heat_table
from bpoaudit.report.edition import INTERNAL, Audience, Edition
from bpoaudit.report.follow_up import (
    Action,
    Outcome,
    Question,
    QuestionGroup,
    action_plan,
    answer_sections,
    outcomes,
    question_groups,
    questions,
)
from bpoaudit.report.json_document import render_json
from bpoaudit.report.languages import LanguageRow, language_rows, unmodelled
from bpoaudit.report.ledger import Ledger, ledger
from bpoaudit.report.printable import prose, shorten
from bpoaudit.report.responses import ResponseSummary, answers_of, summary_of
from bpoaudit.report.score_history import ScoreHistory, score_history
from bpoaudit.report.scorecard import Area, Headline, Law, areas, headline, laws
from bpoaudit.report.vendor_edition import for_vendor

T = TypeVar("T")

MAX_NOTES = 3
MAX_FACTS = 20
MAX_REASONS = 10


@dataclass(frozen=True, slots=True)
class Pack:
    """A rule pack as used."""

    id: str
    version: str
    title: str
    digest: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Who audited what, when and with what."""

    vendor: str
    vendor_facts: tuple[tuple[str, str], ...]
    client: str
    as_of: str
    finished_at: str
    audit_id: str
    tool: str
    packs: tuple[Pack, ...]
    result_sha256: str
    """Of the `audit.json` that this report is rendered from."""


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One source of the manifest."""

    source: str
    status: str
    size: str
    records: str
    sha256: str
    reason: str
    notes: str


@dataclass(frozen=True, slots=True)
class Scope:
    """What was looked for, with what, under which options."""

    looked_for: tuple[tuple[str, str], ...]
    """(plain words, entity name)."""
    not_looked_for: tuple[tuple[str, str], ...]
    languages: tuple[LanguageRow, ...]
    unmodelled: str | None
    """Languages of free text that no model was made for."""
    options: tuple[tuple[str, str], ...]
    exceptions: tuple[tuple[str, str], ...]
    """Digests of the waiver file, of the baseline and of the responses."""
    engine: tuple[tuple[str, str], ...]
    choices: Capped[tuple[str, str, str]]
    """(pack, judged or left out, why) of every pack that there is."""
    key_id: str
    scoring_model: int
    gate: str
    gate_reasons: Capped[str]
    accuracy: Accuracy


@dataclass(frozen=True, slots=True)
class ReportView:
    """Everything a report shows, section by section."""

    title: str
    for_vendor: bool
    """Whether the vendor reads it: what is the client's own is not in here."""
    whole: str
    """How to get the full lists that this report cuts."""
    identity: Identity
    headline: Headline
    areas: tuple[Area, ...]
    laws: tuple[Law, ...]
    findings: Capped[Card]
    accepted: Capped[Card]
    notices: Capped[str]
    """What to know of waivers and baseline."""
    questions: Capped[Question]
    question_groups: tuple[QuestionGroup, ...]
    answer_sections: tuple[tuple[str, int], ...]
    """Where the questions are answered, each with how many wait for it."""
    heat: HeatTable
    fields: Capped[FieldRow]
    dates: Capped[DateRow]
    passed: Capped[Outcome]
    unconcerned: Capped[Outcome]
    """What passed with nothing to check."""
    not_applicable: Capped[Outcome]
    not_tested: Capped[Outcome]
    upcoming: Capped[Outcome]
    actions: Capped[Action]
    unread: Capped[SourceRow]
    sources: Capped[SourceRow]
    scope: Scope
    ledger: Ledger | None
    responses: ResponseSummary | None
    history: ScoreHistory | None


def view_of(result: AuditResult, edition: Edition = INTERNAL) -> ReportView:
    """Order, group, word and cap `result` for the reader of an edition."""
    digest = sha256(render_json(result).encode()).hexdigest()
    history, measured = score_history(result, edition.past), accuracy(result)
    vendors = edition.audience is Audience.VENDOR
    if vendors:
        result = for_vendor(result)
    answers = answers_of(edition.responses)
    cards = finding_cards(result, answers)
    actions, asked = action_plan(cards), questions(result, answers)
    vendor = vendor_name(result)
    return ReportView(
        title=f"{vendor}: {result.score.assurance.value.lower()} assurance on {result.audit.as_of}",
        for_vendor=vendors,
        whole="the client can give the full list" if vendors else "-o audit.json writes the full list",
        identity=_identity(result, vendor, digest),
        headline=headline(result, actions),
        areas=areas(result, cards),
        laws=laws(result),
        findings=cards,
        accepted=accepted_cards(result, answers),
        notices=capped((prose(notice, MAX_NOTE) for notice in result.audit.notices), MAX_CARDS),
        questions=asked,
        question_groups=question_groups(asked),
        answer_sections=answer_sections(result),
        heat=heat_table(result),
        fields=field_rows(result),
        dates=date_rows(result.measures),
        passed=outcomes(v for v in result.verdicts if v.status is Status.PASS and not v.unconcerned),
        unconcerned=outcomes(v for v in result.verdicts if v.unconcerned),
        not_applicable=outcomes(v for v in result.verdicts if v.status is Status.NOT_APPLICABLE),
        not_tested=outcomes(v for v in result.verdicts if v.status is Status.ERROR),
        upcoming=outcomes(v for v in result.verdicts if v.status is Status.UPCOMING),
        actions=actions,
        unread=_sources(s for s in result.delivery.sources if s.status is not SourceStatus.READ),
        sources=_sources(result.delivery.sources),
        scope=_scope(result, edition, measured),
        ledger=ledger(result),
        responses=summary_of(edition.responses, result),
        history=history,
    )


def smaller(view: ReportView) -> ReportView:
    """Return `view` with three quarters of the rows of each list; the cuts are announced like any other."""
    parts = {each.name: getattr(view, each.name) for each in fields(view)}
    cut: dict[str, Any] = {name: _cut(part) for name, part in parts.items() if isinstance(part, Capped)}
    groups = question_groups(cut["questions"])
    return replace(view, **cut, heat=replace(view.heat, rows=_cut(view.heat.rows)), question_groups=groups)


def _cut(rows: Capped[T]) -> Capped[T]:
    return Capped(rows.rows[: len(rows.rows) * 3 // 4], rows.total)


def vendor_name(result: AuditResult) -> str:
    """Return the vendor's name from the profile."""
    return _fact(result.vendor, "vendor", "name") or "Vendor not named"


def _identity(result: AuditResult, vendor: str, digest: str) -> Identity:
    profile, audit, tool = result.vendor, result.audit, result.tool
    services = _facts(profile, "vendor", "services")
    facts = (
        ("Country", _fact(profile, "vendor", "country")),
        ("Services", ", ".join(words.plain(service) for service in services)),
        ("Role", words.plain(_fact(profile, "vendor", "role") or "")),
        ("Processing in", ", ".join(_facts(profile, "processing", "countries"))),
        ("People from", ", ".join(_facts(profile, "processing", "subject_countries"))),
    )
    client = _fact(profile, "client", "name") or "Client not named"
    country = _fact(profile, "client", "country")
    return Identity(
        vendor=vendor,
        vendor_facts=tuple((name, value) for name, value in facts if value),
        client=f"{client} ({country})" if country else client,
        as_of=audit.as_of,
        finished_at=audit.finished_at.replace("T", " ").replace("Z", " UTC"),
        audit_id=shorten(audit.id, MAX_NAME),
        tool=f"{tool.name} {tool.version}",
        packs=tuple(Pack(pack.id, pack.version, pack.title, pack.digest) for pack in audit.packs),
        result_sha256=digest,
    )


def _fact(profile: dict[str, Any], section: str, name: str) -> str | None:
    value = (profile.get(section) or {}).get(name)
    return None if value is None else prose(str(value), MAX_NAME)


def _facts(profile: dict[str, Any], section: str, name: str) -> list[str]:
    values = (profile.get(section) or {}).get(name) or ()
    return [prose(str(value), MAX_NAME) for value in values][:MAX_FACTS]


def _sources(sources: Iterable[Source]) -> Capped[SourceRow]:
    rows = sorted(sources, key=lambda s: (s.status in (SourceStatus.READ, SourceStatus.SKIPPED), s.source))
    return capped((_source_row(source) for source in rows), MAX_ROWS)


def _source_row(source: Source) -> SourceRow:
    if source.records_total is None:
        records = f"{words.number(source.records_read)} of unknown"
    else:
        records = words.share(source.records_read, source.records_total)
    return SourceRow(
        source=shorten(source.source, MAX_NAME),
        status=words.SOURCE_STATUS_WORD[source.status],
        size="" if source.bytes is None else words.size(source.bytes),
        records=records,
        sha256=source.sha256 or "",
        reason=prose(source.reason or "", MAX_NOTE),
        notes=_notes(source),
    )


def _notes(source: Source) -> str:
    """Name the type of a file, and what its reader noticed; a sheet has its file's type."""
    own_type = [shorten(source.media_type, MAX_NAME)] if source.sha256 else []
    return "; ".join(own_type + [prose(note, MAX_NAME) for note in source.notes[:MAX_NOTES]])


def _scope(result: AuditResult, edition: Edition, measured: Accuracy) -> Scope:
    audit, tool, gate = result.audit, result.tool, result.gate
    return Scope(
        looked_for=_entities(audit.active_entities),
        not_looked_for=_entities(audit.not_looked_for),
        languages=language_rows(audit),
        unmodelled=unmodelled(audit),
        options=tuple(
            (words.plain(name), prose(_option(each), MAX_NOTE))
            for name, value in sorted(audit.options.items())[:MAX_ROWS]
            # Each of several, such as changed parameters of rules, has a row: none is lost in a cut.
            for each in (value if isinstance(value, list) else [value])
        ),
        exceptions=tuple(
            (name, shorten(used.digest, MAX_NAME))
            for name, used in (
                ("Waivers", audit.waivers),
                ("Baseline", audit.baseline),
                ("Responses", edition.responses),
            )
            if used is not None
        ),
        engine=(
            ("bpoaudit", tool.version),
            ("Presidio", tool.presidio),
            ("Language model", f"{tool.model.name} {tool.model.version}"),
            ("Model SHA-256", tool.model.sha256),
            ("Python", tool.python),
        ),
        choices=capped(
            (
                (
                    prose(each.title, MAX_NAME),
                    "judged" if each.judged else "left out",
                    prose(each.why, MAX_NOTE),
                )
                for each in audit.pack_choices
            ),
            MAX_ROWS,
        ),
        key_id=result.delivery.key_id,
        scoring_model=result.score.model,
        gate=f"{'passed' if gate.passed else 'not passed'} (exit code {gate.exit_code})",
        gate_reasons=capped((prose(reason, MAX_NOTE) for reason in gate.reasons), MAX_REASONS),
        accuracy=measured,
    )


def _option(value: object) -> str:
    """Word the value of an option; of a project file, what it set."""
    if isinstance(value, dict) and {"file", "sets", "sha256"} <= value.keys():
        return f"{value['file']} sets {', '.join(map(str, value['sets']))} (SHA-256 {value['sha256']})"
    return "not set" if value is None else str(value)


def _entities(names: Iterable[str]) -> tuple[tuple[str, str], ...]:
    return tuple((words.plain(name), name) for name in sorted(names))[:MAX_ROWS]
