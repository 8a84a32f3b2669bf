"""Fixed-width layouts in the agreement."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from bpoaudit.delivery.layout import FixedColumn, FixedRecord, Layout
from bpoaudit.vendor import Agreement

NAME = {"name": "name", "start": 1, "width": 10}


def agreement(layout: dict[str, Any]) -> Agreement:
    return Agreement.model_validate({"feeds": [{"id": "pay", "files": ["pay/*.dat"], "layout": layout}]})


def test_a_source_has_the_layout_of_its_feed() -> None:
    found = agreement({"columns": [NAME], "header_lines": 1}).layout_of("pay/q3.dat")
    assert found == Layout((FixedColumn("name", 1, 10),), header_lines=1)
    assert agreement({"columns": [NAME]}).layout_of("other.dat") is None
    assert Agreement.model_validate({"feeds": [{"id": "a", "files": ["*"]}]}).layout_of("a") is None


def test_kinds_of_record() -> None:
    kinds = [{"name": "detail", "marker": "05", "columns": [{**NAME, "packed": True}]}]
    layout = {
        "record_types": kinds, "marker": {"start": 1, "width": 2}, "encoding": "IBM037", "record_length": 80,
    }  # fmt: skip
    assert agreement(layout).layout_of("pay/a.dat") == Layout(
        records=(FixedRecord("detail", "05", (FixedColumn("name", 1, 10, True),)),),
        marker=FixedColumn("", 1, 2),
        encoding="cp037",
        record_length=80,
    )


@pytest.mark.parametrize(
    ("layout", "why"),
    [
        ({}, "either columns or record_types"),
        ({"columns": [NAME], "marker": {"start": 1, "width": 2}}, "go together"),
        ({"columns": [NAME, NAME]}, "same name"),
        ({"columns": [{**NAME, "name": "beyond"}]}, "no column can be called"),
        ({"columns": [{**NAME, "packed": True}]}, "record_length"),
        ({"columns": [NAME], "encoding": "ebcdic-of-ours"}, "cp037"),
        ({"columns": [NAME], "encoding": "zlib"}, "no encoding"),
        ({"columns": [{**NAME, "start": 0}]}, "greater than or equal to 1"),
        (
            {
                "record_types": [
                    {"name": "a", "marker": "1", "columns": [NAME]},
                    {"name": "b", "marker": "1", "columns": [NAME]},
                ],
                "marker": {"start": 1, "width": 1},
            },
            "same marker",
        ),
    ],
)
def test_layouts_that_make_no_sense_are_refused(layout: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        agreement(layout)
