"""What the result of a file depends on besides the file: where all of it is the same, so is the result."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from bpoaudit.executors.likeness import likeness
from bpoaudit.executors.work import Worker
from bpoaudit.measures import SuppressionList


def conditions(worker: Worker, options: Mapping[str, Any], recognizers: Sequence[str]) -> bytes:
    """Return all of it as bytes. They tell passwords and people: only a keyed hash of them may be kept.

    `options` are those of the detection, `recognizers` the SHA-256 of the user's. Of the agreement
    everything counts, as measures go by its feeds. Packs and the rest of the profile do not: they judge
    what was read.
    """
    measuring = worker.measuring
    told = {
        "program": likeness(),
        "models": [model.model_dump() for model in worker.detector.engine.known_models],
        "options": options,
        "recognizers": recognizers,
        "passwords": worker.passwords,
        "agreement": worker.agreement and worker.agreement.model_dump(mode="json"),
        "suppressed": measuring.suppressed and _people(measuring.suppressed),
        "lists": [
            (each.about.model_dump(mode="json"), _people(each.people)) for each in measuring.lists or ()
        ],
        "listed": measuring.lists is not None,
    }
    return json.dumps(told, sort_keys=True).encode()


def _people(listed: SuppressionList) -> list[list[tuple[str, int]]]:
    return [sorted(each.items()) for each in (listed.emails, listed.others, listed.digests)]
