"""Lists of people that a profile names, to be looked for in the delivery."""

from __future__ import annotations

from typing import Literal

from bpoaudit.vendor.words import Section, Slug, Text


class KnownList(Section):
    """A file with one person's e-mail address, phone number, identifier or its digest a line."""

    id: Slug
    file: Text
    """As seen from the profile. Digests instead of values: `bpoaudit key digest`."""
    kind: Literal["canary", "other_canary", "other_client"]
    """`canary`: invented people whom the client planted; `other_canary`: those of another client;
    `other_client`: the customers of another client."""
    expected: Literal["present", "absent"] | None = None
    """Of canaries: whether they were agreed to be in this delivery. Anybody else has to be absent."""
