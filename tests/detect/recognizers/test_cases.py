"""The case tables of `tests/cases/recognizers`, through a real Presidio analyzer without a language model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts, NoOpNlpEngine

from bpoaudit.detect.recognizers import build

THRESHOLD = 0.4
CASES = Path(__file__).parents[2] / "cases" / "recognizers"


def _pages() -> Iterator[tuple[str, list[Any]]]:
    for path in sorted(CASES.glob("*.yaml")):
        yield path.stem, yaml.safe_load(path.read_text("utf-8"))


def _groups() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, page in _pages():
        if name != "hard_negatives":
            yield from ((name, group) for group in page)


FOUND = [(group["entity"], case) for _, group in _groups() for case in group.get("found", [])]
ABSENT = [(group["entity"], text) for _, group in _groups() for text in group.get("absent", [])]
NOTHING = next(page for name, page in _pages() if name == "hard_negatives")


@pytest.fixture(scope="module", params=["en", "pl"])
def analyze(request: pytest.FixtureRequest) -> Any:
    language = request.param
    nlp = NoOpNlpEngine(models=[{"lang_code": language, "model_name": "none"}])
    nlp.load()
    registry = RecognizerRegistry(recognizers=list(build(language)), supported_languages=[language])
    engine = AnalyzerEngine(registry=registry, nlp_engine=nlp, supported_languages=[language])
    nothing = NlpArtifacts([], [], [], [], nlp, language)

    def run(text: str) -> list[RecognizerResult]:
        return engine.analyze(text, language, score_threshold=THRESHOLD, nlp_artifacts=nothing)

    return run


@pytest.mark.parametrize(("entity", "case"), FOUND, ids=[f"{e}-{c['text'][:30]}" for e, c in FOUND])
def test_is_found(analyze: Any, entity: str, case: dict[str, Any]) -> None:
    text = str(case["text"])
    found = [result for result in analyze(text) if result.entity_type == entity]
    assert [text[result.start : result.end] for result in found] == [str(case.get("value", text))]
    [result] = found
    assert case["min"] <= result.score <= case.get("max", 1.0)
    told = result.recognition_metadata
    assert told.get("masking") == case.get("masking")
    if "region" in case:
        assert told.get("region") == case["region"]


@pytest.mark.parametrize(("entity", "text"), ABSENT, ids=[f"{e}-{str(t)[:30]}" for e, t in ABSENT])
def test_is_absent(analyze: Any, entity: str, text: str) -> None:
    assert entity not in {result.entity_type for result in analyze(str(text))}


@pytest.mark.parametrize("text", NOTHING)
def test_nothing_is_found(analyze: Any, text: str) -> None:
    assert [(result.entity_type, text[result.start : result.end]) for result in analyze(text)] == []


def test_every_entity_has_a_case() -> None:
    found = {entity for recognizer in build("en") for entity in recognizer.supported_entities}
    assert sorted(found - {group["entity"] for _, group in _groups()} - WITHOUT_CASE) == []


WITHOUT_CASE = {"LOCATION"}
"""Found by the language model; here only as a placeholder."""
