"""The HTML report: one file, no script, no request, everything escaped."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from functools import cache
from hashlib import sha256

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bpoaudit.errors import OutputError
from bpoaudit.model import AuditResult, Severity
from bpoaudit.report import words
from bpoaudit.report.edition import INTERNAL, Edition
from bpoaudit.report.printable import printable
from bpoaudit.report.view import ReportView, smaller, view_of
from bpoaudit.resources import folder
from bpoaudit.scoring import CAPS, GRADES, LOSS

MAX_REPORT_BYTES = 5 * 1024 * 1024
"""Of every report, whatever the delivery: larger pages are not read, if a browser shows them at all."""

MAX_CUTS = 20
"""After so many no list has more than a row left."""

STYLES = ("report.css", "charts.css")
"""The sheets of every page."""


def render_html(result: AuditResult, edition: Edition = INTERNAL) -> str:
    """Return the report as one HTML document of at most `MAX_REPORT_BYTES`."""
    return fitted(view_of(result, edition), STYLES, MAX_REPORT_BYTES)


def fitted(view: ReportView, styles: Sequence[str], limit: int) -> str:
    """Return the report of `view`, its lists cut until it has at most `limit` bytes.

    The caps of the lists keep nearly every report far below; only names and texts that are long and all
    to be escaped, in every row, do not. Raises `OutputError` where what stands in no list is too much.
    """
    html = page("report.html", styles, view)
    for _ in range(MAX_CUTS):
        if len(html.encode()) <= limit:
            return html
        view = smaller(view)
        html = page("report.html", styles, view)
    if len(html.encode()) > limit:
        raise OutputError(
            f"the report has more than {limit >> 20} MiB, even with none of its lists",
            "shorten what the profile says of vendor and services, or write audit.json alone (-o audit.json)",
        )
    return html


def page(template: str, styles: Sequence[str], view: object) -> str:
    """Return `template` rendered with `view` as one HTML document with these style sheets in it.

    Its content security policy allows nothing but the one style element, by its hash (CSP Level 3,
    hash sources): a script that got past the escaping would still not run, and nothing is loaded.
    """
    css = "".join(map(sheet, styles))
    digest = base64.b64encode(sha256(css.encode()).digest()).decode()
    return (
        _templates().get_template(template).render(view=view, css=Markup(css), csp_hash=f"sha256-{digest}")  # noqa: S704 (our own files)
    )


def sheet(name: str) -> str:
    """Return a style sheet of ours."""
    return (folder("reports/templates") / name).read_text(encoding="utf-8")


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(folder("reports/templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_finalize,
    )
    environment.globals.update(
        severities=tuple(Severity),
        losses=LOSS,
        caps=CAPS,
        grades=GRADES,
        symbols=words.SEVERITY_SYMBOL,
        severity_meanings=words.SEVERITY_MEANING,
        assurance_meanings=words.ASSURANCE_MEANING,
    )
    environment.filters.update(number=words.number, plural=words.plural)
    return environment


def _finalize(value: object) -> object:
    """Spell out invisible characters in whatever an expression prints, before it is escaped."""
    return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value
