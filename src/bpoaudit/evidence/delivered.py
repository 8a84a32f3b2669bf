"""Hold the files of a delivery against those that a statement names.

Names that hold personal data stand in the statement with their entity and a keyed tag; such a file is told
by what is left of its name, by its content, and by the tag where the key is there.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

from bpoaudit.delivery import DeliveryFile, discover, fingerprint_file
from bpoaudit.errors import SourceError, UsageError
from bpoaudit.evidence.held import Held, State
from bpoaudit.evidence.statement import DELIVERY, Statement
from bpoaudit.masking import Key, random_key
from bpoaudit.model import AuditResult
from bpoaudit.public_names import REPLACED, fits

if TYPE_CHECKING:
    from bpoaudit.detect import NameBook

Naming = Callable[[str], str]
"""From the true name of a source to one that may be printed."""


def hold_delivery(
    statement: Statement, arguments: Sequence[str], key: Key | None, public: Naming
) -> list[Held]:
    """Return what became of every file of the delivery; extra files are named by `public`.

    `arguments` are those of the audit, in its order. Raises `NoInputError`.
    """
    unpaired = {file.source: file for file in discover(arguments)}
    held: list[Held] = []
    masked: list[tuple[str, str | None]] = []
    listed = [(each.name.removeprefix(DELIVERY), each.sha256) for each in statement.under(DELIVERY)]
    expected: list[tuple[str, str | None]] = [*listed]
    expected += [(name, None) for name in statement.predicate.delivery.without_digest]
    for name, digest in expected:
        if (file := unpaired.pop(name, None)) is not None:
            held.append(_held(name, digest, _digest(file)))
        elif REPLACED.search(name):
            masked.append((name, digest))
        else:
            held.append(Held(DELIVERY + name, State.MISSING))
    held += _hold_masked(masked, unpaired, key)
    held += [Held(DELIVERY + public(name), State.EXTRA) for name in sorted(unpaired)]
    return held


def _hold_masked(
    masked: Sequence[tuple[str, str | None]], unpaired: dict[str, DeliveryFile], key: Key | None
) -> list[Held]:
    """Pair the names that were masked with files that are left; takes those out of `unpaired`.

    First those of the same content, then, as changed, those whose names alone fit.
    """
    held: list[Held] = []
    found = {name: _digest(unpaired[name]) for name in sorted(unpaired)} if masked else {}
    by_digest: defaultdict[str | None, list[str]] = defaultdict(list)
    for name, of_file in found.items():
        by_digest[of_file if isinstance(of_file, str) else None].append(name)
    left: defaultdict[str, list[tuple[str, str | None]]] = defaultdict(list)
    for name, digest in masked:
        same = next(_fitting(name, by_digest[digest], key), None)
        if same is None:
            left[REPLACED.sub("<>", name)].append((name, digest))
        else:
            by_digest[digest].remove(same)
            del unpaired[same]
            held.append(_held(name, digest, found[same]))
    names = sorted(unpaired)
    for group in left.values():
        others = [name for name in _fitting(group[0][0], names, None) if name in unpaired]
        for at, (name, digest) in enumerate(group):
            if at < len(others):
                del unpaired[others[at]]
                held.append(_held(name, digest, found[others[at]]))
            else:
                held.append(Held(DELIVERY + name, State.MISSING))
    return held


def _fitting(public: str, names: Sequence[str], key: Key | None) -> Iterator[str]:
    """Yield those of `names`, which are sorted, that `public` can be the printable name of."""
    first = REPLACED.split(public, maxsplit=1)[0]
    for name in islice(names, bisect_left(names, first), None):
        if not name.startswith(first):
            return
        if fits(public, name, key):
            yield name


def not_given(statement: Statement) -> list[Held]:
    """Return the files of the delivery where nobody gave it."""
    why = "give the delivery with --delivery"
    names = [each.name for each in statement.under(DELIVERY)]
    names += [DELIVERY + name for name in statement.predicate.delivery.without_digest]
    return [Held(name, State.UNCHECKED, why) for name in names]


def check_key(key: Key, result: AuditResult) -> None:
    """Raise `UsageError` where `key` is not the one of the audit: no fingerprint could be met again."""
    key_id = result.delivery.key_id
    if key.key_id != key_id:
        given = f"the one given is {key.key_id}" if key.lasting else "none was given"
        raise UsageError(
            f"fingerprints and the tags in names are of the key {key_id}; {given}",
            "give that key with --key-file; where the audit had none, its key was random and is gone",
        )


def naming(key: Key | None) -> Naming:
    """Return what masks the names of files as an audit does; the detector is loaded for the first of them."""

    @cache
    def book() -> NameBook:
        from bpoaudit.detect import Engine, NameBook

        return NameBook(Engine(), key or random_key())

    return lambda name: book().public(name)


def _digest(file: DeliveryFile) -> str | SourceError:
    if file.problem is not None:
        return file.problem
    try:
        with file.content() as content:
            return fingerprint_file(content)[0]
    except SourceError as error:
        return error


def _held(name: str, expected: str | None, found: str | SourceError) -> Held:
    if expected is None:
        why = "could not be read when it was audited, so it has no digest"
        return Held(DELIVERY + name, State.UNCHECKED, why)
    if isinstance(found, SourceError):
        return Held(DELIVERY + name, State.MISSING, found.message)
    return Held(DELIVERY + name, State.SAME if found == expected else State.CHANGED)
