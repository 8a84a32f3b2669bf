from __future__ import annotations

import base64
import tracemalloc

import pytest

from bpoaudit.readers.html.html_text import MAX_DEPTH, html_parts, html_pieces
from tests.readers.inside import read_inside

SECRET = "ann.lee@example.org"


def test_text_is_set_as_a_browser_sets_it() -> None:
    page = html_parts(
        "<title>Case</title><p>Ann  \n Lee<br>jo<b>hn</b>&nbsp;x &amp; &#128512;</p>"
        "<table><tr><td>1</td><td>two</td></tr></table><pre>a\n  b</pre>"
    )
    assert page.text == "Case\nAnn Lee\njohn x & 😀\n1\ttwo\na\nb"


@pytest.mark.parametrize(
    "opening",
    [
        "<div hidden>", "<div style='display: none'>", "<p style='VISIBILITY:hidden;'>", "<i style='font-size:0px'>",
        "<span style='mso-hide:all'>", "<div style='max-height:0;overflow:hidden'>", "<b style='opacity:0'>",
        "<font color=white>", "<span style='color:#fff'>", "<td bgcolor=red><font color=RED>", "<template>",
    ],
)  # fmt: skip
def test_what_is_hidden_is_told_apart(opening: str) -> None:
    page = html_parts(f"<p>seen</p>{opening}{SECRET}")
    assert (page.text, page.hidden) == ("seen", SECRET)


@pytest.mark.parametrize(
    "opening",
    [
        "<div style='background:navy'><b style='color:white'>",
        "<b style='font-size:0.9em'>",
        "<p style='height:0.5em'>",
    ],
)
def test_what_is_seen_is_not_hidden(opening: str) -> None:
    assert html_parts(f"{opening}{SECRET}").text == SECRET


def test_attributes_that_hold_words_are_read() -> None:
    page = html_parts(
        '<meta name="author" content="Ann Lee"><a href="mailto:ann.lee%40example.org?subject=Hi%20Bob">x</a>'
        '<img alt="Bob" width=3 class="c" data-customer-phone="555-0100"><input name=iban value="DE99" placeholder=p>'
        '<p style="background:url(/u?m=1)" onclick="call(5550101)">'
    )
    assert page.attributes == [
        "author: Ann Lee", "mailto:ann.lee@example.org?subject=Hi Bob", "Bob", "customer phone: 555-0100",
        "iban: DE99", "p", "url(/u?m=1)", "call(5550101)",
    ]  # fmt: skip


def test_comments_scripts_and_words_of_styles_are_read() -> None:
    page = html_parts(
        "<!-- one --><!--[if mso]><i>two</i><![endif]--><script>var a = '<p>';</script>"
        "<style>p::before { content: 'three'; color: red } /* four */</style>"
    )
    assert page.comments == [" one ", "[if mso]><i>two</i><![endif]"]
    assert page.scripts == ["var a = '<p>';", "three", "four"]
    assert page.text == ""


def test_a_comment_in_a_style_that_is_parsed_in_several_pieces_is_one() -> None:
    rules = "p { color: red } " * 3800
    page = html_parts(f"<style>{rules}/* {'x ' * 40_000}{SECRET} */</style><p>seen")
    assert [words.strip()[-len(SECRET) :] for words in page.scripts] == [SECRET]
    assert page.text == "seen"


def test_a_file_inside_the_page_is_given_out() -> None:
    picture = base64.b64encode(b"GIF89a").decode()
    page = html_parts(f"<img src='data:image/gif;base64,{picture}'><a href='data:,a%20b'>")
    assert page.embedded == [("image/gif", b"GIF89a"), ("", b"a b")]
    page = html_parts("<img src='data:image/gif;base64,QUJDR'><img src='data:nothing'>")
    assert (page.embedded, page.attributes) == ([("image/gif", b"ABC")], ["data:nothing"])


@pytest.mark.parametrize(
    "html", ["", " ", "<", "\0", "a\ud800b", "&#xD800;", "<!", "<table><td>", "</p></p>", "<?", "]]>"]
)
def test_anything_is_a_page(html: str) -> None:
    page = html_parts(html)
    for text in (page.text, page.hidden, *page.attributes, *page.comments):
        assert "\0" not in text.encode().decode()


def test_a_tag_that_is_cut_off_is_a_comment_and_said() -> None:
    page = html_parts(f"<p>x</p><a title='{SECRET}")
    assert page.comments == [f"<a title='{SECRET}"]
    assert page.losses == ["the page ends inside a tag"]


def test_what_is_nested_too_deeply_is_read_with_its_markup() -> None:
    page = html_parts("<div>" * (MAX_DEPTH * 30) + SECRET + "</span>" * (MAX_DEPTH * 30) + "<p>end")
    assert SECRET in page.text
    assert page.text.endswith("end")
    assert len(page.losses) == 1


def test_memory_does_not_grow_with_the_page() -> None:
    blocks = ("<tr><td>1</td><td>Ann</td></tr>" * 500 for _ in range(40))
    tracemalloc.start()
    assert sum(len(text) for _, text in html_pieces(blocks)) > 80_000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 << 20


# --- files ------------------------------------------------------------------------------------------

ROWS = "".join(f"<tr><td>{n}<td>c{n}@example.org<td hidden>h{n}" for n in range(1, 101))
EXPORT = f"<html><h1>Cases</h1><table><tr><th>id<th>mail<th hidden>code{ROWS}</table><!-- {SECRET} --></html>"


@pytest.mark.parametrize("batch_records", [1, 7, 2000])
def test_a_table_is_read_row_by_row(batch_records: int) -> None:
    found = read_inside(EXPORT.encode(), "cases.xls", batch_records)
    page, table = found[""], found["#table1"]
    assert page.fields == {"text": [(1, "Cases")], "comments": [(1, f" {SECRET} ")]}
    assert table.part.field_names == ("id", "mail", "code")
    assert table.records == 100
    assert table.fields["mail"][-1] == (100, "c100@example.org")
    assert table.fields["code"][-1] == (100, "h100")
    assert table.part.facts == {"hidden_cells": 101}


def test_every_table_is_a_source() -> None:
    second = "<table><tr><th>name<th>phone<tr><td>Ann<td>555-0100</table>"
    found = read_inside(f"<html>{EXPORT[6:-7]}{second}</html>".encode())
    assert found["#table2"].fields["phone"] == [(1, "555-0100")]


def test_cells_over_columns_and_rows_keep_the_others_in_place() -> None:
    html = (
        "<html><table><tr><th>a<th>b<th>c<tr><td rowspan=2>1<td>2<td>3<tr><td>5<td>6"
        "<tr><td colspan=2>7<td>9<tr><td>10<td>11<td>12</table></html>"
    )
    table = read_inside(html.encode())["#table1"]
    assert table.fields["a"] == [(1, "1"), (3, "7"), (4, "10")]
    assert table.fields["b"] == [(1, "2"), (2, "5"), (4, "11")]
    assert table.fields["c"] == [(1, "3"), (2, "6"), (3, "9"), (4, "12")]


@pytest.mark.parametrize(
    "html",
    [
        "<html><table><tr><td><table><tr><td>a<td>b<tr><td>c<td>d</table></table></html>",
        f"<html><p>{'prose ' * 90}</p><table><tr><td>a<td>b<tr><td>c<td>d</table></html>",
        "<html><table><tr><td>one<tr><td>two</table></html>",
    ],
)
def test_pages_that_are_laid_out_with_tables_stay_pages(html: str) -> None:
    found = read_inside(html.encode())
    assert list(found) == [""]
    assert found[""].values("text")


def test_a_page_is_read_in_the_set_it_names() -> None:
    html = "<html><meta charset='koi8-r'><p>Москва</p></html>"
    assert read_inside(html.encode("koi8-r"))[""].values("text") == ["Москва"]


def test_a_long_page_comes_in_values_that_end_with_a_line() -> None:
    html = "<html>" + "".join(f"<p>line {n} of it</p>" for n in range(60_000))
    values = read_inside(html.encode())[""].values("text")
    assert len(values) > 1
    assert "\n".join(values).split("\n")[-1] == "line 59999 of it"


def test_files_inside_are_members() -> None:
    data = base64.b64encode(b"name,mail\nx," + SECRET.encode() + b"\n").decode()
    found = read_inside(f"<html><a href='data:text/csv;base64,{data}'>x</a></html>".encode())
    assert found["!embedded_1.csv"].fields["mail"] == [(1, SECRET)]
