from __future__ import annotations

import pytest

from bpoaudit.readers.documents.line_ends import mend_line_ends


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        (
            "please write to jane.doe@exam\r\nple.org about it",
            "please write to jane.doe@example.org about it",
        ),
        ("please write to jane.doe@\nexample.org", "please write to jane.doe@example.org"),
        ("please write to jane.doe\n@example.org", "please write to jane.doe@example.org"),
        ("please write to jane_\ndoe@example.org", "please write to jane_doe@example.org"),
        ("mail jane@mail.\nexample.org", "mail jane@mail.example.org"),
        (
            "the customer paid with card 4111 1111\n1111 1111",
            "the customer paid with card 4111 1111 1111 1111",
        ),
        (
            "the customer paid with card 4111-1111-\n1111-1111",
            "the customer paid with card 4111-1111-1111-1111",
        ),
        ("an inter\ufffenational call", "an international call"),
        ("call 555\ufffe0199", "call 555-0199"),
        ("we would like to thank you for the\ncall", "we would like to thank you for the call"),
    ],
)
def test_what_goes_on_behind_the_line_end_is_put_together(text: str, mended: str) -> None:
    assert mend_line_ends(text) == mended


@pytest.mark.parametrize(
    "text",
    [
        "write to jane@example.org\nThank you",
        "write to jane@example.org\nthanks",
        "we spoke about the last call.\njane@example.org",
        "A12 5551234 10.00\n5551235 11.00 and more words",
        "short line\nnext",
        "This is the whole sentence of a page.\nThis is another",
        "",
        "\n\n",
    ],
)
def test_other_lines_stay_lines(text: str) -> None:
    assert mend_line_ends(text) == text


def test_line_ends_are_all_alike() -> None:
    assert mend_line_ends("A.\r\nB.\rC.\n") == "A.\nB.\nC.\n"
