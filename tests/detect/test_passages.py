"""Documents: which of their lines are prose, and what of it both models read."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bpoaudit.detect.matches import SPACY, Match
from bpoaudit.detect.passages import LONG, is_in, prose_of, to_be_read

SENTENCE = "The parties agree that the services are provided as described in the annex to this contract, "
PROSE = SENTENCE * 12 + "and nothing else.\n"


def _read(text: str) -> list[str]:
    return [text[start:end] for start, end in to_be_read(text, prose_of(text))]


def test_a_short_text_is_no_document() -> None:
    assert prose_of(SENTENCE * 3) == ()


def test_a_transcript_in_small_letters_is_no_document() -> None:
    assert prose_of(PROSE.lower()) == ()


def test_the_long_lines_of_a_document_are_prose() -> None:
    text = f"Invoice\n{PROSE}12 Example Row\n"
    [(start, end)] = prose_of(text)
    assert text[start:end] == PROSE


def test_headers_and_signatures_are_read_and_prose_is_not() -> None:
    assert _read(f"To Ada Sample\n{PROSE}Yours,\nBen Sample\n") == ["To Ada Sample\n", "Yours,\nBen Sample\n"]


def test_an_address_in_prose_is_read_with_what_stands_around_it() -> None:
    [passage] = _read(SENTENCE * 12 + "delivered to 12 Acacia, Springfield, " + PROSE)
    assert "to 12 Acacia, Springfield" in passage
    assert len(passage) < 300


def test_a_date_or_a_section_in_prose_is_no_address() -> None:
    assert _read(SENTENCE * 12 + "since 12 March and under Section 4 " + PROSE) == []


def test_a_match_is_in_the_line_that_it_stands_in() -> None:
    text = f"To Ada Sample\n{PROSE}Ben\n"
    prose = prose_of(text)
    assert [is_in(Match(at, at + 3, "PERSON", 0.85, SPACY), prose) for at in (3, 20, len(text) - 4)] == [
        False,
        True,
        False,
    ]


@given(
    st.lists(st.sampled_from(["Ada Sample\n", PROSE, "at 12 Acacia\n", "\n", SENTENCE]), max_size=8).map(
        "".join
    )
)
def test_passages_are_in_order_and_every_line_that_is_no_prose_is_among_them(text: str) -> None:
    prose = prose_of(text)
    passages = list(to_be_read(text, prose))
    assert all(end <= start for (_, end), (start, _) in pairwise(passages))
    read = {at for start, end in passages for at in range(start, end)}
    long = {at for start, end in prose for at in range(start, end)}
    assert read | long == set(range(len(text)))
    assert bool(prose) <= (len(text) >= LONG)
