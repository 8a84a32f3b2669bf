"""Lines that machines write hold by their forms what they hold one by one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from presidio_analyzer import RecognizerResult

from bpoaudit.detect.engine import matches_of
from bpoaudit.detect.forms import forms_of, shown, with_one_mail, worded
from bpoaudit.detect.matches import SPACY, THRESHOLD, Match, resolve
from bpoaudit.detect.pattern_set import PatternSet
from bpoaudit.detect.possible import possible
from bpoaudit.detect.recognizers import build
from bpoaudit.detect.recognizers.machine_line import is_machine_line
from bpoaudit.detect.recognizers.plain import plain
from bpoaudit.detect.recognizers.recognizer import Recognizer
from bpoaudit.detect.stand_ins import FIGURE, HEX, UPPER_HEX
from bpoaudit.detect.traces import may_quote_speech

CASES = Path(__file__).parents[1] / "cases" / "recognizers"
RECOGNIZERS = build("en")
HEAD = "2026-05-11T07:23:32.118Z INFO worker-3"


def _strings(page: Any) -> Iterable[str]:
    if isinstance(page, dict):
        for value in page.values():
            yield from _strings(value)
    elif isinstance(page, list):
        for value in page:
            yield from _strings(value)
    elif isinstance(page, str):
        yield page


def _form_of(line: str) -> str | None:
    return forms_of([line])[0]


def _found(recognizer: Recognizer, line: str) -> list[tuple[int, int, str, float]]:
    results = recognizer.analyze(plain(line).text)
    return _in_order(r for r in results if r.score >= THRESHOLD)


def _in_order(results: Iterable[RecognizerResult]) -> list[tuple[int, int, str, float]]:
    return sorted((r.start, r.end, r.entity_type, r.score) for r in results)


def _holds_by_its_form(line: str) -> None:
    """Assert that no recogniser finds anything in a line about which it is not asked."""
    form = _form_of(line)
    if form is None or not is_machine_line(form, 0):
        return
    assert is_machine_line(line, 0)
    told = possible(RECOGNIZERS, form, shown(form), THRESHOLD)
    found = told.found(line)
    for at, recognizer in enumerate(RECOGNIZERS):
        if at in told.always:
            assert _found(recognizer, line) == _found(recognizer, shown(form)), recognizer.name
        else:
            own = [r for r in found if r.recognition_metadata[r.RECOGNIZER_IDENTIFIER_KEY] == recognizer.id]
            assert _in_order(own) == _found(recognizer, line), recognizer.name


@pytest.mark.parametrize("path", sorted(CASES.glob("*.yaml")), ids=lambda path: path.stem)
def test_nothing_of_the_cases_is_lost(path: Path) -> None:
    texts = sorted({text for text in _strings(yaml.safe_load(path.read_text("utf-8"))) if "\n" not in text})
    for text in texts[::3]:
        _holds_by_its_form(f"{HEAD} job 9f86d081884c7d65 {text}")
        _holds_by_its_form(f"{HEAD} {text} rows=118")


def test_figures_matter_beside_the_name_of_a_month_wherever_it_stands() -> None:
    # Which figures the shown line has depends on the column: in some of them they are no day.
    for width in range(10):
        for month in ("March", "Dec", "August", "May"):
            for day in ("17", "41", "03"):
                _holds_by_its_form(f"{HEAD} {'x' * width} born {day} {month} verified")
                _holds_by_its_form(f"{HEAD} {'x' * width} born {month} {day} verified")


PIECES = st.sampled_from((
    "born", "dob", "card", "phone", "call", "account", "customer", "key=", "token", "type", "diabetes", "aged",
    "year old", "in", "icd", "ms", "ver", "from", "expires", "last four", "ssn", "iban DE", "mac", "IMEI", "Road",
    " 00:00:00 ", "T00:00", "dec", "May", "March", "born on", "+44", "00", "(0)", "@example.com", "%40mail.example", "::", "x", "deaf",
))  # fmt: skip
NOISE = st.lists(
    st.one_of(
        PIECES,
        st.from_regex(r"[ :=/.,@-]{0,2}[0-9]{1,12}[ :=/.,-]{0,2}", fullmatch=True),
        st.from_regex(r"[ =][0-9a-f]{8,20} ", fullmatch=True),
        st.from_regex(r" [A-Z]{0,3}[0-9]{2,9}[A-Z]?", fullmatch=True),
    ),
    max_size=7,
).map(" ".join)


@settings(max_examples=120, deadline=None)
@given(NOISE)
def test_nothing_of_noise_is_lost(noise: str) -> None:
    _holds_by_its_form(f"{HEAD} {noise}")


@given(st.text(max_size=60))
def test_a_form_has_the_offsets_of_its_lines(text: str) -> None:
    line = f"{HEAD} {text}"
    form = _form_of(line)
    if form is None:
        assert not line.isascii() or "\n" in line or "T00:00" in line
        return
    assert len(form) == len(line)
    assert _form_of(shown(form)) == form
    letters = re.compile(rf"[^\d{FIGURE}{HEX}{UPPER_HEX}a-fA-F]")
    assert letters.findall(form) == letters.findall(line)


@given(st.lists(st.one_of(NOISE, st.text(max_size=30)), max_size=5))
def test_lines_have_their_forms_whatever_stands_beside_them(lines: list[str]) -> None:
    assert forms_of(lines) == [*map(_form_of, lines)]


def test_what_varies_is_stood_for_and_words_are_not() -> None:
    one = _form_of("2026-05-11T07:23:32Z INFO worker-1 job e0ad344f5f2e of order5512 done in 738 ms, md5 ok")
    other = _form_of(
        "2026-05-11T21:00:00Z INFO worker-7 job 0d20b4e1ba94 of order9024 done in 215 ms, md5 ok"
    )
    assert one == other
    assert one is not None
    assert one.startswith("2026-05-11T")
    assert "md5 ok" in one
    assert HEX * 12 in one
    assert FIGURE * 3 in one
    assert _form_of("2026-05-11T00:00:00Z INFO job done") is None  # as a plain date is exported
    assert _form_of("2026-05-11 INFO Renée ok") is None


@pytest.mark.parametrize(
    ("line", "speech"),
    [
        ('203.0.113.2 - - [03/May/2026:05:23:08 +0000] "GET /basket HTTP/1.1" 200 497', False),
        ("2026-05-11 07:23:32 INFO worker-3 job 4711 done", False),
        ("2026-05-11 07:23:32 INFO ivr: customer said four one one one", True),
        ("2026-05-11 07:23:32 INFO ivr: pin 4 7 1 1", True),
        ("2026-05-11 07:23:32 INFO ivr: jo at post dot example", True),
    ],
)
def test_speech_is_looked_for_where_a_line_may_quote_it(line: str, speech: bool) -> None:
    assert may_quote_speech(line) is speech


def test_addresses_of_machines_are_read_alike() -> None:
    lines = (
        "198.51.100.7 - - [11/May/2026:04:55:33 +0000]", "2001:db8::59a:0 - - [11/May/2026:04:55:33 +0000]",
        "2001:db8:1:2:3:4:5:f - - [11/May/2026:04:55:33 +0000]", "::1 - - [11/May/2026:04:55:33 +0000]",
    )  # fmt: skip
    forms = [*map(_form_of, lines)]
    assert len({worded(form).text for form in forms if form is not None}) == 1
    assert worded("ada::bee Class::method").text == "ada::bee Class::method"


@pytest.mark.parametrize(
    "words", [("jane", "doe"), ("hiv", "clinic"), ("union", "rep"), ("xxxx", "xxxx"), ("son", "father")]
)
@pytest.mark.parametrize(
    "place",
    [
        "mail to {} bounced", "login user={} ok", "GET /reset?mail={} 200", "password: {} set", "from=<{0}>,to={0};",
        "sent ({}).", '"{}", "{}"', "scheme://jo:{}/path", "Message-ID: <{}>",
    ],
)  # fmt: skip
def test_an_address_of_words_is_read_as_any_other(words: tuple[str, str], place: str) -> None:
    left, right = words
    patterns = PatternSet(RECOGNIZERS, "en")
    for mail in (
        f"{left}.{right}@example.com",
        f"{left}@{right}.co.uk",
        f"{left}_{right}7@post-{left}.example",
    ):
        line = f"{HEAD} {place.format(mail, mail)}"
        alike = with_one_mail(line)
        assert mail not in alike.text or "://" in line
        own = {(m.start, m.end, m.entity, m.score) for m in _resolved(patterns, line)}
        told = {(*alike.place(m), m.entity, m.score) for m in _resolved(patterns, alike.text)}
        assert own == told
        assert place.startswith(("scheme", "Message")) or any(
            entity == "EMAIL_ADDRESS" for _, _, entity, _ in own
        )


def test_what_may_be_more_than_an_address_is_left_alone() -> None:
    for text in (
        "4111111111111111@post.example",
        "jo@x.de",
        "Jane@post.example",
        "jane@post.example:8080",
        "a@b@c.example",
    ):
        assert with_one_mail(f"{HEAD} {text}").pieces == ()


def _resolved(patterns: PatternSet, line: str) -> list[Match]:
    return resolve(m for m in matches_of(patterns.analyze(line)) if m.score >= THRESHOLD)


def test_what_the_models_see_is_put_back_where_it_stands() -> None:
    line = "2026-05-11 07:23:32 INFO mail to jo.doe@post.example for Asha Rao at 198.51.100.7 took 4711 ms"
    form = _form_of(line)
    assert form is not None
    seen = worded(form)
    assert "jo.doe" not in seen.text
    at = seen.text.index("Asha Rao")
    start, end = seen.place(Match(at, at + len("Asha Rao"), "PERSON", 0.85, SPACY))
    assert line[start:end] == "Asha Rao"
    whole = seen.place(Match(0, len(seen.text), "PERSON", 0.85, SPACY))
    assert whole == (0, len(line))
