"""Facts that need raw rows and are no findings: counted beside detection, inside the border."""

from __future__ import annotations

from bpoaudit.measures.dates import DateSpan, date_span
from bpoaudit.measures.listed import PeopleList, load_lists
from bpoaudit.measures.measure import Sight
from bpoaudit.measures.running import MEASURES, Measured, Measuring, Watching
from bpoaudit.measures.suppression_list import SuppressionList, digests_of, load_suppression

__all__ = [
    "MEASURES",
    "DateSpan",
    "Measured",
    "Measuring",
    "PeopleList",
    "Sight",
    "SuppressionList",
    "Watching",
    "date_span",
    "digests_of",
    "load_lists",
    "load_suppression",
]
