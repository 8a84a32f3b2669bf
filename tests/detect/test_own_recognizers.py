"""What a user's own recognisers and deny-lists find: in texts, in columns, in names, and out of time."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from presidio_analyzer import EntityRecognizer, Pattern, PatternRecognizer

from bpoaudit.detect import own_recognizers
from bpoaudit.detect.columns import judge_column
from bpoaudit.detect.detector import BatchCandidates, Detector
from bpoaudit.detect.engine import Engine
from bpoaudit.detect.matches import DENY_LIST, THRESHOLD
from bpoaudit.detect.names import NameBook
from bpoaudit.detect.own_recognizers import PATIENCE, OwnRecognizers, deny_lists
from bpoaudit.masking import Key
from bpoaudit.model import FieldKind
from bpoaudit.readers.batch import FieldValues, RecordBatch

KEY = Key(b"0" * 32)


def pattern(entity: str, regex: str, score: float, *context: str) -> PatternRecognizer:
    return PatternRecognizer(
        supported_entity=entity,
        name="Own",
        patterns=[Pattern("p", regex, score)],
        context=list(context) or None,
    )


EMPLOYEE = ("EMPLOYEE_ID", r"^E\d{5}$|\bE\d{5}\b", 0.3, "employee", "matricule")


def found(own: OwnRecognizers, text: str, context: Sequence[str] = ()) -> list[tuple[str, str, float]]:
    return [(text[m.start : m.end], m.entity, m.score) for m in own.find(text, THRESHOLD, context)]


def test_context_words_raise_the_score_as_presidio_does() -> None:
    own = OwnRecognizers([pattern(*EMPLOYEE)])
    assert found(own, "number E12345") == []
    assert found(own, "the employee is E12345") == [("E12345", "EMPLOYEE_ID", 0.65)]
    assert found(own, "E12345", ["matricule"]) == [("E12345", "EMPLOYEE_ID", 0.65)]


def test_a_score_threshold_of_its_own_goes_before_ours() -> None:
    recognizer = pattern("EMPLOYEE_ID", r"\bE\d{5}\b", 0.3)
    recognizer.score_thresholds = {"default": 0.2}
    assert found(OwnRecognizers([recognizer]), "number E12345") == [("E12345", "EMPLOYEE_ID", 0.3)]
    recognizer.score_thresholds = {"default": 0.2, "EMPLOYEE_ID": 0.5}
    assert found(OwnRecognizers([recognizer]), "number E12345") == []


def test_presidios_names_of_an_entity_are_ours() -> None:
    own = OwnRecognizers([pattern("UK_POSTCODE", r"ZZ1 1ZZ", 0.9)])
    assert own.entities == {"POSTAL_CODE"}
    assert found(own, "at ZZ1 1ZZ") == [("ZZ1 1ZZ", "POSTAL_CODE", 0.9)]


def test_a_deny_list_finds_whole_words_and_phrases_in_any_case() -> None:
    own = OwnRecognizers(deny_lists([("PERSON", ["Zorbla", "Zorbla Quint", "a.b(c"]), ("LOCATION", [])]))
    text = "ZORBLA QUINT met Zorblas and zorbla, a.b(c!"
    assert [value for value, _, _ in found(own, text)] == ["ZORBLA QUINT", "zorbla", "a.b(c"]
    assert own.entities == {"PERSON"}


def test_a_pattern_that_runs_out_of_time_is_counted_and_then_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_recognizers, "TIMEOUT", 0.02)
    slow = pattern("SLOW", r"(b|(a+)+)$", 0.9)
    own = OwnRecognizers([slow, pattern("OTHER", "zz", 0.9)])
    hostile = "zz" + "a" * 3000 + "!"
    for number in range(1, PATIENCE + 1):
        assert [entity for _, entity, _ in found(own, hostile)] == ["OTHER"]
        assert own.gave_up == number
    assert found(own, "b") == []
    assert own.gave_up == PATIENCE + 1, "a text that it is not tried on is not read either"


# --- through the detector ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def detector() -> Detector:
    own: list[EntityRecognizer] = [
        pattern(*EMPLOYEE),
        *deny_lists([("PERSON", ["Zorbla Quint"]), ("ACCOUNT_ID", ["K-77"])]),
    ]
    return Detector(Engine(own=own), KEY, allowed=["K-77"])


def columns(
    detector: Detector, header: str, values: Sequence[str]
) -> tuple[BatchCandidates, list[list[str]]]:
    batch = RecordBatch(len(values), (FieldValues(header, range(1, len(values) + 1), values),))
    plan = detector.plan([batch], FieldKind.COLUMN)
    out = detector.detect(batch, plan, {header: header})
    verdict = judge_column(plan.of(header), out.evidence[header])
    standing: list[list[str]] = [[] for _ in values]
    for value in out.values:
        settled = value.candidates if value.final else verdict.settle(value.candidates)
        for record in value.records:
            standing[record - 1] = [c.match.entity for c in settled]
    return out, standing


@pytest.mark.slow
def test_a_column_is_told_by_a_recogniser_of_the_users(detector: Detector) -> None:
    values = [f"E{n:05}" for n in range(10_000, 10_040)]
    _, standing = columns(detector, "employee", values)
    assert standing == [["EMPLOYEE_ID"]] * 40


@pytest.mark.slow
def test_a_denied_value_is_found_in_any_column_and_whatever_is_allowed(detector: Detector) -> None:
    values = [*(f"K-{n}" for n in range(10, 40)), "K-77", "Zorbla Quint"]
    _, standing = columns(detector, "product", values)
    assert standing[-2:] == [["ACCOUNT_ID"], ["PERSON"]]
    assert standing[:-2] == [[]] * 30


@pytest.mark.slow
def test_a_denied_value_is_found_in_text_and_replaced_in_names(detector: Detector) -> None:
    note = "The file was handed over to zorbla quint yesterday, who is going to look into it again."
    [analysis] = detector.engine.text([note], THRESHOLD)
    assert DENY_LIST in {m.recognizer for m in analysis.matches}
    names = NameBook(detector.engine, KEY)
    assert names.public("exports/zorbla_quint.csv").startswith("exports/<PERSON:")
    assert {"EMPLOYEE_ID"} <= set(detector.engine.entities)


@pytest.mark.slow
def test_values_that_were_too_much_for_a_pattern_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_recognizers, "TIMEOUT", 0.02)
    detector = Detector(Engine("de", own=[pattern("SLOW", r"(b|(a+)+)$", 0.9)]), KEY)
    hostile = "a" * 3000 + "!"
    out, _ = columns(detector, "code", ["c", hostile, "d", hostile])
    assert out.evidence["code"].unread == 2
    out, _ = columns(detector, "notes", ["See this: " + hostile, "and that is all of it, as far as I know"])
    assert out.evidence["notes"].unread == 1
