"""How the time of every pattern grows with its text, on texts made to slow it down.

    python benchmarks/patterns.py [--size N] [--results PAGE]

First every regular expression that bpoaudit compiles, Presidio's that it has taken over among them, each on
texts made from its own parts (`measuring.near_misses`), the worst of them on a text and on half of it: what
is linear takes twice as long, what is quadratic four times. `--size` is the most that the detector looks at
at once. Then the recognisers as they run, with all that is around their patterns, on the pieces of
`tests/cases/hostile_pieces.yaml`.
"""

from __future__ import annotations

import argparse
import importlib
import inspect
import pkgutil
import re
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import regex
import yaml
from measuring import near_misses, pages

PIECES = Path(__file__).parents[1] / "tests" / "cases" / "hostile_pieces.yaml"
PROBE = 1000
"""Characters of the texts among which the worst is looked for."""
PATIENCE = 5
"""Seconds after which a pattern is taken for one that never ends."""
SLOW = 0.05
"""Seconds for `--size` characters from which on a pattern is listed, whatever its growth."""
SUPERLINEAR = 2.8
"""How much longer a text of twice the length may take; 2 but for what the clock adds."""
SEEN = 0.02
"""Seconds below which a growth is nothing but noise."""
MATCHED = ("delivery/shapes:", "readers/databases/sql_statements:", "detect.shapes._CODE",
           "detect.recognizers.phone._DECIMAL", "detect.recognizers.phone._FILE_NUMBER",
           "readers.databases.sql_statements._COMMA", "readers.folded_lines._CODED_ENTRY",
           "readers.folded_lines._CODED")  # fmt: skip
"""Places of patterns that are handed on, and only ever held against the beginning of a text or all of it."""
SHORT = {
    "detect.agreement._BEGINNING": 24,
    "detect.plausible._CAPITALISED_BEFORE": 24,
    "detect.recognizers.contact._FIELD_BEFORE": 65,
}
"""Characters of the longest text that some patterns are ever given: what stands before a match."""
OURS = ("report.pdf.",)
"""Patterns that only ever see the program's own style sheets."""


class Used(NamedTuple):
    """A pattern, where it is compiled and how it is asked."""

    place: str
    compiled: Any
    anchored: bool
    """Whether it is only ever held against the beginning of a text."""


class Measured(NamedTuple):
    """What a pattern took on its worst text."""

    used: Used
    seconds: float
    growth: float


def main() -> None:
    """Measure and print what is slow."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--size", type=int, default=20_000, help="characters of each text")
    parser.add_argument("--results", type=Path, help="page whose sections are written anew")
    options = parser.parse_args()
    signal.signal(signal.SIGPROF, _give_up)
    every = patterns()
    measured = []
    for used in every:
        measured.append(_measure(used, options.size))
        if is_superlinear(measured[-1]) or measured[-1].seconds > SLOW:
            print(used.place, _told(measured[-1].seconds), f"{measured[-1].growth:.1f}", sep="\t", flush=True)
    worst = sorted(measured, key=lambda each: -each.seconds)
    slow = [each for each in worst if each.seconds >= SLOW or is_superlinear(each)]
    rows = [
        [
            each.used.place,
            "match" if each.used.anchored else "search",
            _told(each.seconds),
            f"{each.growth:.1f}",
        ]
        for each in slow
    ]
    total = len(measured)
    grown = sum(map(is_superlinear, measured))
    summary = (
        f"{total} patterns on {options.size:,} characters: {total - grown} grow no faster than their text, "
        f"{grown} do; the slowest takes {_told(worst[0].seconds)}."
    )
    table = pages.table(["pattern", "asked by", "worst, s", "growth from half"], rows)
    print(summary, table, sep="\n\n", flush=True)
    texts = [*_recognisers(options.size)]
    header = ["text", "all, s", "worst, s", "recogniser", "growth from half"]
    print(pages.table(header, texts))
    if options.results:
        pages.replace(options.results, "hostile patterns", f"{summary}\n\n{table}")
        pages.replace(options.results, "hostile texts", pages.table(header, texts))


def is_superlinear(each: Measured) -> bool:
    """Tell whether a pattern takes more than its text is longer, by more than noise."""
    return each.growth > SUPERLINEAR and each.seconds > SEEN


def patterns() -> list[Used]:
    """Return every pattern that a module of bpoaudit compiles, or a recogniser of ours holds."""
    compiled: dict[tuple[str, int], tuple[str, Any]] = {}
    for module, compile_ in ((re, re.compile), (regex, regex.compile)):
        module.compile = _noting(compile_, compiled)
    for info in pkgutil.walk_packages(importlib.import_module("bpoaudit").__path__, "bpoaudit."):
        if not info.name.endswith("__main__"):
            importlib.import_module(info.name)
    from bpoaudit.detect.pattern_set import PatternSet
    from bpoaudit.detect.recognizers import build
    from bpoaudit.detect.recognizers.recognizer import ShapeRecognizer

    recognizers = list(build("en"))
    shaped = [each for each in recognizers if isinstance(each, ShapeRecognizer)]
    for recognizer in shaped:
        for number, shape in enumerate(recognizer.identifier.shapes, 1):
            place = f"{recognizer.name}, shape {number}"
            compiled[shape.compiled.pattern, shape.compiled.flags] = (place, shape.compiled)
    for number, (family, _) in enumerate(PatternSet(recognizers, "en")._families, 1):
        found = family._any.compiled
        compiled.setdefault((found.pattern, found.flags), (f"all shapes of family {number}", found))
    names = dict(_names())
    used = []
    for place, found in sorted(compiled.values(), key=lambda pair: pair[0]):
        name, anchored = names.get(id(found), (place, False))
        if isinstance(found.pattern, str) and not name.startswith(OURS):
            used.append(Used(name, found, anchored or name.startswith(MATCHED)))
    return used


def _noting(compile_: Callable[..., Any], compiled: dict[Any, Any]) -> Callable[..., Any]:
    def noted(pattern: Any, flags: Any = 0, *more: Any, **named: Any) -> Any:
        made = compile_(pattern, flags, *more, **named)
        frame = inspect.currentframe()
        caller = frame.f_back if frame else None
        file = caller.f_code.co_filename if caller else ""
        if "/bpoaudit/" in file and caller is not None:
            place = f"{file.rpartition('/bpoaudit/')[2].removesuffix('.py')}:{caller.f_lineno}"
            compiled.setdefault((made.pattern, made.flags), (place, made))
        return made

    return noted


def _names() -> Iterator[tuple[int, tuple[str, bool]]]:
    """Yield names of patterns, and whether each is only held against the beginning of a text."""
    for name, module in sorted(sys.modules.items()):
        if not name.startswith("bpoaudit."):
            continue
        source = inspect.getsource(module) if module.__file__ else ""
        for own, value in vars(module).items():
            if isinstance(value, (re.Pattern, type(regex.compile("")))):
                asked = {*re.findall(rf"\b{own}\.(\w+)", source)}
                anchored = bool(asked) and asked <= {"match", "fullmatch", "pattern", "flags"}
                bare = len(re.findall(rf"\b{own}\b(?!\.)", source)) > 1  # handed on to something else
                yield id(value), (f"{name.removeprefix('bpoaudit.')}.{own}", anchored and not bare)


def _measure(used: Used, most: int) -> Measured:
    size = min(most, SHORT.get(used.place, most))
    longest, place = -1.0, 0
    seen = set()
    try:
        source = used.compiled.pattern
        for at, text in enumerate(near_misses.texts(source, used.compiled.flags & ~regex.V0, PROBE)):
            if text in seen:
                continue
            seen.add(text)
            seconds = _seconds(used, text)
            if seconds > longest:
                longest, place = seconds, at
            if seconds > 100 * SEEN:  # a thousand characters: nothing worse is needed
                break
        if longest < 0:
            return Measured(used, 0.0, 0.0)
        text = _nth(used, place, size)
        half = min(_seconds(used, _nth(used, place, size // 2)) for _ in range(2))
        return Measured(used, (whole := min(_seconds(used, text) for _ in range(2))), whole / max(half, 1e-6))
    except TimeoutError:
        return Measured(used, float("inf"), float("inf"))


def _nth(used: Used, place: int, size: int) -> str:
    made = near_misses.texts(used.compiled.pattern, used.compiled.flags & ~regex.V0, size)
    return next(text for at, text in enumerate(made) if at == place)


def _seconds(used: Used, text: str) -> float:
    signal.setitimer(signal.ITIMER_PROF, PATIENCE)  # of its own time, whatever else runs
    began = time.process_time()
    if used.anchored:
        used.compiled.match(text)
    else:
        for _ in used.compiled.finditer(text):
            pass
    taken = time.process_time() - began
    signal.setitimer(signal.ITIMER_PROF, 0)
    return taken


def _give_up(*_: object) -> None:
    raise TimeoutError


def _told(seconds: float) -> str:
    return f"more than {PATIENCE}" if seconds == float("inf") else f"{seconds:.3f}"


def _recognisers(size: int) -> Iterator[list[str]]:
    """Yield a line for each piece: all recognisers, and the slowest of them."""
    from bpoaudit.detect.recognizers import build

    recognizers = list(build("en"))
    for name, piece in yaml.safe_load(PIECES.read_text("utf-8")).items():
        text = piece * (size // len(piece))
        times = [(_taken(each, text), each) for each in recognizers]
        worst, slowest = max(times, key=lambda pair: pair[0])
        growth = worst / max(_taken(slowest, text[: len(text) // 2]), 0.0005)
        total = sum(seconds for seconds, _ in times)
        yield [name, f"{total:.2f}", f"{worst:.2f}", slowest.name, f"{growth:.1f}"]


def _taken(recognizer: Any, text: str) -> float:
    began = time.process_time()
    recognizer.analyze(text)
    return time.process_time() - began


if __name__ == "__main__":
    main()
