"""Signed and encrypted contents of a mail (CMS, RFC 5652): what is inside, who signed it."""

from __future__ import annotations

from typing import Any

from asn1crypto import cms

from bpoaudit.errors import EncryptedSource, SourceError, UnreadableSource, UnsupportedSource

# What asn1crypto raises for what is no CMS, or no DER at all.
_FAULTS = (ValueError, TypeError, LookupError, AttributeError, OverflowError, RecursionError)
_ENCRYPTED = ("enveloped_data", "encrypted_data", "authenticated_enveloped_data", "signed_and_enveloped_data")


def signed_content(data: bytes) -> bytes | SourceError:
    """Return the message inside an opaque signature, or why there is none to be had."""
    try:
        content = cms.ContentInfo.load(data)
        kind = content["content_type"].native
        if kind in _ENCRYPTED:
            return EncryptedSource("a message encrypted with S/MIME")
        inner = content["content"]["encap_content_info"]["content"].native if kind == "signed_data" else None
    except _FAULTS:
        return UnreadableSource("a broken S/MIME message")
    return inner if isinstance(inner, bytes) else UnsupportedSource("an S/MIME message of an unknown kind")


def signers(data: bytes) -> list[str]:
    """Return the subjects of the certificates that stand in a signature; none where it is broken."""
    try:
        content = cms.ContentInfo.load(data)
        if content["content_type"].native != "signed_data":
            return []
        certificates: Any = content["content"]["certificates"]
        return [each.chosen.subject.human_friendly for each in certificates if each.name == "certificate"]
    except _FAULTS:
        return []
