"""Calendar dates and dates of birth, in the shapes and languages of deliveries."""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Iterator, Sequence

from presidio_analyzer import EntityRecognizer

from bpoaudit.detect.masked import masking_state
from bpoaudit.detect.recognizers.context import Words, fold
from bpoaudit.detect.recognizers.literals import Guarded, guarded
from bpoaudit.detect.recognizers.machine_line import is_machine_line
from bpoaudit.detect.recognizers.one_of import one_of
from bpoaudit.detect.recognizers.outline import ByOutline, Outlined
from bpoaudit.detect.recognizers.recognizer import GUESS, Hit, Prefilter, Recognizer

_MONTHS = (
    ("january jan januar jänner enero ene janeiro janvier janv stycznia styczeń sty ianuarie ian gennaio "
    "januari січня січень जनवरी জানুয়ারি জানুয়ারী"),
    ("february feb februar febrero fevereiro fev février févr lutego luty lut februarie febbraio februari "
    "pebrero лютого лютий फरवरी ফেব্রুয়ারি ফেব্রুয়ারী"),
    ("march mar märz mär mrz marzo março mars marca marzec martie maart mrt marso mac березня березень मार्च "
    "মার্চ"),
    "april apr abril abr avril avr kwietnia kwiecień kwi aprilie aprile квітня квітень अप्रैल এপ্রিল",
    "may mai mayo maio maja maj maggio mei травня травень मई মে",
    "june jun juni junio junho juin czerwca czerwiec cze iunie iun giugno hunyo червня червень जून জুন",
    ("july jul juli julio julho juillet juil lipca lipiec lip iulie iul luglio hulyo julai липня липень "
    "जुलाई জুলাই"),
    "august aug agosto ago août sierpnia sierpień sie augustus ogos серпня серпень अगस्त আগস্ট",
    ("september sept sep septiembre setembro septembre września wrzesień wrz septembrie settembre setyembre "
    "вересня вересень सितंबर सितम्बर সেপ্টেম্বর"),
    ("october oct oktober okt octubre outubro octobre października październik paź octombrie ottobre "
    "oktubre жовтня жовтень अक्टूबर অক্টোবর"),
    ("november nov noviembre novembro novembre listopada listopad lis noiembrie noi nobyembre листопада "
    "листопад नवंबर नवम्बर নভেম্বর"),
    ("december dec dezember dez diciembre dic dezembro décembre déc grudnia grudzień gru decembrie dicembre "
    "disyembre disember грудня грудень दिसंबर दिसम्बर ডিসেম্বর"),
)  # fmt: skip
_MONTH_NUMBER = {
    fold(name): number for number, names in enumerate(_MONTHS, start=1) for name in names.split()
}
_WORDS_AFTER_A_NUMBER = frozenset({
    "ago", "avr", "cze", "gru", "ian", "kwi", "lip", "lis", "lut", "mai", "maj", "may", "mei", "noi", "out",
    "set", "sie", "sty", "mac", "mars", "marca", "मई", "মে",
})  # fmt: skip
_OTHER_THINGS = frozenset({"mac", "mars"})
"""Month names that are also names of things: they need a year beside them."""
_WORDS_BEFORE_A_NUMBER = _WORDS_AFTER_A_NUMBER | frozenset({
    "mar", "march", "mars", "dec", "dic", "jun", "sep",
})  # fmt: skip
"""Month names that are also words: in lower case they need a year or an ordinal beside them."""


def _alternatives() -> str:
    names = {name for line in _MONTHS for name in line.split()}
    return one_of(sorted(names | {fold(name) for name in names}))


_MONTH = rf"(?P<month>{_alternatives()})\.?"
_DAY = r"(?P<day>0?[1-9]|[12]\d|3[01])(?P<ordinal> ?(?:st|nd|rd|th)|er|º|°|ª)?"
_YEAR = r"(?P<year>(?:1[89]|20)\d{2}|'?\d{2}(?=\W|$))"
_LEFT = r"(?<![^\W_])(?<!\d[.,:/\-])"
_RIGHT = r"(?:(?=r\.)|(?![^\W_]))(?![.,:/\-]\d)"
"""A Polish year may be followed by its `r.` at once."""
_NO_YEAR = r"(?! ?[%€$£]| (?:EUR|USD|GBP|PLN|INR|euros?|dollars?|pounds?|ms|km|kg|mm|MB|GB)(?![^\W_]))"
_PARTICLE = r"(?:\s(?:de|of|del|the|le|do|din|ng))?"

_NUMERIC = re.compile(
    rf"{_LEFT}(?<!@)(?:(?P<ymd>\d{{4}}([\-/. ])\d{{1,2}}\2\d{{1,2}})|(?P<dmy>\d{{1,2}}([\-/.])\d{{1,2}}\4"
    rf"(?:\d{{4}}|\d{{2}})))"
    r"(?:(?=[T_ ]\d{1,2}:\d{2})|(?![^\W_])(?![:/\-]\d)(?!\.\w))"
)
_SPACED = re.compile(rf"{_LEFT}(?<!\d )\d{{1,2}} \d{{1,2}} (?:19|20)?\d{{2}}{_RIGHT}(?! \d)")
_COMPACT = re.compile(rf"{_LEFT}(?:\d{{8}}|\d{{6}}){_RIGHT}")
_NAMED = (
    guarded(
        rf"{_LEFT}{_DAY}[.,]?{_PARTICLE}[\s\-/]{{0,2}}{_MONTH}"
        rf"(?:,?{_PARTICLE}[\s\-/,]{{0,2}}{_YEAR})?{_RIGHT}",
        re.IGNORECASE,
    ),
    guarded(
        rf"{_LEFT}{_MONTH}[\s\-/]{{0,2}}(?:the\s)?{_DAY}(?:,?"
        rf"(?:\sof)?[\s\-/,]{{1,2}}{_YEAR})?{_RIGHT}",
        re.IGNORECASE,
    ),
    guarded(
        rf"{_LEFT}(?P<year>(?:1[89]|20)\d{{2}})[\s\-/,.]{{1,2}}{_MONTH}[\s\-/]{{0,2}}{_DAY}{_RIGHT}",
        re.IGNORECASE,
    ),
)
_MONTH_YEAR = guarded(
    rf"{_LEFT}(?<!\d ){_MONTH}(?:,?{_PARTICLE}[\s\-/,]{{1,2}})(?P<year>(?:1[89]"
    rf"|20)\d{{2}}){_RIGHT}",
    re.IGNORECASE,
)
_MONTH_SOMEWHERE = Guarded(*(pattern for each in _NAMED for pattern in each.patterns))
_IN_A_YEAR = guarded(
    r"(?<![^\W_])(?:(?:in|since|during|until|till|before|after|by|from|between|early|late|mid)(?: the year)?"
    r"|(?:spring|summer|autumn|fall|winter|beginning|start|middle|end|year|act|law|code|treaty|census) of) "
    rf"(?P<year>(?:19|20)\d{{2}})(?: and (?P<until>(?:19|20)\d{{2}}))?{_RIGHT}{_NO_YEAR}",
    re.IGNORECASE,
)
_YEAR_OF_SOMETHING = re.compile(
    r"(?<![^\W_])(?:[Aa]|[Tt]he|[Oo]f) (?P<year>(?:19|20)\d{2}) (?=[A-Z][a-z])"
    r"(?!(?:[A-Z]\w{1,20} ){0,3}"
    r"(?:Acts?|Laws?|Code|Convention|Constitution|Regulations?|Rules?|Directive)(?!\w))"
)
"""`the 1989 Polish elections`: no count of things, whose name would not be capitalised, and no statute."""
_YEAR_ALONE = re.compile(rf"{_LEFT}(?<![*•xX][.\-/])(?:19|20)\d{{2}}{_RIGHT}")
_YEAR_SOMEWHERE = re.compile(r"(?:1[89]|20)\d{2}")
_CJK = re.compile(r"(?<!\d)(?P<y>(?:19|20)\d{2})[年년]\s?(?P<m>\d{1,2})[月월]\s?(?P<d>\d{1,2})[日일]")

_MASKED = guarded(
    r"(?<![^\W_])(?:[*•xX]{1,2}([.\-/])[*•xX]{1,2}\1(?:19|20)\d{2}|(?:19|20)\d{2}([.\-/])[*•xX]{1,2}\2[*•xX]{1,2})(?![^\W_])"
)
_VIETNAMESE = guarded(
    r"(?<!\d)(?P<d>\d{1,2}) th[áa]ng (?P<m>\d{1,2})(?: n[ăa]m|,)? (?P<y>(?:19|20)\d{2})(?!\d)", re.IGNORECASE
)
_MACHINE_TIME = re.compile(
    r"(?:T|:)(?!00:00(?!:?\d)|00:00:00)\d{2}:?\d{2}"
    r"|[ _,]{1,2}(?!00:00:00)\d{1,2}:\d{2}:\d{2}(?:[.,]\d|Z| ?[+\-]\d{2}:?\d{2}(?!\d)| (?:UTC|GMT)(?!\w))"
)
"""A time of day as only machines write it: ISO 8601, Common Log Format, with a fraction or a time zone.
Midnight is what a plain date is exported with."""
_TIME = re.compile(r"[ _,]{1,2}(?!00:00:00)\d{1,2}:\d{2}:\d{2}(?!\d)")
_TIME_BEFORE = re.compile(r"(?<!\d)\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})? \Z")
_FULL_DATE = 8
"""Characters of a numeric date with all its digits."""
_STAMP = re.compile(r"[ T]\d{1,2}:\d{2}(?: ?[ap]m)?\]", re.IGNORECASE)
_LINE_START = re.compile(r"(?:\A|\n)(?:[\[(<#\"' ]|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? ){0,3}\Z")

_BIRTH = Words(
    "born", "born on", "dob", "d.o.b.", "date of birth", "birth date", "birthdate", "birthday", "birth",
    "bday", "b-day", "geboren", "geb", "geburtsdatum", "geburtstag", "geburt", "fecha de nacimiento",
    "nacimiento", "nacido", "nacida", "naci", "data de nascimento", "nascimento", "nascido", "nascida",
    "date de naissance", "naissance", "né le", "née le", "né", "née", "ur", "urodzony", "urodzona",
    "urodzenia", "data urodzenia", "data nasterii", "nascut", "nascuta", "nasterii", "data di nascita",
    "nato il", "nata il", "nascita", "geboortedatum", "geboren op", "дата народження", "народився",
    "народилася", "ngay sinh", "ngày sinh", "tarikh lahir", "kapanganakan", "petsa ng kapanganakan",
    "জন্ম তারিখ", "जन्म तिथि", "जन्मतिथि", "doğum tarihi",
    against=(
        "issued", "issue date", "date of issue", "expiry", "expires", "expiration", "valid until", "due",
        "due date", "order", "ordered", "shipped", "delivered", "delivery", "invoice", "invoice date",
        "created", "updated", "admitted", "admission", "discharge", "hired", "joined", "start date",
        "end date", "appointment", "visit", "visited", "booked", "booking", "flight", "payment", "purchase",
        "transaction", "statement", "call", "called", "death", "died", "ausgestellt", "wydany",
    ),
    before=40,
    after=0,
)  # fmt: skip
_NO_DATE = Words(
    "version",
    "ver",
    "v",
    "ip",
    "section",
    "clause",
    "chapter",
    "release",
    "build",
    "score",
    "ratio",
    against=(),
    before=12,
    after=0,
)


class DateRecognizer(Recognizer):
    """Finds calendar dates; next to a birth word they are dates of birth.

    A date names a day, a month of a year, or a year in which something was. Times, weekdays, durations
    and relative dates are none; nor is the time at which a machine wrote a line (`2026-03-12 06:25:24`,
    `[12/Mar/2026:06:25:24 +0000]`). Day and month are taken in either order; the day must exist.
    """

    prefilter = Prefilter(min_digits=1, min_length=4)
    begins = Outlined(
        _MASKED,
        _NUMERIC,
        *_NAMED,
        _MONTH_YEAR,
        _IN_A_YEAR,
        _YEAR_OF_SOMETHING,
        _VIETNAMESE,
        _CJK,
        _YEAR_ALONE,
        _SPACED,
        _COMPACT,
    )
    looks_at = (_BIRTH, _NO_DATE)
    _by_itself = (_NUMERIC, *_NAMED, _MONTH_YEAR, _IN_A_YEAR, _YEAR_OF_SOMETHING, _VIETNAMESE, _CJK)

    def __init__(self, language: str) -> None:
        super().__init__("DateRecognizer", ("DATE_TIME", "DATE_OF_BIRTH"), language)

    def traces(self, line: str) -> Sequence[re.Pattern[str] | Guarded]:
        """Return its patterns; some make a date beside a birth word only."""
        return super().traces(line) if _BIRTH.may_stand(line) else self._by_itself

    def find(self, text: str) -> Iterator[Hit]:
        """Yield every date."""
        for match in _MASKED.finditer(text):
            if _BIRTH.near(text, *match.span()):
                yield Hit(*match.span(), "DATE_OF_BIRTH", 0.85, masking=str(masking_state(match.group())))
        for start, end, score in _dates(text):
            born = _BIRTH.near(text, start, end)
            if born:
                yield Hit(start, end, "DATE_OF_BIRTH", max(score, 0.85), alone=score, words=_BIRTH)
            elif score:
                stamped = _is_timestamp(text, start, end)
                yield Hit(start, end, "DATE_TIME", GUESS if stamped else score)


_BY_OUTLINE = ByOutline(
    _NUMERIC, *_NAMED, _MONTH_YEAR, _IN_A_YEAR, _YEAR_OF_SOMETHING, _VIETNAMESE, _CJK, _YEAR_ALONE, _SPACED,
    _COMPACT,
)  # fmt: skip


def _dates(text: str) -> Iterator[tuple[int, int, float]]:
    """Yield (start, end, score); score 0 for what is a date only next to a birth word."""
    among = _BY_OUTLINE.among(text)
    for match in _NUMERIC.finditer(text) if _NUMERIC in among else ():
        year_first = match["ymd"] is not None
        numbers = [int(part) for part in re.split(r"\D", match.group())]
        if _exists(numbers if year_first else numbers[::-1]) and not _NO_DATE.near(text, *match.span()):
            yield *match.span(), 0.85 if len(match.group()) >= 8 or year_first else 0.6
    for pattern in _NAMED if _MONTH_SOMEWHERE.admits(text) else ():
        for match in pattern.finditer(text) if pattern in among else ():
            if _is_named_date(match):
                yield *match.span(), 0.85 if match["year"] else 0.7
    if _YEAR_SOMEWHERE.search(text):
        yield from _with_a_year(text, among)
    for match in _SPACED.finditer(text) if _SPACED in among else ():
        if _exists([int(part) for part in match.group().split()][::-1]):
            yield *match.span(), 0
    for match in _COMPACT.finditer(text) if _COMPACT in among else ():
        if _compact_exists(match.group()):
            yield *match.span(), 0


def _with_a_year(text: str, among: Collection[re.Pattern[str] | Guarded]) -> Iterator[tuple[int, int, float]]:
    """Yield the dates that have a year of four digits and no other number, or signs beside them."""
    for match in _MONTH_YEAR.finditer(text) if _MONTH_YEAR in among else ():
        yield *match.span(), 0.5
    for pattern in (_IN_A_YEAR, _YEAR_OF_SOMETHING):
        for match in pattern.finditer(text) if pattern in among else ():
            yield *match.span("year"), 0.45
            if match.groupdict().get("until"):
                yield *match.span("until"), 0.45
    for dated in (_VIETNAMESE, _CJK):
        for match in dated.finditer(text) if dated in among else ():
            if _exists([int(match["y"]), int(match["m"]), int(match["d"])]):
                yield *match.span(), 0.9
    for match in _YEAR_ALONE.finditer(text) if _YEAR_ALONE in among else ():
        yield *match.span(), 0


def _is_timestamp(text: str, start: int, end: int) -> bool:
    """Tell whether a date is part of the time of an event, as logs and mail headers write it."""
    if _MACHINE_TIME.match(text, end):
        return True
    before = text[max(0, start - 20) : start]
    if _TIME.match(text, end) and (start < 20 or "\n" in before) and _LINE_START.search(before):
        return True
    if text[start - 1 : start] == "[" and _STAMP.match(text, end):
        return True
    # `fw=1.9.93`, `orders-2026.03.26`: in what a machine writes, a version and part of a name.
    glued = text[start - 1 : start] in ("-", "_") and text[start - 2 : start - 1].isalpha()
    timed = glued or end - start < _FULL_DATE or _TIME.match(text, end) or _TIME_BEFORE.search(before)
    return bool(timed) and is_machine_line(text, start)


def is_month(name: str) -> bool:
    """Tell whether a folded word is the name of a month, or short for one."""
    return name in _MONTH_NUMBER


def _is_named_date(match: re.Match[str]) -> bool:
    name = match["month"]
    month = _MONTH_NUMBER[fold(name)]
    bare = match["year"] is None and match.groupdict().get("ordinal") is None
    words = _WORDS_AFTER_A_NUMBER if match.start("day") < match.start("month") else _WORDS_BEFORE_A_NUMBER
    if bare and ((name == name.lower() and fold(name) in words) or fold(name) in _OTHER_THINGS):
        return False
    return _exists([2000, month, int(match["day"])])


def _exists(numbers: list[int]) -> bool:
    """Tell whether year and the two other numbers, in either order, are a day; two-digit years are."""
    year, first, second = numbers
    if year > 2100 or 100 <= year < 1850:
        return False
    full = year if year > 100 else 2000 + year
    return _is_day(full, first, second) or _is_day(full, second, first)


def _compact_exists(digits: str) -> bool:
    pairs = [digits[at : at + 2] for at in range(0, len(digits), 2)]
    if len(digits) == 6:
        day, month, year = (int(pair) for pair in pairs)
        return _exists([year, month, day])
    return _exists([int(digits[:4]), int(pairs[2]), int(pairs[3])]) or _exists(
        [int(digits[4:]), int(pairs[1]), int(pairs[0])]
    )


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        datetime.date(year, month, day)
    except ValueError:
        return False
    return True


def build(language: str) -> tuple[EntityRecognizer, ...]:
    """Return the recognisers of this family."""
    return (DateRecognizer(language),)
