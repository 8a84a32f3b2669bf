"""Ed25519 keys in PEM files: made, and read without ever showing them."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from securesystemslib.signer import CryptoSigner, SSlibKey

from bpoaudit.errors import EvidenceError

MAX_KEY_BYTES = 64 * 1024

MAKE_HINT = "make a pair of keys once with: bpoaudit key new --signing -o FILE"


class KeyPair(NamedTuple):
    """A fresh pair of keys."""

    private: bytes
    """PEM (PKCS #8), encrypted where there is a passphrase."""
    public: bytes
    """PEM."""
    key_id: str

    def __repr__(self) -> str:
        return f"KeyPair(key_id={self.key_id})"


def new_pair(passphrase: bytes | None = None) -> KeyPair:
    """Return a new Ed25519 pair."""
    private = Ed25519PrivateKey.generate()
    public = private.public_key()
    how: KeySerializationEncryption = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    return KeyPair(
        private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, how),
        public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        SSlibKey.from_crypto(public).keyid,
    )


def load_signer(path: Path, passphrase: bytes | None = None) -> CryptoSigner:
    """Return the signer of the private key at `path`. Raises `EvidenceError`."""
    data = _read(path)
    try:
        key = load_pem_private_key(data, passphrase)
    except TypeError:
        told = "is not encrypted, but a passphrase is given" if passphrase else "is encrypted"
        hint = None if passphrase else "give the file of its passphrase with --passphrase-file"
        raise EvidenceError(told, file=str(path), hint=hint) from None
    except (ValueError, UnsupportedAlgorithm):
        wrong = ", or the passphrase is wrong" if passphrase else ""
        raise EvidenceError(f"is not a private key in PEM{wrong}", file=str(path), hint=MAKE_HINT) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise EvidenceError("is not an Ed25519 key", file=str(path), hint=MAKE_HINT)
    return CryptoSigner(key)


def load_verifier(path: Path) -> SSlibKey:
    """Return the public key at `path`. Raises `EvidenceError`."""
    data = _read(path)
    if b"PRIVATE KEY-----" in data:
        hint = "give the public key, which lies beside it as .pub, and keep this one to yourself"
        raise EvidenceError("is a private key", file=str(path), hint=hint)
    try:
        key = load_pem_public_key(data)
    except (ValueError, UnsupportedAlgorithm):
        raise EvidenceError("is not a public key in PEM", file=str(path), hint=MAKE_HINT) from None
    if not isinstance(key, Ed25519PublicKey):
        raise EvidenceError("is not an Ed25519 key", file=str(path), hint=MAKE_HINT)
    return SSlibKey.from_crypto(key)


def load_passphrase(path: Path) -> bytes:
    """Return the passphrase in the file at `path`, its first line. Raises `EvidenceError`."""
    passphrase = _read(path).split(b"\n", 1)[0].rstrip(b"\r")
    if not passphrase:
        raise EvidenceError("the first line is empty", file=str(path), hint="write the passphrase on it")
    return passphrase


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_KEY_BYTES + 1)
    except OSError as error:
        raise EvidenceError(f"cannot be read: {error.strerror}", file=str(path)) from None
    if len(data) > MAX_KEY_BYTES:
        raise EvidenceError("is too large for a key", file=str(path))
    return data
