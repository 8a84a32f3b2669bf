"""What a redaction came to, as a person reads it: what was done with what was found, and what was refused."""

from __future__ import annotations

import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

from bpoaudit.cleaned_copy import CleanedCopy
from bpoaudit.masking import KEY_HINT, Key
from bpoaudit.redact import WHOLE, Refused
from bpoaudit.report.printable import inert, shorten
from bpoaudit.report.terminal import console_for

MAX_NAME = 100
_ENTITY, _FOUND = "entity", "found"


def print_copy(copy: CleanedCopy, folder: Path, key: Key) -> None:
    """Print the table on standard output: occurrences by entity and operator, refused sources, files."""
    out = console_for(sys.stdout)
    _print_tally(copy, out)
    _print_refused("not copied", [each for each in copy.refused if not each.meant], out)
    _print_refused("left out, as meant", [each for each in copy.refused if each.meant], out)
    if not key.lasting and any(operator == "hash" for _, operator in copy.tally):
        _say(out, f"tokens are of a random key and link to no other copy; {KEY_HINT}")
    done = sum(count for (entity, _), count in copy.tally.items() if entity != WHOLE)
    total = sum(copy.found.values())
    _say(
        out,
        f"{copy.files_written} of {copy.files} files written to {inert(str(folder))}; "
        f"{done:,} of {total:,} occurrences dealt with"
        + (f", {sum(copy.in_names.values()):,} in names replaced" if copy.in_names else ""),
    )


def _print_tally(copy: CleanedCopy, out: Console) -> None:
    operators = sorted({operator for _, operator in copy.tally})
    entities = sorted({*copy.found, *(entity for entity, _ in copy.tally)})
    if not entities:
        return
    rows = [[_ENTITY, _FOUND, *operators, "not in the copy"]]
    for entity in entities:
        counts = [copy.tally[entity, operator] for operator in operators]
        found = max(copy.found[entity], sum(counts))
        rows.append([entity, *(f"{number:,}" for number in (found, *counts, found - sum(counts)))])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        _say(out, "  ".join(cells))
    _say(out, "")


def _print_refused(title: str, refused: list[Refused], out: Console) -> None:
    if not refused:
        return
    _say(out, f"{title}: {len(refused)}")
    for each in refused:
        _say(out, f"  {shorten(inert(each.source), MAX_NAME)}: {inert(each.reason)}")
    _say(out, "")


def _say(out: Console, line: str) -> None:
    out.print(Text(line))
