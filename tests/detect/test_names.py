"""Names of files, sheets and columns: proven values are replaced, everything else stays."""

from __future__ import annotations

import pytest

from bpoaudit.detect import Engine, NameBook
from bpoaudit.masking import Key

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def book() -> NameBook:
    return NameBook(Engine(), Key(b"0" * 32))


@pytest.mark.parametrize(
    ("name", "public"),
    [
        ("export of jane@example.org.txt", "export of <EMAIL_ADDRESS:*>.txt"),
        ("jane_doe@example.org_2026.csv.gz", "<EMAIL_ADDRESS:*>.csv.gz"),
        ("mail/jane@example.org", "mail/<EMAIL_ADDRESS:*>"),
        (
            "cards_4111111111111111.xlsx#Sheet 4111-1111-1111-1111",
            "cards_<CREDIT_CARD:*>.xlsx#Sheet <CREDIT_CARD:*>",
        ),
        ("call_20260917_0931.wav", "call_20260917_0931.wav"),
        ("2026-09/tickets_2026-09-14.csv", "2026-09/tickets_2026-09-14.csv"),
        ("customer_email", "customer_email"),
        ("customers.+34 612 345 678.x", "customers.<PHONE_NUMBER:*>.x"),
        ("customers.346-12-7788.name", "customers.<US_SSN:*>.name"),
        ("customers.84.23.101.77.q", "customers.<IP_ADDRESS:*>.q"),
        ("kate.bush@mail.example.org.x", "<EMAIL_ADDRESS:*>.x"),
        ("a.+1 415 555 2671[*]", "a.<PHONE_NUMBER:*>[*]"),
        ("patient.address.postal_code", "patient.address.postal_code"),
        ("Jane Doe", "Jane Doe"),
        ("order 10004711", "order 10004711"),
        # A number with its country in the name of a call, with or without its plus.
        ("447911123457-in.txt", "<PHONE_NUMBER:*>-in.txt"),
        ("calls/447911123457-20260310.txt", "calls/<PHONE_NUMBER:*>-20260310.txt"),
        ("rec_447911123457_20260310101502.txt", "rec_<PHONE_NUMBER:*>_20260310101502.txt"),
        ("447911123457.wav", "<PHONE_NUMBER:*>.wav"),
        ("order_447911123457.csv", "order_447911123457.csv"),
        ("1700004000123-in.json", "1700004000123-in.json"),
        # Its last digit is the check digit of a PESEL too.
        ("+34610123307.txt", "<PHONE_NUMBER:*>.txt"),
        ("+34010123302.txt", "<PHONE_NUMBER:*>.txt"),
        ("%2B34610123307.txt", "<PHONE_NUMBER:*>.txt"),
        ("ann.alder%40example.org.txt", "<EMAIL_ADDRESS:*>.txt"),
        ("ann.alder%2540example.org_notes.txt", "<EMAIL_ADDRESS:*>_notes.txt"),
    ],
)
def test_public_names(book: NameBook, name: str, public: str) -> None:
    import re

    assert re.sub(r":[0-9a-f]{6}>", ":*>", book.public(name)) == public


def test_offsets_and_tags(book: NameBook) -> None:
    name = "a/cards_4111111111111111.csv"
    (found,) = book.found(name)
    assert name[found.match.start : found.match.end] == "4111111111111111"
    assert book.public("4111111111111111.csv").split(":")[1][:6] in book.public(name)
