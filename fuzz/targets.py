"""What is fuzzed: for each target a function of bytes, and the files that it begins with."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Any

from promises import read, silent, silent_error

from bpoaudit.delivery.budget import Budget
from bpoaudit.delivery.content import Content
from bpoaudit.delivery.layout import FixedColumn, Layout
from bpoaudit.delivery.media import media_type
from bpoaudit.errors import BpoauditError, SourceError
from bpoaudit.readers import READERS, ReadOptions, open_parts
from bpoaudit.readers.text_file import TextFile

FORMATS = "fixtures/formats/delivery"
GOLDEN = Path(__file__).parents[1] / "tests" / "golden"


@dataclass(frozen=True)
class Target:
    """A function that may raise nothing, whatever bytes it is given."""

    run: Callable[[bytes], None]
    seeds: tuple[str, ...] = ()
    """Patterns of files in the checkout."""
    most_bytes: int = 16 << 10
    seconds: int = 20
    """That one input may take."""
    native: bool = False
    """Whether most of the work is done by libraries in processes of their own, which give no coverage."""


def _reader(opener: str, *seeds: str, native: bool = False, **options: Any) -> Target:
    types = next(reader.media_types for reader in READERS if reader.open.__name__ == opener)
    paths = tuple(f"{FORMATS}/{seed}" for seed in seeds)
    return Target(partial(read, name="data", among=types), paths, native=native, **options)


# What opens files ----------------------------------------------------------------------------------------


def _sniff(data: bytes) -> None:
    """Tell the kind and the encoding of a file."""
    with Content.of_bytes("data.txt", data) as content:
        try:
            media_type(content)
            file = TextFile(content)
            file.head(1000)
            text = "".join(file.blocks())
            lines = "".join(file.lines(80))
            silent(repr(file), *file.notes, *file.losses)
        except SourceError as error:
            silent_error(error)
        else:
            text.encode()
            assert len(lines) <= len(text)


def _fixed_width(data: bytes) -> None:
    """Read records of fixed width; the first byte says how they are laid out."""
    if not data:
        return
    how, data = data[0], data[1:]
    columns = (FixedColumn("id", 1, 6), FixedColumn("pay", 7, 3, bool(how & 1)), FixedColumn("name", 10, 20))
    layout = Layout(
        columns, encoding="cp037" if how & 2 else None, header_lines=how >> 6,
        record_length=40 if how & 4 else None,
    )  # fmt: skip
    options = ReadOptions(50, budget=Budget(len(data)), layout=layout)
    with Content.of_bytes("pay.dat", data) as content:
        try:
            for part in open_parts(content, "text/plain", options):
                for batch in getattr(part, "batches", ()):
                    silent(repr(batch))
                silent(*part.notes)
        except SourceError as error:
            silent_error(error)


# What the user or the vendor writes ----------------------------------------------------------------------


@contextmanager
def _file(data: bytes, name: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        yield path


def _loader(load: Callable[[Path], object], name: str) -> Callable[[bytes], None]:
    def run(data: bytes) -> None:
        with _file(data, name) as path:
            try:
                load(path)
            except BpoauditError as error:
                _told(error)

    return run


def _told(error: BpoauditError) -> None:
    """Hold an error to what a person can read; it may quote a file that a person wrote."""
    assert not isinstance(error, SourceError), "nobody reads a source here"
    assert len(error.message) < 20_000, "a message as long as its file"
    error.message.encode()


def _profile(path: Path) -> None:
    from bpoaudit.vendor import load_profile

    load_profile(path).public()


def _rule(path: Path) -> None:
    from bpoaudit.rules.cases import run_rule_cases
    from bpoaudit.rules.rule_file import load_rule

    (pack,) = _packs()
    rule = load_rule(path, "bpo-baseline", pack.controls)
    for _ in run_rule_cases(rule, replace(pack, rules=(rule,))):
        pass


def _cases(path: Path) -> None:
    from bpoaudit.rules.cases import run_rule_cases

    (pack,) = _packs()
    rule = replace(pack.rules[0], file=path.with_name(path.name.removesuffix(".test.yaml") + ".yaml"))
    for _ in run_rule_cases(rule, pack):
        pass


@cache
def _packs() -> tuple[Any, ...]:
    from bpoaudit.rules.packs import load_packs

    return load_packs(["bpo-baseline"])


def _waivers(path: Path) -> None:
    from bpoaudit.rules.waivers import load_waivers

    load_waivers(path, _packs(), date(2026, 6, 30))


def _baseline(path: Path) -> None:
    from bpoaudit.rules.baseline import load_baseline

    load_baseline(path, "demo", "hmac-sha256:0000000000000000")


@cache
def _golden() -> Any:
    from bpoaudit.report.json_document import load_result

    return load_result(GOLDEN / "audit.json")


def _responses(path: Path) -> None:
    from bpoaudit.report.responses import load_responses

    load_responses(path, _golden())


def _policy(path: Path) -> None:
    from bpoaudit.redact.policy import load_policy

    load_policy(path)


def _project(path: Path) -> None:
    from bpoaudit.project import load_project

    load_project(path, named=True)


def _recognizers(path: Path) -> None:
    from bpoaudit.detect.recognizer_file import load_recognizers

    load_recognizers(path)


def _suppression(path: Path) -> None:
    from bpoaudit.masking import key_from_text
    from bpoaudit.measures.suppression_list import load_suppression

    load_suppression(path, key_from_text("k" * 64))


VALUES = (
    None, True, -1, 2**63, 1e308, 0.5, "", "x" * 300, "2026-13-45", "2026-06-30",
    "\u202e<b>|\n=1+1", "\ud800", [], {},
    [None], [[]], {"a": 1}, "high", "fail",
)  # fmt: skip
"""What a value of a document is replaced by."""


def _changed(data: bytes, document: Any) -> Any:
    """Return a copy of a document with other values in it: three bytes say where and which."""
    document = json.loads(json.dumps(document))
    for at in range(0, min(len(data) - 2, 12), 3):
        places = [*_places(document)]
        holder, key = places[int.from_bytes(data[at : at + 2]) % len(places)]
        if data[at + 2] == 255:
            del holder[key]
        else:
            holder[key] = VALUES[data[at + 2] % len(VALUES)]
    return document


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield value, key
        yield from _places(value[key])


def _result(data: bytes) -> None:
    """Change an audit, load it, render it and judge it again."""
    from bpoaudit.gate import Thresholds
    from bpoaudit.rejudge import judge_again
    from bpoaudit.report.formats import render
    from bpoaudit.report.json_document import load_result
    from bpoaudit.rules.cases import MINIMAL_PROFILE
    from bpoaudit.vendor import VendorProfile

    golden = json.loads((GOLDEN / "audit.json").read_text("utf-8"))
    with _file(json.dumps(_changed(data, golden)).encode(), "audit.json") as path:
        try:
            result = load_result(path)
            for ending in (".html", ".sarif", ".xml", ".md", ".json", ".oscal.json"):
                render(result, ending)
            judge_again(
                result, VendorProfile.model_validate(MINIMAL_PROFILE), _packs(), (),
                thresholds=Thresholds(), run={}, as_of=date(2026, 6, 30),
            )  # fmt: skip
        except BpoauditError as error:
            _told(error)


def _evidence(path: Path) -> None:
    """Open a bundle, and read a statement strictly."""
    from bpoaudit.evidence import bundle, strict_json

    data = path.read_bytes()
    if data.startswith(bundle.MAGIC):
        bundle.read_bundle(path)
    else:
        strict_json.canonical(strict_json.parse(data, "statement.json"), "statement.json")


# What looks at texts ------------------------------------------------------------------------------------


@cache
def _patterns() -> Any:
    from bpoaudit.detect.pattern_set import PatternSet
    from bpoaudit.detect.recognizers import build

    return PatternSet(list(build("en")), "en")


def _detect(data: bytes) -> None:
    """Look at a text with every pattern, at it as speech, and at it as the header of a column."""
    from bpoaudit import masking
    from bpoaudit.detect.headers import read_header
    from bpoaudit.detect.matches import Match
    from bpoaudit.detect.plausible import plausible
    from bpoaudit.detect.spoken import read_closely

    text = data.decode("utf-8", "replace")

    def found(text: str, _: float = 0) -> tuple[Match, ...]:
        results = _patterns().analyze(text)
        for each in results:
            assert 0 <= each.start < each.end <= len(text)
            assert 0 < each.score <= 1
            silent(repr(each))
        return tuple(Match(r.start, r.end, r.entity_type, round(r.score, 2), "fuzz") for r in results)

    for match in (*plausible(found(text), text), *read_closely(text, found)):
        assert 0 <= match.start < match.end <= len(text)
        masking.shape(match.entity, text[match.start : match.end])
        masking.normalise(match.entity, text[match.start : match.end])
    read_header(text[:300])


TARGETS = {
    "sniff": Target(_sniff, (f"{FORMATS}/text/*", f"{FORMATS}/transcripts/*.txt")),
    "compressed": Target(
        partial(read, name="data"), (f"{FORMATS}/archives/claims.csv.*", f"{FORMATS}/archives/*.tar.*")
    ),
    "archive": _reader("open_archive", "archives/*.zip", "archives/*.7z", "archives/*.tar", "archives/*.exe"),
    "delimited": _reader("open_delimited"),
    "fixed_width": Target(_fixed_width, (f"{FORMATS}/text/payroll.dat",)),
    "json": _reader("open_json", "transcripts/*.json"),
    "json5": _reader("open_json5", "text/*.json5"),
    "json_lines": _reader("open_json_lines", "transcripts/*.jsonl"),
    "xml": _reader("open_xml", "text/*.xml"),
    "sql": _reader("open_sql", "text/*.sql"),
    "html": _reader("open_html", "documents/page.html", "documents/export.xls"),
    "mail": _reader("open_mail", "mail/*.eml"),
    "mbox": _reader("open_mbox", "mail/*.mbox"),
    "outlook": _reader("open_msg", "mail/*.msg"),
    "tnef": _reader("open_tnef", "mail/winmail.dat"),
    "office": _reader("open_office", "documents/*.docx", "documents/*.pptx", "documents/*.od?"),
    "epub": _reader("open_epub", "documents/*.epub"),
    "word": _reader("open_word", "documents/*.doc"),
    "powerpoint": _reader("open_powerpoint", "documents/*.ppt"),
    "rtf": _reader("open_rtf", "documents/*.rtf"),
    "captions": _reader("open_captions"),
    "chat": _reader("open_chat", "transcripts/*.txt"),
    "folded_lines": _reader("open_folded_lines"),
    "plain_text": _reader("open_plain_text", "text/rota.yaml"),
    "pdf": _reader("open_pdf", "documents/*.pdf", native=True),
    "workbook": _reader("open_workbook", "workbooks/*", native=True),
    "columnar": _reader("open_columnar", "columnar/*", native=True),
    "avro": _reader("open_avro", "columnar/*.avro", native=True),
    "sqlite": _reader("open_sqlite", "databases/*.db", native=True),
    "dbase": _reader("open_dbase", "databases/*.dbf", native=True),
    "statistical": _reader("open_statistical", "databases/survey.*", native=True),
    "image": _reader("open_image", "media/*.jpg", "media/*.png", "media/*.tif", native=True),
    "recording": _reader("open_recording", "media/*.wav", "media/*.mp3", native=True),
    "profile": Target(
        _loader(_profile, "vendor.yaml"), ("fixtures/*/vendor.yaml", "src/bpoaudit/vendor/starter.yaml")
    ),
    "rule": Target(_loader(_rule, "cards-masked.yaml"), ("rules/bpo-baseline/[a-f]*.yaml",)),
    "cases": Target(_loader(_cases, "rule.test.yaml"), ("rules/bpo-baseline/[a-c]*.test.yaml",)),
    "waivers": Target(_loader(_waivers, "waivers.yaml")),
    "baseline": Target(_loader(_baseline, "known.baseline.json")),
    "responses": Target(_loader(_responses, "responses.yaml"), ("tests/golden/responses.yaml",)),
    "policy": Target(_loader(_policy, "policy.yaml")),
    "project": Target(_loader(_project, "bpoaudit.yaml")),
    "recognizers": Target(_loader(_recognizers, "recognizers.yaml"), most_bytes=2 << 10, seconds=60),
    "suppression": Target(_loader(_suppression, "list.txt"), ("fixtures/*/suppression.txt",)),
    "result": Target(_result, most_bytes=12),
    "evidence": Target(_loader(_evidence, "statement.json"), ("tests/golden/statement.json",)),
    "detect": Target(_detect, most_bytes=2 << 10),
}  # fmt: skip
