"""What headers promise: whole words in several languages, the longest phrase, things and flags told apart."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpoaudit.catalog import CATALOG
from bpoaudit.detect import headers
from bpoaudit.detect.headers import Heading, is_date, read_header, words
from bpoaudit.detect.neighbours import read_headers
from bpoaudit.documents import load_yaml


@pytest.mark.parametrize(
    ("header", "entity"),
    [
        ("customer_email", "EMAIL_ADDRESS"), ("E-Mail", "EMAIL_ADDRESS"), ("firstName", "PERSON"), ("Nazwisko", "PERSON"),
        ("apellido_paterno", "PERSON"), ("Vorname", "PERSON"), ("birthDate", "DATE_OF_BIRTH"), ("Data urodzenia", "DATE_OF_BIRTH"),
        ("fecha_nacimiento", "DATE_OF_BIRTH"), ("PLZ", "POSTAL_CODE"), ("kod pocztowy", "POSTAL_CODE"), ("Straße", "STREET_ADDRESS"),
        ("Wohnort", "LOCATION"), ("sexo", "GENDER"), ("płeć", "GENDER"), ("telefon kontaktowy", "PHONE_NUMBER"), ("cvv2", "CARD_SECURITY_CODE"),
        ("member_id", "ACCOUNT_ID"), ("policyNumber", "ACCOUNT_ID"), ("diagnosis_code", "HEALTH"), ("PESEL", "PL_PESEL"),
        ("Full_Name", "PERSON"), ("prenume", "PERSON"), ("apelyido", "PERSON"), ("pura naam", "PERSON"), ("sobrenome", "PERSON"),
        ("Prénom", "PERSON"), ("numero de telephone", "PHONE_NUMBER"), ("nr konta", "BANK_ACCOUNT"), ("card valid thru", "CARD_EXPIRY"),
        ("preferred_name", "PERSON"), ("card_no", "CREDIT_CARD"), ("claim.id", "ACCOUNT_ID"), ("a.b.customer.name", "PERSON"),
        ("patient.address.city", "LOCATION"), ("d.o.b", "DATE_OF_BIRTH"), ("address1", "STREET_ADDRESS"), ("emails", "EMAIL_ADDRESS"),
    ],
)  # fmt: skip
def test_headers_promise_entities(header: str, entity: str) -> None:
    assert read_header(header).entities[:1] == (entity,)


_WRITTEN = load_yaml(Path(__file__).parents[1] / "cases" / "headers.yaml").data


@pytest.mark.parametrize(
    ("entity", "header"), [(entity, header) for entity, headers in _WRITTEN.items() for header in headers]
)
def test_headers_of_exports(entity: str, header: str) -> None:
    heading = read_header(header)
    promised = heading.entities + heading.loose
    assert promised == () if entity == "nothing" else entity in promised


@pytest.mark.parametrize(
    "header", ["name", "owner", "pangalan", "naam", "patient.name.family", "created_by", "Kunde"]
)
def test_general_words_promise_loosely(header: str) -> None:
    heading = read_header(header)
    assert (heading.entities, heading.loose) == ((), ("PERSON",))


@pytest.mark.parametrize(
    "header",
    [
        "order_id", "ticket_no", "tracking_number", "SKU", "transaction_id", "agent_id", "email_verified", "phone_count",
        "product_name", "file_name", "acid_level", "status", "created_at", "amount", "currency", "num_credit_cards", "card_type",
        "customer_segment", "store_city_id", "username_count", "invoice_number", "queue_name", "num_of_names", "owner_id",
        "Card_Family", "marital status", "Per Capita Income - Zipcode", "lines[*].drug_lot", "",
    ],
)  # fmt: skip
def test_headers_of_things_promise_nothing(header: str) -> None:
    heading = read_header(header)
    assert (heading.entities, heading.loose) == ((), ())


@pytest.mark.parametrize(("header", "text"), [("notes", True), ("agent_comments", True), ("uwagi", True), ("comment_id", False), ("message_count", False), ("text_language", False)])  # fmt: skip
def test_headers_announce_text(header: str, text: bool) -> None:
    assert read_header(header).text is text


def test_a_description_may_be_text() -> None:
    heading = read_header("description")
    assert (heading.text, heading.maybe_text) == (False, True)


@pytest.mark.parametrize(
    ("header", "event"),
    [
        ("created_at", True),
        ("last review", True),
        ("Belegdatum", True),
        ("DATE", True),
        ("hire_date", False),
        ("column_4", False),
    ],
)
def test_dates_of_records_are_told_from_dates_of_people(header: str, event: bool) -> None:
    assert read_header(header).event_date is event


@pytest.mark.parametrize(("header", "date"), [("created_at", True), ("hire_date", True), ("amount", False)])
def test_headers_announce_dates(header: str, date: bool) -> None:
    assert is_date(header) is date


def test_what_is_named_but_not_meant_is_denied() -> None:
    assert read_header("contract_expires").denied == {"CARD_EXPIRY"}
    assert "AGE" in read_header("Credit_History_Age").denied
    assert "AGE" not in read_header("age").denied


@pytest.mark.parametrize(
    ("header", "unnamed"), [("column_3", True), ("Unnamed: 0", True), ("", True), ("INSTNM", False)]
)
def test_headers_that_say_nothing(header: str, unnamed: bool) -> None:
    heading = read_header(header)
    assert heading.unnamed is unnamed
    assert not heading.speaks


@given(st.sampled_from(["home phone", "date of birth", "e mail", "numer konta", "card holder"]), st.sampled_from([str.upper, str.title, str.lower]), st.sampled_from(" _-"))  # fmt: skip
def test_case_and_separators_do_not_matter(phrase: str, case: object, separator: str) -> None:
    assert read_header(case(phrase).replace(" ", separator)) == read_header(phrase)  # type: ignore[operator]


@given(st.text(max_size=300))
def test_any_header_can_be_read(header: str) -> None:
    heading = read_header(header)
    assert isinstance(heading, Heading)
    assert not set(heading.entities) & heading.denied


@pytest.mark.parametrize(
    ("header", "tokens"), [("BirthDate", ("birth", "date")), ("Łódź_ß", ("lodz", "ss")), ("ID", ("id",))]
)
def test_words(header: str, tokens: tuple[str, ...]) -> None:
    assert words(header) == tokens


def test_every_entity_of_the_files_is_known() -> None:
    known = headers._load()
    assert {entity for said in known.promises.values() for entity, _ in said} <= set(CATALOG)


def test_the_files_of_words_can_be_read_on_a_screen() -> None:
    folder = Path(headers.__file__).parent / "words" / "headers"
    long = [
        (path.name, line)
        for path in folder.glob("*.yaml")
        for line in path.read_text("utf-8").splitlines()
        if len(line) > 110
    ]
    assert long == []


def test_a_long_header_takes_no_longer() -> None:
    assert read_header("phone " * 5000).entities == ("PHONE_NUMBER",)


@pytest.mark.parametrize(
    ("names", "header", "heading"),
    [
        (["sku", "name"], "name", ((), ())),
        (["name", "email", "sku"], "name", ((), ("PERSON",))),
        (["sku", "name", "email"], "name", ((), ("PERSON",))),
        (["main.name", "items[*].sku"], "main.name", ((), ("PERSON",))),
        (["items[*].sku", "items[*].name"], "items[*].name", ((), ())),
        (["Number", "CVV"], "Number", (("CREDIT_CARD",), ())),
        (["Number"], "Number", ((), ())),
        (["st", "zip"], "st", (("LOCATION",), ())),
    ],
)
def test_neighbours_tell_what_a_header_means(
    names: list[str], header: str, heading: tuple[tuple[str, ...], tuple[str, ...]]
) -> None:
    read = read_headers(names)[header]
    assert (read.entities, read.loose) == heading


@given(
    st.lists(
        st.sampled_from(["sku", "name", "number", "cvv", "zip", "st", "status", "a.name", "a.sku"]),
        unique=True,
    )
)
def test_every_header_of_a_table_is_read_once(names: list[str]) -> None:
    assert sorted(read_headers(names)) == sorted(names)
