"""Which packs an audit was judged by, why and with which score; which ones a missing fact left out."""

from __future__ import annotations

from collections.abc import Iterator

from bpoaudit.model import AuditResult, PackChoice
from bpoaudit.report import words
from bpoaudit.report.printable import prose
from bpoaudit.report.scorecard import score_range

MAX_UNTOLD = 5
UNTOLD = "cannot be told without "
"""How a choice begins that hangs on a fact which the profile does not state."""


def pack_lines(result: AuditResult, whole: str) -> Iterator[str]:
    """Yield one line a pack, weakest first, and what was left out; nothing for an audit without choices.

    `whole` names the output that lists them all.
    """
    choices = result.audit.pack_choices
    scores = {each.pack: each for each in result.score.packs}

    def weakness(choice: PackChoice) -> tuple[bool, float, str]:
        low = scores[choice.pack].low if choice.pack in scores else None
        return low is None, low or 0.0, choice.pack

    judged = sorted((each for each in choices if each.judged), key=weakness)
    for choice in judged:
        low, high = (
            (scores[choice.pack].low, scores[choice.pack].high) if choice.pack in scores else (None, None)
        )
        number = "no score" if low is None else score_range(low, high)
        yield f"{choice.pack} {number}: {prose(choice.why)}"
    left = [each for each in choices if not each.judged]
    untold = [each for each in left if each.why.startswith(UNTOLD)]
    for choice in untold[:MAX_UNTOLD]:
        yield f"{choice.pack} left out: {prose(choice.why)}"
    more = len(left) - len(untold[:MAX_UNTOLD])
    if more:
        yield f"{words.plural(more, 'more pack')} left out; {whole} says why"
