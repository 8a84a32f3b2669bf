"""The HTML report on paper: a tagged PDF with bookmarks, by WeasyPrint (the extra `pdf`)."""

from __future__ import annotations

import contextlib
import io
import re
from hashlib import sha256
from types import ModuleType
from typing import Any

from bpoaudit.errors import OutputError, UsageError
from bpoaudit.model import AuditResult
from bpoaudit.report.edition import INTERNAL, Edition
from bpoaudit.report.html import STYLES, fitted, sheet
from bpoaudit.report.view import view_of

VARIANT = "pdf/ua-1"
"""PDF/UA (ISO 14289-1): tagged, with a title, a language and an order of reading."""

MAX_MARKUP = 768 * 1024
"""Of HTML that is set as pages: more than a hundred or two are not read, and take minutes."""

_EXTRA = "pip install 'bpoaudit[pdf]'"
_LIBRARIES = "on Debian: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"

_ROOT = re.compile(r":root \{(.*?)\}", re.DOTALL)
_PROPERTY = re.compile(r"--([\w-]+): ([^;]+);")
_USE = re.compile(r"var\(--([\w-]+)\)")
_DRAWING = re.compile(r"(<svg [^>]*>)")


def check_pdf() -> None:
    """Raise `UsageError` now where a PDF could not be made after an hour of reading."""
    _weasyprint()


def render_pdf(result: AuditResult, edition: Edition = INTERNAL) -> bytes:
    """Return the report as a PDF. Equal results give equal bytes, on a machine with equal fonts.

    Raises `UsageError` where WeasyPrint or the libraries of the system that it needs are missing, and
    `OutputError` where the page asks for anything from outside, which would be a fault of ours.
    """
    weasyprint = _weasyprint()
    html = fitted(view_of(result, edition), (*STYLES, "pdf.css"), MAX_MARKUP)
    document = weasyprint.HTML(string=_styled_drawings(html), url_fetcher=_refusing(weasyprint)())
    try:
        made: bytes = document.write_pdf(
            pdf_variant=VARIANT,
            # Without it the identifier is drawn at random.
            pdf_identifier=sha256(html.encode()).digest()[:16],
        )
    except weasyprint.urls.FatalURLFetchingError as error:
        raise OutputError("the PDF asked for something from outside, which is refused") from error
    return made


def _weasyprint() -> ModuleType:
    try:
        # It prints what is missing, to where our data go.
        with contextlib.redirect_stdout(io.StringIO()):
            import weasyprint
    except ModuleNotFoundError as error:
        raise UsageError("a PDF needs WeasyPrint, which is not installed", _EXTRA) from error
    except OSError as error:
        raise UsageError("a PDF needs Pango and HarfBuzz, which this system lacks", _LIBRARIES) from error
    module: ModuleType = weasyprint
    return module


def _refusing(weasyprint: ModuleType) -> Any:
    """Return a fetcher that fetches nothing: a report is complete, so whatever asks is an attack."""

    class NoFetcher(weasyprint.urls.URLFetcher):  # type: ignore[misc, name-defined]  # a module held in a variable
        def fetch(self, url: str, headers: object = None) -> Any:
            raise weasyprint.urls.FatalURLFetchingError("a report loads nothing")

    return NoFetcher


def _styled_drawings(html: str) -> str:
    """Put the styles of drawings into each drawing: WeasyPrint reads no others there, nor variables."""
    root = _ROOT.search(sheet("report.css"))
    assert root is not None
    colours = dict(_PROPERTY.findall(root[1]))
    # It knows no strokes that keep their width either.
    css = _USE.sub(lambda use: colours[use[1]], sheet("charts.css")) + ".bar line { stroke-width: 0.4; }"
    return _DRAWING.sub(lambda tag: f"{tag[1]}<style>{css}</style>", html)
