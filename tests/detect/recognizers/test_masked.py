"""Placeholders are found whatever stands around the words that name what was there."""

from __future__ import annotations

import pytest

from bpoaudit.detect.recognizers.masked import PLACEHOLDERS, MaskedRecognizer

RECOGNIZER = MaskedRecognizer("en")
BRACKETS = ("[{}]", "[[{}]]", "[{}_2]", "<{}>", "<{}1>", "{{{{{}}}}}", "{{{{ {} }}}}", "{{{}}}", "{{{}_17}}")


@pytest.mark.parametrize("label", PLACEHOLDERS)
def test_each_label_is_found_in_each_kind_of_brackets(label: str) -> None:
    for written in (label, label.replace(" ", "_"), f"REDACTED_{label}", f"{label} REMOVED"):
        for form in BRACKETS:
            text = f"call {form.format(written)} back"
            assert [hit.entity for hit in RECOGNIZER.find(text)] == [PLACEHOLDERS[label]], text


@pytest.mark.parametrize("text", ["[worker-4]", "[superperson]", "{PAGES}", "<ZIPPER>", "[REDACTED]"])
def test_words_that_only_hold_such_a_word_are_no_placeholders(text: str) -> None:
    assert not [*RECOGNIZER.find(f"call {text} back")]


def test_names_of_threads_in_a_log_are_not_looked_at() -> None:
    line = "2026-05-03T18:52:11Z INFO [worker-4] job done in 388 ms"
    assert not any(pattern.search(line) for pattern in RECOGNIZER.traces(line))
