"""Masked shapes and fingerprints: nothing recognisable, the same value the same print."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from bpoaudit.catalog import CATALOG
from bpoaudit.errors import UsageError
from bpoaudit.masking import Key, key_from_text, new_secret, random_key, shape
from bpoaudit.model import MAX_CLEAR, MaskedShape

KEY = Key(b"0" * 32)


@pytest.mark.parametrize(
    ("entity", "value", "masked"),
    [
        ("PHONE_NUMBER", "+63 917 555 0132", "+•• ••• ••• ••32"),
        ("CREDIT_CARD", "4111 1111 1111 1111", "•••• •••• •••• ••11"),
        ("IBAN_CODE", "GB72ZZZZ00000012345678", "GB••••••••••••••••••78"),
        ("EMAIL_ADDRESS", "jane.doe@example.org", "j•••@•••.org"),
        ("EMAIL_ADDRESS", "jane.doe@mail.example", "j•••@•••.•••"),
        ("EMAIL_ADDRESS", "j***@example.org", "j***@•••.org"),
        ("PERSON", "Marisol Vega", "M•••••• ••••"),
        ("CREDIT_CARD", "****1111", "****••••"),
        ("HEALTH", "diabetes", "<HEALTH>"),
        ("PASSWORD", "hunter22", "<PASSWORD>"),
        ("AGE", "34", "<AGE>"),
        ("PERSON", "Al", "••"),
    ],
)
def test_shapes(entity: str, value: str, masked: str) -> None:
    assert shape(entity, value) == masked


@given(st.sampled_from(sorted(CATALOG)), st.text(max_size=300))
@example("EMAIL_ADDRESS", "a@b.c12345")
@example("PERSON", "कमल देवी")
def test_a_shape_shows_at_most_four_letters_or_digits(entity: str, value: str) -> None:
    masked = TypeAdapter(MaskedShape).validate_python(shape(entity, value))
    if not masked.startswith("<"):
        assert sum(c.isalnum() for c in masked) <= MAX_CLEAR
    assert masked.isprintable()


@pytest.mark.parametrize(
    "value", ["4111111111111111", "jane@example.org", "x" * 81, "<jane.doe@example.org>"]
)
def test_the_type_refuses_what_is_not_a_shape(value: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(MaskedShape).validate_python(value)


def test_one_value_has_one_fingerprint_however_it_is_spelled() -> None:
    assert KEY.fingerprint("EMAIL_ADDRESS", "Jane@Example.org") == KEY.fingerprint(
        "EMAIL_ADDRESS", " jane@example.org"
    )
    assert KEY.fingerprint("CREDIT_CARD", "4111-1111 11111111") == KEY.fingerprint(
        "CREDIT_CARD", "4111111111111111"
    )
    assert KEY.fingerprint("CREDIT_CARD", "４１１１111111111111") == KEY.fingerprint(
        "CREDIT_CARD", "4111111111111111"
    )


def test_fingerprints_differ_by_entity_value_and_key() -> None:
    prints = {
        KEY.fingerprint("PHONE_NUMBER", "4111111111"),
        KEY.fingerprint("CREDIT_CARD", "4111111111"),
        KEY.fingerprint("CREDIT_CARD", "4111111112"),
        random_key().fingerprint("CREDIT_CARD", "4111111111"),
    }
    assert len(prints) == 4


def test_the_key_is_never_shown() -> None:
    secret = new_secret()
    key = key_from_text(secret)
    assert secret not in repr(key)
    assert secret[:16] not in key.key_id


def test_a_short_key_is_refused_without_showing_it() -> None:
    with pytest.raises(UsageError) as refused:
        key_from_text("hunter2\n")
    assert "hunter2" not in refused.value.message
    assert "7 bytes" in refused.value.message
