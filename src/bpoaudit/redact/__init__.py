"""Write the cleaned copy of a delivery: what becomes of what was found, and how each format is rewritten."""

from __future__ import annotations

from bpoaudit.redact.names import Names, relative_path
from bpoaudit.redact.occurrences import Occurrences
from bpoaudit.redact.policy import Policy, RedactionPolicy, load_policy
from bpoaudit.redact.rewriting import Refused, Rewriter, Rewritten
from bpoaudit.redact.source_redactor import UNCHANGED, WHOLE, Redaction, Tally

__all__ = [
    "UNCHANGED",
    "WHOLE",
    "Names",
    "Occurrences",
    "Policy",
    "Redaction",
    "RedactionPolicy",
    "Refused",
    "Rewriter",
    "Rewritten",
    "Tally",
    "load_policy",
    "relative_path",
]
