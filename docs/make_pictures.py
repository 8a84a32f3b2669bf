"""Make the pictures of the documentation from an audit of a sample vendor: `make pictures`."""

from __future__ import annotations

import argparse
import base64
import io
import shutil
from pathlib import Path

from rich.console import Console
from selenium import webdriver

from bpoaudit.report.console import print_findings, print_verdict
from bpoaudit.report.json_document import load_result

DOCS = Path(__file__).parent
ARGUMENTS = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"),
    *("--disable-component-update", "--no-first-run", "--hide-scrollbars"),
)
WIDTH, HEIGHT = 1280, 1000


def terminal(audit: Path) -> None:
    """Write what the terminal shows after an audit."""
    result = load_result(audit)
    console = Console(record=True, width=118, file=io.StringIO(), force_terminal=True)
    console.print(
        "[bold]$ bpoaudit audit delivery/ --vendor vendor.yaml -o report.html[/bold]", highlight=False
    )
    outputs = [Path("report.html")]
    print_findings(result, console, outputs)
    print_verdict(result, outputs, console)
    # The font comes from the reader's machine: a picture of the README makes no request.
    picture = console.export_svg(title="bpoaudit", font_aspect_ratio=0.61)
    (DOCS / "terminal.svg").write_text(_without_web_fonts(picture), encoding="utf-8")


def _without_web_fonts(picture: str) -> str:
    while (start := picture.find("@font-face")) >= 0:
        picture = picture[:start] + picture[picture.index("}", start) + 1 :].lstrip()
    return picture


def report(html: Path, pictures: dict[str, str]) -> None:
    """Write a picture of each of some places of a report, given as selectors: a screen from there on."""
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for argument in ARGUMENTS:
        options.add_argument(argument)
    service = webdriver.ChromeService(shutil.which("chromedriver"))
    with webdriver.Chrome(options=options, service=service) as browser:
        size = {"width": WIDTH, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": False}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        browser.get(html.resolve().as_uri())
        for picture, place in pictures.items():
            box = "const box = document.querySelector(arguments[0]).getBoundingClientRect();"
            top, height = browser.execute_script(f"{box} return [box.top + scrollY, box.height]", place)
            clip = {"x": 0, "y": top, "width": WIDTH, "height": min(HEIGHT, height), "scale": 1}
            shot = browser.execute_cdp_cmd(
                "Page.captureScreenshot", {"captureBeyondViewport": True, "clip": clip}
            )
            (DOCS / picture).write_bytes(base64.b64decode(shot["data"]))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("demo", type=Path, help="what `bpoaudit demo -o DIR` wrote for one vendor")
    folder = parser.parse_args().demo
    terminal(folder / "audit.json")
    places = {"report.png": "body", "findings.png": "#findings", "data-map.png": "#data"}
    report(folder / "report.html", places)
