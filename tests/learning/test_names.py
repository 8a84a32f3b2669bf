"""Patterns of feeds: open where names change from month to month, and nowhere else."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpoaudit.documents import parse_yaml
from bpoaudit.learning.names import literal, pattern_of, slug
from bpoaudit.learning.yaml_text import quoted
from bpoaudit.vendor import Feed
from bpoaudit.vendor.globs import matches


@pytest.mark.parametrize(
    ("source", "pattern"),
    [
        ("exports/tickets_2026-09.csv", "exports/tickets_*.csv"),
        ("exports/tickets_sep2026_part2.csv.gz", "exports/tickets_*_part*.csv.gz"),
        ("2026/09/tickets.csv", "????/??/tickets.csv"),
        ("q3.zip!tickets.csv", "q*.zip!tickets.csv"),
        ("staff.xlsx#old 2025", "staff.xlsx"),
        ("20260901.csv", "????????.csv"),
        ("calls/call_<PHONE_NUMBER:1f3a9c>.wav", "calls/call_*.wav"),
        ("music.mp3", "music.mp3"),
        ("chats/chat-3f2a9c1e-77b0-4d11.json", "chats/chat-*.json"),
        ("archive.7z!a.mp4", "archive.7z!a.mp4"),
        ("report.v2", "report.v*"),
        ("what?*.csv", "what??.csv"),
    ],
)
def test_dates_and_numbers_are_left_open(source: str, pattern: str) -> None:
    assert pattern_of(source) == pattern


@pytest.mark.parametrize("source", ["<EMAIL_ADDRESS:1f3a9c>.txt", "in/<EMAIL_ADDRESS:1f3a9c>_2026.csv"])
def test_a_name_that_is_personal_data_gives_no_pattern(source: str) -> None:
    assert pattern_of(source) is None


@given(st.text(st.characters(exclude_characters="<>#"), min_size=1, max_size=60))
def test_a_source_belongs_to_the_feed_of_its_pattern(source: str) -> None:
    pattern = pattern_of(source)

    assert pattern is not None
    assert Feed(id="x", files=(pattern,)).covers(source)


def test_a_very_long_path_is_cut_to_what_a_profile_can_hold() -> None:
    source = "/".join(["folder"] * 200) + "/tickets.csv"
    pattern = pattern_of(source)

    assert pattern is not None
    assert Feed(id="x", files=(pattern,)).covers(source)


@given(st.text(min_size=1, max_size=500))
def test_a_literal_fits_its_name_and_reads_back_from_yaml(name: str) -> None:
    pattern = literal(name)

    assert matches(pattern, name)
    assert parse_yaml(f"[{quoted(pattern)}]", "f").data == [pattern]
    assert not {unicodedata.category(char) for char in quoted(pattern)} & {"Cc", "Cf", "Cs", "Zl", "Zp"}


@pytest.mark.parametrize("name", ["*", "**", "***"])
def test_a_column_cannot_be_called_so_that_it_allows_all(name: str) -> None:
    assert not matches(literal(name), "passwords")


def test_a_name_made_to_be_slow_comes_to_an_end() -> None:
    """Where digits could be cut in many ways, all of them would be tried for longer than anybody waits."""
    assert pattern_of(f"a1{'a' * 300}z.csv") == f"a*{'a' * 300}z.csv"


def test_slugs_are_ids() -> None:
    assert slug("exports/tickets_*.csv") == "tickets"
    assert slug("????/??.csv") == "feed"
    assert slug("Über/*.csv") == "ber"
