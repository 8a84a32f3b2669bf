"""Sentences as the models read them: nothing between them is lost, and every offset leads back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpoaudit.detect.sentences import Known, as_read, as_written, inside, sentences


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Parcel lost. Refund sent.", ["Parcel lost. ", "Refund sent."]),
        ("Done!\n-- A. Example, Tier 2", ["Done!\n", "-- A. Example, Tier 2"]),
        ("Paid 20.50 (late). 12 Acacia Avenue", ["Paid 20.50 (late). ", "12 Acacia Avenue"]),
        ("Spoke to Mr. Example of 5 Acacia Ave. London", ["Spoke to Mr. Example of 5 Acacia Ave. London"]),
        ("the e.g. Example of M. Example", ["the e.g. Example of M. Example"]),
        ("12 Acacia Avenue\n\nLondon\nSW1A 1AA", ["12 Acacia Avenue\n\nLondon\nSW1A 1AA"]),
        ("called. no answer. retry", ["called. ", "no answer. ", "retry"]),
        ("Lives in avda. de la paz 5, apto. alto", ["Lives in avda. de la paz 5, apto. alto"]),
        ("paid in EUR. and ok. then not", ["paid in EUR. and ok. then not"]),
        ("moved out\n-- A. Example, Tier 2", ["moved out\n", "-- A. Example, Tier 2"]),
        ("", []),
    ],
)
def test_a_sentence_ends_where_the_next_one_begins_as_sentences_do(text: str, expected: list[str]) -> None:
    assert cut(text) == expected


written = st.text(st.sampled_from("Ab 5.!?\n-()éŻ@'’,"), max_size=60) | st.text(max_size=40)


@given(written)
def test_sentences_are_the_whole_text(text: str) -> None:
    assert "".join(cut(text)) == text
    assert all(cut(text))


@given(written, st.data())
def test_every_offset_leads_back(text: str, data: st.DataObject) -> None:
    borders = sorted(set(data.draw(st.lists(st.integers(0, len(text)), max_size=6))))
    known = [
        Known(start, end, data.draw(st.sampled_from(["PERSON", "LOCATION", "EMAIL_ADDRESS"])))
        for start, end in zip(borders[::2], borders[1::2], strict=False)
    ]
    for passage in sentences(text):
        own = inside(known, *passage)
        sentence = as_read(text, passage, own)
        back = [sentence.back(at, at + 1) for at in range(len(sentence.text))]
        assert back == expected(text, passage, own, sentence.moved)[: len(back)]
        original = text[slice(*passage)]
        if not own:
            assert sentence == as_written(text, passage)
            assert len(sentence.text) == len(original.rstrip())
            changed = [a for a, b in zip(original, sentence.text, strict=False) if a != b]
            assert all(char.isdigit() or char.isupper() for char in changed)


def expected(
    text: str, passage: tuple[int, int], known: list[Known], moved: tuple[tuple[int, int, int, int], ...]
) -> list[tuple[int, int]]:
    """Walk through both texts beside each other, to the end of the passage."""
    back: list[tuple[int, int]] = []
    at = passage[0]
    for each, (start, end, _, _) in zip(known, moved, strict=True):
        back += ((here, here + 1) for here in range(at, each.start))
        assert len(back) == start
        back += [(each.start, each.end)] * (end - start)
        at = each.end
    return back + [(here, here + 1) for here in range(at, passage[1])]


def test_a_count_stays_a_count() -> None:
    read = [as_written(text, (0, len(text))).text for text in ("waited 25 minutes", "waited 47 minutes")]
    assert read == ["waited 12 minutes"] * 2
    assert as_written("47 Acacia Avenue", (0, 16)).text == "47 Acacia Avenue"


def test_what_differs_by_names_and_figures_alone_is_read_as_one() -> None:
    texts = "Spoke to Asha Example about #30418.", "Spoke to Tomasz Muster about #77992."
    read = [as_read(text, (0, len(text)), [Known(9, text.index(" about"), "PERSON")]).text for text in texts]
    assert read[0] == read[1]
    assert "Asha" not in read[0]
    assert "30418" not in read[0]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Sent SKU XR4254-57 again", "Sent SKU FA8736-35 again"),
        ("Goodwill of £12.40 granted", "Goodwill of £99.95 granted"),
        ("Called at 14:02 and 15:40", "Called at 09:55 and 11:31"),
        ("Refund on 2026-05-03", "Refund on 2025-11-30"),
        ("Parcel 1ZDX1A0937465521", "Parcel 1ZAV3B1234567890"),
    ],
)
def test_sums_times_and_codes_are_alike(one: str, other: str) -> None:
    assert as_written(one, (0, len(one))).text == as_written(other, (0, len(other))).text


@pytest.mark.parametrize(
    "text",
    ["12 Acacia Avenue", "SW1A1AA", "D-10115 Berlin", "1234 AB Delft", "NY 10001", "Flat 2, 24 High St"],
)
def test_what_may_be_an_address_stays_as_it_is(text: str) -> None:
    assert as_written(text, (0, len(text))).text == text


@pytest.mark.parametrize(("value", "stand_in"), [("asha", "maria"), ("ASHA", "MARIA"), ("Asha", "Maria")])
def test_a_stand_in_is_written_as_what_it_stands_for(value: str, stand_in: str) -> None:
    assert as_read(value, (0, 4), [Known(0, 4, "PERSON", "given")]).text == stand_in
