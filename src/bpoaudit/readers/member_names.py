"""Names inside containers, as they become part of a source's name."""

from __future__ import annotations

import re

from bpoaudit.delivery.discover import encode_name

_CONTROL = re.compile("[\x00-\x1f\x7f\ud800-\udbff\udc00-\udc7f\udd00-\udfff]")
_LEAVES = re.compile(r"(?:^|/)\.\.(?:/|$)|^/|^[A-Za-z]:")


class MemberNames:
    """Suffixes of the members of one container, each given once. `repr` shows no name."""

    def __init__(self) -> None:
        self._given: set[str] = set()
        self._numbers: dict[str, int] = {}
        """By name, the number that was given last; a hundred thousand members may have one name."""

    def __repr__(self) -> str:
        return f"MemberNames({len(self._given)})"

    def suffix(self, name: str) -> tuple[str, list[str]]:
        """Return the suffix of a member and what there is to note about its name.

        Folders are parted by `/`, whatever the archive writes. A name that was given before gets a
        number. A name that would leave the folder it is unpacked to keeps its dots: nothing is
        unpacked here, and an auditor wants to see it.
        """
        name = name.replace("\\", "/")
        encoded = _CONTROL.sub(_escaped, encode_name(name)) or "unnamed"
        number = self._numbers.get(encoded, 0) + 1
        suffix = f"!{encoded}" if number == 1 else f"!{encoded}_{number}"
        while suffix in self._given:
            number += 1
            suffix = f"!{encoded}_{number}"
        self._given.add(suffix)
        self._numbers[encoded] = number
        notes = []
        if number > 1:
            notes.append("has the name of another member")
        if _LEAVES.search(name):
            notes.append("has a name that leaves the folder it is unpacked to")
        return suffix, notes


def last_part(name: str) -> str:
    """Return the name without its folders."""
    return re.split(r"[/\\]", name)[-1]


def _escaped(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode("utf-8", "surrogatepass"))
