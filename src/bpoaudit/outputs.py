"""Write the files a run was asked for: every report from the result, findings streamed."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from bpoaudit.errors import UsageError
from bpoaudit.masking import KEY_HINT, Key
from bpoaudit.model import AuditResult, ScanResult
from bpoaudit.report.edition import INTERNAL, Audience, Edition
from bpoaudit.report.files import Publication
from bpoaudit.report.findings import findings_csv_header, findings_csv_line, findings_line
from bpoaudit.report.formats import BASELINE_ENDING, EDITIONS, FINDINGS_ENDINGS, FOR_VENDOR, ending_of, render
from bpoaudit.report.json_document import render_json
from bpoaudit.report.pdf import check_pdf
from bpoaudit.segments import Segments, findings_of


def wants_findings(outputs: Sequence[Path]) -> bool:
    """Whether any output holds single findings. Raises `UsageError` for an unknown ending."""
    endings = {ending_of(path) for path in outputs}
    return not endings.isdisjoint(FINDINGS_ENDINGS)


def wants_baseline(outputs: Sequence[Path]) -> bool:
    """Whether any output is a baseline. Raises `UsageError` for an unknown ending."""
    return BASELINE_ENDING in {ending_of(path) for path in outputs}


def check_outputs(outputs: Sequence[Path], inputs: Iterable[Path | None] = ()) -> None:
    """Raise `UsageError` now for what would fail after an hour of reading: folders, endings, doubles.

    No output may replace one of `inputs` (profile, key), or lie in one (delivery), where the next run would
    read it as something that the vendor delivered.
    """
    read = [path.resolve() for path in inputs if path is not None]
    for path in outputs:
        if ending_of(path) == ".pdf":
            check_pdf()
        if not path.parent.is_dir():
            raise UsageError(f"there is no folder {path.parent} to write {path.name} to", "make it first")
        special = path.exists() and not path.is_file()  # a pipe is written to, not replaced
        if not special and not os.access(path.parent, os.W_OK | os.X_OK):
            raise UsageError(f"the folder {path.parent} may not be written to", "name a file elsewhere")
        if path.exists() and any(path.resolve().is_relative_to(source) for source in read):
            raise UsageError(f"{path} is read by this run and would be overwritten", "name another file")
        if not special and any(path.resolve().is_relative_to(source) for source in read):
            raise UsageError(
                f"{path} would lie in the delivery, and be read with it the next time",
                "name a file elsewhere",
            )
        if path.is_dir():
            raise UsageError(f"{path} is a folder", "name a file, such as report.html")
    if len({path.resolve() for path in outputs}) != len(outputs):
        raise UsageError("two outputs have the same name")


def check_editions(outputs: Sequence[Path], audience: Audience, answered: bool) -> None:
    """Raise `UsageError` where an output would show more than its reader may see, or leave responses out."""
    endings = {path: ending_of(path) for path in outputs}
    for path, ending in endings.items():
        if audience is Audience.VENDOR and ending not in FOR_VENDOR:
            raise UsageError(
                f"{path.name} has no view for the vendor: it would hold everything",
                f"the vendor's formats are {', '.join(FOR_VENDOR)}; write the others in a run of their own",
            )
        if answered and ending not in EDITIONS:
            raise UsageError(f"{path.name} shows no responses", f"they are shown in {' and '.join(EDITIONS)}")


def check_key(outputs: Sequence[Path], key: Key) -> None:
    """Raise `UsageError` where a baseline is wanted under a key that no other run can have."""
    if wants_baseline(outputs) and not key.lasting:
        raise UsageError("a baseline needs a key that later audits can have, not a random one", KEY_HINT)


def write_outputs(
    result: AuditResult | ScanResult,
    segments: Segments,
    outputs: Sequence[Path],
    explain: bool = False,
    baseline: str | None = None,
    edition: Edition = INTERNAL,
) -> None:
    """Write all `outputs` or none; the format goes by the ending. Raises `OutputError` and `UsageError`.

    Where one cannot be rendered or written and `audit.json` is among them, that is kept beside its name, and
    a note on the exception says where: what took hours to read can be rendered again.

    With `explain` the findings say how they came about, and a `.csv` has a column for it. Findings and
    the baseline can only be written while a delivery is read.
    """
    with Publication() as publication:
        for path in sorted(outputs, key=_surest_first):
            ending = ending_of(path)
            if ending in FINDINGS_ENDINGS:
                _write_findings(publication, segments, path, ending, explain)
            elif ending == BASELINE_ENDING and isinstance(result, AuditResult):
                if baseline is None:
                    raise UsageError(
                        "a baseline is written while a delivery is read", "audit the delivery itself"
                    )
                publication.write(path, baseline)
            elif isinstance(result, AuditResult):
                publication.write(path, render(result, ending, edition), is_result=ending == ".json")
            elif ending == ".json":
                publication.write(path, render_json(result))
            else:
                raise UsageError(
                    f"a scan has no {ending} report", "use .json, .jsonl or .csv, or run an audit"
                )


def _surest_first(path: Path) -> tuple[bool, int]:
    """Put what everything else can be written from first, and last what cannot be taken back: a pipe."""
    return path.exists() and not path.is_file(), {".json": 0, ".pdf": 2}.get(ending_of(path), 1)


def _write_findings(
    publication: Publication, segments: Segments, path: Path, ending: str, explain: bool
) -> None:
    line = findings_csv_line if ending == ".csv" else findings_line
    with publication.file(path) as file:
        if ending == ".csv":
            file.write(findings_csv_header(explain).encode())
        for finding in findings_of(segments):
            file.write(line(finding).encode())
