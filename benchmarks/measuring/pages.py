"""Tables of figures in Markdown, and their places on the page of results."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table; all columns but the first are numbers, set right."""
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def rows(page: Path, section: str) -> list[list[str]]:
    """Return the lines of the table that stands in a section of the page, without its header."""
    _, _, rest = page.read_text("utf-8").partition(f"<!-- {section}: begin -->")
    lines = [line for line in rest.partition(f"<!-- {section}: end -->")[0].splitlines() if line[:2] == "| "]
    return [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in lines[2:]]


def figure(value: float) -> str:
    """Return a share with three digits."""
    return f"{value:.3f}"


def replace(page: Path, section: str, content: str) -> None:
    """Put content between the markers of a section of the page.

    Raises:
        ValueError: the page has no such section.
    """
    begin, end = f"<!-- {section}: begin -->", f"<!-- {section}: end -->"
    before, found, rest = page.read_text("utf-8").partition(begin)
    _, closed, after = rest.partition(end)
    if not (found and closed):
        raise ValueError(f"{page.name} has no section {section}")
    page.write_text(f"{before}{begin}\n{content.strip()}\n{end}{after}", "utf-8", newline="\n")
