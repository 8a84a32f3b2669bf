"""One exception tree and the exit codes.

    BpoauditError                  everything we anticipate; carries a message and a hint
    ├── UsageError                 wrong options or arguments
    ├── NoInputError               nothing to audit at the given paths
    ├── DocumentError              a YAML or JSON file of the user's is wrong (file, line, column)
    │   ├── ProfileError           the vendor profile
    │   ├── ProjectError           the project file
    │   ├── RulePackError          a rule, a pack or a rule's test file
    │   ├── WaiverError            the waiver file
    │   ├── PolicyError            the policy of a redaction
    │   ├── BaselineError          the baseline of known failures
    │   ├── ResponseError          the vendor's responses to an audit
    │   └── EvidenceError          an envelope, a bundle or a key for signing
    │       └── SignatureError     the signature does not hold, or is of another key
    ├── ModelError                 the language model is missing or is not the pinned one
    ├── OutputError                an output could not be written
    ├── HistoryError               the history of audits cannot be read or written
    ├── ClusterError               the Dask cluster cannot be reached, or would not do what this machine does
    └── SourceError                one source of the delivery could not be (fully) read
        ├── UnsupportedSource      a format bpoaudit does not read
        ├── UnreadableSource       broken, truncated, not permitted
        ├── EncryptedSource        needs a password
        └── LimitReached           more than one file of a delivery may unpack to

Only the pipeline catches `SourceError` (the audit goes on, coverage falls); only the command line
catches the rest. No message may quote the content of a delivery.
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What a process that ran bpoaudit can rely on (design: command line)."""

    OK = 0
    """Complete, nothing at or above the thresholds."""
    FAILED = 1
    """A threshold was crossed, or tests failed."""
    NO_RESULT = 2
    """Usage, bad profile, bad rule pack, no input, internal error."""
    INCOMPLETE = 3
    """No threshold crossed, but something was not fully read or could not be judged."""
    INTERRUPTED = 130


KEPT = "the result itself is kept in "
"""Begins the note on an exception that ended the writing of outputs when the result was written already."""

RESUMABLE = "the same command goes on "
"""Begins the note on an interruption after which what was read is at hand."""


class BpoauditError(Exception):
    """Base of every anticipated error.

    ```python
    try:
        result = bpoaudit.audit(["delivery/"], vendor="vendor.yaml")
    except bpoaudit.BpoauditError as error:
        print(error.message, error.hint)
    ```
    """

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(BpoauditError):
    """Wrong options or arguments."""


class NoInputError(BpoauditError):
    """There is nothing to audit."""


class DocumentError(BpoauditError):
    """A document written by the user is wrong; says where."""

    def __init__(
        self,
        message: str,
        *,
        file: str,
        line: int | None = None,
        column: int | None = None,
        hint: str | None = None,
    ) -> None:
        place = ":".join(str(p) for p in (file, line, column) if p is not None)
        super().__init__(f"{place}: {message}", hint)
        self.file, self.line, self.column = file, line, column


class ProfileError(DocumentError):
    """The vendor profile is wrong."""


class ProjectError(DocumentError):
    """The project file is wrong."""


class RulePackError(DocumentError):
    """A rule, a pack manifest or a rule's test file is wrong."""


class WaiverError(DocumentError):
    """The waiver file is wrong."""


class PolicyError(DocumentError):
    """The policy of a redaction is wrong."""


class BaselineError(DocumentError):
    """The baseline is wrong, or of another vendor or key."""


class ResponseError(DocumentError):
    """The vendor's responses are wrong, or to another audit."""


class EvidenceError(DocumentError):
    """An envelope, a bundle or a key for signing cannot be used."""


class SignatureError(EvidenceError):
    """The signature does not hold, or is of another key: a failure, where the others are no result."""


class ModelError(BpoauditError):
    """The language model is missing, or its files are not the pinned ones."""


class OutputError(BpoauditError):
    """An output file could not be written."""


class HistoryError(BpoauditError):
    """The history of audits cannot be read or written."""


class ClusterError(BpoauditError):
    """A Dask cluster cannot be reached, was lost, or would not give the results of this machine."""


class SourceError(BpoauditError):
    """One source could not be read, or not to its end."""


class UnsupportedSource(SourceError):
    """A format that bpoaudit does not read."""


class UnreadableSource(SourceError):
    """Broken, truncated, vanished or not permitted."""


class EncryptedSource(SourceError):
    """The source needs a password."""


class LimitReached(SourceError):
    """A limit on depth, number or size was hit; what came before it was read."""
