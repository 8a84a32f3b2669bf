"""Find personal data in record batches. The only package that imports Presidio."""

from __future__ import annotations

from bpoaudit.detect.columns import ColumnEvidence, ColumnVerdict, judge_column
from bpoaudit.detect.detector import BatchCandidates, Detector, ValueCandidates
from bpoaudit.detect.engine import Engine
from bpoaudit.detect.language_model import combined
from bpoaudit.detect.names import NameBook, proven_in
from bpoaudit.detect.own_recognizers import OwnRecognizer, deny_lists
from bpoaudit.detect.recognizer_file import load_recognizers
from bpoaudit.detect.routing import SourcePlan, plan_source
from bpoaudit.detect.spool import Spool

__all__ = [
    "BatchCandidates",
    "ColumnEvidence",
    "ColumnVerdict",
    "Detector",
    "Engine",
    "NameBook",
    "OwnRecognizer",
    "SourcePlan",
    "Spool",
    "ValueCandidates",
    "combined",
    "deny_lists",
    "judge_column",
    "load_recognizers",
    "plan_source",
    "proven_in",
]
