from __future__ import annotations

import random

import pytest
from generate import outlook
from generate.outlook import OutlookMessage

from bpoaudit.delivery.content import Content
from bpoaudit.delivery.media import MSG
from bpoaudit.errors import LimitReached, SourceError, UnreadableSource, UnsupportedSource
from bpoaudit.readers import ReadOptions
from bpoaudit.readers.mail import mapi
from bpoaudit.readers.mail.mapi import Properties, Property
from bpoaudit.readers.mail.outlook import open_msg
from bpoaudit.readers.mail.rtf_mail import html_of_rtf, unpack_rtf
from tests.readers.inside import read_inside

SECRET = "ann.lee@example.org"
RTF = (
    rb"{\rtf1\ansi\ansicpg1252\fromhtml1 \deff0{\fonttbl{\f0\fswiss Arial;}{\f1\fmodern\fcharset204 C;}}"
    rb"{\*\generator x;}\uc1\pard\plain{\*\htmltag64 <p>}\htmlrtf not this\htmlrtf0 caf\'e9 \u1055 ?\f1 \'f0\f0  & <b> "
    rb'{\*\htmltag84 <a href="mailto:ann.lee@example.org">}link{\*\htmltag92 </a>}{\*\htmltag72 </p>}\par }'
)
INNER = OutlookMessage(
    {outlook.SUBJECT: "inner", outlook.BODY: "far inside"},
    attachments=({outlook.FILE_NAME: "deep.txt", outlook.FILE_DATA: b"555-0101\r\n"},),
)
MESSAGE = OutlookMessage(
    {
        outlook.SUBJECT: "Fälle", outlook.BODY: "body\r\ntext", outlook.HTML: b"<p>page</p><!-- c -->",
        outlook.SENDER_NAME: "Ann Lee", outlook.SENDER_ADDRESS: SECRET,
        outlook.HEADERS: "Received: from 192.0.2.1\r\nX-Agent: =?utf-8?q?L=C3=A9e?=\r\n", 0x3A42: "ignored",
        0x8500: "a text of its own",
    },
    recipients=(
        {outlook.NAME: "Bob", outlook.ADDRESS: "bob@example.org", outlook.RECIPIENT_TYPE: outlook.TO},
        {outlook.NAME: "dan@example.org", outlook.ADDRESS: "dan@example.org", outlook.RECIPIENT_TYPE: outlook.BCC},
    ),
    attachments=(
        {outlook.FILE_NAME: "März.csv", outlook.FILE_DATA: b"name,mail\r\nx,carl@example.org\r\n"},
        {outlook.FILE_NAME: "big.txt", outlook.FILE_DATA: b"line\r\n" * 2000 + b"last 555-0100\r\n"},
    ),
    messages=(INNER,),
    named={"CustomerPhone": "555-0199"},
)  # fmt: skip


@pytest.mark.parametrize("write", [outlook.msg, outlook.winmail])
def test_every_text_of_a_message_is_read(write: object) -> None:
    found = read_inside(write(MESSAGE))  # type: ignore[operator]
    seen = found[""]
    assert seen.records == 1
    assert seen.values("subject") == ["Fälle"]
    assert seen.values("from") == [f"Ann Lee <{SECRET}>"]
    assert seen.values("to") == ["Bob <bob@example.org>"]
    assert seen.values("bcc") == ["dan@example.org"]
    assert seen.values("text") == ["body\ntext"]
    assert seen.values("html") == ["page"]
    assert seen.values("html_comments") == [" c "]
    assert seen.values("headers") == ["Received: from 192.0.2.1", "X-Agent: Lée"]
    assert "CustomerPhone: 555-0199" in seen.values("properties")
    assert seen.part.facts == {"attachments": 3}
    assert found["!März.csv"].values("mail") == ["carl@example.org"]
    assert found["!big.txt"].values("text")[-1] == "last 555-0100"
    inner = next(suffix for suffix in found if suffix.endswith("!deep.txt"))
    assert found[inner].values("text") == ["555-0101"]
    assert found[inner.removesuffix("!deep.txt")].values("text") == ["far inside"]


def test_html_is_taken_out_of_rich_text() -> None:
    page = html_of_rtf(RTF)
    assert page == '<p>café П\u0440 &amp; &lt;b&gt; <a href="mailto:ann.lee@example.org">link</a></p>\r\n'
    message = OutlookMessage({outlook.SUBJECT: "x", outlook.RTF: outlook.uncompressed(RTF)})
    seen = read_inside(outlook.msg(message))[""]
    assert seen.values("html_attributes") == [f"mailto:{SECRET}"]
    assert seen.values("html") == ["café Пр & <b> link"]


def test_other_rich_text_is_a_source_of_its_own() -> None:
    message = OutlookMessage({outlook.SUBJECT: "x", outlook.RTF: outlook.uncompressed(rb"{\rtf1 hello}")})
    assert "!body.rtf" in read_inside(outlook.msg(message))


def test_rich_text_is_unpacked() -> None:
    # The examples of MS-OXRTFCP, 3.1 and 3.2.
    simple = (
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
    )
    crossing = "1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0"
    assert unpack_rtf(bytes.fromhex(simple)) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    assert unpack_rtf(bytes.fromhex(crossing)) == b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"
    assert unpack_rtf(b"short") is None
    assert unpack_rtf(bytes(20)) is None
    broken = OutlookMessage({outlook.SUBJECT: "x", outlook.RTF: bytes(20)})
    assert read_inside(outlook.msg(broken))[""].part.losses == ["texts in broken rich text: 1"]


def test_messages_inside_messages_have_an_end() -> None:
    message = INNER
    for _ in range(12):
        message = OutlookMessage({outlook.SUBJECT: "around"}, messages=(message,))
    found = read_inside(outlook.msg(message))
    assert isinstance(found[max(found, key=len)], LimitReached)
    assert len(found) == 10


@pytest.mark.parametrize("length", [600, 1500, 4000, 9000])
def test_a_file_that_is_cut_off_is_said(length: int) -> None:
    found = read_inside(outlook.msg(MESSAGE)[:length])
    problems = [each for each in found.values() if isinstance(each, SourceError)]
    lossy = [each for each in found.values() if not isinstance(each, SourceError) and each.part.losses]
    assert problems or lossy
    packed = outlook.winmail(MESSAGE)[:length]
    found = read_inside(packed)
    assert found[""].values("subject") == (["Fälle"] if length > 100 else [])
    if length < len(outlook.winmail(MESSAGE)):
        assert found[""].part.losses == ["parts of the file that are broken or cut off: 1"]


@pytest.mark.parametrize("write", [outlook.msg, outlook.winmail])
def test_whatever_the_bytes_there_is_a_message_or_a_source_error(write: object) -> None:
    chance = random.Random(5)
    whole = write(MESSAGE)  # type: ignore[operator]
    for _ in range(150):
        data = bytearray(whole)
        for _ in range(chance.choice((1, 5, 60))):
            data[chance.randrange(8, len(data))] = chance.choice((0, 1, 0x7F, 0xFF, chance.randrange(256)))
        for seen in read_inside(bytes(data)).values():
            if isinstance(seen, SourceError):
                assert SECRET not in f"{seen!r} {seen.__cause__!r}"
                continue
            for values in seen.fields.values():
                for _, text in values:
                    text.encode("utf-8")
                    assert "\0" not in text


def test_a_broken_compound_file_is_unreadable() -> None:
    data = outlook.msg(MESSAGE)
    assert isinstance(read_inside(data[:512])[""], SourceError)
    head = bytearray(data)
    head[48:52] = b"\xf0\xff\xff\x7f"  # where the directory is
    with pytest.raises(UnreadableSource):
        list(open_msg(Content.of_bytes("m", bytes(head)), MSG, ReadOptions()))


def test_texts_of_old_programs_are_read_in_their_code_page() -> None:
    page = Property(0x3FFD, mapi.LONG, (1251).to_bytes(4, "little"))
    properties = Properties([Property(mapi.SUBJECT, mapi.STRING8, "Привет".encode("cp1251")), page])
    assert properties.text(mapi.SUBJECT) == "Привет"


def test_times_are_those_of_the_message() -> None:
    ticks = 116_444_736_000_000_000  # of 100 nanoseconds, from 1601 to the epoch of Unix
    properties = Properties([Property(mapi.SENT, mapi.SYSTIME, ticks.to_bytes(8, "little"))])
    assert properties.moment(mapi.SENT) == "1970-01-01 00:00:00"
    beyond = Properties([Property(mapi.SENT, mapi.SYSTIME, b"\xff" * 8)])
    assert beyond.moment(mapi.SENT) == ""


def test_outlook_data_files_are_listed() -> None:
    problem = read_inside(b"!BDN" + bytes(600), "box.pst")[""]
    assert isinstance(problem, UnsupportedSource)
    assert "MBOX" in problem.message
