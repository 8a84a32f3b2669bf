"""The baseline: what failed when a vendor was taken on, so that a gate can look at what is new.

For each rule, source and field it says how often each value failed, by keyed fingerprints, or which
declared facts did, by their labels. No row numbers, as rows move; no values, and no plain hash of
one, as those of phone numbers can be guessed. The score ignores it.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from bpoaudit.errors import BaselineError
from bpoaudit.model import Document, PackUsed
from bpoaudit.rules.items import Item, Seen

DAYS = 90
"""How long a baseline holds as written."""
MAX_DAYS = 180
"""How long it may hold when somebody moves its date."""
NOTICE_DAYS = 14
MAX_BYTES = 512 * 1024 * 1024


class Entry(Document):
    """What failed one rule in one field, in one source, or in the profile."""

    rule: str
    source: str | None = None
    field: str | None = None
    known: dict[str, Annotated[int, Field(ge=1)]]
    """Failing occurrences by fingerprint or label."""


class Baseline(Document):
    """The failures of one audit."""

    format: Annotated[Literal["bpoaudit/baseline/v1"], Field(alias="schema")] = "bpoaudit/baseline/v1"
    created: str
    expires_on: date
    """The last day on which it counts."""
    vendor: str
    key_id: str
    packs: tuple[PackUsed, ...]
    """The rules of that time; another rule or version that fails is compared by its items all the same."""
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """A baseline that was read, ready to be asked."""

    baseline: Baseline
    digest: str
    entries: Mapping[tuple[str, str | None, str | None], Mapping[str, int]]


def load_baseline(path: Path, vendor: str, key_id: str) -> Known:
    """Read the baseline at `path`, which has to be of this vendor and made under this key.

    Raises `BaselineError`; the message names the place, never the content.
    """
    file = str(path)
    try:
        if path.stat().st_size > MAX_BYTES:
            raise BaselineError("too large for a baseline", file=file)
        data = path.read_bytes()
    except OSError as error:
        raise BaselineError(f"cannot be read: {error.strerror}", file=file) from error
    try:
        baseline = Baseline.model_validate_json(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"][:3]))
        hint = "make one with: bpoaudit audit DELIVERY --vendor FILE --key-file FILE -o known.baseline.json"
        message = f"not a baseline: {place}: {first['msg']}" if place else "not a baseline"
        raise BaselineError(message, file=file, hint=hint) from None
    _check(baseline, file, vendor, key_id)
    entries = {(each.rule, each.source, each.field): each.known for each in baseline.entries}
    if len(entries) != len(baseline.entries):
        raise BaselineError("two entries are of the same rule, source and field", file=file)
    return Known(baseline, f"sha256:{hashlib.sha256(data).hexdigest()}", entries)


def _check(baseline: Baseline, file: str, vendor: str, key_id: str) -> None:
    if baseline.vendor != vendor:
        raise BaselineError(f"is of the vendor {baseline.vendor}, not of {vendor}", file=file)
    if baseline.key_id != key_id:
        told = f"was made under the key {baseline.key_id}, and fingerprints here under {key_id}"
        raise BaselineError(told, file=file, hint="use the key of that time, or make a new baseline")
    try:
        created = datetime.fromisoformat(baseline.created).date()
    except ValueError:
        raise BaselineError("created: not a time", file=file) from None
    if baseline.expires_on - created > timedelta(days=MAX_DAYS):
        latest = (created + timedelta(days=MAX_DAYS)).isoformat()
        raise BaselineError(f"expires_on: at most {MAX_DAYS} days after it was made: {latest}", file=file)


def is_new(known: Known, rule: str, items: Iterable[Item], seen: Seen, as_of: date) -> bool:
    """Tell whether any failing item is not in the baseline, or occurs more often than there.

    Occurrences that `seen` does not tell are new: nobody knows that they are not. So is everything
    once the baseline has expired.
    """
    items = tuple(items)
    if known.baseline.expires_on < as_of:
        return bool(items)
    if any(sum(item.values(seen).values()) < item.count for item in items):
        return True
    return any(
        count > known.entries.get((rule, *place), {}).get(name, 0)
        for place, values in _tallied(items, seen).items()
        for name, count in values.items()
    )


def baseline_notice(known: Known, as_of: date) -> str | None:
    """Return what whoever keeps the baseline has to know, or None."""
    day = known.baseline.expires_on
    if day < as_of:
        return f"the baseline expired on {day.isoformat()}: every failure counts as new"
    if (day - as_of).days > NOTICE_DAYS:
        return None
    return f"the baseline expires on {day.isoformat()}; after that every failure counts as new"


def baseline_of(
    failures: Iterable[tuple[str, Sequence[Item]]],
    seen: Seen,
    *,
    vendor: str,
    key_id: str,
    packs: Iterable[PackUsed],
    created: str,
) -> Baseline:
    """Return the baseline of failures, each a rule and all its items; `seen` has to tell all of them.

    `created` is a moment in ISO 8601.
    """
    entries = [
        Entry(rule=rule, source=place[0], field=place[1], known=dict(sorted(values.items())))
        for rule, items in failures
        for place, values in _tallied(items, seen).items()
    ]
    entries.sort(key=lambda each: (each.rule, each.source or "", each.field or ""))
    return Baseline(
        created=created,
        expires_on=datetime.fromisoformat(created).date() + timedelta(days=DAYS),
        vendor=vendor,
        key_id=key_id,
        packs=tuple(packs),
        entries=tuple(entries),
    )  # fmt: skip


def render_baseline(baseline: Baseline) -> str:
    """Return the baseline as JSON: sorted keys, one value a line, a newline at the end."""
    document: dict[str, Any] = baseline.model_dump(mode="json", by_alias=True, exclude_none=True)
    return json.dumps(document, ensure_ascii=False, sort_keys=True, indent=1) + "\n"


def _tallied(items: Iterable[Item], seen: Seen) -> dict[tuple[str | None, str | None], Counter[str]]:
    """Add up what failed in each field: findings of a value can differ in their confidence."""
    tally: dict[tuple[str | None, str | None], Counter[str]] = {}
    for item in items:
        tally.setdefault((item.source, item.field), Counter()).update(item.values(seen))
    return tally
