from __future__ import annotations

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import fastavro
import pytest

from bpoaudit.delivery import media_type
from bpoaudit.delivery.content import Content
from bpoaudit.errors import UnreadableSource, UnsupportedSource
from bpoaudit.model import FieldKind
from bpoaudit.readers import Member, open_parts
from tests.readers.conftest import Read

PNG = b"\x89PNG\r\n\x1a\n" + bytes(60)
SCHEMA = {
    "type": "record",
    "name": "Call",
    "doc": "ask ann@example.org",
    "fields": [
        {"name": "id", "type": "long"},
        {"name": "mail", "type": ["null", "string"], "default": None, "aliases": ["of_bob@example.org"]},
    ],
}  # fmt: skip


def written(schema: Any, records: Any, **options: Any) -> bytes:
    sink = io.BytesIO()
    fastavro.writer(sink, schema, records, sync_marker=bytes(16), **options)
    return sink.getvalue()


def calls(count: int, last: str = "last@example.org", **options: Any) -> bytes:
    records = [{"id": n, "mail": None} for n in range(1, count)] + [{"id": count, "mail": last}]
    return written(SCHEMA, records, **options)


@pytest.mark.parametrize("codec", ["null", "deflate", "bzip2", "xz", "snappy", "zstandard"])
def test_the_last_record(read: Read, codec: str) -> None:
    for batch_records in (1, 2000):
        about, seen = read(calls(3000, codec=codec), batch_records=batch_records)
        assert seen.records == 3000
        assert seen.fields["mail"] == [(3000, "last@example.org")]
        assert seen.fields["id"][-1] == (3000, "3000")
    assert about.part.kind is FieldKind.METADATA


def test_what_the_header_says_is_metadata(read: Read) -> None:
    about, _ = read(calls(1, metadata={"owner": "Ann Lee"}))
    assert about.fields == {
        "metadata.owner": [(0, "Ann Lee")],
        "schema.Call.doc": [(0, "ask ann@example.org")],
        "schema.Call.mail.aliases": [(0, "of_bob@example.org")],
    }


def test_values_as_a_person_reads_them(read: Read) -> None:
    def field(field_name: str, kind: Any, **logical: Any) -> dict[str, Any]:
        return {"name": field_name, "type": {"type": kind, **logical} if logical else kind}

    fields = [
        field("day", "int", logicalType="date"),
        field("seen", "long", logicalType="timestamp-millis"),
        field("amount", "bytes", logicalType="decimal", precision=10, scale=2),
        field("key", "string", logicalType="uuid"),
        field("price", "double"),
        field("on", "boolean"),
        field("kind", "enum", name="K", symbols=["A", "B"]),
        field("phones", "array", items="string"),
        field("attributes", "map", values="string"),
        field("address", {"type": "record", "name": "A", "fields": [field("city", "string")]}),
        field("raw", "bytes"),
    ]
    record = {
        "day": date(1980, 5, 1),
        "seen": datetime(2026, 5, 1, 10, 20, 30, tzinfo=UTC),
        "amount": Decimal("1.50"),
        "key": UUID(int=7),
        "price": 12.0,
        "on": True,
        "kind": "B",
        "phones": ["1", "2"],
        "attributes": {"email": "ann@example.org"},
        "address": {"city": "Bremen"},
        "raw": b"text",
    }
    seen = read(written({"type": "record", "name": "R", "fields": fields}, [record]))[-1]
    assert {name: [text for _, text in found] for name, found in seen.fields.items()} == {
        "day": ["1980-05-01"],
        "seen": ["2026-05-01 10:20:30+00:00"],
        "amount": ["1.50"],
        "key": [str(UUID(int=7))],
        "price": ["12"],
        "on": ["true"],
        "kind": ["B"],
        "phones[*]": ["1", "2"],
        "attributes.email": ["ann@example.org"],
        "address.city": ["Bremen"],
        "raw": ["text"],
    }


def test_records_that_are_single_values(read: Read) -> None:
    assert read(written({"type": "string"}, ["ann@example.org"]))[-1].fields == {
        "text": [(1, "ann@example.org")]
    }


def test_text_that_is_not_utf_8(read: Read) -> None:
    data = calls(1, last="J*rg").replace(b"J*rg", b"J\xf6rg")
    seen = read(data)[-1]
    assert seen.values("mail") == ["J\u00f6rg"]
    assert seen.part.losses == ["bytes that are not UTF-8, read as Windows-1252: 1"]


def test_more_keys_than_fields_should_be(read: Read) -> None:
    records = [{f"k{n}": f"user{n}@example.org"} for n in range(10_010)]
    for batch_records in (10, 2000):
        seen = read(written({"type": "map", "values": "string"}, records), batch_records=batch_records)[-1]
        assert seen.fields["*"][:2] == [(10_001, "k10000"), (10_001, "user10000@example.org")]
        assert seen.fields["*"][-1] == (10_010, "user10009@example.org")
        assert len(seen.part.notes) == 1


def test_files_among_the_values() -> None:
    schema = {"type": "record", "name": "R", "fields": [{"name": "scan", "type": "bytes"}]}
    with Content.of_bytes("t", written(schema, [{"scan": b"\0\xff"}, {"scan": PNG}])) as content:
        (member,) = [each for each in open_parts(content, media_type(content)) if isinstance(each, Member)]
    assert (member.suffix, member.size) == ("!scan/2", len(PNG))


@pytest.mark.parametrize("codec", ["null", "deflate", "snappy", "zstandard"])
def test_a_file_that_is_cut_off_counts_up_to_there(read: Read, codec: str) -> None:
    records = [{"id": n, "mail": f"user{n}@example.org"} for n in range(20_000)]
    data = written(SCHEMA, records, codec=codec)
    seen = read(data[: len(data) * 3 // 4])[-1]
    assert isinstance(seen.error, UnreadableSource)
    assert 5000 < seen.records < 20_000
    assert seen.error.message == f"broken or truncated after record {seen.records:,}"
    assert seen.fields["mail"][-1] == (seen.records, f"user{seen.records - 1}@example.org")


def test_broken_headers(read: Read) -> None:
    for data in (calls(9)[:40], b"Obj\x01" + b"\xff" * 500):
        with pytest.raises(UnreadableSource) as raised:
            read(data)
        assert "example" not in repr(raised.value)


def test_a_block_that_claims_more_than_memory_holds(read: Read) -> None:
    data = calls(9)
    block = data.index(bytes(16)) + 16
    seen = read(data[: block + 1] + b"\xfe" * 9 + b"\x01" + data[block + 2 :])[-1]
    assert isinstance(seen.error, UnreadableSource)


def test_an_unknown_codec(read: Read) -> None:
    with pytest.raises(UnsupportedSource, match="compression"):
        read(calls(9).replace(b"\x08null", b"\x08lzx9"))
