"""What changed between two results of the same vendor: rules, score, sources, fields, entities."""

from bpoaudit.comparison.compare import Comparison, compare
from bpoaudit.comparison.data import (
    CoverageChange,
    EntityChange,
    FieldChange,
    SourceChange,
    VolumeJump,
)
from bpoaudit.comparison.drift import Shape, drift, shape_of
from bpoaudit.comparison.judged import Kind, Outcome, RuleChange, ScoreChange, incomparable

__all__ = [
    "Comparison",
    "CoverageChange",
    "EntityChange",
    "FieldChange",
    "Kind",
    "Outcome",
    "RuleChange",
    "ScoreChange",
    "Shape",
    "SourceChange",
    "VolumeJump",
    "compare",
    "drift",
    "incomparable",
    "shape_of",
]
