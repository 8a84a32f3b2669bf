"""What stands behind the end of a picture is a source of its own."""

from __future__ import annotations

import io
import mmap
import os

import pytest
from PIL import Image

from bpoaudit.delivery import media_type
from bpoaudit.delivery.content import Content
from bpoaudit.readers import Member, Part, open_parts
from bpoaudit.readers.pictures.picture_end import picture_end
from tests.readers.conftest import consume

pytestmark = pytest.mark.usefixtures("without_ocr")

APPENDED = b"id,mail\n1,ann@example.org\n2,bo@example.org\n"
KINDS = ("PNG", "JPEG", "GIF", "WEBP", "BMP")


def picture(kind: str, **how: object) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((60, 40), 90).save(out, kind, **how)
    return out.getvalue()


PICTURES = {kind: picture(kind) for kind in KINDS} | {
    "progressive": picture("JPEG", progressive=True, comment=b"taken at noon"),
    "restarts": picture("JPEG", restart_marker_rows=1),
    "moving": picture("GIF", save_all=True, append_images=[Image.effect_noise((60, 40), 50)]),
}


def members(data: bytes) -> list[tuple[str, bytes]]:
    found = []
    with Content.of_bytes("p", data) as content:
        for piece in open_parts(content, media_type(content)):
            if isinstance(piece, Part):
                consume(piece)
                continue
            assert isinstance(piece, Member)
            assert piece.content is not None
            with piece.content.open() as stream:
                found.append((piece.suffix, stream.read()))
    return found


@pytest.mark.parametrize("made", PICTURES.values(), ids=list(PICTURES))
def test_a_file_behind_a_picture_is_given(made: bytes) -> None:
    assert members(made) == []
    assert members(made + b"\0" * 100 + b"\r\n") == []
    assert members(made + APPENDED) == [("!appended", APPENDED)]


@pytest.mark.parametrize("made", PICTURES.values(), ids=list(PICTURES))
@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.99])
def test_a_picture_that_breaks_off_has_nothing_behind_it(made: bytes, share: float) -> None:
    kind = media_type(Content.of_bytes("p", made))
    handle = os.memfd_create("picture")
    os.write(handle, made[: int(len(made) * share)])
    with mmap.mmap(handle, 0, access=mmap.ACCESS_READ) as data:
        assert picture_end(data, kind) is None
    os.close(handle)


@pytest.mark.parametrize("kind", ["image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"])
def test_noise_ends_nowhere_or_within_itself(kind: str) -> None:
    handle = os.memfd_create("picture")
    os.write(handle, bytes(range(256)) * 40)
    with mmap.mmap(handle, 0, access=mmap.ACCESS_READ) as data:
        end = picture_end(data, kind)
        assert end is None or 0 <= end <= len(data)
    os.close(handle)
