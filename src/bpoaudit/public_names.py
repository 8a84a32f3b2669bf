"""Public names: what a file, sheet or column is called in everything that leaves the machine.

Where a name holds personal data, each proven value in it is replaced by its entity and a short keyed tag:
`of <EMAIL_ADDRESS:1f3a9c>.txt`.
"""

from __future__ import annotations

import re

from bpoaudit.masking import Key

IN_NAME = "@name"
"""The field under which personal data in a file's or sheet's own name is found (record 0)."""
IN_FIELDS = "@fields"
"""The same for the names of columns."""
IN_NAMES = (IN_NAME, IN_FIELDS)

REPLACED = re.compile(r"<[A-Z][A-Z0-9_]*:([0-9a-f]{6})>")
"""What stands in place of a value; its group is the tag."""


def fits(public: str, true: str, key: Key | None = None) -> bool:
    """Tell whether `public` can be the public name of `true`; with the key, whether its tags are.

    Without it, any text fits where a value was replaced, and no name takes longer than both lengths times
    each other.
    """
    first, *rest = REPLACED.split(public)
    if not true.startswith(first):
        return False
    starts = {len(first)}
    for tag, literal in zip(rest[::2], rest[1::2], strict=True):
        begins = starts if key else {min(starts)}
        starts = {
            end + len(literal)
            for begin in begins
            for end in range(begin + 1, len(true) + 1)
            if true.startswith(literal, end) and (key is None or key.tag(true[begin:end]) == tag)
        }
        if not starts:
            return False
    return len(true) in starts
