from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

from bpoaudit.detect.name_models import BATCH, NameModels
from bpoaudit.detect.rampart import Span


class _Models:
    """Stands for the language models: sees a place in the length of each text, and keeps what it was given."""

    def __init__(self) -> None:
        self.calls: list[list[str]] = []

    def __getitem__(self, reader: str) -> _Models:
        return self

    def pipeline(self, reader: str) -> Any:
        return SimpleNamespace(memory_zone=nullcontext)

    def process_batch(self, texts: Iterable[str], reader: str, batch_size: int) -> Iterator[tuple[str, Any]]:
        self.calls.append([*texts])
        for text in self.calls[-1]:
            entity = SimpleNamespace(start_char=0, end_char=len(text), label_="LOCATION", text=text)
            yield text, SimpleNamespace(entities=[entity])


class _Rampart:
    def spans(self, texts: Sequence[str]) -> Iterator[list[Span]]:
        return iter([[] for _ in texts])


def test_what_the_model_holds_at_once_is_bounded_by_characters() -> None:
    models = _Models()
    lengths = [20_000] * 60 + [90_000] + [10] * 1000
    asked = [("en", "x" * length) for length in lengths]
    told = [*NameModels(models, _Rampart()).read(asked)]  # type: ignore[arg-type]
    assert [match.end for names in told for match in names] == lengths
    assert max(len(call) for call in models.calls) == BATCH
    assert all(len(call) == 1 or sum(map(len, call)) <= 50_000 for call in models.calls)


def test_the_dash_of_a_signature_is_no_part_of_the_name() -> None:
    told = [*NameModels(_Models(), _Rampart()).read([("en", "-- M. Example")])]  # type: ignore[arg-type]
    assert [(match.start, match.end) for names in told for match in names] == [(3, 13)]
