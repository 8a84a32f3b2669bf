"""A small rule pack on disk that tests change one line at a time, and the facts of small deliveries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bpoaudit.model import Coverage, Delivery, FieldInventory, Share, Source, SourceStatus
from bpoaudit.rules import Facts, Pack, facts_of, load_packs
from bpoaudit.rules.cases import MINIMAL_PROFILE
from bpoaudit.vendor import VendorProfile

AS_OF = date(2026, 6, 30)

PACK = """\
id: demo
title: Demonstration
version: "1.0"
jurisdiction: EU
law: GDPR
source: https://eur-lex.europa.eu/eli/reg/2016/679/oj
status: unverified
last_reviewed: 2026-01-01
disclaimer: Not legal advice.
"""

CONTROLS = """\
- {id: gdpr-art-32.1.a, title: GDPR Art. 32(1)(a), text: Pseudonymise and encrypt., dpv: "https://w3id.org/dpv#A"}
- {id: gdpr-art-5.1.c, title: GDPR Art. 5(1)(c), text: Only what is needed.}
"""

RULE = """\
apiVersion: bpoaudit/v1
kind: Rule
id: demo/card
version: 1
title: Payment cards are masked
severity: critical
domain: masking
description: Looks for clear card numbers.
criteria: Card numbers are unreadable.
effect: Cards can be misused.
references:
  - control: gdpr-art-32.1.a
params:
  floor: {type: number, default: 0.6, minimum: 0, maximum: 1}
applies_when: {field: vendor.services, contains: support}
evidence:
  from: findings
  where:
    all:
      - {field: entity, in: [CREDIT_CARD]}
      - {field: confidence, gte: {param: floor}}
expect:
  every: {field: masking, in: [masked, partial]}
message: "{failed} of {checked} in {source}, field {field}"
remediation: {text: Mask to the last four digits., effort: medium}
"""


def write_pack(folder: Path, rules: dict[str, str], pack: str = PACK, controls: str = CONTROLS) -> Path:
    """Write a pack; `rules` are file names and texts."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pack.yaml").write_text(pack, encoding="utf-8")
    (folder / "controls.yaml").write_text(controls, encoding="utf-8")
    for name, text in rules.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def rule_text(**changes: str) -> str:
    """Return the demonstration rule with whole top-level keys replaced by `key: value`."""
    lines = RULE.splitlines()
    for key, value in changes.items():
        start = next(number for number, line in enumerate(lines) if line.startswith(f"{key}:"))
        end = start + 1
        while end < len(lines) and lines[end].startswith(" "):
            end += 1
        lines[start:end] = [f"{key}: {value}"]
    return "\n".join(lines) + "\n"


def profile_of(**sections: Any) -> VendorProfile:
    """Return the minimal profile with sections replaced; inside `vendor` and the like, merged."""
    data = dict(MINIMAL_PROFILE)
    for name, value in sections.items():
        known = data.get(name)
        data[name] = {**known, **value} if isinstance(known, dict) and isinstance(value, dict) else value
    return VendorProfile.model_validate(data)


def delivery_of(*sources: tuple[str, SourceStatus]) -> Delivery:
    """Return a manifest of sources with ten records each."""
    made = tuple(
        Source(
            source=name,
            media_type="text/csv",
            bytes=1,
            sha256=None,
            status=status,
            records_read=10,
            records_total=10,
        )
        for name, status in sources
    )
    share = Share(read=len(made), total=len(made))
    return Delivery(key_id="k", sources=made, coverage=Coverage(sources=share, bytes=share, records=share))


READ = delivery_of(("a.csv", SourceStatus.READ))


def facts(
    profile: VendorProfile | None = None,
    delivery: Delivery = READ,
    inventory: tuple[FieldInventory, ...] = (),
    measures: dict[str, Any] | None = None,
    as_of: date = AS_OF,
) -> Facts:
    """Return the facts of a small audit."""
    return facts_of(profile or profile_of(), delivery, inventory, measures or {}, as_of)


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., Pack]:
    """Write a pack with one rule, the demonstration rule with `changes`, and load it."""

    def loaded(text: str | None = None, **changes: str) -> Pack:
        folder = write_pack(tmp_path / "demo", {"card.yaml": text or rule_text(**changes)})
        return load_packs([str(folder)])[0]

    return loaded
