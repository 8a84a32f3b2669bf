"""Ages and gender, where the words say that a person is meant."""

from __future__ import annotations

import re
from collections.abc import Iterator

from presidio_analyzer import EntityRecognizer

from bpoaudit.detect.recognizers.recognizer import Hit, Prefilter, Recognizer

_N = r"(?P<value>1[01]\d|\d{1,2})"
_AGES = (
    (re.compile(rf"(?<![\w.,]){_N}[ \-]?(?:years?|yrs?|yr|y|months?|weeks?)[ \-.]?(?:olds?\b|of age\b|o\b)",
    re.IGNORECASE), 0.8),
    (re.compile(rf"(?<![^\W_])(?:aged?|age is|age of|age was|turned|turning|turns|wiek|edad|idade"
    rf"|alter)[ :=]{{1,3}}(?:is |of )?{_N}(?![\w%.,:/\-]?\d|[\w%])", re.IGNORECASE), 0.7),
    (re.compile(rf"(?<![^\W_])(?:i am|i'm|im|he is|she is|he's|she's|who is|i'll turn|will turn) {_N}(?: "
    rf"(?:now|years))?(?=[.!?]|$|\n| and )", re.IGNORECASE), 0.6),
    (re.compile(rf"(?<![\w.,]){_N}[ \-](?:jahre alt|jährige[rn]?|años de edad|ans\b(?= et| ,|,|\.|$)|anos "
    rf"de idade|ani\b(?= și|,|\.)|lat\b(?= i|,|\.)|letni[aey]?)", re.IGNORECASE), 0.7),
    (re.compile(rf"(?<![^\W_]){_N}(?:yo|y/o)(?![^\W_])", re.IGNORECASE), 0.7),
)  # fmt: skip
_GENDER = re.compile(
    r"(?<![^\W_])(?:gender|sex|geschlecht|sexo|genero|género|sexe|płeć|plec|gender identity)\s?[:=]\s?"
    r"(?P<value>male|female|m|f|non[ \-]?binary|transgender|trans|other|diverse?|männlich|weiblich|w"
    r"|masculino|femenino|feminino|homme|femme"
    r"|h|mężczyzna|kobieta|k)(?![^\W_])",
    re.IGNORECASE,
)


class AgeRecognizer(Recognizer):
    """Finds the age of a person in text; the span is the number and its unit."""

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
