"""The set finds what its recognisers find one by one."""

from __future__ import annotations

import gc
import re
import weakref
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from presidio_analyzer import RecognizerResult

from bpoaudit.detect.language_model import blank
from bpoaudit.detect.pattern_set import Asked, PatternSet
from bpoaudit.detect.recognizers import build

CASES = Path(__file__).parents[1] / "cases" / "recognizers"
RECOGNIZERS = build("en")
TOGETHER = PatternSet(RECOGNIZERS, "en")
PROSE = "the caller said that it was late and that nobody had told them anything about it. "


def _told(results: Iterable[RecognizerResult]) -> list[Any]:
    name = RecognizerResult.RECOGNIZER_NAME_KEY
    return sorted(
        (r.start, r.end, r.entity_type, r.score, r.recognition_metadata[name]) for r in results
    )  # fmt: skip


def _apart(text: str) -> list[Any]:
    return _told(result for recognizer in RECOGNIZERS for result in recognizer.analyze(text))


def _strings(page: Any) -> Iterable[str]:
    if isinstance(page, dict):
        for value in page.values():
            yield from _strings(value)
    elif isinstance(page, list):
        for value in page:
            yield from _strings(value)
    elif isinstance(page, str):
        yield page


@pytest.mark.parametrize("path", sorted(CASES.glob("*.yaml")), ids=lambda path: path.stem)
def test_nothing_is_lost_or_added_on_the_cases(path: Path) -> None:
    texts = sorted(set(_strings(yaml.safe_load(path.read_text("utf-8")))))
    for text in texts:
        apart = _apart(text)
        assert _told(TOGETHER.analyze(text)) == apart
        assert _told(TOGETHER.analyze(text)) == apart, "by its outline, which is known by now"
    together = PROSE.join(texts[:60])
    assert _told(TOGETHER.analyze(together)) == _apart(together)


@given(st.lists(st.from_regex(r"[A-Z]{0,5}[0-9]{0,12}[ ./:@-]?", fullmatch=True), max_size=12).map("".join))
def test_nothing_is_lost_or_added_on_noise(text: str) -> None:
    for each in (text, re.sub(r"[0-9]", "7", text), re.sub(r"[0-9]", "0", text), text):
        assert _told(TOGETHER.analyze(each)) == _apart(each)
    assert _told(TOGETHER.analyze(PROSE * 4 + text)) == _apart(PROSE * 4 + text)


@pytest.mark.parametrize("path", sorted(CASES.glob("*.yaml")), ids=lambda path: path.stem)
def test_nothing_is_lost_that_was_asked_for(path: Path) -> None:
    asked = [Asked(blank("en"), "en", least) for least in (0.25, 0.4)]
    for text in sorted(set(_strings(yaml.safe_load(path.read_text("utf-8")))))[::3]:
        everything = TOGETHER.analyze(text)
        for each in asked:
            told = [r for r in TOGETHER.analyze(text, nlp_artifacts=each) if r.score >= each.least]
            assert _told(told) == _told(r for r in everything if r.score >= each.least)


def test_a_set_that_nobody_needs_is_let_go_of() -> None:
    gone = PatternSet(RECOGNIZERS, "en")
    for _ in range(3):
        gone.analyze("order 20417")
    told = weakref.ref(gone)
    del gone
    gc.collect()
    assert told() is None
