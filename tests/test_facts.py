"""Facts of sources are words of a closed list, so that nothing can leak in them."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from bpoaudit.facts import FACTS, check_facts
from bpoaudit.model import Source, SourceStatus
from bpoaudit.rules.registry import tables

MAIL = "ann.lee@example.org"


@pytest.mark.parametrize(
    "facts", [{"author": 1}, {"encryption": MAIL}, {"hidden_rows": "many"}, {MAIL: 1}, {"encryption": 1}]
)
def test_what_is_not_in_the_list_is_refused(facts: dict[str, str | int]) -> None:
    with pytest.raises(ValueError, match="fact") as refused:
        check_facts(facts)
    assert MAIL not in str(refused.value)


def test_a_source_checks_its_facts() -> None:
    source = {
        "source": "a",
        "media_type": "b",
        "bytes": 1,
        "sha256": None,
        "records_read": 0,
        "records_total": 0,
    }
    assert Source(**source, status=SourceStatus.READ, facts={"comments": 2, "encryption": "aes"})
    with pytest.raises(ValidationError):
        Source(**source, status=SourceStatus.READ, facts={"owner": 1})


def test_rules_can_ask_for_every_fact() -> None:
    columns = tables()["sources"].columns
    for name, kind in FACTS.items():
        assert columns[name].choices == frozenset(kind.words)
