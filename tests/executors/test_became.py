"""What a container owes to what is inside it, and what coverage makes of both."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bpoaudit.errors import EncryptedSource, UnreadableSource
from bpoaudit.executors.became import FileRead, gathered, part_source, unread
from bpoaudit.model import FieldKind, Source, SourceStatus
from bpoaudit.publish import coverage
from bpoaudit.readers.batch import Part

ZIP = FileRead("q.zip", "application/zip", 1000, "ab", ("compressed with gzip",))


def source(name: str, records: int = 1, size: int | None = 100, status: str = "read") -> Source:
    state = SourceStatus(status)
    return Source(
        source=name, media_type="text/csv", bytes=size, sha256=None, status=state, records_read=records,
        records_total=records if state is SourceStatus.READ else None,
        reason=None if state is SourceStatus.READ else "broken",
    )  # fmt: skip


def part(suffix: str, records: int, **options: object) -> Source:
    made = Part(suffix, "text/csv", FieldKind.COLUMN, iter(()), **options)  # type: ignore[arg-type]
    return part_source("q.zip" + suffix, made, records, None, 0)


def test_an_archive_of_good_members_is_read_and_has_their_records() -> None:
    whole, *inside = gathered(ZIP, [], [source("q.zip!a.csv", 3), source("q.zip!b.csv", 4)])
    assert (whole.status, whole.records_read, whole.records_total) == ("read", 7, 7)
    assert whole.notes == ("compressed with gzip",)
    assert len(inside) == 2


def test_records_of_nested_members_count_once() -> None:
    members = [source("q.zip!in.zip", 5), source("q.zip!in.zip!a.csv", 5), source("q.zip!b.csv", 1)]
    assert gathered(ZIP, [], members)[0].records_read == 6


def test_a_container_is_never_better_than_its_members() -> None:
    locked = unread("q.zip!b.csv", "x", 50, None, EncryptedSource("under a password (AES)"))
    whole, *_ = gathered(ZIP, [], [source("q.zip!a.csv"), locked])
    assert whole.status is SourceStatus.PARTIAL
    assert whole.records_total is None
    assert whole.reason == "!b.csv: under a password (AES)"
    alone, *_ = gathered(ZIP, [], [locked])
    assert alone.status is SourceStatus.ENCRYPTED


def test_a_member_that_the_profile_excludes_changes_nothing() -> None:
    whole, *_ = gathered(ZIP, [], [source("q.zip!a.csv"), source("q.zip!b.wav", 0, 9, "skipped")])
    assert whole.status is SourceStatus.READ
    only, *_ = gathered(ZIP, [], [source("q.zip!b.wav", 0, 9, "skipped")])
    assert only.status is SourceStatus.SKIPPED  # nothing of it was read
    assert only.reason == "excluded by the profile: all that is in it"


def test_a_fault_after_good_members_makes_it_partial() -> None:
    cut = FileRead("q.zip", "application/zip", 1000, "ab", problem=UnreadableSource("breaks off"))
    whole, member = gathered(cut, [], [source("q.zip!a.csv")])
    assert (whole.status, whole.reason, member.status) == ("partial", "breaks off", "read")


def test_many_reasons_become_counts() -> None:
    members = [source(f"q.zip!{n}.csv", 0, 1, "encrypted") for n in range(5)] + [source("q.zip!a.csv")]
    assert gathered(ZIP, [], members)[0].reason == "not fully read inside it: 5 encrypted, of 6"


def test_parts_of_one_name_are_one_source() -> None:
    cells = part("#Q3", 10, notes=["hidden sheet"], facts={"hidden_rows": 2})
    comments = part("#Q3", 0, losses=["drawings not read: 1"], facts={"comments": 1})
    whole, sheet = gathered(ZIP, [comments, cells], [])
    assert (sheet.source, sheet.records_read, sheet.status) == ("q.zip#Q3", 10, "partial")
    assert sheet.facts == {"comments": 1, "hidden_rows": 2}
    assert sheet.reason == "drawings not read: 1"
    assert whole.records_read == 10


def test_nothing_inside_is_said() -> None:
    (whole,) = gathered(ZIP, [], [])
    assert (whole.status, whole.reason) == ("unsupported", "nothing in it could be recognised as records")


# --- coverage ------------------------------------------------------------------------------------


def test_bytes_of_a_container_count_by_the_share_of_its_members() -> None:
    members = [source("q.zip!a.csv", 1, 300), source("q.zip!b.csv", 0, 100, "encrypted")]
    found = coverage(gathered(ZIP, [], members))
    assert (found.bytes.read, found.bytes.total) == (750, 1000)
    assert (found.sources.read, found.sources.total) == (1, 2)


def test_a_mail_counts_beside_its_attachment() -> None:
    mail = FileRead("m.eml", "message/rfc822", 500, "ab")
    body = part_source("m.eml", Part("", "message/rfc822", FieldKind.TEXT, iter(())), 1, None, 0)
    found = coverage(gathered(mail, [body], [source("m.eml!cv.pdf", 2)]))
    assert (found.sources.read, found.sources.total) == (2, 2)
    assert (found.records.read, found.records.total) == (3, 3)


def test_what_is_excluded_is_neither_read_nor_missing() -> None:
    found = coverage([source("a.csv"), source("b.wav", 0, 10, "skipped")])
    assert (found.sources.total, found.bytes.total) == (1, 100)


@given(
    st.lists(
        st.tuples(
            st.integers(0, 50),
            st.integers(0, 10**6),
            st.sampled_from(["read", "partial", "encrypted", "skipped"]),
        ),
        max_size=8,
    )
)
def test_coverage_never_exceeds_what_there_is(members: list[tuple[int, int, str]]) -> None:
    inside = [source(f"q.zip!{n}.csv", *member) for n, member in enumerate(members)]
    found = coverage(gathered(ZIP, [], inside))
    for share in (found.sources, found.bytes, found.records):
        assert 0 <= share.read <= share.total
    if all(status in ("read", "skipped") for *_, status in members) and members:
        assert found.bytes.read == found.bytes.total
