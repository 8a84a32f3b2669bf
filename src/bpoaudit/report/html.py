"""The HTML report: one file, no script, no request, everything escaped."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from functools import cache
from hashlib import sha256

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bpoaudit.model import AuditResult, Severity
from bpoaudit.report import words
from bpoaudit.report.printable import printable
from bpoaudit.report.view import view_of
from bpoaudit.resources import folder
from bpoaudit.scoring import CAPS, GRADES, LOSS

MAX_REPORT_BYTES = 5 * 1024 * 1024
"""What the caps of the view keep every report under, whatever the delivery."""


def render_html(result: AuditResult) -> str:
    """Return the report as one HTML document."""
    return page("report.html", ("report.css",), view_of(result))


def page(template: str, styles: Sequence[str], view: object) -> str:
    """Return `template` rendered with `view` as one HTML document with these style sheets in it.

    Its content security policy allows nothing but the one style element, by its hash (CSP Level 3,
    hash sources): a script that got past the escaping would still not run, and nothing is loaded.
    """
    css = "".join((folder("reports/templates") / name).read_text(encoding="utf-8") for name in styles)
    digest = base64.b64encode(sha256(css.encode()).digest()).decode()
    return (
        _templates().get_template(template).render(view=view, css=Markup(css), csp_hash=f"sha256-{digest}")  # noqa: S704 (our own files)
    )


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
