"""The nouns that every layer shares: frozen, without logic.

Nothing in this module can hold a raw value of the delivery: what was found is carried as a
`MaskedShape` and a keyed `Fingerprint`, and both check themselves when they are made.
`AuditResult` is the published document `audit.json`; its JSON Schema is generated from here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, Any, Literal

from msgspec import Struct
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from bpoaudit.facts import Fact, check_facts

# --- words ---------------------------------------------------------------------------------------


class Severity(StrEnum):
    """How bad a failed rule is; separate from a finding's confidence. Declared worst first."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Status(StrEnum):
    """The outcome of one rule. A missing fact is `unknown`, never `not_applicable` or `pass`."""

    PASS = "pass"
    FAIL = "fail"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"
    UPCOMING = "upcoming"
    ERROR = "error"


class SourceStatus(StrEnum):
    """How far a source was read. Declared best first."""

    READ = "read"
    SKIPPED = "skipped"
    """Left out because the vendor profile excludes it, with a reason."""
    PARTIAL = "partial"
    ENCRYPTED = "encrypted"
    UNSUPPORTED = "unsupported"
    UNREADABLE = "unreadable"


class FieldKind(StrEnum):
    """Where a field comes from, not how its text was analysed."""

    COLUMN = "column"
    TEXT = "text"
    TRANSCRIPT = "transcript"
    METADATA = "metadata"


class MaskingState(StrEnum):
    """What the vendor's own masking left visible of a value."""

    CLEAR = "clear"
    PARTIAL = "partial"
    MASKED = "masked"


class Assurance(StrEnum):
    """The headline in words. Declared best first."""

    HIGH = "High"
    REASONABLE = "Reasonable"
    LIMITED = "Limited"
    VERY_LIMITED = "Very limited"
    INCONCLUSIVE = "Inconclusive"


# --- what may leave the detector -----------------------------------------------------------------

MAX_CLEAR = 4
"""Letters and digits that a masked shape may show at most."""

_LABEL = re.compile(r"<[A-Z_]{2,40}>")
_FINGERPRINT = re.compile(r"hmac-sha256:[0-9a-f]{32}")


@lru_cache(maxsize=4096)  # the values of a column have few shapes between them
def _check_shape(text: str) -> str:
    if sum(map(str.isalnum, text)) > MAX_CLEAR and not _LABEL.fullmatch(text):
        raise ValueError(f"a masked shape shows more than {MAX_CLEAR} letters or digits")
    if len(text) > 80:
        raise ValueError("a masked shape is at most 80 characters long")
    return text


def _check_fingerprint(text: str) -> str:
    if not _FINGERPRINT.fullmatch(text):
        raise ValueError("a fingerprint is hmac-sha256: and 32 hexadecimal digits")
    return text


MaskedShape = Annotated[str, AfterValidator(_check_shape)]
"""The outline of a value: dots, punctuation and at most `MAX_CLEAR` clear characters, or an
entity label such as `<HEALTH>`."""

Fingerprint = Annotated[str, AfterValidator(_check_fingerprint)]
"""HMAC-SHA256 of entity and normalised value under the audit's key, cut to 128 bits."""


class Finding(Struct, frozen=True, array_like=True):
    """One occurrence of an entity. Safe to print, store and send."""

    source: str
    record: int
    """1-based; 0 for metadata (names, headers)."""
    field: str
    start: int
    """Offset in the field's own decoded text, in code points."""
    end: int
    entity: str
    confidence: float
    """0 to 1, two decimals."""
    recognizer: str
    category: str | None
    """W3C DPV term, or None where DPV has none."""
    masked: str
    """A `MaskedShape`."""
    fingerprint: str
    """A `Fingerprint`."""
    masking: MaskingState
    region: str | None = None
    """ISO 3166-1 alpha-2 where the value itself tells (phone, IBAN, identifier)."""
    spans: tuple[tuple[int, int, int], ...] = ()
    """(record, start, end) of each piece, when a value is spoken over several turns."""
    explanation: Mapping[str, Any] | None = None
    """How it came about, where that was asked for; see docs/detection.md."""

    def __post_init__(self) -> None:
        _check_shape(self.masked)
        _check_fingerprint(self.fingerprint)


# --- audit.json ----------------------------------------------------------------------------------


def _check_day(text: str) -> str:
    try:
        date.fromisoformat(text)
    except (TypeError, ValueError):
        raise ValueError("not a day") from None  # its own message quotes the text
    return text


def _check_time(text: str) -> str:
    try:
        zone = datetime.fromisoformat(text).tzinfo
    except ValueError:
        raise ValueError("not a time") from None
    if zone is None:
        raise ValueError("a time needs its zone")
    return text


Day = Annotated[str, AfterValidator(_check_day)]
"""`2026-06-30`."""

Time = Annotated[str, AfterValidator(_check_time)]
"""`2026-06-30T08:00:00Z`."""


def _check_profile(profile: dict[str, Any]) -> dict[str, Any]:
    for section in ("vendor", "client", "processing"):
        held = profile.get(section)
        if held is not None and not isinstance(held, dict):
            raise ValueError(f"{section} is not a section of a profile")
        for name in ("services", "countries", "subject_countries"):
            listed = (held or {}).get(name)
            if listed is not None and not (isinstance(listed, (list, tuple)) and all(map(_is_text, listed))):
                raise ValueError(f"{section}.{name} is not a list of texts")
    return profile


_FACTS = frozenset({"conduct", "dates", "equivalence_classes", "keys_beside", "lists", "test_data"})
"""Measures that are looked into again where an audit is judged or shown anew."""


def _check_measures(measures: dict[str, Any]) -> dict[str, Any]:
    for name in _FACTS & measures.keys():
        rows = measures[name]
        if not (isinstance(rows, (list, tuple)) and all(isinstance(row, dict) for row in rows)):
            raise ValueError(f"{name} is not a list of facts")
    for row in measures.get("dates", ()):
        if not (
            _is_text(row.get("source")) and _is_text(row.get("field")) and isinstance(row.get("count"), int)
        ):
            raise ValueError("dates: without source, field and count")
        if not isinstance(row.get("over_limit"), int | None):
            raise ValueError("dates: over_limit is not a number")
        for name in ("oldest", "newest"):
            _check_day(row.get(name))
    return measures


def _check_points(points: float) -> float:
    if not 0 <= points <= 100:
        raise ValueError("points are from 0 to 100")
    return points


def _is_text(value: object) -> bool:
    return isinstance(value, str)


class Document(BaseModel):
    """Base of the published documents: frozen, no unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(Document):
    """One readable thing of the delivery and how far it was read."""

    source: str
    media_type: str
    bytes: int | None
    """Size of a file, unpacked for a member of one; None for a sheet or table, or where nobody knows."""
    sha256: str | None
    """Of a whole file; None for what lies inside one."""
    status: SourceStatus
    records_read: int
    records_total: int | None
    """None when the end was not reached."""
    reason: str | None = None
    notes: tuple[str, ...] = ()
    """What a reader noticed and took in its stride: encoding, delimiter, hidden sheet, short rows."""
    facts: Annotated[dict[str, Fact], AfterValidator(check_facts)] = Field(default_factory=dict)
    """What rules may ask of it (`bpoaudit.facts`)."""


class Share(Document):
    """A number with its denominator."""

    read: int
    total: int


class LeftOut(Document):
    """What the profile excludes; members of what is excluded as a whole count with it."""

    sources: int = 0
    bytes: int = 0
    """Of the files; of a member only where its container was read, unpacked."""


class Coverage(Document):
    """How much of the delivery was read. `records` counts what is known to exist."""

    sources: Share
    bytes: Share
    records: Share
    excluded: LeftOut = LeftOut()
    """In none of the shares."""


class Delivery(Document):
    """The manifest: what was audited, byte for byte."""

    key_id: str
    """Names the HMAC key, so that fingerprints of two audits can be compared or not."""
    sources: tuple[Source, ...]
    coverage: Coverage


class MaskingCounts(Document):
    """Occurrences by what the vendor's masking left visible."""

    clear: int = 0
    partial: int = 0
    masked: int = 0


class Pointer(Document):
    """Where one occurrence is; useful only to who holds the delivery."""

    record: int
    start: int
    end: int
    masked: MaskedShape
    fingerprint: Fingerprint


class Group(Document):
    """Findings of one field that rules need not tell apart."""

    masking: MaskingState
    confidence: float
    recognizer: str
    region: str | None
    count: int
    pointers: tuple[Pointer, ...]
    """The first 20 by record and start."""


class EntityCounts(Document):
    """One entity in one field, counted over all its records."""

    entity: str
    category: str | None
    count: int
    records: int
    """Records with at least one occurrence."""
    distinct: int
    distinct_estimated: bool = False
    confidence: float
    """The highest of its groups."""
    masking: MaskingCounts
    samples: tuple[MaskedShape, ...]
    agreed: bool | None = None
    """Whether the agreement allows it here; None where there is no agreement."""
    agreed_masking: str | None = None
    """The masking that the agreement asks for here: none, partial or masked."""
    groups: tuple[Group, ...]


class FieldInventory(Document):
    """What one field of one source holds."""

    source: str
    field: str
    kind: FieldKind
    records: int
    non_empty: int
    distinct: int
    distinct_estimated: bool = False
    agreed: bool | None = None
    """Whether the agreement lists this field; None where there is no agreement."""
    language: str | None = None
    """ISO 639-1 code of the language that most of its free text is in; None where no text tells."""
    entities: tuple[EntityCounts, ...]


class Reference(Document):
    """A clause that a rule serves."""

    control: str
    title: str | None = None
    """How a person cites it: `GDPR Art. 32(1)(a)`."""
    eli: str | None = None
    dpv: str | None = None


class Remediation(Document):
    """What to do next."""

    text: str
    effort: str | None = None
    url: str | None = None


class Evidence(Document):
    """One failing item. Fields that do not apply to it are None."""

    source: str | None = None
    field: str | None = None
    record: int | None = None
    start: int | None = None
    end: int | None = None
    entity: str | None = None
    confidence: float | None = None
    masked: MaskedShape | None = None
    fingerprint: Fingerprint | None = None
    count: int = 1
    """How many occurrences this line stands for."""
    label: str | None = None
    """For items that are not findings: the clause, certificate, sub-processor, feed or transfer."""


class FailedAt(Document):
    """How many items of a rule failed in one place. What does not apply to it, or is not shown, is None."""

    source: str | None = None
    field: str | None = None
    entity: str | None = None
    label: str | None = None
    """As in `Evidence`."""
    count: int
    """Of all that failed there, whether the evidence lists it or not."""


class Approval(Document):
    """Who accepted a failure, why and until when. These are role holders, named on purpose."""

    id: str
    """Of the waiver."""
    category: str
    """risk_accepted, false_positive or compensating_control."""
    reason: str
    requested_by: str
    approved_by: str
    approved_on: str
    expires_on: str
    """The last day on which it counts."""
    ticket: str | None = None


class Waived(Approval):
    """What waivers cover of the failing items of one rule: the first of them, and any others."""

    covered: int
    """Failing items that they cover together."""
    of: int
    """All failing items."""
    others: tuple[Approval, ...] = ()


class Verdict(Document):
    """One rule's outcome, with its evidence and its clause of law."""

    rule: str
    packs: tuple[str, ...]
    title: str
    severity: Severity
    domain: str
    status: Status
    checked: int
    failed: int
    subjects: int | None = None
    """Distinct data subjects touched, where a measure could tell."""
    references: tuple[Reference, ...]
    criteria: str
    message: str
    effect: str
    remediation: Remediation
    evidence: tuple[Evidence, ...] = ()
    """The first 20 of `evidence_total`."""
    evidence_total: int = 0
    places: tuple[FailedAt, ...] = ()
    """Of a failure: the largest 100 of `places_total`. Results of earlier versions have none."""
    places_total: int = 0
    missing: tuple[str, ...] = ()
    """For `unknown`: the facts that would have been needed."""
    answered_in: tuple[str, ...] = ()
    """Where these are written: keys of the vendor profile (`[]`: in each item), or options of the audit."""
    waiver: Waived | None = None
    """Set only where waivers cover every failing item."""
    partly_waived: Waived | None = None
    """Where they cover only some: the rule fails as if there were none."""
    baseline: Literal["new", "unchanged"] | None = None
    """Of a failure, where there is a baseline: `new` if any of its items is not in there."""

    @property
    def accepted(self) -> bool:
        """Whether it is a failure that waivers cover in full: it is shown and scored, and does not gate."""
        return self.status is Status.FAIL and self.waiver is not None

    @property
    def unconcerned(self) -> bool:
        """Whether it passed because there was nothing to check, which assures nobody of anything."""
        return self.status is Status.PASS and not self.checked


class Deduction(Document):
    """Points lost to one rule; the caps are lines of their own (`cap:critical`)."""

    rule: str
    points: Annotated[float, AfterValidator(_check_points)]


class DomainScore(Document):
    """The score of one area of the report."""

    domain: str
    low: float | None
    high: float | None
    coverage: float
    assurance: Assurance


class PackScore(Document):
    """The score of one law: of the rules that its pack names, by themselves."""

    pack: str
    low: float | None
    high: float | None
    coverage: float
    assurance: Assurance


class Score(Document):
    """0 to 100 with a range; `value` is `low`, or None when nothing could be assessed."""

    value: float | None
    low: float | None
    high: float | None
    coverage: float
    """Assessed weight of the rules over all applicable weight, 0 to 1."""
    grade: str | None
    assurance: Assurance
    model: int = 1
    cap: int | None
    """39 or 79 where a failed critical or high rule holds the score down."""
    deductions: tuple[Deduction, ...]
    domains: tuple[DomainScore, ...]
    packs: tuple[PackScore, ...] = ()
    """A rule counts in each pack that names it, and once in the whole."""
    if_waived: float | None = None
    """The value if accepted failures counted as passed; None where nothing is accepted."""


class Gate(Document):
    """What a pipeline sees."""

    passed: bool
    exit_code: int
    reasons: tuple[str, ...]


class ModelUsed(Document):
    """A language model that ran."""

    name: str
    version: str
    sha256: str


class Tool(Document):
    """What made the result."""

    name: str
    version: str
    presidio: str
    model: ModelUsed
    """All language models as one: names and versions joined, the hash over their hashes."""
    models: tuple[ModelUsed, ...] = ()
    """Each of them."""
    python: str


class LanguageRead(Document):
    """Free text in one language, and the models that look for names and places in it."""

    language: str
    """ISO 639-1 code."""
    fields: int
    texts: int
    """Values of those fields; one that is in two languages counts in both."""
    models: tuple[str, ...]
    """Those made for the language. Without one, names and places were looked for by patterns and word
    lists alone, and in Latin script by models made for other languages."""


class PackUsed(Document):
    """A rule pack and the digest of its files."""

    id: str
    version: str
    title: str
    digest: str


class PackChoice(Document):
    """Whether a pack was judged, and why."""

    pack: str
    title: str
    judged: bool
    why: str


class WaiversUsed(Document):
    """The waiver file of a run."""

    digest: str
    """SHA-256 of the file."""
    listed: int
    """Waivers in it."""
    used: int
    """Those that cover an item."""


class BaselineUsed(Document):
    """The baseline of a run."""

    digest: str
    """SHA-256 of the file."""
    created: str
    expires_on: str


class Audit(Document):
    """The run."""

    id: str
    as_of: Day
    started_at: Time
    finished_at: Time
    options: dict[str, Any]
    """Only what changes the result: thresholds, sampling, language, model."""
    packs: tuple[PackUsed, ...]
    pack_choices: tuple[PackChoice, ...] = ()
    """Of every pack that there is, whether it was judged and why."""
    active_entities: tuple[str, ...]
    not_looked_for: tuple[str, ...]
    languages: tuple[LanguageRead, ...] = ()
    """Of free text that is long enough to tell, the most frequent first."""
    waivers: WaiversUsed | None = None
    baseline: BaselineUsed | None = None
    notices: tuple[str, ...] = ()
    """What to know of waivers and baseline: expired, about to expire, without effect."""


class AuditResult(Document):
    """The single document that every report is rendered from (`audit.json`)."""

    schema_version: Annotated[str, Field(pattern="^1$")] = "1"
    tool: Tool
    audit: Audit
    vendor: Annotated[dict[str, Any], AfterValidator(_check_profile)]
    """The profile as read, less contact persons."""
    delivery: Delivery
    inventory: tuple[FieldInventory, ...]
    verdicts: tuple[Verdict, ...]
    measures: Annotated[dict[str, Any], AfterValidator(_check_measures)]
    score: Score
    gate: Gate


class ScanResult(Document):
    """What `scan` writes: the inventory alone, without a vendor or a judgement."""

    schema_version: Annotated[str, Field(pattern="^1$")] = "1"
    tool: Tool
    audit: Audit
    delivery: Delivery
    inventory: tuple[FieldInventory, ...]
    measures: dict[str, Any]
    gate: Gate
