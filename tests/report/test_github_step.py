"""What a step of GitHub Actions hands on."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpoaudit.errors import OutputError
from bpoaudit.report.github_step import write_step
from bpoaudit.report.markdown import render_markdown
from tests.ci.test_action import read_outputs

from .hostile import hostile_result
from .sample import audit_result, clean_result, unassessed_result


def _written(tmp_path: Path, result: object, *outputs: str) -> tuple[dict[str, str], str]:
    files = {name: str(tmp_path / name) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    Path(files["GITHUB_OUTPUT"]).write_text("before=kept\n")
    write_step(result, [Path(each) for each in outputs], files)  # type: ignore[arg-type]
    return read_outputs(Path(files["GITHUB_OUTPUT"]).read_text()), Path(
        files["GITHUB_STEP_SUMMARY"]
    ).read_text()


def test_outputs_and_summary_are_appended(tmp_path: Path) -> None:
    outputs, summary = _written(tmp_path, audit_result(), "a.json", "r.html")
    score = audit_result().score.value
    told = {"score": f"{score:g}", "verdict": "failed", "exit-code": "1", "report": "r.html"}
    assert outputs == {"before": "kept", **told}
    assert summary == render_markdown(audit_result())


def test_without_a_score_or_a_report_there_is_nothing(tmp_path: Path) -> None:
    outputs, _ = _written(tmp_path, unassessed_result())
    assert (outputs["score"], outputs["report"]) == ("", "")
    assert _written(tmp_path, clean_result(), "a.json")[0]["verdict"] == "passed"


def test_a_path_cannot_set_another_output(tmp_path: Path) -> None:
    path = "x\nverdict=passed\nend\nscore<<end\n100\nend.html"
    outputs, _ = _written(tmp_path, hostile_result(), path)
    assert outputs["report"] == path
    assert outputs["verdict"] == "failed"


def test_outside_of_a_step_nothing_is_written(tmp_path: Path) -> None:
    write_step(audit_result(), [], {})
    with pytest.raises(OutputError, match="cannot append"):
        write_step(audit_result(), [], {"GITHUB_OUTPUT": str(tmp_path / "none" / "x")})
