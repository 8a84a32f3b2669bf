"""How well the detector does on labelled data: measured by the benchmarks, shipped with the package."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field

from bpoaudit.model import AuditResult
from bpoaudit.report import words
from bpoaudit.report.languages import language_name

_Share = Annotated[float, Field(ge=0, le=1)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Set(_Part):
    set: str
    data: str
    what: str
    of: int
    precision: _Share | None
    recall: _Share


class _Measured(_Part):
    entities: tuple[str, ...]
    set: str
    of: int
    precision: _Share
    recall: _Share


class _Shipped(_Part):
    version: str
    sets: tuple[_Set, ...]
    entities: tuple[_Measured, ...]


@dataclass(frozen=True, slots=True)
class AccuracyRow:
    """One line of figures."""

    what: str
    of: str
    """What the recall is a share of."""
    precision: str
    """Of what was reported so much was right; a dash where the data do not tell."""
    recall: str


@dataclass(frozen=True, slots=True)
class Accuracy:
    """What was measured, for the scope of a report."""

    version: str
    other_version: bool
    """Whether the audit was made by another version than the figures."""
    own_model: bool
    """Whether the audit ran with a model or recognisers that were not measured."""
    sets: tuple[AccuracyRow, ...]
    found: tuple[AccuracyRow, ...]
    """The kinds of data that this delivery holds."""


@cache
def _shipped() -> _Shipped:
    text = files("bpoaudit.report").joinpath("accuracy.yaml").read_text("utf-8")
    return _Shipped.model_validate(yaml.safe_load(text))


def accuracy(result: AuditResult) -> Accuracy:
    """Return the figures that bear on `result`."""
    shipped = _shipped()
    options = result.audit.options
    return Accuracy(
        version=shipped.version,
        other_version=shipped.version != result.tool.version,
        own_model=bool(options.get("model") or options.get("recognizers")),
        sets=tuple(_row(f"{_titled(each)}", each) for each in shipped.sets),
        found=tuple(_found(result, shipped.entities)),
    )


def _found(result: AuditResult, measured: Iterable[_Measured]) -> Iterable[AccuracyRow]:
    held = {each.entity for field in result.inventory for each in field.entities}
    for each in measured:
        names = [words.plain(name) for name in each.entities if name in held]
        if names:
            where = "conversations" if each.set.endswith("conversations") else "texts"
            yield _row(f"{words.listed(names)}, in {where}", each)


def _titled(each: _Set) -> str:
    if each.data == "invented":
        return f"Invented {each.what}, not looked at while the detector was written"
    language, _, name = each.set.partition("_")
    if each.what == "columns":
        return "Public tables: columns"
    return f"{language_name(language)}: {name}"


def _row(what: str, each: _Set | _Measured) -> AccuracyRow:
    precision = "–" if each.precision is None else words.percent(each.precision, 1.0)
    return AccuracyRow(what, words.number(each.of), precision, words.percent(each.recall, 1.0))
