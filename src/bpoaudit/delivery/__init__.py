"""What was delivered: find the files, fingerprint them, tell what they are."""

from __future__ import annotations

from bpoaudit.delivery.discover import DeliveryFile, discover, encode_name, without_repeats
from bpoaudit.delivery.fingerprint import fingerprint_file
from bpoaudit.delivery.media import media_type

__all__ = ["DeliveryFile", "discover", "encode_name", "fingerprint_file", "media_type", "without_repeats"]
