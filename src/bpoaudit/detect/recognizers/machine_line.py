"""Lines that machines write: logs, stack traces, statements, traffic. Words in them are rarely names."""

from __future__ import annotations

import re
from functools import lru_cache

_LONGEST = 2_000
"""Characters of a line that are looked at."""
_LEVEL = re.compile(
    r"(?<![^\W_])(?:INFO|WARN|WARNING|ERROR|DEBUG|TRACE|FATAL|CRITICAL|NOTICE|SEVERE|FINE)(?![^\W_])"
    r"(?!:? (?:[a-z]+ )?(?:is|was|when|while|if|and|or) )"
)
_CLOCK = r"\d{1,2}:\d{2}:\d{2}(?:[.,]\d{1,9})?"
_STAMPED = re.compile(
    rf"\W{{0,3}}(?:<\d{{1,3}}>\d? ?)?"
    rf"(?:(?:\d{{4}}[\-/.]\d\d[\-/.]\d\d|\d\d[\-/.]\d\d[\-/.]\d{{4}})[T ]{_CLOCK}"
    rf"|\d\d-[A-Z][a-z]{{2}}-\d{{4}} {_CLOCK}"
    rf"|[A-Z][a-z]{{2}} {{1,2}}\d{{1,2}} {_CLOCK}|\d{{10}}(?:\d{{3}})?(?:\.\d{{1,9}})?[ |]|{_CLOCK}[ ,])"
)
"""A time to the second, or an epoch, at the beginning."""
_MARKS = re.compile(
    r"(?<![^\W_])[\w.\-]{1,40}=[^\s=]"  # key=value
    r"|(?<![^\W_])[a-z][\w\-]{1,30}(?:\[\d{1,7}\])?: "  # process[123]:
    r"|\[[^\]\s]{1,60}\]"  # [thread], [203.0.113.7]
    r"|(?<![^\W_])[a-z]\w*(?:\.[a-z]\w*){1,8}\.[A-Z]\w*"  # org.example.Class
    r"|\|[^|\s]{0,60}\|"  # |SIP/2034|
    r"|(?:GET|POST|CONNECT) \w+://|[\w$]\(\)|::|->|=>|0x[\da-f]{4}"
)
_CODE = re.compile(
    r"(?:Normal|Warning) {1,8}[A-Z][A-Za-z]+ {2}|[A-Z]{3}\+[\w+]"  # Kubernetes, EDIFACT
    r"|\s*(?:<\d{1,3}>1? ?[A-Z\d]|at [\w$.<>/]+\(|File \"|Caused by: |Exception in thread|Traceback "
    r"|\.\.\. \d+ more|[\w.]+(?:Error|Exception)\b)"
    r"|.{0,400}\"(?:GET|POST|PUT|DELETE|HEAD|PATCH|OPTIONS|CONNECT) \S{1,2000} HTTP/\d"
    r"|\s*(?:SELECT .{1,2000}\bFROM|INSERT INTO"
    r"|UPDATE \S+ SET|DELETE FROM|CREATE TABLE|ALTER TABLE|# User@Host)\b"
)
_PAIRS = re.compile(r"(?<![^\W_])[\w.\-]{1,40}=[^\s=]")
_MANY_PAIRS = 3


def line_around(text: str, at: int) -> str:
    """Return the line of `text` that holds the offset `at`."""
    start = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    return text[start : end if end >= 0 else len(text)]


def is_machine_line(text: str, at: int) -> bool:
    """Tell whether a machine wrote the line around `at`.

    A time alone does not show it, since people stamp their notes too: a level, a process, a thread, a
    class or a `key=value` has to stand beside it.
    """
    return _is_machine(line_around(text, at)[:_LONGEST])


@lru_cache(maxsize=256)
def _is_machine(line: str) -> bool:
    if _CODE.match(line):
        return True
    if stamped := _STAMPED.match(line):
        return _LEVEL.search(line) is not None or _MARKS.search(line, stamped.end()) is not None
    if level := _LEVEL.search(line, 0, 60):
        return level.start() < 3 or _MARKS.search(line) is not None
    return len(_PAIRS.findall(line)) >= _MANY_PAIRS
