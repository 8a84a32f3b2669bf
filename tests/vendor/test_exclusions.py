"""What the profile leaves out: until when, and whether it still leaves out anything."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from bpoaudit.vendor import Agreement, exclusion_notices

DAY = date(2026, 11, 22)


def _agreement(*excluded: dict[str, Any]) -> Agreement:
    return Agreement.model_validate({"exclude": list(excluded)})


def _audio(**more: Any) -> dict[str, Any]:
    return {"files": ["*.mp3"], "reason": "Audited by transcript", **more}


@pytest.mark.parametrize("pattern", ["**", "*", "**/*", "*.*", "?*", "**.*", "*/*", "**/**", "**!**", "*!*"])
def test_a_pattern_that_fits_anything_is_refused(pattern: str) -> None:
    with pytest.raises(ValidationError, match="whatever they are called"):
        _agreement({"files": ["*.mp3", pattern], "reason": "all of it"})


@pytest.mark.parametrize("pattern", ["*.mp3", ".*", "~$*", "old/**", "**/*.wav", "a.zip!**", "*#notes", "_*"])
def test_a_pattern_that_names_something_is_taken(pattern: str) -> None:
    assert _agreement({"files": [pattern], "reason": "agreed"}).exclude


def test_the_reason_is_told_with_owner_and_last_day() -> None:
    agreed = _agreement(_audio(owner="Data protection office", expires_on=date(2027, 1, 31)))
    assert agreed.exclusion_of("a.mp3") == "Audited by transcript (Data protection office, until 2027-01-31)"
    assert _agreement(_audio()).exclusion_of("a.mp3") == "Audited by transcript"


def test_it_counts_on_its_last_day_and_no_longer() -> None:
    agreed = _agreement(_audio(expires_on=DAY), {"files": ["*.wav"], "reason": "for good"})
    assert agreed.on(DAY) == agreed
    after = agreed.on(date(2026, 11, 23))
    assert after.exclusion_of("a.mp3") is None
    assert after.exclusion_of("a.wav") == "for good"


@pytest.mark.parametrize(
    ("expires_on", "skipped", "told"),
    [
        (None, ["a.mp3"], []),
        (date(2026, 12, 7), ["a.mp3"], []),
        (date(2026, 12, 5), ["a.mp3"], ["ends after 2026-12-05"]),
        (DAY, ["a.mp3"], ["ends after 2026-11-22"]),
        (date(2026, 11, 21), [], ["ended on 2026-11-21"]),
        (None, [], ["excludes nothing in this delivery"]),
        (None, ["calls/a.mp3"], ["excludes nothing in this delivery"]),
    ],
)
def test_what_has_ended_or_leaves_nothing_out_speaks_up(
    expires_on: date | None, skipped: list[str], told: list[str]
) -> None:
    agreed = _agreement(_audio(expires_on=expires_on))
    said = list(exclusion_notices(agreed.exclude, skipped, DAY))
    assert len(said) == len(told)
    for notice, part in zip(said, told, strict=True):
        assert notice.startswith("the exclusion of *.mp3 (Audited by transcript) ")
        assert part in notice
