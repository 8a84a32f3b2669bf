"""XML, HTML and JSON are parsed elsewhere: what a crash, a full memory or endless work there costs."""

from __future__ import annotations

import io
import os
import signal
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bpoaudit.errors import SourceError
from bpoaudit.parsers import fed
from bpoaudit.parsers.frames import Ask
from bpoaudit.readers import child_process, fed_parser
from bpoaudit.readers.fed_parser import FedParser, ParserEnded
from tests.readers.conftest import Read, Seen

ReadOne = Callable[..., Seen]

FIRST, LAST = "first@example.org", "last@example.org"
CRASH = "now-the-parser-crashes"
LONG = "x " * (100 << 10)
"""More than one block."""
FLAT = '<?xml version="1.0"?><office:document-content xmlns:office="o" xmlns:text="t"><office:body>'


@pytest.fixture(autouse=True)
def no_program_waits() -> Iterator[None]:
    """Begin each test with a program of its own limits, and leave none of them behind."""
    child_process._end_all()
    child_process._idle.clear()
    yield
    child_process._end_all()
    child_process._idle.clear()


@pytest.fixture
def crashing(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Let a parser meet a segmentation fault at the text `CRASH`; the list tells which processes did."""
    answer = fed_parser._Fed.answer
    ended: list[int] = []

    def answers(self: fed_parser._Fed, ask: Ask, data: bytes) -> object:
        if CRASH.encode() in data:
            assert self._process is not None
            os.kill(self._process.pid, signal.SIGSEGV)
            ended.append(self._process.wait())
        return answer(self, ask, data)

    monkeypatch.setattr(fed_parser._Fed, "answer", answers)
    return ended


def package(*paragraphs: str) -> bytes:
    """Return a text document whose content is these paragraphs."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        lines = "".join(f"<text:p>{each}</text:p>" for each in paragraphs)
        made.writestr("content.xml", f"{FLAT}{lines}</office:body></office:document-content>")
        made.writestr("META-INF/manifest.xml", f"<manifest><file path='{FIRST}'/></manifest>")
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        (
            "t.xml",
            f"<r><c><a>{FIRST}</a></c><c><a>{LONG}</a></c><c>{CRASH}</c><c>{LAST}</c></r>",
            "XML that broke its parser, not read from there on",
        ),
        (
            "t.json",
            f'[{{"a": "{FIRST}"}}, {{"a": "{LONG}"}}, {{"a": "{CRASH}"}}, {{"a": "{LAST}"}}]',
            "JSON that broke its parser, not read from there on",
        ),
    ],
)
def test_what_stands_before_a_crash_is_read(
    name: str, text: str, reason: str, read_one: ReadOne, crashing: list[int]
) -> None:
    seen = read_one(text, name)
    assert isinstance(seen.error, SourceError)
    assert seen.error.message == reason
    assert FIRST in str(seen.fields)
    assert LAST not in str(seen.fields)
    assert set(crashing) == {-signal.SIGSEGV}


HELD, THEN = "held@example.org", "then@example.org"


@pytest.mark.parametrize(
    ("opened", "closed"),
    [
        ("<p>", "</p>"), ("<!--", "-->"), ("<script>", "</script>"), ("<style>/*", "*/</style>"),
        ("<a title='1 > 0 ", "'>"), ("<?note ", "?>"), ("<textarea>", "</textarea>"), ("", ""),
        ("<title>", "</title>"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("more", [LONG, ""])
def test_a_page_is_read_on_with_its_markup(
    opened: str, closed: str, more: str, read_one: ReadOne, crashing: list[int]
) -> None:
    """What the parser held back when it crashed is read like what came after."""
    body = f"<p>{FIRST}</p>{opened} {HELD} {more} {THEN} {CRASH}{closed}<p>{LAST}</p>"
    seen = read_one(f"<html>{body}</html>", "t.html")
    assert seen.part.losses == ["it broke its parser: read with its markup from there on"]
    told = str(seen.fields)
    assert [told.count(each) for each in (FIRST, HELD, THEN)] == [1, 1, 1]
    assert f"<p>{LAST}</p>" in seen.values("text")[-1]
    assert crashing


@pytest.mark.parametrize("opened", ["<p>", "<script>", "<!-- "])
@pytest.mark.parametrize("length", [20, 70_000])
def test_the_last_block_of_a_page_is_read_where_its_end_crashes(
    length: int, opened: str, read_one: ReadOne, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = fed_parser._Fed.answer

    def answers(self: fed_parser._Fed, ask: Ask, data: bytes) -> object:
        if ask is Ask.END:
            self.end()
        return answer(self, ask, data)

    monkeypatch.setattr(fed_parser._Fed, "answer", answers)
    seen = read_one(f"<html><p>{FIRST}</p>{opened}{'x ' * length} {HELD}", "t.html")
    assert seen.part.losses == ["it broke its parser: read with its markup from there on"]
    assert [str(seen.fields).count(each) for each in (FIRST, HELD)] == [1, 1]


@pytest.mark.parametrize(("opened", "closed"), [("<!--", "-->"), ("<a title='", "'>")])
def test_a_page_with_an_endless_token_is_read_on_from_its_beginning(
    opened: str, closed: str, read_one: ReadOne, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bpoaudit.readers.html.html_text.MAX_TOKEN", 100_000)
    seen = read_one(f"<html><p>{FIRST}</p>{opened} {HELD} {LONG} {closed}<p>{LAST}</p></html>", "t.html")
    (loss,) = seen.part.losses
    assert "a tag too long" in loss
    assert [str(seen.fields).count(each) for each in (FIRST, HELD, LAST)] == [1, 1, 1]


def test_a_part_of_a_document_is_a_loss_and_the_others_are_read(read: Read, crashing: list[int]) -> None:
    seen = read(package(FIRST, LONG, CRASH, LAST), "t.odt")
    told = str([each.fields for each in seen])
    assert FIRST in told
    assert LAST not in told
    assert [each.part.losses for each in seen] == [[], ["parts of the document that are broken: 1"]]
    assert crashing


def test_a_crash_is_the_document_s_and_the_next_is_read(read: Read, crashing: list[int]) -> None:
    read(f"<r><c>{CRASH}</c></r>", "bad.xml")
    (seen,) = read(f"<r><c>{FIRST}</c><c>{LAST}</c></r>", "good.xml")
    assert seen.error is None
    assert FIRST in str(seen.fields)


def test_work_without_end_ends(read_one: ReadOne, monkeypatch: pytest.MonkeyPatch) -> None:
    """To make a number of so many digits takes a time that grows with their square."""
    monkeypatch.setattr(fed_parser, "MAX_SECONDS", 1)
    seen = read_one(f'[{{"a": "{FIRST}"}}, {"9" * 3_000_000}]', "t.json")
    assert isinstance(seen.error, SourceError)
    assert "broke its parser" in seen.error.message
    assert seen.values("a") == [FIRST]


def test_a_text_that_fills_the_memory_ends(read_one: ReadOne, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fed_parser, "MAX_BYTES", 160 << 20)
    seen = read_one(f'[{{"a": "{FIRST}"}}, "{"x" * (60 << 20)}"]', "t.json")
    assert isinstance(seen.error, SourceError)
    assert "broke its parser" in seen.error.message
    assert seen.values("a") == [FIRST]


def test_a_long_text_is_not_gone_through_from_its_beginning_for_each_block() -> None:
    parser = fed._Json()
    yajl, sent = parser._feed, []

    class Counting:
        close = yajl.close

        def send(self, data: bytes) -> None:
            sent.append(len(data))
            yajl.send(data)

    parser._feed = Counting()
    assert parser.feed(b'["') is None
    for _ in range(200):
        assert parser.feed(b"x" * 1000) is None
    assert parser.feed(b'", 1]') is None
    assert parser.end() is None
    assert len(sent) < 12
    assert sum(sent) == 200_000 + 7
    assert parser.events == [
        ["start_array", None], ["string", "x" * 200_000], ["number", "1"], ["end_array", None],
    ]  # fmt: skip


def test_a_process_is_kept_for_the_next_document_and_documents_inside_have_their_own() -> None:
    outer = FedParser("xml")
    assert outer.feed(b"<a><b>").events == [["a", []], ["b", []]]
    inner = FedParser("json")
    assert inner.feed(b"[1]", last=True).events[1] == ["number", "1"]
    assert outer._program is not inner._program
    kept = inner._program
    inner = FedParser("package")
    assert inner._program is kept
    assert outer.feed(b"x</b></a>", last=True).events == ["x", None, None]


def test_a_long_namespace_is_not_told_with_every_name() -> None:
    long = "u" * 100_000
    names = "".join(f"<w:p{number}/>" for number in range(1000))
    parser = FedParser("package")
    events = parser.feed(
        f'<w:d xmlns:w="{long}" xmlns:v="{long}v" w:a="1" v:a="2">{names}<b/></w:d>'.encode(), last=True
    ).events
    assert events[0] == ["namespace-1 d", ["namespace-1 a", "1", "namespace-2 a", "2"]]
    assert events[1:3] == [["namespace-1 p0", []], None]
    assert events[-3:-1] == [["b", []], None]
    assert len(str(events)) < 60_000


def test_what_parsed_a_large_document_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child_process, "_MOST_KEPT", 1000)
    parser = FedParser("xml")
    parser.feed(b"<a>" + b"x" * 500)
    large = parser._program._process
    parser.feed(b"x" * 500 + b"</a>", last=True)
    assert large is not None
    assert large.poll() is not None
    parser = FedParser("xml")
    parser.feed(b"<a>" + b"x" * 900 + b"</a>", last=True)
    kept = parser._program
    parser = FedParser("xml")
    assert parser._program is kept
    parser.feed(b"<a>" + b"x" * 900 + b"</a>", last=True)
    assert kept.idle


def test_a_document_that_is_given_up_leaves_its_process_to_the_next() -> None:
    given_up = FedParser("xml")
    given_up.feed(b"<a>")
    kept = given_up._program
    del given_up
    parser = FedParser("xml")
    assert parser._program is kept
    assert parser.feed(b"<b/>", last=True).events == [["b", []], None]


def test_a_process_that_ended_while_it_waited_is_begun_anew() -> None:
    FedParser("xml").feed(b"<a/>", last=True)
    (waiting,) = child_process._idle["bpoaudit.parsers.fed"]
    assert waiting._process is not None
    waiting._process.kill()
    waiting._process.wait()
    assert FedParser("xml").feed(b"<a/>", last=True).events == [["a", []], None]


def test_what_comes_back_and_is_no_answer_ends_the_document(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / "another.py"
    program.write_text(
        "import sys; sys.stdin.read(1); sys.stdout.buffer.write(b'\\x05\\0\\0\\0\\xc1....'); input()"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(fed_parser, "_PROGRAM", "another")
    with pytest.raises(ParserEnded):
        FedParser("xml").feed(b"<a/>")


def test_nothing_of_a_document_is_shown() -> None:
    parser = FedParser("xml")
    answer = parser.feed(f"<a>{FIRST}</a>".encode(), last=True)
    assert FIRST not in f"{parser!r}{answer!r}{parser._program!r}"
