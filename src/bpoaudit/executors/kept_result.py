"""What is kept of the result of one file, as bytes, and the result that comes back from them.

Tallies, masked findings and public names, in the types that they are made of: what does not fit them is
refused. True names are not kept. A file whose names inside are true names is the same as its public ones
needs none; of a file whose own name was replaced, the name under which it is delivered gives them back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from types import GenericAlias
from typing import Any, get_args, get_origin

import msgspec

from bpoaudit.distinct import DistinctCount
from bpoaudit.executors.work import FileResult
from bpoaudit.inventory import FieldTally, Inventory
from bpoaudit.measures import MEASURES, Measured
from bpoaudit.model import Source, SourceStatus

_TALLIES = {measure.name: measure.tally for measure in MEASURES}
_BIRTHDAYS = "DATE_OF_BIRTH"
_LASTING = frozenset({SourceStatus.READ, SourceStatus.SKIPPED})
"""What else became of a source can have a cause that is gone by the next audit."""


class _Kept(msgspec.Struct, forbid_unknown_fields=True):
    sources: list[Source]
    inventory: Inventory
    measured: dict[str, msgspec.Raw]
    names: list[str]
    """Public names of the sources that have a true one; that of the file itself first."""
    fields: list[tuple[str, str]]
    """Sources and public names of fields that have a true one."""
    segments: list[str] | None
    """Sources of the findings that follow, segment after segment; None: nobody wanted them."""


def is_whole(result: FileResult) -> bool:
    """Tell whether all of a file was read, but for what the profile leaves out."""
    return result.sources[0].status is SourceStatus.READ and all(
        source.status in _LASTING for source in result.sources
    )


def names_allow(result: FileResult, true: str) -> bool:
    """Tell whether the true names of a result follow from its public ones and from `true`, the file's own."""
    public = result.sources[0].source
    return all(_true(name, public, true) == told for name, told in result.true_sources.items()) and all(
        name == told for (_, name), told in result.true_fields.items()
    )


def _true(name: str, public: str, true: str) -> str:
    """Return the true name of what is in a file that is called `public` and in truth `true`."""
    return true + name.removeprefix(public) if name.startswith(public) else name


def told(result: FileResult, segments: Sequence[str] | None) -> bytes:
    """Return what is kept of a result: no true name, and no date of a column of birthdays."""
    fields = {place: _without_birthdays(tally) for place, tally in result.inventory.fields.items()}
    measured = {name: msgspec.Raw(_encoded(tally)) for name, tally in result.measured.tallies.items()}
    kept = _Kept(
        sources=result.sources,
        inventory=Inventory(fields),
        measured=measured,
        names=list(result.true_sources),
        fields=list(result.true_fields),
        segments=None if segments is None else [*segments],
    )
    return _encoded(kept)


def understood(data: bytes, number: int, true: str) -> tuple[FileResult, list[str] | None]:
    """Return the result of file `number`, delivered as `true`, and the sources of the findings that follow.

    Raises `ValueError` where `data` is nothing that `told` gave.
    """
    kept: _Kept = msgspec.msgpack.decode(data, type=_Kept, dec_hook=_made)
    public = kept.sources[0].source if kept.sources else ""
    measured = {
        name: msgspec.msgpack.decode(tally, type=_TALLIES[name], dec_hook=_made)
        for name, tally in kept.measured.items()
        if name in _TALLIES
    }
    result = FileResult(
        number, kept.sources, kept.inventory, Measured(measured),
        true_sources={name: _true(name, public, true) for name in kept.names},
        true_fields={(source, name): name for source, name in kept.fields},
    )  # fmt: skip
    return result, kept.segments


def _without_birthdays(tally: FieldTally) -> FieldTally:
    # They are counted for retention alone, which no birthday begins.
    return replace(tally, dates=Counter()) if _BIRTHDAYS in tally.entities else tally


def _encoded(value: object) -> bytes:
    return msgspec.msgpack.encode(value, enc_hook=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, DistinctCount):
        return value.to_bytes()
    if isinstance(value, Source):
        return value.model_dump(mode="json")
    raise TypeError(f"{type(value).__name__} cannot be kept")


def _made(kind: Any, value: Any) -> Any:
    if kind is DistinctCount:
        return DistinctCount.from_bytes(value)
    if kind is Source:
        return Source.model_validate(value)
    if get_origin(kind) is Counter:
        counts = GenericAlias(dict, (*get_args(kind), int))
        return Counter(msgspec.convert(value, counts, dec_hook=_made))
    raise TypeError(f"{kind} is not kept")
