from __future__ import annotations

import base64
import random
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from asn1crypto import cms

from bpoaudit.delivery.content import Content
from bpoaudit.delivery.streamed import streamed
from bpoaudit.errors import EncryptedSource, LimitReached, UnreadableSource, UnsupportedSource
from bpoaudit.readers import ReadOptions
from bpoaudit.readers.mail import message, mime
from bpoaudit.readers.mail.mail_message import read_message, unflowed
from bpoaudit.readers.mail.mime import MAX_DEPTH
from tests.readers.conftest import consume
from tests.readers.inside import read_inside

SECRET = "ann.lee@example.org"
START = b"MIME-Version: 1.0\r\nMessage-ID: <1@example.org>\r\n"


def written(**headers: str) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = f"Ann Lée <{SECRET}>"
    message["Message-ID"] = "<1@example.org>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    return message


@pytest.mark.parametrize("ends", [b"\r\n", b"\n"])
def test_every_header_is_a_field(ends: bytes) -> None:
    message = written(
        Subject="Rückfrage " * 12, To="Bob <bob@example.org>, carl@example.org", Bcc="dan@example.org",
        Reply_To="eve@example.org", X_Agent="agent 7", Received="from 192.0.2.1 by mx",
    )  # fmt: skip
    message.set_content("Hello")
    (seen,) = read_inside(message.as_bytes().replace(b"\r\n", ends)).values()
    assert seen.records == 1
    assert seen.values("from") == [f"Ann Lée <{SECRET}>"]
    assert seen.values("subject") == [("Rückfrage " * 12).strip()]
    assert seen.values("to") == ["Bob <bob@example.org>, carl@example.org"]
    assert seen.values("bcc") == ["dan@example.org"]
    assert seen.values("reply_to") == ["eve@example.org"]
    assert seen.values("headers") == ["X-Agent: agent 7", "Received: from 192.0.2.1 by mx"]
    assert seen.values("text") == ["Hello"]


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"=?utf-8?q?Ann_L=C3=A9e?= x", "Ann Lée x"),
        (b"=?utf-8?b?w6k=?= =?UTF-8?B?w6k=?=", "éé"),
        (b"=?utf-8?b?ww==?= =?utf-8?b?qQ==?=", "é"),
        (b"=?iso-8859-1*en?q?=E9?=\r\n =?iso-2022-jp?b?GyRCRnxLXBsoQg==?=", "é日本"),
        ("Lée".encode(), "Lée"),
        ("Lée".encode("latin-1"), "Lée"),
        (b"=?no-such-set?q?=C3=A9?=", "é"),
        (b"=?utf-8?q?broken", "=?utf-8?q?broken"),
        (b"a\r\n\tb", "a b"),
    ],
)
def test_headers_are_decoded(raw: bytes, text: str) -> None:
    (seen,) = read_inside(START + b"Subject: " + raw + b"\r\n\r\nx").values()
    assert seen.values("subject") == [text]


def test_both_bodies_are_read_and_the_hidden_parts_of_a_page() -> None:
    message = written()
    message.set_content("plain é", charset="iso-8859-1")
    message.add_alternative(
        f"<p>page</p><a href='mailto:{SECRET}'>x</a><b hidden>no</b><!-- c -->", subtype="html"
    )
    seen = read_inside(message.as_bytes())[""]
    assert seen.values("text") == ["plain é"]
    assert seen.values("html") == ["page\nx"]
    assert seen.values("html_attributes") == [f"mailto:{SECRET}"]
    assert seen.values("html_hidden") == ["no"]
    assert seen.values("html_comments") == [" c "]


def test_attachments_are_sources_of_their_own() -> None:
    message = written()
    message.set_content("see below")
    for number in (1, 2):
        message.add_attachment(
            f"name,mail\nx,{number}@example.org\n".encode(), maintype="application", subtype="octet-stream",
            filename="März #1!.csv",
        )  # fmt: skip
    inner = written(Subject="inner")
    inner.set_content("far inside")
    inner.add_attachment(b"555-0100\n", maintype="text", subtype="plain")
    message.add_attachment(inner)
    found = read_inside(message.as_bytes())
    assert list(found) == [
        "", "!März %231%21.csv", "!März %231%21.csv_2", "!part_3.eml", "!part_3.eml!part_1",
    ]  # fmt: skip
    assert found["!März %231%21.csv_2"].values("mail") == ["2@example.org"]
    assert found["!part_3.eml"].values("subject") == ["inner"]
    assert found["!part_3.eml!part_1"].values("text") == ["555-0100"]
    assert found[""].part.facts == {"attachments": 3}


@pytest.mark.parametrize(
    "disposition",
    [
        b'attachment; filename="r\xc3\xa9.txt"',
        b"attachment; filename*0*=utf-8''r%C3; filename*1*=%A9.txt",
        b'attachment; filename="=?utf-8?q?r=C3=A9.txt?="',
        b"inline; filename*=iso-8859-1'en'r%E9.txt",
    ],
)
def test_names_of_attachments_in_all_their_forms(disposition: bytes) -> None:
    data = START + b"Content-Type: text/plain\r\nContent-Disposition: " + disposition + b"\r\n\r\nx y z\r\n"
    assert "!ré.txt" in read_inside(data)


def test_text_outside_the_parts_is_read() -> None:
    data = START + (
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\nbefore\r\n--b\r\n\r\none\r\n--b \r\n\r\ntwo\r\n--b--\r\nafter\r\n"
    )
    seen = read_inside(data)[""]
    assert seen.values("text") == ["one", "two"]
    assert seen.values("beside") == ["before", "after"]
    assert seen.part.losses == []


def test_a_message_that_is_cut_off_is_read_so_far_and_said() -> None:
    message = written()
    message.set_content("first")
    message.add_attachment(b"x" * 100_000, maintype="application", subtype="pdf", filename="a.pdf")
    found = read_inside(message.as_bytes()[:5000])
    assert found[""].values("text") == ["first"]
    assert "a message that ends without its closing boundary: 1" in found[""].part.losses
    assert "!a.pdf" in found


@pytest.mark.parametrize(
    ("encoding", "body", "text"),
    [
        (b"quoted-printable", b"caf=C3=A9 =\r\nx", "café x"),
        (b"base64", base64.b64encode("café".encode()), "café"),
        (b"BASE64", b"Y2Fm\r\nw6k", "café"),
        (b"8bit", "café".encode(), "café"),
        (b"7bit", "café".encode("cp1252"), "café"),
    ],
)
def test_transfer_encodings(encoding: bytes, body: bytes, text: str) -> None:
    data = START + b"Content-Transfer-Encoding: " + encoding + b"\r\n\r\n" + body
    seen = read_inside(data)[""]
    assert seen.values("text") == [text]
    assert seen.part.losses == []


def test_what_does_not_decode_is_counted() -> None:
    data = START + b"Content-Type: text/plain; charset=koi8-r; x=1\r\n\r\n" + "Привет".encode("koi8-r")
    assert read_inside(data)[""].values("text") == ["Привет"]
    data = START + b"Content-Type: text/plain; charset=euc-jp\r\n\r\nabc \xff \xff \xff x"
    assert read_inside(data)[""].part.losses == ["characters that do not decode: 3"]
    data = START + b"Content-Transfer-Encoding: base64\r\n\r\nQUJDR"
    assert read_inside(data)[""].part.losses == ["parts in a broken or unknown transfer encoding: 1"]


def test_flowed_text_is_joined() -> None:
    assert unflowed("call 555- \n0100\n> quoted \n> text\n-- \nAnn", False) == (
        "call 555- 0100\n> quoted \n> text\n-- \nAnn".replace("> ", ">")
    )
    assert unflowed("ann.lee \n@example.org", True) == SECRET


def test_uuencoded_files_are_members_and_no_text() -> None:
    data = START + b"\r\nhello\r\nbegin 644 note.txt\r\n#86)C\r\n`\r\nend\r\nbye\r\n"
    found = read_inside(data)
    assert found[""].values("text") == ["hello\n\nbye"]
    assert found["!note.txt"].values("text") == ["abc"]


def test_a_message_with_a_byte_order_mark_or_in_utf_16_or_of_apple_mail() -> None:
    plain = f"Message-ID: <1>\r\nFrom: {SECRET}\r\nSubject: é\r\n\r\nbody"
    for data in (plain.encode("utf-8-sig"), plain.encode("utf-16"), f"{len(plain)}\n{plain}".encode()):
        seen = read_inside(data, "m.eml")[""]
        assert seen.part.media_type == "message/rfc822"
        assert (seen.values("from"), seen.values("subject"), seen.values("text")) == (
            [SECRET],
            ["é"],
            ["body"],
        )


def test_lines_that_are_no_headers_are_read() -> None:
    found = read_inside(START + f"Content-Type: application/pdf\r\nno header {SECRET}\r\n\r\nx".encode())
    assert list(found) == ["", "!part_1"]
    seen = read_inside(START + f"no header {SECRET}\r\nSubject: x\r\n\r\nbody".encode())[""]
    assert f"no header {SECRET}\nSubject: x" in seen.values("beside")[0].replace("\r", "")
    assert seen.values("text") == ["body"]


def test_encrypted_parts_are_said() -> None:
    pgp = START + (
        b"Content-Type: multipart/encrypted; boundary=b\r\n\r\n--b\r\nContent-Type: application/pgp-encrypted\r\n\r\n"
        b"Version: 1\r\n--b\r\nContent-Type: application/octet-stream; name=msg.asc\r\n\r\n-----BEGIN PGP\r\n--b--\r\n"
    )
    assert isinstance(read_inside(pgp)["!msg.asc"], EncryptedSource)
    enveloped = cms.ContentInfo(
        {"content_type": "enveloped_data", "content": cms.EnvelopedData(
            {"version": "v0", "recipient_infos": [], "encrypted_content_info": {
                "content_type": "data", "content_encryption_algorithm": {"algorithm": "aes256_cbc", "parameters": b"0" * 16},
                "encrypted_content": b"x" * 16}}
        )}
    ).dump()  # fmt: skip
    smime = (
        START
        + b"Content-Type: application/pkcs7-mime; name=smime.p7m\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    )
    assert isinstance(read_inside(smime + base64.b64encode(enveloped))["!smime.p7m"], EncryptedSource)
    inline = read_inside(START + b"\r\n-----BEGIN PGP MESSAGE-----\r\nabc\r\n-----END PGP MESSAGE-----\r\n")[
        ""
    ]
    assert inline.part.losses == ["texts encrypted with PGP: 1"]


def test_what_is_inside_a_signature_is_read() -> None:
    signed = cms.ContentInfo(
        {"content_type": "signed_data", "content": cms.SignedData(
            {"version": "v1", "digest_algorithms": [], "signer_infos": [], "encap_content_info": {
                "content_type": "data", "content": START + b"Subject: inner\r\n\r\n" + SECRET.encode()}}
        )}
    ).dump()  # fmt: skip
    head = START + b"Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\r\n"
    found = read_inside(head + b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.b64encode(signed))
    assert found["!smime.p7m.eml"].values("text") == [SECRET]


def test_pieces_and_attachments_elsewhere_are_said() -> None:
    for kind, loss in (
        ("partial; id=1", "messages sent in pieces"),
        ("external-body", "attachments that lie elsewhere"),
    ):
        seen = read_inside(
            START + f"Content-Type: message/{kind}\r\n\r\nSubject: x\r\n\r\n{SECRET}".encode()
        )[""]
        assert SECRET in seen.values("text")[0]
        assert loss in seen.part.losses[0]


def test_an_unknown_attachment_is_listed() -> None:
    message = written()
    message.add_attachment(b"\x00\x01\x02\xff", maintype="application", subtype="x-odd", filename="odd.bin")
    assert isinstance(read_inside(message.as_bytes())["!odd.bin"], UnsupportedSource)


def test_parts_nested_without_end_are_read_as_text() -> None:
    data = START
    for depth in range(200):
        data += b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (depth, depth)
    message = read_message(data + b"\r\n" + SECRET.encode())
    assert any(SECRET in text for _, text in message.values)
    assert any(str(MAX_DEPTH) in loss for loss in message.losses)


def test_a_fault_on_the_way_keeps_what_came_before() -> None:
    whole = written(Subject="early")
    whole.set_content("first")
    whole.add_attachment(b"late " * 400_000, maintype="application", subtype="octet-stream", filename="a.bin")

    def blocks() -> Iterator[bytes]:
        yield whole.as_bytes()[: 2 << 20]
        raise UnreadableSource("breaks off")

    content = Content("m.eml", lambda: streamed(blocks()))
    part, *inside = message.open_mail(content, "message/rfc822", ReadOptions())
    seen = consume(part)
    assert seen.values("text") == ["first"]
    assert isinstance(seen.error, UnreadableSource)
    assert [each.suffix for each in inside] == ["!a.bin"]


def test_a_message_beyond_all_measure_is_read_so_far(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(message, "MAX_MESSAGE", 500)
    seen = read_inside(START + b"\r\n" + b"word\r\n" * 500)[""]
    assert isinstance(seen.error, LimitReached)
    assert 0 < len(seen.values("text")[0]) < 500


def test_an_empty_attachment_is_listed() -> None:
    message = written()
    message.set_content("x")
    message.add_attachment(b"", maintype="application", subtype="pdf", filename="empty.pdf")
    assert "!empty.pdf" in read_inside(message.as_bytes())


def test_a_forwarded_message_may_be_encoded() -> None:
    inner = base64.b64encode(START + b"Subject: inner\r\n\r\nhello")
    head = START + b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    assert read_inside(head + inner)["!part_1.eml"].values("subject") == ["inner"]


def test_a_broken_signature_is_said() -> None:
    head = START + b"Content-Type: application/pkcs7-mime; name=smime.p7m\r\n\r\n"
    assert isinstance(read_inside(head + b"0\x82\xff\xff garbage")["!smime.p7m"], UnreadableSource)


def test_very_many_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mime, "MAX_PARTS", 100)
    parts = b"".join(b"--b\r\nContent-Disposition: attachment\r\n\r\nx%d\r\n" % n for n in range(200))
    message = read_message(START + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + parts + b"--b--")
    assert len(message.attachments) == 99
    assert any("x199" in text for field, text in message.values if field == "beside")
    assert mime.TOO_MANY in message.losses


def test_whatever_the_bytes_there_is_a_message() -> None:
    chance = random.Random(3)
    pieces = [
        b"Content-Type: ", b"multipart/mixed; boundary=b", b"message/rfc822", b"text/html; charset=", b"\r\n", b"\n\n",
        b"--b", b"--b--", b"Content-Transfer-Encoding: base64", b"begin 644 x\n", b"end\n", b"M" * 70, b"filename*0*=''",
        b"Content-Disposition: attachment; filename*=%ff'", b"utf-7", b"idna", b"\xff\xfe", b"\x00", b"=?utf-7?b?AA==?=",
        b'"', b";", b"quoted-printable", b"=", b"Subject: ", b"unicode_escape", b"\\ud800", b"+2AA-", b"application/pkcs7-mime",
    ]  # fmt: skip
    for _ in range(1500):
        data = START + b"".join(chance.choices(pieces, k=40))
        message = read_message(data)
        for _, text in message.values:
            text.encode("utf-8")
            assert "\0" not in text


def test_nothing_is_told_of_content() -> None:
    message = read_message(START + f"Subject: {SECRET}\r\n\r\n{SECRET}".encode())
    assert SECRET not in repr(message)
