"""How a value is said aloud: digits, letters, e-mail addresses and dates as a transcript has them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from random import Random

DIGITS = {
    "en": ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    "es": ("cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve"),
    "pt": ("zero", "um", "dois", "três", "quatro", "cinco", "seis", "sete", "oito", "nove"),
    "pl": ("zero", "jeden", "dwa", "trzy", "cztery", "pięć", "sześć", "siedem", "osiem", "dziewięć"),
}
_REPEATED = {2: "double", 3: "triple"}
_NATO = (
    "alpha",
    "bravo",
    "charlie",
    "delta",
    "echo",
    "foxtrot",
    "golf",
    "hotel",
    "india",
    "juliet",
    "kilo",
    "lima",
    "mike",
    "november",
    "oscar",
    "papa",
    "quebec",
    "romeo",
    "sierra",
    "tango",
    "uniform",
    "victor",
    "whiskey",
    "x-ray",
    "yankee",
    "zulu",
)
_HOMELY = (
    "apple",
    "bertie",
    "charlie",
    "david",
    "edward",
    "freddie",
    "george",
    "harry",
    "ivan",
    "jack",
    "king",
    "lucy",
    "mother",
    "nancy",
    "orange",
    "peter",
    "queen",
    "robert",
    "sugar",
    "tommy",
    "uncle",
    "victor",
    "william",
    "xylophone",
    "yellow",
    "zebra",
)
_MARKS = {"@": "at", ".": "dot", "_": "underscore", "-": "dash", "+": "plus"}
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_TEENS = (
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
)
_ORDINALS = (
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
)
_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)


def digits(rng: Random, number: str, language: str = "en") -> str:
    """Read digits one by one; in English with `oh`, `double` and `triple` as people do."""
    words, said, at = DIGITS[language], list[str](), 0
    ohs = rng.random() < 0.5
    while at < len(number):
        run = len(number) - at - len(number[at:].lstrip(number[at]))
        size = min(run, 3)
        word = "oh" if language == "en" and ohs and number[at] == "0" else words[int(number[at])]
        if language == "en" and size > 1 and rng.random() < 0.5:
            said.append(f"{_REPEATED[size]} {word}")
            at += size
        else:
            said.append(word)
            at += 1
    return " ".join(said)


def characters(rng: Random, text: str, language: str = "en") -> str:
    """Read letters and digits one by one: bare letters, the radio alphabet or `p for peter`."""
    manner = rng.choice(("bare", "bare", "radio", "homely")) if language == "en" else "bare"
    figures = rng.random() < 0.3
    said, at = list[str](), 0
    while at < len(text):
        size = 1
        while text[at].isdigit() and text[at : at + size + 1].isdigit() and at + size < len(text):
            size += 1
        if text[at].isdigit():
            number = text[at : at + size]
            said.append(" ".join(number) if figures else digits(rng, number, language))
        elif text[at].isalpha():
            said.append(_letter(text[at].lower(), manner))
        at += size
    return " ".join(said)


def email(rng: Random, address: str, language: str = "en") -> str:
    """Read an e-mail address: the local part spelt or said, the domain said."""
    local, _, domain = address.partition("@")
    at, dot = {"es": ("arroba", "punto"), "pl": ("małpa", "kropka"), "pt": ("arroba", "ponto")}.get(
        language, ("at", "dot")
    )
    words = dict(_MARKS) | {".": dot}
    spelt = rng.random() < 0.4
    said, word = list[str](), ""
    for char in local:
        if char.isalpha() and not spelt:
            word += char
            continue
        said += [word] * bool(word)
        word = ""
        said.append(char if char.isalpha() else words.get(char) or digits(rng, char, language))
    said += [word] * bool(word)
    return " ".join([*said, at, domain.replace(".", f" {dot} ")])


def day(rng: Random, when: date) -> str:
    """Read a date in English: `the third of may nineteen eighty two`, `may third eighty two`."""
    ordinal, month = _ordinal(when.day), _MONTHS[when.month - 1]
    year = rng.choice((_year(when.year), _year(when.year), _two(when.year % 100)))
    return rng.choice(
        (
            f"{ordinal} of {month} {year}",
            f"the {ordinal} of {month} {year}",
            f"{month} {ordinal} {year}",
            f"{month} the {ordinal} {year}",
            f"{_two(when.day).removeprefix('oh ')} {_two(when.month).removeprefix('oh ')} {year}",
        )
    )


def spelt(text: str) -> str:
    """Spell a word letter by letter."""
    return " ".join(char for char in text.lower() if char.isalpha())


def _letter(letter: str, manner: str) -> str:
    place = ord(letter) - ord("a")
    if manner == "bare" or not 0 <= place < 26:
        return letter
    return _NATO[place] if manner == "radio" else f"{letter} for {_HOMELY[place]}"


def _ordinal(number: int) -> str:
    if number <= 20:
        return _ORDINALS[number - 1]
    return "thirtieth" if number == 30 else f"{_TENS[number // 10]} {_ORDINALS[number % 10 - 1]}"


def _two(number: int) -> str:
    words: Sequence[str] = DIGITS["en"]
    if number < 10:
        return f"oh {words[number]}"
    if number < 20:
        return _TEENS[number - 10]
    return _TENS[number // 10] + (f" {words[number % 10]}" if number % 10 else "")


def _year(year: int) -> str:
    if 2000 <= year < 2010:
        return "two thousand" + (f" and {DIGITS['en'][year % 10]}" if year % 10 else "")
    return f"{_two(year // 100)} {_two(year % 100)}"
