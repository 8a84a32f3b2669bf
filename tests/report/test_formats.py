from __future__ import annotations

from pathlib import PurePath

import pytest

from bpoaudit.errors import UsageError
from bpoaudit.report.formats import FINDINGS_ENDINGS, RENDERERS, ending_of, render

from .sample import audit_result


@pytest.mark.parametrize(
    ("name", "ending"),
    [
        ("report.html", ".html"),
        ("audit.json", ".json"),
        ("x.out.jsonl", ".jsonl"),
        ("F.CSV", ".csv"),
        ("a.b.HTML", ".html"),
        ("audit.sarif", ".sarif"),
        ("a.oscal.json", ".oscal.json"),
        ("junit.xml", ".xml"),
        ("summary.md", ".md"),
        ("report.PDF", ".pdf"),
        ("responses.yaml", "responses.yaml"),
        ("meridian.responses.yaml", "responses.yaml"),
    ],
)
def test_the_longest_known_ending_decides(name: str, ending: str) -> None:
    assert ending_of(PurePath("folder.json") / name) == ending


@pytest.mark.parametrize("name", ["report", "report.txt", "html", "report.html.gz"])
def test_an_unknown_ending_names_the_known_ones(name: str) -> None:
    with pytest.raises(UsageError, match=name) as caught:
        ending_of(PurePath(name))
    assert all(ending in (caught.value.hint or "") for ending in (*RENDERERS, *FINDINGS_ENDINGS))


@pytest.mark.parametrize("ending", [e for e in RENDERERS if e not in (".pdf", "responses.yaml")])
def test_every_format_renders_the_whole_result(ending: str) -> None:
    text = render(audit_result(), ending)
    assert isinstance(text, str)
    assert text.endswith("\n")
    for verdict in audit_result().verdicts:
        assert verdict.rule in text
