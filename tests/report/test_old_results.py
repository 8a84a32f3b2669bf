"""What an earlier version wrote is rendered by this one: a key that was added since is optional."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from bpoaudit.model import AuditResult
from bpoaudit.report.formats import RENDERERS, render
from bpoaudit.report.html import render_html
from bpoaudit.report.json_document import load_result

from .editions import answered, remembered_past, vendor_edition
from .golden import FOLDER
from .sample import audit_result

OLD = sorted((FOLDER / "results").glob("*.json"))
TEXTS = [ending for ending in RENDERERS if ending != ".pdf"]


@pytest.mark.parametrize("path", OLD, ids=[path.stem for path in OLD])
def test_a_stored_result_is_rendered_in_every_format(path: Path) -> None:
    result = load_result(path)
    for ending in TEXTS:
        assert render(result, ending)
    for edition in (answered(past=remembered_past()), vendor_edition()):
        html = render_html(result, edition)
        assert all(verdict.rule in html for verdict in result.verdicts)


def test_the_stored_result_lacks_what_came_later() -> None:
    stored = json.loads(OLD[0].read_text("utf-8"))
    assert not {"languages", "pack_choices", "notices"} & set(stored["audit"])
    assert "packs" not in stored["score"]


def test_a_result_without_any_optional_key_is_rendered(tmp_path: Path) -> None:
    path = tmp_path / "audit.json"
    path.write_text(json.dumps(_needed(audit_result())))
    result = load_result(path)
    for ending in TEXTS:
        assert render(result, ending)


def _needed(document: BaseModel) -> dict[str, Any]:
    """Return a document without the keys that have a default."""
    kept = {
        name: getattr(document, name) for name, f in type(document).model_fields.items() if f.is_required()
    }
    return {name: _plain(value) for name, value in kept.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return _needed(value)
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def test_the_schema_asks_for_no_more_than_that() -> None:
    assert set(_needed(audit_result())) == {n for n, f in AuditResult.model_fields.items() if f.is_required()}
