"""`bpoaudit verify`: hold signed evidence against files, a delivery, a replay, one finding."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bpoaudit.cli import options
from bpoaudit.errors import ExitCode, SignatureError, UsageError

if TYPE_CHECKING:
    from bpoaudit.evidence.verifying import Verified
    from bpoaudit.scanning import Reading


def verify(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="What `bpoaudit sign` wrote: an envelope or a bundle.")
    ],
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="SIGNED", help="Signed files that do not lie beside the envelope."),
    ] = None,
    key: Annotated[
        Path | None, typer.Option("--key", metavar="FILE", help="Public key of the signer (FILE.pub).")
    ] = None,
    delivery: Annotated[
        list[str] | None,
        typer.Option(
            "--delivery", metavar="PATH", help="Repeatable; the delivery: its files are hashed again."
        ),
    ] = None,
    rules: Annotated[
        list[str] | None,
        typer.Option(
            "--rules", "-r", metavar="PACK", help="Repeatable; rule packs to hold against the audit."
        ),
    ] = None,
    replay: Annotated[
        list[str] | None,
        typer.Option(
            "--replay",
            metavar="PATH",
            help="Repeatable; the delivery: audit it again by the bundle, and compare the bytes.",
        ),
    ] = None,
    finding: Annotated[
        str | None,
        typer.Option(
            "--finding",
            metavar="FINDING",
            help="Confirm it in --delivery: a fingerprint of audit.json, or a line of findings.jsonl.",
        ),
    ] = None,
    vendor: Annotated[
        Path | None,
        typer.Option("--vendor", metavar="FILE", help="For a replay: the profile, where it has word lists."),
    ] = None,
    suppression: Annotated[
        Path | None,
        typer.Option(
            "--suppression", metavar="FILE", help="For a replay: the suppression list of the audit."
        ),
    ] = None,
    key_file: options.KeyFile = None,
    password_file: options.PasswordFile = None,
    jobs: options.Jobs = None,
    model: options.Model = None,
    recognizers: options.Recognizers = None,
    verbose: options.Verbose = False,
) -> None:
    """Verify a signed audit: signature, files, and what is given beside them.

    Exit codes: 0 what could be checked is as it was signed, 1 something differs or is missing, 2 no result.
    """
    from bpoaudit.evidence import require_libraries

    require_libraries()
    if key is None:
        raise UsageError("verify needs --key FILE, the public key of the signer")
    if replay and (delivery or finding):
        raise UsageError("--replay holds the files of the delivery by itself", "leave the other option out")
    if finding and not delivery:
        raise UsageError("a finding is confirmed in a delivery", "name it, or the one file, with --delivery")
    from bpoaudit.evidence.delivered import hold_delivery, naming, not_given
    from bpoaudit.evidence.signing_keys import load_verifier
    from bpoaudit.evidence.told import fault_lines, verified_lines
    from bpoaudit.evidence.verifying import verify_file

    signer = load_verifier(key)
    hmac = options.key_of(key_file)
    try:
        verified = verify_file(file, files or [], signer, _digests(rules) if rules else None)
    except SignatureError as fault:
        _say(fault_lines(fault))
        raise typer.Exit(ExitCode.FAILED) from None
    statement = verified.statement
    same_key = hmac if hmac.key_id == statement.predicate.delivery.key_id else None
    if finding or not (delivery or replay):
        verified = verified.with_held(not_given(statement))
    else:
        paths = delivery or replay or []
        verified = verified.with_held(hold_delivery(statement, paths, same_key, naming(same_key)))
    _say(verified_lines(statement, signer.keyid, verified.held))
    if not verified.whole:
        raise typer.Exit(ExitCode.FAILED)
    if replay or finding:
        from bpoaudit.scanning import Reading

        reading = Reading(
            key=hmac, passwords=options.passwords_of(password_file), jobs=options.jobs_of(jobs), model=model,
            recognizers=tuple(recognizers or ()),
        )  # fmt: skip
        passed = (
            _confirmed(verified, finding, delivery or [], reading)
            if finding
            else _replayed(verified, replay or [], reading, vendor, suppression, verbose)
        )
        raise typer.Exit(ExitCode.OK if passed else ExitCode.FAILED)


def _replayed(
    verified: Verified,
    delivery: list[str],
    reading: Reading,
    vendor: Path | None,
    suppression: Path | None,
    verbose: bool,
) -> bool:
    from bpoaudit.cli.progress import progress
    from bpoaudit.evidence.replay import Given, replay
    from bpoaudit.evidence.told import replayed_lines

    with progress(verbose) as heard:
        replayed = replay(verified, delivery, Given(reading, vendor, suppression), heard)
    _say(replayed_lines(replayed.size, replayed.differences))
    return not replayed.differences


def _confirmed(verified: Verified, finding: str, delivery: list[str], reading: Reading) -> bool:
    from bpoaudit.evidence.confirm import asked_for, confirm
    from bpoaudit.evidence.told import Answer, confirmation_lines

    result = verified.result()
    asked = asked_for(finding, result)
    answers = confirm(asked, result, delivery, reading, options.clock_of())
    _say(confirmation_lines(answers))
    return all(each.answer is Answer.CONFIRMED for each in answers)


def _digests(rules: list[str]) -> dict[str, str]:
    from bpoaudit.rules import load_packs

    return {pack.id: pack.digest for pack in load_packs(rules)}


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        typer.echo(line)
