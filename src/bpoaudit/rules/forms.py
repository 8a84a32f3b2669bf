"""The files of a rule pack as their authors write them: pydantic models, one a kind of file.

What needs more than its own file (a control's title, the type of a fact) is checked by the loader.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from bpoaudit.facts import check_facts
from bpoaudit.model import Evidence, Severity, Status
from bpoaudit.rules.measured import MEASURED_TABLES
from bpoaudit.suggestions import shown, suggestion
from bpoaudit.vendor.words import Section

RuleId = Annotated[str, Field(pattern=r"^[a-z0-9-]+/[a-z0-9][a-z0-9.-]*$", max_length=100)]
PackId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=50)]
ControlId = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_.-]*$", max_length=100)]
"""An OSCAL token."""
Iri = Annotated[str, Field(pattern=r"^https?://[^\s<>\"]+$", max_length=300)]
Line = Annotated[str, Field(min_length=1, max_length=300)]
Prose = Annotated[str, Field(min_length=1, max_length=2000)]
Api = Annotated[Literal["bpoaudit/v1"], Field(alias="apiVersion")]

Placeholder = Literal["failed", "checked", "source", "field", "record", "entity", "label"]
"""What a message can name in braces, besides the rule's parameters."""


class PackForm(Section):
    """`pack.yaml`: whose law it is, of which day, and how far it was checked."""

    id: PackId
    title: Line
    version: Line
    jurisdiction: Line
    """Country or area, in words or codes."""
    law: Line
    in_force_from: date | None = None
    in_force_until: date | None = None
    """Last day of a law that ends; afterwards the pack is only judged where it is asked for."""
    applies_when: Annotated[Any, Field(default=None)] = None
    """Condition on the vendor profile under which the law binds; left out: only where it is asked for."""
    applies_because: Line | None = None
    """Why it binds then, as the report says it."""
    source: Iri
    """The official text."""
    status: Literal["verified", "unverified"]
    """Whether a person has compared the pack with the text."""
    last_reviewed: date
    disclaimer: Prose
    rules: tuple[RuleId, ...] = ()
    """Rules of other packs that this law asks for too."""


class ControlForm(Section):
    """One clause of law or of a standard, in `controls.yaml`."""

    id: ControlId
    title: Line
    """How a person cites it: `GDPR Art. 32(1)(a)`."""
    text: Prose
    """What it asks for, in one line of our own."""
    rules: tuple[RuleId, ...] = ()
    """Rules that check it, of this pack and of others."""
    question: Prose | None = None
    """What a person has to ask, where no rule can tell."""
    in_force_from: date | None = None
    """Where the clause begins later than its law."""
    eli: Iri | None = None
    """European Legislation Identifier."""
    dpv: Iri | None = None
    """W3C Data Privacy Vocabulary."""


class ReferenceForm(Section):
    """A clause that the rule serves; what is left out comes from `controls.yaml`."""

    control: ControlId
    eli: Iri | None = None
    dpv: Iri | None = None


class RemediationForm(Section):
    """What to do about a failure."""

    text: Prose
    effort: Literal["low", "medium", "high"] | None = None
    url: Iri | None = None


class ParamForm(Section):
    """A number or word that a condition names as `{param: name}`."""

    type: Literal["number", "str", "bool", "list"]
    default: float | str | bool | tuple[str, ...]
    minimum: float | None = None
    maximum: float | None = None

    @model_validator(mode="after")
    def _check(self) -> ParamForm:
        kinds = {"number": (int, float), "str": (str,), "bool": (bool,), "list": (tuple,)}
        number = isinstance(self.default, (int, float)) and not isinstance(self.default, bool)
        if not isinstance(self.default, kinds[self.type]) or (self.type == "number" and not number):
            raise ValueError(f"the default is not a {self.type}")
        if isinstance(self.default, float):
            low = self.minimum if self.minimum is not None else self.default
            high = self.maximum if self.maximum is not None else self.default
            if not low <= self.default <= high:
                raise ValueError("the default lies outside minimum and maximum")
        return self


class EvidenceForm(Section):
    """Which rows of which table the rule looks at."""

    table: Annotated[str, Field(alias="from")]
    requires: tuple[Literal["scan.delivery"], ...] = ()
    """What has to be complete for a pass; always so for tables that reading fills."""
    where: Annotated[Any, Field(default=None)] = None


class BoundForm(Section):
    """A bound on a count or a share; `of` says what is counted among the rows."""

    lte: Annotated[float | None, Field(ge=0)] = None
    gte: Annotated[float | None, Field(ge=0)] = None
    of: Annotated[Any, Field(default=None)] = None

    @model_validator(mode="after")
    def _check(self) -> BoundForm:
        if (self.lte is None) == (self.gte is None):
            raise ValueError("give either lte or gte")
        return self


class ExpectForm(Section):
    """What has to hold; exactly one of these."""

    every: Annotated[Any, Field(default=None)] = None
    none: Annotated[Any, Field(default=None)] = None
    count: BoundForm | None = None
    ratio: BoundForm | None = None

    @model_validator(mode="after")
    def _check(self) -> ExpectForm:
        given = [name for name in ("every", "none", "count", "ratio") if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError("give exactly one of every, none, count, ratio")
        if self.ratio is not None and self.ratio.of is None:
            raise ValueError("a ratio needs 'of': the condition whose share is meant")
        if self.ratio is not None and max(self.ratio.lte or 0, self.ratio.gte or 0) > 1:
            raise ValueError("a ratio lies between 0 and 1")
        return self


class RuleForm(Section):
    """One rule: one testable requirement."""

    api_version: Api
    kind: Literal["Rule"]
    id: RuleId
    """`<pack>/<file name>`; stable for ever."""
    version: Annotated[int, Field(ge=1)]
    title: Line
    severity: Severity
    domain: Annotated[str, Field(pattern=r"^[a-z][a-z_-]*$", max_length=40)]
    """Area of the report."""
    description: Prose
    criteria: Prose
    """What the clause asks for, in one sentence."""
    effect: Prose
    """What a failure means for the people concerned and for the client, in one sentence."""
    references: Annotated[tuple[ReferenceForm, ...], Field(min_length=1)]
    personal_data: tuple[Iri, ...] = ()
    params: dict[str, ParamForm] = Field(default_factory=dict)
    in_force_from: date | None = None
    applies_when: Annotated[Any, Field(default=None)] = None
    evidence: EvidenceForm
    expect: ExpectForm
    show: tuple[Line, ...] | None = None
    """Which particulars of a failing item to show; None: all that there are."""
    message: Prose
    """One sentence about a failure; may name `Placeholder`s in braces."""
    remediation: RemediationForm
    tags: tuple[Line, ...] = ()
    aliases: tuple[RuleId, ...] = ()
    """Former ids."""


SHOWABLE = frozenset(Evidence.model_fields)
"""Particulars that `show` can name; a value is not among them."""


class CaseFinding(Section):
    """Findings that a case starts from; like the lines of `findings.jsonl`."""

    source: Line
    field: Line
    record: Annotated[int, Field(ge=0)] = 1
    entity: Line
    confidence: Annotated[float, Field(ge=0, le=1)] = 1.0
    masking: Literal["clear", "partial", "masked"] = "clear"
    kind: Literal["column", "text", "transcript", "metadata"] = "column"
    category: Line | None = None
    recognizer: Line = "case"
    region: Line | None = None
    agreed: bool | None = None
    agreed_masking: Literal["none", "partial", "masked"] | None = None
    count: Annotated[int, Field(ge=1)] = 1


class CaseField(Section):
    """A field that a case starts from."""

    source: Line
    field: Line
    kind: Literal["column", "text", "transcript", "metadata"] = "column"
    records: Annotated[int, Field(ge=0)] = 1
    non_empty: Annotated[int, Field(ge=0)] = 1
    distinct: Annotated[int, Field(ge=0)] = 1
    agreed: bool | None = None


class CaseSource(Section):
    """A source that a case starts from."""

    source: Line
    media_type: Line = "text/csv"
    status: Literal["read", "skipped", "partial", "encrypted", "unsupported", "unreadable"] = "read"
    bytes: Annotated[int, Field(ge=0)] | None = 1
    records_read: Annotated[int, Field(ge=0)] = 1
    facts: Annotated[dict[str, int | str], AfterValidator(check_facts), Field(default_factory=dict)]


class CaseDate(Section):
    """A row of the retention measure."""

    source: Line
    field: Line
    oldest: date
    newest: date
    count: Annotated[int, Field(ge=1)] = 1
    over_limit: Annotated[int, Field(ge=0)] | None = None
    trigger: bool | None = None


def _known_measures(given: dict[str, tuple[dict[str, Any], ...]]) -> dict[str, tuple[dict[str, Any], ...]]:
    known = {table.name: table.columns for table in MEASURED_TABLES}
    for name, rows in given.items():
        if name not in known:
            raise ValueError(f"there is no measure {shown(name)}{suggestion(name, known)}")
        for column in {column for row in rows for column in row} - {*Evidence.model_fields}:
            if column not in known[name]:
                raise ValueError(f"{name} has no {shown(column)}{suggestion(column, known[name])}")
    return given


Measures = Annotated[dict[str, tuple[dict[str, Any], ...]], AfterValidator(_known_measures)]
"""Rows of measures by the name of their table, as the `measures` of an audit has them."""


class CaseScan(Section):
    """How much of the delivery was read."""

    delivery: Literal["complete", "partial", "missing"] = "complete"


class CaseExpect(Section):
    """What the verdict has to say; what is left out is not compared."""

    status: Status
    checked: int | None = None
    failed: int | None = None
    failing: tuple[dict[str, Any], ...] = ()
    """Each has to fit one line of the evidence."""
    missing: tuple[str, ...] | None = None


class CaseForm(Section):
    """One case of a rule."""

    name: Line
    profile: dict[str, Any] = Field(default_factory=dict)
    """Completes a minimal profile: mappings are merged, everything else is replaced."""
    as_of: date = date(2026, 6, 30)
    scan: CaseScan = CaseScan()
    findings: tuple[CaseFinding, ...] = ()
    fields: tuple[CaseField, ...] = ()
    sources: tuple[CaseSource, ...] = ()
    dates: tuple[CaseDate, ...] | None = None
    """Left out: the measure did not run."""
    measures: Measures = Field(default_factory=dict)
    """Rows by the name of their table; one that is left out did not run."""
    expect: CaseExpect
    todo: bool = False
    """A known gap: the case is expected not to hold yet."""


class CasesForm(Section):
    """`<rule>.test.yaml`."""

    rule: RuleId
    cases: Annotated[tuple[CaseForm, ...], Field(min_length=1)]
