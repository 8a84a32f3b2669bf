"""What holds for every recogniser: registration, prefilters, time, offsets and silence about content."""

from __future__ import annotations

import pkgutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bpoaudit import catalog
from bpoaudit.detect import recognizers
from bpoaudit.detect.recognizers import RECOGNIZERS, build
from bpoaudit.detect.recognizers.plain import plain
from bpoaudit.detect.recognizers.recognizer import Recognizer, Shape, ShapeRecognizer

MACHINERY = {
    "context",
    "labelled",
    "literals",
    "outline",
    "machine_line",
    "one_of",
    "plain",
    "recognizer",
    "special_lexicon",
    "zones",
}
ALL: list[Any] = list(build("en"))
TEXTS = [
    str(entry["text"] if isinstance(entry, dict) else entry)
    for path in sorted((Path(__file__).parents[2] / "cases" / "recognizers").glob("*.yaml"))
    for group in yaml.safe_load(path.read_text("utf-8"))
    for entry in ([group] if isinstance(group, str) else [*group.get("found", []), *group.get("absent", [])])
]


def test_every_module_is_registered_once() -> None:
    modules = {info.name for info in pkgutil.iter_modules(recognizers.__path__)} - MACHINERY
    assert sorted(make.__module__.rpartition(".")[2] for make in RECOGNIZERS) == sorted(modules)


def test_names_and_languages() -> None:
    built = build("pl")
    assert len({recognizer.name for recognizer in built}) == len(built)
    assert {recognizer.supported_language for recognizer in built} == {"pl"}
    assert all(recognizer.context == [] for recognizer in built)


def test_the_catalog_knows_every_entity() -> None:
    assert {entity for recognizer in ALL for entity in recognizer.supported_entities} - set(
        catalog.CATALOG
    ) == set()


@pytest.mark.parametrize("recognizer", ALL, ids=lambda recognizer: recognizer.name)
def test_prefilter_loses_nothing_on_the_cases(recognizer: Recognizer) -> None:
    lost = [
        text
        for text in TEXTS
        if not recognizer.prefilter.admits(plain(text)) and [*recognizer.find(plain(text).text)]
    ]
    assert lost == []


@given(st.text(alphabet="0123456789 -./+()@:#*xXA•[]<>{}'\"\n", max_size=60))
def test_prefilter_loses_nothing_on_noise(text: str) -> None:
    view = plain(text)
    for recognizer in ALL:
        if not recognizer.prefilter.admits(view):
            assert [*recognizer.find(view.text)] == [], recognizer.name


SHAPES = [
    (f"{recognizer.name}-{index}", shape)
    for recognizer in ALL
    if isinstance(recognizer, ShapeRecognizer)
    for index, shape in enumerate(recognizer.identifier.shapes)
]


@pytest.mark.parametrize("shape", [shape for _, shape in SHAPES], ids=[name for name, _ in SHAPES])
def test_no_match_has_fewer_digits_than_its_shape_says(shape: Shape) -> None:
    @settings(max_examples=30)
    @given(st.from_regex(shape.compiled))
    def check(text: str) -> None:
        for match in shape.compiled.finditer(text):
            assert sum(map(str.isdigit, match.group())) >= shape.digits

    check()


PIECES = yaml.safe_load((Path(__file__).parents[2] / "cases" / "hostile_pieces.yaml").read_text("utf-8"))
SIZE = 100_000
"""Characters. What is worse than quadratic does not come to an end on so many."""


@pytest.mark.slow
@pytest.mark.parametrize("name", PIECES)
def test_every_recogniser_comes_to_an_end(name: str) -> None:
    text = PIECES[name] * (SIZE // len(PIECES[name]))
    for recognizer in ALL:
        for found in recognizer.analyze(text):
            assert 0 <= found.start < found.end <= len(text)


def test_offsets_are_those_of_the_original_text() -> None:
    text = "né\u200b le 3 avril 1985, mara\u200b@mail.exa\u00admple, ９９９９ ００００ ００１６"
    found = {
        result.entity_type: text[result.start : result.end]
        for recognizer in ALL
        for result in recognizer.analyze(text)
        if result.score >= 0.8
    }
    assert found == {
        "DATE_OF_BIRTH": "3 avril 1985",
        "EMAIL_ADDRESS": "mara\u200b@mail.exa\u00admple",
        "IN_AADHAAR": "９９９９ ００００ ００１６",
    }


@given(st.text(max_size=80))
def test_spans_lie_inside_the_text(text: str) -> None:
    for recognizer in ALL:
        for result in recognizer.analyze(text):
            assert 0 <= result.start < result.end <= len(text)
            assert 0 < result.score <= 1
            assert result.entity_type in recognizer.supported_entities


def test_results_and_hits_do_not_show_content() -> None:
    [recognizer] = [r for r in ALL if r.name == "EmailRecognizer"]
    [result] = recognizer.analyze("mara@mail.example")
    [hit] = recognizer.find("mara@mail.example")
    assert "mara" not in repr(hit)
    assert "mara" not in repr(result)


@pytest.mark.parametrize("address", ["zаrquоniа.quell@example.org", "zаrquоniа.quеll@еxаmplе.оrg"])
def test_an_address_with_letters_that_look_alike_is_found(address: str) -> None:
    assert not address.isascii()
    found = {
        address[result.start : result.end]
        for recognizer in ALL
        for result in recognizer.analyze(address)
        if result.entity_type == "EMAIL_ADDRESS"
    }
    assert found == {address}
