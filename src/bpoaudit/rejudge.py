"""Judge an audit again, with another profile, other packs or another day, without the delivery."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from bpoaudit.gate import Thresholds, gate_of
from bpoaudit.model import AuditResult, FieldInventory, PackChoice, PackUsed
from bpoaudit.rules import Exceptions, Pack, excepted, facts_of, judge_all
from bpoaudit.scoring import score
from bpoaudit.vendor import VendorProfile

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
    same = profile.public().get("agreement") == earlier.vendor.get("agreement")
    inventory = earlier.inventory if same else tuple(map(_unmatched, earlier.inventory))
    measures = dict(earlier.measures)
    if not same:
        # Which feeds hide people, and behind what, was told by the agreement of that time.
        measures.pop("equivalence_classes", None)
    if not same or as_of.isoformat() != earlier.audit.as_of:
        measures["dates"] = [_uncounted(row) for row in measures.get("dates", ())]
    facts = facts_of(profile, earlier.delivery, inventory, measures, as_of)
    held = excepted(judge_all(packs, facts), facts, exceptions or Exceptions(), None)
    verdicts = held.verdicts
    points = score(verdicts, earlier.delivery.coverage)
    used = tuple(
        PackUsed(id=p.id, version=p.form.version, title=p.form.title, digest=p.digest) for p in packs
    )
    options = {**earlier.audit.options, **thresholds.as_options(), "judged_again": earlier.audit.id}
    told: dict[str, Any] = {
        "as_of": as_of.isoformat(),
        "options": options,
        "packs": used,
        "pack_choices": tuple(choices),
    }
    told |= {"waivers": held.waivers, "baseline": held.baseline, "notices": held.notices}
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


def _unmatched(field: FieldInventory) -> FieldInventory:
    """Forget what the agreement of that time said of a field."""
    entities = tuple(e.model_copy(update={"agreed": None, "agreed_masking": None}) for e in field.entities)
    return field.model_copy(update={"agreed": None, "entities": entities})


def _uncounted(row: dict[str, Any]) -> dict[str, Any]:
    """Forget what was over a limit of that time: only the oldest and the newest date are known."""
    return {key: None if key in _BY_AGREEMENT else value for key, value in row.items()}
