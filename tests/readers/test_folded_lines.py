from __future__ import annotations

import base64
from pathlib import Path

import pytest

from bpoaudit.delivery import media_type
from bpoaudit.delivery.content import Content
from bpoaudit.readers import Member, Part, open_parts
from tests.readers.conftest import Read, consume, read_file

PICTURE = b"\xff\xd8\xff\xe0\0\x10JFIF\0" + bytes(range(256))

CALENDAR = """BEGIN:VCALENDAR\r
BEGIN:VEVENT\r
ATTENDEE;CN=Ann Lee;ROLE=REQ-PARTICIPANT:mailto:ann.l\r
 ee@example.org\r
DESCRIPTION:Contact:\\nbob@example.org\\, or call\r
\t +1 212 555 0142\r
END:VEVENT\r
END:VCALENDAR\r
"""

CARD = f"""BEGIN:VCARD
VERSION:2.1
NOTE;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:M=FCller, write to ann=
.lee@example.org
PHOTO;ENCODING=BASE64;TYPE=JPEG:
 {base64.b64encode(PICTURE).decode()[:70]}
 {base64.b64encode(PICTURE).decode()[70:]}

EMAIL:last@example.o
 rg
END:VCARD
"""

ENTRIES = f"""# export
version: 1
dn: uid=ann,dc=example
mail: ann.lee@ex
 ample.org
description:: {base64.b64encode("Zoë zoe@example.org".encode()).decode()}
jpegPhoto:: {base64.b64encode(PICTURE).decode()}

dn:: {base64.b64encode(b"uid=bob").decode()}
mail: bob@example.org"""


def lines(read: Read, name: str, text: str) -> dict[int, str]:
    (seen,) = read(text.encode(), name)
    assert seen.error is None
    assert not seen.part.losses
    assert seen.records == len(text.splitlines())
    return dict(seen.fields["text"])


@pytest.mark.parametrize("name", ["a.ics", "a.txt", "a.sql"])
def test_a_folded_value_is_one_record(read: Read, name: str) -> None:
    found = lines(read, name, CALENDAR)
    assert found[3].endswith("mailto:ann.lee@example.org")
    assert found[5] == "DESCRIPTION:Contact:\nbob@example.org, or call +1 212 555 0142"
    assert found[7] == "END:VEVENT"


def test_quoted_printable_is_decoded_in_its_character_set(read: Read) -> None:
    found = lines(read, "a.vcf", CARD)
    assert found[3].endswith("QUOTED-PRINTABLE:Müller, write to ann.lee@example.org")
    assert found[9] == "EMAIL:last@example.org"
    assert 5 not in found


def test_an_entry_in_base64_is_decoded(read: Read) -> None:
    found = lines(read, "a.ldif", ENTRIES)
    assert found[4] == "mail: ann.lee@example.org"
    assert found[6] == "description:: Zoë zoe@example.org"
    assert found[9] == "dn:: uid=bob"
    assert found[10] == "mail: bob@example.org"


@pytest.mark.parametrize(("name", "text", "line"), [("a.vcf", CARD, 5), ("a.ldif", ENTRIES, 7)])
def test_a_picture_is_a_source(name: str, text: str, line: int) -> None:
    members = []
    content = Content.of_bytes(name, text.encode())
    for each in open_parts(content, media_type(content)):
        if isinstance(each, Part):
            consume(each)
        else:
            members.append(each)
    (member,) = members
    assert isinstance(member, Member)
    assert member.suffix == f"!line_{line}"
    assert member.content is not None
    assert member.content.first(1 << 20)[0] == PICTURE


@pytest.mark.parametrize("text", [CALENDAR, CARD, ENTRIES])
def test_the_size_of_batches_changes_nothing(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a"
    path.write_text(text, encoding="utf-8")
    (one,), (many,) = read_file(path, batch_records=1), read_file(path)
    assert one.fields == many.fields
    assert one.records == many.records


def test_a_value_that_is_not_what_it_says_stays_as_it_is(read: Read) -> None:
    text = "BEGIN:VCARD\nKEY;ENCODING=B:not base64!\nNOTE;CHARSET=none;QUOTED-PRINTABLE:a=\n\nX:1=\n y\n"
    found = lines(read, "a.vcf", text)
    assert found[2] == "KEY;ENCODING=B:not base64!"
    assert found[5] == "X:1=y"


def test_a_line_without_end_is_cut_and_said(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bpoaudit.readers.folded_lines._MAX_VALUE", 30)
    (seen,) = read("BEGIN:VCALENDAR\nX:" + "a" * 20 + "\n " + "b" * 20 + "\nY:ann@example.org\n", "a.ics")
    assert seen.part.losses == ["characters of lines longer than 30, not read: 20"]
    assert seen.fields["text"][-1] == (4, "Y:ann@example.org")
