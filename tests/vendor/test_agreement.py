"""The agreement: which feed a source belongs to, what is allowed in a field."""

from __future__ import annotations

import pytest

from bpoaudit.vendor import Agreement, Feed, Term

AGREEMENT = Agreement.model_validate(
    {
        "feeds": [
            {
                "id": "tickets",
                "files": ["tickets*.csv", "exports/**/t.csv", "book.xlsx#Tickets"],
                "fields": [
                    {"name": "customer_email", "entities": ["EMAIL_ADDRESS"], "masking": "partial"},
                    {"name": "note*", "entities": ["PERSON"]},
                    {"name": "notes_internal", "entities": ["PERSON", "HEALTH"], "masking": "masked"},
                    {"name": "ticket_id"},
                ],
                "entities": [{"entity": "URL"}],
            },
            {"id": "calls", "files": ["calls/**"], "entities": [{"entity": "PERSON", "masking": "masked"}]},
            {"id": "rest", "files": ["book.xlsx"], "fields": []},
        ],
        "exclude": [{"files": ["*.mp3", "old/**"], "reason": "Audited by transcript"}],
    }
)


@pytest.mark.parametrize(
    ("source", "feed"),
    [
        ("tickets_q3.csv", "tickets"),
        ("exports/2026/t.csv", "tickets"),
        ("calls/a/b.vtt", "calls"),
        ("book.xlsx#Tickets", "tickets"),
        ("book.xlsx#Other", "rest"),
        ("book.xlsx", "rest"),
        ("other.csv", None),
        ("TICKETS.csv", None),
    ],
)
def test_the_first_feed_that_fits(source: str, feed: str | None) -> None:
    found = AGREEMENT.feed_of(source)

    assert (found.id if found else None) == feed


@pytest.mark.parametrize(
    ("field", "entity", "term"),
    [
        ("Customer_Email", "EMAIL_ADDRESS", Term("EMAIL_ADDRESS", "partial")),
        ("customer_email", "PERSON", None),
        ("notes", "PERSON", Term("PERSON", "none")),
        ("notes_internal", "PERSON", Term("PERSON", "none")),
        ("notes_internal", "HEALTH", Term("HEALTH", "masked")),
        ("ticket_id", "EMAIL_ADDRESS", None),
        ("ticket_id", "URL", Term("URL", "none")),
        ("unlisted", "URL", Term("URL", "none")),
        ("unlisted", "PERSON", None),
    ],
)
def test_what_is_agreed_about_an_entity(field: str, entity: str, term: Term | None) -> None:
    feed = AGREEMENT.feeds[0]

    assert feed.term(field, entity) == term


def test_fields_are_listed_or_the_feed_is_agreed_as_a_whole() -> None:
    tickets, calls, rest = AGREEMENT.feeds

    assert tickets.lists("TICKET_ID")
    assert not tickets.lists("phone")
    assert calls.lists("anything")
    assert not rest.lists("anything")


def test_exclusions_give_their_reason() -> None:
    assert AGREEMENT.exclusion_of("a.mp3") == "Audited by transcript"
    assert AGREEMENT.exclusion_of("old/x/y.csv") == "Audited by transcript"
    assert AGREEMENT.exclusion_of("calls/a.mp3") is None


def test_a_feed_knows_its_id() -> None:
    feed = AGREEMENT.feed("calls")

    assert isinstance(feed, Feed)
    assert feed.id == "calls"
    assert AGREEMENT.feed("nothing") is None


def test_a_category_stands_for_its_entities() -> None:
    feed = Feed.model_validate(
        {
            "id": "payroll",
            "files": ["payroll.csv"],
            "fields": [{"name": "tax_number", "categories": ["OfficialID"], "masking": "partial"}],
            "categories": [{"category": "TelephoneNumber"}],
        }
    )

    assert feed.term("tax_number", "DE_TAX_ID") == Term("DE_TAX_ID", "partial")
    assert feed.term("tax_number", "EMAIL_ADDRESS") is None
    assert feed.term("notes", "PHONE_NUMBER") == Term("PHONE_NUMBER", "none")
    assert {"DE_TAX_ID", "US_SSN", "PHONE_NUMBER"} <= feed.all_entities


def test_a_category_that_no_entity_has_is_refused() -> None:
    with pytest.raises(ValueError, match="did you mean 'OfficialID'"):
        Feed.model_validate({"id": "a", "files": ["a"], "categories": [{"category": "OficialID"}]})
