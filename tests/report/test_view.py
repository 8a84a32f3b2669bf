from __future__ import annotations

from hashlib import sha256

from bpoaudit.model import Delivery, SourceStatus
from bpoaudit.report.cards import MAX_ROWS
from bpoaudit.report.json_document import render_json
from bpoaudit.report.view import vendor_name, view_of

from .factories import source
from .sample import AUDIT, DELIVERY, audit_result, clean_result, unassessed_result


def test_title_and_identity() -> None:
    view = view_of(audit_result())
    assert view.title == "Meridian Contact Services: very limited assurance on 2026-06-30"
    assert view.identity.client == "Northwind Energy (IE)"
    assert view.identity.finished_at == "2026-06-30 08:03:41 UTC"
    assert dict(view.identity.vendor_facts)["Services"] == "Support, Technical support, Collections"


def test_the_report_names_the_document_it_was_made_from() -> None:
    result = audit_result()
    assert view_of(result).identity.result_sha256 == sha256(render_json(result).encode()).hexdigest()


def test_an_empty_profile_is_said_and_not_an_error() -> None:
    assert vendor_name(unassessed_result()) == "Vendor not named"
    identity = view_of(unassessed_result()).identity
    assert identity.client == "Client not named"
    assert identity.vendor_facts == ()


def test_what_was_not_read_is_listed_before_what_was_excluded() -> None:
    assert [(row.source, row.status) for row in view_of(audit_result()).unread.rows] == [
        ("exports/archive_2025.zip", "encrypted"),
        ("exports/broken.xlsx", "unreadable"),
        ("exports/long.jsonl", "read in part"),
        ("recordings/hold.mp3", "excluded"),
    ]
    assert view_of(clean_result()).unread.rows == ()


def test_an_unknown_end_is_not_a_number() -> None:
    rows = {row.source: row for row in view_of(audit_result()).sources.rows}
    assert rows["exports/broken.xlsx"].records == "0 of unknown"
    assert rows["exports/long.jsonl"].records == "880 of 1,002"
    assert rows["crm/contacts.xlsx#old"].notes == "hidden sheet"
    assert rows["exports/tickets.csv"].notes == "text/csv; encoding windows-1252; delimiter ;"


def test_a_long_manifest_keeps_what_was_not_read_in_sight() -> None:
    read = (source(f"a{i:04}.csv") for i in range(500))
    sources = (*read, source("z.csv", status=SourceStatus.UNREADABLE))
    view = view_of(audit_result(delivery=Delivery(key_id="k", sources=sources, coverage=DELIVERY.coverage)))
    assert view.sources.rows[0].source == "z.csv"
    assert (len(view.sources.rows), view.sources.total) == (MAX_ROWS, 501)


def test_a_project_file_is_told_with_what_it_set() -> None:
    used = {"file": "bpoaudit.yaml", "sets": ["fail-on", "min-score"], "sha256": "ab" * 32}
    audit = AUDIT.model_copy(update={"options": {"project": used, "min_score": None}})
    options = dict(view_of(audit_result().model_copy(update={"audit": audit})).scope.options)
    assert options["Project"] == f"bpoaudit.yaml sets fail-on, min-score (SHA-256 {'ab' * 32})"
    assert options["Min score"] == "not set"
