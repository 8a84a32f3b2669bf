"""Companies among people: told by legal form and kind, and never where a person may be meant."""

from __future__ import annotations

import pytest

from bpoaudit.detect.organisations import is_organisation, names_organisation


@pytest.mark.parametrize(
    "name",
    [
        "Nordwind Logistik GmbH", "Nordwind GmbH & Co. KG", "Blue Harbour Trading Ltd", "ACME PVT LTD", "Orbit Foods, Inc.",
        "Casa Verde S.A. de C.V.", "Zielony Dom Sp. z o.o.", "Maple & Sons", "First Harbour Bank", "Escola Limitada Ltda",
        "Pine School",
    ],
)  # fmt: skip
def test_a_body(name: str) -> None:
    assert is_organisation(name)


@pytest.mark.parametrize(
    "name",
    [
        "Maria Alder", "Tyra Banks-Example", "Rajan Kumar B.V.", "Maria S.A. Lopez", "Rao E. K.", "Bank", "Ltd",
        "Acme Ltd, attn. Maria Alder", "Maria Alder c/o Acme Ltd", "Acme Ltd 2", "ann@example.org Ltd",
    ],
)  # fmt: skip
def test_a_person_or_more_than_a_name(name: str) -> None:
    assert not is_organisation(name)


@pytest.mark.parametrize(
    "text", ["calling Larkfield Insurance", "Larkfield Ltd", "at Larkfield Hospital, ward 4"]
)
def test_the_first_word_of_a_body(text: str) -> None:
    start = text.index("Larkfield")
    assert names_organisation(text, start, start + len("Larkfield"))


@pytest.mark.parametrize(
    "text", ["Larkfield insurance", "Larkfield", "Larkfield Hospital number 12", "Larkfield Bank Details"]
)
def test_a_name_before_a_word_for_a_kind_of_body(text: str) -> None:
    assert not names_organisation(text, 0, len("Larkfield"))
