"""The report in a real browser: Debian's Chromium, without a network."""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bpoaudit.model import AuditResult, Severity, Status
from bpoaudit.report.html import render_html

from .editions import answered, remembered_past
from .factories import entity, field, verdict
from .hostile import hostile_result
from .sample import audit_result

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (shutil.which("chromium") and shutil.which("chromedriver")), reason="needs Chromium"
    ),
]

webdriver = pytest.importorskip("selenium.webdriver")

ARGUMENTS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run", "--hide-scrollbars",
)  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    for argument in ARGUMENTS:
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))
    yield driver
    driver.quit()


def _open(browser: Any, folder: Path, html: str) -> Path:
    path = folder / "report.html"
    path.write_text(html, encoding="utf-8")
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    for kind in ("browser", "performance"):
        browser.get_log(kind)
    browser.get(path.as_uri())
    return path


def _requests(browser: Any) -> list[str]:
    messages = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    return [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]


def _answered(browser: Any) -> list[str]:
    """Return what was loaded; the browser's own broken-image picture is a data: address."""
    messages = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    urls = [m["params"]["response"]["url"] for m in messages if m["method"] == "Network.responseReceived"]
    return [url for url in urls if not url.startswith("data:")]


@pytest.mark.parametrize("result", [audit_result(), hostile_result()], ids=["sample", "hostile"])
def test_the_console_is_silent_and_nothing_is_requested(browser: Any, tmp_path: Path, result: Any) -> None:
    path = _open(browser, tmp_path, render_html(result))
    assert browser.get_log("browser") == []
    assert _requests(browser) == [path.as_uri()]


def test_the_style_sheet_applies(browser: Any, tmp_path: Path) -> None:
    _open(browser, tmp_path, render_html(audit_result()))
    fill = "return getComputedStyle(document.querySelector('rect.fail')).fill"
    assert browser.execute_script(fill) == "rgb(180, 35, 24)"


def test_the_policy_stops_what_got_past_the_escaping(browser: Any, tmp_path: Path) -> None:
    attack = (
        "<main><script>document.title = 'owned'</script><img src=x onerror=\"document.title = 'owned'\">"
        '<p id="styled" style="color: rgb(1, 2, 3)">x</p>'
        '<iframe src="report.html"></iframe><link rel="stylesheet" href="x.css">'
    )
    (tmp_path / "x.css").write_text("body { display: none }")
    html = render_html(audit_result())
    assert html.count("<main>") == 1
    path = _open(browser, tmp_path, html.replace("<main>", attack))
    assert browser.title == "Meridian Contact Services: very limited assurance on 2026-06-30"
    styled = "return getComputedStyle(document.querySelector('#styled')).color"
    assert browser.execute_script(styled) != "rgb(1, 2, 3)"
    log = " ".join(entry["message"] for entry in browser.get_log("browser"))
    assert log.count("Content Security Policy") >= 4
    assert _answered(browser) == [path.as_uri()]


@pytest.mark.parametrize("result", [audit_result(), hostile_result()], ids=["sample", "hostile"])
@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_the_page_never_scrolls_sideways(browser: Any, tmp_path: Path, width: int, result: Any) -> None:
    _open(browser, tmp_path, render_html(result, answered(past=remembered_past())))
    metrics = {"width": width, "height": 640, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    assert browser.execute_script("return innerWidth") == width
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width


def _wide_result() -> AuditResult:
    """Return a result with as many kinds of data as the heat table has columns, and long extracts."""
    kinds = [
        "IP_ADDRESS", "PERSON", "POSTAL_CODE", "STREET_ADDRESS", "DATE_OF_BIRTH", "EMAIL_ADDRESS", "PHONE_NUMBER",
        "DATE_TIME", "CARD_EXPIRY", "ACCOUNT_ID", "HEALTH", "CREDIT_CARD", "SECRET_KEY", "RELIGION", "UK_PASSPORT",
        "PH_SSS", "PH_TIN", "LOCATION", "BANK_ACCOUNT", "IBAN_CODE", "CARD_SECURITY_CODE", "USERNAME", "AGE",
        "PASSWORD", "UK_NINO",
    ]  # fmt: skip
    sources = ["reklamationen_oktober.csv", "loyalty_dump.sql#member", "refund_request.eml!refunds.csv"]
    inventory = tuple(
        field(source, kind.lower(), 12_000, entity(kind, 11_900, "•••• •••• •••• ••22", records=11_900))
        for source in sources
        for kind in kinds
    )
    return audit_result(inventory=inventory)


@pytest.mark.parametrize("width", [1200, 1280, 1536, 1920])
def test_the_tables_of_the_data_need_no_scrolling_on_a_desk(browser: Any, tmp_path: Path, width: int) -> None:
    _open(browser, tmp_path, render_html(_wide_result()))
    metrics = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    scrolled = (
        "return [...document.querySelectorAll('.scroll')].filter(e => e.scrollWidth > e.clientWidth)"
        ".map(e => [e.querySelector('caption').id, e.scrollWidth, e.clientWidth])"
    )
    assert browser.execute_script(scrolled) == []


def test_open_questions_are_folded_and_take_a_page_at_most(browser: Any, tmp_path: Path) -> None:
    asked = tuple(
        verdict(f"r/{n:03}", Status.UNKNOWN, severity=list(Severity)[n % 4], answered_in=("security.mfa",))
        for n in range(120)
    )
    _open(browser, tmp_path, render_html(audit_result(verdicts=asked)))
    script = "return document.querySelector('#questions').getBoundingClientRect().height"
    assert browser.execute_script(script) < 900


def test_level_reason_and_next_step_stand_above_the_fold(browser: Any, tmp_path: Path) -> None:
    _open(browser, tmp_path, render_html(audit_result()))
    metrics = {"width": 1280, "height": 800, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    for place in (".level", ".sentence", ".first li:last-child", ".legend", ".coverage"):
        script = f"return document.querySelector('#result {place}').getBoundingClientRect().bottom"
        assert browser.execute_script(script) < 800


def test_severity_filters_work_without_a_script(browser: Any, tmp_path: Path) -> None:
    _open(browser, tmp_path, render_html(audit_result()))
    shown = "return [...document.querySelectorAll('.card')].filter(c => c.offsetParent).map(c => c.id)"
    before = browser.execute_script(shown)
    browser.find_element("id", "show-high").click()
    assert browser.execute_script(shown) == [
        card for card in before if card not in ("finding-f2", "finding-f3")
    ]


def _tab_to(browser: Any, script: str, limit: int = 200) -> None:
    """Press the tab key until the element in focus satisfies `script`."""
    keys = webdriver.common.keys.Keys
    for _ in range(limit):
        browser.switch_to.active_element.send_keys(keys.TAB)
        if browser.execute_script(f"const e = document.activeElement; return {script}"):
            return
    raise AssertionError(f"the tab key never reaches {script}")


def test_filters_and_anchors_work_by_keyboard(browser: Any, tmp_path: Path) -> None:
    keys = webdriver.common.keys.Keys
    _open(browser, tmp_path, render_html(audit_result(), answered()))
    shown = (
        "return [...document.querySelectorAll('#findings .card')].filter(c => c.offsetParent).map(c => c.id)"
    )
    outlined = "return getComputedStyle(document.activeElement).outlineStyle"

    _tab_to(browser, "e.classList.contains('skip')", 1)
    browser.switch_to.active_element.send_keys(keys.ENTER)
    assert browser.current_url.endswith("#result")

    _tab_to(browser, "e.getAttribute('href') === '#finding-f1'")
    assert browser.execute_script(outlined) != "none"
    browser.switch_to.active_element.send_keys(keys.ENTER)
    assert browser.execute_script("return document.querySelector(':target').id") == "finding-f1"

    browser.get(browser.current_url.partition("#")[0])
    _tab_to(browser, "e.id === 'show-critical'")
    assert browser.execute_script(outlined) != "none"
    browser.switch_to.active_element.send_keys(keys.SPACE)
    assert browser.execute_script(shown) == ["finding-f2", "finding-f3", "finding-f4"]
    count = "return getComputedStyle(document.querySelector('.shown'), '::before').content"
    assert browser.execute_script("return document.querySelector('.shown').offsetParent !== null")
    assert "counter(shown)" in browser.execute_script(count)
    _tab_to(browser, "e.id === 'unanswered-only'", 8)
    browser.switch_to.active_element.send_keys(keys.SPACE)
    assert browser.execute_script(shown) == ["finding-f3"]

    _tab_to(browser, "e.id === 'not-agreed-only'")
    browser.switch_to.active_element.send_keys(keys.SPACE)
    kept = "return [...document.querySelectorAll('.fields tr.kept')].filter(r => r.offsetParent).length"
    assert browser.execute_script(kept) == 0

    _tab_to(browser, "e.tagName === 'SUMMARY'")
    browser.switch_to.active_element.send_keys(keys.ENTER)
    assert browser.execute_script("return document.activeElement.parentElement.open")


def test_links_in_the_contents_reach_their_sections(browser: Any, tmp_path: Path) -> None:
    _open(browser, tmp_path, render_html(audit_result()))
    browser.find_element("css selector", "nav a[href='#scope']").click()
    assert browser.execute_script("return document.querySelector('#scope').getBoundingClientRect().top") < 40


def test_paper_shows_what_is_closed_or_filtered_on_screen(browser: Any, tmp_path: Path) -> None:
    _open(browser, tmp_path, render_html(audit_result()))
    for name in ("show-critical", "new-only", "not-agreed-only"):
        browser.find_element("id", name).click()
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        text = browser.execute_script("return document.body.innerText")
        hidden = "return [...document.querySelectorAll('.fields tr')].filter(r => !r.offsetParent).length"
        assert browser.execute_script(hidden) == 0
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    for each in audit_result().verdicts:
        assert each.rule in text
    assert "Vendor’s response" in text
    pdf = base64.b64decode(browser.execute_cdp_cmd("Page.printToPDF", {})["data"])
    assert pdf.startswith(b"%PDF")
