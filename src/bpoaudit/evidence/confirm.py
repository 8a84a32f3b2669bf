"""Confirm one finding of a signed audit in the original file, with the shared key and nothing else.

What crosses between the two sides is where the finding is and its keyed fingerprint: no value, no mask.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import BaseModel, ConfigDict, ValidationError

from bpoaudit import pipeline, scanning
from bpoaudit.delivery import DeliveryFile, discover, encode_name, fingerprint_file
from bpoaudit.errors import EvidenceError, SourceError, UsageError
from bpoaudit.evidence.delivered import check_key
from bpoaudit.evidence.strict_json import parse
from bpoaudit.evidence.told import Answer
from bpoaudit.locate import Reference, locate
from bpoaudit.masking import Key
from bpoaudit.model import AuditResult, Finding, Fingerprint
from bpoaudit.public_names import IN_NAME, fits
from bpoaudit.segments import findings_of

_FINGERPRINT = re.compile(r"hmac-sha256:[0-9a-f]{32}")
_INSIDE = re.compile(r"[!#]")


class Asked(BaseModel):
    """A finding as `findings.jsonl` has it; what says no more than where and which is left out."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    source: str
    record: int
    field: str
    start: int
    end: int
    entity: str
    fingerprint: Fingerprint
    recognizer: str | None = None
    spans: tuple[tuple[int, int, int], ...] = ()

    @property
    def file(self) -> str:
        """Return the file that its source is, or lies in."""
        return _INSIDE.split(self.source, maxsplit=1)[0]

    @property
    def place(self) -> str:
        """Return where it is."""
        return f"{self.source}, record {self.record}, field {self.field}, {self.start} to {self.end}"

    @property
    def before(self) -> int:
        """Return how much longer its name was for the audit than that of the file alone."""
        return self.file.rfind("/") + 1 if self.field == IN_NAME else 0


@dataclass(slots=True)
class Confirmation:
    """One finding, and what stands at its place."""

    asked: Asked
    answer: Answer = Answer.ABSENT
    why: str = "nothing of this kind stands there"
    same_file: bool | None = None
    """Whether its file is byte for byte the one that was audited; None where there is none."""
    moved: tuple[int, str] | None = None
    """Record and field of the first place where the same value stands instead."""


def asked_for(text: str, result: AuditResult) -> tuple[Asked, ...]:
    """Return the findings that `text` means: a line of findings.jsonl, or a fingerprint.

    A fingerprint stands for all places at which the audit.json points at it. Raises `UsageError` where it
    points at none, `EvidenceError` where the line is none of findings.jsonl.
    """
    if _FINGERPRINT.fullmatch(text):
        found = tuple(each for each in _pointed_at(result) if each.fingerprint == text)
        if not found:
            raise UsageError(
                "the audit.json points at no finding with this fingerprint",
                "it tells the first 20 of a kind; give the line of findings.jsonl instead",
            )
        return found
    try:
        return (Asked.model_validate(parse(text.encode(), "--finding")),)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(step)[:40] for step in first["loc"])
        raise EvidenceError(
            f"not a line of findings.jsonl: {place}: {first['msg']}", file="--finding"
        ) from None


def _pointed_at(result: AuditResult) -> Iterator[Asked]:
    for of_field in result.inventory:
        for entity in of_field.entities:
            for group in entity.groups:
                for pointer in group.pointers:
                    yield Asked(
                        source=of_field.source, field=of_field.field, entity=entity.entity,
                        record=pointer.record, start=pointer.start, end=pointer.end,
                        fingerprint=pointer.fingerprint, recognizer=group.recognizer,
                    )  # fmt: skip


def confirm(
    asked: Sequence[Asked],
    result: AuditResult,
    delivery: Sequence[str],
    reading: scanning.Reading,
    clock: pipeline.Clock,
) -> list[Confirmation]:
    """Read the files of `asked` again, and tell of each finding of `result` whether it is there.

    `delivery` is the delivery or the one original file. Only the files that are asked about are read: the
    text at the place first, and where that is not it (or was put together from several turns) all of the
    file by the detection of an audit. Raises `UsageError` where the key is not that of the audit.
    """
    check_key(reading.key, result)
    files = discover(delivery)
    digests = {source.source: source.sha256 for source in result.delivery.sources}
    answers = [Confirmation(each) for each in asked]
    for name in dict.fromkeys(each.file for each in asked):
        of_file = [each for each in answers if each.asked.file == name]
        file = _file(name, digests.get(name), files, reading.key)
        if file is None:
            for each in of_file:
                each.why = "its file is not in the delivery"
            continue
        if not isinstance(file.place, Path):
            raise UsageError(
                "a finding is confirmed in a local file", "name the copy that lies on this machine"
            )
        for each in of_file:
            if _stands_in(file.place, each.asked, reading):
                each.answer, each.why = Answer.CONFIRMED, ""
        if left := [each for each in of_file if each.answer is not Answer.CONFIRMED]:
            _detected_in(file.place, left, reading, clock)
        same = _digest(file) == digests.get(name)
        for each in of_file:
            each.same_file = same
    return answers


def _file(name: str, digest: str | None, files: Sequence[DeliveryFile], key: Key) -> DeliveryFile | None:
    """Return the file of that public name; a single one by the last part of its name, or its content."""
    if len(files) == 1:
        name = name.rpartition("/")[2]
    fitting = next((f for f in files if f.source == name or fits(name, f.source, key)), None)
    if fitting is None and len(files) == 1 and _digest(files[0]) == digest:
        return files[0]
    return fitting


def _digest(file: DeliveryFile) -> str:
    with file.content() as content:
        return fingerprint_file(content)[0]


def _stands_in(file: Path, asked: Asked, reading: scanning.Reading) -> bool:
    """Tell whether the text at the place of a finding has its fingerprint."""
    reference = Reference(
        source=encode_name(file.name) + asked.source[len(asked.file) :],
        record=asked.record,
        field=asked.field,
        start=asked.start - asked.before,
        end=asked.end - asked.before,
        entity=asked.entity,
        fingerprint=asked.fingerprint,
        recognizer=asked.recognizer,
        spans=asked.spans,
    )
    try:
        pieces = locate([reference], [str(file)], reading.key, reading.passwords)
    except (UsageError, SourceError):  # no such place: the detection says what there is instead
        return False
    return all(piece.same is True and piece.by == "key" for piece in pieces)


def _detected_in(
    file: Path, answers: Sequence[Confirmation], reading: scanning.Reading, clock: pipeline.Clock
) -> None:
    """Say what stands at the places of `answers` now, and where their values stand instead."""
    with TemporaryDirectory(prefix="bpoaudit-") as folder:
        result, segments = pipeline.scan(
            [file], reading=replace(reading, keep_findings=True), clock=clock, folder=Path(folder)
        )
        top = next(s.source for s in result.delivery.sources if not _INSIDE.search(s.source))
        ends = {s.source: s.records_read for s in result.delivery.sources}
        at = {each.asked.source: top + each.asked.source[len(each.asked.file) :] for each in answers}
        for each in answers:
            if at[each.asked.source] not in ends:
                each.why = "its file holds no such part"
            elif each.asked.record > ends[at[each.asked.source]]:
                each.why = f"the source ends after record {ends[at[each.asked.source]]}"
        for finding in findings_of(segments):
            for each in answers:
                if finding.source == at[each.asked.source] and each.answer is not Answer.CONFIRMED:
                    _meet(each, finding)


def _meet(answer: Confirmation, finding: Finding) -> None:
    asked = answer.asked
    same = finding.fingerprint == asked.fingerprint
    begin, end = asked.start - asked.before, asked.end - asked.before
    here = (finding.record, finding.field) == (asked.record, asked.field)
    if here and same and (finding.start, finding.end) == (begin, end):
        answer.answer, answer.why = Answer.CONFIRMED, ""
    elif here and finding.entity == asked.entity and finding.start < end and begin < finding.end:
        answer.answer, answer.why = Answer.DIFFERS, "another value of this kind stands there"
    if same and answer.moved is None:
        answer.moved = (finding.record, finding.field)
