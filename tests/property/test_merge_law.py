"""The merge law: whoever counted what in which order, the inventory is the same."""

from __future__ import annotations

from copy import deepcopy
from functools import reduce

from hypothesis import given
from hypothesis import strategies as st

import bpoaudit.distinct as distinct
from bpoaudit.distinct import DistinctCount
from bpoaudit.inventory import POINTERS, SAMPLES, EntityTally, FieldTally, Inventory, Kind, Occurrence
from bpoaudit.masking import Key
from bpoaudit.model import FieldKind, MaskingState

KEY = Key(b"k" * 32)
_NAMES = st.sampled_from(["a.csv", "b.csv"])
_FIELDS = st.sampled_from(["mail", "notes"])
_ENTITIES = st.sampled_from(["EMAIL_ADDRESS", "PERSON"])


@st.composite
def inventories(draw: st.DrawFn) -> Inventory:
    inventory = Inventory()
    for _ in range(draw(st.integers(0, 6))):
        field = inventory.fields.setdefault((draw(_NAMES), draw(_FIELDS)), FieldTally(FieldKind.COLUMN))
        field.records += draw(st.integers(0, 50))
        field.non_empty += draw(st.integers(0, 50))
        field.dates[draw(st.dates()).isoformat()] += 1
        value = draw(st.text("abé☎", min_size=1, max_size=3))
        field.distinct.add(KEY.sketch(value))
        entity = draw(_ENTITIES)
        mark = KEY.fingerprint(entity, value)
        records = sorted(draw(st.lists(st.integers(1, 99), min_size=1, max_size=30)))
        kind = Kind(entity, "R", draw(st.sampled_from([0.5, 0.9])), draw(st.sampled_from(MaskingState)))
        tally = field.entities.setdefault(entity, EntityTally())
        tally.records += len(set(records))
        shape = "•" * draw(st.integers(1, 5))
        tally.add(
            kind,
            len(records),
            [Occurrence(r, 0, 3, shape, mark) for r in records],
            int(mark[-16:], 16),
            shape,
        )
    return inventory


def merged(*parts: Inventory) -> Inventory:
    total = Inventory()
    for part in parts:
        total.merge(deepcopy(part))
    return total


def flat(inventory: Inventory) -> object:
    """What can be seen of an inventory."""
    return {
        key: (
            f.kind, f.records, f.non_empty, f.distinct.count, dict(f.dates),
            {
                e: (t.records, t.distinct.count, t.samples, {k: (g.count, g.pointers) for k, g in t.groups.items()})
                for e, t in f.entities.items()
            },
        )
        for key, f in inventory.fields.items()
    }  # fmt: skip


@given(inventories(), inventories(), inventories())
def test_merging_is_associative(a: Inventory, b: Inventory, c: Inventory) -> None:
    assert flat(merged(merged(a, b), c)) == flat(merged(a, merged(b, c)))


@given(inventories(), inventories())
def test_merging_is_commutative(a: Inventory, b: Inventory) -> None:
    assert flat(merged(a, b)) == flat(merged(b, a))


@given(inventories())
def test_the_empty_inventory_changes_nothing(a: Inventory) -> None:
    assert flat(merged(a, Inventory())) == flat(a) == flat(merged(Inventory(), a))


@given(st.lists(inventories(), max_size=5), st.randoms())
def test_any_order_of_many_gives_the_same(parts: list[Inventory], random: object) -> None:
    shuffled = list(parts)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert flat(merged(*parts)) == flat(merged(*shuffled))


@given(inventories())
def test_pointers_and_samples_are_bounded(a: Inventory) -> None:
    total = merged(a, a, a)
    for field in total.fields.values():
        for tally in field.entities.values():
            assert len(tally.samples) <= SAMPLES
            assert all(
                len(g.pointers) <= POINTERS and g.count >= len(g.pointers) for g in tally.groups.values()
            )


@given(st.lists(st.sets(st.integers(0, 2**64 - 1), max_size=40), max_size=6))
def test_distinct_counts_do_not_depend_on_the_cut(parts: list[set[int]]) -> None:
    def counted(values: set[int]) -> DistinctCount:
        count = DistinctCount()
        for value in values:
            count.add(value)
        return count

    def merge(a: DistinctCount, b: DistinctCount) -> DistinctCount:
        a.merge(b)
        return a

    union: set[int] = set().union(*parts)
    assert reduce(merge, map(counted, parts), DistinctCount()).count == len(union)


def test_beyond_the_limit_distinct_counts_are_estimated_and_still_merge(monkeypatch: object) -> None:
    monkeypatch.setattr(distinct, "EXACT_DISTINCT", 1000)  # type: ignore[attr-defined]
    whole, even, odd = DistinctCount(), DistinctCount(), DistinctCount()
    for number in range(20_000):
        sketch = KEY.sketch(str(number))
        whole.add(sketch)
        (odd if number % 2 else even).add(sketch)
    odd.merge(even)
    assert whole.estimated
    assert odd.count == whole.count
    assert abs(whole.count - 20_000) < 20_000 * 0.15
