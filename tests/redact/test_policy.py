"""Which operator a policy chooses, and how it says what is wrong with it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bpoaudit.errors import PolicyError
from bpoaudit.masking import Key
from bpoaudit.redact import Policy, RedactionPolicy, load_policy
from bpoaudit.redact.operators import KeyedHash, operated
from bpoaudit.redact.policy import Action
from bpoaudit.vendor import Agreement

KEY, OTHER = Key(b"0" * 32), Key(b"1" * 32)


def loaded(tmp_path: Path, text: str) -> RedactionPolicy:
    path = tmp_path / "policy.yaml"
    path.write_text("apiVersion: bpoaudit/v1\nkind: RedactionPolicy\n" + text)
    return load_policy(path)


def test_everything_is_masked_unless_something_is_said() -> None:
    assert Policy().of("t.csv", "mail", "EMAIL_ADDRESS") == Action("mask")


def test_the_first_rule_that_fits_counts(tmp_path: Path) -> None:
    policy = Policy(
        loaded(
            tmp_path,
            "default: drop\nrules:\n"
            "- {source: 'exports/*.csv', field: Mail*, operator: keep}\n"
            "- {entities: [EMAIL_ADDRESS, PERSON], operator: replace, with: '[GONE]'}\n"
            "- {field: notes, whole: true, operator: hash}\n",
        )
    )
    assert policy.of("exports/t.csv", "mail_1", "EMAIL_ADDRESS").operator == "keep"
    assert policy.of("exports/old/t.csv", "mail_1", "EMAIL_ADDRESS") == Action("replace", "[GONE]")
    assert policy.of("t.csv", "mail", "PHONE_NUMBER").operator == "drop"
    assert policy.of_whole("t.csv", "NOTES", is_column=False) == Action("hash")
    assert policy.of_whole("exports/t.csv", "mail", is_column=True) is None


def test_an_agreement_keeps_masks_and_drops() -> None:
    agreement = Agreement.model_validate(
        {
            "feeds": [
                {
                    "id": "tickets",
                    "files": ["tickets*.csv"],
                    "fields": [
                        {"name": "mail", "entities": ["EMAIL_ADDRESS"]},
                        {"name": "phone", "entities": ["PHONE_NUMBER"], "masking": "partial"},
                    ],
                }
            ],
            "exclude": [{"files": ["*.wav"], "reason": "recordings stay"}],
        }
    )
    policy = Policy(agreement=agreement)
    assert policy.of("tickets_1.csv", "mail", "EMAIL_ADDRESS").operator == "keep"
    assert policy.of("tickets_1.csv", "phone", "PHONE_NUMBER").operator == "mask"
    assert policy.of("tickets_1.csv", "mail", "PERSON").operator == "drop"
    assert policy.of_whole("tickets_1.csv", "notes", is_column=True) == Action("drop")
    assert policy.of_whole("tickets_1.csv", "mail", is_column=True) is None
    assert policy.covers("tickets_1.csv")
    assert not policy.covers("other.csv")
    assert policy.excludes("a.wav")
    named = Policy(RedactionPolicy.model_validate({"default": "hash"}), agreement)
    assert named.of("other.csv", "mail", "PERSON").operator == "hash"  # the user's word goes before
    assert named.covers("other.csv")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("defualt: mask\n", "policy.yaml:3:1: unknown key 'defualt'; did you mean 'default'?"),
        ("default: encrypt\n", "policy.yaml:3:10: 'encrypt' is not a known word here"),
        ("rules:\n- operator: hash\n  entities: [EMAIL_ADRESS]\n", "policy.yaml:5:14: no entity is called EMAIL_ADRESS"),
        ("rules:\n- operator: mask\n  keep_last: 9\n", "policy.yaml:5:14: "),
        ("rules:\n- operator: replace\n  with: Ann Lee\n", "policy.yaml:5:9: "),
        ("rules:\n- {operator: hash, keep_last: 2}\n", "'keep_last' goes with the operator mask"),
        ("rules:\n- {operator: drop, whole: true}\n", "'whole' needs a field"),
    ],
)  # fmt: skip
def test_faults_are_told_with_their_place(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(PolicyError) as error:
        loaded(tmp_path, text)
    assert fault in error.value.message


@pytest.mark.parametrize(
    ("action", "text", "result"),
    [
        (Action("mask"), "4111 1111", "*********"),
        (Action("mask", keep_last=4), "4111111111111111", "************1111"),
        (Action("mask", keep_last=4), "1234", "****"),
        (Action("replace"), "Ann", "<PERSON>"),
        (Action("replace", "[NAME]"), "Ann", "[NAME]"),
        (Action("drop"), "Ann", ""),
        (Action("keep"), "Ann", "Ann"),
    ],
)
def test_operators_write(action: Action, text: str, result: str) -> None:
    assert operated(action, text, "PERSON", KEY) == result


def test_tokens_are_of_the_value_and_the_key_alone() -> None:
    def token(text: str, entity: str = "PERSON", key: Key = KEY, said: str | None = None) -> str:
        return operated(Action("hash"), text, entity, key, said)

    assert token("Ann@Example.org") == token("ann@example.org", "EMAIL_ADDRESS")
    assert token("+44 20 7946 0958") == token("442079460958")
    assert token("oh two oh", said="020") == token("020")
    assert token("a.b@example.org") != token("ab@example.org")
    assert token("ann", key=OTHER) != token("ann")
    assert set(token("x")[4:]) <= set("bcdfghjkmnpqrtvz")


def test_the_keyed_hash_is_an_operator_of_presidio() -> None:
    from presidio_anonymizer import AnonymizerEngine, OperatorConfig, RecognizerResult

    engine = AnonymizerEngine()
    engine.add_anonymizer(KeyedHash)
    result = engine.anonymize(
        "to ann@example.org",
        [RecognizerResult("EMAIL_ADDRESS", 3, 18, 1.0)],
        {"DEFAULT": OperatorConfig("keyed_hash", {"key": KEY})},
    )
    assert result.text == "to " + operated(Action("hash"), "ann@example.org", "EMAIL_ADDRESS", KEY)


def test_the_policy_of_the_documentation_loads(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "redact.md").read_text()
    (text,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    (tmp_path / "policy.yaml").write_text(text)
    assert len(load_policy(tmp_path / "policy.yaml").rules) == 5
