"""What becomes of what is found: by rules of the user's, by the agreement of a profile, else by a default."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bpoaudit.catalog import CATALOG
from bpoaudit.documents import load_yaml, validate
from bpoaudit.errors import PolicyError
from bpoaudit.suggestions import suggestion
from bpoaudit.vendor import Agreement
from bpoaudit.vendor.globs import SOURCE_SEPARATORS, matches
from bpoaudit.vendor.words import Entity, Glob, Section

Placeholder = Annotated[str, Field(pattern=r"^[\[<][A-Za-z][A-Za-z _-]{0,38}[A-Za-z][\]>]$")]
Operator = Literal["keep", "mask", "replace", "hash", "drop"]
OPERATORS: tuple[Operator, ...] = ("keep", "mask", "replace", "hash", "drop")
MAX_KEPT = 4
"""Characters that a mask may leave clear at the end: with more, a scan would call the value partly clear."""


@dataclass(frozen=True, slots=True)
class Action:
    """What is done with one occurrence, or with a whole value."""

    operator: Operator
    text: str = ""
    """What `replace` writes; empty: the entity in angle brackets."""
    keep_last: int = 0
    """Characters at the end that `mask` leaves."""


class RedactionRule(Section):
    """What is done where all that is given here is true. The first rule that fits counts."""

    source: Glob | None = None
    """Of a source, as in findings.jsonl; `*` and `?` stop at `/`, `!` and `#`, `**` does not."""
    field: Glob | None = None
    """Of a field, whatever the case."""
    entities: Annotated[tuple[Entity, ...], Field(min_length=1)] | None = None
    """Left out: all of them."""
    whole: bool = False
    """Whether it is about whole values of the field, whatever is found in them."""
    operator: Operator
    text: Annotated[Placeholder | None, Field(alias="with")] = None
    """What `replace` writes: words in square or angle brackets, which nobody takes for a value."""
    keep_last: Annotated[int, Field(ge=0, le=MAX_KEPT)] = 0
    """Characters at the end that `mask` leaves clear."""

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        if self.text is not None and self.operator != "replace":
            raise ValueError("'with' goes with the operator replace")
        if self.keep_last and self.operator != "mask":
            raise ValueError("'keep_last' goes with the operator mask")
        if self.whole and (self.field is None or self.entities is not None):
            raise ValueError("'whole' needs a field, and no entities: it is about all that stands there")
        return self

    def covers(self, source: str, field: str) -> bool:
        """Tell whether the rule is about this field of this source."""
        if self.source is not None and not matches(self.source, source, SOURCE_SEPARATORS):
            return False
        return self.field is None or matches(self.field.casefold(), field.casefold())

    @property
    def action(self) -> Action:
        """Return what is done."""
        return Action(self.operator, self.text or "", self.keep_last)


class RedactionPolicy(Section):
    """A policy file."""

    api_version: Annotated[Literal["bpoaudit/v1"], Field(alias="apiVersion")] = "bpoaudit/v1"
    kind: Literal["RedactionPolicy"] = "RedactionPolicy"
    default: Operator | None = None
    """For what no rule is about. Left out: what the agreement says where there is one, else `mask`."""
    rules: tuple[RedactionRule, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """What becomes of each occurrence. Names are the true ones."""

    form: RedactionPolicy = field(default_factory=RedactionPolicy)
    agreement: Agreement | None = None

    def excludes(self, source: str) -> bool:
        """Tell whether the profile excludes a source, or what it lies in."""
        return self.agreement is not None and self.agreement.exclusion_of(source) is not None

    def covers(self, source: str) -> bool:
        """Tell whether a feed of the agreement covers a source, where that is what decides."""
        if self.agreement is None or self.form.default is not None:
            return True
        return self.agreement.feed_of(source) is not None

    def of_whole(self, source: str, field: str, *, is_column: bool) -> Action | None:
        """Return what is done with whole values of a field; None where what is found in them decides."""
        rule = next((r for r in self.form.rules if r.covers(source, field) and r.entities is None), None)
        if rule is not None:
            return rule.action if rule.whole else None
        if self.agreement is not None and self.form.default is None and is_column:
            feed = self.agreement.feed_of(source)
            if feed is None or not feed.lists(field):
                return Action("drop")
        return None

    def of(self, source: str, field: str, entity: str) -> Action:
        """Return what is done with an occurrence of `entity`."""
        for rule in self.form.rules:
            named = rule.entities is None or entity in rule.entities
            if not rule.whole and named and rule.covers(source, field):
                return rule.action
        if self.form.default is not None:
            return Action(self.form.default)
        if self.agreement is None:
            return Action("mask")
        feed = self.agreement.feed_of(source)
        term = feed.term(field, entity) if feed else None
        if term is None:
            return Action("drop")
        return Action("keep" if term.masking == "none" else "mask")


def load_policy(path: Path, own: Collection[str] = ()) -> RedactionPolicy:
    """Read the policy at `path`; `own` are entities of recognisers of the user's.

    `PolicyError` lists every fault with line and column.
    """
    document = load_yaml(path, PolicyError)
    form = validate(document, RedactionPolicy)
    known = {*CATALOG, *own}
    for index, rule in enumerate(form.rules):
        for number, entity in enumerate(rule.entities or ()):
            if entity not in known:
                message = f"no entity is called {entity}{suggestion(entity, sorted(known))}"
                raise document.fault(("rules", index, "entities", number), message)
    return form
