"""Ask the language model whether a column holds names of people or of places, cell by cell.

On one cell its answer means little; over a column it does: of the cells of name columns it takes four
in ten or more for people, of products, companies, job titles and other labels hardly any. Only spaCy
is asked: without a sentence around it rampart takes most words for a name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from bpoaudit.detect.engine import Engine
from bpoaudit.detect.given_names import full_names
from bpoaudit.detect.masked import masking_state
from bpoaudit.detect.matches import THRESHOLD, covers
from bpoaudit.model import MaskingState

SAMPLE = 60
"""Distinct values that are asked about, the first of the head: enough to tell a share to a tenth."""
MIN_SAMPLE = 2
"""Fewer values that could be names tell nothing."""
FULL_NAMES, FULL_NAMES_SHARE, SURNAMES_SHARE = 20, 0.6, 0.5
"""Distinct values, the share that must begin with a given name, and that of different last words."""

_RECOGNIZER = "SpacyRecognizer"
_MAX_LENGTH = 40
_MAX_WORDS = 5
_MAX_CODE = 3


def name_shares(engine: Engine, values: Iterable[str]) -> Mapping[str, float] | None:
    """Return the share of `PERSON` and `LOCATION` among the values that could be names.

    None where nobody can tell: too few such values, not Latin, or a language without a model.
    """
    distinct = tuple(dict.fromkeys(value.strip() for value in values))
    nameable = [value for value in distinct if _may_be_name(value)]
    if not engine.knows_names or len(nameable) < MIN_SAMPLE or 2 * len(nameable) < len(distinct):
        return None
    sample = [_as_written(value) for value in nameable[:SAMPLE]]
    if 2 * sum(value[0] < "\u0250" for value in sample) < len(sample):
        return None
    seen: Counter[str] = Counter()
    for value, analysis in zip(sample, engine.text(sample, THRESHOLD), strict=True):
        names = {m.entity for m in analysis.matches if m.recognizer == _RECOGNIZER and covers(m, value)}
        seen.update(names)
    return {entity: seen[entity] / len(sample) for entity in ("PERSON", "LOCATION")}


def are_full_names(values: Sequence[str]) -> bool:
    """Tell whether distinct values are people by their frequent given names, with surnames that differ.

    `Emma sofa`, `Oliver chair` and `Sophie lamp` are none: few things bear all the names.
    """
    if len(values) < FULL_NAMES:
        return False
    written = map(_as_written, values)
    begun = [value for value in written if any(covers(match, value) for match in full_names(value))]
    last = {value.rpartition(" ")[2] for value in begun}
    return len(begun) >= FULL_NAMES_SHARE * len(values) and len(last) >= SURNAMES_SHARE * len(begun)


def _may_be_name(value: str) -> bool:
    letters = sum(map(str.isalpha, value))
    return (
        letters >= 2
        and value[0].isalpha()
        and len(value) <= _MAX_LENGTH
        and len(value.split()) <= _MAX_WORDS
        and not any(char.isdigit() or char in "@\\|=<>{}[]" for char in value)
        and masking_state(value) is MaskingState.CLEAR
    )


def _as_written(value: str) -> str:
    """Return the value as it would be written: the model knows `John Smith`, not `SMITH, JOHN` (or `/`)."""
    last, comma, first = value.partition(", " if ", " in value else "/")
    if comma and first and not {",", "/"} & {*first}:
        value = f"{first} {last}"
    if value.islower() or (value.isupper() and len(value) > _MAX_CODE):
        return value.title()
    return value
