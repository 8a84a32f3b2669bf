"""What the header of a gzip file says of the file that was packed: names people do not see any more."""

from __future__ import annotations

from collections.abc import Iterator

from bpoaudit.delivery.compression import GZIP
from bpoaudit.delivery.content import Content
from bpoaudit.model import FieldKind
from bpoaudit.readers.batch import FieldValues, Part, RecordBatch

_HEAD = 64 << 10
_EXTRA, _NAME, _COMMENT = 1 << 2, 1 << 3, 1 << 4


def packed_texts(content: Content, media_type: str) -> Iterator[tuple[str, str]]:
    """Yield the field and text of each: `packed_name`, unless the file is still called so, and `comment`.

    RFC 1952, of the first stream; both are Latin-1. Formats other than gzip have none.
    """
    head, _ = content.first(_HEAD) if media_type == GZIP else (b"", True)
    if len(head) < 12:
        return
    flags, at = head[3], 10
    if flags & _EXTRA:
        at += 2 + int.from_bytes(head[10:12], "little")
    for flag, field in ((_NAME, "packed_name"), (_COMMENT, "comment")):
        if flags & flag:
            end = head.find(b"\0", at)
            text = head[at : end if end >= 0 else len(head)].decode("latin-1")
            at = end + 1 if end >= 0 else len(head)
            if text and (field != "packed_name" or not content.name.startswith(text)):
                yield field, text


def packed_part(texts: list[tuple[str, str]], media_type: str) -> Part:
    """Return them as a part of kind metadata (record 0)."""
    fields = dict.fromkeys(field for field, _ in texts)
    values = [FieldValues(f, [0] * len(v), v) for f in fields if (v := [t for name, t in texts if name == f])]
    return Part("", media_type, FieldKind.METADATA, iter((RecordBatch(0, tuple(values)),)), tuple(fields))
