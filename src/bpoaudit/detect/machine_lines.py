"""Lines that machines write, read by their forms: what a form tells is told once for all its lines.

The models read a line of each kind in which nothing but words is as it was, and everyone reads one e-mail
address of words in the place of every other. Of a form that comes back, a
recogniser that can find nothing in any of its lines is not asked about them; one that finds the same in all
of them, whatever the figures, is asked once; the others look at each line in which one of their patterns
matches, and what they find is read beside the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from bpoaudit.detect.engine import Analysis, Engine, matches_of
from bpoaudit.detect.forms import Worded, forms_of, shown, with_one_mail, worded
from bpoaudit.detect.matches import NER_RECOGNIZERS, Match, counts
from bpoaudit.detect.plausible import plausible
from bpoaudit.detect.possible import Possible
from bpoaudit.detect.recognizers.machine_line import is_machine_line
from bpoaudit.detect.said_words import without_said_words
from bpoaudit.detect.spoken import spoken_matches
from bpoaudit.detect.traces import may_quote_speech

_REMEMBERED = 20_000_000
"""Characters of forms, a thousand more for each, after which all are forgotten."""
_COMES_BACK = 6
"""Lines of a form before it is asked what may be found in them, which takes as long as to look at some."""
_OF_WORDS = frozenset({"PERSON", "LOCATION"})
"""What the models see in words, whatever the figures in a line."""

Line = tuple[Analysis, Sequence[Match]]
"""What a line holds, and what is spoken in it."""
_Named = tuple[tuple[Match, ...], frozenset[str]]
"""What the models see in a text, and its languages."""


@dataclass(slots=True)
class _Known:
    """What a form tells of its lines."""

    names: tuple[Match, ...]
    """What the models see."""
    languages: frozenset[str]
    speech: bool
    """Whether something may be spoken in a line."""
    lines: int = 0
    """How many were read, up to `_COMES_BACK`."""
    possible: Possible | None = None
    always: tuple[Match, ...] = ()
    """What those recognisers find that find the same in each line."""
    alike: Line | None = None
    """What is in each line in which no varying recogniser finds anything; None where each has to be read."""


class MachineLines:
    """Remembers the forms that it has met."""

    def __init__(self, engine: Engine, threshold: float) -> None:
        self._engine = engine
        self._threshold = threshold
        self._known: dict[str | None, dict[str, _Known]] = {}
        self._named: dict[tuple[str | None, str], _Named] = {}
        self._characters = 0

    def read(self, texts: Sequence[str], written: str | None) -> Iterator[Line | None]:
        """Yield for each text what it holds; None where no machine wrote it. See `Engine.text`."""
        # What a recogniser of the user's looks for may be in an address.
        alike = not self._engine.asks_users_recognizers
        mails = {at: with_one_mail(text) for at, text in enumerate(texts) if alike and "@" in text}
        lines = [mails[at].text if at in mails else text for at, text in enumerate(texts)] if mails else texts
        forms = forms_of(lines)
        known = self._met(forms, written)
        for at, (line, form) in enumerate(zip(lines, forms, strict=True)):
            found = known.get(form) if form is not None else None
            if form is None or found is None:
                yield None
            else:
                told = self._line(line, form, found)
                yield _placed(told, mails[at]) if at in mails else told

    def _met(self, forms: Iterable[str | None], written: str | None) -> Mapping[str, _Known]:
        """Return what is known of the forms of machines, new ones among them."""
        if self._characters > _REMEMBERED:
            self._known.clear()
            self._named.clear()
            self._characters = 0
        known = self._known.setdefault(written, {})
        distinct = (form for form in dict.fromkeys(forms) if form is not None and form not in known)
        new = {form: worded(form) for form in distinct if is_machine_line(form, 0)}
        self._name({each.text for each in new.values()}, written)
        for form, each in new.items():
            self._characters += len(form) + 1_000
            names, languages = self._named[written, each.text]
            known[form] = _Known(_moved(names, each), languages, may_quote_speech(shown(form)))
        return known

    def _name(self, texts: Iterable[str], written: str | None) -> None:
        """Have the models read what they have not read yet."""
        new = sorted(text for text in texts if (written, text) not in self._named)
        if not new:
            return
        for text, named in zip(new, self._engine.names(new, written), strict=True):
            self._characters += len(text) + 1_000
            self._named[written, text] = named

    def _line(self, text: str, form: str, known: _Known) -> Line:
        if known.possible is None:
            known.lines += 1
            if known.lines < _COMES_BACK:
                return self._read(text, known, self._patterns(text))
            self._learn(form, known)
        assert known.possible is not None
        found = known.possible.found(text)
        if not found:
            return known.alike or self._read(text, known, known.always)
        return self._read(text, known, (*filter(counts, matches_of(found)), *known.always))

    def _learn(self, form: str, known: _Known) -> None:
        line = shown(form)
        known.possible = self._engine.possible(form, line, self._threshold)
        if always := known.possible.always:
            known.always = self._patterns(line, always)
        if not known.speech and not self._engine.asks_users_recognizers:
            analysis, _ = alike = self._read(line, known, known.always)
            if all(m.entity in _OF_WORDS for m in analysis.matches if m.recognizer in NER_RECOGNIZERS):
                known.alike = alike

    def _patterns(self, text: str, among: frozenset[int] | None = None) -> tuple[Match, ...]:
        return tuple(filter(counts, self._engine.patterns(text, self._threshold, among)))

    def _read(self, text: str, known: _Known, found: Iterable[Match]) -> Line:
        gave_up = self._engine.gave_up
        own = self._engine.own(text, self._threshold)
        heard = spoken_matches(text, self._engine.patterns) if known.speech else ()
        likely = plausible((*found, *own, *known.names), text)
        likely = tuple(m for m in likely if m.recognizer not in NER_RECOGNIZERS or counts(m))
        told = without_said_words(likely, text)
        return Analysis(told, known.languages, self._engine.gave_up == gave_up), heard


def _placed(line: Line, worded: Worded) -> Line:
    """Return what a line holds as it was before something was written in one way."""
    analysis, heard = line
    return analysis._replace(matches=_moved(analysis.matches, worded)), _moved(heard, worded)


def _moved(matches: Iterable[Match], worded: Worded) -> tuple[Match, ...]:
    placed = ((match, worded.place(match)) for match in matches)
    return tuple(replace(match, start=start, end=end) for match, (start, end) in placed)
