"""The checks that an outsourcing audit owes, and who makes each: rules, or a person with a question."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from bpoaudit.documents import load_yaml, validate
from bpoaudit.model import Severity
from bpoaudit.rules.forms import Line, Prose, RuleId
from bpoaudit.vendor.words import Section


class Check(Section):
    """One check."""

    id: Annotated[str, Field(pattern=r"^[A-Z]{3}-[0-9]{2}$")]
    """Group and number."""
    severity: Severity
    """How bad it is where it is not so."""
    what: Line
    """What has to be so, in one line."""
    rules: tuple[RuleId, ...] = ()
    """Rules that check it, or a part of it."""
    question: Prose | None = None
    """What a person has to ask, where no rule can tell, or for the part that none can."""

    milder: dict[RuleId, Line] = Field(default_factory=dict)
    """Those of the rules that are milder than the check, and why: they see a lesser part of it."""

    @model_validator(mode="after")
    def _check(self) -> Check:
        if not self.rules and self.question is None:
            raise ValueError("give rules, a question, or both")
        if not set(self.milder) <= set(self.rules):
            raise ValueError("milder are only rules of the check")
        return self


class Beyond(Section):
    """Rules that none of the checks asks for."""

    why: Line
    rules: Annotated[tuple[RuleId, ...], Field(min_length=1)]


class Catalogue(Section):
    """All checks, and the rules beyond them."""

    checks: Annotated[tuple[Check, ...], Field(min_length=1)]
    beyond: tuple[Beyond, ...] = ()


@cache
def catalogue() -> Catalogue:
    """Return the packaged catalogue."""
    return validate(load_yaml(Path(__file__).parent / "catalogue.yaml"), Catalogue)
