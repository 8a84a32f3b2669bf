from __future__ import annotations

import os
from pathlib import Path

import pytest

from bpoaudit.file_names import MOST_BYTES, shortened
from bpoaudit.report.files import Publication


@pytest.mark.parametrize("name", ["a.json", "ż" * 127, "名" * 85, "n" * 255, "x" + "\udcff" * 254, ""])
def test_a_name_has_room_for_what_is_put_around_it(name: str) -> None:
    made = shortened(name, before=".", after=".0a1b2c3d.part")
    assert len(os.fsencode(made)) <= MOST_BYTES
    assert made.startswith(".")
    assert made.endswith(".0a1b2c3d.part")
    assert name.startswith(made[1 : -len(".0a1b2c3d.part")])


def test_nothing_is_cut_that_need_not_be() -> None:
    assert shortened("report.html", before=".", after=".part") == ".report.html.part"
    assert len(os.fsencode(shortened("ż" * 127, after=".p"))) == MOST_BYTES - 1


def test_an_output_of_the_longest_name_is_written(tmp_path: Path) -> None:
    path = tmp_path / ("名" * 83 + ".json")
    with Publication() as publication:
        publication.write(path, "{}", is_result=True)
    assert path.read_text() == "{}"
    publication = Publication()
    publication.write(path, "new", is_result=True)
    publication.__exit__(RuntimeError, RuntimeError(), None)
    assert path.read_text() == "{}"
    (kept,) = tmp_path.glob("*.kept")
    assert kept.read_text() == "new"
