"""Recognisers of a user's own: Presidio's YAML loads unchanged, and what is wrong is told by line."""

from __future__ import annotations

from pathlib import Path

import presidio_analyzer
import pytest
from presidio_analyzer import AnalyzerEngine, EntityRecognizer, PatternRecognizer
from presidio_analyzer.recognizer_registry.recognizers_loader_utils import RecognizerListLoader

from bpoaudit.detect import recognizers as ours
from bpoaudit.detect.language_model import blank
from bpoaudit.detect.matches import RESERVED
from bpoaudit.detect.recognizer_file import load_recognizers
from bpoaudit.errors import DocumentError

CONF = Path(presidio_analyzer.__file__).parent / "conf"

OWN = r"""
recognizers:
  - name: Employee number
    supported_languages:
      - {language: en, context: [employee]}
      - {language: fr, context: [matricule]}
    supported_entity: EMPLOYEE_ID
    patterns:
      - {name: letter and five digits, regex: '\bE\d{5}\b', score: 0.3}
  - name: Titles
    supported_language: de
    supported_entity: TITLE
    deny_list: [Herr, Frau]
    deny_list_score: 0.8
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "own.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def fault(folder: Path, text: str) -> str:
    with pytest.raises(DocumentError) as caught:
        load_recognizers(write(folder, text))
    return str(caught.value).removeprefix(str(folder))


def custom(pattern: str, more: str = "") -> str:
    return f"""recognizers:
  - name: Claim
    supported_language: en
    supported_entity: CLAIM_NO
    patterns:
      - name: claim
        regex: {pattern}
        score: 0.5
{more}"""


def test_a_file_is_loaded_by_presidio(tmp_path: Path) -> None:
    employee, titles = load_recognizers(write(tmp_path, OWN))
    assert type(employee) is type(titles) is PatternRecognizer
    assert (employee.name, employee.supported_entities) == ("Employee number", ["EMPLOYEE_ID"])
    assert employee.context == ["employee", "matricule"]
    assert (titles.supported_entities, titles.deny_list) == (["TITLE"], ["Herr", "Frau"])
    assert [pattern.score for pattern in titles.patterns] == [0.8]


def test_presidios_own_files_load_unchanged() -> None:
    assert [r.name for r in load_recognizers(CONF / "example_recognizers.yaml")] == [
        "Zip code Recognizer",
        "Titles recognizer",
    ]
    names = {r.name for r in load_recognizers(CONF / "default_recognizers.yaml")}
    assert {"CreditCardRecognizer", "IbanRecognizer", "PhoneRecognizer"} <= names
    assert "SpacyRecognizer" not in names, "the language models run anyway"


def test_a_predefined_recogniser_is_presidios_and_not_ours(tmp_path: Path) -> None:
    text = "recognizers:\n  - {name: PhoneRecognizer, type: predefined}\n  - EmailRecognizer\n"
    loaded = load_recognizers(write(tmp_path, text))
    assert {type(each).__module__.partition(".")[0] for each in loaded} == {"presidio_analyzer"}


def test_no_class_of_ours_bears_the_name_of_one_of_presidios() -> None:
    ours.build("en")
    by_home: dict[bool, set[str]] = {True: set(), False: set()}
    for each in RecognizerListLoader.get_all_existing_recognizers(EntityRecognizer):
        by_home[each.__module__.startswith("bpoaudit")].add(each.__name__)
    assert len(by_home[True]) > 20
    assert by_home[True].isdisjoint(by_home[False])


def test_presidios_default_registry_works_beside_ours() -> None:
    ours.build("en")
    engine = AnalyzerEngine(nlp_engine=blank("en"))
    homes = {type(each).__module__.partition(".")[0] for each in engine.registry.recognizers}
    assert homes == {"presidio_analyzer"}
    found = engine.analyze("write to jo@example.org or pay DE89370400440532013000", "en")
    assert {"EMAIL_ADDRESS", "IBAN_CODE"} <= {result.entity_type for result in found}


def test_a_recogniser_may_bear_the_name_of_a_class_of_ours(tmp_path: Path) -> None:
    ours.build("en")
    text = "recognizers:\n  - {name: AgeRecognizer, supported_entity: ERA, deny_list: [bronze age]}\n"
    assert [r.supported_entities for r in load_recognizers(write(tmp_path, text))] == [["ERA"]]


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("recognizers: [", ":2:1", "did not find"),
        ("- a\n", ":1:1", "should be an object"),
        ("{}", ":1:1", "the key 'recognizers' is missing"),
        ("recognizers: []", ":1:14", "must not be empty"),
        ("recognisers: [x]", ":1:1", "did you mean 'recognizers'?"),
        (custom("'(abc'"), ":7:16", "no regular expression: missing ) at character 5"),
        (custom("'(a+)+$'"), ":7:16", "takes too long"),
        (custom(r"'(\d+\s?)*x'"), ":7:16", "takes too long"),
        (custom("x", "        flags: 2\n"), ":9:9", "unknown key 'flags'"),
        (custom("x", "    contexts: [a]\n"), ":9:5", "did you mean 'context'?"),
        (custom("x").replace("0.5", "1.5"), ":8:16", "less than or equal to 1"),
        (custom("x").replace("0.5", "high"), ":8:16", "number"),
        (custom("x").replace("CLAIM_NO", "claim number"), ":4:23", "pattern"),
        (custom("x").replace("    supported_entity: CLAIM_NO\n", ""), ":2:5", "'supported_entity' is missing"),
        (custom("x").replace("language: en", "language: english"), ":3:25", "pattern"),
        (custom("x").replace("Claim", "RampartRecognizer"), ":2:11", "is taken"),
        (custom("x").replace("Claim", "IbanRecognizer"), ":2:5", "conflicts with a predefined recognizer"),
        (custom("x", "    supported_languages: [de]\n"), ":2:5", "Cannot specify both"),
        ("recognizers:\n  - {name: IbanRecogniser}\n", ":2:12", "did you mean 'IbanRecognizer'?"),
        ("recognizers:\n  - {name: AzureAILanguageRecognizer}\n", ":2:5", "asks a service"),
        ("recognizers:\n  - name: HuggingFaceNerRecognizer\n    type: predefined\n", ":2:5", "asks a service"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_by_its_place(text: str, place: str, said: str, tmp_path: Path) -> None:
    message = fault(tmp_path, text)
    assert message.startswith(f"/own.yaml{place}")
    assert said in message


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="cannot be read: No such file"):
        load_recognizers(tmp_path / "none.yaml")


def test_no_message_repeats_a_value_that_is_looked_for(tmp_path: Path) -> None:
    text = "recognizers:\n  - name: IbanRecognizer\n    supported_entity: X_Y\n    deny_list: [Maribel Quintanilla]\n"
    assert "Maribel" not in fault(tmp_path, text)


def test_a_recogniser_that_is_switched_off_is_left_out(tmp_path: Path) -> None:
    text = custom("x", "    enabled: false\n") + "  - CreditCardRecognizer\n"
    assert [r.name for r in load_recognizers(write(tmp_path, text))] == ["CreditCardRecognizer"]


def test_the_reserved_names_are_those_that_mean_something_in_findings() -> None:
    assert {"RampartRecognizer", "SpacyRecognizer", "GivenNameRecognizer", "DenyListRecognizer"} == RESERVED
