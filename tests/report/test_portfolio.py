from __future__ import annotations

import base64
import re
from datetime import date
from hashlib import sha256
from itertools import pairwise

import pytest

from bpoaudit.errors import HistoryError
from bpoaudit.model import Assurance
from bpoaudit.report.html import MAX_REPORT_BYTES
from bpoaudit.report.portfolio import MAX_PANELS, MAX_VENDORS, portfolio_view, render_portfolio
from bpoaudit.resources import folder

from .golden import assert_golden
from .hostile import HOSTILE_NAMES, LONG
from .markup import parse
from .past import many, past

THREE = [
    past(30.0, "2026-01-31", vendor_id="a", vendor="Alpha", assurance=Assurance.VERY_LIMITED),
    past(35.0, "2026-03-31", vendor_id="a", vendor="Alpha", assurance=Assurance.VERY_LIMITED),
    past(
        95.0, "2026-06-30", vendor_id="b", vendor="Beta", assurance=Assurance.HIGH, services=("claims", "hr")
    ),
    past(None, "2026-06-01", vendor_id="c", vendor="Gamma", country="PL"),
]
HOSTILE = [
    past(20.0 + at, vendor_id=f"v{at}", vendor=name, client=name, country=name, services=(name,), id=name)
    for at, name in enumerate(HOSTILE_NAMES)
]
PAGES = {
    "three": render_portfolio(THREE),
    "hostile": render_portfolio(HOSTILE),
    "many": render_portfolio(many(30, 6)),
}
every_page = pytest.mark.parametrize("html", PAGES.values(), ids=PAGES)


def test_golden() -> None:
    assert_golden("portfolio.html", PAGES["three"])


def test_the_order_of_the_audits_does_not_matter() -> None:
    assert render_portfolio(reversed(THREE)) == PAGES["three"]


def test_the_worst_comes_first_and_the_stale_is_marked() -> None:
    view = portfolio_view(THREE)
    assert [row.vendor for row in view.vendors.rows] == ["Alpha", "Gamma", "Beta"]
    assert [(row.age, row.stale) for row in view.vendors.rows] == [(91, True), (29, False), (0, False)]
    assert view.stale == 1
    assert "stale" in PAGES["three"]
    assert [row.change for row in view.vendors.rows] == ["▲ 5.0", "–", "–"]
    assert view.vendors.rows[1].told == "no score yet"


def test_an_audit_of_ninety_days_ago_is_not_stale() -> None:
    assert portfolio_view(THREE, date(2026, 6, 29)).stale == 0


def test_later_audits_are_left_out_and_that_is_said() -> None:
    view = portfolio_view(THREE, date(2026, 3, 31))
    assert [row.vendor for row in view.vendors.rows] == ["Alpha"]
    assert view.as_of == "2026-03-31"
    assert "2 later audits are left out" in view.sentence


def test_another_day_makes_audits_stale() -> None:
    assert portfolio_view(THREE, date(2027, 1, 1)).stale == 3


def test_without_audits_there_is_no_page() -> None:
    with pytest.raises(HistoryError, match="holds no audit"):
        portfolio_view([])
    with pytest.raises(HistoryError, match="up to 2020-01-01"):
        portfolio_view(THREE, date(2020, 1, 1))


def test_multiples_by_service_country_and_law() -> None:
    services, countries, laws = portfolio_view(THREE).multiples
    assert {panel.title: panel.vendors for panel in services.panels.rows} == {
        "Support": 2,
        "Claims": 1,
        "HR": 1,
    }
    assert {panel.title: panel.vendors for panel in countries.panels.rows} == {"PH": 2, "PL": 1}
    (law,) = laws.panels.rows
    assert law.title == "EU General Data Protection Regulation"
    assert (law.vendors, law.middle) == (3, "65")
    assert [member.vendor for member in law.members.rows] == ["Gamma", "Alpha", "Beta"]


# --- one file, no script, no request -------------------------------------------------------------------


@every_page
def test_the_policy_comes_first_and_allows_the_style_sheet_by_its_hash_alone(html: str) -> None:
    policy = parse(html).all("head")[0].children[0].attributes
    (style,) = parse(html).all("style")
    digest = base64.b64encode(sha256(style.text.encode()).digest()).decode()
    assert policy["content"] == (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )


@every_page
def test_nothing_is_loaded_and_nothing_runs(html: str) -> None:
    for element in parse(html).all():
        assert element.tag not in {
            "script",
            "img",
            "link",
            "iframe",
            "object",
            "embed",
            "form",
            "base",
            "use",
        }
        assert not set(element.attributes) & {"style", "src", "srcset", "action", "background", "xlink:href"}
        assert not any(name.startswith("on") for name in element.attributes)
    css = (folder("reports/templates") / "portfolio.css").read_text(encoding="utf-8")
    assert not re.search(r"url\(|@import|@font-face|image-set|expression\(", css)


@every_page
def test_ids_are_unique_and_links_reach_them(html: str) -> None:
    page = parse(html)
    ids = [element.attributes["id"] for element in page.all() if "id" in element.attributes]
    assert len(ids) == len(set(ids))
    for element in page.all():
        for name in ("aria-labelledby", "href"):
            target = element.attributes.get(name)
            if target is not None:
                assert target.removeprefix("#") in ids


@every_page
def test_structure_that_a_reader_without_sight_needs(html: str) -> None:
    page = parse(html)
    assert page.all("html")[0].attributes["lang"] == "en"
    assert len(page.all("h1")) == 1
    levels = [int(e.tag[1]) for e in page.all() if re.fullmatch("h[1-6]", e.tag)]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert len(page.all("table")) == len(page.all("caption"))
    assert all(cell.attributes.get("scope") in ("col", "row") for cell in page.all("th"))
    for drawing in page.all("svg"):
        assert drawing.attributes.get("role") == "img" or drawing.attributes.get("aria-hidden") == "true"


# --- size ------------------------------------------------------------------------------------------------


def test_two_hundred_vendors_with_two_years_of_audits() -> None:
    audits = many(200, 24)
    html = render_portfolio(audits)
    assert len(html.encode()) < 1024 * 1024
    assert len(parse(html).all("tr")) == 201


def test_whatever_the_history_the_page_stays_under_its_cap() -> None:
    audits = many(MAX_VENDORS + 100, 70, name="{:04}" + LONG)
    html = render_portfolio(audits)
    assert len(html.encode()) < MAX_REPORT_BYTES
    assert f"Showing {MAX_VENDORS} of {MAX_VENDORS + 100} vendors" in html
    assert f"Showing {MAX_PANELS} of" in html
    assert "showing the newest 60 of 70 audits" in html
