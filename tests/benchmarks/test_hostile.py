from __future__ import annotations

from pathlib import Path

import hostile
import pytest
from measuring import pages

CHEAP = ("names that lead out", "links, loops", "may not be read", "encodings", "disguises", "homoglyphs")


@pytest.mark.long
@pytest.mark.parametrize("word", CHEAP)
def test_a_class_does_not_fail_leak_or_lose_a_file(word: str, tmp_path: Path) -> None:
    (each,) = (each for each in hostile.CLASSES if word in each.name)
    outcome = hostile._scan(each, tmp_path, False)
    assert (outcome.failures, outcome.leaks, outcome.unlisted) == (0, 0, 0)
    assert outcome.tried
    assert outcome.found == (f"{each.planted} of {each.planted}" if each.planted else "")


def test_lines_of_other_classes_stay_on_the_page(tmp_path: Path) -> None:
    first, second = hostile.ALL[0].name, hostile.ALL[-1].name
    page = tmp_path / "RESULTS.md"
    page.write_text("before\n<!-- hostile deliveries: begin -->\n<!-- hostile deliveries: end -->\nafter\n")
    for outcome in (
        hostile.Outcome(second, 3),
        hostile.Outcome(first, 1),
        hostile.Outcome("no such class any more", 9),
        hostile.Outcome(second, 5, leaks=1),
    ):
        hostile._keep(page, outcome)
    lines = pages.rows(page, "hostile deliveries")
    assert [(line[0], line[1], line[5]) for line in lines] == [(first, "1", "0"), (second, "5", "1")]
    assert page.read_text().startswith("before\n")
    assert page.read_text().endswith("\nafter\n")
