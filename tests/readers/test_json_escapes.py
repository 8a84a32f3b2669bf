from __future__ import annotations

import json
import re

from hypothesis import given
from hypothesis import strategies as st

from bpoaudit.readers.json_escapes import without_halves

_PIECES = st.sampled_from(
    ["\\", "u", "d", "D83d", "dc00", "83", "de", "0", '"', "x", "\\u", "\\ud83d", "\\uDE00"]
)


@given(st.lists(st.lists(_PIECES, max_size=5).map("".join), max_size=8))
def test_halves_are_replaced_wherever_blocks_end(blocks: list[str]) -> None:
    clean = "".join(without_halves(blocks))
    text = "".join(blocks)
    assert clean == "".join(without_halves([text]))
    try:
        value = json.loads(f'"{text}"')
    except ValueError:
        return
    assert json.loads(f'"{clean}"') == re.sub("[\ud800-\udfff]", "\ufffd", value)


def test_little_is_held_back() -> None:
    yielded = list(without_halves(["\\\\" * 1000 + "\\", "\\" * 1000, "x" * 1000]))
    assert list(map(len, yielded)) == [2000, 1000, 1001]
