"""Which languages the free text is in, and in which of them no model looked for names and places."""

from __future__ import annotations

from dataclasses import dataclass

from bpoaudit.model import Audit, LanguageRead
from bpoaudit.report import words

NOTABLE = 0.01
"""Share of the texts below which a language may be a wrong guess, and is left to the report's table."""
MAX_NAMED = 5

_NAMES = {
    "ar": "Arabic", "bn": "Bengali", "cs": "Czech", "da": "Danish", "de": "German", "en": "English",
    "es": "Spanish", "fi": "Finnish", "fr": "French", "hi": "Hindi", "hu": "Hungarian", "id": "Indonesian",
    "it": "Italian", "ms": "Malay", "nl": "Dutch", "no": "Norwegian", "pl": "Polish", "pt": "Portuguese",
    "ro": "Romanian", "ru": "Russian", "sv": "Swedish", "ta": "Tamil", "tl": "Tagalog", "tr": "Turkish",
    "uk": "Ukrainian", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class LanguageRow:
    """One language of the report's table."""

    language: str
    texts: str
    fields: str
    models: str
    """Empty where no model was made for it."""


def language_rows(audit: Audit) -> tuple[LanguageRow, ...]:
    """Return all languages, the most frequent first."""
    return tuple(
        LanguageRow(
            language=name_of(each), texts=words.number(each.texts), fields=words.number(each.fields),
            models=", ".join(each.models),
        )
        for each in audit.languages
    )  # fmt: skip


def unmodelled(audit: Audit) -> str | None:
    """Say in which languages no model looked for names, or return None; rare ones are left out."""
    total = sum(each.texts for each in audit.languages)
    without = [each for each in audit.languages if not each.models and each.texts >= NOTABLE * total]
    if not without:
        return None
    named = [
        f"{name_of(each)} ({words.plural(each.texts, 'text')} in {words.plural(each.fields, 'field')})"
        for each in without[:MAX_NAMED]
    ]
    if len(without) > MAX_NAMED:
        named.append(words.plural(len(without) - MAX_NAMED, "more language"))
    return (
        f"No language model was made for {words.listed(named)}: names and places there were looked for by "
        "word lists and models of other languages, if at all; patterns and identifiers were"
    )


def name_of(each: LanguageRead) -> str:
    """Return the English name of a language, or its code."""
    return language_name(each.language)


def language_name(code: str) -> str:
    """Return the English name of an ISO 639-1 code, or the code."""
    return _NAMES.get(code, code)
