"""Read a recogniser file in Presidio's YAML format: its faults by line, its content by Presidio's loader."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import regex
from presidio_analyzer import EntityRecognizer, PatternRecognizer
from presidio_analyzer.predefined_recognizers import PhoneRecognizer, SpacyRecognizer
from presidio_analyzer.recognizer_registry import RecognizerRegistryProvider
from presidio_analyzer.recognizer_registry.recognizers_loader_utils import (
    PredefinedRecognizerNotFoundError,
    RecognizerListLoader,
)
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bpoaudit.detect.language_model import LANGUAGE
from bpoaudit.detect.matches import RESERVED
from bpoaudit.documents import YamlFile, load_yaml, validate, validate_data
from bpoaudit.suggestions import shown, suggestion

FLAGS = int(regex.DOTALL | regex.MULTILINE | regex.IGNORECASE)
"""How Presidio compiles patterns unless the file says otherwise."""

_PROBE_SECONDS = 0.5
_PROBES = tuple(
    piece * (2000 // len(piece)) + "!"
    for piece in ("a", "A", "1", " ", "-", ".", "aA", "a1", "a ", "1 ", "1-", "a.", "a@", "_", "é")
)
"""Texts on which a pattern that repeats what it repeats (`(a+)+`) takes for ever."""

Language = Annotated[str, Field(pattern=r"^[a-z]{2}(-[A-Z]{2})?$")]
Entity = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]{1,63}$")]
Score = Annotated[float, Field(ge=0, le=1)]
Word = Annotated[str, Field(min_length=1, max_length=2000)]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Pattern(_Form):
    name: str
    regex: Annotated[str, Field(min_length=1)]
    score: Score


class _Context(_Form):
    language: Language
    context: tuple[Word, ...] | None = None


class _Recognizer(_Form):
    """What Presidio knows of a recogniser; a key that it does not know it would silently leave out."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    class_name: str | None = None
    type: Literal["custom", "predefined"] | None = None
    enabled: Annotated[bool, Field(strict=False)] = True
    supported_language: Language | None = None
    supported_languages: tuple[Language, ...] | tuple[_Context, ...] | None = None
    supported_entity: Entity | None = None
    supported_entities: tuple[Entity, ...] | None = None
    patterns: tuple[_Pattern, ...] = ()
    deny_list: tuple[Word, ...] = ()
    deny_list_score: Score = 1.0
    context: tuple[Word, ...] | None = None
    country_code: str | None = None
    score_thresholds: dict[str, Score] | None = None

    @property
    def predefined(self) -> bool:
        """Whether it is one of Presidio's own, as Presidio tells."""
        return self.type == "predefined" or (self.type is None and not (self.patterns or self.deny_list))

    @property
    def languages(self) -> set[str]:
        listed = self.supported_languages or (self.supported_language or LANGUAGE,)
        return {each.language if isinstance(each, _Context) else each for each in listed}


class _File(_Form):
    recognizers: Annotated[tuple[dict[str, Any] | str, ...], Field(min_length=1)]
    supported_languages: tuple[Language, ...] | None = None
    global_regex_flags: int = FLAGS


def load_recognizers(path: Path) -> tuple[EntityRecognizer, ...]:
    """Load the recognisers in the file at `path`, those of Presidio that it names among them.

    Raises `DocumentError` with the line of what is wrong: an unknown key, a pattern that does not
    compile or that takes for ever, a recogniser of Presidio's that asks a service or a model.
    """
    document = load_yaml(path)
    file = validate(document, _File)
    languages = {*(file.supported_languages or ())}
    entries: list[tuple[int, dict[str, Any]]] = []
    for at, written in enumerate(file.recognizers):
        entry = {"name": written} if isinstance(written, str) else written
        if not RecognizerListLoader.is_recognizer_enabled(entry):
            continue
        read = validate_data(entry, document, _Recognizer, ("recognizers", at))
        if _is_wanted(document, at, read):
            languages |= read.languages
            entries.append((at, entry | {"type": "predefined" if read.predefined else "custom"}))
    loaded: list[EntityRecognizer] = []
    for at, entry in entries:
        configuration = {
            "recognizers": [entry],
            "supported_languages": sorted(languages),
            "global_regex_flags": file.global_regex_flags,
        }
        try:
            provider = RecognizerRegistryProvider(registry_configuration=configuration)
            loaded += provider.create_recognizer_registry().recognizers
        except (ValueError, TypeError) as error:
            raise document.fault(("recognizers", at), _told(error)) from None
    return _once(loaded)


def _is_wanted(document: YamlFile, at: int, read: _Recognizer) -> bool:
    """Check what a recogniser is; those around a language model are left to the models that run anyway."""
    place = ("recognizers", at)
    if not read.enabled:
        return False
    if read.predefined:
        return not issubclass(_predefined(document, at, read), SpacyRecognizer)
    if read.name in RESERVED:
        raise document.fault((*place, "name"), f"the name {shown(read.name)} is taken; choose another one")
    if read.supported_entity is None:
        raise document.fault(place, "the key 'supported_entity' is missing: what does it find?")
    for number, pattern in enumerate(read.patterns):
        problem = _problem_of(pattern.regex)
        if problem:
            raise document.fault((*place, "patterns", number, "regex"), problem)
    return True


def _predefined(document: YamlFile, at: int, read: _Recognizer) -> type[EntityRecognizer]:
    name = read.class_name or read.name
    try:
        found: type[EntityRecognizer] = RecognizerListLoader.get_existing_recognizer_cls(name)
    except PredefinedRecognizerNotFoundError:
        known = {each.__name__ for each in RecognizerListLoader.get_all_existing_recognizers()}
        near = suggestion(name, {each for each in known if each.isidentifier()})
        message = (
            f"Presidio has no recogniser {shown(name)}, and one of your own needs patterns or a deny_list"
        )
        key = "class_name" if read.class_name else "name"
        raise document.fault(("recognizers", at, key), message + near) from None
    if not issubclass(found, (PatternRecognizer, PhoneRecognizer, SpacyRecognizer)):
        raise document.fault(
            ("recognizers", at),
            f"{shown(found.__name__)} asks a service or a model of its own, which an audit does not do",
        )
    return found


def _problem_of(pattern: str) -> str | None:
    """Return why a pattern cannot be used, without repeating it, or None."""
    try:
        compiled = regex.compile(pattern, FLAGS)
    except regex.error as error:
        where = "" if error.pos is None else f" at character {error.pos + 1}"
        return f"this is no regular expression: {error.msg}{where}"
    try:
        for probe in _PROBES:
            # The engine gives up at once where a letter that it needs is missing: the pattern has them all.
            for _ in compiled.finditer(probe + pattern, timeout=_PROBE_SECONDS):
                pass
    except TimeoutError:
        return "this pattern takes too long for some texts: it repeats a group that itself repeats"
    return None


def _told(error: BaseException) -> str:
    """Return what Presidio finds wrong, without the values that it repeats."""
    while True:
        inner = error.__cause__
        if isinstance(error, ValidationError):
            first = error.errors(include_url=False, include_input=False)[0]
            inner = first.get("ctx", {}).get("error")
            if not isinstance(inner, BaseException):
                return f"{'.'.join(map(str, first['loc']))}: {first['msg']}".removeprefix(": ")
        if inner is None:
            return str(error).partition(": {")[0]
        error = inner


def _once(recognizers: list[EntityRecognizer]) -> tuple[EntityRecognizer, ...]:
    """Make one of those that Presidio makes for each language, with the context words of all of them."""
    kept: dict[tuple[Any, ...], EntityRecognizer] = {}
    for recognizer in recognizers:
        patterns = tuple((p.regex, p.score) for p in getattr(recognizer, "patterns", ()))
        key = (type(recognizer), recognizer.name, *recognizer.supported_entities, *patterns)
        first = kept.setdefault(key, recognizer)
        if first is not recognizer and recognizer.context:
            first.context = list(dict.fromkeys([*(first.context or ()), *recognizer.context]))
    return tuple(kept.values())
