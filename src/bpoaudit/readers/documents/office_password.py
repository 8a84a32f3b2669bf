"""Office documents under a password (MS-OFFCRYPTO): decrypted with one that is given."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from typing import NamedTuple

from bpoaudit.delivery.content import Content
from bpoaudit.errors import EncryptedSource, UnreadableSource
from bpoaudit.parsers.office_password import UNKNOWN_METHOD, WRONG_PASSWORD
from bpoaudit.readers.batch import Member, Part
from bpoaudit.readers.child_process import command, environment
from bpoaudit.readers.options import ReadOptions

DEFAULT_PASSWORD = "VelvetSweatshop"  # noqa: S105 (Excel's own, MS-OFFCRYPTO 2.3.7.3: it protects nothing)


class Decrypted(NamedTuple):
    """A document without its password. `repr` shows no content."""

    content: Content
    protected: bool
    """Whether somebody chose the password: Excel's own is known to everybody."""

    def __repr__(self) -> str:
        return f"Decrypted({self.protected})"


def decrypted(content: Content, how: ReadOptions) -> Decrypted:
    """Decrypt a document with the first password of `how` that fits, or with Excel's own.

    Raises `EncryptedSource` where none fits, `UnreadableSource` where the encryption is broken or unknown.
    """
    passwords = [*how.passwords, DEFAULT_PASSWORD]
    with content.at_path() as path:
        done = subprocess.run(  # noqa: S603 (our own program, no shell)
            command("bpoaudit.parsers.office_password"), env=environment(),
            input=json.dumps([str(path), passwords]).encode(), capture_output=True, check=False,
        )  # fmt: skip
    if done.returncode == WRONG_PASSWORD:
        tried = ", and none of the passwords given opens it" if how.passwords else ""
        raise EncryptedSource(f"a document under a password{tried}")
    if done.returncode == UNKNOWN_METHOD:
        raise EncryptedSource("a document that is encrypted in a way that nothing here knows")
    index, line, document = done.stdout.partition(b"\n")
    if done.returncode or not line:
        raise UnreadableSource("an encrypted document that is broken")
    how.budget.spend(len(document))
    return Decrypted(Content.of_bytes(content.name, document), int(index) < len(how.passwords))


def decrypted_parts(
    content: Content, how: ReadOptions, opened: Callable[[Content], Iterator[Part | Member]]
) -> Iterator[Part | Member]:
    """Yield what `opened` finds in the document without its password; the first part says that it had one.

    Raises as `decrypted` and `opened` do.
    """
    document = decrypted(content, how)
    untold = True
    with document.content as inner:
        for part in opened(inner):
            if untold and isinstance(part, Part):
                untold = False
                if document.protected:
                    part.facts["encryption"] = "office"
                    part.notes.append("under a password, opened with one that was given")
                else:
                    part.notes.append("encrypted with Excel's own password, which protects nothing")
            yield part
