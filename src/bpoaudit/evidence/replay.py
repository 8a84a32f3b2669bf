"""Audit a delivery again as a bundle says it was audited, and hold the results against each other."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from bpoaudit import pipeline, scanning
from bpoaudit.errors import EvidenceError, UsageError
from bpoaudit.evidence.delivered import check_key
from bpoaudit.evidence.signing import BASELINE, PROFILE, REPORTS, WAIVERS
from bpoaudit.evidence.statement import PACKS
from bpoaudit.evidence.verifying import Verified
from bpoaudit.gate import Thresholds
from bpoaudit.measures import load_lists, load_suppression
from bpoaudit.model import AuditResult, Severity
from bpoaudit.outputs import write_outputs
from bpoaudit.report.formats import FINDINGS_ENDINGS, ending_of
from bpoaudit.report.json_document import render_json
from bpoaudit.rules import Pack, load_exceptions, load_packs
from bpoaudit.rules.parameters import with_parameters
from bpoaudit.suggestions import shown
from bpoaudit.vendor import VendorProfile, load_profile, recognizers_of

_IDENTITIES = (
    ("source", "field"),
    ("source",),
    ("rule",),
    ("entity",),
    ("pack",),
    ("id",),
    ("domain",),
    ("name",),
)
"""Keys by which the members of a list are told from one another, the first that are in all of them."""


class Given(NamedTuple):
    """What a bundle must not hold, and who replays it has."""

    reading: scanning.Reading
    vendor: Path | None = None
    """The profile itself, where it has word lists or names files."""
    suppression: Path | None = None


class Replayed(NamedTuple):
    """How a replay came out."""

    size: int
    """Bytes of audit.json now."""
    differences: tuple[str, ...]
    """Place by place; none where the bytes are the same."""


def replay(
    verified: Verified, delivery: Sequence[str], given: Given, progress: scanning.Progress | None = None
) -> Replayed:
    """Audit `delivery` again by the profile, packs, waivers, baseline, options and clock of a bundle.

    What was chosen for that audit (which packs apply) is taken as signed; what follows from the delivery is
    found anew. Raises `UsageError` where something is missing without which the bytes could not be the
    same, and `EvidenceError` where the bundle contradicts itself.
    """
    if verified.members is None or verified.data is None:
        raise UsageError("a replay needs a bundle", "make one with: bpoaudit sign … -o FILE.zip")
    if not verified.whole:
        raise UsageError("what differs from what was signed is not replayed", "see what verify says of it")
    then = verified.result()
    _check_replayable(then, given.reading)
    with TemporaryDirectory(prefix="bpoaudit-") as name:
        folder = Path(name)
        for member, data in verified.members.items():
            if member.startswith(PACKS) or member in (PROFILE, WAIVERS, BASELINE):
                path = folder / "bundle" / member
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
        packs = _packs(folder / "bundle", then)
        found = [n for n in verified.members if n.startswith(REPORTS) and n.endswith(FINDINGS_ENDINGS)]
        given = given._replace(reading=replace(given.reading, keep_findings=bool(found)))
        now = _again(then, delivery, given, folder, packs, progress)
        text = render_json(now.result).encode()
        told: list[str] = []
        if text != verified.data:
            told += differences(json.loads(verified.data), json.loads(text))
            told = told or ["audit.json: the same result, written otherwise"]
        for member in found:
            path = folder / f"again{ending_of(Path(member))}"
            write_outputs(now.result, now.segments, [path])
            if path.read_bytes() != verified.members[member]:
                told.append(f"{member}: other findings")
    return Replayed(len(text), tuple(told))


def _again(
    then: AuditResult,
    delivery: Sequence[str],
    given: Given,
    folder: Path,
    packs: Sequence[Pack],
    progress: scanning.Progress | None,
) -> pipeline.Audited:
    bundle, run = folder / "bundle", then.audit
    profile = _profile(then, given, bundle / PROFILE)
    packs = with_parameters(packs, profile, given.vendor)
    day = date.fromisoformat(run.as_of)
    key = given.reading.key
    reading = replace(
        given.reading,
        language=run.options.get("language", "auto"),
        model=given.reading.model or run.options.get("model"),
        recognizers=(
            *given.reading.recognizers,
            *(recognizers_of(profile, given.vendor) if given.vendor else ()),
        ),
        suppressed=load_suppression(given.suppression, key) if given.suppression else None,
        lists=load_lists(profile.lists, given.vendor.parent, key) if given.vendor else None,
    )
    exceptions = load_exceptions(
        profile, packs, day, key.lasting_id,
        waivers=bundle / WAIVERS if run.waivers else None,
        baseline=bundle / BASELINE if run.baseline else None,
    )  # fmt: skip
    finished = datetime.fromisoformat(run.finished_at)
    segments = folder / "findings"
    segments.mkdir()
    return pipeline.audit(
        delivery, profile, packs, run.pack_choices, reading=reading, thresholds=_thresholds(run.options),
        clock=pipeline.Clock(datetime.fromisoformat(run.started_at), run.id, lambda: finished),
        as_of=day, folder=segments, progress=progress, exceptions=exceptions,
        earlier=(lambda _: None) if "drift" in then.measures else None,
    )  # fmt: skip


def _check_replayable(then: AuditResult, reading: scanning.Reading) -> None:
    check_key(reading.key, then)
    run = then.audit
    if "judged_again" in run.options:
        raise UsageError(
            "this audit was judged again from another one", "bundle the one that read the delivery"
        )
    if then.measures.get("drift"):
        raise UsageError(
            "this audit compared the delivery with one before it, and a bundle holds no history",
            "audit with --no-history for a bundle that can be replayed",
        )


def _profile(then: AuditResult, given: Given, kept: Path) -> VendorProfile:
    profile = load_profile(given.vendor or kept)
    options, detection = then.audit.options, profile.detection
    held = {
        "allow_list": len(detection.allow_list),
        "deny_list": sum(len(d.values) for d in detection.deny_list),
    }
    lacks = [name for name, count in held.items() if options.get(name, 0) != count]
    if given.vendor is None:
        lacks += ["recognizers"] if detection.recognizers else []
        lacks += ["lists"] if "lists" in then.measures else []
        if lacks:
            told = f"the profile has what a bundle leaves out: {', '.join(lacks)}"
            raise UsageError(told, "give the profile itself with --vendor")
    lacks += [each.partition(":")[0] for each in differences(then.vendor, profile.public())]
    if lacks:
        told = f"this is not the profile of the audit: {', '.join(lacks[:3])}"
        raise UsageError(told, "give the one of that time with --vendor")
    if options.get("suppression") and given.suppression is None:
        raise UsageError("the audit had a suppression list", "give it with --suppression")
    return profile


def _packs(bundle: Path, then: AuditResult) -> tuple[Pack, ...]:
    home = bundle / PACKS
    packs = load_packs([str(home / used.id) for used in then.audit.packs], home)
    for pack, used in zip(packs, then.audit.packs, strict=True):
        if pack.digest != used.digest:
            raise EvidenceError(
                f"the pack {used.id} of the bundle is not that of its audit.json", file=used.id
            )
    return packs


def _thresholds(options: dict[str, Any]) -> Thresholds:
    fail_on = options.get("fail_on", "never")
    return Thresholds(
        fail_on=None if fail_on == "never" else Severity(fail_on),
        min_score=options.get("min_score"),
        min_coverage=options.get("min_coverage"),
        new_only=bool(options.get("new_only")),
        project=options.get("project"),
    )


def differences(then: Any, now: Any, place: str = "") -> Iterator[str]:
    """Yield the places at which two documents differ, with what stood there then and stands there now.

    Members of lists are told by what they are about (a source, a rule), not by their position.
    """
    if isinstance(then, dict) and isinstance(now, dict):
        for key in sorted({*then, *now}):
            at = f"{place}.{key}" if place else key
            if key not in now or key not in then:
                yield f"{at}: only {'then' if key in then else 'now'}"
            else:
                yield from differences(then[key], now[key], at)
    elif isinstance(then, list) and isinstance(now, list):
        by_name = _named(then, now)
        if by_name is not None:
            for name in sorted({*by_name[0], *by_name[1]}):
                at = f"{place}[{name}]"
                if name not in by_name[0] or name not in by_name[1]:
                    yield f"{at}: only {'then' if name in by_name[0] else 'now'}"
                else:
                    yield from differences(by_name[0][name], by_name[1][name], at)
            if then != now and list(by_name[0]) != list(by_name[1]) and {*by_name[0]} == {*by_name[1]}:
                yield f"{place}: in another order"
        elif len(then) != len(now):
            yield f"{place}: {len(then)} then, {len(now)} now"
        else:
            for at, (old, new) in enumerate(zip(then, now, strict=True)):
                yield from differences(old, new, f"{place}[{at}]")
    elif then != now:
        yield f"{place}: {shown(then)} then, {shown(now)} now"


def _named(then: list[Any], now: list[Any]) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Return the members of two lists by what they are about; None where that does not tell them apart."""
    both = [*then, *now]
    if not both or not all(isinstance(each, dict) for each in both):
        return None
    for keys in _IDENTITIES:
        if all(key in each for each in both for key in keys):
            sides = [{", ".join(str(each[k]) for k in keys): each for each in side} for side in (then, now)]
            if len(sides[0]) == len(then) and len(sides[1]) == len(now):
                return sides[0], sides[1]
    return None
