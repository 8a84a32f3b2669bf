"""Word what is wrong in a document so that its author sees the way out: "did you mean …?"."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

MAX_SHOWN = 40
"""Characters of a wrong value that a message repeats; a longer one is only described."""
MAX_LISTED = 12
"""Possible words that a message lists."""

_QUOTED = re.compile(r"'([^']*)'")


def shown(value: Any) -> str:
    """Repeat a short value in quotes; describe any other by its kind and size."""
    if isinstance(value, str):
        if len(value) <= MAX_SHOWN and value.isprintable():
            return f"'{value}'"
        return f"a text of {len(value)} characters"
    if value is None or isinstance(value, (bool, int, float)):
        return json.dumps(value)
    return f"a list of {len(value)}" if isinstance(value, list) else "a mapping"


def suggestion(word: object, known: Iterable[str], aliases: Mapping[str, str] | None = None) -> str:
    """Return `; did you mean 'x'?`, or else the known words if they are few, or else nothing."""
    words = sorted(set(known))
    if isinstance(word, str):
        if aliases and word in aliases:
            return f"; did you mean '{aliases[word]}'?"
        folded = {candidate.casefold(): candidate for candidate in words}
        near = difflib.get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
        if near:
            return f"; did you mean '{folded[near[0]]}'?"
    return f"; known: {', '.join(words)}" if 0 < len(words) <= MAX_LISTED else ""


def explain(detail: ErrorDetails, model: type[BaseModel]) -> tuple[str, bool]:
    """Turn one pydantic error into our words; say whether it is about the key, not the value."""
    kind, location, value = detail["type"], detail["loc"], detail["input"]
    if kind == "extra_forbidden":
        key = location[-1]
        return f"unknown key {shown(key)}{suggestion(key, _keys_at(model, location[:-1]))}", True
    if kind == "missing":
        return f"the key {shown(location[-1])} is missing", False
    if kind in ("literal_error", "enum"):
        # pydantic gives the words only as a sentence: "'a', 'b' or 'c'".
        words = _QUOTED.findall(detail["ctx"]["expected"])
        return f"{shown(value)} is not a known word here{suggestion(value, words)}", location[-1] == "[key]"
    if kind == "string_type" and isinstance(value, (bool, int, float)):
        return "must be text; write it in quotes", False
    if kind in ("tuple_type", "list_type"):
        return "must be a list", False
    if kind == "too_short":
        return "must not be empty", False
    message = detail["msg"].removeprefix("Value error, ").removeprefix("Input ")
    return message[:1].lower() + message[1:], location[-1:] == ("[key]",)


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models(argument)


def _annotations_at(model: type[BaseModel], location: tuple[int | str, ...]) -> list[Any]:
    """Follow `location` through the model's fields; indices and dictionary keys stay in place."""
    current: list[Any] = [model]
    for step in location:
        fields = [
            field.annotation
            for annotation in current
            for each in _models(annotation)
            for name, field in each.model_fields.items()
            if step == (field.alias or name)
        ]
        current = fields or current
    return current


def _keys_at(model: type[BaseModel], location: tuple[int | str, ...]) -> list[str]:
    return [
        field.alias or name
        for annotation in _annotations_at(model, location)
        for each in _models(annotation)
        for name, field in each.model_fields.items()
    ]
