"""Tell the language of a field's text, so that a model only reads what it was trained on."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

_ENOUGH = 40
"""Letters below which a guess is not better than the declared language."""
_SAMPLE = 20_000
_CERTAIN = 0.95
_LANGUAGES = (
    "ar", "bn", "cs", "da", "de", "en", "es", "fi", "fr", "hi", "hu", "id", "it", "ms", "nl", "no", "pl",
    "pt", "ro", "ru", "sv", "ta", "tl", "tr", "uk", "vi", "zh",
)  # fmt: skip
"""Languages of clients, vendors and their customers; rarer ones would only win by accident."""


@cache
def load() -> LanguageIdentifier:
    """Return what tells languages; the first time it takes half a second, and mostly lets others run."""
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(_LANGUAGES)
    return identifier


def language_of(values: Iterable[str]) -> str | None:
    """Return the ISO 639-1 code of the language most of `values` are in, or None when in doubt.

    `values` are taken in their sorted order, so that the answer depends on what they are alone.
    """
    sample: list[str] = []
    letters = 0
    for value in sorted(values):
        sample.append(value)
        letters += sum(char.isalpha() for char in value)
        if letters >= _SAMPLE:
            break
    if letters < _ENOUGH:
        return None
    code, probability = load().classify("\n".join(sample))
    return str(code) if probability >= _CERTAIN else None
