from __future__ import annotations

import base64
import io
from collections.abc import Callable
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import feather, ipc, orc
from pyarrow.parquet import encryption

from bpoaudit.delivery import media_type
from bpoaudit.delivery.content import Content
from bpoaudit.errors import EncryptedSource, SourceError, UnreadableSource
from bpoaudit.model import FieldKind
from bpoaudit.readers import Member, open_parts
from tests.readers.conftest import Read, Seen, consume

PNG = b"\x89PNG\r\n\x1a\n" + bytes(60)
FORMATS = ("parquet", "arrow", "arrows", "feather", "orc")


def written(table: pa.Table, kind: str, rows: int = 1000) -> bytes:
    """Return a table as a file of one kind, in groups of `rows`."""
    sink = io.BytesIO()
    match kind:
        case "parquet":
            pq.write_table(table, sink, row_group_size=rows)
        case "arrow" | "arrows":
            begin = ipc.new_file if kind == "arrow" else ipc.new_stream
            with begin(sink, table.schema) as writer:
                writer.write_table(table, max_chunksize=rows)
        case "feather":
            feather.write_feather(table, sink)
        case "orc":
            orc.write_table(table, sink)
    return sink.getvalue()


def rows_of(parts: list[Seen]) -> Seen:
    (seen,) = [each for each in parts if each.part.kind is FieldKind.COLUMN]
    return seen


def column(read: Read, array: Any, kind: str = "parquet") -> list[tuple[int, str]]:
    return rows_of(read(written(pa.table({"x": array}), kind))).fields.get("x", [])


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("batch_records", [1, 7, 2000])
def test_the_last_value_of_the_last_group(read: Read, kind: str, batch_records: int) -> None:
    table = pa.table({"id": range(2500), "mail": [None] * 2499 + ["last@example.org"]})
    seen = rows_of(read(written(table, kind), batch_records=batch_records))
    assert seen.error is None
    assert seen.records == 2500
    assert seen.part.field_names == ("id", "mail")
    assert seen.fields["id"] == [(n + 1, str(n)) for n in range(2500)]
    assert seen.fields["mail"] == [(2500, "last@example.org")]
    assert seen.part.losses == []


ZONE = timezone(timedelta(hours=2))
VALUES = [
    (pa.array([4111111111111111, -1]), ["4111111111111111", "-1"]),
    (pa.array([12.0, 0.1 + 0.2, 4111111111111111.0, float("nan")]), ["12", "0.3", "4111111111111111"]),
    (pa.array([12.0, 0.1], pa.float32()), ["12", "0.1"]),
    (pa.array([Decimal("1.50"), Decimal("-0.01")]), ["1.50", "-0.01"]),
    (pa.array([Decimal("0.0000001")], pa.decimal128(20, 7)), ["0.0000001"]),
    (pa.array([True, False, None]), ["true", "false"]),
    (pa.array([date(1980, 5, 1)]), ["1980-05-01"]),
    (pa.array([datetime(1980, 5, 1), datetime(2026, 5, 1, 10, 20, 30)]), ["1980-05-01", "2026-05-01 10:20:30"]),
    (pa.array([datetime(2026, 5, 1, 10, 20, 30, 120000)]), ["2026-05-01 10:20:30.12"]),
    (pa.array([datetime(2026, 5, 1, 10, 0, 0)], pa.timestamp("s")), ["2026-05-01 10:00:00"]),
    (pa.array([datetime(2026, 5, 1, 10, tzinfo=ZONE)], pa.timestamp("ms", "+02:00")), ["2026-05-01 10:00:00+02:00"]),
    (pa.array([datetime(2026, 5, 1, 8)], pa.timestamp("us", "Europe/Warsaw")), ["2026-05-01 10:00:00+02:00"]),
    (pa.array([time(10, 2)]), ["10:02:00"]),
    (pa.array([timedelta(hours=30, minutes=5), timedelta(seconds=-61)]), ["30:05:00", "-0:01:01"]),
    (pa.array(["a", "", " \t", None, "J\u00f6rg"]), ["a", "J\u00f6rg"]),
    (pa.array(["a\0b"]), ["ab"]),
    (pa.array(["red", "blue", "red"]).dictionary_encode(), ["red", "blue", "red"]),
    (pa.array([b"text", b"\xff\0", None]), ["text"]),
    (pa.array([b"\x12\x34" * 8], pa.binary(16)), []),
    (pa.array([UUID(int=7).bytes], pa.uuid()), [str(UUID(int=7))]),
    (pa.array([None, None]), []),
    (pa.array(["a", None, "last"], pa.string_view()), ["a", "last"]),
    (pa.array([b"a", None], pa.binary_view()), ["a"]),
    (pa.array([2**61], pa.timestamp("ms")), [str(2**61)]),
    (pa.array([0], pa.timestamp("s", "Nowhere/Town")), ["1970-01-01 00:00:00Z"]),
]  # fmt: skip


@pytest.mark.parametrize(("array", "texts"), VALUES, ids=lambda value: str(getattr(value, "type", "")))
@pytest.mark.parametrize("kind", ["parquet", "arrows"])
def test_values_as_a_person_reads_them(read: Read, array: Any, texts: list[str], kind: str) -> None:
    assert [text for _, text in column(read, array, kind)] == texts


def test_nested_columns_are_paths(read: Read) -> None:
    maps = pa.map_(pa.string(), pa.string())
    table = pa.table(
        {
            "address": [{"city": "Bremen", "geo": {"lat": 1.5}}, None],
            "phones": [["1", None, "2"], []],
            "people": [[{"name": "Ann"}], [{"name": "Bob"}, {"name": "Cid"}]],
            "deep": [[["a"], ["b", "c"]], None],
            "attributes": pa.array(
                [[("email", "a@example.org")], [("age", "5"), ("email", "b@example.org")]], maps
            ),
        }
    )
    for kind in ("parquet", "arrow", "orc"):
        seen = rows_of(read(written(table, kind)))
        assert seen.part.field_names == (
            "address.city",
            "address.geo.lat",
            "phones[*]",
            "people[*].name",
            "deep[*][*]",
        )
        assert seen.fields == {
            "address.city": [(1, "Bremen")],
            "address.geo.lat": [(1, "1.5")],
            "phones[*]": [(1, "1"), (1, "2")],
            "people[*].name": [(1, "Ann"), (2, "Bob"), (2, "Cid")],
            "deep[*][*]": [(1, "a"), (1, "b"), (1, "c")],
            "attributes.email": [(1, "a@example.org"), (2, "b@example.org")],
            "attributes.age": [(2, "5")],
        }


@pytest.mark.parametrize(
    "kind", [pa.large_list(pa.string()), pa.list_(pa.string(), 2), pa.list_view(pa.string())]
)
def test_lists_of_every_kind(read: Read, kind: Any) -> None:
    array = pa.array([["a", "b"], None, ["c", "d"]], kind)
    seen = rows_of(read(written(pa.table({"x": array}), "arrows")))
    assert seen.fields["x[*]"] == [(1, "a"), (1, "b"), (3, "c"), (3, "d")]


def test_more_keys_than_fields_should_be(read: Read) -> None:
    pairs = [[(f"k{n}", f"user{n}@example.org")] for n in range(10_050)]
    table = pa.table({"m": pa.array(pairs, pa.map_(pa.string(), pa.string()))})
    for batch_records in (100, 2000):
        seen = rows_of(read(written(table, "arrows"), batch_records=batch_records))
        assert len(seen.fields) == 10_001
        assert seen.fields["*"][:2] == [(10_001, "m.k10000"), (10_001, "user10000@example.org")]
        assert seen.fields["*"][-1] == (10_050, "user10049@example.org")
        assert "keys of maps after 10000 different ones are read as values" in seen.part.notes


def test_a_type_that_pyarrow_has_no_code_for_is_said(read: Read) -> None:
    views = pa.array([{"a": "x"}], pa.struct([("a", pa.string_view())]))
    maps = pa.MapArray.from_arrays([0, 1], pa.array(["k"]), views)
    seen = rows_of(read(written(pa.table({"m": maps, "mail": ["last@example.org"]}), "arrows")))
    assert seen.fields == {"mail": [(1, "last@example.org")]}
    assert seen.part.losses == ["columns of a type that is not read: 1"]


def test_columns_of_one_name(read: Read) -> None:
    table = pa.Table.from_arrays([pa.array(["a", "b"]), pa.array(["c", None])], ["x", "x"])
    assert rows_of(read(written(table, "arrows"))).fields["x"] == [(1, "a"), (1, "c"), (2, "b")]


def test_text_that_is_not_utf_8(read: Read) -> None:
    offsets, data = pa.py_buffer(b"\0\0\0\0\4\0\0\0\6\0\0\0"), pa.py_buffer(b"J\xf6rgok")
    array = pa.Array.from_buffers(pa.string(), 2, [None, offsets, data])
    seen = rows_of(read(written(pa.table({"x": array}), "arrows")))
    assert seen.values("x") == ["J\u00f6rg", "ok"]
    assert seen.part.losses == ["bytes that are not UTF-8, read as Windows-1252: 1"]


def test_remarks_are_metadata(read: Read) -> None:
    inner = pa.field("city", pa.string(), metadata={"comment": "ask ann@example.org"})
    fields = [
        pa.field("x", pa.int64(), metadata={"description": "of Ann Lee"}),
        pa.field("a", pa.struct([inner])),
    ]
    schema = pa.schema(fields, metadata={"owner": "Bob <bob@example.org>"})
    table = pa.Table.from_pylist([{"x": 1, "a": {"city": "Bremen"}}], schema)
    for kind in ("parquet", "arrow", "arrows", "feather"):
        about = read(written(table, kind))[0]
        assert about.part.kind is FieldKind.METADATA
        assert about.fields["metadata.owner"] == [(0, "Bob <bob@example.org>")]
        assert about.fields["metadata.x.description"] == [(0, "of Ann Lee")]
        assert about.fields["metadata.a.city.comment"] == [(0, "ask ann@example.org")]


@pytest.mark.parametrize("kind", FORMATS)
def test_files_among_the_values(kind: str) -> None:
    table = pa.table({"id": [1, 2, 3], "scans": [[b"text"], [b"\xff\0\1", PNG], None]})
    with Content.of_bytes("t", written(table, kind)) as content:
        *parts, member = list(open_parts(content, media_type(content)))
        assert isinstance(member, Member)
        assert member.suffix == "!scans[*]/2"
        assert member.content is not None
        assert member.content.open().read() == PNG
    with Content.of_bytes("t", written(table, kind)) as content:
        seen = [
            consume(each) for each in open_parts(content, media_type(content)) if not isinstance(each, Member)
        ]
    assert rows_of(seen).fields["scans[*]"] == [(1, "text")]
    assert rows_of(seen).part.notes == [
        "values that are files, read as sources of their own: 1",
        "binary values that are not text: 1",
    ]
    assert len(parts) == len(seen)


def test_feather_of_the_first_release(read: Read) -> None:
    # Made with `pyarrow.feather.write_feather(…, version=1)`, which later releases drop.
    seen = rows_of(read((Path(__file__).parent / "feather-1.feather").read_bytes()))
    assert seen.part.media_type == "application/x-feather"
    assert seen.fields == {"id": [(1, "1"), (2, "2")], "mail": [(2, "last@example.org")]}


# --- broken, cut off, encrypted --------------------------------------------------------------------


def _large() -> pa.Table:
    return pa.table({"mail": [f"user{n}@example.org" for n in range(5000)]})


def test_parquet_without_its_footer(read: Read) -> None:
    data = written(_large(), "parquet")
    with pytest.raises(UnreadableSource, match="table of contents") as raised:
        read(data[:-100])
    assert "example" not in repr(raised.value)


@pytest.mark.parametrize(("kind", "loss"), [("arrow", ["truncated: it has no footer"]), ("arrows", [])])
def test_arrow_that_is_cut_off_counts_up_to_there(read: Read, kind: str, loss: list[str]) -> None:
    data = written(_large(), kind)
    seen = rows_of(read(data[: len(data) * 7 // 10]))
    assert isinstance(seen.error, UnreadableSource)
    assert seen.error.message == "broken or truncated after record 3,000"
    assert seen.records == 3000
    assert seen.fields["mail"][-1] == (3000, "user2999@example.org")
    assert seen.part.losses == loss


def test_orc_without_its_footer(read: Read) -> None:
    with pytest.raises(UnreadableSource):
        read(written(_large(), "orc")[:-100])


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("place", [0.2, 0.5, 0.8, 0.99])
def test_bytes_that_are_broken_end_in_a_word(read: Read, kind: str, place: float) -> None:
    data = bytearray(written(_large(), kind))
    at = int(len(data) * place)
    data[at : at + 200] = b"\xff" * len(data[at : at + 200])
    problems: list[SourceError | None] = []
    try:
        problems += [seen.error for seen in read(bytes(data))]
    except UnreadableSource as error:
        problems.append(error)
    assert all(problem is None or isinstance(problem, UnreadableSource) for problem in problems)
    assert "user" not in repr(problems)


class _Keys(encryption.KmsClient):
    def __init__(self, _: Any) -> None:
        super().__init__()

    def wrap_key(self, key: bytes, _: str) -> bytes:
        return base64.b64encode(key)

    def unwrap_key(self, key: bytes, _: str) -> bytes:
        return base64.b64decode(key)


@pytest.fixture
def encrypt(tmp_path: Path) -> Callable[[list[str], bool], bytes]:
    def encrypted(columns: list[str], plain_footer: bool) -> bytes:
        table = pa.table({"id": [1, 2], "mail": ["ann@example.org"] * 2, "open": ["x", "last@example.org"]})
        how = encryption.EncryptionConfiguration(
            "k", column_keys={"k": columns}, plaintext_footer=plain_footer
        )
        connection = encryption.KmsConnectionConfig()
        secret = encryption.CryptoFactory(_Keys).file_encryption_properties(connection, how)
        path = tmp_path / "encrypted"
        with pq.ParquetWriter(path, table.schema, encryption_properties=secret) as writer:
            writer.write_table(table)
        return path.read_bytes()

    return encrypted


def test_an_encrypted_footer(read: Read, encrypt: Callable[[list[str], bool], bytes]) -> None:
    with pytest.raises(EncryptedSource, match="footer"):
        read(encrypt(["mail"], False))


def test_encrypted_columns_beside_open_ones(read: Read, encrypt: Callable[[list[str], bool], bytes]) -> None:
    seen = rows_of(read(encrypt(["mail"], True)))
    assert seen.fields == {"id": [(1, "1"), (2, "2")], "open": [(1, "x"), (2, "last@example.org")]}
    assert seen.part.losses == ["encrypted columns, not read: 1"]
    assert seen.part.facts == {"encryption": "parquet"}
    with pytest.raises(EncryptedSource, match="columns"):
        read(encrypt(["id", "mail", "open"], True))


def test_an_empty_table_has_its_fields(read: Read) -> None:
    for kind in FORMATS:
        seen = rows_of(read(written(pa.table({"mail": pa.array([], pa.string())}), kind)))
        assert (seen.records, seen.part.field_names, seen.error) == (0, ("mail",), None)


def test_wide_rows_come_in_small_batches(read: Read) -> None:
    table = pa.table({"x": [f"{n}" * (1 << 20) for n in range(8)] * 5})
    seen = rows_of(read(written(table, "parquet")))
    assert seen.records == 40
    assert seen.batches >= 5
