"""The portfolio in a real browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .test_browser import _open, _requests, browser, pytestmark  # noqa: F401
from .test_portfolio import PAGES


@pytest.mark.parametrize("name", ["many", "hostile"])
def test_the_console_is_silent_and_nothing_is_requested(browser: Any, tmp_path: Path, name: str) -> None:  # noqa: F811
    path = _open(browser, tmp_path, PAGES[name])
    assert browser.get_log("browser") == []
    assert _requests(browser) == [path.as_uri()]
    stroke = "return getComputedStyle(document.querySelector('.multiple line')).stroke"
    assert browser.execute_script(stroke) == "rgb(216, 220, 225)"


@pytest.mark.parametrize("name", ["many", "hostile"])
@pytest.mark.parametrize("width", [320, 768, 1280])
def test_the_page_never_scrolls_sideways(browser: Any, tmp_path: Path, width: int, name: str) -> None:  # noqa: F811
    _open(browser, tmp_path, PAGES[name])
    metrics = {"width": width, "height": 640, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width


def test_a_link_of_a_panel_leads_to_the_row(browser: Any, tmp_path: Path) -> None:  # noqa: F811
    _open(browser, tmp_path, PAGES["many"])
    link = browser.find_element("css selector", "#laws .members a")
    target = link.get_attribute("href").rpartition("#")[2]
    link.click()
    assert browser.execute_script("return document.querySelector('tr:target').id") == target
