"""Which packs are judged, and why the others are not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pandas as pd

from bpoaudit.model import Coverage, Delivery, PackChoice, Share
from bpoaudit.rules import masks
from bpoaudit.rules.answers import answered_in
from bpoaudit.rules.declared import vendor_rows
from bpoaudit.rules.facts import frame_of
from bpoaudit.rules.packs import DEFAULT_PACKS, Pack, bundled, load_packs
from bpoaudit.rules.parameters import with_parameters
from bpoaudit.rules.registry import tables
from bpoaudit.vendor import VendorProfile

_NOTHING = Share(read=0, total=0)
_UNREAD = Delivery(
    key_id="", sources=(), coverage=Coverage(sources=_NOTHING, bytes=_NOTHING, records=_NOTHING)
)


def choose_packs(
    asked: Sequence[str], profile: VendorProfile, as_of: date, written: Path | None = None
) -> tuple[tuple[Pack, ...], tuple[PackChoice, ...]]:
    """Return the packs to judge by, and what speaks for and against each pack that there is.

    Those that are asked for win, then those that the profile names. Otherwise `DEFAULT_PACKS` are judged
    and every bundled pack whose law binds by the facts of the profile (countries, sector, services). A
    pack whose condition asks for an unknown fact is left out, and the choice names the fact. Parameters of
    rules are those that the profile gives. Raises `RulePackError`, and `ProfileError` with a line of
    `written`, the profile's file, for parameters that do not fit.
    """
    named = asked or profile.packs or ()
    why = "asked for" if asked else "named by the profile"
    known = {pack.id: pack for pack in load_packs(bundled())}
    chosen = {pack.id: pack for pack in load_packs(named)}
    choices = [_choice(pack, True, why) for pack in chosen.values()]
    frame = frame_of(tables()["vendor"], vendor_rows(profile, _UNREAD))
    assert frame is not None
    for pack in known.values():
        if pack.id in chosen:
            continue
        binds, reason = _binds(pack, frame, as_of)
        default = not named and pack.id in DEFAULT_PACKS
        if default or (binds and not named):
            chosen[pack.id] = pack
            choices.append(_choice(pack, True, reason if binds else "judged unless packs are named"))
        else:
            choices.append(_choice(pack, False, f"{reason}, but not {why}" if binds else reason))
    choices.sort(key=lambda choice: (not choice.judged, choice.pack))
    return with_parameters(tuple(chosen.values()), profile, written), tuple(choices)


def _choice(pack: Pack, judged: bool, why: str) -> PackChoice:
    return PackChoice(pack=pack.id, title=pack.form.title, judged=judged, why=why)


def _binds(pack: Pack, frame: pd.DataFrame, as_of: date) -> tuple[bool, str]:
    if pack.applies_when is None:
        return False, "judged only where it is asked for"
    until = pack.form.in_force_until
    if until is not None and as_of > until:
        return False, f"was in force until {until.isoformat()}"
    truth = masks.truth(pack.applies_when, frame, as_of).iloc[0]
    because = pack.form.applies_because or "the profile says that it binds"
    if truth is pd.NA:
        missing = sorted(masks.unknown_fields(pack.applies_when, frame))
        return False, f"cannot be told without {', '.join(answered_in(missing) or missing)}"
    return bool(truth), because if truth else f"does not bind: not so that {because}"
