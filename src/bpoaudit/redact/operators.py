"""The operators of presidio-anonymizer as they are used here, and a keyed hash, which it has none of."""

from __future__ import annotations

import hmac
import unicodedata
from typing import Any

from presidio_anonymizer.entities import InvalidParamError
from presidio_anonymizer.operators import Keep, Mask, Operator, OperatorType, Redact, Replace

from bpoaudit.masking import Key
from bpoaudit.redact.policy import Action

TOKEN = "tok_"  # noqa: S105 (no secret: how tokens begin, by which a scan knows them for masked)
_TOKEN_LETTERS = 20
_LETTERS = "bcdfghjkmnpqrtvz"
"""A letter for each hexadecimal digit; without vowels no word comes out, and without digits no number."""


class KeyedHash(Operator):
    """Replace a value by a token that is the same for the same value and key, whatever it was taken for.

    Presidio's own hash is salted with chance or not keyed at all; with a phone number, anybody could try
    all of them. Here it is HMAC-SHA256, cut to 80 bits and written in letters.
    """

    KEY, SAID = "key", "said"

    def operate(self, text: str, params: dict[str, Any] | None = None) -> str:
        """Return the token. `said` is what a spoken value reads as, where `text` is not the value itself."""
        given = params or {}
        key: Key = given[self.KEY]
        written = f"v1|token|{_alike(given.get(self.SAID) or text)}".encode("utf-8", "surrogatepass")
        digits = hmac.digest(key.secret, written, "sha256").hex()[:_TOKEN_LETTERS]
        return TOKEN + "".join(_LETTERS[int(digit, 16)] for digit in digits)

    def validate(self, params: dict[str, Any] | None = None) -> None:
        """Raise `InvalidParamError` where there is no key."""
        if not isinstance((params or {}).get(self.KEY), Key):
            raise InvalidParamError("a keyed hash needs a key")

    def operator_name(self) -> str:
        """Return the operator's name."""
        return "keyed_hash"

    def operator_type(self) -> OperatorType:
        """Return what kind of operator it is."""
        return OperatorType.Anonymize


_OPERATORS: dict[str, Operator] = {
    "keep": Keep(),
    "mask": Mask(),
    "replace": Replace(),
    "hash": KeyedHash(),
    "drop": Redact(),
}


def operated(action: Action, text: str, entity: str, key: Key, said: str | None = None) -> str:
    """Return what is written in place of `text`; `said` as `KeyedHash` takes it."""
    operator = _OPERATORS[action.operator]
    params: dict[str, Any] = {
        "masking_char": "*",
        # Of a short value nothing is left: the last four of a PIN are the PIN.
        "chars_to_mask": len(text) - (action.keep_last if len(text) >= 3 * action.keep_last else 0),
        "from_end": False,
        "new_value": action.text,
        "entity_type": entity,
        KeyedHash.KEY: key,
        KeyedHash.SAID: said,
    }
    operator.validate(params)
    return str(operator.operate(text, params))


def _alike(value: str) -> str:
    """Return the form under which two spellings are one value: of numbers the digits, else without spaces."""
    folded = unicodedata.normalize("NFKC", value).casefold()
    if any(map(str.isalpha, folded)):
        return "".join(folded.split())
    return "".join(filter(str.isdigit, folded)) or folded
