"""Special categories (GDPR Art. 9 and 10), children and vulnerability, by lists of terms.

A term counts where a person is meant: strong terms by themselves, weak ones and abbreviations next to a
word for a person. Illnesses are also known by how they are built: by their endings (`bronchitis`), by a
part of the body or a degree before a condition (`knee surgery`), by an injury before a part of the body
(`sprained ankle`); medicines by the endings of their international names (`ramipril`).

What voids a term: a guard (`union station`), a supposition (`if you are pregnant`), a word that makes it a
topic, an organisation or a thing (`diabetes charity`, `back pain cushion`), and a negation. That somebody
is *not* ill is still data concerning health (GDPR Art. 4(15)), and that somebody has no record the result
of a check of it (Art. 10): such a negation is reported where a person is meant, below the confidence that
rules ask for. A belief, origin, membership or hardship that is denied tells of none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple

from presidio_analyzer import EntityRecognizer

from bpoaudit.detect.recognizers.context import Words
from bpoaudit.detect.recognizers.literals import Guarded
from bpoaudit.detect.recognizers.recognizer import GUESS, Hit, Identifier, Recognizer, Shape, recognizers
from bpoaudit.detect.recognizers.special_lexicon import (
    TOKEN,
    Element,
    Illnesses,
    Openings,
    Phrase,
    Term,
    Voice,
    lexicon,
    normal,
    openings,
)

_SENTENCE = re.compile(r"[!?;:\n]|\.(?:\s|$)")
_CLAUSE = re.compile(r"[!?;:,\n]|\.(?:\s|$)|\s-\s")
_APART = re.compile(r"[,;!?\n]|\. ")
"""Between two words that are no longer one phrase."""
_ADDRESS = re.compile(r"://|www\.|@|\.(?:com|org|net|html?|pdf|jpe?g|png)\b")
"""In a piece of text that is the address of something, or the name of a file."""
_LONGEST_ADDRESS = 120
_ANSWERED = re.compile(r"\s*[:=?\-]\s*")
_ANY_TEXT = re.compile("")
_REACH = 8
"""Tokens before a weak term in which a word for a person is looked for; half as many after it."""
_NEGATION_REACH = 4
_SUPPOSITION_REACH = 8
_TOPIC_REACH = 3
_LONGEST_COMPOUND = 4
_CERTAIN, _STRONG, _WEAK, _DENIED = 0.85, 0.75, 0.6, 0.5
_TOLD_BY_DENIAL = frozenset({"HEALTH", "CRIMINAL_RECORD"})

_CODES = (
    Identifier(
        "HEALTH",
        (Shape(r"[A-TV-Z]\d[\dA-Z](?:\.[\dA-Z]{1,4})?", GUESS, 0.8, digits=1),),
        Words("icd", "icd10", "icd 10", "diagnosis", "diagnoses", "diag", "dx", "cid", "cie", "cim",
              "diagnose", "diagnostico", "diagnostic", "rozpoznanie", "kod choroby", gap=16, after=0),
        name="DiagnosisCodeRecognizer",
    ),
    Identifier(
        "HEALTH",
        (Shape(r"(?:A|B|AB|O|0) ?(?:[+-](?:ve)?|pos(?:itive|itivo|itif)?|neg(?:ative|ativo|atif)?|rh ?[+-]?)",
               0.0, 0.8),),
        Words("blood group", "blood type", "blutgruppe", "grupo sanguineo", "tipo sanguineo",
              "groupe sanguin", "grupa krwi", "grupa sanguina", "grupa sangvina", gap=8, after=0),
        name="BloodGroupRecognizer",
    ),
)  # fmt: skip


class _Token(NamedTuple):
    start: int
    end: int
    word: str

    def __repr__(self) -> str:
        return "_Token(…)"


class _Found(NamedTuple):
    size: int
    context: int
    """Tokens at its beginning that are no part of the value."""
    entity: str
    strong: bool
    voice: Voice


@cache
def _numbers() -> tuple[str, ...]:
    """Return numbers of which one stands wherever a term asks for any or for a certain one."""
    known = lexicon()
    phrases = (*(term.phrase for term in known.terms), *known.guards)
    certain = {word for phrase in phrases for each in phrase for word in each.words if word.isdigit()}
    return ("1", *sorted(certain - {"1"}))


def _variants(word: str) -> tuple[str, ...]:
    return _numbers() if word.isdigit() else (word,)


class _Opened(NamedTuple):
    """What two words may begin."""

    terms: tuple[Term, ...]
    illness: bool


def _as_outlined(word: str) -> str:
    """Return `1` for any number: what may begin with one number may with each."""
    return "1" if word.isdigit() else word


@cache
def _begun_by_numbers() -> tuple[Openings, ...]:
    """Return what may begin with some number, each once."""
    known = [found for each in _numbers() if (found := openings(each))]
    return tuple({id(found): found for found in known}.values())


@lru_cache(maxsize=65_536)
def _opened(word: str, following: str) -> _Opened:
    """Return what may begin with two words as outlined; a number stands for all of them."""
    found = openings(word)
    known = _begun_by_numbers() if word.isdigit() else (found,) if found else ()
    terms = [term for found in known for each in _variants(following) for term in found.terms(each)]
    return _Opened(tuple({id(term): term for term in terms}.values()), any(found.illness for found in known))


class SpecialCategoryRecognizer(Recognizer):
    """Finds terms of health, belief, origin, union, sex life, politics, crime, children, vulnerability."""

    def __init__(self, language: str) -> None:
        super().__init__("SpecialCategoryRecognizer", lexicon().entities, language)

    def may_find(self, outline: str) -> bool:
        """Tell whether a term stands in the outline, or might with other numbers."""
        return _Reading(outline).may_hold()

    def traces(self, line: str) -> Sequence[re.Pattern[str] | Guarded]:
        """Return what matches any text where a term stands in the line, or might with other numbers."""
        return (_ANY_TEXT,) if _Reading(line).may_hold() else ()

    def find(self, text: str) -> Iterator[Hit]:
        """Yield every term that is about a person and is not void."""
        tokens = TOKEN.findall(text)
        words = [*map(normal, tokens), ""]
        if any(openings(word) and _may_stand(tokens, words, at) for at, word in enumerate(words[:-1])):
            yield from _Reading(text).hits()


def _may_stand(tokens: Sequence[str], words: Sequence[str], at: int) -> bool:
    """Tell whether the words of an illness or a term stand at a token; `words` are the tokens folded."""
    opened = _opened(_as_outlined(words[at]), _as_outlined(words[at + 1]))
    if opened.illness and any(
        _is_illness(lexicon().illnesses, words[at:end])
        for end in range(at + 1, min(at + _LONGEST_COMPOUND, len(tokens)) + 1)
    ):
        return True
    return any(
        at + len(term.phrase) <= len(tokens)
        and all(map(Element.admits, term.phrase, words[at : at + len(term.phrase)]))
        and (term.kind != "capitals" or " ".join(tokens[at : at + len(term.phrase)]).isupper())
        for term in opened.terms
    )


def _goes_on_with_a_number(opened: Openings, zeros: str) -> bool:
    """Tell whether a term goes on with a number that has as many digits as an outline's."""
    return zeros.isdigit() and any(len(word) == len(zeros) and word.isdigit() for word in opened.followed)


class _Reading:
    """One text in tokens."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = [_Token(*match.span(), normal(match.group())) for match in TOKEN.finditer(text)]

    def hits(self) -> Iterator[Hit]:
        """Yield the terms of the text from left to right."""
        done = 0
        denied_until = -1
        for at, token in enumerate(self.tokens):
            opened = openings(token.word)
            if opened is None:
                continue
            done = max(done, at + self._longest(opened.guards, at))
            found = self._found(at) if at >= done else None
            if found is None:
                continue
            # What is void is void with all its words: `no type 2 diabetes` holds no `diabetes`.
            last = at + found.size - 1
            done = last + 1
            if self._is_supposed(found.voice, at) or self._is_topic(found.voice, at, last):
                continue
            if _ADDRESS.search(self._chunk(token.start)):
                continue
            denied = self._is_denied(found.voice, at, last) or self._goes_on(denied_until, at)
            denied_until = last if denied else -1
            personal = self._is_about_a_person(found.voice, at, last)
            if denied and not (personal and found.entity in _TOLD_BY_DENIAL):
                continue
            sure = (_CERTAIN if personal else _STRONG) if found.strong else _WEAK
            start, end = self.tokens[at + found.context].start, self.tokens[last].end
            yield Hit(start, end, found.entity, _DENIED if denied else sure)

    def may_hold(self) -> bool:
        """Tell whether a term stands in the text or might with other numbers, whatever is around it."""
        words = [*(_as_outlined(token.word) for token in self.tokens), ""]
        return any(self._may_open(at, word, words[at + 1]) for at, word in enumerate(words[:-1]))

    def _may_open(self, at: int, word: str, following: str) -> bool:
        opened = _opened(word, following)
        for term in opened.terms:
            tokens = self.tokens[at : at + len(term.phrase)]
            if (
                len(tokens) == len(term.phrase)
                and (term.kind != "capitals" or self.text[tokens[0].start : tokens[-1].end].isupper())
                and self._is_one(at, at + len(tokens) - 1)
                and all(
                    any(map(element.admits, _variants(token.word)))
                    for token, element in zip(tokens, term.phrase, strict=True)
                )
            ):
                return True
        return opened.illness and self._may_be_illness(at)

    def _may_be_illness(self, at: int) -> bool:
        """Tell whether an illness begins at `at`, or might with other numbers, of whatever degree."""
        compound = self.tokens[at : at + _LONGEST_COMPOUND]
        numbers = frozenset(token.word for token in compound if token.word.isdigit())
        if not numbers:
            return self._illness(lexicon().illnesses, at) > 0
        known = lexicon().illnesses.with_degrees(numbers)
        return any(
            _is_illness(known, [token.word for token in compound[:size]]) and self._is_one(at, at + size - 1)
            for size in range(1, len(compound) + 1)
        )

    def _chunk(self, start: int) -> str:
        """Return what stands around `start` without a space, as far as an address is told by it."""
        head = self.text[max(0, start - _LONGEST_ADDRESS) : start].rpartition(" ")[2]
        return head + self.text[start : start + _LONGEST_ADDRESS].partition(" ")[0]

    def _found(self, at: int) -> _Found | None:
        """Return the longest term or illness at `at`."""
        opened = openings(self.tokens[at].word)
        if opened is None:
            return None
        known = lexicon().illnesses
        illness = self._illness(known, at) if opened.illness else 0
        following = self.tokens[at + 1].word if at + 1 < len(self.tokens) else ""
        for term in opened.terms(following):
            size = len(term.phrase)
            if size < illness:
                break
            if self._counts(term, at):
                context = sum(element.is_context for element in term.phrase)
                return _Found(size, context, term.entity, term.kind == "strong", term.voice)
        return _Found(illness, 0, "HEALTH", True, known.voice) if illness else None

    def _counts(self, term: Term, at: int) -> bool:
        last = at + len(term.phrase) - 1
        if not self._is_at(term.phrase, at) or self._runs_into_guard(at, last) or self._is_spelled(at, last):
            return False
        if term.kind == "strong":
            return True
        if term.kind == "capitals" and not self.text[self.tokens[at].start : self.tokens[last].end].isupper():
            return False
        return self._is_about_a_person(term.voice, at, last)

    def _illness(self, known: Illnesses, at: int) -> int:
        """Return how many words an illness has that is told by how it is built; the longest that is."""
        longest = _LONGEST_COMPOUND if self.tokens[at].word in known.openings else 1
        for size in range(min(longest, len(self.tokens) - at), 0, -1):
            words = [token.word for token in self.tokens[at : at + size]]
            last = at + size - 1
            if _is_illness(known, words) and self._is_one(at, last) and not self._runs_into_guard(at, last):
                return size
        return 0

    def _is_one(self, at: int, last: int) -> bool:
        """Tell whether the tokens `at` to `last` stand together as one phrase."""
        if at < last and _APART.search(self.text, self.tokens[at].end, self.tokens[last].start):
            return False
        # `2dm` of `ft2dm7` is no diabetes.
        start, end = self.tokens[at].start, self.tokens[last].end
        return not self.text[max(0, start - 1) : start].isalnum() and not self.text[end : end + 1].isalnum()

    def _is_at(self, phrase: Phrase, at: int) -> bool:
        tokens = self.tokens[at : at + len(phrase)]
        return (
            len(tokens) == len(phrase)
            and all(element.admits(token.word) for token, element in zip(tokens, phrase, strict=True))
            and self._is_one(at, at + len(phrase) - 1)
        )

    def _is_spelled(self, at: int, last: int) -> bool:
        """Tell whether letters are spelled one by one: `H O` of `H O M 4 4` is not the short form `h/o`."""
        return any(
            len(left.word) == len(right.word) == 1 and self.text[left.end : right.start].isspace()
            for left, right in pairwise(self.tokens[at : last + 1])
        )

    def _longest(self, phrases: tuple[Phrase, ...], at: int) -> int:
        return max((len(phrase) for phrase in phrases if self._is_at(phrase, at)), default=0)

    def _runs_into_guard(self, at: int, last: int) -> bool:
        """Tell whether a guard starts inside the term and goes beyond it (`cancer` in `cancer research`)."""
        for inside in range(at, last + 1):
            opened = openings(self.tokens[inside].word)
            if opened and self._longest(opened.guards, inside) > last - inside + 1:
                return True
        return False

    def _before(self, at: int, reach: int, border: re.Pattern[str]) -> Iterator[int]:
        """Yield the places of the tokens before `at`, the nearest first, up to a border."""
        for place in range(at - 1, max(-1, at - 1 - reach), -1):
            if border.search(self.text, self.tokens[place].end, self.tokens[place + 1].start):
                return
            yield place

    def _is_denied(self, voice: Voice, at: int, last: int) -> bool:
        for place in self._before(at, _NEGATION_REACH, _CLAUSE):
            word = self.tokens[place].word
            if word in voice.negations:
                return True
            if word in voice.breaks:
                break
        if last + 1 == len(self.tokens):
            return False
        after = self.tokens[last + 1]
        gap = self.text[self.tokens[last].end : after.start]
        answered = after.word in voice.negations and _ANSWERED.fullmatch(gap) is not None
        return answered or (
            after.word in voice.negations_after and not _SENTENCE.search(gap.replace(":", ""))
        )

    def _goes_on(self, denied_until: int, at: int) -> bool:
        """Tell whether a denial goes on over a list: `no asthma, diabetes or epilepsy`."""
        return denied_until >= 0 and at - denied_until <= 2 and self._is_joined(denied_until, at)

    def _is_joined(self, last: int, at: int) -> bool:
        gap = self.text[self.tokens[last].end : self.tokens[at].start]
        return "," in gap or "/" in gap or at - last == 2

    def _is_supposed(self, voice: Voice, at: int) -> bool:
        known = lexicon().suppositions
        for place in self._before(at, _SUPPOSITION_REACH, _SENTENCE):
            word = self.tokens[place].word
            phrases = tuple(known[number] for number in voice.suppositions.at(word))
            if phrases and self._longest(phrases, place):
                return True
            if word in voice.breaks:
                return False
        return False

    def _is_topic(self, voice: Voice, at: int, last: int) -> bool:
        """Tell whether the words around make it a subject, a body or a thing, and nobody's own."""
        after = self.tokens[last + 1 : last + 2]
        if after and after[0].word in voice.topics_after and self._is_one(last, last + 1):
            return True
        before = self._before(at, _TOPIC_REACH, _CLAUSE)
        return any(self.tokens[place].word in voice.topics_before for place in before)

    def _is_about_a_person(self, voice: Voice, at: int, last: int) -> bool:
        if any(self.tokens[place].word in voice.people for place in self._before(at, _REACH, _SENTENCE)):
            return True
        following = self.tokens[last + 1 : last + 1 + _REACH // 2]
        return any(
            token.word in voice.people and not _SENTENCE.search(self.text, self.tokens[last].end, token.start)
            for token in following
        )


def _is_illness(known: Illnesses, words: Sequence[str]) -> bool:
    *before, last = words
    if not before:
        return known.has_ending(last)
    if before[0] in known.injuries:
        return last in known.parts and len(words) <= 3
    described = known.parts | known.degrees
    condition = last in known.conditions or known.has_ending(last)
    return condition and all(word in described for word in before)


def build(language: str) -> tuple[EntityRecognizer, ...]:
    """Return the recognisers of this family."""
    return (SpecialCategoryRecognizer(language), *recognizers(_CODES, language))
