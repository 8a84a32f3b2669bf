"""Sign an audit: as an envelope that lies beside its files, or as a bundle that holds them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from securesystemslib.signer import CryptoSigner

from bpoaudit.delivery import fingerprint_file
from bpoaudit.delivery.content import Content
from bpoaudit.errors import EvidenceError, SourceError, UsageError
from bpoaudit.evidence import bundle
from bpoaudit.evidence.envelope import sealed
from bpoaudit.evidence.statement import PACKS, bare, payload_of, statement_of
from bpoaudit.evidence.strict_json import parse, sha256
from bpoaudit.model import AuditResult
from bpoaudit.report.formats import ending_of
from bpoaudit.report.json_document import MAX_DOCUMENT_BYTES, result_in

RESULT, PROFILE, WAIVERS, BASELINE = "audit.json", "profile.json", "waivers.yaml", "baseline.json"
REPORTS = "reports/"


class Resting(NamedTuple):
    """The files that a replay needs beside audit.json."""

    rules: Sequence[str] = ()
    """Packs by name or folder, where they are not those that come with bpoaudit."""
    waivers: Path | None = None
    baseline: Path | None = None


class _Audited(NamedTuple):
    data: bytes
    document: dict[str, Any]
    result: AuditResult


def envelope_over(audit: Path, files: Sequence[Path], signer: CryptoSigner) -> bytes:
    """Return the signed statement over an audit.json and `files`, which go by their plain names.

    Raises `DocumentError` where `audit` is no audit.json, `EvidenceError` where a file cannot be read,
    `UsageError` where two have the same name.
    """
    audited = _audited(audit)
    digests = {audit.name: sha256(audited.data)}
    for path in files:
        if path.name in digests:
            raise UsageError(f"two files have the name {path.name}", "verify finds files by their names")
        digests[path.name] = _digest(path)
    statement = statement_of(audited.result, audited.document, digests, audit.name)
    return sealed(payload_of(statement), signer)


def bundle_over(audit: Path, reports: Sequence[Path], resting: Resting, signer: CryptoSigner) -> bytes:
    """Return the bundle of an audit: audit.json, reports, all that judged it, and the signed statement.

    Of the profile it holds what audit.json does: no contact persons, no word lists. Raises like
    `envelope_over`, and `EvidenceError` where packs, waivers or baseline are not those of the audit.
    """
    audited = _audited(audit)
    for path in reports:
        ending_of(path)  # what is no report may hold what a bundle must not
    members = {
        RESULT: audited.data,
        PROFILE: (json.dumps(audited.document["vendor"], ensure_ascii=False, indent=1) + "\n").encode(),
        **dict(_exceptions(audited.result, resting)),
        **dict(_pack_files(audited.result, resting.rules)),
    }
    for path in reports:
        name = f"{REPORTS}{path.name}"
        if name in members:
            raise UsageError(f"two files have the name {path.name}", "a bundle tells them by their names")
        members[name] = _bytes(path)
    digests = {name: sha256(data) for name, data in members.items()}
    statement = statement_of(audited.result, audited.document, digests, RESULT)
    data = bundle.packed({**members, bundle.ENVELOPE: sealed(payload_of(statement), signer)})
    if len(data) > bundle.MAX_BYTES:
        told = f"the bundle would be larger than {bundle.MAX_BYTES // 1024 // 1024} MiB, which none may be"
        raise UsageError(told, "leave the findings out, or sign the files with -o FILE.dsse.json")
    return data


def _audited(path: Path) -> _Audited:
    data = _bytes(path)
    result = result_in(data, path)
    return _Audited(data, parse(data, str(path)), result)


def _exceptions(result: AuditResult, resting: Resting) -> Iterator[tuple[str, bytes]]:
    used = (
        ("--waivers", WAIVERS, result.audit.waivers, resting.waivers),
        ("--baseline", BASELINE, result.audit.baseline, resting.baseline),
    )
    for option, name, of_audit, path in used:
        if of_audit is None:
            if path is not None:
                raise UsageError(f"this audit was made without {option}", "leave it out")
            continue
        if path is None:
            raise UsageError(f"this audit was made with {option}", f"name that file with {option}")
        data = _bytes(path)
        if sha256(data) != bare(of_audit.digest):
            raise EvidenceError(f"is not the file that the audit had as {option}", file=str(path))
        yield name, data


def _pack_files(result: AuditResult, named: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Yield the files of the packs of an audit, those of the packs that they borrow rules from included."""
    from bpoaudit.rules import bundled, load_packs

    packs = {pack.id: pack for pack in load_packs(tuple(named))} if named else {}
    wanted = [used.id for used in result.audit.packs if used.id not in packs]
    missing = sorted(set(wanted) - {*bundled()})
    if missing:
        raise UsageError(
            f"these packs of the audit do not come with bpoaudit: {', '.join(missing)}",
            "name their folders with --rules",
        )
    packs |= {pack.id: pack for pack in load_packs(wanted)}
    told: dict[str, bytes] = {}
    for used in result.audit.packs:
        pack = packs[used.id]
        if pack.digest != used.digest:
            raise EvidenceError(
                f"the pack {used.id} is not the one that the audit was judged by",
                file=str(pack.path),
                hint="name the folder of that time with --rules, or audit again",
            )
        files = [(pack.id, pack.path / "pack.yaml"), (pack.id, pack.path / "controls.yaml")]
        files += [(rule.pack, rule.file) for rule in pack.rules]
        files += [(rule.pack, rule.file.parent / "controls.yaml") for rule in pack.rules]
        for of, path in dict.fromkeys(files):
            name, data = f"{PACKS}{of}/{path.name}", _bytes(path)
            if told.setdefault(name, data) != data:
                raise UsageError(f"two packs of the audit have different rules under {of}/{path.name}")
    yield from told.items()


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_DOCUMENT_BYTES + 1)
    except OSError as error:
        raise EvidenceError(f"cannot be read: {error.strerror}", file=str(path)) from None
    if len(data) > MAX_DOCUMENT_BYTES:
        raise EvidenceError(f"is larger than {MAX_DOCUMENT_BYTES // 1024 // 1024} MiB", file=str(path))
    return data


def _digest(path: Path) -> str:
    try:
        return fingerprint_file(Content.of_path(path))[0]
    except SourceError as error:
        raise EvidenceError(error.message, file=str(path)) from None
