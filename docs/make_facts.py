"""Write docs/facts.md: every table and field that a rule can ask, from the registry that judges them.

    python docs/make_facts.py

A test compares, so the page cannot say what rules do not know.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from bpoaudit.rules import Column, Table, tables
from bpoaudit.rules.forms import SHOWABLE
from bpoaudit.rules.operators import OPERATORS
from bpoaudit.vendor.countries import COUNTRIES

PAGE = Path(__file__).with_name("facts.md")

HEAD = """# What rules can ask

{tables} tables with {fields} fields. A rule names one table in `evidence.from`; its `where` and `expect` ask
for the table's fields, its `applies_when` for those of `vendor`. What is not known is null, and makes a rule
that needs it `unknown`.

This page is written by `docs/make_facts.py` from the registry that checks and judges the rules
(`src/bpoaudit/rules/registry.py`).

## Operators

"""

SHOWN = """
`show` can name {showable}.
"""

_WORDS = 12
"""A longer list of words is left to `bpoaudit rules schema`."""
_TYPES = {
    "str": "text",
    "number": "number",
    "bool": "true or false",
    "date": "date",
    "list": "list",
    "rows": "list of objects",
}
_OPERANDS = {
    "one": "a value",
    "many": "a list of values",
    "days": "a number of days",
    "yes": "true",
    "flag": "true or false",
    "glob": "text with `*` and `?`",
}


def page() -> str:
    """Return the page."""
    listed = tables().values()
    head = HEAD.format(tables=len(listed), fields=sum(len(table.columns) for table in listed))
    operators = _table(
        ("operator", "applies to", "operand"),
        (
            (
                f"`{each.name}`",
                ", ".join(_TYPES[kind] for kind in sorted(each.types)),
                _OPERANDS[each.operand],
            )
            for each in OPERATORS
        ),
    )
    shown = SHOWN.format(showable=", ".join(f"`{name}`" for name in sorted(SHOWABLE)))
    return head + operators + shown + "".join(_section(table) for table in listed)


def _section(table: Table) -> str:
    weight = f" Rows are weighted by `{table.weight}`." if table.weight else ""
    named = ", ".join(f"`{{{name}}}`" for name in table.placeholders)
    reading = " It cannot pass where the delivery was not fully read." if table.from_reading else ""
    rows = ((f"`{name}`", _kind(column), _what(column)) for name, column in table.columns.items())
    return (
        f"\n## `{table.name}`\n\n{table.description}{weight}{reading} Messages can name {named}.\n\n"
        f"{_table(('field', 'is', 'what'), rows)}"
    )


def _what(column: Column) -> str:
    # Of most facts of the profile no more can be said than their path does.
    return "as declared" if column.description.startswith("As declared:") else column.description


def _kind(column: Column) -> str:
    if column.choices == COUNTRIES:
        return "country" if column.type == "str" else "list of countries"
    if column.answer:
        return "answer"
    words = sorted(column.choices)
    if not words:
        return _TYPES[column.type]
    listed = ", ".join(f"`{word}`" for word in words[:_WORDS])
    more = f" and {len(words) - _WORDS} more" if len(words) > _WORDS else ""
    return f"{'list of ' if column.type == 'list' else ''}{listed}{more}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return _line(head) + _line(["---"] * len(head)) + "".join(_line(row) for row in rows)


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") or "–" for cell in cells) + " |\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
