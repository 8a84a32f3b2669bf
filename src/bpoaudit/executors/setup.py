"""What workers are built from, apart from what they are: it can cross to another machine, a model cannot."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bpoaudit.detect import Detector, Engine, NameBook, OwnRecognizer
from bpoaudit.executors.work import Step, Worker
from bpoaudit.masking import Key
from bpoaudit.measures import Measuring, PeopleList, SuppressionList
from bpoaudit.vendor import Agreement


@dataclass(frozen=True, slots=True, repr=False)
class EngineSetup:
    """What an engine is built from; equal ones give engines that find the same."""

    language: str
    model: str | None
    explain: bool
    own: bytes
    """The user's recognisers (`packed`)."""

    def load(self) -> Engine:
        """Load the models, which takes seconds."""
        return Engine(self.language, self.model, pickle.loads(self.own), self.explain)  # noqa: S301 (ours)


@dataclass(frozen=True, slots=True, repr=False)
class Setup:
    """What all workers of an audit share. It holds secrets: `repr` shows nothing of it."""

    engine: EngineSetup
    key: Key
    allow_list: tuple[str, ...] = ()
    agreement: Agreement | None = None
    passwords: tuple[str, ...] = ()
    suppressed: SuppressionList | None = None
    lists: tuple[PeopleList, ...] | None = None

    def worker(self, engine: Engine, findings: Path | None, step: Step | None = None) -> Worker:
        """Return a worker around `engine`, which keeps findings in the folder `findings`, if given."""
        return Worker(
            Detector(engine, self.key, self.allow_list), NameBook(engine, self.key), findings,
            self.agreement, self.passwords, step,
            Measuring(self.suppressed, self.agreement is not None, self.lists),
        )  # fmt: skip


def packed(own: Sequence[OwnRecognizer]) -> bytes:
    """Return recognisers as bytes: an engine takes over those that it is given, and changes them."""
    return pickle.dumps(list(own))
