"""Patterns that once took a time that grew with the square of their text, or worse, come to an end.

How they grow is measured by `benchmarks/patterns.py`; here a text is so long that what was there before
would take hours, and what they find is what they found.
"""

from __future__ import annotations

from bpoaudit.delivery.content import Content
from bpoaudit.delivery.media import media_type
from bpoaudit.detect.names import _ENDINGS
from bpoaudit.detect.passages import _NUMBERED
from bpoaudit.detect.plausible import _CODE, _TITLED_NUMBER
from bpoaudit.detect.recognizers.phone import _PARTED
from bpoaudit.detect.sentences import _END
from bpoaudit.learning.names import _ENDING, _HEXADECIMAL
from bpoaudit.readers.documents.line_ends import _REST_OF_ADDRESS
from bpoaudit.readers.folded_lines import _CODED

LONG = 1_000_000


def test_endings_of_names() -> None:
    assert _ENDINGS.sub("", "calls.csv.gz") == "calls"
    assert _ENDINGS.sub("", ".gz" * LONG + "x") == ".gz" * LONG + "x"
    ending = _ENDING.search("calls.csv.gz")
    assert ending
    assert ending.group() == ".csv.gz"
    assert _ENDING.search(".gz" * LONG + "-") is None


def test_hexadecimal_names() -> None:
    assert _HEXADECIMAL.sub("*", "call-9f1c2a77-4e2b-4c1d.wav") == "call-*.wav"
    assert _HEXADECIMAL.search("a-" * LONG) is None


def test_numbers_beside_words() -> None:
    found = _NUMBERED.search("lives in Hauptstrasse 12")
    assert found
    assert found["before"] == "Hauptstrasse"
    assert _NUMBERED.search("A" * LONG) is None
    assert _TITLED_NUMBER.search("114 Oak")
    assert _TITLED_NUMBER.search("Oak 114")
    assert _TITLED_NUMBER.search("1" * LONG + "A" * LONG) is None
    assert _CODE.search("ABCD1234")
    assert _CODE.search("ABC1234") is None
    assert _CODE.search("A" * LONG) is None


def test_ends_of_sentences() -> None:
    assert [each["word"] for each in _END.finditer("It works. Thank you! 3) Bye")] == ["works", "you"]
    assert _END.search("a" * LONG) is None


def test_telephone_numbers_in_groups() -> None:
    assert _PARTED.search("call 212 555 0123 now")
    assert _PARTED.search("id 2125550123") is None
    assert _PARTED.search("1" * LONG) is None


def test_rest_of_an_address() -> None:
    assert _REST_OF_ADDRESS.match("@mail-host.example,")
    assert _REST_OF_ADDRESS.match("-" * LONG) is None


def test_parameters_of_a_card() -> None:
    found = _CODED.match("PHOTO;ENCODING=b;TYPE=JPEG:QUJD")
    assert found
    assert found.group() == "PHOTO;ENCODING=b;TYPE=JPEG:"
    assert _CODED.match(";ENCODING=B" * LONG) is None


def test_strings_of_a_text_that_may_be_json() -> None:
    media = media_type(Content.of_bytes("x", b'{"a": "' + b'\\"' * 30_000 + b"\\"))
    assert media in ("application/json", "application/json5")
