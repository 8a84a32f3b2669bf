"""axe-core (from npm) finds nothing in the report, on screen and on paper: `npm ci --prefix tests/report`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from bpoaudit.report.html import render_html

from .editions import answered, remembered_past, vendor_edition
from .hostile import hostile_result
from .sample import audit_result
from .test_browser import _open, browser, pytestmark  # noqa: F401
from .test_portfolio import PAGES as PORTFOLIOS

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
needs_axe = pytest.mark.skipif(
    not AXE.exists() and "CI" not in os.environ, reason="needs axe-core: npm ci --prefix tests/report"
)

PAGES = {
    "internal": render_html(audit_result(), answered(past=remembered_past())),
    "vendor, hostile": render_html(hostile_result(), vendor_edition()),
    "portfolio": PORTFOLIOS["many"],
}
MEDIA: dict[str, dict[str, Any]] = {
    "light": {"media": "screen", "features": [{"name": "prefers-color-scheme", "value": "light"}]},
    "dark": {"media": "screen", "features": [{"name": "prefers-color-scheme", "value": "dark"}]},
    "print": {"media": "print"},
}
RUN = """
const done = arguments[arguments.length - 1];
axe.run(document, {resultTypes: ['violations', 'incomplete']}).then(
  found => done({
    violations: found.violations.map(v => [v.id, v.nodes.slice(0, 3).map(n => n.html)]),
    undecided: found.incomplete.map(v => v.id),
    passes: found.passes.length,
  }),
  error => done({error: String(error)}));
"""


@needs_axe
@pytest.mark.parametrize("medium", MEDIA)
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_no_violation(browser: Any, tmp_path: Path, name: str, medium: str) -> None:  # noqa: F811
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", MEDIA[medium])
    try:
        _open(browser, tmp_path, PAGES[name])
        # What is closed on screen is read too.
        browser.execute_script("document.querySelectorAll('details').forEach(d => d.open = true)")
        browser.execute_script(AXE.read_text("utf-8"))
        found = browser.execute_async_script(RUN)
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": []})
    assert found.get("violations") == [], found
    assert found["passes"] > 20


@needs_axe
def test_axe_would_find_one(browser: Any, tmp_path: Path) -> None:  # noqa: F811
    _open(browser, tmp_path, PAGES["internal"].replace('<html lang="en">', "<html>"))
    browser.execute_script(AXE.read_text("utf-8"))
    assert [name for name, _ in browser.execute_async_script(RUN)["violations"]] == ["html-has-lang"]
