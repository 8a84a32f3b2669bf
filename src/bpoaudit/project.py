"""The project file `bpoaudit.yaml`: options of `audit` and `scan` that a repository keeps.

It is looked for in the working folder and, inside a repository, in the folders above up to the one that
holds `.git`; never in a delivery. Its keys are the long options of `bpoaudit audit`, its paths are relative
to itself, and the command line wins over it.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from bpoaudit.documents import load_yaml, validate
from bpoaudit.errors import ProjectError, UsageError
from bpoaudit.languages import Language

FILE_NAME = "bpoaudit.yaml"
_REPOSITORY = ".git"

Name = Annotated[str, Field(min_length=1, max_length=1000)]
Percent = Annotated[float, Field(ge=0, le=100)]


class ProjectFile(BaseModel):
    """What a project file may say. The keys are the long options, without their dashes in front."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        use_attribute_docstrings=True,
        alias_generator=lambda name: name.replace("_", "-"),
    )

    api_version: Annotated[Literal["bpoaudit/v1"], Field(alias="apiVersion")]
    kind: Literal["Project"]
    vendor: Name | None = None
    """The vendor profile."""
    rules: tuple[Name, ...] | None = None
    """Packs by name, or by folder (with a slash: ./our-pack)."""
    output: tuple[Name, ...] | None = None
    """Reports of an audit; a scan writes only what its command line names."""
    format: Literal["full", "concise", "json", "markdown", "github"] | None = None
    """What an audit prints on standard output."""
    fail_on: Literal["critical", "high", "medium", "low", "never"] | None = None
    """The mildest failed rule that exits 1."""
    min_score: Percent | None = None
    """Exit 1 below this score."""
    min_coverage: Percent | None = None
    """Exit 1 when less of the sources, in percent, was read."""
    new_only: bool | None = None
    """Exit 1 only for what the baseline does not know."""
    waivers: Name | None = None
    """Failures that somebody answers for."""
    baseline: Name | None = None
    """Failures known before."""
    suppression: Name | None = None
    """Erased and do-not-contact people."""
    history: Name | None = None
    """Where past audits are kept: an SQLite file, or postgresql://…"""
    key_file: Name | None = None
    """The HMAC key for fingerprints; BPOAUDIT_KEY wins over it."""
    password_file: Name | None = None
    """Passwords to try on archives and documents."""
    cache: Name | None = None
    """Folder with the results of files that were read before."""
    jobs: Annotated[int, Field(ge=1)] | Literal["auto"] | None = None
    """Processes that read files side by side."""
    executor: Literal["serial", "process", "dask"] | None = None
    """Who reads: one process, several, or the workers of a Dask cluster."""
    scheduler: Name | None = None
    """Address of the Dask cluster's scheduler."""
    language: Language | None = None
    """Language that all free text is in."""
    model: Name | None = None
    """Another model for names in text: an installed package, or a folder (with a slash)."""
    recognizers: tuple[Name, ...] | None = None
    """Recognisers of your own in Presidio's YAML format."""


_PATHS = frozenset(
    {"vendor", "output", "waivers", "baseline", "suppression", "key_file", "password_file", "recognizers",
     "cache"}
)  # fmt: skip
_NAMES_OR_PATHS = frozenset({"rules", "model"})
_UNRECORDED = frozenset(
    {"output", "format", "history", "key_file", "password_file", "jobs", "executor", "scheduler", "cache"}
)
"""Options that do not change a result, so a result does not say who set them."""


@dataclass(frozen=True, slots=True)
class Project:
    """A project file that was read."""

    path: Path
    named: bool
    """Whether the command line names it, so that nobody can have slipped it in."""
    sha256: str
    options: Mapping[str, Any] = field(default_factory=dict)
    """Values by option (`fail_on`), paths as seen from the working folder."""

    def check_outside(self, delivery: Iterable[str | Path]) -> None:
        """Raise `UsageError` where the file was found inside what is to be audited."""
        own = {self.path.resolve(), self.path.parent.resolve() / self.path.name}
        for each in delivery:
            if "://" in str(each):
                continue
            folder = Path(each).resolve()
            if not self.named and any(path.is_relative_to(folder) for path in own):
                raise UsageError(
                    f"{self.path} lies in the delivery, so whoever delivered could set these options",
                    f"--project none leaves it out, --project {self.path} uses it all the same",
                )

    def recorded(self, used: Iterable[str]) -> dict[str, Any] | None:
        """Return what a result says of the file, which set the options `used`; None where none counts."""
        counts = sorted(name.replace("_", "-") for name in set(used) - _UNRECORDED)
        return {"file": self.path.name, "sha256": self.sha256, "sets": counts} if counts else None


def find_project(folder: Path) -> Path | None:
    """Return the project file that holds for `folder`, None where there is none.

    Outside a repository only `folder` itself is looked at: who can write to a folder above it need not
    be one of the project.
    """
    above = (folder, *folder.parents)
    root = next((each for each in above if (each / _REPOSITORY).exists()), folder)
    for each in above:
        if (each / FILE_NAME).exists():
            return each / FILE_NAME
        if each == root:
            return None
    return None


def load_project(path: Path, *, named: bool) -> Project:
    """Read the project file at `path`. Raises `ProjectError` with line and column."""
    if not path.is_file():
        raise ProjectError("is not a file" if path.exists() else "does not exist", file=str(path))
    document = load_yaml(path, ProjectError)
    form = validate(document, ProjectFile)
    values = form.model_dump(exclude_none=True, exclude={"api_version", "kind"})
    folder = Path(os.path.relpath(path.parent))
    options = {name: _seen_from(folder, name, value) for name, value in values.items()}
    return Project(path, named, hashlib.sha256(path.read_bytes()).hexdigest(), options)


def project_schema() -> dict[str, Any]:
    """Return the JSON Schema of a project file, for editors."""
    schema = ProjectFile.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _seen_from(folder: Path, name: str, value: Any) -> Any:
    if isinstance(value, (tuple, list)):
        return [_seen_from(folder, name, each) for each in value]
    is_path = name in _PATHS or (name in _NAMES_OR_PATHS and "/" in value)
    if is_path or (name == "history" and "://" not in value):
        return str(folder / value)
    return str(value) if name == "jobs" else value
