"""The envelope (DSSE 1.0): a payload, its type, and one Ed25519 signature over both."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Annotated, Any

from pydantic import AfterValidator, Field, ValidationError
from securesystemslib import exceptions
from securesystemslib.dsse import Envelope
from securesystemslib.signer import CryptoSigner, Signature, SSlibKey

from bpoaudit.errors import EvidenceError, SignatureError
from bpoaudit.evidence.strict_json import parse
from bpoaudit.model import Document

PAYLOAD_TYPE = "application/vnd.in-toto+json"
MAX_BYTES = 256 * 1024 * 1024
"""A million files of a delivery fit in."""


def _decodable(text: str) -> str:
    """Refuse what decodes to the same bytes as another text, as well as what does not decode."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("not base64, or cut short") from None
    if base64.b64encode(data).decode() != text:
        raise ValueError("not base64 as it is written")
    return text


_Base64 = Annotated[str, AfterValidator(_decodable)]


class _Signature(Document):
    keyid: Annotated[str, Field(max_length=200)]
    sig: _Base64


class _Envelope(Document):
    payload: _Base64
    payload_type: Annotated[str, Field(alias="payloadType", max_length=200)]
    signatures: Annotated[tuple[_Signature, ...], Field(min_length=1, max_length=1)]


def sealed(payload: bytes, signer: CryptoSigner) -> bytes:
    """Return the envelope with `payload` signed: JSON without a space, so that every byte of it counts."""
    envelope = Envelope(payload, PAYLOAD_TYPE, {})
    envelope.sign(signer)
    return json.dumps(envelope.to_dict(), sort_keys=True, separators=(",", ":")).encode("ascii")


def opened(data: bytes, key: SSlibKey, file: str) -> bytes:
    """Return the payload of an envelope that `key` signed; nothing of the payload is parsed.

    Raises `EvidenceError` for what is no such envelope (several signatures, a key of JSON twice, base64
    cut short, another type of payload), `SignatureError` where the signature does not hold.
    """
    if len(data) > MAX_BYTES:
        raise EvidenceError(f"is larger than {MAX_BYTES // 1024 // 1024} MiB", file=file)
    form = _form(parse(data, file), file)
    (signature,) = form.signatures
    if signature.keyid != key.keyid:
        told = f"the signature is of the key {_short(signature.keyid)}, not of {_short(key.keyid)}"
        raise SignatureError(told, file=file, hint="ask the signer for the public key over another way")
    payload = base64.b64decode(form.payload)
    sig = Signature(signature.keyid, base64.b64decode(signature.sig).hex())
    try:
        Envelope(payload, form.payload_type, {sig.keyid: sig}).verify([key], 1)
    except exceptions.UnverifiedSignatureError:
        raise SignatureError("the signature does not hold: it was signed otherwise", file=file) from None
    if form.payload_type != PAYLOAD_TYPE:
        raise EvidenceError(f"payloadType: is not {PAYLOAD_TYPE}", file=file)
    return payload


def _form(document: Any, file: str) -> _Envelope:
    try:
        return _Envelope.model_validate(document)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        if first["loc"] == ("signatures",) and first["type"] == "too_long":
            raise EvidenceError("signatures: there are several, and one is expected", file=file) from None
        place = ".".join(str(step)[:40] for step in first["loc"])
        told = first["msg"].removeprefix("Value error, ")
        raise EvidenceError(f"not an envelope: {place or 'it'}: {told}", file=file) from None


def _short(key_id: str) -> str:
    return "".join(char for char in key_id[:16] if char.isalnum())
