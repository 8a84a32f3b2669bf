from __future__ import annotations

import base64
import re
from collections import Counter
from hashlib import sha256
from itertools import pairwise

import pytest

from bpoaudit.errors import OutputError
from bpoaudit.model import Assurance, Severity, Status
from bpoaudit.report.edition import Edition
from bpoaudit.report.html import MAX_REPORT_BYTES, STYLES, fitted, page, render_html
from bpoaudit.report.responses import MAX_TEXT, ResponseForm, Responses
from bpoaudit.report.view import view_of
from bpoaudit.resources import folder

from .editions import answered, remembered_past, vendor_edition
from .factories import DIGEST, verdict
from .golden import assert_golden
from .hostile import HOSTILE_NAMES, LONG, hostile_result, huge_result
from .many import ten_thousand
from .markup import Element, parse
from .sample import SCORE, audit_result, clean_result, unassessed_result

PAGES = {
    "sample": render_html(audit_result()),
    "clean": render_html(clean_result()),
    "unassessed": render_html(unassessed_result()),
    "hostile": render_html(hostile_result()),
    "answered": render_html(audit_result(), answered(past=remembered_past())),
    "vendor": render_html(audit_result(), vendor_edition()),
}
every_page = pytest.mark.parametrize("html", PAGES.values(), ids=PAGES)


def css() -> str:
    return (folder("reports/templates") / "report.css").read_text(encoding="utf-8")


def test_golden() -> None:
    assert_golden("report.html", PAGES["sample"])


def test_same_result_same_bytes() -> None:
    assert render_html(audit_result()) == PAGES["sample"]


# --- one file, no script, no request -----------------------------------------------------------------


@every_page
def test_the_policy_comes_first_and_allows_the_style_sheet_by_its_hash_alone(html: str) -> None:
    head = parse(html).all("head")[0]
    policy = head.children[0].attributes
    assert policy["http-equiv"] == "Content-Security-Policy"
    (style,) = parse(html).all("style")
    digest = base64.b64encode(sha256(style.text.encode()).digest()).decode()
    assert policy["content"] == (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )


@every_page
def test_nothing_is_loaded_and_nothing_runs(html: str) -> None:
    page = parse(html)
    tags = {element.tag for element in page.all()}
    assert not tags & {
        "script",
        "img",
        "link",
        "iframe",
        "object",
        "embed",
        "form",
        "base",
        "foreignobject",
        "use",
    }
    for element in page.all():
        names = set(element.attributes)
        assert not names & {"style", "src", "srcset", "action", "background", "xlink:href", "ping"}
        assert not any(name.startswith("on") for name in names)
    assert not re.search(r"url\(|@import|@font-face|image-set|expression\(", css())


@every_page
def test_links_stay_inside_or_are_https_without_a_referrer(html: str) -> None:
    assert_links_lead_somewhere(html)


def assert_links_lead_somewhere(html: str) -> None:
    page = parse(html)
    ids = [element.attributes["id"] for element in page.all() if "id" in element.attributes]
    assert len(ids) == len(set(ids))
    for link in page.all("a"):
        href = link.attributes["href"]
        if href.startswith("#"):
            assert href[1:] in ids
        else:
            assert href.startswith("https://")
            assert link.attributes["rel"] == "noreferrer noopener"
    for element in page.all():
        for name in ("aria-labelledby", "for"):
            assert all(target in ids for target in element.attributes.get(name, "").split())


# --- hostile names -----------------------------------------------------------------------------------


def test_names_are_shown_and_none_acts() -> None:
    html = PAGES["hostile"]
    assert "<script>" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;.csv" in html
    assert "<img" not in html
    assert "{{ 7*7 }}{% raw %}.csv" in html
    assert r"esc\x1b[31m\x1b]0;owned\x07.csv" in html
    assert r"invoice\u202efdp.exe" in html
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\ufeff]", html)


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_no_attribute_holds_a_name(name: str) -> None:
    for element in parse(PAGES["hostile"]).all():
        held = {key: value for key, value in element.attributes.items() if name in value}
        assert not held or element.tag in {"title", "desc"}


def test_hostile_names_change_no_structure() -> None:
    tame = render_html(hostile_result([f"name-{i}.csv" for i in range(len(HOSTILE_NAMES))]))
    assert Counter(e.tag for e in parse(PAGES["hostile"]).all()) == Counter(e.tag for e in parse(tame).all())


# --- size --------------------------------------------------------------------------------------------


def test_a_usual_report_is_small() -> None:
    assert len(PAGES["sample"].encode()) < 500 * 1024


@pytest.mark.slow
def test_the_hard_cap_holds_where_every_text_is_as_long_as_it_can_be() -> None:
    result = huge_result(120, 5_000)
    assert sum(len(field.entities) for field in result.inventory) > 10_000
    text = LONG[:MAX_TEXT]
    given = {
        verdict.rule: ResponseForm(rule=verdict.rule, answer="dispute", reason=text, action=text)
        for verdict in result.verdicts
    }
    edition = Edition(responses=Responses(DIGEST, None, None, given), past=remembered_past(20))
    html = render_html(result, edition)
    assert 1024 * 1024 < len(html.encode()) <= MAX_REPORT_BYTES
    cuts = [" ".join(p.full_text.split()) for p in parse(html).all("p") if p.attributes.get("class") == "cut"]
    assert any(re.match(r"Showing \d+ of 5,000 sources", cut) for cut in cuts)
    assert_links_lead_somewhere(html)


def test_a_report_that_is_too_large_is_cut_until_it_fits() -> None:
    whole, limit = PAGES["sample"], 88 * 1024
    assert len(whole.encode()) > limit
    html = fitted(view_of(audit_result()), STYLES, limit)
    assert len(html.encode()) <= limit
    assert re.search(r"Showing \d of 4 findings", " ".join(parse(html).full_text.split()))
    assert_links_lead_somewhere(html)


def test_a_report_that_is_too_large_without_its_lists_is_refused() -> None:
    with pytest.raises(OutputError, match="even with none of its lists"):
        fitted(view_of(audit_result()), STYLES, 20 * 1024)


@pytest.mark.slow
def test_ten_thousand_rules_of_real_names_make_a_usual_report() -> None:
    html = render_html(ten_thousand())
    assert len(html.encode()) < 600 * 1024
    assert "Showing 100 of 10,000 findings" in " ".join(parse(html).full_text.split())


def test_the_hard_cap_holds_and_every_cut_is_announced() -> None:
    assert len(render_html(huge_result()).encode()) < MAX_REPORT_BYTES
    html = page("report.html", STYLES, view_of(huge_result()))
    cuts = [" ".join(p.full_text.split()) for p in parse(html).all("p") if p.attributes.get("class") == "cut"]
    for expected in (
        "Showing 100 of 213 findings", "Showing 40 of 107 accepted failures", "Showing 200 of 320 questions",
        "Showing 40 of 300 sources", "Showing 25 of 60 kinds of data", "Showing 200 of 1,260 rows",
        "Showing 200 of 320 rules", "Showing 100 of 213 actions", "Showing 200 of 300 sources",
    ):  # fmt: skip
        assert any(cut.startswith(expected) for cut in cuts), expected


def test_nothing_is_announced_as_cut_when_nothing_is() -> None:
    assert "Showing" not in PAGES["sample"]


# --- what a reader must find -------------------------------------------------------------------------


def test_every_rule_of_the_result_is_in_the_report() -> None:
    text = parse(PAGES["sample"]).full_text
    for each in audit_result().verdicts:
        assert each.rule in text
        assert each.title.rstrip(".") in text


def test_the_report_claims_no_more_than_it_is() -> None:
    for html in PAGES.values():
        text = " ".join(parse(html).full_text.split()).lower()
        assert "automated assessment" in text
        assert "not an auditor’s opinion and not a certificate" in text
        assert "compliant" not in text
        assert "certified" not in text


def test_scope_lists_sources_detectors_and_what_was_not_looked_for() -> None:
    text = parse(PAGES["sample"]).full_text
    for source in audit_result().delivery.sources:
        assert source.source in text
        assert (source.sha256 or "") in text
    for needed in ("Union membership", "en_core_web_md 3.7.1", "2.2.366", "122 lines are not JSON"):
        assert needed in text


def test_a_clean_result_still_says_what_was_read() -> None:
    text = " ".join(parse(PAGES["clean"]).full_text.split())
    assert "Read 6 of 6 sources" in text
    assert "Every source of the delivery was read to its end." in text
    assert "No rule failed" in text


# --- accessibility -----------------------------------------------------------------------------------


@every_page
def test_one_h1_and_no_skipped_heading(html: str) -> None:
    levels = [int(element.tag[1]) for element in parse(html).all("h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@every_page
def test_tables_have_captions_and_scoped_headers(html: str) -> None:
    for table in parse(html).all("table"):
        assert len(table.all("caption")) == 1
        assert all("scope" in th.attributes for th in table.all("th"))
        widths = {_columns(row) for row in table.all("tr")}
        assert len(widths) == 1, table.all("caption")[0].full_text


def _columns(row: Element) -> int:
    return sum(int(cell.attributes.get("colspan", "1")) for cell in row.all("th", "td"))


@every_page
def test_wide_tables_scroll_in_a_named_region_that_takes_the_focus(html: str) -> None:
    for region in (e for e in parse(html).all("div") if e.attributes.get("class") == "scroll"):
        assert region.attributes["role"] == "region"
        assert region.attributes["tabindex"] == "0"
        assert region.attributes["aria-labelledby"]


@every_page
def test_drawings_are_named_or_hidden(html: str) -> None:
    for svg in parse(html).all("svg"):
        if "aria-hidden" in svg.attributes:
            continue
        assert svg.attributes["role"] == "img"
        assert svg.children[0].tag == "title"
        assert svg.children[0].full_text.strip()
        assert svg.children[0].attributes["id"] in svg.attributes["aria-labelledby"]


@every_page
def test_landmarks_language_and_skip_link(html: str) -> None:
    page = parse(html)
    assert page.all("html")[0].attributes["lang"] == "en"
    assert page.all("title")[0].full_text.strip()
    assert [len(page.all(tag)) for tag in ("main", "footer", "nav")] == [1, 1, 1]
    assert page.all("a")[0].attributes["href"] == "#result"


def _palettes() -> list[dict[str, str]]:
    light, dark = (
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block)) for block in css().split("@media", 2)[:2]
    )
    return [light, light | dark]


def _contrast(one: str, other: str) -> float:
    """WCAG 2.2, relative luminance and contrast ratio."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("palette", _palettes(), ids=["light", "dark"])
def test_text_has_the_contrast_of_wcag_aa(palette: dict[str, str]) -> None:
    pairs = [("ink", "paper"), ("ink", "ground"), ("muted", "paper"), ("muted", "ground"), ("link", "paper"),
             ("link", "ground"), ("pass", "paper")]  # fmt: skip
    pairs += [
        (level, ground)
        for level in ("critical", "high", "medium", "low")
        for ground in ("paper", f"tint-{level}")
    ]
    pairs += [("ink", f"h{i}") for i in (1, 2, 3)] + [(f"h{i}-ink", f"h{i}") for i in (4, 5)]
    assert {
        pair: round(r, 2) for pair in pairs if (r := _contrast(*(palette[name] for name in pair))) < 4.5
    } == {}


@pytest.mark.parametrize("palette", _palettes(), ids=["light", "dark"])
def test_marks_stand_out_from_the_paper(palette: dict[str, str]) -> None:
    marks = [name for name in palette if name.startswith("fill-")]
    assert len(marks) == 6
    assert {m: round(r, 2) for m in marks if (r := _contrast(palette[m], palette["paper"])) < 3} == {}


def test_print_uses_the_light_palette() -> None:
    printed = css().split("@media print", 1)[1]
    light = _palettes()[0]
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", printed))
    assert colours == {name: light[name] for name in colours}
    assert set(light) == set(colours)


def test_a_range_that_is_the_score_is_told_once() -> None:
    inconclusive = SCORE.model_copy(update={"low": 0.4, "high": 3.2, "assurance": Assurance.INCONCLUSIVE})
    html = render_html(audit_result(score=inconclusive))
    assert "Score <strong>0–4</strong>, " in html
    assert "range 0–4" not in html
    assert "; range 15–31, " in render_html(audit_result())


def test_questions_stand_in_groups_by_severity_with_where_they_are_answered() -> None:
    verdicts = (
        *(
            verdict(f"r/{n:02}", Status.UNKNOWN, answered_in=("contract.baa", "agreement.feeds"))
            for n in range(30)
        ),
        verdict(
            "r/x", Status.UNKNOWN, severity=Severity.CRITICAL, answered_in=("agreement.feeds[].regions",)
        ),
        verdict("r/y", Status.UNKNOWN, severity=Severity.CRITICAL, answered_in=("--suppression",)),
    )
    page = parse(render_html(audit_result(verdicts=verdicts)))
    (section,) = [each for each in page.all("section") if each.attributes.get("id") == "questions"]
    groups = section.all("details")
    assert [" ".join(group.all("summary")[0].full_text.split()) for group in groups] == [
        "Critical■2",
        "Medium◆30",
    ]
    assert ["open" in group.attributes for group in groups] == [True, False]
    told = [" ".join(item.full_text.split()) for item in section.all("ul")[0].all("li")]
    assert told == ["agreement31", "contract30", "--suppression1"]


def test_what_had_nothing_to_check_is_listed_apart() -> None:
    verdicts = (
        verdict("r/checked", Status.PASS),
        verdict("r/nothing", Status.PASS, checked=0, message="There was nothing to check."),
    )
    page = parse(render_html(audit_result(verdicts=verdicts)))
    lists = {d.attributes.get("id"): d.full_text for d in page.all("details")}
    assert "r/checked" in lists["passed"]
    assert "r/nothing" not in lists["passed"]
    assert "r/nothing" in lists["unconcerned"]


def test_no_file_is_named_that_need_not_be_there() -> None:
    html = render_html(huge_result())
    for name in ("audit.json", "findings.jsonl"):
        assert not re.search(rf"(?<!-o ){re.escape(name)}", html), name
