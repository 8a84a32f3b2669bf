from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from io import BytesIO

import pytest

from bpoaudit.delivery.content import Content
from bpoaudit.delivery.streamed import streamed
from bpoaudit.errors import UnreadableSource
from bpoaudit.readers import Member, Part, ReadOptions
from bpoaudit.readers.mail import mbox
from tests.readers.conftest import consume
from tests.readers.inside import read_inside

FROM = b"From ann@example.org Mon Mar  2 09:00:00 2026\n"
ATTACHED = (
    b"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nbody\n"
    b"--b\nContent-Disposition: attachment; filename=a.txt\n\nsaid %d\n--b--\n"
)


def mailbox(count: int) -> bytes:
    return b"".join(
        FROM + b"Message-ID: <%d>\nSubject: ticket %d\n" % (n, n) + (ATTACHED % n if n % 3 == 0 else b"\nhello\n")
        + b"\n"
        for n in range(1, count + 1)
    )  # fmt: skip


@pytest.mark.parametrize("batch_records", [1, 2, 2000])
def test_a_record_is_a_message(batch_records: int) -> None:
    found = read_inside(mailbox(10), batch_records=batch_records)
    assert found[""].records == 10
    assert found[""].fields["subject"][-1] == (10, "ticket 10")
    assert found[""].fields["text"][:3] == [(1, "hello"), (2, "hello"), (3, "body")]
    assert [suffix for suffix in found if suffix] == ["!3/a.txt", "!6/a.txt", "!9/a.txt"]
    assert found["!9/a.txt"].values("text") == ["said 9"]
    assert found[""].part.facts == {"attachments": 3}


def test_lines_that_only_look_like_a_beginning_are_text() -> None:
    text = b"From here on\n\nFrom ann@example.org Mon Mar  2 09:00:00 2026\nno header\n>From quoted\n>>From twice\n"
    found = read_inside(FROM + b"Message-ID: <1>\nSubject: a\n\n" + text + FROM + b"Subject: b\n\nlast")
    assert found[""].records == 2
    first, last = found[""].values("text")
    assert first == text.decode().replace(">From", "From").strip()
    assert last == "last"


@pytest.mark.parametrize("ends", [b"\r\n", b"\n"])
def test_forms_of_the_line_between(ends: bytes) -> None:
    for line in (
        b"From - Sat Mar 21 10:00:00 2026", b"From MAILER-DAEMON Fri Jul  8 12:08:34 2011",
        b"From 1790000000000@xxx Mon Jan 01 00:00:00 +0000 2026", b"From ???@??? Sat Mar 21 10:00:00 2026",
    ):  # fmt: skip
        data = (line + b"\nMessage-ID: <1>\nSubject: a\n\nx\n\n") * 3
        assert read_inside(data.replace(b"\n", ends))[""].records == 3


class Breaking(BytesIO):
    def read(self, size: int | None = -1) -> bytes:
        data = super().read(size)
        if not data:
            raise OSError
        return data


def test_what_came_before_a_fault_counts() -> None:
    content = Content("m", lambda: Breaking(mailbox(50)))
    parts = mbox.open_mbox(content, "application/mbox", ReadOptions(20))
    part = next(parts)
    assert isinstance(part, Part)
    seen = consume(part)
    assert isinstance(seen.error, UnreadableSource)
    assert seen.records >= 49
    members: list[Part | Member] = []
    with pytest.raises(UnreadableSource):
        members.extend(iter(parts))


def test_attachments_of_messages_that_were_not_read_are_members_all_the_same() -> None:
    parts = mbox.open_mbox(Content.of_bytes("m", mailbox(9)), "application/mbox", ReadOptions(1))
    part = next(parts)
    assert isinstance(part, Part)
    next(part.batches)
    assert [member.suffix for member in parts] == ["!3/a.txt", "!6/a.txt", "!9/a.txt"]


def test_a_message_beyond_all_measure_is_cut_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mbox, "MAX_MESSAGE", 1000)
    data = FROM + b"Message-ID: <1>\nSubject: a\n\n" + b"word\n" * 1000 + FROM + b"Subject: b\n\nlast"
    seen = read_inside(data)[""]
    assert seen.values("text")[-1] == "last"
    assert len(seen.values("text")[0]) < 1000
    assert seen.part.losses[0].endswith("bytes are read: 1")


def test_memory_is_that_of_a_message() -> None:
    def blocks() -> Iterator[bytes]:
        for _ in range(40):
            yield mailbox(300)

    tracemalloc.start()
    numbers = [number for number, _, _ in mbox.split_mbox(Content("m", lambda: streamed(blocks())))]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert numbers[-1] == 12_000
    assert peak < 8 << 20
