"""What a turn of a conversation looks like when it is written as text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from bpoaudit.delivery.turn_heads import TurnLine, exported_head, hearing_head, lone_head

# [10:02:11]  (00:01)  10:02 AM  2026-05-01 10:02  [2026-05-01T10:02:11Z]  01/05/2026, 10:02  [00:01 - 00:04]
_CLOCK = (
    r"(?:(?:\d{4}-\d\d-\d\d[T ,]|\d{1,2}[/.]\d{1,2}[/.]\d{2,4},?) ?)?"
    r"\d{1,2}:\d\d(?::\d\d)?(?:[.,]\d{1,3})? ?(?:[AaPp]\.?[Mm]\.?)?(?:Z|[+-]\d\d:?\d\d)?"
)
_TIME = rf"[\[(]?{_CLOCK}(?: ?(?:-|–|-->) ?{_CLOCK})?[\])]?"

# A name or a role in any script: starts with a letter, no dash between spaces, no double space.
_SPEAKER = r"[^\W\d_](?:(?! [-–—  ])[^\x00-\x1f:<>|{}\[\]\"!?;]){0,39}?"

_COLON = re.compile(
    rf"\s*(?:(?P<time>{_TIME})\s*[-–—|:]?\s*)?\*{{0,2}}(?P<speaker>{_SPEAKER})"
    rf"\*{{0,2}}[ \t]{{0,16}}(?:[\[(](?P<after>{_CLOCK})[\])])?(?:(?<!\d):|:(?!\d))(?!//)\*{{0,2}}[ \t]?"
)
_DASH = re.compile(rf"\s*(?P<time>{_TIME})\s*(?P<speaker>{_SPEAKER})(?: [-–—]|>)[ \t]")

_ROLES = """
agent customer client caller callee csr human rep representative advisor adviser operator associate
bot chatbot assistant system user visitor member patient guest supervisor manager speaker interviewer
collector debtor consultant technician nurse doctor agente cliente clienta kunde kundin berater conseiller
klient konsultant
"""
_ROLE = re.compile(rf"(?:{'|'.join(_ROLES.split())})(?: ?[#_]?(?:\d{{1,4}}|[a-z]))?", re.IGNORECASE)

# The last word of a label that heads a form line (`Call ID:`, `Agent Name:`) or a log line, not a turn.
_FORM_WORDS = """
id ids name date number no num time duration ref reference case ticket language queue channel start end
started ended subject phone email e-mail mail account address status reason type topic category note
notes summary outcome disposition recording file version info error err warn warning debug trace fatal
critical notice from to cc bcc re fw fwd sent received http https url ps site campaign skill rating score
csat dob
"""
_NOT_A_SPEAKER = frozenset(_FORM_WORDS.split())
_LEVELS = frozenset(
    ["info", "notice", "warn", "warning", "error", "err", "debug", "trace", "fatal", "critical", "severe"]
)
_OF_A_PROGRAM = re.compile(
    r"(?=\S*[\d.-])\S*[^\W_] [a-z][\w./-]*"  # web01 systemd, ip-192-0-2-7 kernel
    r"|(?:\S* )*[a-z_]\w*(?:\.[A-Za-z_]\w*)*\.(?:[A-Z]+[a-z0-9]+){2,}(?:\.\w+)*"  # storage.BlockManager
    r"|\w+(?:\.\w+){2,}"
)
"""A label that names a host and its process, or a class."""
_OF_MACHINES = re.compile(
    r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])|(?<![^\s(\[{,;])[\w.-]{1,40}=[^\s=]|(?<![\w/])/\w[\w.-]*/\w"
    r"|\b0x[0-9a-f]{2}|\w\[\d+\]|\b\d+ ?(?:ms|[KMG]i?B)\b|\b(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{8,40}\b"
)
"""An address, a path, a pair of name and value, a duration: what programs write, and people rarely do."""


def parse_turn(line: str) -> TurnLine | None:
    """Return the speaker, the time and where the text begins, if the line opens like a turn."""
    if exported := exported_head(line):
        return exported
    found = _COLON.match(line) or _DASH.match(line)
    if not found:
        return hearing_head(line) or lone_head(line)
    time = found["time"] or found.groupdict().get("after")
    return TurnLine(found["speaker"].strip(), time, found.end())


@dataclass(frozen=True, slots=True)
class Speakers:
    """The labels of a conversation that stand for somebody speaking. `repr` never shows content."""

    labels: frozenset[str]
    turns: int
    """Lines that open a turn."""
    lines: int
    """Lines that are not blank."""
    roles: bool
    """A label says what the speaker is: agent, customer."""
    timed: bool
    """Most turns carry a time."""
    written: bool
    """People wrote it: the turns are neither the lines of programs nor the lines of forms."""
    exported: bool = False
    """Most turns open as messengers export them, and no other line opens one."""

    def __repr__(self) -> str:
        return f"Speakers(labels={len(self.labels)}, turns={self.turns})"

    @property
    def converse(self) -> bool:
        """Whether the lines are a conversation rather than notes, a form or a log."""
        if self.turns < 2 or not self.written:
            return False
        needed = 0.1 if self.roles else 0.3 if self.timed else 0.5
        return self.turns >= needed * self.lines and (self.roles or len(self.labels) > 1)


_MAX_LABELS = 10_000
_FEWEST_FIELDS = 4
_MOST_STACKED = 0.2
_HEARING = frozenset("QA")
"""Questions and answers in court."""


def find_speakers(lines: Iterable[str]) -> Speakers:
    """Tell speakers from the labels of forms and logs.

    A speaker is a role (`Agent`, `Speaker 2`), a label that comes back, or a short one beside a
    time. Labels that head a form or log line (`Call ID`, `WARNING`, `web01 systemd`) are none. Nor is
    it a conversation where most turns are lines of a program, or four labels and more take turns in
    one order: the fields of records written one below the other.
    """
    seen: Counter[str] = Counter()
    timed: Counter[str] = Counter()
    of_machines: Counter[str] = Counter()
    following: Counter[tuple[str, str]] = Counter()
    certain: Counter[str] = Counter()
    lone: Counter[str] = Counter()
    before, was_lone = "", False
    count = stacked = 0
    for line in lines:
        if not line.strip():
            continue
        count += 1
        turn = parse_turn(line)
        was_lone, is_below = turn is not None and turn.lone, was_lone
        if turn and (turn.speaker in seen or len(seen) < _MAX_LABELS):
            seen[turn.speaker] += 1
            timed[turn.speaker] += turn.time is not None and not turn.lone
            stacked += turn.lone and is_below
            lone[turn.speaker] += turn.lone
            certain[turn.speaker] += turn.certain
            of_machines[turn.speaker] += _OF_MACHINES.search(line, turn.start) is not None
            following[before, turn.speaker] += 1
            before = turn.speaker
    # Who speaks once above a text of his own does so where somebody else does it again.
    recurs = any(times > 1 for times in lone.values())
    labels = frozenset(
        label
        for label, times in seen.items()
        if _speaks(label, times, timed[label] > 0 or (recurs and lone[label] > 0))
        or (certain[label] and not _is_of_a_log(label))
    )
    turns = sum(seen[label] for label in labels)
    alone = sum(lone[label] for label in labels)
    with_time = alone + sum(timed[label] for label in labels)
    roles = any(map(is_role, labels)) or labels >= _HEARING
    by_programs = 2 * sum(of_machines[label] for label in labels) > turns
    is_list = stacked > _MOST_STACKED * lone.total()  # of appointments: no text below a name and a time
    written = not by_programs and not is_list and not _are_fields(labels, following)
    exported = 2 * sum(certain[label] for label in labels) > turns
    return Speakers(
        labels, turns, count, roles, timed=with_time * 2 > turns, written=written, exported=exported
    )


def is_role(label: str) -> bool:
    """Tell whether a label says what a speaker is: agent, customer."""
    return _ROLE.fullmatch(label) is not None


def _are_fields(labels: frozenset[str], following: Counter[tuple[str, str]]) -> bool:
    """Tell whether labels come back in one order, as `Name:`, `City:`, `Plan:`, `Fee:` of each record do."""
    steps = {pair: times for pair, times in following.items() if labels.issuperset(pair)}
    if len(labels) < _FEWEST_FIELDS or sum(steps.values()) < 2 * len(labels) - 1:
        return False
    usual: dict[str, int] = {}
    for (label, _), times in steps.items():
        usual[label] = max(times, usual.get(label, 0))
    return sum(usual.values()) * 10 >= 9 * sum(steps.values())


def _speaks(label: str, times: int, timed: bool) -> bool:
    words = label.lower().split()
    if words[-1] in _NOT_A_SPEAKER or _is_of_a_log(label):
        return False
    return is_role(label) or times > 1 or (timed and len(words) <= 3)


def _is_of_a_log(label: str) -> bool:
    return label.split()[0].lower() in _LEVELS or _OF_A_PROGRAM.fullmatch(label) is not None
