"""What leads back from pseudonyms is found beside them; what only looks alike is not."""

from __future__ import annotations

import hashlib
import json

import pytest

import bpoaudit.distinct as distinct
from bpoaudit.measures.keys_beside import KeysBeside, is_called_key
from tests.measures.conftest import KEY, Measure

PEOPLE = [(f"p{i}@example.org", hashlib.sha256(f"s{i}".encode()).hexdigest()[:16]) for i in range(60)]
HIDING = {"feeds": [{"id": "claims", "files": ["claims.csv"], "classification": "pseudonymised"}]}
CLAIMS = "subject,age,day\n" + "".join(
    f"{code},{30 + i % 5},2026-01-01\n" for i, (_, code) in enumerate(PEOPLE)
)
MAPPING = "pseudonym,email\n" + "".join(f"{code},{mail}\n" for mail, code in PEOPLE[:40])


def _told(measure: Measure, files: dict[str, str], agreement: object = HIDING) -> list[tuple[object, ...]]:
    rows = measure(files, agreement)["keys_beside"]  # type: ignore[arg-type]
    return [
        (row["source"], row["field"], row["kind"], row["values"], row["opened"], row["table"]) for row in rows
    ]


@pytest.mark.slow
def test_a_mapping_table_undoes_the_codes_that_it_has(measure: Measure) -> None:
    told = _told(measure, {"claims.csv": CLAIMS, "mapping.csv": MAPPING})
    assert told == [("claims.csv", "subject", "pseudonym", 60, 40, "mapping.csv")]


@pytest.mark.slow
def test_without_the_table_or_with_other_codes_nothing_is_undone(measure: Measure) -> None:
    other = "pseudonym,email\n" + "".join(f"{code[::-1]},{mail}\n" for mail, code in PEOPLE)
    assert _told(measure, {"claims.csv": CLAIMS}) == [("claims.csv", "subject", "pseudonym", 60, 0, None)]
    assert _told(measure, {"claims.csv": CLAIMS, "crm.csv": other})[0][4] == 0


@pytest.mark.slow
def test_codes_that_tell_no_records_apart_are_no_key(measure: Measure) -> None:
    claims = "subject,branch\n" + "".join(f"{code},BRANCH-{i % 3:04}\n" for i, (_, code) in enumerate(PEOPLE))
    crm = "email,branch\n" + "".join(f"{mail},BRANCH-{i % 3:04}\n" for i, (mail, _) in enumerate(PEOPLE))
    told = {row[1]: row[4] for row in _told(measure, {"claims.csv": claims, "crm.csv": crm})}
    assert told == {"subject": 0, "branch": 0}


@pytest.mark.slow
def test_hashes_in_a_table_that_names_nobody_need_no_agreement(measure: Measure) -> None:
    marks = [hashlib.md5(code.encode()).hexdigest() for _, code in PEOPLE]
    web = "n,visitor\n" + "".join(f"{i},{mark}\n" for i, mark in enumerate(marks))
    crm = "email,visitor\n" + "".join(f"{mail},{marks[i]}\n" for i, (mail, _) in enumerate(PEOPLE))
    assert _told(measure, {"web.csv": web, "crm.csv": crm}, None) == [
        ("web.csv", "visitor", "pseudonym", 60, 60, "crm.csv")
    ]


@pytest.mark.slow
def test_salts_by_the_name_of_file_and_field(measure: Measure) -> None:
    files = {
        "pseudonym_key.txt": "4f1c0a9d77e2\n",
        "hashed.csv": "id,hash_salt\n1,9a0b1c2d3e4f\n2,9a0b1c2d3e4f\n",
        "salt_sales.csv": "pallet,amount\n" + "".join(f"PALLET-{i:06},7\n" for i in range(30)),
    }
    assert _told(measure, files, None) == [
        ("hashed.csv", "hash_salt", "salt", 2, 2, None),
        ("pseudonym_key.txt", "text", "salt", 1, 1, None),
    ]


@pytest.mark.slow
def test_no_code_is_told(measure: Measure) -> None:
    told = json.dumps(measure({"claims.csv": CLAIMS, "mapping.csv": MAPPING}, HIDING)["keys_beside"])
    assert not [code for _, code in PEOPLE if code in told]


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("salt.txt", True),
        ("PseudonymKey", True),
        ("hash key", True),
        ("primary key", False),
        ("salary", False),
    ],
)
def test_what_is_called_a_key(name: str, called: bool) -> None:
    assert is_called_key(name) is called


def test_of_too_many_codes_nothing_is_claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distinct, "EXACT_DISTINCT", 100)

    def tally(hiding: range, known: range) -> KeysBeside:
        made = KeysBeside()
        made.hiding["a", "f"] = distinct.DistinctCount()
        for number in hiding:
            made.hiding["a", "f"].add(KEY.sketch(str(number)))
        for number in known:
            made.known.add(KEY.sketch(str(number)))
        return made

    assert tally(range(5000), range(5000, 9000)).rows()[0]["opened"] is None
    assert 0 < tally(range(5000), range(5000)).rows()[0]["opened"] <= 100
