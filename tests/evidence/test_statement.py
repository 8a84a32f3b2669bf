"""The statement: what is signed, word for word."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path

import pytest
import rfc8785

from bpoaudit.errors import EvidenceError
from bpoaudit.evidence.statement import Statement, payload_of, statement_in
from bpoaudit.evidence.strict_json import canonical
from tests.evidence.conftest import Case
from tests.report.golden import assert_golden


def test_the_statement_is_the_golden_one(made: Case) -> None:
    """Less the digests of audit.json, which follow from its form and are the subject of the next test."""
    statement = json.loads(base64.b64decode(json.loads(made.envelope.read_bytes())["payload"]))
    for subject in statement["subject"]:
        if subject["name"] in ("result", "profile", "files/audit.json"):
            subject["digest"]["sha256"] = "of audit.json"
    assert_golden("statement.json", json.dumps(statement, indent=1, sort_keys=True) + "\n")


def test_the_digests_of_audit_json_are_those_of_its_bytes_and_of_its_canonical_form(made: Case) -> None:
    payload = base64.b64decode(json.loads(made.envelope.read_bytes())["payload"])
    digests = {each["name"]: each["digest"]["sha256"] for each in json.loads(payload)["subject"]}
    data = (made.folder / "audit.json").read_bytes()
    document = json.loads(data)
    assert digests["files/audit.json"] == hashlib.sha256(data).hexdigest()
    assert digests["result"] == hashlib.sha256(rfc8785.dumps(document)).hexdigest()
    assert digests["profile"] == hashlib.sha256(rfc8785.dumps(document["vendor"])).hexdigest()


def test_what_is_signed_is_canonical_and_read_back_as_it_was(made: Case) -> None:
    payload = base64.b64decode(json.loads(made.envelope.read_bytes())["payload"])
    statement = statement_in(payload, "e")
    assert payload_of(statement) == payload
    assert canonical(json.loads(payload), "e") == payload
    assert isinstance(statement, Statement)


def test_a_statement_of_the_first_release_is_read() -> None:
    """The file beside this one is never written again: evidence is held for years."""
    payload = (Path(__file__).parent / "statement-1.json").read_bytes()
    statement = statement_in(payload, "e")
    assert statement.predicate.result_file == "audit.json"
    assert len(statement.under("delivery/")) == 2


def test_numbers_that_json_cannot_carry_are_refused() -> None:
    with pytest.raises(EvidenceError, match="IntegerDomainError"):
        canonical({"a": 2**53}, "audit.json")
    with pytest.raises(EvidenceError, match="no canonical form"):
        canonical({"a": "\ud800"}, "audit.json")
