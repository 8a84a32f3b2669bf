"""Run as a program: decrypt one Office document and write it to standard output.

Standard input holds a JSON array of the file and the passwords. The library parses what
anybody may have made, counts as often as the file says, and keeps what it decrypts in temporary files:
so it has a process of its own, with limits, in which such files exist in memory only.

Exit status: 0 and the index of the password that fitted, a line, before the document; `WRONG_PASSWORD`;
`UNKNOWN_METHOD`; anything else where the document is broken.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from typing import Any, BinaryIO

from bpoaudit.parsers.limits import limit_memory, limit_time

WRONG_PASSWORD, UNKNOWN_METHOD = 3, 4
_MAX_BYTES = 3 << 30
_MAX_SECONDS = 300
"""Processor time: a document asks for a hundred thousand rounds of hashing, and may ask for ten million."""


def main(path: str, passwords: list[str]) -> int:
    """Decrypt with the first password that fits."""
    limit_memory(_MAX_BYTES)
    limit_time(_MAX_SECONDS)
    tempfile.TemporaryFile = _in_memory  # type: ignore[assignment]
    from msoffcrypto import OfficeFile
    from msoffcrypto.exceptions import DecryptionError, InvalidKeyError
    from msoffcrypto.format.ooxml import OOXMLFile

    for index, password in enumerate(passwords):
        with open(path, "rb") as file:  # noqa: PTH123 (the fewest imports)
            document = OfficeFile(file)
            verify = {"verify_password": True} if isinstance(document, OOXMLFile) else {}
            out = _in_memory()
            try:
                document.load_key(password=password, **verify)
                document.decrypt(out)
            except InvalidKeyError:
                continue
            except DecryptionError:
                return UNKNOWN_METHOD
            out.seek(0)
            sys.stdout.buffer.write(b"%d\n" % index)
            while block := out.read(1 << 20):
                sys.stdout.buffer.write(block)
            return 0
    return WRONG_PASSWORD


def _in_memory(*_: Any, **__: Any) -> BinaryIO:
    return os.fdopen(os.memfd_create("bpoaudit"), "w+b")


if __name__ == "__main__":
    sys.exit(main(*json.load(sys.stdin)))
