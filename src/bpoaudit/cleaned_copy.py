"""The story of a redaction: scan a delivery, write it again without what was found, scan what was written."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp

from bpoaudit.delivery import DeliveryFile, discover
from bpoaudit.delivery.shapes import CSV, TSV
from bpoaudit.delivery.uri import is_uri
from bpoaudit.detect import Engine, NameBook
from bpoaudit.errors import OutputError, UsageError
from bpoaudit.masking import DOT
from bpoaudit.model import FieldKind, Finding, MaskingState, Source, SourceStatus
from bpoaudit.public_names import IN_NAMES
from bpoaudit.redact import (
    UNCHANGED,
    Names,
    Occurrences,
    Policy,
    Redaction,
    Refused,
    Rewriter,
    Rewritten,
    Tally,
    relative_path,
)
from bpoaudit.scanning import Progress, Reading, Scanned, own_recognizers, read_delivery
from bpoaudit.segments import findings_of
from bpoaudit.vendor import Detection

MAX_ROUNDS = 4
"""How often a file is written again where a scan of its copy finds something that was not found before."""


@dataclass(slots=True)
class CleanedCopy:
    """What a redaction came to. Names are public ones."""

    files: int
    """Files of the delivery."""
    written: list[str] = field(default_factory=list)
    """Sources in the copy: files and what lies in them."""
    refused: list[Refused] = field(default_factory=list)
    found: Counter[str] = field(default_factory=Counter)
    """Occurrences in the delivery, by entity."""
    in_names: Counter[str] = field(default_factory=Counter)
    """The same of what stands in the names of files, sheets and fields."""
    tally: Tally = field(default_factory=Tally)

    @property
    def complete(self) -> bool:
        """Whether everything is in the copy but what policy or profile leave out."""
        return all(each.meant for each in self.refused)

    @property
    def files_written(self) -> int:
        """How many files the copy has."""
        return sum(_file_of(source) == source for source in self.written)


def write_cleaned_copy(
    delivery: str,
    folder: Path,
    policy: Policy,
    reading: Reading,
    detection: Detection | None = None,
    progress: Progress | None = None,
) -> CleanedCopy:
    """Write the delivery to `folder`, which is new or empty, without what `policy` takes out.

    Each file is written below a temporary name in `folder`, scanned again, and moved to its place once
    nothing is left that the policy would change; what cannot be rewritten is refused and not copied.
    Raises `UsageError` for a folder that is not empty or lies in the delivery, `OutputError` where it
    cannot be written.
    """
    _check_folder(folder, delivery)
    with _staging(folder) as stage:
        redacting = _Redacting(policy, replace(reading, keep_findings=True), detection or Detection(), stage)
        return redacting.run(delivery, folder, progress)


@dataclass(slots=True)
class _Staged:
    """A file on its way: its copy so far, and what was done."""

    path: Path
    done: Rewritten


class _Redacting:
    """The rounds of one redaction. `repr` shows no name."""

    def __init__(self, policy: Policy, reading: Reading, detection: Detection, stage: Path) -> None:
        self._policy = policy
        self._reading = reading
        self._detection = detection
        self._stage = stage
        self._book: NameBook | None = None

    def __repr__(self) -> str:
        return "_Redacting(…)"

    def run(self, delivery: str, folder: Path, progress: Progress | None) -> CleanedCopy:
        files = discover([delivery])
        copy = CleanedCopy(len(files))
        waiting: dict[str, _Staged] = {}
        with self._scan([delivery], progress) as scanned:
            names = self._names(scanned)
            for finding in findings_of(scanned.segments):
                (copy.in_names if finding.field in IN_NAMES else copy.found)[finding.entity] += 1
            with self._rewriter(scanned, names) as rewriter:
                for file in files:
                    if staged := self._first(file, names, rewriter, copy):
                        waiting[names.public(file.source)] = staged
            original = {source.source: source for source in scanned.delivery.sources}
        self._rounds(waiting, names, original, folder, copy)
        copy.written.sort()
        copy.refused.sort(key=lambda each: each.source)
        return copy

    def _first(
        self, file: DeliveryFile, names: Names, rewriter: Rewriter, copy: CleanedCopy
    ) -> _Staged | None:
        public = names.public(file.source)
        path = relative_path(public)
        if file.problem is not None or path is None:
            reason = file.problem.message if file.problem else "a name that no file can have here"
            copy.refused.append(Refused(public, reason))
            return None
        with file.content() as content:
            target = self._stage / "1" / path
            done = _write(target, lambda out: rewriter.rewrite(file.source, content, file.bytes, out))
        return self._kept(public, target, done, copy)

    def _rounds(
        self,
        waiting: dict[str, _Staged],
        names: Names,
        original: dict[str, Source],
        folder: Path,
        copy: CleanedCopy,
    ) -> None:
        """Scan what was written, until nothing more is found in it, and move it to its place."""
        for number in range(1, MAX_ROUNDS + 1):
            if not waiting:
                return
            root = self._stage / str(number)
            with self._scan([str(root)]) as scanned:
                names = self._names(scanned, names)
                left = self._left(scanned, names)
                changed = _changed(scanned.delivery.sources, original)
                again: dict[str, _Staged] = {}
                with self._rewriter(scanned, names) as rewriter:
                    for public, staged in waiting.items():
                        if public in changed:
                            copy.refused.append(Refused(public, changed[public]))
                        elif left.get(public) and number < MAX_ROUNDS:
                            target = self._stage / str(number + 1) / staged.path.relative_to(root)
                            source = DeliveryFile(public, staged.path, staged.path.stat().st_size)
                            if more := self._again(source, target, rewriter, copy):
                                again[public] = _after(staged, more, copy)
                        elif left.get(public):
                            reason = f"a scan of its copy still finds personal data: {left[public]}"
                            copy.refused.append(Refused(public, reason))
                        else:
                            self._publish(staged, folder / staged.path.relative_to(root), copy)
            waiting = again

    def _again(
        self, file: DeliveryFile, target: Path, rewriter: Rewriter, copy: CleanedCopy
    ) -> _Staged | None:
        with file.content() as content:
            done = _write(target, lambda out: rewriter.rewrite(file.source, content, file.bytes, out))
        return self._kept(file.source, target, done, copy)

    def _kept(self, public: str, target: Path, done: Rewritten, copy: CleanedCopy) -> _Staged | None:
        copy.refused += done.refused
        if public in done.written:
            return _Staged(target, done)
        target.unlink()
        return None

    def _publish(self, staged: _Staged, target: Path, copy: CleanedCopy) -> None:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            staged.path.rename(target)
        except OSError as error:
            raise OutputError(f"cannot write a file of the copy: {error.strerror}") from None
        copy.written += staged.done.written
        copy.tally.update(staged.done.tally)

    def _left(self, scanned: Scanned, names: Names) -> Counter[str]:
        """Count by file what a scan of the copy finds and the policy would change."""
        return Counter(
            _file_of(finding.source)
            for finding in findings_of(scanned.segments)
            if not _is_hidden(finding) and not self._may_stay(finding, scanned, names)
        )

    def _may_stay(self, finding: Finding, scanned: Scanned, names: Names) -> bool:
        if finding.field in IN_NAMES:
            return False
        source, field = names.true_source(finding.source), names.true_field(finding.source, finding.field)
        kind = scanned.inventory.fields[finding.source, finding.field].kind
        action = self._policy.of_whole(source, field, is_column=kind is FieldKind.COLUMN) or self._policy.of(
            source, field, finding.entity
        )
        return action.operator == "keep"

    def _names(self, scanned: Scanned, earlier: Names | None = None) -> Names:
        return Names(scanned.names.sources, scanned.names.fields, self._looker, earlier)

    def _looker(self) -> Callable[[str], str]:
        if self._book is None:
            reading = self._reading
            own = own_recognizers(reading.recognizers, self._detection)
            self._book = NameBook(Engine(reading.language, reading.model, own), reading.key)
        return self._book.public

    @contextmanager
    def _scan(self, paths: Sequence[str], progress: Progress | None = None) -> Iterator[Scanned]:
        with TemporaryDirectory(prefix="bpoaudit-") as folder:
            yield read_delivery(
                paths, self._reading, Path(folder), self._policy.agreement, self._detection, progress
            )

    @contextmanager
    def _rewriter(self, scanned: Scanned, names: Names) -> Iterator[Rewriter]:
        with TemporaryDirectory(prefix="bpoaudit-") as folder:
            occurrences = Occurrences(findings_of(scanned.segments), Path(folder))
            try:
                redaction = Redaction(self._policy, self._reading.key, occurrences, names)
                sources = {source.source: source for source in scanned.delivery.sources}
                scratch = self._stage / "members"
                scratch.mkdir(exist_ok=True)
                yield Rewriter(redaction, sources, self._reading.passwords, scratch)
            finally:
                occurrences.close()


def _is_hidden(finding: Finding) -> bool:
    """Tell whether nothing is left to see: of what is masked through and through, the shape has no dot."""
    return finding.masking is MaskingState.MASKED or not any(
        char == DOT or char.isalnum() for char in finding.masked
    )


def _after(staged: _Staged, more: _Staged, copy: CleanedCopy) -> _Staged:
    """Return a file that was written once more, with all that was done to it."""
    for (entity, operator), count in more.done.tally.items():
        if operator not in UNCHANGED:  # of the rest, all is the work of the round before
            staged.done.tally[entity, operator] += count
            copy.found[entity] += count
    return _Staged(more.path, Rewritten(more.done.written, [], staged.done.tally))


def _changed(sources: Iterable[Source], original: dict[str, Source]) -> dict[str, str]:
    """Return by file why its copy is not what it was: it reads as something else, or not to its end."""
    listed = list(sources)
    containers = {each.source[: _last_mark(each.source)] for each in listed if _last_mark(each.source) > 0}
    reasons: dict[str, str] = {}
    for each in listed:
        was = original.get(each.source)
        if each.source in containers:
            continue
        if was is None or each.status is not SourceStatus.READ:
            reasons[_file_of(each.source)] = "its copy could not be read again"
        elif each.records_read not in _records(was) or each.media_type != was.media_type:
            reasons[_file_of(each.source)] = (
                f"its copy reads as {each.records_read:,} records and not as {was.records_read:,}"
            )
    return reasons


def _records(was: Source) -> tuple[int, ...]:
    """Return as how many records a copy may read: without its values, a first row may look like a header."""
    is_delimited = was.media_type in (CSV, TSV)
    return (was.records_read, was.records_read - 1) if is_delimited else (was.records_read,)


def _last_mark(source: str) -> int:
    return max(source.rfind("!"), source.rfind("#"))


def _file_of(source: str) -> str:
    """Return the name of the file that a source is, or lies in."""
    return source.partition("!")[0].partition("#")[0]


def _write(target: Path, write: Callable[..., Rewritten]) -> Rewritten:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as out:
            return write(out)
    except OSError as error:
        raise OutputError(
            f"cannot write a file of the copy: {error.strerror or type(error).__name__}",
            "check that there is room, and that you may write there",
        ) from None


def _check_folder(folder: Path, delivery: str) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} is not an empty folder", "name a new one; nothing is ever overwritten")
    if not is_uri(delivery):
        target, source = folder.resolve(), Path(delivery).resolve()
        if target == source or target.is_relative_to(source):
            raise UsageError(f"{folder} lies in the delivery", "name a folder beside it")


@contextmanager
def _staging(folder: Path) -> Iterator[Path]:
    """Make a folder for what is not finished inside `folder`, so that moving it to its place is a rename."""
    is_new = not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        stage = Path(mkdtemp(prefix=".bpoaudit-", dir=folder))
    except OSError as error:
        raise OutputError(f"cannot write to {folder}: {error.strerror}") from None
    try:
        yield stage
    finally:
        shutil.rmtree(stage)
        if is_new and not any(folder.iterdir()):
            folder.rmdir()
