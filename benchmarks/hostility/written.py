"""What people write for bpoaudit, made to bring it down: profiles, packs, waivers, recognisers, results."""

from __future__ import annotations

import json
import random
from pathlib import Path

from hostility.planted import MAIL, Refusal

_HOME = Path(__file__).parents[2]
_LAUGHS = "a: &a [x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(9)
)
_HOSTILE = {
    "laughs": _LAUGHS,
    "deep": "[" * 100_000,
    "mappings": "".join(" " * n + "a:\n" for n in range(3000)),
    "merge": "a: &a {x: 1}\nb: {<<: *a}\n",
    "tag": "!!python/object/apply:os.system ['true']\n",
    "wide": "a: [" + "1," * 200_000 + "]\n",
    "large": "a: " + "x" * (6 << 20),
    "number": "a: " + "9" * 100_000,
    "key": "k" * 100_000 + ": 1\n",
    "twice": "vendor: 1\nvendor: 2\n",
    "binary": "\x00\x01\x02",
    "empty": "",
    "scalar": f"{MAIL}\n",
    "documents": "---\na: 1\n---\nb: 2\n",
    "direction": "name: \u202etxt.exe\n",
    "quote": "a: '" + "x" * 100_000,
}


def _files(folder: Path, _: bool) -> None:
    for name, text in _HOSTILE.items():
        (folder / f"{name}.yaml").write_text(f"{text}# {MAIL}\n" if name not in ("quote", "binary") else text)


def _packs(folder: Path, _: bool) -> None:
    for name, text in _HOSTILE.items():
        (folder / name).mkdir()
        (folder / name / "pack.yaml").write_text(f"{text}# {MAIL}\n")


def _recognizers(folder: Path, full: bool) -> None:
    _files(folder, full)
    for name, pattern in {
        "nested": "(a+)+$",
        "twice": "(a|aa)+$",
        "dots": "(.*)*x",
        "huge": "a{1,1000}{1,1000}",
        "open": "(",
    }.items():
        text = f"recognizers:\n  - name: r\n    supported_entity: OWN\n    patterns: [{{name: p, regex: '{pattern}', score: 0.5}}]\n"
        (folder / f"pattern-{name}.yaml").write_text(text)


def _results(folder: Path, full: bool) -> None:
    chance = random.Random(8)
    golden = (_HOME / "tests" / "golden" / "audit.json").read_text("utf-8")
    texts = {
        "deep": "[" * 1_000_000,
        "object": '{"a":' * 1_000_000,
        "empty": "",
        "list": "[]",
        "number": "9" * 1_000_000,
    }
    for number in range(40 if full else 8):
        document = json.loads(golden)
        for _ in range(3):
            part = document[
                chance.choice(["vendor", "measures", "delivery", "score", "audit", "gate", "tool"])
            ]
            part[chance.choice(sorted(part))] = chance.choice(
                [None, True, "x" * 1000, -1, 2**70, [], {}, [[None]], MAIL]
            )
        texts[f"changed-{number}"] = json.dumps(document)
    for name, text in texts.items():
        (folder / f"{name}.json").write_text(text)


_DELIVERY = str(_HOME / "fixtures" / "deccan-claims" / "suppression.txt")
_PROFILE = str(_HOME / "fixtures" / "deccan-claims" / "vendor.yaml")

REFUSALS = (
    Refusal("YAML bombs as a vendor profile", _files, lambda file: ["vendor", "check", str(file)]),
    Refusal("YAML bombs as a rule pack", _packs, lambda file: ["rules", "check", str(file)]),
    Refusal("YAML bombs and endless patterns as recognisers", _recognizers, lambda file: ["entities", "--recognizers", str(file)]),
    Refusal(
        "YAML bombs as waivers", _files,
        lambda file: ["audit", _DELIVERY, "--vendor", _PROFILE, "--waivers", str(file), "--no-history"],
    ),
    Refusal("results changed by hand", _results, lambda file: ["report", str(file), "-o", str(file.with_suffix(".html"))]),
)  # fmt: skip
