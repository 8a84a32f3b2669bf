"""Formats of a result, by the ending of a file's name. Every report is made from an `AuditResult` alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import PurePath

from bpoaudit.errors import UsageError
from bpoaudit.model import AuditResult
from bpoaudit.report.edition import INTERNAL, Edition
from bpoaudit.report.html import render_html
from bpoaudit.report.json_document import render_json
from bpoaudit.report.junit import render_junit
from bpoaudit.report.markdown import render_markdown
from bpoaudit.report.oscal import render_oscal
from bpoaudit.report.pdf import render_pdf
from bpoaudit.report.responses import render_form
from bpoaudit.report.sarif import render_sarif

RENDERERS: Mapping[str, Callable[[AuditResult], str | bytes]] = {
    ".html": render_html,
    ".json": render_json,
    ".md": render_markdown,
    ".oscal.json": render_oscal,
    ".pdf": render_pdf,
    ".sarif": render_sarif,
    ".xml": render_junit,
    "responses.yaml": render_form,
}
"""File ending to renderer. A new output format is one module and one line here."""

EDITIONS: Mapping[str, Callable[[AuditResult, Edition], str | bytes]] = {
    ".html": render_html,
    ".pdf": render_pdf,
}
"""The formats that people read: they have an edition for the vendor, responses and past audits."""

FOR_VENDOR = (*EDITIONS, "responses.yaml")
"""What a vendor may be sent."""

FINDINGS_ENDINGS = (".csv", ".jsonl")
"""Endings that hold findings, one a line; they are streamed while the delivery is read."""


BASELINE_ENDING = ".baseline.json"
"""The known failures of an audit; written while the delivery is read, as `audit.json` cuts them short."""


def ending_of(path: PurePath) -> str:
    """Return the longest known ending of `path`, which decides its format.

    Raises `UsageError` when no format goes by that name.
    """
    known = sorted((*RENDERERS, *FINDINGS_ENDINGS, BASELINE_ENDING), key=len, reverse=True)
    for ending in known:
        if path.name.lower().endswith(ending):
            return ending
    hint = f"known endings: {', '.join(sorted(known))}"
    raise UsageError(f"no output format goes by the name {path.name}", hint)


def render(result: AuditResult, ending: str, edition: Edition = INTERNAL) -> str | bytes:
    """Return `result` in the format of `ending`, one of `RENDERERS`; those of `EDITIONS` have an edition."""
    if ending in EDITIONS:
        return EDITIONS[ending](result, edition)
    return RENDERERS[ending](result)
