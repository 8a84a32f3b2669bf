"""The catalogue of entities."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from bpoaudit import catalog


def test_categories_are_terms_of_the_vocabulary() -> None:
    terms = {entity.category for entity in catalog.CATALOG.values()} - {None}
    assert all(re.fullmatch(r"https://w3id\.org/dpv(/pd)?#[A-Z][A-Za-z]+", term or "") for term in terms)
    assert {name for name, entity in catalog.CATALOG.items() if entity.category is None} == {"DATE_TIME"}


@pytest.mark.parametrize(
    ("entity", "term"),
    [("EMAIL_ADDRESS", "EmailAddress"), ("CREDIT_CARD", "CreditCardNumber"), ("UK_POSTCODE",
    "PhysicalAddress"), ("IN_AADHAAR", "OfficialID"),
     ("US_PASSPORT", "Passport"), ("HEALTH", "MedicalHealth"), ("ZA_MOBILE_NUMBER", "TelephoneNumber")],
)  # fmt: skip
def test_category_of(entity: str, term: str) -> None:
    assert catalog.category_of(entity) == f"https://w3id.org/dpv/pd#{term}"


def test_unknown_entities() -> None:
    assert catalog.category_of("MY_OWN") is None
    assert catalog.fold("MY_OWN") == "MY_OWN"
    assert not catalog.is_special("MY_OWN")


def test_folded_names_are_known_and_folding_twice_changes_nothing() -> None:
    assert set(catalog.FOLDED.values()) <= set(catalog.CATALOG)
    assert not set(catalog.FOLDED) & set(catalog.CATALOG)


def test_special_categories_are_those_of_article_9() -> None:
    assert {name for name in catalog.CATALOG if catalog.is_special(name)} == {
        "HEALTH", "RELIGION", "ETHNICITY", "UNION_MEMBERSHIP", "SEXUAL_ORIENTATION", "POLITICAL_OPINION",
    }  # fmt: skip


def test_it_does_not_load_the_detector() -> None:
    code = "import sys, bpoaudit.catalog; print(sorted({'presidio_analyzer', 'spacy'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
