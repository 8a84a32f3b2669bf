"""The merge law of the measures: whoever counted what in which order, the rows are the same."""

from __future__ import annotations

import pickle
from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpoaudit.distinct import DistinctCount
from bpoaudit.inventory import Occurrence
from bpoaudit.masking import Key
from bpoaudit.measures import MEASURES, Measured
from bpoaudit.measures.anonymity import Anonymity, _Kind
from bpoaudit.measures.identity_quality import Quality
from bpoaudit.measures.measure import Tally
from bpoaudit.measures.subjects import People, Subjects
from bpoaudit.measures.suppression import Suppression
from bpoaudit.measures.weak_pseudonyms import Hashes

KEY = Key(b"k" * 32)
_SOURCE = st.sampled_from(["a.csv", "b.csv"])
_FIELD = st.sampled_from(["mail", "notes"])
_ENTITY = st.sampled_from(["EMAIL_ADDRESS", "PHONE_NUMBER"])
_COUNT = st.integers(1, 50)
_SKETCHES = st.sets(st.integers(0, 40))


def _count(sketches: set[int]) -> DistinctCount:
    made = DistinctCount()
    for sketch in sketches:
        made.add(sketch)
    return made


@st.composite
def suppressions(draw: st.DrawFn) -> Suppression:
    made = Suppression()
    for _ in range(draw(st.integers(0, 5))):
        entity = draw(_ENTITY)
        mark = KEY.fingerprint(entity, draw(st.sampled_from("abc")))
        place = (draw(_SOURCE), draw(_FIELD), entity, mark)
        made.add(place, draw(_COUNT), Occurrence(draw(st.integers(1, 9)), 0, 3, "•", mark))
    return made


@st.composite
def subjects(draw: st.DrawFn) -> Subjects:
    made = Subjects()
    for _ in range(draw(st.integers(0, 5))):
        place = (draw(_SOURCE), draw(_FIELD), draw(_ENTITY))
        made.people[place] = People(_count(draw(_SKETCHES)), draw(_COUNT))
    return made


@st.composite
def anonymities(draw: st.DrawFn) -> Anonymity:
    made = Anonymity()
    for _ in range(draw(st.integers(0, 5))):
        kind = _Kind(draw(_SOURCE), "feed", 2, 1, draw(st.integers(0, 3)), draw(st.booleans()))
        made.records[kind] += draw(_COUNT)
    return made


@st.composite
def qualities(draw: st.DrawFn) -> Quality:
    made = Quality()
    for _ in range(draw(st.integers(0, 5))):
        column = (draw(_SOURCE), draw(_FIELD), draw(_ENTITY))
        made.values[column] += draw(_COUNT) + 50
        made.wrong[column] += draw(_COUNT)
    return made


@st.composite
def hashes(draw: st.DrawFn) -> Hashes:
    made = Hashes()
    for _ in range(draw(st.integers(0, 4))):
        algorithm = draw(st.sampled_from(["md5", "sha256"]))
        made.met[draw(_SOURCE), draw(_FIELD), algorithm] = _count(draw(_SKETCHES))
        made.guessed[algorithm] = _count(draw(_SKETCHES))
    return made


MADE = {
    "suppressed": suppressions(),
    "subjects": subjects(),
    "equivalence_classes": anonymities(),
    "identifiers": qualities(),
    "hashes": hashes(),
}


def _merged(*parts: Tally) -> Tally:
    whole = type(parts[0])()
    for part in parts:
        whole.merge(deepcopy(part))
    return whole


def test_every_measure_is_held_to_the_law() -> None:
    assert {measure.name for measure in MEASURES} == MADE.keys()


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.name)
@given(data=st.data())
def test_merging_is_associative_and_commutative_with_identity(measure: object, data: st.DataObject) -> None:
    a, b, c = (data.draw(MADE[measure.name]) for _ in range(3))  # type: ignore[attr-defined]
    left, right = _merged(_merged(a, b), c), _merged(a, _merged(b, c))
    assert left.rows() == right.rows() == _merged(c, b, a).rows()
    assert _merged(a, measure.tally()).rows() == a.rows() == _merged(measure.tally(), a).rows()  # type: ignore[attr-defined]


@given(suppressions(), subjects())
def test_all_measures_together_merge_and_travel(one: Suppression, other: Subjects) -> None:
    whole = Measured()
    whole.merge(Measured({"suppressed": one}))
    whole.merge(pickle.loads(pickle.dumps(Measured({"subjects": other}))))
    assert whole.told() == {"subjects": other.rows(), "suppressed": one.rows()}
