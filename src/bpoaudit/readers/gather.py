"""Values to batches, where the fields are only known as they come."""

from __future__ import annotations

from bpoaudit.readers.batch import FieldValues, RecordBatch

_BATCH_VALUES = 400_000
_BATCH_CHARS = 8 << 20


class Gatherer:
    """Collect values by field, in order of first appearance. `repr` shows no content."""

    def __init__(self, batch_records: int) -> None:
        self._most = batch_records
        self._fields: dict[str, tuple[list[int], list[str]]] = {}
        self._records = self._values = self._chars = 0

    def __repr__(self) -> str:
        return f"Gatherer(records={self._records}, values={self._values})"

    def add(self, field: str, record: int, value: str) -> None:
        """Add one value; blank ones are left out."""
        if not value.strip():
            return
        columns = self._fields.get(field)
        if columns is None:
            columns = self._fields[field] = ([], [])
        columns[0].append(record)
        columns[1].append(value)
        self._values += 1
        self._chars += len(value)

    def end_record(self) -> None:
        """Count a record as complete."""
        self._records += 1

    @property
    def full(self) -> bool:
        """Whether it is time for `take`."""
        return self._records >= self._most or self.heavy

    @property
    def heavy(self) -> bool:
        """Whether it holds as much text as a batch may, whatever the number of records."""
        return self._values >= _BATCH_VALUES or self._chars >= _BATCH_CHARS

    @property
    def empty(self) -> bool:
        """Whether there is nothing to take."""
        return not self._records and not self._values

    def take(self) -> RecordBatch:
        """Return what was collected and begin again."""
        fields = tuple(FieldValues(name, *columns) for name, columns in self._fields.items())
        batch = RecordBatch(self._records, fields)
        self._fields, self._records, self._values, self._chars = {}, 0, 0, 0
        return batch
