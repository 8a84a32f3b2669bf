"""Ages, gender and names, where the words or signs around them say that a person is meant."""

from __future__ import annotations

import re
from collections.abc import Iterator

from presidio_analyzer import EntityRecognizer

from bpoaudit.detect.not_names import not_names
from bpoaudit.detect.organisations import is_organisation
from bpoaudit.detect.recognizers.literals import guarded
from bpoaudit.detect.recognizers.outline import Outlined
from bpoaudit.detect.recognizers.recognizer import Hit, Prefilter, Recognizer

_N = r"(?P<value>1[01]\d|\d{1,2})"
_AGES = tuple(
    (guarded(pattern, re.IGNORECASE), score)
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
_GENDER = guarded(
    r"(?<![^\W_])(?:gender|sex|geschlecht|sexo|genero|género|sexe|płeć|plec|gender identity)\s?[:=]\s?"
    r"(?P<value>male|female|m|f|non[ \-]?binary|transgender|trans|other|diverse?|männlich|weiblich|w"
    r"|masculino|femenino|feminino|homme|femme"
    r"|h|mężczyzna|kobieta|k)(?![^\W_])",
    re.IGNORECASE,
)

_PART = r"[^\W\d_](?:[^\W\d_]|['’\-](?=[^\W\d_])){1,20}"
_BOOKED = guarded(
    r"(?<![^\W_])(?:(?:booking|booked|reservation|reserved|table|room|appointment|order|account|registered|listed"
    r"|it'?s|it is|is|was|made)(?: [^\W_]{1,12}){0,8}? under|(?:under|in) the name(?: of| is)?) "
    rf"(?P<name>(?P<first>{_PART})(?: (?P<last>{_PART}))?)"
    r"(?=[.!?,;]|\Z|\n| (?:and|for|at|on|but|please|thanks|with)(?![^\W_]))",
    re.IGNORECASE,
)
_ADDRESSED = re.compile(
    rf"(?<![^\W_])(?P<name>(?:{_PART}|[^\W\d_]\.)(?:,? (?:{_PART}|[^\W\d_]\.)){{1,3}})[\"']? ?"
    r"<(?=[^<>\s@]{1,64}@[^<>\s@]{3,200}>)"
)
_WORD = re.compile(r"[^\s,]+")
_MAILBOXES = """
accounts admin alerts assistance automated billing bookings bot care centre center claims client clients
complaints contact customer customers daemon department dept desk enquiries feedback help helpdesk hotline
info inquiries kundenservice mailer marketing newsletter noreply notification notifications office operations
orders payments payroll postmaster reception reply reservations returns sales security service services
support system team updates
"""
_ROLES = frozenset(_MAILBOXES.split())
"""What stands in the name of a mailbox that is nobody's own."""
_THINGS = """
age appeal arrest attack audit cancellation care category challenge clause code conditions consideration
construction contract control cover coverage cost current deadline development different discount
discussion dispute duress embargo finance fire freeze general guarantee guidance hold influence
inspection insurance investigation law licence license liquidation maintenance management medication
monitoring name no notice oath observation obligation offer option par plan policy premium pressure
process processing program project promotion protection protest quarantine quota regulation renovation
repair reservation restoration review rule schedule scheme scrutiny section siege stress subscription
supervision surveillance suspicion tariff terms test testing threat title treatment trial use value
verification warranty water way weight
"""
_UNDER_A_THING = frozenset(_THINGS.split())
"""What things are under that are under nobody's name."""


class AgeRecognizer(Recognizer):
    """Finds the age of a person in text; the span is the number."""

    prefilter = Prefilter(min_digits=1, min_length=3)
    begins = Outlined(*(pattern for pattern, _ in _AGES))

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
    begins = Outlined(_GENDER)

    def __init__(self, language: str) -> None:
        super().__init__("GenderRecognizer", ("GENDER",), language)

    def find(self, text: str) -> Iterator[Hit]:
        """Yield every labelled gender."""
        for match in _GENDER.finditer(text):
            yield Hit(match.start("value"), match.end("value"), "GENDER", 0.8)


class BookingNameRecognizer(Recognizer):
    """Finds the name that a booking, an account or an order is under, small letters too."""

    prefilter = Prefilter(min_length=10)
    begins = Outlined(_BOOKED)

    def __init__(self, language: str) -> None:
        super().__init__("BookingNameRecognizer", ("PERSON",), language)

    def find(self, text: str) -> Iterator[Hit]:
        """Yield every name of one or two words, none of them an ordinary one."""
        if " under " not in text.lower() and " name" not in text.lower():
            return
        for match in _BOOKED.finditer(text):
            words = {match["first"].lower(), (match["last"] or match["first"]).lower()}
            if words.isdisjoint(_UNDER_A_THING) and words.isdisjoint(not_names().ordinary):
                yield Hit(match.start("name"), match.end("name"), "PERSON", 0.7)


class AddresseeRecognizer(Recognizer):
    """Finds the name before a mail address in angle brackets (RFC 5322 3.4), where it is somebody's."""

    prefilter = Prefilter("<", min_length=9)
    begins = Outlined(_ADDRESSED)

    def __init__(self, language: str) -> None:
        super().__init__("AddresseeRecognizer", ("PERSON",), language)

    def find(self, text: str) -> Iterator[Hit]:
        """Yield every name of two to four words, the first and the last with a capital; none of a role."""
        for match in _ADDRESSED.finditer(text) if "<" in text else ():
            words = [*_WORD.finditer(text, *match.span("name"))]
            while words and (words[0][0][0].islower() or words[0][0].lower() in not_names().ordinary):
                words.pop(0)  # `On Tuesday … wrote`
            named = {word[0].lower() for word in words}
            if len(words) < 2 or words[-1][0][0].islower() or named & (_ROLES | not_names().ordinary):
                continue
            start, end = words[0].start(), match.end("name")
            if not is_organisation(text[start:end]):
                yield Hit(start, end, "PERSON", 0.8)


def build(language: str) -> tuple[EntityRecognizer, ...]:
    """Return the recognisers of this family."""
    return (
        AgeRecognizer(language),
        GenderRecognizer(language),
        BookingNameRecognizer(language),
        AddresseeRecognizer(language),
    )
