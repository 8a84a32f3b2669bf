"""Run as a program: parse one file and write what is in it to standard output, a JSON value a line.

    {"section": {"table": "staff", "kind": "column", "fields": […]}}     a section begins
    [1, 2000, [["mail", null, ["ann@…", …]], …]]                         a batch of its records
    {"end": {"notes": […], "losses": […], "facts": {…}}}                 it is complete
    {"end": {…, "error": ["UnreadableSource", "…"]}}                     or broke off
    {"attached": {"table": …, "column": …, "record": 3, "data": "…"}}    a file in a value (base64)
    {"done": true}                                                       nothing more
    {"error": ["EncryptedSource", "…"]}                                  the file cannot be opened

Standard input holds the request (`readers.isolated`): parser, path, media type, records of a batch,
signatures of files, limits, and how many sections, with their attached files, to pass over.
"""

from __future__ import annotations

import base64
import importlib
import json
import sys
from typing import Any

from bpoaudit.errors import SourceError
from bpoaudit.parsers.limits import limit_memory, limit_time
from bpoaudit.parsers.sections import Attached, Request, Section


def main() -> None:
    """Serve the request."""
    asked = json.load(sys.stdin)
    limit_memory(asked["most_bytes"])
    output = _Output(asked["most_seconds"])
    signatures = [(at, bytes.fromhex(begins)) for at, begins in asked["signatures"]]
    request = Request(asked["path"], asked["media_type"], asked["batch_records"], signatures)
    parser = importlib.import_module(f"bpoaudit.parsers.{asked['parser']}")
    try:
        sections = 0
        for item in parser.parse(request):
            sections += isinstance(item, Section)
            if sections <= asked["pass_over"]:
                continue
            if isinstance(item, Section):
                output.section(item)
            else:
                output.attached(item)
    except SourceError as error:
        output.write({"error": _error(error)})
    else:
        output.write({"done": True})


class _Output:
    """Standard output. Each line gives the process its time anew, so that only standing still is punished."""

    def __init__(self, most_seconds: int) -> None:
        self._seconds = most_seconds
        limit_time(most_seconds)

    def section(self, section: Section) -> None:
        """Write a section to its end, or to where it breaks."""
        about = {"table": section.table, "kind": section.kind, "fields": list(section.field_names)}
        self.write({"section": about})
        problem = None
        try:
            for batch in section.batches:
                self.write(batch)
        except SourceError as error:
            problem = _error(error)
        said = {"notes": section.notes, "losses": section.losses, "facts": section.facts}
        self.write({"end": {**said, "error": problem}})

    def attached(self, item: Attached) -> None:
        """Write a file that lies in a value."""
        data = None if item.data is None else base64.b64encode(item.data).decode("ascii")
        about = {"table": item.table, "column": item.column, "record": item.record, "data": data}
        self.write({"attached": about})

    def write(self, message: Any) -> None:
        """Write one line."""
        sys.stdout.write(json.dumps(message, separators=(",", ":")) + "\n")
        sys.stdout.flush()  # the next step may be the last
        limit_time(self._seconds)


def _error(error: SourceError) -> list[str]:
    return [type(error).__name__, error.message]


if __name__ == "__main__":
    main()
