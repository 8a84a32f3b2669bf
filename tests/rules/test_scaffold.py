"""`rules new`: what it writes is a pack that loads, a rule that is well-formed, and cases that hold."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import jsonschema
import pytest
from typer.testing import CliRunner

from bpoaudit.cli.app import app
from bpoaudit.documents import load_yaml
from bpoaudit.errors import OutputError, UsageError
from bpoaudit.rules import bundled, load_packs, new_rule, pack_schemas, run_cases

DAY = date(2026, 6, 30)


def _write(place: Path) -> None:
    told = CliRunner().invoke(app, ["rules", "new", str(place)])
    assert told.exit_code == 0, told.output


def test_a_new_folder_becomes_a_pack_whose_cases_hold(tmp_path: Path) -> None:
    _write(tmp_path / "my-pack" / "phones-masked")
    _write(tmp_path / "my-pack" / "second")

    (pack,) = load_packs([str(tmp_path / "my-pack")])
    assert [rule.id for rule in pack.rules] == ["my-pack/phones-masked", "my-pack/second"]
    results = run_cases(pack)
    assert len(results) == 8
    assert all(result.passed for result in results), [result.problems for result in results]


def test_a_rule_joins_a_pack_that_there_is(tmp_path: Path) -> None:
    _write(tmp_path / "my-pack" / "first")
    manifest = (tmp_path / "my-pack" / "pack.yaml").read_text()
    made = new_rule(str(tmp_path / "my-pack" / "other"), DAY)

    assert {file.name for file in made.files} == {"other.yaml", "other.test.yaml"}
    assert (tmp_path / "my-pack" / "pack.yaml").read_text() == manifest


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    _write(tmp_path / "my-pack" / "first")
    (tmp_path / "my-pack" / "half.test.yaml").write_text("mine\n")
    for name in ("first", "half"):
        with pytest.raises(OutputError, match="exists already"):
            new_rule(str(tmp_path / "my-pack" / name), DAY)
    assert not (tmp_path / "my-pack" / "half.yaml").exists()


@pytest.mark.parametrize("name", ["pack", "controls", "x.test", "Cards", "a b", ""])
def test_a_name_that_no_rule_can_have_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError):
        new_rule(f"{tmp_path}/my-pack/{name}" if name else "alone", DAY)


def test_a_folder_of_other_things_and_the_name_of_a_bundled_pack_are_refused(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.txt").write_text("mine\n")
    for place in ("notes/rule", "gdpr/rule", "My Pack/rule", "notes/a.txt/rule"):
        with pytest.raises(UsageError):
            new_rule(str(tmp_path / place), DAY)


def test_the_files_fit_their_schemas(tmp_path: Path) -> None:
    _write(tmp_path / "my-pack" / "first")
    names = {
        "rule": "first.yaml",
        "cases": "first.test.yaml",
        "pack": "pack.yaml",
        "controls": "controls.yaml",
    }
    schemas = pack_schemas()
    assert schemas.keys() == names.keys()
    for kind, name in names.items():
        jsonschema.Draft202012Validator.check_schema(schemas[kind])
        data = load_yaml(tmp_path / "my-pack" / name).data
        jsonschema.Draft202012Validator(schemas[kind]).validate(data)


@pytest.mark.parametrize("name", bundled())
def test_bundled_packs_fit_their_schemas(name: str) -> None:
    (pack,) = load_packs([name])
    for kind in ("pack", "controls"):
        jsonschema.validate(load_yaml(pack.path / f"{kind}.yaml").data, pack_schemas()[kind])
    (wrong,) = [dict(load_yaml(pack.path / "pack.yaml").data)]
    wrong["applies_when"] = {"field": "client.contry", "eq": "IE"}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, pack_schemas()["pack"])
