"""Judge an audit again, with another profile, other packs or another day, without the delivery."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from bpoaudit.errors import UsageError
from bpoaudit.gate import Thresholds, gate_of
from bpoaudit.model import AuditResult, FieldInventory, PackChoice, PackUsed, SourceStatus
from bpoaudit.rules import RULE_PARAMS, Exceptions, Pack, excepted, facts_of, judge_all, options_of
from bpoaudit.scoring import score
from bpoaudit.vendor import VendorProfile, exclusion_notices

_BY_CLASSIFICATION = ("equivalence_classes", "keys_beside", "test_data")
_OF_JUDGING = ("project", RULE_PARAMS)
"""Options of the earlier judgement that say nothing of how the delivery was read."""
_BY_AGREEMENT = ("feed", "limit_days", "over_limit")


def judge_again(
    earlier: AuditResult,
    profile: VendorProfile,
    packs: Sequence[Pack],
    choices: Sequence[PackChoice],
    *,
    thresholds: Thresholds,
    run: dict[str, str],
    as_of: date,
    exceptions: Exceptions | None = None,
) -> AuditResult:
    """Return `earlier` with new verdicts, score and gate; what was read and found stays as it was.

    `run` has the id and the two times of the new run. Where the agreement is another than before, what
    is agreed is matched against the published names: a pattern that needs a name in which personal data
    was replaced no longer fits. Waivers and baseline of that time are forgotten; those of `exceptions`
    are held against the findings that `earlier` points at.
    """
    skipped = _left_out(earlier, profile, as_of)
    same = profile.public().get("agreement") == earlier.vendor.get("agreement")
    inventory = earlier.inventory if same else tuple(map(_unmatched, earlier.inventory))
    measures = dict(earlier.measures)
    if not same:
        # Which feeds hide people or hold none was told by the agreement of that time.
        for name in _BY_CLASSIFICATION:
            measures.pop(name, None)
        if "conduct" in measures:
            measures["conduct"] = [{**row, "feed": None} for row in measures["conduct"]]
    periods = same and profile.public().get("retention") == earlier.vendor.get("retention")
    if not periods:
        measures["dates"] = [{**row, "trigger": None} for row in measures.get("dates", ())]
    if not periods or as_of.isoformat() != earlier.audit.as_of:
        measures["dates"] = [_uncounted(row) for row in measures.get("dates", ())]
    facts = facts_of(profile, earlier.delivery, inventory, measures, as_of)
    held = excepted(judge_all(packs, facts), facts, exceptions or Exceptions(), None)
    verdicts = held.verdicts
    points = score(verdicts, earlier.delivery.coverage)
    used = tuple(
        PackUsed(id=p.id, version=p.form.version, title=p.form.title, digest=p.digest) for p in packs
    )
    read = {name: value for name, value in earlier.audit.options.items() if name not in _OF_JUDGING}
    options = {**read, **thresholds.as_options(), **options_of(packs), "judged_again": earlier.audit.id}
    told: dict[str, Any] = {
        "as_of": as_of.isoformat(),
        "options": options,
        "packs": used,
        "pack_choices": tuple(choices),
    }
    excluding = profile.agreement.exclude if profile.agreement else ()
    notices = (*exclusion_notices(excluding, skipped, as_of), *held.notices)
    told |= {"waivers": held.waivers, "baseline": held.baseline, "notices": notices}
    return earlier.model_copy(
        update={
            "audit": earlier.audit.model_copy(update={**run, **told}),
            "vendor": profile.public(),
            "inventory": inventory,
            "verdicts": verdicts,
            "measures": measures,
            "score": points,
            "gate": gate_of(verdicts, points, earlier.delivery, thresholds),
        }
    )


def _left_out(earlier: AuditResult, profile: VendorProfile, day: date) -> list[str]:
    """Return what was excluded then; `UsageError` where it no longer is, as nothing is known of it."""
    names = [s.source for s in earlier.delivery.sources if s.status is SourceStatus.SKIPPED]
    agreement = profile.agreement_on(day)
    holding = [name for name in names if agreement and agreement.exclusion_of(name)]
    # A container is left out with all that is in it, whether or not a pattern names it.
    holding += [n for n in names if any(inner.startswith((f"{n}!", f"{n}#")) for inner in holding)]
    if missing := sorted({*names} - {*holding}):
        raise UsageError(
            f"the profile no longer excludes what was left out of the reading ({len(missing)} sources)",
            "audit the delivery itself, without --from",
        )
    return names


def _unmatched(field: FieldInventory) -> FieldInventory:
    """Forget what the agreement of that time said of a field."""
    entities = tuple(e.model_copy(update={"agreed": None, "agreed_masking": None}) for e in field.entities)
    return field.model_copy(update={"agreed": None, "entities": entities})


def _uncounted(row: dict[str, Any]) -> dict[str, Any]:
    """Forget what was over a limit of that time: only the oldest and the newest date are known."""
    return {key: None if key in _BY_AGREEMENT else value for key, value in row.items()}
