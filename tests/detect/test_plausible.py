"""What stands of the language models' answers, given as they gave them; and how overlaps are settled."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bpoaudit.detect.given_names import full_names
from bpoaudit.detect.matches import GIVEN_NAMES, RAMPART, SPACY, Match, clusters, overlap, resolve
from bpoaudit.detect.not_names import not_names
from bpoaudit.detect.plausible import plausible

CASES = yaml.safe_load((Path(__file__).parents[1] / "cases" / "names.yaml").read_text("utf-8"))
MODELS = {"s": SPACY, "r": RAMPART, "g": GIVEN_NAMES}


def answer(text: str, value: str, entity: str, model: str, score: float) -> Match:
    start = text.index(value)
    return Match(start, start + len(value), entity, score, MODELS[model])


@pytest.mark.parametrize("case", CASES, ids=[c["text"] for c in CASES])
def test_what_stands(case: dict[str, Any]) -> None:
    text = case["text"]
    found = resolve(plausible([answer(text, *each) for each in case["answers"]], text))
    assert [[text[m.start : m.end], m.entity] for m in found] == case["stand"]


def document(sentence: str) -> str:
    return "It was decided on appeal that the claim was to be heard again. " * 20 + sentence


def test_in_documents_a_name_needs_more_than_one_model_or_word() -> None:
    text = document("The Widow and Mrs F. Example of Ankara spoke to Kinderfreibetrag there.")
    answers = [
        answer(text, "Widow", "PERSON", "r", 0.85),
        answer(text, "F. Example", "PERSON", "s", 0.85),
        answer(text, "Kinderfreibetrag", "PERSON", "s", 0.85),
        answer(text, "Ankara", "LOCATION", "s", 0.85),
    ]
    assert [text[m.start : m.end] for m in plausible(answers, text)] == ["F. Example", "Ankara"]
    short = text[-80:]
    assert len(plausible([answer(short, "Widow", "PERSON", "r", 0.85)], short)) == 0
    assert len(plausible([answer(short, "Example", "PERSON", "r", 0.85)], short)) == 1


def test_what_patterns_found_is_not_judged() -> None:
    match = Match(0, 3, "PERSON", 0.75, "SomePatternRecognizer")
    assert plausible([match], "thx") == (match,)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Told Dieuwke Nieuwexample today", ["Dieuwke Nieuwexample"]),
        ("na rzecz Marka Przykladowego oraz Anny Przykladowej", ["Marka Przykladowego", "Anny Przykladowej"]),
        ("z Tomaszem Przykładem", ["Tomaszem Przykładem"]),
        ("Neighbour Colm O'Example took it", ["Colm O'Example"]),
        ("José de la Muestra", ["José de la Muestra"]),
        ("anna example", ["anna example"]),
        ("anna 9900", ["anna"]),
        ("sure its anna", ["anna"]),
        ("anna and 9900", ["anna"]),
        ("anna please", ["anna"]),
        ("please call anna", []),
        ("Anna called", []),
        ("@Anna pls pick it up", ["Anna"]),
        ("Recipient Busisiwe informed", ["Busisiwe"]),
        ("Spoke w/ Thabo, no answer", ["Thabo"]),
        ("as Nguyễn Văn Example asked", ["Nguyễn Văn Example"]),
        ("The Living Room", []),
        ("Paris Hotel", []),
        ("write to Anna@Example.org", []),
    ],
)
def test_full_names(text: str, names: list[str]) -> None:
    assert [text[m.start : m.end] for m in full_names(text)] == names


def test_slips_are_no_words_of_the_list() -> None:
    lists = not_names()
    assert lists.never < lists.ordinary
    assert not lists.slips & lists.ordinary
    assert {"yoru", "custmer", "lettter", "aggent"} <= lists.slips


MATCHES = st.lists(
    st.builds(
        lambda start, size, entity, score, model: Match(start, start + size, entity, score, model),
        st.integers(0, 30),
        st.integers(1, 9),
        st.sampled_from(["PERSON", "LOCATION", "PHONE_NUMBER"]),
        st.sampled_from([0.4, 0.6, 0.85, 0.95]),
        st.sampled_from([SPACY, RAMPART, "PhoneRecognizer"]),
    ),
    max_size=12,
    unique=True,
)


@given(MATCHES)
def test_clusters_hold_every_match_once_and_keep_overlaps_together(matches: list[Match]) -> None:
    found = list(clusters(matches))
    assert sorted(map(repr, (m for cluster in found for m in cluster))) == sorted(map(repr, matches))
    for at, cluster in enumerate(found):
        others = [m for other in found[at + 1 :] for m in other]
        assert not any(overlap(one, other) for one in cluster for other in others)


@given(MATCHES)
def test_of_overlapping_matches_the_best_stands(matches: list[Match]) -> None:
    standing = resolve(matches)
    assert all(a.end <= b.start for a, b in pairwise(standing))
    assert all(any(overlap(match, kept) for kept in standing) for match in matches)
    if proven := [m for m in matches if m.proven]:
        best = max(m.score for m in proven)
        assert any(m.proven and m.score == best for m in standing)
    assert resolve(reversed(matches)) == standing
