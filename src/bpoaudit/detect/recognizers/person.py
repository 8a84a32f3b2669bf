"""Ages and gender, where the words say that a person is meant."""

from __future__ import annotations

import re
from collections.abc import Iterator

from presidio_analyzer import EntityRecognizer

from bpoaudit.detect.recognizers.recognizer import Hit, Prefilter, Recognizer

_N = r"(?P<value>1[01]\d|\d{1,2})"
_AGES = tuple(
    (re.compile(pattern, re.IGNORECASE), score)
    for pattern, score in (
        (rf"(?<![\w.,]){_N}[ \-]?(?:years?|yrs?|yr|y|months?|weeks?)[ \-.]?(?:olds?\b|of age\b|o\b)", 0.8),
        (
            r"(?<![^\W_])(?:aged?|age is|age of|age was|turned|turning|turns|wiek|edad|idade|alter)"
            rf"[ :=]{{1,3}}(?:is |of )?{_N}(?![\w%.,:/\-]?\d|[\w%])",
            0.7,
        ),
        (
            r"(?<![^\W_])(?:i am|i'm|im|he is|she is|he's|she's|who is|i'll turn|will turn) "
            rf"{_N}(?: (?:now|years))?(?=[.!?]|$|\n| and )",
            0.6,
        ),
        (
            rf"(?<![\w.,]){_N}[ \-](?:jahre alt|jährige[rn]?|años de edad|anos de idade|letni[aey]?"
            r"|ans\b(?= et| ,|,|\.|$)|ani\b(?= și|,|\.)|lat\b(?= i|,|\.))",
            0.7,
        ),
        (rf"(?<![^\W_]){_N}(?:yo|y/o)(?![^\W_])", 0.7),
    )
)
_GENDER = re.compile(
    r"(?<![^\W_])(?:gender|sex|geschlecht|sexo|genero|género|sexe|płeć|plec|gender identity)\s?[:=]\s?"
    r"(?P<value>male|female|m|f|non[ \-]?binary|transgender|trans|other|diverse?|männlich|weiblich|w"
    r"|masculino|femenino|feminino|homme|femme"
    r"|h|mężczyzna|kobieta|k)(?![^\W_])",
    re.IGNORECASE,
)


class AgeRecognizer(Recognizer):
    """Finds the age of a person in text; the span is the number."""

    prefilter = Prefilter(min_digits=1, min_length=3)

    def __init__(self, language: str) -> None:
        super().__init__("AgeRecognizer", ("AGE",), language)

    def find(self, text: str) -> Iterator[Hit]:
        """Yield every age from 0 to 119."""
        for pattern, score in _AGES:
            for match in pattern.finditer(text):
                yield Hit(match.start("value"), match.end("value"), "AGE", score)


class GenderRecognizer(Recognizer):
    """Finds a gender after its label."""

    prefilter = Prefilter(":=", min_length=5)

    def __init__(self, language: str) -> None:
        super().__init__("GenderRecognizer", ("GENDER",), language)

    def find(self, text: str) -> Iterator[Hit]:
        """Yield every labelled gender."""
        for match in _GENDER.finditer(text):
            yield Hit(match.start("value"), match.end("value"), "GENDER", 0.8)


def build(language: str) -> tuple[EntityRecognizer, ...]:
    """Return the recognisers of this family."""
    return AgeRecognizer(language), GenderRecognizer(language)
