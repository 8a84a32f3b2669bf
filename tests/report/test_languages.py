"""What a report says of the languages of free text."""

from __future__ import annotations

from bpoaudit.model import Audit, LanguageRead
from bpoaudit.report.languages import MAX_NAMED, language_rows, unmodelled

from .sample import audit_result


def audit(*languages: LanguageRead) -> Audit:
    return audit_result().audit.model_copy(update={"languages": languages})


def read(language: str, texts: int, *models: str) -> LanguageRead:
    return LanguageRead(language=language, fields=1, texts=texts, models=models)


def test_nothing_is_said_where_every_language_has_a_model_or_none_was_told() -> None:
    assert unmodelled(audit()) is None
    assert unmodelled(audit(read("en", 900, "m"), read("fr", 3, "m"))) is None


def test_languages_without_a_model_are_named_with_their_numbers() -> None:
    told = unmodelled(audit(read("en", 900, "m"), read("hi", 1200), read("pl", 300)))
    assert told is not None
    assert told.startswith(
        "No language model was made for Hindi (1,200 texts in 1 field) and Polish (300 texts"
    )


def test_a_language_of_hardly_any_text_stands_in_the_table_only() -> None:
    told = audit(read("en", 990, "a", "b"), read("no", 9), read("tlh", 1))
    assert unmodelled(told) is None
    rows = [(row.language, row.texts, row.models) for row in language_rows(told)]
    assert rows == [("English", "990", "a, b"), ("Norwegian", "9", ""), ("tlh", "1", "")]


def test_many_languages_are_counted_rather_than_listed() -> None:
    told = unmodelled(audit(*(read(f"x{n}", 10) for n in range(MAX_NAMED + 2))))
    assert told is not None
    assert "2 more languages" in told
