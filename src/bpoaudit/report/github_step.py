"""What a step of GitHub Actions hands on: a job summary, and outputs that later steps can ask for.

docs.github.com, "Workflow commands for GitHub Actions": GITHUB_STEP_SUMMARY and GITHUB_OUTPUT are files that
the runner names; both are appended to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from uuid import uuid4

from bpoaudit.errors import ExitCode, OutputError
from bpoaudit.model import AuditResult
from bpoaudit.report.markdown import render_markdown

_VERDICTS = {ExitCode.OK: "passed", ExitCode.FAILED: "failed", ExitCode.INCOMPLETE: "incomplete"}


def write_step(result: AuditResult, outputs: Sequence[Path], environ: Mapping[str, str]) -> None:
    """Append the summary and the outputs of the step to the files that `environ` names, if it does.

    Outputs are `score` (nothing where none could be given), `verdict` (passed, failed, incomplete),
    `exit-code` and `report` (the first HTML file of `outputs`, else the first). Raises `OutputError`.
    """
    if file := environ.get("GITHUB_STEP_SUMMARY"):
        _append(file, render_markdown(result))
    if file := environ.get("GITHUB_OUTPUT"):
        _append(file, "".join(_output(name, value) for name, value in _told(result, outputs).items()))


def _told(result: AuditResult, outputs: Sequence[Path]) -> dict[str, str]:
    pages = [path for path in outputs if path.suffix.lower() == ".html"]
    return {
        "score": "" if result.score.value is None else f"{result.score.value:g}",
        "verdict": _VERDICTS[ExitCode(result.gate.exit_code)],
        "exit-code": str(result.gate.exit_code),
        "report": str(next(iter((*pages, *outputs)), "")),
    }


def _output(name: str, value: str) -> str:
    # A line that nobody can foresee ends the value: a path may hold line breaks and equals signs.
    end = f"end-{uuid4()}"
    return f"{name}<<{end}\n{value}\n{end}\n"


def _append(file: str, text: str) -> None:
    try:
        with Path(file).open("a", encoding="utf-8") as handle:
            handle.write(text)
    except OSError as error:
        raise OutputError(f"cannot append to {file}: {error.strerror}") from error
