"""The two things a program asks for: an audit, or the inventory alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory

from bpoaudit import pipeline, scanning
from bpoaudit.gate import Thresholds
from bpoaudit.masking import key_from_file, random_key
from bpoaudit.measures import load_lists, load_suppression
from bpoaudit.model import AuditResult, ScanResult
from bpoaudit.outputs import check_key, check_outputs, wants_baseline, wants_findings, write_outputs
from bpoaudit.rules import choose_packs, load_exceptions
from bpoaudit.vendor import lists_of, load_profile, recognizers_of


def audit(
    delivery: Sequence[str | Path],
    vendor: str | Path,
    *,
    rules: Sequence[str] = (),
    outputs: Sequence[str | Path] = (),
    key_file: str | Path | None = None,
    passwords: Sequence[str] = (),
    jobs: int = 1,
    as_of: date | None = None,
    thresholds: Thresholds | None = None,
    waivers: str | Path | None = None,
    baseline: str | Path | None = None,
    suppression: str | Path | None = None,
) -> AuditResult:
    """Audit a delivery against a vendor profile, as `bpoaudit audit` does.

    `delivery` are paths or URIs, `vendor` is the profile's file, `rules` are packs by name or folder
    (those of the profile unless given), `outputs` files to write, by their endings; `waivers` and
    `baseline` are the files of what was accepted and known before. Without `key_file` fingerprints do not
    link two runs, so a baseline can be neither read nor written. Raises `BpoauditError`; what could not be
    read is in the result.
    """
    files = [Path(path) for path in outputs]
    named = (waivers, baseline, suppression)
    waived, known, erased = (None if path is None else Path(path) for path in named)
    check_outputs(files, [*map(Path, delivery), Path(vendor), waived, known, erased])
    profile = load_profile(Path(vendor))
    check_outputs(files, lists_of(profile, Path(vendor)))
    reading = _reading(files, key_file, passwords, jobs, recognizers_of(profile, Path(vendor)))
    if erased is not None:
        reading = replace(reading, suppressed=load_suppression(erased, reading.key))
    reading = replace(reading, lists=load_lists(profile.lists, Path(vendor).parent, reading.key))
    clock = _clock()
    day = as_of or clock.now.date()
    packs, choices = choose_packs(rules, profile, day, Path(vendor))
    check_key(files, reading.key)
    exceptions = load_exceptions(profile, packs, day, reading.key.lasting_id, waived, known)
    with TemporaryDirectory(prefix="bpoaudit-") as folder:
        result, segments, made = pipeline.audit(
            delivery, profile, packs, choices, reading=reading, thresholds=thresholds or Thresholds(),
            clock=clock, as_of=as_of, folder=Path(folder), exceptions=exceptions,
            wants_baseline=wants_baseline(files),
        )  # fmt: skip
        write_outputs(result, segments, files, baseline=made)
    return result


def scan(
    delivery: Sequence[str | Path],
    *,
    outputs: Sequence[str | Path] = (),
    key_file: str | Path | None = None,
    passwords: Sequence[str] = (),
    jobs: int = 1,
) -> ScanResult:
    """Take the inventory of a delivery, without a vendor and without a judgement, as `bpoaudit scan` does.

    Arguments are those of `audit`. Raises `BpoauditError`; what could not be read is in the result.
    """
    files = [Path(path) for path in outputs]
    check_outputs(files, map(Path, delivery))
    reading = _reading(files, key_file, passwords, jobs)
    with TemporaryDirectory(prefix="bpoaudit-") as folder:
        result, segments = pipeline.scan(delivery, reading=reading, clock=_clock(), folder=Path(folder))
        write_outputs(result, segments, files)
    return result


def _reading(
    outputs: Sequence[Path],
    key_file: str | Path | None,
    passwords: Sequence[str],
    jobs: int,
    recognizers: Sequence[Path] = (),
) -> scanning.Reading:
    return scanning.Reading(
        key=random_key() if key_file is None else key_from_file(Path(key_file)),
        recognizers=tuple(recognizers),
        passwords=tuple(passwords),
        jobs=jobs,
        keep_findings=wants_findings(outputs),
    )


def _clock() -> pipeline.Clock:
    return pipeline.Clock.running(token_hex(8))
