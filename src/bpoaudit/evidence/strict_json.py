"""JSON that can mean one thing only: read without leniency, written as RFC 8785 says."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import rfc8785

from bpoaudit.errors import EvidenceError
from bpoaudit.suggestions import shown


def parse(data: bytes, file: str) -> Any:
    """Return what `data`, the bytes of `file`, says.

    Raises `EvidenceError` for what other readers might read otherwise: a key that stands there twice,
    infinities, other encodings than UTF-8. It names the place, never the content.
    """

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for key, value in pairs:
            if key in made:
                raise EvidenceError(f"the key {shown(key)} is there twice", file=file)
            made[key] = value
        return made

    def no_number(name: str) -> Any:
        raise EvidenceError(f"{name} is not a number in JSON", file=file)

    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=once, parse_constant=no_number)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise EvidenceError("is not UTF-8 text", file=file, line=line) from None
    except json.JSONDecodeError as error:
        told = f"is not JSON: {error.msg}"
        raise EvidenceError(told, file=file, line=error.lineno, column=error.colno) from None
    except RecursionError:
        raise EvidenceError("is nested too deep", file=file) from None
    except ValueError:  # Python reads no integer of thousands of digits
        raise EvidenceError("holds a number that is too long", file=file) from None


def canonical(value: Any, file: str) -> bytes:
    """Return the canonical JSON (RFC 8785) of a value that came from `file`.

    Raises `EvidenceError` for what RFC 8785 cannot write: integers from 2**53 on, lone surrogates.
    """
    try:
        return rfc8785.dumps(value)
    except rfc8785.CanonicalizationError as error:
        told = f"has no canonical form: {type(error).__name__}"
        raise EvidenceError(told, file=file, hint="numbers have to be smaller than 2**53") from None
    except (UnicodeEncodeError, RecursionError) as error:
        raise EvidenceError(f"has no canonical form: {type(error).__name__}", file=file) from None


def sha256(data: bytes) -> str:
    """Return the SHA-256 of `data` as 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()
