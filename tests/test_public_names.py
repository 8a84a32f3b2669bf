"""Public names, held against the names that they hide."""

from __future__ import annotations

import pytest

from bpoaudit.masking import Key
from bpoaudit.public_names import fits

KEY = Key(b"0" * 64)


@pytest.mark.parametrize(
    ("public", "true", "without", "with_key"),
    [
        ("a/<X:{a}>.csv", "a/ann@x.csv", True, True),
        ("a/<X:{a}>.csv", "a/bob@x.csv", True, False),
        ("a/<X:{a}>.csv", "b/ann@x.csv", False, False),
        ("a/<X:{a}>.csv", "a/.csv", False, False),
        ("<X:{a}><X:{b}>", "ann@xbob@x", True, True),
        ("<X:{a}> to <X:{b}>.txt", "ann@x to bob@x.txt", True, True),
        ("<X:{b}> to <X:{a}>.txt", "ann@x to bob@x.txt", True, False),
        ("<X:{a}>.csv.csv", "ann@x.csv.csv", True, True),
        ("plain.csv", "plain.csv", True, True),
        ("plain.csv", "plain.csv2", False, False),
    ],
)
def test_a_public_name_fits_the_name_that_it_hides(
    public: str, true: str, without: bool, with_key: bool
) -> None:
    name = public.format(a=KEY.tag("ann@x"), b=KEY.tag("bob@x"))
    assert fits(name, true, None) is without
    assert fits(name, true, KEY) is with_key


def test_a_name_with_many_values_is_not_tried_in_every_way() -> None:
    """There are more ways to cut it than could ever be tried."""
    assert not fits("a".join(["<PERSON:0123ab>"] * 60) + "b", "a" * 2_000)
