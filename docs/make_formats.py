"""Write docs/formats.md from the readers themselves.

    python docs/make_formats.py

A test compares, so the page cannot say what the program does not.
"""

from __future__ import annotations

from pathlib import Path

from bpoaudit.delivery.budget import MAX_DEPTH, MAX_MEMBERS, MAX_RATIO, MIN_BYTES
from bpoaudit.delivery.compression import COMPRESSIONS
from bpoaudit.delivery.content import MAX_HELD
from bpoaudit.facts import FACTS
from bpoaudit.readers import READERS

PAGE = Path(__file__).with_name("formats.md")

HEAD = """# What is read

A file is what its content says it is, whatever its name. Everything in it is read, or the audit says what was
not: such a file is listed with its reason, lowers the coverage, and ends a run with exit code 3 unless the
profile excludes it (see [vendor-profile.md](vendor-profile.md)). What came before a fault counts as read.

This page is written by `docs/make_formats.py` from the readers.

| format | usual names | what is read | what is not, and is said | by |
| --- | --- | --- | --- | --- |
"""

LIMITS = f"""
## Compressed files

{", ".join(how.name for how in COMPRESSIONS.values())}: `x.csv.gz` keeps its name and is read as the CSV
that it holds, also several times over (`.tar.gz`).

## Sources inside sources

Members of archives and attachments of mails come after `!` (`q3.zip!staff/list.xlsx`), sheets and tables
after `#` (`list.xlsx#Q3`). Each is a source of its own, with its own state, and is read like a file. A file
is never better than what is inside it. Nothing is unpacked to disk.

## Limits

Each says itself when it is hit, and what came before was read.

| limit | for one file of the delivery |
| --- | --- |
| members, those of nested archives included | {MAX_MEMBERS:,} |
| containers inside one another | {MAX_DEPTH} |
| bytes unpacked | {MAX_RATIO} for each byte of the file, {MIN_BYTES >> 30} GiB at least |
| bytes held in memory, for formats that are read by jumping about inside archives | {MAX_HELD >> 30} GiB |

## Facts for rules

What rules can ask of a source besides its content (table `sources`, see [rules.md](rules.md)):

| fact | meaning |
| --- | --- |
"""


def page() -> str:
    """Return the page."""
    lines = []
    for reader in READERS:
        for each in reader.formats:
            names = " ".join(f"`{ending}`" for ending in each.endings)
            cells = (each.title, names, each.reads, each.leaves or "–", each.library)
            lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    facts = []
    for name, kind in FACTS.items():
        words = f" ({', '.join(f'`{word}`' for word in kind.words)})" if kind.words else ""
        facts.append(f"| `{name}` | {kind.description}{words} |")
    return HEAD + "\n".join(lines) + "\n" + LIMITS + "\n".join(facts) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
