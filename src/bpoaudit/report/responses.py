"""What the vendor answers to an audit: the form that it fills in, read back and held against the audit.

Responses are shown beside the findings. They change no verdict and no score, and whoever wrote them is
not trusted: every text is limited here and escaped like any other where it is shown.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from bpoaudit.documents import Steps, YamlFile, load_yaml, validate
from bpoaudit.errors import ResponseError
from bpoaudit.model import AuditResult, Status, Verdict
from bpoaudit.report import words
from bpoaudit.report.cards import MAX_NAME, MAX_TITLE, Answer, failures
from bpoaudit.report.follow_up import open_rules
from bpoaudit.report.printable import printable, prose
from bpoaudit.suggestions import shown, suggestion
from bpoaudit.vendor.words import Section

MAX_TEXT = 1000
"""Characters of a reason or an action; a longer one belongs into a document of its own."""
MAX_LINE = 100

_PLAIN_RULE = re.compile(r"[a-z0-9-]+/[a-z0-9][a-z0-9.-]*")

Line = Annotated[str, Field(min_length=1, max_length=MAX_LINE)]
Prose = Annotated[str, Field(min_length=1, max_length=MAX_TEXT)]


class ResponseForm(Section):
    """The answer to one rule; without `answer` it has not been given yet."""

    rule: Annotated[str, Field(min_length=1, max_length=200)]
    """Id of a rule that failed or is open, as in the report."""
    answer: Literal["accept", "dispute", "fix"] | None = None
    reason: Prose | None = None
    """Why; a dispute needs it."""
    action: Prose | None = None
    """What is going to be done, where that is not what the report recommends."""
    owner: Line | None = None
    """The role that answers for it."""
    by: date | None = None
    """The day by which it is done; a fix needs it."""

    @model_validator(mode="after")
    def _check(self) -> ResponseForm:
        if self.answer is None and (self.reason or self.action or self.owner or self.by):
            raise ValueError("the answer is missing: accept, dispute or fix")
        if self.answer == "dispute" and not (self.reason or "").strip():
            raise ValueError("a dispute needs its reason")
        if self.answer == "fix" and self.by is None:
            raise ValueError("a fix needs the day by which it is done: by")
        return self


class ResponsesForm(Section):
    """The file `responses.yaml`."""

    api_version: Annotated[Literal["bpoaudit/v1"], Field(alias="apiVersion")]
    kind: Literal["Responses"]
    audit: Annotated[str, Field(min_length=1, max_length=200)]
    """Id of the audit that is answered."""
    answered_by: Line | None = None
    answered_on: date | None = None
    responses: tuple[ResponseForm, ...]


@dataclass(frozen=True, slots=True)
class Responses:
    """A file of responses, checked against the audit that it answers."""

    digest: str
    """SHA-256 of the file."""
    answered_by: str | None
    answered_on: date | None
    given: Mapping[str, ResponseForm]
    """By rule; those without an answer are left out."""


def load_responses(path: Path, result: AuditResult) -> Responses:
    """Read the responses to `result` at `path`.

    Raises `ResponseError` with line and column: for another audit, a rule that is not judged in it or
    has nothing to answer, a rule that is answered twice, and a day before the audit.
    """
    document = load_yaml(path, ResponseError)
    form = validate(document, ResponsesForm)
    for steps, message in _faults(form, document, result):
        raise document.fault(steps, message)
    return Responses(
        digest=f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}",
        answered_by=form.answered_by,
        answered_on=form.answered_on,
        given={each.rule: each for each in form.responses if each.answer is not None},
    )


def _faults(form: ResponsesForm, document: YamlFile, result: AuditResult) -> Iterator[tuple[Steps, str]]:
    ours = {result.audit.id, result.audit.options.get("judged_again")}
    if form.audit not in ours:
        yield ("audit",), f"answers the audit {shown(form.audit)}, this one is {shown(result.audit.id)}"
    audited = result.audit.finished_at[:10]
    if form.answered_on is not None and form.answered_on.isoformat() < audited:
        yield ("answered_on",), f"lies before {audited}, when the audit finished"
    verdicts = {verdict.rule: verdict for verdict in result.verdicts}
    first: dict[str, int] = {}
    for at, each in enumerate(form.responses):
        steps: Steps = ("responses", at)
        verdict = verdicts.get(each.rule)
        if verdict is None:
            known = suggestion(each.rule, verdicts).partition("; known:")[0]
            yield (*steps, "rule"), f"this audit judged no rule {shown(each.rule)}{known}"
        elif verdict.status not in (Status.FAIL, Status.UNKNOWN):
            yield (*steps, "rule"), f"nothing to answer: the rule is {words.STATUS_WORD[verdict.status]}"
        if each.rule in first:
            line = document.place(("responses", first[each.rule], "rule")).line
            yield (*steps, "rule"), f"the rule is answered twice, first in line {line}"
        first.setdefault(each.rule, at)
        if each.by is not None and each.by.isoformat() < result.audit.as_of:
            yield (*steps, "by"), f"lies before {result.audit.as_of}, the day of the audit"


# --- as a report shows them --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ResponseSummary:
    """What came back, in one paragraph."""

    text: str
    answered_by: str
    digest: str


def answer_of(form: ResponseForm) -> Answer:
    """Return an answer as a card shows it."""
    by = form.by.isoformat() if form.by else ""
    kind = form.answer or "accept"
    word = {"accept": "Accepted", "dispute": "Disputed", "fix": f"To be fixed by {by}"}[kind]
    return Answer(
        kind=kind,
        word=word,
        reason=prose(form.reason or ""),
        action=prose(form.action or ""),
        owner=prose(form.owner or "", MAX_NAME),
        by=by,
    )


def answers_of(responses: Responses | None) -> dict[str, Answer]:
    """Return the answers by rule."""
    return {rule: answer_of(form) for rule, form in responses.given.items()} if responses else {}


def summary_of(responses: Responses | None, result: AuditResult) -> ResponseSummary | None:
    """Say how many of the rules that ask for an answer have one."""
    if responses is None:
        return None
    asked = [v for v in result.verdicts if v.status in (Status.FAIL, Status.UNKNOWN)]
    kinds = [form.answer for form in responses.given.values()]
    told = [
        f"{words.number(kinds.count(kind))} {word}"
        for kind, word in (("accept", "accepted"), ("fix", "to be fixed"), ("dispute", "disputed"))
        if kind in kinds
    ]
    share = f"The vendor answered {words.share(len(kinds), len(asked))} findings and questions"
    who = prose(responses.answered_by or "", MAX_NAME)
    when = f"on {responses.answered_on.isoformat()}" if responses.answered_on else ""
    return ResponseSummary(
        text=f"{share}: {words.listed(told)}." if told else f"{share}.",
        answered_by=" ".join(part for part in (f"by {who}" if who else "", when) if part),
        digest=responses.digest,
    )


# --- the form ----------------------------------------------------------------------------------------

_HEAD = """\
# Responses to the audit of {vendor} on {day}.
#
# For each rule write one answer:
#   accept    the finding is right; say in `action` what follows from it
#   dispute   it is not: say why in `reason`
#   fix       it will be put right: say until when in `by` (2026-12-31)
# `reason` and `action` take up to {limit} characters, `owner` is a role and not a person. What is left empty
# has not been answered yet. Answers stand beside the findings; they change neither verdicts nor the score.
apiVersion: bpoaudit/v1
kind: Responses
audit: {audit}
answered_by:
answered_on:
"""

_ENTRY = """\

  # {ref}  {severity}: {title}
  - rule: {rule}
    answer:
    reason:
    action:
    owner:
    by:
"""


def render_form(result: AuditResult) -> str:
    """Return the form for the vendor: an entry for each rule that failed or is open, worst first."""
    groups = (
        ("F", failures(result, waived=False)),
        ("W", failures(result, waived=True)),
        ("Q", open_rules(result)),
    )
    entries = [_entry(f"{letter}{at}", each) for letter, found in groups for at, each in _numbered(found)]
    vendor = (result.vendor.get("vendor") or {}).get("name") or "a vendor"
    head = _HEAD.format(
        vendor=_comment(str(vendor)),
        day=_comment(result.audit.as_of),
        limit=MAX_TEXT,
        audit=json.dumps(result.audit.id),
    )
    return head + ("responses:\n" + "".join(entries) if entries else "responses: []\n")


def _numbered(found: Sequence[Verdict]) -> Iterator[tuple[int, Verdict]]:
    return enumerate(found, start=1)


def _entry(ref: str, verdict: Verdict) -> str:
    rule = verdict.rule if _PLAIN_RULE.fullmatch(verdict.rule) else json.dumps(verdict.rule)
    title = _comment(verdict.title)
    return _ENTRY.format(ref=ref, severity=verdict.severity.value, title=title, rule=rule)


def _comment(text: str) -> str:
    """Return text that stays inside the comment of a line."""
    return printable(prose(text, MAX_TITLE))
