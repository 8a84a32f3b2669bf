"""Arrow arrays to columns of text: whole columns at once, nested ones as paths like those of JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from bpoaudit.parsers.cells import MAX_FILE, Raw, cell_text, duration_text
from bpoaudit.parsers.sections import Attached, Batch, Column

BEYOND = "*"
"""Field of the keys of maps, and their values, once there are more keys than fields should be."""

_ZONE_NOTE = "times of an unknown zone are given in UTC"
_MAX_KEYS = 10_000
_MOST_BYTES = 8 << 20
_UNITS = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
_PLAIN = (pa.types.is_integer, pa.types.is_boolean, pa.types.is_date, pa.types.is_decimal)

Leaf = tuple[str, Any, Any]
"""Path, index of the row of each value, values."""


class ColumnReader:
    """Turns record batches into columns of text. `repr` shows no content."""

    def __init__(self, raw: Raw) -> None:
        self.raw = raw
        self._keys: set[str] = set()
        self._unread: set[str] = set()
        self.notes: list[str] = []

    def __repr__(self) -> str:
        return f"ColumnReader({self.raw!r})"

    def batches(self, rows: Any, first: int) -> Iterator[Batch]:
        """Yield a `pyarrow.RecordBatch`, whose first row is record `first`, in pieces of bounded size."""
        if rows.nbytes > _MOST_BYTES and rows.num_rows > 1:
            half = rows.num_rows // 2
            yield from self.batches(rows.slice(0, half), first)
            yield from self.batches(rows.slice(half), first + half)
            return
        columns: dict[str, tuple[list[int], list[str]]] = {}
        for name, array in zip(rows.schema.names, rows.columns, strict=True):
            try:
                self._add(columns, name, array, first)
            except pa.ArrowNotImplementedError:
                self._unread.add(name)
        every = list(range(first, first + rows.num_rows))
        made = [Column(p, None if records == every else records, t) for p, (records, t) in columns.items()]
        yield Batch(first, rows.num_rows, made)

    def losses(self) -> list[str]:
        """Say what was lost; `notes` say what was not."""
        unread = [f"columns of a type that is not read: {len(self._unread)}"] if self._unread else []
        return unread + self.raw.losses()

    def files(self, rows: Any, first: int) -> Iterator[Attached]:
        """Yield the files among the binary values of a batch, each named by its path and record."""
        for name, array in zip(rows.schema.names, rows.columns, strict=True):
            if name in self._unread or not self._has_files(name):
                continue
            for path, indices, leaf in self._leaves(_path(name), np.arange(len(array)), array):
                if path not in self.raw.files or not _is_binary(leaf.type):
                    continue
                for index, data in zip(indices.tolist(), leaf.to_pylist(), strict=True):
                    if data is not None and self.raw.is_file(data):
                        yield Attached(None, path, first + index, data if len(data) <= MAX_FILE else None)

    def _has_files(self, name: str) -> bool:
        return any(path.startswith(_path(name)) or path == BEYOND for path in self.raw.files)

    def _add(
        self, columns: dict[str, tuple[list[int], list[str]]], name: str, array: Any, first: int
    ) -> None:
        for path, indices, leaf in self._leaves(_path(name), np.arange(len(array)), array):
            found, texts = self._texts(path, indices, leaf)
            if not texts:
                continue
            records = (found + first).tolist()
            if path in columns:  # columns of one name, or keys of maps beyond the limit
                records, texts = _merged(columns[path], (records, texts))
            columns[path] = (records, texts)

    def _leaves(self, path: str, indices: Any, array: Any) -> Iterator[Leaf]:
        array = _plain_storage(array)
        kind = array.type
        if pa.types.is_struct(kind):
            for index, child in enumerate(array.flatten()):
                yield from self._leaves(f"{path}.{kind.field(index).name}", indices, child)
        elif pa.types.is_map(kind):
            entries = pa.struct([("key", kind.key_type), ("value", kind.item_type)])
            keys_values = array.cast(pa.list_(entries))
            inside = np.repeat(indices, pc.list_value_length(keys_values).fill_null(0))
            keys, values = pc.list_flatten(keys_values).flatten()
            yield from self._by_key(path, inside, keys, values)
        elif is_list(kind):
            inside = np.repeat(indices, pc.list_value_length(array).fill_null(0))
            yield from self._leaves(f"{path}[*]", inside, pc.list_flatten(array))
        else:
            yield path, indices, array

    def _by_key(self, path: str, indices: Any, keys: Any, values: Any) -> Iterator[Leaf]:
        values = _plain_storage(values)
        places: dict[str, list[int]] = {}
        for place, key in enumerate(self._strings(keys)):
            places.setdefault(f"{path}.{key}", []).append(place)
        for name, at in places.items():
            if name not in self._keys and len(self._keys) >= _MAX_KEYS:
                note = f"keys of maps after {_MAX_KEYS} different ones are read as values"
                if note not in self.notes:
                    self.notes.append(note)
                yield BEYOND, indices[at], pa.array([name] * len(at), pa.string())
                yield from ((BEYOND, where, leaf) for _, where, leaf in
                            self._leaves(name, indices[at], values.take(pa.array(at))))  # fmt: skip
                continue
            self._keys.add(name)
            yield from self._leaves(name, indices[at], values.take(pa.array(at)))

    def _texts(self, path: str, indices: Any, array: Any) -> tuple[Any, list[str]]:
        if pa.types.is_null(array.type):
            return indices[:0], []
        if array.null_count:
            indices = indices[pc.is_valid(array).to_numpy(zero_copy_only=False)]
            array = array.drop_null()
        if _is_binary(array.type):
            texts = [self.raw.value(path, data) for data in array.to_pylist()]
        else:
            texts = self._strings(array)
        blank = [place for place, text in enumerate(texts) if not text or text.isspace()]
        if blank:
            indices = np.delete(indices, blank)
            texts = [text for text in texts if text and not text.isspace()]
        return indices, texts

    def _strings(self, array: Any) -> list[str]:
        """Return the texts of an array without nulls; a value that is nothing is blank."""
        kind = array.type
        if _is_string(kind):
            return self._decoded(array)
        if pa.types.is_decimal(kind):
            return [f"{value:f}" for value in array.to_pylist()]
        if any(is_kind(kind) for is_kind in _PLAIN):
            return list(_in_range(array.cast(pa.string())).to_pylist())
        if pa.types.is_float64(kind):
            return [cell_text(value) for value in array.to_pylist()]
        if pa.types.is_floating(kind):
            return _short_floats(array.cast(pa.float32()))
        if pa.types.is_timestamp(kind):
            return self._timestamps(array)
        if pa.types.is_time(kind):
            return _without_zeros(array.cast(pa.string())).to_pylist()  # type: ignore[no-any-return]
        if pa.types.is_duration(kind):
            each = _UNITS[kind.unit]
            return [duration_text(value / each) for value in array.cast(pa.int64()).to_pylist()]
        if _is_binary(kind):
            return [self.raw.text(value) for value in array.to_pylist()]
        return [self.raw.bare(_json_text(value)) for value in array.to_pylist()]  # unions, calendar spans

    def _timestamps(self, array: Any) -> list[str]:
        zone = array.type.tz
        try:
            texts = array.cast(pa.string())
        except pa.ArrowInvalid:  # a zone that this machine has no rules for
            zone = "UTC"
            texts = array.cast(pa.timestamp(array.type.unit, "UTC")).cast(pa.string())
            if _ZONE_NOTE not in self.notes:
                self.notes.append(_ZONE_NOTE)
        if array.type.unit != "s":
            texts = _without_zeros(texts)
        if zone is None:
            texts = pc.replace_substring_regex(texts, " 00:00:00$", "")
        else:
            texts = pc.replace_substring_regex(texts, r"([+-]\d\d)(\d\d)$", r"\1:\2")
        return list(_in_range(texts).to_pylist())

    def _decoded(self, array: Any) -> list[str]:
        try:
            texts = array.to_pylist()
        except UnicodeDecodeError:
            wide = pa.types.is_large_string(array.type)
            array = array.cast(pa.large_binary() if wide else pa.binary())
            return [self.raw.text(value) for value in array.to_pylist()]
        if "\0" in "".join(texts):
            return [self.raw.bare(text) for text in texts]
        return list(texts)


def _plain_storage(array: Any) -> Any:
    """Undo what only saves space: dictionaries, runs, extension types."""
    if isinstance(array.type, pa.UuidType):
        return pa.array([None if value is None else str(value) for value in array.to_pylist()], pa.string())
    if isinstance(array.type, pa.BaseExtensionType):
        return _plain_storage(array.storage)
    if pa.types.is_dictionary(array.type):
        return _plain_storage(array.dictionary_decode())
    if pa.types.is_run_end_encoded(array.type):
        return _plain_storage(pc.run_end_decode(array))
    if pa.types.is_string_view(array.type):
        return array.cast(pa.large_string())
    if pa.types.is_binary_view(array.type):
        return array.cast(pa.large_binary())
    return array


def _path(name: str) -> str:
    return name or '""'


def _in_range(texts: Any) -> Any:
    """Write a date that no calendar has as the number that is stored."""
    return pc.replace_substring_regex(texts, r"^<value out of range: (-?\d+)>", r"\1")


def _without_zeros(texts: Any) -> Any:
    texts = pc.replace_substring_regex(texts, r"\.0+(Z|[+-]\d{4})?$", r"\1")
    return pc.replace_substring_regex(texts, r"(\.\d*[1-9])0+(Z|[+-]\d{4})?$", r"\1\2")


def _short_floats(array: Any) -> list[str]:
    """Write single precision with the fewest digits that tell it from its neighbours."""
    shortest = array.cast(pa.string()).to_pylist()
    return [
        "" if value != value else str(int(value)) if value.is_integer() else text
        for value, text in zip(array.to_pylist(), shortest, strict=True)
    ]


def _json_text(value: Any) -> str:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=cell_text)
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else cell_text(value)


def _merged(
    one: tuple[list[int], list[str]], other: tuple[list[int], list[str]]
) -> tuple[list[int], list[str]]:
    pairs = sorted(zip(one[0] + other[0], one[1] + other[1], strict=True), key=lambda pair: pair[0])
    return [record for record, _ in pairs], [text for _, text in pairs]


def is_list(kind: Any) -> bool:
    """Whether a type is one of the list types, maps not among them."""
    return any(
        is_kind(kind)
        for is_kind in (
            pa.types.is_list, pa.types.is_large_list, pa.types.is_fixed_size_list,
            pa.types.is_list_view, pa.types.is_large_list_view,
        )
    )  # fmt: skip


def _is_string(kind: Any) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _is_binary(kind: Any) -> bool:
    return any(
        is_kind(kind)
        for is_kind in (
            pa.types.is_binary, pa.types.is_large_binary, pa.types.is_fixed_size_binary,
            pa.types.is_binary_view,
        )
    )  # fmt: skip
