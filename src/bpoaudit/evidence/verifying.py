"""Verify evidence: the signature first, then only verified bytes are read, then files are hashed again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from securesystemslib.signer import SSlibKey

from bpoaudit.errors import EvidenceError, UsageError
from bpoaudit.evidence import bundle
from bpoaudit.evidence.envelope import MAX_BYTES, opened
from bpoaudit.evidence.held import (
    FAILURES,
    Held,
    hold_exceptions,
    hold_folder,
    hold_members,
    hold_packs,
    hold_result,
)
from bpoaudit.evidence.statement import FILES, Statement, statement_in
from bpoaudit.model import AuditResult
from bpoaudit.report.json_document import result_in


@dataclass(frozen=True, slots=True)
class Verified:
    """What a verified signature says, and what became of the files that were handed over with it."""

    statement: Statement
    held: tuple[Held, ...]
    data: bytes | None
    """The bytes of the signed audit.json, where they are there."""
    members: Mapping[str, bytes] | None
    """Of a bundle, less its envelope."""

    @property
    def whole(self) -> bool:
        """Whether nothing was found to differ."""
        return not any(each.state in FAILURES for each in self.held)

    def with_held(self, more: Iterable[Held]) -> Verified:
        """Return it with what became of further things."""
        return replace(self, held=(*self.held, *more))

    def result(self) -> AuditResult:
        """Return the audit that was signed. Raises `UsageError` where it was not handed over."""
        if self.data is None:
            name = self.statement.predicate.result_file
            raise UsageError(f"this needs the signed {name}", "put it beside the envelope, or use a bundle")
        return result_in(self.data, Path(self.statement.predicate.result_file))


def verify_file(
    file: Path, named: Sequence[Path], key: SSlibKey, packs: Mapping[str, str] | None = None
) -> Verified:
    """Verify the envelope or bundle at `file`; `packs` are digests of rule packs by id.

    The files of an envelope are those `named`, or else those beside it. Raises `EvidenceError` for what
    cannot be read, `SignatureError` where the signature does not hold.
    """
    head = _head(file)
    if head == bundle.MAGIC:
        if named:
            raise UsageError("a bundle holds its files itself", "name no others")
        members = bundle.read_bundle(file)
        envelope = members.pop(bundle.ENVELOPE, None)
        if envelope is None:
            raise EvidenceError(f"there is no {bundle.ENVELOPE} in it", file=str(file))
        statement = statement_in(opened(envelope, key, f"{file}!{bundle.ENVELOPE}"), str(file))
        held = hold_members(statement, members)
        name = statement.predicate.result_file
        signed = statement.named(FILES + name)
        same = {each.name for each in held if each.state not in FAILURES}
        data = members.get(name) if signed is not None and signed.name in same else None
    elif head[:1] == b"{":
        members = None
        statement = statement_in(opened(_bytes(file), key, str(file)), str(file))
        held, data = hold_folder(statement, file.parent, named)
    else:
        raise EvidenceError("is neither an envelope (JSON) nor a bundle (ZIP)", file=str(file))
    held = [
        *held,
        *hold_result(statement, data, statement.predicate.result_file),
        *hold_exceptions(statement, held),
        *hold_packs(statement, packs or {}, held),
    ]
    return Verified(statement, tuple(held), data, members)


def _head(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(len(bundle.MAGIC))
    except OSError as error:
        raise EvidenceError(f"cannot be read: {error.strerror}", file=str(file)) from None


def _bytes(file: Path) -> bytes:
    with file.open("rb") as stream:
        return stream.read(MAX_BYTES + 1)
