from __future__ import annotations

import pkgutil

import pytest
import spacy.lang

from bpoaudit.cli.options import language_of
from bpoaudit.errors import UsageError
from bpoaudit.languages import LANGUAGES


def test_the_codes_are_those_of_the_standard() -> None:
    assert len(LANGUAGES) == 183
    known = {each.name for each in pkgutil.iter_modules(spacy.lang.__path__) if len(each.name) == 2}
    assert known - LANGUAGES == {"xx"}  # spaCy's name for any language


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        ("xx", ""),
        ("jp", "; did you mean 'ja'?"),
        ("pt-BR", "; did you mean 'pt'?"),
        ("DE", "; did you mean 'de'?"),
    ],
)
def test_what_is_no_language_is_refused(code: str, hint: str) -> None:
    with pytest.raises(UsageError) as refused:
        language_of(code)
    assert refused.value.message.endswith(f"(ISO 639-1){hint}")


@pytest.mark.parametrize("code", ["auto", "en", "yo"])
def test_what_is_one_is_taken(code: str) -> None:
    assert language_of(code) == code
