from __future__ import annotations

import io
from pathlib import Path

import pytest
from pypdf import PdfReader

from bpoaudit.report.formats import RENDERERS
from tests.pipeline.conftest import PLANTED, Run, leaks

pytestmark = pytest.mark.slow


@pytest.mark.long
def test_every_format_is_written_leaks_nothing_and_is_rendered_again_alike(
    run: Run, delivery: Path, profile: Path, tmp_path: Path
) -> None:
    written = [part for ending in RENDERERS for part in ("-o", f"first{ending}")]
    run("audit", delivery, "--vendor", profile, *written)
    again = [part for ending in RENDERERS for part in ("-o", f"again{ending}")]
    assert run("report", "first.json", *again).returncode == 0
    for ending in RENDERERS:
        data = (tmp_path / f"first{ending}").read_bytes()
        shown = (
            "".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
            if ending == ".pdf"
            else ""
        )
        assert leaks(data, PLANTED) == []
        assert leaks(shown, PLANTED) == []
        assert (tmp_path / f"again{ending}").read_bytes() == data


@pytest.mark.parametrize(("format", "start"), [("markdown", "# Audit of "), ("github", "::error ")])
def test_standard_output_holds_nothing_but_the_format(
    run: Run, delivery: Path, profile: Path, format: str, start: str
) -> None:
    ran = run("audit", delivery, "--vendor", profile, "--format", format)
    assert ran.stdout.startswith(start)
    assert leaks(ran.stdout + ran.stderr, PLANTED) == []
    assert "Result  " in ran.stderr
    assert "Result  " not in ran.stdout
