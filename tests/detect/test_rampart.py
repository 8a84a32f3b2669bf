from __future__ import annotations

from bpoaudit.detect.rampart import Rampart, Span, _merged


def test_pieces_of_one_name_are_one_span() -> None:
    text = "Jean-Luc  Picard and Ann"
    pieces = [Span(5, 8, "PERSON", 0.5), Span(0, 4, "PERSON", 0.5), Span(10, 16, "PERSON", 0.5)]
    assert _merged(text, [*pieces, Span(21, 24, "PERSON", 0.5)]) == [
        Span(0, 16, "PERSON", 0.5),
        Span(21, 24, "PERSON", 0.5),
    ]


def test_a_span_goes_as_far_as_the_longest_of_its_pieces() -> None:
    pieces = [Span(0, 9, "PERSON", 0.5), Span(2, 4, "PERSON", 0.5), Span(10, 13, "PERSON", 0.5)]
    assert _merged("Ann Leigh Roe", pieces) == [Span(0, 13, "PERSON", 0.5)]


def test_a_span_of_very_many_pieces_is_joined_in_time() -> None:
    # Each piece asking all before it for their end would take minutes.
    count = 100_000
    pieces = [Span(2 * i, 2 * i + 2, "PERSON", 0.5) for i in range(count)]
    assert _merged("ab" * count, pieces) == [Span(0, 2 * count, "PERSON", 0.5)]


def test_a_text_is_read_the_same_whatever_is_read_with_it() -> None:
    model = Rampart()
    names = ("Ann Lee", "Tomasz Nowak", "Priya Raman", "Ifeoma Okafor", "Lucia Ferrari", "Bo")
    openings = ("Hi, this is", "refund for", "CALL", "12 Acacia Road,")
    texts = [f"{say} {name} of {place}" for say in openings for name in names for place in ("Leeds", "Cluj")]
    texts += ["", " ", *texts[:5], "x " * 600 + "for Ann Lee"]
    together = [*model.spans(texts)]
    assert together == [next(model.spans([text])) for text in texts]
    assert any(together)
