"""Make the two pictures of the README from an audit of a sample vendor: `make pictures`."""

from __future__ import annotations

import argparse
import io
import subprocess
import tempfile
from pathlib import Path

from rich.console import Console

from bpoaudit.report import load_result
from bpoaudit.report.console import print_findings, print_verdict

DOCS = Path(__file__).parent
BROWSER = (
    *("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"),
    *("--disable-sync", "--disable-component-update", "--no-first-run", "--hide-scrollbars"),
    "--window-size=1280,1000",
)


def terminal(audit: Path) -> None:
    """Write what the terminal shows after an audit."""
    result = load_result(audit)
    console = Console(record=True, width=118, file=io.StringIO(), force_terminal=True)
    console.print(
        "[bold]$ bpoaudit audit delivery/ --vendor vendor.yaml -o report.html[/bold]", highlight=False
    )
    print_findings(result, console)
    print_verdict(result, [Path("report.html")], console)
    # The font comes from the reader's machine: a picture of the README makes no request.
    picture = console.export_svg(title="bpoaudit", font_aspect_ratio=0.61)
    (DOCS / "terminal.svg").write_text(_without_web_fonts(picture), encoding="utf-8")


def _without_web_fonts(picture: str) -> str:
    while (start := picture.find("@font-face")) >= 0:
        picture = picture[:start] + picture[picture.index("}", start) + 1 :].lstrip()
    return picture


def report(html: Path) -> None:
    """Write a picture of the first page of a report."""
    with tempfile.TemporaryDirectory() as profile:
        shot = f"--screenshot={DOCS / 'report.png'}"
        page = html.resolve().as_uri()
        subprocess.run([*BROWSER, f"--user-data-dir={profile}", shot, page], check=True, capture_output=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("demo", type=Path, help="what `bpoaudit demo -o DIR` wrote for one vendor")
    folder = parser.parse_args().demo
    terminal(folder / "audit.json")
    report(folder / "report.html")
