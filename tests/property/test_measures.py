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
from bpoaudit.measures.conduct import Conduct
from bpoaudit.measures.conduct.events import Outcome
from bpoaudit.measures.identity_quality import Quality
from bpoaudit.measures.keys_beside import KeysBeside
from bpoaudit.measures.listed import Listed, Met
from bpoaudit.measures.masked_values import Column, Leak, Leaks
from bpoaudit.measures.measure import Tally
from bpoaudit.measures.named_files import NamedFiles
from bpoaudit.measures.subjects import People, Subjects
from bpoaudit.measures.suppression import Suppression
from bpoaudit.measures.test_data import TestData
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
        kind = _Kind(draw(_SOURCE), "feed", 2, 1, draw(st.integers(0, 3)), draw(st.integers(0, 5)))
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


@st.composite
def keys_beside(draw: st.DrawFn) -> KeysBeside:
    made = KeysBeside()
    made.known = _count(draw(_SKETCHES))
    for _ in range(draw(st.integers(0, 4))):
        made.hiding[draw(_SOURCE), draw(_FIELD)] = _count(draw(_SKETCHES))
        made.add_table(draw(_SOURCE), draw(_SKETCHES))
        made.salts[draw(_SOURCE), draw(_FIELD)] += draw(_COUNT)
    return made


@st.composite
def lists(draw: st.DrawFn) -> Listed:
    made = Listed()
    for name in draw(st.sets(st.sampled_from(["ours", "theirs"]))):
        met = Met("canary" if name == "ours" else "other_client", None, 9, draw(suppressions()))
        met.people.met = draw(st.sets(st.integers(0, 8)))
        made.lists[name] = met
    return made


@st.composite
def data_of_tests(draw: st.DrawFn) -> TestData:
    made = TestData()
    for _ in range(draw(st.integers(0, 5))):
        source, count = draw(_SOURCE), draw(_COUNT)
        place = (source, draw(_FIELD), draw(_ENTITY))
        made.feeds[source] = ("f", True) if source == "a.csv" else (None, None)
        made.values[place] += count + 50
        made.real[place] += count
    return made


@st.composite
def conducts(draw: st.DrawFn) -> Conduct:
    made = Conduct()
    for _ in range(draw(st.integers(0, 30))):
        heard = draw(st.sampled_from([True, False, None]))
        place = draw(st.none() | st.tuples(st.integers(1, 9), st.just(0), st.just(3)))
        outcome = Outcome(draw(st.sampled_from(["pin_asked", "company_named"])), heard, None, place)
        made.add((draw(_SOURCE), draw(_FIELD)), None, "voice", draw(st.booleans()), outcome)
    return made


@st.composite
def leaks(draw: st.DrawFn) -> Leaks:
    made = Leaks()
    made.clear = _count(draw(_SKETCHES))
    for _ in range(draw(st.integers(0, 5))):
        column = Column(draw(_SOURCE), draw(_FIELD), "CREDIT_CARD")
        records = draw(st.sets(st.integers(1, 9)))
        made.found.setdefault((column, "over_shown"), Leak()).add(len(records) + draw(_COUNT), records)
        made.outlines[column] = _count(draw(_SKETCHES))
    return made


@st.composite
def named_files(draw: st.DrawFn) -> NamedFiles:
    made = NamedFiles()
    for _ in range(draw(st.integers(0, 5))):
        made.mask(draw(_SOURCE), draw(_ENTITY))
        made.name(draw(_SOURCE), draw(_ENTITY), (draw(_SOURCE), draw(_FIELD), draw(st.integers(0, 9))))
    return made


MADE = {
    "suppressed": suppressions(),
    "subjects": subjects(),
    "equivalence_classes": anonymities(),
    "identifiers": qualities(),
    "hashes": hashes(),
    "keys_beside": keys_beside(),
    "lists": lists(),
    "test_data": data_of_tests(),
    "conduct": conducts(),
    "masked_values": leaks(),
    "masked_files": named_files(),
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
