"""How messengers and recorders of meetings open a turn: WhatsApp, Zoom, Otter, Teams, hearings in court."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Marks of writing direction, which exports put before names, times and attachments.
_MARKS = "[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]*"
_SPACE = "[ \u00a0\u202f]"
_DATE = r"\d{1,4}[./-]" + _SPACE + r"?\d{1,2}[./-]" + _SPACE + r"?\d{1,4}\.?"
_TIME = r"\d{1,2}[:.]\d\d(?:[:.]\d\d)?(?:" + _SPACE + r"?[AaPp]\.?" + _SPACE + r"?[Mm]\b\.?)?"

# [12/05/2026, 10:02:11] Ann:   12.05.26, 10:02 - Ann:   5/12/26, 10:02 PM - Ann:   also without a name
_WHATSAPP = re.compile(
    rf"{_MARKS}(?P<time>\[{_DATE},?{_SPACE}{_TIME}\]|{_DATE},?{_SPACE}(?:um |at |à |kl\. )?{_TIME})"
    rf"(?:(?<=\])|{_SPACE}[-–]){_SPACE}{_MARKS}"
)
_NAME = re.compile(rf'(?:~{_SPACE}?)?(?P<speaker>[^:<>|"“„«\[\]\n]{{1,80}}?)(?P<end>:(?:{_SPACE}|$))')
# 10:02:11 From  Ann to  Everyone:   00:10:02<tab>Ann:<tab>
_ZOOM = re.compile(
    r"\s*(?P<time>\d\d:\d\d:\d\d)\s+From[ \t]{1,2}(?P<speaker>[^\t\n]{1,80}?)[ \t]{1,2}to[ \t]{1,2}"
    r"(?P<to>[^\t\n:]{1,120}?)[ \t]?:[ \t]?"
    r"|(?P<clock>\d\d:\d\d:\d\d)\t(?:From[ \t]{1,2})?(?P<name>[^\t\n:]{1,80}?)[ \t]?:\t?"
)
# Ann Lee  0:05    Ann Lee 10:02 AM    [10:02 AM] Ann Lee    00:00:05 Speaker 1: nothing else in the line
_CLOCK = rf"(?:{_DATE},?{_SPACE})?\d{{1,2}}:\d\d(?::\d\d)?(?:{_SPACE}?[AaPp]\.?[Mm]\.?)?"
_ALONE = re.compile(
    rf"\s*(?:[\[(]?(?P<before>{_CLOCK})[\])]?[ \t]+(?P<second>[^\W\d_][^\t\n:]{{0,59}}?)"
    rf"|(?P<first>[^\W\d_][^\t\n:]{{0,59}}?)[ \t]+[\[(]?(?P<after>{_CLOCK})[\])]?)\s*"
)
_MOST_WORDS = 4
# Q.  State your name.    12   A.  Ann Lee
_HEARING = re.compile(r"\s*(?:\d{1,2}[ \t]{2,})?(?P<speaker>[QA])(?:\.[ \t]+|[ \t]{2,})(?=\S)")


@dataclass(frozen=True, slots=True)
class TurnLine:
    """A line that may open a turn. `repr` never shows content."""

    speaker: str
    time: str | None
    start: int
    """Where in the line the spoken text begins."""
    to: str | None = None
    """Whom it is for, where the line says so."""
    certain: bool = False
    """Nothing else is written like that: whatever stands there is a speaker."""
    lone: bool = False
    """The line has no text; it stands below."""

    def __repr__(self) -> str:
        return f"TurnLine(start={self.start})"


def exported_head(line: str) -> TurnLine | None:
    """Return the head of a turn as messengers export it, with its time and name."""
    if found := _WHATSAPP.match(line):
        name = _NAME.match(line, found.end())
        if name and (speaker := name["speaker"].strip()):
            return TurnLine(speaker, found["time"], name.end(), certain=True)
    elif found := _ZOOM.match(line):
        time, speaker = found["time"] or found["clock"], (found["speaker"] or found["name"]).strip()
        return TurnLine(speaker, time, found.end(), to=found["to"], certain=True) if speaker else None
    return None


def system_line(line: str) -> TurnLine | None:
    """Return the head of a line that a messenger wrote itself: a time and no name, so no speaker."""
    found = _WHATSAPP.match(line)
    if not found or _NAME.match(line, found.end()):
        return None
    return TurnLine("", found["time"], found.end(), certain=True)


def lone_head(line: str) -> TurnLine | None:
    """Return the head of a turn that has a line of its own: a name and a time, and the text below it."""
    found = _ALONE.fullmatch(line)
    if not found:
        return None
    speaker = (found["first"] or found["second"]).strip()
    words = speaker.split()
    if len(words) > _MOST_WORDS or any(word[0].islower() for word in words):
        return None
    return TurnLine(speaker, found["before"] or found["after"], len(line), lone=True)


def hearing_head(line: str) -> TurnLine | None:
    """Return the head of a question (`Q.`) or an answer (`A.`), as reporters in court set it."""
    found = _HEARING.match(line)
    return TurnLine(found["speaker"], None, found.end()) if found else None
