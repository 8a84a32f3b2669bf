"""What a person is told of evidence that was verified: what differs first, the verdict on the last line."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

from bpoaudit.errors import SignatureError
from bpoaudit.evidence.held import FAILURES, Held, State
from bpoaudit.evidence.statement import BASELINE, DELIVERY, FILES, PROFILE, RESULT, RULES, WAIVERS, Statement
from bpoaudit.report.printable import inert

if TYPE_CHECKING:
    from bpoaudit.evidence.confirm import Confirmation

MAX_DIFFERENCES = 40

_KINDS = {
    DELIVERY: "files of the delivery",
    FILES: "files handed over",
    RULES: "rule packs",
    WAIVERS: "waivers",
    BASELINE: "baseline",
    PROFILE: "profile",
    RESULT: "result",
}


class Answer(StrEnum):
    """How a finding was met again."""

    CONFIRMED = "confirmed"
    DIFFERS = "value differs"
    ABSENT = "not there"


def verified_lines(statement: Statement, key_id: str, held: Sequence[Held]) -> Iterator[str]:
    """Yield the lines: what was signed, each difference by its name, what was checked of how much."""
    run, tool = statement.predicate.audit, statement.predicate.tool
    yield f"signature: holds, by the key {key_id[:16]}"
    yield f"audit: {inert(run.id)} of {inert(run.started_at)}, by {inert(tool.name)} {inert(tool.version)}"
    for state in (State.CHANGED, State.MISSING, State.EXTRA):
        for each in held:
            if each.state is state:
                yield f"{state}: {inert(each.name)}" + (f" ({inert(each.why)})" if each.why else "")
    for kind, title in _KINDS.items():
        of_kind = [each for each in held if each.name == kind or each.name.startswith(kind)]
        counted = Counter(each.state for each in of_kind)
        total = len(of_kind) - counted[State.EXTRA]
        if counted[State.SAME]:
            yield f"same: {title}, {counted[State.SAME]:,} of {total:,}"
        unchecked = [each for each in of_kind if each.state is State.UNCHECKED]
        if unchecked:
            reasons = "; ".join(sorted({each.why for each in unchecked}))
            yield f"not checked: {title}, {len(unchecked):,} of {total:,} ({inert(reasons)})"
    yield _last(held)


def _last(held: Sequence[Held]) -> str:
    counted = Counter(each.state for each in held)
    failures = [f"{counted[state]:,} {state}" for state in State if state in FAILURES and counted[state]]
    if failures:
        return f"not verified: {', '.join(failures)}"
    unchecked = f"; not checked: {counted[State.UNCHECKED]:,}" if counted[State.UNCHECKED] else ""
    return f"verified: {counted[State.SAME]:,} things are as they were signed{unchecked}"


def fault_lines(fault: SignatureError) -> Iterator[str]:
    """Yield the lines for a signature that does not hold: nothing that it covers was looked at."""
    yield f"signature: {inert(fault.message)}"
    if fault.hint:
        yield f"hint: {inert(fault.hint)}"
    yield "not verified: nothing under the signature was read"


def replayed_lines(size: int, differences: Sequence[str]) -> Iterator[str]:
    """Yield the lines of a replay: the first differences, and how many there are of what."""
    for difference in differences[:MAX_DIFFERENCES]:
        yield f"differs: {inert(difference)}"
    if not differences:
        yield f"replayed: the same {size:,} bytes of audit.json"
        return
    if (more := len(differences) - MAX_DIFFERENCES) > 0:
        yield f"differs: and {more:,} more places"
    parts = Counter(re.split(r"[.\[]", each, maxsplit=1)[0] for each in differences)
    told = ", ".join(f"{count:,} in {inert(part)}" for part, count in sorted(parts.items()))
    yield f"not replayed: {told}"


def confirmation_lines(answers: Sequence[Confirmation]) -> Iterator[str]:
    """Yield the lines of findings that were looked for again, the count of confirmed ones last."""
    for name, same in {each.asked.file: each.same_file for each in answers}.items():
        if same is not None:
            yield f"file: {inert(name)} is {'the one' if same else 'another than the one'} that was audited"
    for each in answers:
        if each.answer is Answer.CONFIRMED:
            yield f"confirmed: {inert(each.asked.place)}: {each.asked.entity}"
            continue
        yield f"{each.answer}: {inert(each.asked.place)}: {inert(each.asked.entity)} ({inert(each.why)})"
        if each.moved is not None:
            record, field = each.moved
            yield f"the same value stands in record {record}, field {inert(field)}"
    confirmed = sum(each.answer is Answer.CONFIRMED for each in answers)
    yield f"confirmed: {confirmed:,} of {len(answers):,} findings"
