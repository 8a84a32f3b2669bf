from __future__ import annotations

from bpoaudit.report.accuracy import accuracy
from bpoaudit.report.html import render_html

from .markup import parse
from .sample import TOOL, audit_result, clean_result


def test_the_kinds_of_data_of_the_delivery_are_told() -> None:
    found = [row.what for row in accuracy(audit_result()).found]
    assert "Person, in texts" in found
    assert "Person, in conversations" in found
    assert not any("Bangladesh" in what or what.startswith("BD") for what in found)
    assert accuracy(clean_result().model_copy(update={"inventory": ()})).found == ()


def test_every_figure_has_its_denominator() -> None:
    told = accuracy(audit_result())
    for row in (*told.sets, *told.found):
        assert int(row.of.replace(",", "")) > 0
        assert row.recall.endswith("%")
    assert any(row.precision == "–" for row in told.sets)


def test_figures_of_another_version_or_model_are_said_to_be_that() -> None:
    result = audit_result(tool=TOOL.model_copy(update={"version": "99.0"}))
    assert accuracy(result).other_version
    own = audit_result(audit=result.audit.model_copy(update={"options": {"model": "xx_ent_wiki_sm"}}))
    assert accuracy(own).own_model
    assert not accuracy(audit_result()).own_model
    assert "This audit ran with another version." in " ".join(parse(render_html(result)).full_text.split())
