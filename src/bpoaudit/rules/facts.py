"""What rules can know: one table a kind of thing, built from the profile and from what was read.

Nothing here can hold a raw value: the tables are made of the inventory, the manifest, the measures
and the vendor profile.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd

from bpoaudit.errors import BpoauditError
from bpoaudit.model import Delivery, FieldInventory
from bpoaudit.rules import declared, delivered
from bpoaudit.rules.dates import date_rows
from bpoaudit.rules.delivered import Row
from bpoaudit.rules.holdings import holding_rows
from bpoaudit.rules.needs import need_rows
from bpoaudit.rules.origins import declared_countries, origin_rows
from bpoaudit.rules.registry import tables
from bpoaudit.rules.table import Column, Table
from bpoaudit.vendor import VendorProfile

_DTYPES: Final[dict[str, Any]] = {
    "str": pd.StringDtype("python"),
    "number": pd.Float64Dtype(),
    "bool": pd.BooleanDtype(),
    "date": np.dtype("datetime64[s]"),
}

EVIDENCE = "_evidence"
"""The column that holds what to show of a row: `Evidence`, or `Occurrences` of findings."""


class RuleError(BpoauditError):
    """One rule cannot be judged on these facts; the others can."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that rules may ask for, on one day."""

    as_of: date
    tables: Mapping[str, pd.DataFrame | None]
    """None: what would fill the table is not known, which is not the same as empty."""

    def table(self, name: str) -> pd.DataFrame | None:
        """Return the table `name`; `RuleError` when these facts do not have it at all."""
        if name not in self.tables:
            raise RuleError(f"there are no facts about {name}")
        return self.tables[name]


Rows = Mapping[str, Sequence[Row] | None]
"""The rows of every table, before they are turned into data frames."""


def facts_of(
    profile: VendorProfile,
    delivery: Delivery,
    inventory: Sequence[FieldInventory],
    measures: Mapping[str, Any],
    as_of: date,
) -> Facts:
    """Build the facts.

    Whether a finding or field was agreed is taken from `inventory` where it says so (it was then
    matched against the true names), otherwise from the agreement in `profile`.
    """
    rows = rows_of(profile, delivery, inventory, measures, as_of)
    return Facts(as_of, {name: frame_of(table, rows[name]) for name, table in tables().items()})


def rows_of(
    profile: VendorProfile,
    delivery: Delivery,
    inventory: Sequence[FieldInventory],
    measures: Mapping[str, Any],
    as_of: date,
) -> Rows:
    """Build the rows of every table; see `facts_of`."""
    feeds = delivered.feeds_of(profile.agreement, delivery, inventory)
    sources = delivered.source_rows(feeds, delivery)
    vendor = declared.vendor_rows(
        profile,
        delivery,
        not_covered=delivered.not_covered(feeds, sources),
        measures=measures,
    )
    ages = date_rows(feeds, profile.retention, delivery, measures, as_of)
    return {
        "vendor": vendor,
        "findings": delivered.finding_rows(feeds, inventory, declared_countries(profile)),
        "fields": delivered.field_rows(feeds, inventory),
        "sources": sources,
        "dates": ages,
        "holdings": holding_rows(profile, feeds, delivery, ages, as_of),
        "origins": origin_rows(profile, inventory, as_of),
        "service_needs": need_rows(profile.vendor.services, feeds, inventory),
        **delivered.measured_rows(measures),
        **declared.list_rows(profile, feeds, as_of),
    }


def frame_of(table: Table, rows: Sequence[Row] | None) -> pd.DataFrame | None:
    """Turn rows into a data frame with the columns and types of `table`, and their evidence."""
    if rows is None:
        return None
    columns = {
        name: _array(column, [row.facts.get(name) for row in rows]) for name, column in table.columns.items()
    }
    columns[EVIDENCE] = _objects([row.evidence for row in rows])
    return pd.DataFrame(columns, copy=False)


def _array(column: Column, values: list[Any]) -> Any:
    if column.choices and "unknown" not in column.choices:
        values = [None if value == "unknown" else value for value in values]
    dtype = _DTYPES.get(column.type)
    return pd.array(values, dtype=dtype) if dtype else _objects(values)


def _objects(values: list[Any]) -> Any:
    # Filled by hand: numpy would take tuples of one length for a second dimension.
    array = np.empty(len(values), dtype=object)
    for index, value in enumerate(values):
        array[index] = value
    return array
