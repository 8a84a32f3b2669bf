"""Which of the answers of the language models stand, where they differ or only one has seen something.

spaCy reads sentences as they are printed; rampart reads any case but takes parts of words for names.
What both say is nearly always right.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from bpoaudit.detect.given_names import is_given_name
from bpoaudit.detect.language_model import ORGANISATION
from bpoaudit.detect.matches import GIVEN_NAMES, RAMPART, SPACY, Match, clusters, overlap
from bpoaudit.detect.not_names import not_names, word
from bpoaudit.detect.passages import Passage, is_in, prose_of
from bpoaudit.detect.rampart import SURE

_REACH = 24
"""Characters before an answer that are looked at."""
_PLACED = re.compile(r"(?<![^\W_])(?:in|at|near|from|to|of|via) \Z", re.IGNORECASE)
_CUE = re.compile(
    r"(?<![^\W_])(?:name|named|under|to|from|for|with|w/|pay|paid|it'?s|this is|i am|i'?m|mrs?|ms|miss|dr"
    r"|dear|tell|told|ask|met) \Z",
    re.IGNORECASE,
)
"""Words that a name follows."""
_CALLED = re.compile(r"(?<![^\W_])(?:named|called|under|surname|name is|mrs?|ms|miss) \Z", re.IGNORECASE)
_TITLE = re.compile(r"(?<![^\W_])(?:mr|mrs|ms|miss|mx|dr|prof|dear|sir|madam)\.? \Z", re.IGNORECASE)
_TO_SOMEBODY = re.compile(r"(?:\A|\n) ?@\Z")
CAPITALISED = re.compile(r"[A-ZÀ-Þ][a-zß-ÿ]")
"""A word as names are written."""
_PARTICIPLE = re.compile(
    r"[A-Z][a-z]+(?:ed|ing)(?= (?:an?|the|this|that|to|from|with|w/|by|on|for|as|in|at|until|after|before|due"
    r"|of|off|out|via|up|down|per|his|her|their|customer|cust|client|caller|and)(?![^\W_]))"
)
"""`Escalated to`, `Chasing the`: how notes begin."""
_LABEL = re.compile(r"[ \u00a0\u202f]?:(?!\d)")
_BEGINNING = re.compile(r"(?:\A|[.!?:;\n])\s*\Z")
_COMPANY = re.compile(
    r"(?:'s)?(?:,? (?:and|&) [A-Z][\w\-]{1,24})?,? (?:inc|ltd|llc|llp|plc|gmbh|ag|corp|corporation|company"
    r"|group|orchestra|electric|bank|associates|enterprises|industries|holdings|technologies|solutions"
    r"|s\.a\.|sp\. z o)(?![^\W_])",
    re.IGNORECASE,
)


def agreed(answers: Sequence[Match], text: str) -> tuple[Match, ...]:
    """Return the answers that stand, without organisations; hardly any of them overlap."""
    prose = prose_of(text) if any(m.recognizer == SPACY for m in answers) else ()
    people = _people(answers, text) if prose else frozenset()
    settled = [
        _as_introduced(match, text)
        for cluster in clusters(answers)
        for match in _settled(cluster, text, prose, people)
    ]
    names = [match for match in answers if match.recognizer == GIVEN_NAMES]
    return tuple(
        match for cluster in clusters((*_joined(settled, text), *names)) for match in _completed(cluster)
    )


def before(match: Match, text: str) -> str:
    """Return what stands before a match."""
    return text[max(0, match.start - _REACH) : match.start]


def _settled(
    cluster: Sequence[Match], text: str, prose: Sequence[Passage], people: frozenset[str]
) -> Iterator[Match]:
    companies = [m for m in cluster if m.entity == ORGANISATION]
    names = [m for m in cluster if m.entity != ORGANISATION and not _is_company(m, companies, text)]
    spacy = [m for m in names if m.recognizer == SPACY]
    rampart = [m for m in names if m.recognizer == RAMPART]
    for match in spacy:
        others = [other for other in rampart if overlap(match, other)]
        if others:
            same = all(other.entity == match.entity for other in others)
            if (same and _has_better_span(match, text)) or _is_full_name(match, others, text):
                yield replace(match, also=(RAMPART,))
        elif _stands_alone(match, text, is_in(match, prose), people):
            yield match
    for match in rampart:
        others = [other for other in spacy if overlap(match, other)]
        if others:
            same = all(other.entity == match.entity for other in others)
            if not (same and all(_has_better_span(other, text) for other in others)) and not any(
                _is_full_name(other, [match], text) for other in others
            ):
                yield replace(match, also=(SPACY,)) if same else match
        elif _stands_unseen(match, text, is_in(match, prose)):
            yield match


def _as_introduced(match: Match, text: str) -> Match:
    """`the booking under colisha`, `@Clayton please`: what is said to be a name is no place."""
    left = before(match, text)
    called = match.entity == "LOCATION" and bool(_CALLED.search(left) or _TO_SOMEBODY.search(left))
    return replace(match, entity="PERSON") if called else match


def _joined(settled: Iterable[Match], text: str) -> tuple[Match, ...]:
    """Join a name of which the models took one part for a place (`Opal Northcuttle`)."""
    joined: list[Match] = []
    for match in sorted(settled, key=lambda m: (m.start, m.end)):
        last = joined[-1] if joined else None
        if last and _is_one_name(last, match, text):
            joined[-1] = replace(last, entity="PERSON", end=match.end, score=min(last.score, match.score))
        else:
            joined.append(match)
    return tuple(joined)


def _is_one_name(one: Match, other: Match, text: str) -> bool:
    parts = text[one.start : one.end], text[other.start : other.end]
    return (
        {one.entity, other.entity} == {"PERSON", "LOCATION"}
        and text[one.end : other.start] == " "
        and all(part.istitle() and " " not in part for part in parts)
        and (one.entity == "PERSON" or _PLACED.search(before(one, text)) is None)
    )


def _completed(cluster: Sequence[Match]) -> Iterator[Match]:
    """Yield a full name that begins with a known given name in place of its parts and of places."""
    names = [m for m in cluster if m.recognizer == GIVEN_NAMES]
    parts = [m for m in cluster if m.recognizer != GIVEN_NAMES]
    if not names or any(m.entity not in ("PERSON", "LOCATION") for m in parts):
        yield from parts
        return
    persons = [m for m in parts if m.entity == "PERSON"]
    longest = max((*persons, *names), key=lambda m: (m.end - m.start, -m.start))
    said = {name for m in (*persons, *names) for name in (m.recognizer, *m.also)} - {longest.recognizer}
    score = max(m.score for m in (persons or names))
    yield replace(longest, score=score, also=tuple(sorted(said)))
    yield from (m for m in (*parts, *names) if not overlap(m, longest))


def _is_company(match: Match, companies: Iterable[Match], text: str) -> bool:
    """Tell whether a name is that of an organisation: spaCy says so, or what follows it does."""
    if match.entity not in ("PERSON", "LOCATION"):
        return False
    value = text[match.start : match.end]
    unsure = match.score < SURE and not value.islower() and " " not in value
    size = match.end - match.start + len("'s")
    if unsure and any(
        c.start <= match.start and match.end <= c.end and c.end - c.start > size for c in companies
    ):
        return True
    return _COMPANY.match(text, match.end) is not None


def _has_better_span(match: Match, text: str) -> bool:
    """In sentence case spaCy sees the whole name; of a street it misses the number."""
    return match.entity != "STREET_ADDRESS" and not text[match.start : match.end].islower()


def _is_full_name(match: Match, others: Iterable[Match], text: str) -> bool:
    """spaCy sees a full name of which rampart, unsure, takes a part for a place (`Clayton Example`)."""
    value = text[match.start : match.end]
    return (
        match.entity == "PERSON"
        and all(other.entity == "LOCATION" and other.score < SURE for other in others)
        and " " in value
        and value.istitle()
        and _PLACED.search(before(match, text)) is None
    )


def _is_written_as_name(match: Match, text: str) -> bool:
    """In a text with capitalised words, a name in small letters is more often a slip of the pen."""
    value = text[match.start : match.end]
    if match.entity not in ("PERSON", "LOCATION") or not value.islower():
        return True
    return CAPITALISED.search(text) is None


def _people(answers: Iterable[Match], text: str) -> frozenset[str]:
    """Return the words of the full names that spaCy sees in a document."""
    names = (text[m.start : m.end].split() for m in answers if m.recognizer == SPACY and m.entity == "PERSON")
    return frozenset(part for name in names if len(name) > 1 for part in name)


def _stands_alone(match: Match, text: str, prose: bool, people: frozenset[str]) -> bool:
    """What only spaCy sees: in small letters it guesses, in prose it takes rare words for names."""
    value = text[match.start : match.end]
    if match.entity == "PERSON" and value.islower():
        return _CUE.search(before(match, text)) is not None
    if match.entity == "PERSON" and prose and len(value.split()) < 2:
        return value in people or _TITLE.search(before(match, text)) is not None
    if match.entity == "PERSON" and _is_opening(match, text):
        return False
    return _is_written_as_name(match, text) and not _is_slip(match, text)


def _is_opening(match: Match, text: str) -> bool:
    """The first word of a note (`Escalated to …`) or what a form calls its field (`Nómina: …`)."""
    first = text[match.start : match.end].split()[0]
    if _BEGINNING.search(before(match, text)) is None or is_given_name(first):
        return False
    return _LABEL.match(text, match.end) is not None or _PARTICIPLE.match(text, match.start) is not None


def _is_slip(match: Match, text: str) -> bool:
    """A single mistyped word at the beginning of a sentence: `Lettter sent to …`."""
    if _BEGINNING.search(before(match, text)) is None:
        return False
    lists = not_names()
    words = map(word, text[match.start : match.end].split())
    return all(each in lists.slips or each in lists.ordinary for each in words)


def _stands_unseen(match: Match, text: str, prose: bool) -> bool:
    """What only rampart sees: no names in prose; in small letters it should be sure, or told so."""
    if prose and match.entity in ("PERSON", "LOCATION"):
        return False
    if match.score >= SURE or _is_written_as_name(match, text):
        return not _is_slip(match, text)
    cue = _CUE if match.entity == "PERSON" else _CALLED
    return cue.search(before(match, text)) is not None
