"""The engine with its models: who reads what."""

from __future__ import annotations

import pytest

from bpoaudit.detect.engine import Engine
from bpoaudit.detect.matches import GIVEN_NAMES, SPACY, THRESHOLD

pytestmark = pytest.mark.slow

GERMAN = (
    "Der Zeitraum reicht von Juli bis Oktober, die Konten sind maskiert und der Schlüssel liegt nicht bei."
)
ENGLISH = "The parcel was handed over to Maria Example in Dublin, and she signed for it in the evening."


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine()


def recognizers(engine: Engine, text: str, written: str | None = None) -> set[str]:
    [found] = engine.text([text], THRESHOLD, written)
    return {match.recognizer for match in found}


def test_spacy_reads_its_own_language_only(engine: Engine) -> None:
    assert SPACY in recognizers(engine, ENGLISH)
    assert SPACY not in recognizers(engine, GERMAN)


def test_a_text_that_tells_its_language_goes_by_that_and_a_short_one_by_its_field(engine: Engine) -> None:
    assert SPACY in recognizers(engine, ENGLISH, "de")
    assert SPACY in recognizers(engine, "Maria Example called")
    assert SPACY not in recognizers(engine, "Maria Example called", "de")


def test_names_with_a_known_given_name_are_seen_in_any_language(engine: Engine) -> None:
    assert GIVEN_NAMES in recognizers(engine, "Rozmawiano z Tomaszem Przykładem.", "pl")


def test_offsets_hold_beyond_one_window(engine: Engine) -> None:
    text = "Nothing to see in this line, really.\n" * 800 + ENGLISH
    [found] = engine.text([text], THRESHOLD)
    assert "Dublin" in {text[m.start : m.end] for m in found if m.entity == "LOCATION"}


def test_what_it_can_find_is_no_organisation(engine: Engine) -> None:
    assert {"PERSON", "LOCATION", "STREET_ADDRESS"} <= set(engine.entities)
    assert "ORGANISATION" not in engine.entities
