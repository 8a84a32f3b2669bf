from __future__ import annotations

from pathlib import Path

import pytest

from bpoaudit.delivery import fingerprint_file
from bpoaudit.delivery.content import Content
from bpoaudit.errors import UnreadableSource


def test_sha256_of_the_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "abc"
    path.write_bytes(b"abc")  # FIPS 180-2, appendix B.1
    digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert fingerprint_file(Content.of_path(path)) == (digest, 3)


def test_more_than_one_block(tmp_path: Path) -> None:
    path = tmp_path / "million"
    path.write_bytes(b"a" * 1_000_000)  # FIPS 180-2, appendix B.3
    digest = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
    assert fingerprint_file(Content.of_path(path)) == (digest, 1_000_000)


def test_a_vanished_file_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource):
        fingerprint_file(Content.of_path(tmp_path / "gone"))
