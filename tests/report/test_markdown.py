from __future__ import annotations

import re

import pytest
from markdown_it import MarkdownIt

from bpoaudit.model import Status
from bpoaudit.report.markdown import MAX_BYTES, escaped, render_markdown

from .factories import evidence, verdict
from .golden import assert_golden
from .hostile import HOSTILE_NAMES, LONG, hostile_result, huge_result
from .many import ten_thousand
from .sample import audit_result, clean_result, unassessed_result

ACTING = (
    *HOSTILE_NAMES,
    "@octocat look",
    "see https://evil.example/x and www.evil.example",
    "[link](https://evil.example)",
    "![image](https://evil.example/x.png)",
    "a | b \\| c `code` \\` ``",
    "`|<b>x</b>|`",
    "# heading",
    "- [ ] task",
    "1. first",
    "---",
    "~~gone~~ **bold** _it_ $x$",
    "&lt;b&gt;",
)


def _html(text: str) -> str:
    return MarkdownIt("gfm-like", {"linkify": False}).render(text)


def test_golden() -> None:
    assert_golden("report.md", render_markdown(audit_result()))


@pytest.mark.parametrize("text", ACTING)
def test_escaped_text_is_shown_as_it_is(text: str) -> None:
    html = _html(escaped(text))
    assert set(re.findall(r"<(\w+)", html)) == {"p"}


@pytest.mark.parametrize("name", ACTING)
def test_no_name_acts(name: str) -> None:
    failed = verdict(
        "gdpr/r", Status.FAIL, title=name, message=name, failed=1,
        evidence=(evidence(name, name, "PERSON", 3, "A•••"),), evidence_total=1,
    )  # fmt: skip
    result = hostile_result([name] * 8)
    text = render_markdown(result.model_copy(update={"verdicts": (*result.verdicts, failed)}))
    assert all(line.isprintable() for line in text.splitlines())
    assert not any(line.lstrip().startswith("::") or "##[" in line for line in text.splitlines())
    assert not re.search(r"@\w", re.sub(r"`+[^`]+`+", "", text))
    html = _html(text)
    assert set(re.findall(r"<(\w+)", html)) <= {
        "h1", "h2", "p", "strong", "blockquote", "table", "thead", "tbody", "tr", "th", "td", "code", "br",
        "details", "summary", "ul", "li",
    }  # fmt: skip
    widths = [len(re.findall("<t[hd][ >]", row)) for row in html.split("<tr>")[1:]]
    assert set(widths) <= {2, 3, 5}
    assert "evil.example" not in " ".join(re.findall(r'(?:href|src)="[^"]*"', html))


def test_every_section_is_there() -> None:
    text = render_markdown(audit_result())
    assert re.findall("^## (.*)", text, re.MULTILINE) == [
        "Findings", "Could not be fully read", "Excluded by the profile", "Needs a person", "Accepted by waiver",
    ]  # fmt: skip
    assert "**Very limited assurance** · score 15–31 of 100 · gate not passed (exit code 1)" in text
    assert "Read 64 of 67 sources" in text
    assert "critical (new)" in text


def test_a_clean_audit_is_short_and_says_what_was_read() -> None:
    text = render_markdown(clean_result())
    assert "## " not in text
    assert "Read 6 of 6 sources" in text
    assert "gate passed (exit code 0)" in text
    assert "no score" in render_markdown(unassessed_result())


def test_what_is_left_out_is_counted() -> None:
    text = render_markdown(ten_thousand())
    assert "Showing 200 of 10,000; `-o audit.json` writes all of them." in text
    assert len(text.encode()) <= MAX_BYTES


def test_it_always_fits_a_job_summary() -> None:
    text = render_markdown(huge_result())
    assert len(text.encode()) <= MAX_BYTES
    worst = "\U000e0041" * 400
    verdicts = tuple(
        verdict(f"gdpr/{worst}{i}", status, title=worst, message=worst + LONG, failed=1)
        for i in range(300)
        for status in (Status.FAIL, Status.UNKNOWN)
    )
    text = render_markdown(audit_result(verdicts=verdicts))
    assert len(text.encode()) <= MAX_BYTES
    assert re.search(r"Showing \d+ of 300; `-o audit.json` writes all of them\.", text)


def test_what_had_nothing_to_check_is_counted_and_listed_apart() -> None:
    verdicts = (verdict("r/checked", Status.PASS), verdict("r/nothing", Status.PASS, checked=0))
    text = render_markdown(audit_result(verdicts=verdicts))
    assert "Rules: 1 passed · 1 with nothing to check." in text
    assert "<summary>Passed (1)</summary>" in text
    assert "<summary>Nothing to check (1)</summary>" in text
