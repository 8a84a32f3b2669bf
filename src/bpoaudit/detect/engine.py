"""Presidio's recognisers and ours over texts, in batches and without the network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from importlib.metadata import version
from typing import NamedTuple

import tldextract
from msgspec.structs import replace
from presidio_analyzer import EntityRecognizer, RecognizerResult
from threadpoolctl import threadpool_limits

from bpoaudit import catalog
from bpoaudit.detect import language_model
from bpoaudit.detect.explanation import of_presidio
from bpoaudit.detect.given_names import full_names
from bpoaudit.detect.language import language_of
from bpoaudit.detect.language import load as load_languages
from bpoaudit.detect.language_model import ORGANISATION
from bpoaudit.detect.matches import Match, counts
from bpoaudit.detect.name_models import NameModels
from bpoaudit.detect.own_recognizers import OwnRecognizers
from bpoaudit.detect.passages import LONG
from bpoaudit.detect.pattern_set import Asked, PatternSet
from bpoaudit.detect.possible import Possible, possible
from bpoaudit.detect.rampart import ENTITIES, Rampart
from bpoaudit.detect.recognizers import build
from bpoaudit.detect.sentences import PROVEN, Known, Sentence, as_read, as_written, inside, sentences
from bpoaudit.detect.shapes import SHAPES
from bpoaudit.model import MaskingState, ModelUsed

# tldextract would fetch the public-suffix list at the first e-mail address; the snapshot in its
# package is enough, and an audit makes no request.
tldextract.extract = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)

WINDOW = 20_000
"""Characters that the language model sees at once; its memory grows with them."""
OVERLAP = 200
"""Characters that two windows share, so that a name on the border is seen whole."""
AUTO = "auto"
"""As the language: each field and text tells its own."""
RAMPART_LANGUAGES = frozenset({"de", "en", "es", "fr", "it", "nl", "pt"})
"""What rampart was made for; in others of Latin script it sees a part of the names."""


class Analysis(NamedTuple):
    """What one text was found to hold."""

    matches: tuple[Match, ...]
    """Overlaps included."""
    languages: frozenset[str]
    """ISO 639-1 codes of the languages that it is in; none where it is too short to tell."""
    complete: bool
    """False where a pattern of the user's ran out of time."""


class Engine:
    """The analyzer. Building it loads the models that most texts need; it serves for a whole audit."""

    def __init__(
        self,
        language: str = AUTO,
        model: str | None = None,
        own: Sequence[EntityRecognizer] = (),
        explain: bool = False,
    ) -> None:
        """Load everything: rampart, the spaCy model of English, and `model` instead of that of its language.

        With a `language` all texts are taken to be in it, and its model alone is loaded; with `auto` each
        field and text tells its own. `own` are the recognisers of the user. With `explain` every match says
        how it came about.
        """
        self.explains = explain
        self._only = None if language == AUTO else language
        self._default = self._only or language_model.LANGUAGE
        self._models = language_model.LanguageModels(model)
        self._rampart = Rampart()
        self._names = NameModels(self._models, self._rampart)
        # Workers are processes; threads inside them would only compete.
        threadpool_limits(1, user_api="blas")
        self._own = OwnRecognizers(own, explain)
        self.knows_names = self._models.reader_of(self._default) is not None
        """Whether spaCy reads texts that tell no language: it alone knows a name without a sentence."""
        words = language_model.blank(language_model.LANGUAGE)
        # All before workers are forked, so that they share it; and no thread is left then.
        with ThreadPoolExecutor(1) as beside:
            languages = None if self._only else beside.submit(load_languages)
            if reader := self._models.reader_of(self._default):
                self._models[reader]
            recognizers = build(language_model.LANGUAGE)
        if languages:
            languages.result()
        for recognizer in recognizers:
            recognizer.explains = explain
        self._patterns = PatternSet(recognizers, language_model.LANGUAGE)
        self._asked = lru_cache(partial(Asked, words, language_model.LANGUAGE))
        self._recognizers = recognizers

    @property
    def entities(self) -> tuple[str, ...]:
        """Every entity that this engine can find, sorted, by our names."""
        supported = self._patterns.supported_entities
        recognised = {catalog.fold(entity) for entity in supported} | self._own.entities
        recognised |= (set(ENTITIES.values()) | set(language_model.LABELS.values())) - {ORGANISATION}
        # What a column's header can promise needs no recogniser of its own.
        return tuple(sorted(recognised | SHAPES.keys()))

    @property
    def presidio(self) -> str:
        """The version of Presidio."""
        return version("presidio-analyzer")

    def models(self, languages: Iterable[str] = ()) -> tuple[ModelUsed, ...]:
        """Return the language models that look for names and places in texts in `languages`."""
        return (*self._models.used({self._default, *languages}), self._rampart.used)

    @property
    def known_models(self) -> tuple[ModelUsed, ...]:
        """Every model that it can look with, whatever the language of the texts."""
        return (*self._models.known, self._rampart.used)

    def models_for(self, language: str) -> tuple[ModelUsed, ...]:
        """Return the models among them that were made for `language`; none where no model was."""
        own = self._models.used([language])
        return (*own, self._rampart.used) if language in RAMPART_LANGUAGES else own

    def patterns(self, text: str, threshold: float, among: frozenset[int] | None = None) -> tuple[Match, ...]:
        """Return what our recognisers find without the language models, overlaps included.

        `among` are the numbers of those that are asked, as `possible` gives them; None asks all.
        """
        found = self._patterns.analyze(text, nlp_artifacts=self._asked(threshold, among))
        return matches_of(result for result in found if result.score >= threshold)

    def possible(self, form: str, line: str, threshold: float) -> Possible:
        """Return which recognisers may find something in the lines of a form, such as `line`."""
        return possible(self._recognizers, form, line, threshold)

    def names(
        self, texts: Sequence[str], written: str | None = None
    ) -> Iterator[tuple[tuple[Match, ...], frozenset[str]]]:
        """Yield for each text, of one window, what the language models see, and its language; see `text`."""
        spoken = [self._only or language_of([text]) or written for text in texts]
        named = self._named(texts, [*map(self._reader_of, spoken)], [()] * len(texts))
        for text, language, names in zip(texts, spoken, named, strict=True):
            yield (*names, *full_names(text)), frozenset({language} if language else ())

    @property
    def asks_users_recognizers(self) -> bool:
        """Whether there are recognisers of the user's."""
        return bool(self._own.entities)

    def own(self, text: str, threshold: float, context: Sequence[str] = ()) -> tuple[Match, ...]:
        """Return what the user's recognisers find; `context` are words that stand beside the text."""
        return self._own.find(text, threshold, context)

    @property
    def gave_up(self) -> int:
        """How many times a pattern of the user's ran out of time so far."""
        return self._own.gave_up

    def text(
        self,
        texts: Sequence[str],
        threshold: float,
        written: str | None = None,
        known: Sequence[Sequence[Known]] = (),
    ) -> Iterator[Analysis]:
        """Yield for each text what patterns, the user's recognisers and the language models find.

        `written` is the language that the texts are in on the whole, where it is known; a text that tells
        its own goes by that. `known` says of each text what is known of names in it; of one that is longer
        than a sentence-wise reading (`LONG`) nothing may be.
        """
        windows = [window for index, text in enumerate(texts) for window in _windows(index, text)]
        spoken = [self._only or language_of([window]) or written for _, _, window in windows]
        patterns, complete = [], []
        for _, _, window in windows:
            gave_up = self.gave_up
            known_well = filter(counts, self.patterns(window, threshold))
            patterns.append((*known_well, *self.own(window, threshold)))
            complete.append(self.gave_up == gave_up)
        named = self._named(
            [window for _, _, window in windows],
            [*map(self._reader_of, spoken)],
            [
                _stood_for(found, known[index] if known else ())
                for (index, _, window), found in zip(windows, patterns, strict=True)
            ],
        )
        current: list[Match] = []
        languages: set[str] = set()
        position, whole = 0, True
        for (index, offset, window), language, found, names, read in zip(
            windows, spoken, patterns, named, complete, strict=True
        ):
            if index > position:
                yield Analysis(tuple(current), frozenset(languages), whole)
                current, languages = [], set()
                position, whole = index, True
            matches = (*found, *names, *full_names(window))
            current.extend(replace(m, start=m.start + offset, end=m.end + offset) for m in matches)
            languages |= {language} if language else set()
            whole = whole and read
        if texts:
            yield Analysis(tuple(current), frozenset(languages), whole)

    def _reader_of(self, language: str | None) -> str | None:
        return self._models.reader_of(language or self._default)

    def _named(
        self, texts: Sequence[str], readers: Sequence[str | None], known: Sequence[Sequence[Known]]
    ) -> Iterator[tuple[Match, ...]]:
        """Yield for each text the names and places that the models see; they may contradict each other.

        Notes, turns and messages are read sentence by sentence, documents in one piece.
        """
        cut = [
            [as_read(text, passage, inside(own, *passage)) for passage in sentences(text)]
            if len(text) < LONG
            else []
            for text, own in zip(texts, known, strict=True)
        ]
        told = self._names.sentences(
            (reader, each.text) for reader, own in zip(readers, cut, strict=True) for each in own
        )
        plain = {
            (at, each.whole): as_written(text, each.whole)
            for at, (text, reader, own) in enumerate(zip(texts, readers, cut, strict=True))
            for each in own
            if not _all_seen(each, told[reader, each.text])
        }
        told |= self._names.sentences((readers[at], each.text) for (at, _), each in plain.items())
        documents = self._names.read(
            [(reader, text) for reader, text, own in zip(readers, texts, cut, strict=True) if not own]
        )
        for at, (reader, own) in enumerate(zip(readers, cut, strict=True)):
            if not own:
                yield next(documents)
                continue
            read = (plain.get((at, each.whole), each) for each in own)
            yield tuple(
                replace(match, start=start, end=end)
                for each in read
                for match in told[reader, each.text]
                for start, end in [each.back(match.start, match.end)]
            )


def _stood_for(found: Sequence[Match], known: Sequence[Known]) -> list[Known]:
    """Return what stand-ins take the place of: addresses that a pattern has found, then what is known."""
    addresses: list[Known] = []
    for match in sorted(found, key=lambda m: (m.start, -m.end)):
        if match.entity in PROVEN and (not addresses or match.start >= addresses[-1].end):
            addresses.append(Known(match.start, match.end, match.entity))
    apart = (each for each in known if not any(each.start < a.end and a.start < each.end for a in addresses))
    return sorted((*addresses, *apart))


def _all_seen(sentence: Sentence, names: Sequence[Match]) -> bool:
    """Tell whether the models took each stand-in for a name for one; else the name itself may do better."""
    return all(
        any(match.start < end and start < match.end for match in names) for start, end in sentence.names
    )


def _windows(index: int, text: str) -> Iterator[tuple[int, int, str]]:
    start = 0
    while True:
        yield index, start, text[start : start + WINDOW]
        if start + WINDOW >= len(text):
            return
        start += WINDOW - OVERLAP


def matches_of(results: Iterable[RecognizerResult]) -> tuple[Match, ...]:
    """Return what recognisers of ours found in one text, nothing twice, overlaps included."""
    found = [*results]
    return tuple(map(_match, EntityRecognizer.remove_duplicates(found) if len(found) > 1 else found))


def _match(result: RecognizerResult) -> Match:
    told = result.recognition_metadata or {}
    name = str(told.get(RecognizerResult.RECOGNIZER_NAME_KEY, "unknown"))
    return Match(
        result.start,
        result.end,
        catalog.fold(result.entity_type),
        round(float(result.score), 2),
        name,
        MaskingState(told.get("masking") or MaskingState.CLEAR),
        told.get("region") or "",
        why=of_presidio(result.analysis_explanation) if result.analysis_explanation else None,
    )
