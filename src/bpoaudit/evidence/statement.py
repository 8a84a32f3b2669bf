"""What is signed: an in-toto statement over all that an audit read, judged by and came to.

Subjects, each with a SHA-256:

    delivery/<source>   a file of the delivery, as in the manifest of audit.json
    rules/<pack>        the digest of a rule pack, as in audit.json
    waivers, baseline   the files of that audit, where there were any
    profile             the canonical JSON of the vendor profile as read (`vendor` of audit.json)
    result              the canonical JSON of the whole audit.json
    files/<name>        the bytes of a file that is handed over: audit.json, reports, members of a bundle
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import ConfigDict, Field, ValidationError

from bpoaudit.errors import EvidenceError
from bpoaudit.evidence.strict_json import canonical, parse, sha256
from bpoaudit.model import (
    Assurance,
    AuditResult,
    BaselineUsed,
    Coverage,
    Document,
    Gate,
    PackUsed,
    Status,
    Tool,
    WaiversUsed,
)

STATEMENT_TYPE: Final = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE: Final = "urn:bpoaudit:audit-evidence:1"

DELIVERY, RULES, FILES = "delivery/", "rules/", "files/"
WAIVERS, BASELINE, PROFILE, RESULT = "waivers", "baseline", "profile", "result"
PACKS = "packs/"
"""Folder of the files of rule packs among the members of a bundle."""


class Subject(Document):
    """One thing that is signed."""

    name: str
    digest: Annotated[
        dict[Literal["sha256"], Annotated[str, Field(pattern="^[0-9a-f]{64}$")]], Field(min_length=1)
    ]

    @property
    def sha256(self) -> str:
        """Return its digest."""
        return self.digest["sha256"]


class Read(Document):
    """How much of the delivery was read."""

    key_id: str
    """Names the HMAC key of fingerprints."""
    files: int
    without_digest: tuple[str, ...]
    """Files that could not be opened: they are in the delivery and no subjects."""
    sources: dict[str, int]
    """Number by status."""
    coverage: Coverage


class Headline(Document):
    """The score without its parts."""

    value: float | None
    low: float | None
    high: float | None
    coverage: float
    grade: str | None
    assurance: Assurance
    model: int
    cap: int | None


class Run(Document):
    """The run: when, with which options, by which rules."""

    id: str
    as_of: str
    started_at: str
    finished_at: str
    options: dict[str, Any]
    packs: tuple[PackUsed, ...]
    waivers: WaiversUsed | None
    baseline: BaselineUsed | None


class Predicate(Document):
    """What made the result, and what it came to; all of it stands in audit.json too."""

    result_file: str
    """The name of audit.json among the files."""
    tool: Tool
    audit: Run
    delivery: Read
    verdicts: dict[str, int]
    """Number by status."""
    failed: dict[str, int]
    """Failed rules by severity."""
    score: Headline
    gate: Gate


class Statement(Document):
    """An in-toto statement, version 1."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    type: Annotated[Literal["https://in-toto.io/Statement/v1"], Field(alias="_type")] = STATEMENT_TYPE
    subject: tuple[Subject, ...]
    predicate_type: Annotated[Literal["urn:bpoaudit:audit-evidence:1"], Field(alias="predicateType")] = (
        PREDICATE_TYPE
    )
    predicate: Predicate

    def under(self, prefix: str) -> tuple[Subject, ...]:
        """Return the subjects whose names begin with `prefix`."""
        return tuple(each for each in self.subject if each.name.startswith(prefix))

    def named(self, name: str) -> Subject | None:
        """Return the subject of that name, if any."""
        return next((each for each in self.subject if each.name == name), None)


def statement_of(
    result: AuditResult, document: Mapping[str, Any], files: Mapping[str, str], result_file: str
) -> Statement:
    """Return the statement over `result` and `files` (SHA-256 by name, that of audit.json among them).

    `document` is the audit.json that `result` was read from, as plain JSON. Raises `EvidenceError`.
    """
    subjects = [
        *_subjects_of(result),
        (PROFILE, sha256(canonical(document["vendor"], result_file))),
        (RESULT, sha256(canonical(document, result_file))),
        *((FILES + name, digest) for name, digest in files.items()),
    ]
    return Statement(
        subject=tuple(Subject(name=name, digest={"sha256": digest}) for name, digest in sorted(subjects)),
        predicate=_predicate_of(result, result_file),
    )


def payload_of(statement: Statement) -> bytes:
    """Return the bytes that are signed: canonical JSON."""
    return canonical(statement.model_dump(mode="json", by_alias=True), "the statement")


def statement_in(payload: bytes, file: str) -> Statement:
    """Return the statement that a verified payload holds. Raises `EvidenceError`."""
    document = parse(payload, file)
    try:
        return Statement.model_validate_json(payload)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
    if isinstance(document, dict) and document.get("predicateType") not in (None, PREDICATE_TYPE):
        raise EvidenceError(f"predicateType: is not {PREDICATE_TYPE}", file=file)
    place = ".".join(str(step)[:40] for step in first["loc"])
    raise EvidenceError(f"not a statement about an audit: {place}: {first['msg']}", file=file)


def _subjects_of(result: AuditResult) -> Iterator[tuple[str, str]]:
    for source in result.delivery.sources:
        if source.sha256 is not None:
            yield DELIVERY + source.source, source.sha256
    for pack in result.audit.packs:
        yield RULES + pack.id, bare(pack.digest)
    if result.audit.waivers is not None:
        yield WAIVERS, bare(result.audit.waivers.digest)
    if result.audit.baseline is not None:
        yield BASELINE, bare(result.audit.baseline.digest)


def bare(digest: str) -> str:
    """Return a digest of audit.json without the name of its algorithm."""
    return digest.removeprefix("sha256:")


def _predicate_of(result: AuditResult, result_file: str) -> Predicate:
    files = [s for s in result.delivery.sources if not {"!", "#"} & {*s.source}]
    run, score = result.audit, result.score
    return Predicate(
        result_file=result_file,
        tool=result.tool,
        audit=Run(**{name: getattr(run, name) for name in Run.model_fields}),
        delivery=Read(
            key_id=result.delivery.key_id,
            files=len(files),
            without_digest=tuple(s.source for s in files if s.sha256 is None),
            sources=_counted(s.status for s in result.delivery.sources),
            coverage=result.delivery.coverage,
        ),
        verdicts=_counted(v.status for v in result.verdicts),
        failed=_counted(v.severity for v in result.verdicts if v.status is Status.FAIL),
        score=Headline(**{name: getattr(score, name) for name in Headline.model_fields}),
        gate=result.gate,
    )


def _counted(words: Iterator[str]) -> dict[str, int]:
    return dict(sorted(Counter(map(str, words)).items()))
