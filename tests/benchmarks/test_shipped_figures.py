"""What the report says of accuracy is what was measured."""

from __future__ import annotations

import pytest
from measuring.shipped import PAGE, SHIPPED, shipped


def test_the_shipped_figures_are_those_of_the_page_of_results() -> None:
    made = shipped(PAGE.read_text("utf-8"))
    assert SHIPPED.read_text("utf-8") == made, "run python benchmarks/shipped_figures.py"


def test_a_page_without_a_section_is_refused() -> None:
    with pytest.raises(ValueError, match="public sets"):
        shipped("# Results\n")
