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
    "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run", "--hide-scrollbars", "--window-size=1280,1000",
)  # fmt: skip


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
        subprocess.run(
            [*BROWSER, f"--user-data-dir={profile}", f"--screenshot={DOCS / 'report.png'}", html.resolve().as_uri()],
            check=True, capture_output=True,
        )  # fmt: skip


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("demo", type=Path, help="what `bpoaudit demo -o DIR` wrote for one vendor")
    folder = parser.parse_args().demo
    terminal(folder / "audit.json")
    report(folder / "report.html")
