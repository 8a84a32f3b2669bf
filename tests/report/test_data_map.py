from __future__ import annotations

import pytest

from bpoaudit.model import MaskingCounts
from bpoaudit.report.cards import MAX_ROWS
from bpoaudit.report.data_map import MAX_HEAT_COLUMNS, MAX_HEAT_ROWS, date_rows, field_rows, heat_table

from .factories import entity, field
from .hostile import huge_result
from .sample import MEASURES, audit_result, scan_result, unassessed_result


def test_heat_table_counts_by_source_and_entity() -> None:
    table = heat_table(audit_result())
    assert table.entities.rows[:3] == ("Email address", "Person", "Phone number")
    first = table.rows.rows[0]
    assert first.source == "exports/tickets.csv"
    # Two fields of the source hold e-mail addresses: 97,811 and 12,181.
    assert (first.cells[0].count, first.total) == ("109k", "124,487")
    assert table.grand_total == "140,740"


@pytest.mark.parametrize(
    ("records", "shade"),
    [(1, 1), (9, 1), (10, 2), (99, 2), (100, 3), (499, 3), (500, 4), (899, 4), (900, 5), (1_000, 5)],
)
def test_shade_follows_the_share_of_records(records: int, shade: int) -> None:
    inventory = (field("a", "x", 1_000, entity("PERSON", records, "A•••")),)
    assert heat_table(audit_result(inventory=inventory)).rows.rows[0].cells[0].shade == shade


def test_an_empty_cell_has_no_number_and_no_shade() -> None:
    inventory = (field("a", "x", 10, entity("PERSON", 3, "•")), field("b", "x", 10, entity("URL", 2, "•")))
    cell = heat_table(audit_result(inventory=inventory)).rows.rows[0].cells[1]
    assert (cell.count, cell.shade) == ("", 0)


def test_totals_also_count_what_the_cap_hides() -> None:
    result = huge_result(failed=1, sources=100)
    table = heat_table(result)
    assert (len(table.rows.rows), table.rows.total) == (MAX_HEAT_ROWS, 100)
    assert (len(table.entities.rows), table.entities.total) == (MAX_HEAT_COLUMNS, 60)
    everything = sum(found.count for f in result.inventory for found in f.entities)
    assert table.grand_total == f"{everything:,}"


def test_fields_are_listed_with_the_largest_source_first() -> None:
    rows = field_rows(audit_result()).rows
    assert [row.source for row in rows if row.first_of_source] == [
        "exports/tickets.csv", "crm/contacts.xlsx#Q2", "calls/calls_2026-05.vtt", "crm/contacts.xlsx#old",
        "mail/q2.mbox!message-0412/scan.pdf",
    ]  # fmt: skip
    assert [(row.field, row.first_of_field) for row in rows[:3]] == [
        ("customer_email", True), ("notes", True), ("notes", False),
    ]  # fmt: skip
    assert rows[1].records == "12,181 of 98,230 (12.4%)"
    assert rows[2].distinct == "≈ 5,601"


def test_fields_are_capped_with_their_total() -> None:
    rows = field_rows(huge_result(failed=1, sources=500))
    assert len(rows.rows) == MAX_ROWS
    assert rows.total == 500 * 4 + 60


def test_one_source_with_many_fields_leaves_room_for_the_others() -> None:
    deep = tuple(
        field("deep.json", "a." * n + "mail", 1, entity("EMAIL_ADDRESS", 1, "i•••")) for n in range(300)
    )
    others = tuple(field(f"{n:02}.csv", "mail", 9, entity("EMAIL_ADDRESS", 9, "i•••")) for n in range(20))
    result = audit_result(inventory=(*deep, *others))

    for most, of_deep in ((MAX_ROWS, 180), (40, 40)):
        rows = field_rows(result, most)
        assert (len(rows.rows), rows.total) == (of_deep + 20, 320)
        assert sum(row.source == "deep.json" for row in rows.rows) == of_deep
        assert [(row.source, row.left_out) for row in rows.rows if row.left_out] == [
            ("deep.json", 300 - of_deep)
        ]
        assert sum(row.first_of_source for row in rows.rows) == 21


def test_of_a_source_the_rows_with_most_occurrences_are_shown_in_their_order() -> None:
    columns = tuple(
        field("wide.csv", f"c{n:03}", 900, entity("PERSON", 900 if n in (7, 250) else 1, "A•••"))
        for n in range(300)
    )
    rows = field_rows(audit_result(inventory=columns), 7).rows
    assert [row.field for row in rows] == ["c000", "c001", "c002", "c003", "c004", "c007", "c250"]
    assert [row.first_of_source for row in rows] == [True, *[False] * 6]


@pytest.mark.parametrize(
    ("agreed", "asked", "found", "shown"),
    [
        (None, None, MaskingCounts(clear=1), ("no agreement", "open")),
        (False, None, MaskingCounts(masked=1), ("not agreed", "no")),
        (True, "none", MaskingCounts(clear=1), ("agreed", "yes")),
        (True, "masked", MaskingCounts(masked=1), ("agreed, masked", "yes")),
        (True, "masked", MaskingCounts(partial=1, masked=9), ("agreed only masked", "no")),
        (True, "partial", MaskingCounts(partial=1, masked=9), ("agreed, partly masked", "yes")),
        (True, "partial", MaskingCounts(clear=1, partial=9), ("agreed only partly masked", "no")),
    ],
)
def test_agreement(
    agreed: bool | None, asked: str | None, found: MaskingCounts, shown: tuple[str, str]
) -> None:
    cell = entity("PERSON", 10, "A•••", agreed=agreed, agreed_masking=asked, masking=found)
    (row,) = field_rows(audit_result(inventory=(field("a", "x", 10, cell),))).rows
    assert (row.agreed, row.agreed_state) == shown


def test_dates_over_their_limit_come_first() -> None:
    rows = date_rows(MEASURES).rows
    assert [row.over_limit for row in rows] == ["4,902 of 98,230", "no limit agreed"]
    assert rows[0].oldest == "2022-11-02"


def test_a_scan_has_the_same_map_and_nothing_gives_nothing() -> None:
    assert field_rows(scan_result()) == field_rows(audit_result())
    assert heat_table(unassessed_result()).rows.rows == ()
    assert date_rows({}).rows == ()
