"""Six kinds of cases for every recogniser and entity, in `tests/cases/kinds`, one file a family.

`valid` is found as it is written and as part of a `sentence`; `invalid` has the name but the wrong form,
range or check digit; `near` looks alike and is something else; a `column` of such values is told by them
and its header; a `masked` value is never reported in the clear.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from presidio_analyzer import RecognizerResult

from bpoaudit.detect.detector import Detector
from bpoaudit.detect.matches import THRESHOLD
from bpoaudit.detect.recognizers import RECOGNIZERS, masked, masked_identifier, special
from bpoaudit.detect.recognizers.recognizer import Recognizer
from bpoaudit.documents import load_yaml
from tests.detect.test_column_cases import KEY, Patterns, standing

KINDS = ("valid", "sentence", "invalid", "near", "column", "masked")
CASES = Path(__file__).parents[2] / "cases" / "kinds"
OTHERS = {masked.build, masked_identifier.build, special.build}
"""What is masked is a kind of every other; words about health or belief have neither form nor check digit."""

PAGES = {path.stem: load_yaml(path).data for path in sorted(CASES.glob("*.yaml"))}
GROUPS = [group for page in PAGES.values() for group in page]
FAMILIES: dict[str, Any] = {make.__module__.rpartition(".")[2]: make for make in RECOGNIZERS}
ALL: list[Any] = list(chain.from_iterable(make("en") for make in RECOGNIZERS))


def _cases(kind: str) -> list[Any]:
    return [
        pytest.param(group, case, id=f"{group['recognizer']}-{group['entity']}-{at}")
        for group in GROUPS
        for at, case in enumerate(group[kind])
    ]


def _found(text: str, entity: str, recognizers: list[Any]) -> Iterator[RecognizerResult]:
    for recognizer in recognizers:
        for result in recognizer.analyze(text):
            if result.entity_type == entity and result.score >= THRESHOLD:
                yield result


def _own(group: dict[str, Any]) -> list[Recognizer]:
    return [recognizer for recognizer in ALL if recognizer.name == group["recognizer"]]


@pytest.mark.parametrize("family", sorted(name for name, make in FAMILIES.items() if make not in OTHERS))
def test_every_recogniser_has_every_kind(family: str) -> None:
    wanted = {(r.name, entity) for r in FAMILIES[family]("en") for entity in r.supported_entities}
    held = [(group["recognizer"], group["entity"]) for group in PAGES[family]]
    assert sorted(held) == sorted(wanted)
    assert [group for group in PAGES[family] if not all(group.get(kind) for kind in KINDS)] == []


@pytest.mark.parametrize(("group", "case"), _cases("valid") + _cases("sentence"))
def test_is_found(group: dict[str, Any], case: dict[str, str]) -> None:
    text = case["text"]
    found = {text[r.start : r.end] for r in _found(text, group["entity"], _own(group))}
    assert case["value"] in found


@pytest.mark.parametrize(("group", "case"), _cases("sentence"))
def test_a_sentence_is_more_than_the_value(group: dict[str, Any], case: dict[str, str]) -> None:
    before, value, after = case["text"].partition(case["value"])
    assert value
    assert len(f"{before} {after}".split()) > 3


@pytest.mark.parametrize(("group", "text"), _cases("invalid") + _cases("near"))
def test_is_not_found(group: dict[str, Any], text: str) -> None:
    assert [text[r.start : r.end] for r in _found(text, group["entity"], ALL)] == []


@pytest.mark.parametrize(("group", "case"), _cases("masked"))
def test_a_masked_value_is_not_clear(group: dict[str, Any], case: dict[str, str]) -> None:
    text = case["text"]
    found = [
        (text[r.start : r.end], (r.recognition_metadata or {}).get("masking"))
        for r in _found(text, group["entity"], ALL)
    ]
    assert None not in {state for _, state in found}
    if "state" in case:
        assert (case["value"], case["state"]) in found


@pytest.fixture(scope="module")
def patterns() -> Detector:
    return Detector(Patterns(), KEY)  # type: ignore[arg-type]


@pytest.mark.parametrize("group", GROUPS, ids=[f"{g['recognizer']}-{g['entity']}" for g in GROUPS])
def test_a_column_is_told(patterns: Detector, group: dict[str, Any]) -> None:
    column = group["column"]
    values = column["values"] * 3
    wanted = column.get("holds", group["entity"])
    found = {record for record, m in standing(patterns, column["header"], values) if m.entity == wanted}
    assert 2 * len(found) >= len(values)
