"""The recognisers of bpoaudit: one module a family, in this order."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain

from presidio_analyzer import EntityRecognizer

from bpoaudit.detect.recognizers import (
    account,
    address,
    africa,
    australia,
    bank,
    british_isles,
    card,
    child,
    contact,
    coordinates,
    date,
    eastern_europe,
    form_of_payment,
    india,
    latin_america,
    masked,
    masked_identifier,
    network,
    north_america,
    password,
    person,
    phone,
    secret,
    south_east_asia,
    special,
    travel_document,
    username,
    western_europe,
)

RECOGNIZERS: tuple[Callable[[str], tuple[EntityRecognizer, ...]], ...] = (
    contact.build,
    network.build,
    coordinates.build,
    card.build,
    form_of_payment.build,
    bank.build,
    password.build,
    username.build,
    secret.build,
    india.build,
    south_east_asia.build,
    africa.build,
    eastern_europe.build,
    western_europe.build,
    british_isles.build,
    north_america.build,
    latin_america.build,
    australia.build,
    account.build,
    date.build,
    travel_document.build,
    person.build,
    phone.build,
    address.build,
    masked.build,
    masked_identifier.build,
    special.build,
    child.build,
)
"""Each makes the recognisers of its family for a language. A new family is a module and a line here."""


def build(language: str) -> tuple[EntityRecognizer, ...]:
    """Return all recognisers, bound to `language` (they find every language's shapes in any text)."""
    return tuple(chain.from_iterable(make(language) for make in RECOGNIZERS))
