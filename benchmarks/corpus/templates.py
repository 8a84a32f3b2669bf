"""The templates: YAML files, each template in one of two halves for good."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).with_name("templates")
TEXTS = ("notes", "identifiers", "special", "negatives", "masked", "languages")
CONVERSATIONS = ("calls", "chats")
TABLES = ("tables",)
HALVES = ("dev", "held")
HUBS = ("IN", "PH", "US", "UK", "IE", "ZA", "PL", "RO", "BR", "MX", "BD", "VN", "MY", "UA")


@dataclass(frozen=True)
class Template:
    """One template and how often it is filled."""

    id: str
    kind: str
    """The file it stands in."""
    style: str
    rows: int
    countries: tuple[str, ...]
    language: str
    content: Any
    """The text; the turns; the columns."""
    draw: tuple[str, ...]
    """What `@` stands for, row by row: keys of identifiers."""
    draw_term: str
    """What `@` stands for: a list of words."""
    delimiter: str

    @property
    def half(self) -> str:
        """`dev`, or `held` for reporting only: decided by the name alone, so that it never changes."""
        return HALVES[hashlib.sha256(self.id.encode()).digest()[0] % 2]


def read(kinds: tuple[str, ...], content: str) -> Iterator[Template]:
    """Yield the templates of some files; `content` is the key of what is filled."""
    for kind in kinds:
        page: dict[str, Any] = yaml.safe_load((FOLDER / f"{kind}.yaml").read_text("utf-8"))
        for entry in page["templates"]:
            yield Template(
                entry["id"],
                kind,
                page.get("style", "plain"),
                entry.get("rows", page.get("rows") or page.get("tables")),
                tuple(entry.get("countries", HUBS)),
                entry.get("language", "en"),
                entry[content],
                tuple(entry.get("draw", ())),
                entry.get("draw_term", ""),
                entry.get("delimiter", ","),
            )


def all_templates() -> tuple[Template, ...]:
    """Return every template."""
    return (*read(TEXTS, "text"), *read(CONVERSATIONS, "turns"), *read(TABLES, "columns"))
