"""Whatever byte of whatever was signed is changed: it is caught, and named."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpoaudit.errors import BpoauditError, DocumentError, SignatureError
from bpoaudit.evidence.delivered import hold_delivery
from bpoaudit.evidence.held import FAILURES
from bpoaudit.evidence.signing_keys import load_verifier
from bpoaudit.evidence.verifying import verify_file
from bpoaudit.rules import load_packs
from tests.evidence.conftest import HMAC, MAIL, MASKED, Case, made

__all__ = ["made"]  # the fixture

NAMED = {
    "audit.dsse.json": "audit.dsse.json",
    "audit.json": "files/audit.json",
    "report.html": "files/report.html",
    "vendor.yaml": "files/vendor.yaml",
    "waivers.yaml": "files/waivers.yaml",
    "known.baseline.json": "files/known.baseline.json",
    "delivery/tickets.csv": "delivery/tickets.csv",
    f"delivery/calls/{MAIL}.txt": f"delivery/{MASKED}",
    "my-pack/pack.yaml": "my-pack",
    "my-pack/controls.yaml": "my-pack",
    "my-pack/cards-masked.yaml": "my-pack",
    "audit.zip": "audit.zip",
}
"""What is changed, by what it has to be called then."""


def caught(case: Case) -> set[str]:
    """Return what the whole of `verify` calls different, by the names that it prints."""
    key = load_verifier(case.public)
    names: set[str] = set()
    try:
        packs = {pack.id: pack.digest for pack in load_packs([str(case.pack)])}
        verified = verify_file(case.envelope, (), key, packs)
        held = [*verified.held, *hold_delivery(verified.statement, [str(case.delivery)], HMAC, str)]
        held += verify_file(case.bundle, (), key).held
    except DocumentError as fault:
        return {fault.file, type(fault).__name__}
    except BpoauditError as fault:
        return {fault.message}
    names |= {each.name for each in held if each.state in FAILURES}
    return names


@pytest.mark.parametrize("name", NAMED)
@settings(max_examples=25)
@given(data=st.data())
def test_any_changed_byte_is_caught_and_named(made: Case, name: str, data: st.DataObject) -> None:
    path = Path(made.folder / name)
    whole = path.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1), label="at")
    bit = data.draw(st.integers(1, 255), label="changed bits")
    path.write_bytes(whole[:at] + bytes([whole[at] ^ bit]) + whole[at + 1 :])
    try:
        found = caught(made)
    finally:
        path.write_bytes(whole)
    assert any(NAMED[name] in each for each in found), found


@pytest.mark.parametrize("name", ["audit.dsse.json", "audit.zip"])
def test_bytes_that_carry_no_content_count_too(made: Case, name: str) -> None:
    """Every other one near both ends; what is between is one long payload, or bytes under a checksum."""
    path, key = made.folder / name, load_verifier(made.public)
    whole = path.read_bytes()
    near = [*range(0, 200, 2), *range(len(whole) - 500, len(whole), 2)]
    survived = []
    for at in near:
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        try:
            if verify_file(path, (), key).whole:
                survived.append(at)
        except (DocumentError, SignatureError):
            continue
        finally:
            path.write_bytes(whole)
    assert survived == []


def test_nothing_is_caught_where_nothing_was_changed(made: Case) -> None:
    assert caught(made) == set()
