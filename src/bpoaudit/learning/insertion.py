"""Put drafted feeds into a vendor profile as text, so that everything else in it stays as it was written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bpoaudit.documents import Steps, YamlFile, parse_yaml, validate
from bpoaudit.errors import ProfileError
from bpoaudit.vendor import VendorProfile, starter_profile

_EXAMPLE: Final = "# agreement:"
_PACKS: Final = "# Left out, the packs"
_HINT: Final = (
    "write agreement and its feeds as indented lines, each feed behind a dash, or leave agreement out"
)

NOTE: Final = (
    "# Drafted from a delivery: what was found, not what was agreed. Read every line and strike what was",
    "# not agreed. What is marked `Not agreed, decide` is left out on purpose: an audit fails it until",
    "# somebody writes it in, or the vendor leaves it out.",
)


def in_starter(lines: Sequence[str]) -> str:
    """Return the starter profile with `lines` in place of its example of an agreement."""
    before, _, rest = starter_profile().partition(_EXAMPLE)
    after = rest[rest.index(_PACKS) :]
    return f"{before}{_section(lines)}\n{after}"


def in_profile(text: str, file: str, lines: Sequence[str]) -> str:
    """Return the profile `text`, which was read from `file`, with `lines` as its last feeds.

    `ProfileError` where the way it is written leaves no line for them.
    """
    document = parse_yaml(text, file, ProfileError)
    made = _added(text, document, lines)
    try:
        validate(parse_yaml(made, file, ProfileError), VendorProfile)
    except ProfileError as fault:
        raise ProfileError("feeds cannot be added to it as it is written", file=file, hint=_HINT) from fault
    return made


def _section(lines: Sequence[str]) -> str:
    body = [*(f"  {line}" for line in NOTE), "  feeds:", *(f"    {line}" for line in lines)]
    return "\n".join(["agreement:", *body]) + "\n"


def _added(text: str, document: YamlFile, lines: Sequence[str]) -> str:
    agreement = document.data.get("agreement")
    if agreement is None:
        if "agreement" in document.data:
            raise document.fault(("agreement",), f"is empty; {_HINT}")
        return f"{text.rstrip()}\n\n{_section(lines)}"
    rows = text.splitlines(keepends=True)
    if agreement.get("feeds"):
        place = document.place(("agreement", "feeds", 0))
        indent = " " * (document.place(("agreement", "feeds")).column - 1)
        if rows[place.line - 1][: place.column - 1].strip() != "-":
            raise document.fault(("agreement", "feeds"), f"is written in brackets; {_HINT}")
        at = _end(rows, document, ("agreement", "feeds"))
    else:
        if "feeds" in agreement:
            raise document.fault(("agreement", "feeds"), f"is empty; {_HINT}")
        key = document.place(("agreement",), key=True)
        first = document.place(("agreement",))
        if first.line == key.line:
            raise document.fault(("agreement",), f"is written in brackets; {_HINT}")
        indent = " " * (first.column + 1)
        at = key.line
        rows.insert(at, " " * (first.column - 1) + "feeds:\n")
        at += 1
    if rows[at - 1][-1:] != "\n":
        rows[at - 1] += "\n"
    rows[at:at] = [f"{indent}{line}\n" for line in (*NOTE, *lines)]
    return "".join(rows)


def _end(rows: Sequence[str], document: YamlFile, at: Steps) -> int:
    """Return how many lines there are up to the end of the value at `at`, comments after it apart."""
    start = document.place(at)
    last = max(place.line for steps, place in document.values.items() if steps[: len(at)] == at)
    end = last
    for number in range(last, len(rows)):
        row = rows[number]
        bare = row.strip()
        if bare and not bare.startswith("#"):
            if len(row) - len(row.lstrip()) < start.column - (0 if bare.startswith("-") else 1):
                break
            end = number + 1
    return end
