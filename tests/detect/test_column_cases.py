"""The case tables of `tests/cases/columns`: a header and its values in, what stands in the column out."""

from __future__ import annotations

import gc
import weakref
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer.nlp_engine import NlpArtifacts, NoOpNlpEngine
from stdnum import iban, luhn
from stdnum.pl import pesel

from bpoaudit.detect.columns import ColumnEvidence, judge_column
from bpoaudit.detect.detector import Detector
from bpoaudit.detect.engine import Analysis, Engine, _match
from bpoaudit.detect.matches import Match
from bpoaudit.detect.pattern_set import PatternSet
from bpoaudit.detect.recognizers import build
from bpoaudit.detect.sentences import Known
from bpoaudit.documents import load_yaml
from bpoaudit.masking import Key
from bpoaudit.model import FieldKind
from bpoaudit.readers.batch import FieldValues, RecordBatch

CASES = Path(__file__).parents[1] / "cases" / "columns"
KEY = Key(b"k" * 32)
_CHECK: dict[str, Callable[[str], str]] = {
    "luhn": lambda n: n + luhn.calc_check_digit(n),
    "iban": lambda n: n[:2] + iban.calc_check_digits(f"{n[:2]}00{n[2:]}") + n[2:],
    "pesel": lambda n: n + pesel.calc_check_digit(n),
}


def cells(values: Any) -> list[str]:
    """Make the cells of a case: a list as it is, `of` cycled, `form` counted up, `mix` one after another."""
    if isinstance(values, list):
        return [str(value) for value in values]
    if "mix" in values:
        return [cell for part in values["mix"] for cell in cells(part)]
    if "of" in values:
        given = values["of"]
        return [str(given[at % len(given)]) for at in range(values.get("count", 30))]
    numbers = range(
        values.get("from", 0),
        values.get("from", 0) + values["count"] * values.get("step", 1),
        values.get("step", 1),
    )
    check = _CHECK.get(values.get("check", ""), str)
    return [check(values["form"].format(number)) for number in numbers]


class Patterns:
    """An engine without the language model."""

    knows_names = False
    gave_up = 0
    explains = False
    asks_users_recognizers = False

    def __init__(self) -> None:
        nlp = NoOpNlpEngine(models=[{"lang_code": "en", "model_name": "none"}])
        nlp.load()
        registry = RecognizerRegistry(recognizers=[PatternSet(build("en"), "en")], supported_languages=["en"])
        self._analyzer = AnalyzerEngine(registry=registry, nlp_engine=nlp, supported_languages=["en"])
        self._nothing = NlpArtifacts([], [], [], [], nlp, "en")

    def patterns(self, text: str, threshold: float) -> tuple[Match, ...]:
        found = self._analyzer.analyze(text, "en", score_threshold=threshold, nlp_artifacts=self._nothing)
        return tuple(map(_match, found))

    def own(self, text: str, threshold: float, context: Sequence[str] = ()) -> tuple[Match, ...]:
        return ()

    def text(
        self,
        texts: Sequence[str],
        threshold: float,
        written: str | None = None,
        known: Sequence[Sequence[Known]] = (),
    ) -> Iterator[Analysis]:
        for text in texts:
            yield Analysis(self.patterns(text, threshold), frozenset(), complete=True)


@pytest.fixture(scope="module")
def patterns() -> Detector:
    return Detector(Patterns(), KEY)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def model() -> Detector:
    return Detector(Engine(), KEY)


def test_a_detector_goes_with_the_last_who_holds_it() -> None:
    # With it go the models: two audits in one program must not need the memory of both.
    detector = Detector(Patterns(), KEY)  # type: ignore[arg-type]
    standing(detector, "ref", ["706973e7-22d9-4aff-8de9-d246ceba2131"])
    held = weakref.ref(detector)
    gc.disable()
    try:
        del detector
        assert held() is None
    finally:
        gc.enable()


def _batches(header: str, values: Sequence[str], size: int, beside: Sequence[str] = ()) -> list[RecordBatch]:
    """Make a table of one column with values; the headers `beside` it, in their order, may say `*` for it."""
    names = beside or ("*",)
    return [
        RecordBatch(
            len(part),
            tuple(
                FieldValues(
                    header if name == "*" else name, records, part if name == "*" else ["-"] * len(part)
                )
                for name in names
            ),
        )
        for at in range(0, len(values), size)
        for part in [values[at : at + size]]
        for records in [range(at + 1, at + 1 + len(part))]
    ]


def standing(
    detector: Detector, header: str, values: Sequence[str], size: int = 2000, beside: Sequence[str] = ()
) -> list[tuple[int, Match]]:
    """Return what stands in each record of a column read in batches of `size`."""
    batches = _batches(header, values, size, beside)
    plan = detector.plan(batches, FieldKind.COLUMN)
    evidence = ColumnEvidence()
    public = {name: name for name in (header, *beside)}
    found = [detector.detect(batch, plan, public) for batch in batches]
    for part in found:
        evidence.merge(part.evidence[header])
    verdict = judge_column(plan.of(header), evidence)
    return sorted(
        (
            (record, candidate.match)
            for part in found
            for value in part.values
            for candidate in (value.candidates if value.final else verdict.settle(value.candidates))
            for record in value.records
        ),
        key=lambda item: (item[0], item[1].start),
    )


def _tables() -> Iterator[Any]:
    for path in sorted(CASES.glob("*.yaml")):
        for case in load_yaml(path).data:
            marks = [pytest.mark.slow] if case.get("model") else []
            yield pytest.param(
                case, id=f"{path.stem}-{case['header']}-{cells(case['values'])[0][:20]}", marks=marks
            )


@pytest.mark.parametrize("case", list(_tables()))
def test_a_column_holds_what_it_should(case: dict[str, Any], request: pytest.FixtureRequest) -> None:
    detector = request.getfixturevalue("model" if case.get("model") else "patterns")
    values = cells(case["values"])
    found = standing(detector, case["header"], values, beside=case.get("beside", ()))
    counts = Counter(entity for _, entity in {(record, match.entity) for record, match in found})
    holds = {entity for entity, count in counts.items() if 2 * count >= len(values)}
    assert holds == set(case.get("holds", []))
    assert {e: n for e, n in counts.items() if e not in holds} == case.get("strays", {})
    if holds:
        wanted = case.get("masking", "clear")
        assert {str(match.masking) for _, match in found if match.entity in holds} == {wanted}


@pytest.mark.parametrize("size", [1, 7, 1000])
@pytest.mark.parametrize("header", ["zip", "customer_name", "column_5"])
def test_the_batch_size_changes_nothing(patterns: Detector, header: str, size: int) -> None:
    values = [f"4111-1111-1111-{at:04}" if at % 3 else f"{at:05}" for at in range(100)]
    assert standing(patterns, header, values, size) == standing(patterns, header, values)
