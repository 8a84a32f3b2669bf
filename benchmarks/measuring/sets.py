"""Labelled sets: the public ones where they are at hand, and the halves of the project's own corpus."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any

from bpoaudit.catalog import CATALOG, fold
from measuring.spans import Gold, Group

CORPUS = Path(__file__).parents[1] / "corpus" / "data"

_SIDE_LABELS = frozenset({"ORG", "NRP", "AGE", "ID", "PASSWORD", "URL"})
_NOT_CORE: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        # Their dates are times of day and weekdays, too.
        "en_sgd": frozenset({"DATE"}),
        "en_restaurant8k": frozenset({"DATE"}),
        "en_nlupp": frozenset({"DATE"}),
        "en_slurp": frozenset({"DATE"}),
        # Mostly the last four digits, without the question that tells what they are.
        "en_multidogo_turns": frozenset({"US_SSN"}),
    }
)

GROUPS: Mapping[str, str] = MappingProxyType(
    {
        "STREET_ADDRESS": "LOCATION",
        "POSTAL_CODE": "LOCATION",
        "DATE_OF_BIRTH": "DATE",
        "DATE_TIME": "DATE",
        "PHONE_NUMBER": "PHONE",
        "EMAIL_ADDRESS": "EMAIL",
        "IBAN_CODE": "IBAN",
        "IP_ADDRESS": "IP",
    }
)
"""Entities that are scored together, as the public sets do; all others stand for themselves."""


@dataclass(frozen=True)
class Row:
    """One text, or one turn of a conversation."""

    id: str
    text: str
    spans: tuple[Gold, ...]
    conversation: str = ""
    speaker: str = ""


@dataclass(frozen=True)
class LabelledSet:
    """Texts with what they hold."""

    name: str
    rows: tuple[Row, ...]
    labels: frozenset[str]
    """Groups that it annotates well enough to score."""
    core: frozenset[str]
    """Groups that its total counts."""
    group: Group
    weak: bool = False
    """Labels are whole turns: only recall says something."""
    held: bool = False
    """For reporting only: nobody looks at single rows of it."""

    @property
    def gold(self) -> list[tuple[Gold, ...]]:
        """The labels of each row."""
        return [row.spans for row in self.rows]


def group_of(entity: str) -> str:
    """Return the group in which the corpus scores an entity."""
    name = fold(entity)
    return GROUPS.get(name, name)


def public_sets(folder: Path) -> list[LabelledSet]:
    """Return the sets of a folder that has `datasets.json`, `score.py` and `SET.jsonl` files."""
    described: dict[str, dict[str, Any]] = json.loads((folder / "datasets.json").read_text("utf-8"))
    group: Group = scorer_of(folder).grp
    return [
        LabelledSet(
            name,
            _rows(folder / f"{name}.jsonl"),
            frozenset(map(group, about["score"])),
            _core(name, frozenset(map(group, about["score"]))),
            group,
            weak=about.get("weak", False),
        )
        for name, about in sorted(described.items())
    ]


def _core(name: str, labels: frozenset[str]) -> frozenset[str]:
    return labels - _SIDE_LABELS - _NOT_CORE.get(name, frozenset())


def corpus_sets() -> list[LabelledSet]:
    """Return texts and conversations of both halves of the project's corpus."""
    labels = frozenset(map(group_of, CATALOG))
    return [
        LabelledSet(
            f"corpus_{half}_{kind}",
            _rows(CORPUS / half / f"{kind}.jsonl"),
            labels,
            labels,
            group_of,
            held=half == "held",
        )
        for half in ("dev", "held")
        for kind in ("texts", "conversations")
    ]


def scorer_of(folder: Path) -> ModuleType:
    """Load the scorer of the public sets."""
    spec = importlib.util.spec_from_file_location("public_scorer", folder / "score.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError(folder / "score.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _rows(path: Path) -> tuple[Row, ...]:
    with path.open(encoding="utf-8") as lines:
        return tuple(
            Row(
                row["id"],
                row["text"],
                tuple((start, end, label) for start, end, label in row["spans"]),
                row.get("conversation", ""),
                row.get("speaker", ""),
            )
            for row in map(json.loads, lines)
        )
