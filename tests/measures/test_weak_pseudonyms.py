"""Plain hashes of what the delivery has in clear are found; keyed ones and other codes are not."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

import pytest

import bpoaudit.distinct as distinct
from bpoaudit.measures.weak_pseudonyms import Hashes
from tests.measures.conftest import KEY, Measure

pytestmark = pytest.mark.slow

MAILS = [f"p{i}@example.org" for i in range(30)]
CLEAR = "id,email,phone\n" + "".join(f"{i},{m},+48 22 555 {i:04}\n" for i, m in enumerate(MAILS))


def _told(measure: Measure, values: list[str], clear: str = CLEAR) -> list[tuple[object, ...]]:
    hashed = "n,user\n" + "".join(f"{i},{value}\n" for i, value in enumerate(values))
    told = measure({"clear.csv": clear, "web.csv": hashed})["hashes"]
    return [(row["source"], row["field"], row["algorithm"], row["values"], row["reversed"]) for row in told]


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha256"])
def test_hashes_of_addresses_in_another_file(measure: Measure, algorithm: str) -> None:
    values = [hashlib.new(algorithm, mail.encode()).hexdigest() for mail in MAILS]
    assert _told(measure, values) == [("web.csv", "user", algorithm, 30, 30)]


def test_spelling_before_hashing_and_writing_after_it(measure: Measure) -> None:
    values = [
        hashlib.sha256(MAILS[0].upper().encode()).hexdigest().upper(),
        base64.b64encode(hashlib.sha256(MAILS[1].encode()).digest()).decode(),
        base64.urlsafe_b64encode(hashlib.sha256(MAILS[2].encode()).digest()).decode().rstrip("="),
        "sha256:" + hashlib.sha256(b"+48225550003").hexdigest(),
        hashlib.sha256(b"48225550004").hexdigest(),
    ]
    assert _told(measure, values) == [("web.csv", "user", "sha256", 5, 5)]


def test_keyed_hashes_are_not_undone(measure: Measure) -> None:
    values = [hmac.new(b"key", mail.encode(), "sha256").hexdigest() for mail in MAILS]
    assert _told(measure, values) == [("web.csv", "user", "sha256", 30, 0)]


def test_without_anything_in_clear_nobody_can_tell(measure: Measure) -> None:
    values = [hashlib.md5(mail.encode()).hexdigest() for mail in MAILS]
    assert _told(measure, values, clear="id,amount\n1,2\n") == [("web.csv", "user", "md5", 30, None)]


def test_codes_and_words_are_no_hashes(measure: Measure) -> None:
    values = ["1" * 32, "deadbeef", "a" * 31, "accountmanagerassistants", "PRODUCTCODE0123456789ABCD"]
    assert _told(measure, values) == []


def test_no_plain_hash_is_told(measure: Measure) -> None:
    values = [hashlib.md5(mail.encode()).hexdigest() for mail in MAILS]
    hashed = "n,user\n" + "".join(f"{i},{value}\n" for i, value in enumerate(values))
    told = json.dumps(measure({"clear.csv": CLEAR, "web.csv": hashed}))
    assert not [value for value in values if value in told]


def test_of_too_many_some_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distinct, "EXACT_DISTINCT", 200)

    def tally(values: range, guessed: range) -> Hashes:
        made = Hashes()
        made.met["a", "f", "md5"] = count = distinct.DistinctCount()
        made.guessed["md5"] = clear = distinct.DistinctCount()
        for number in values:
            count.add(KEY.sketch(str(number)))
        for number in guessed:
            clear.add(KEY.sketch(str(number)))
        return made

    assert 0 < tally(range(5000), range(5000)).rows()[0]["reversed"] <= 200
    assert tally(range(5000), range(5000, 9000)).rows()[0]["reversed"] is None
    assert tally(range(100), range(5000, 5100)).rows()[0]["reversed"] == 0
