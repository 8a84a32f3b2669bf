"""Postal codes and street addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from presidio_analyzer import EntityRecognizer
from stdnum.nl import postcode as nl_postcode

from bpoaudit.detect.recognizers.context import BUSINESS, Words
from bpoaudit.detect.recognizers.literals import guarded
from bpoaudit.detect.recognizers.one_of import one_of
from bpoaudit.detect.recognizers.outline import Outlined
from bpoaudit.detect.recognizers.recognizer import (
    GUESS,
    Hit,
    Identifier,
    Prefilter,
    Recognizer,
    Shape,
    recognizers,
)

_UK = (
    r"(?:GIR ?0AA|(?:A[BL]|B[ABDFHLNRSTX]?|C[ABFHMORTVW]|D[ADEGHLNTY]|E[HNX]?|F[KY]|G[LUY]?|H[ADGPRSUX]"
    r"|I[GMPV]|JE|K[ATWY]|L[ADELNSU]?"
    r"|M[EKL]?|N[EGNPRW]?|O[LX]|P[AEHLOR]|R[GHM]|S[AEGKLMNOPRSTWY]?|T[ADFNQRSW]|UB|W[ADFNRSV]?|YO|ZE)\d"
    r"(?:\d|[A-Z])? ?\d[ABD-HJLNP-UW-Z]{2})"
)
_EIRCODE_AREA = r"(?:[AC-FHKNPRTV-Y]\d\d|D6W)"
_EIRCODE = rf"{_EIRCODE_AREA} ?[0-9AC-FHKNPRTV-Y]{{4}}"
_CANADA = r"[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z][ -]?\d[ABCEGHJ-NPRSTV-Z]\d"
_US_STATE = (
    r"(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|P[AR]|RI|S[CD]"
    r"|T[NX]|UT|V[AT]|W[AIVY])"
)
_NO_PLACE = (
    *BUSINESS, "phone", "pin", "account", "card", "claim", "policy", "ledger", "gl", "journal", "posting",
    "posted", "booked", "debit", "credit", "voucher", "cost centre", "cost center", "kostenstelle", "konto",
    "buchung", "sachkonto", "tail", "tail number", "aircraft", "registration", "reg",
)  # fmt: skip
_WORDS = Words(
    "zip", "zip code", "zipcode", "postcode", "post code", "postal code", "postal", "pin code", "pincode",
    "eircode", "plz", "postleitzahl", "codigo postal", "cp", "c.p.", "cep", "code postal", "kod pocztowy",
    "cod postal", "cap", "postcodes", "індекс", "поштовий індекс", "ma buu chinh", "poskod", "address",
    "adres", "adresse", "direccion", "endereco", "indirizzo",
    against=_NO_PLACE,
    before=40,
    after=16,
)  # fmt: skip
_WORDS_OF_SIX_FIGURES = Words(
    "zip", "zip code", "zipcode", "postcode", "post code", "postal code", "postal", "pin code", "pincode",
    "cod postal", "ma buu chinh", "postcodes", against=_NO_PLACE, before=40, after=16,
)  # fmt: skip
"""Of the countries with six figures; `CP` and `CAP` have five, and six behind them are an account."""
_ADDRESS_BEFORE = Words("address", "adresa", "dia chi", against=_NO_PLACE, before=60, after=0)


_LAST_DISTRICTS = {"B": 98, "E": 20, "G": 84, "L": 75, "M": 50, "N": 22, "S": 81, "W": 14}
"""The last district in use of each British area of one letter, but for those of large users."""
_LARGE_USERS = frozenset(["B99", "E77", "E98", "G90", "L80", "M60", "M61", "M90", "M99", "N81", "S95", "S96",
    "S97", "S98", "S99"])  # fmt: skip


def _in_a_district(code: str) -> bool:
    """Tell whether a British postcode lies in a district that there is: `N48 0AA` is part of no town."""
    outward = code.replace(" ", "").upper()[:-3]
    known = _LAST_DISTRICTS.get(outward[0])
    if known is None or not outward[1:].isdigit() or outward in _LARGE_USERS:
        return True
    return int(outward[1:]) <= known


def _distinct_letters(code: str) -> bool:
    """`A1B 2C3` is a code; a lower-case model number such as `k2l3m4` without its space is not."""
    return " " in code or "-" in code or code.isupper()


def _code(name: str, region: str | None, *shapes: Shape) -> Identifier:
    return Identifier("POSTAL_CODE", shapes, _WORDS, region, name=name)


_CODES = (
    _code(
        "UkPostcodeRecognizer", "GB",
        Shape(_UK.replace(" ?", " "), 0.8, 0.9, _in_a_district, 1), Shape(_UK, 0.5, 0.85, _in_a_district, 1),
    ),
    _code(
        "EircodeRecognizer", "IE",
        Shape(_EIRCODE.replace(" ?", " "), 0.7, 0.9, None, 1), Shape(_EIRCODE, 0.2, 0.85, None, 1),
        # Mistyped or made up: the routing key and the shape are still those of an Eircode.
        Shape(
            rf"{_EIRCODE_AREA} (?:\d[0-9A-Z]{{3}}|[A-Z]\d[0-9A-Z]{{2}}|[A-Z]{{2}}\d[0-9A-Z]|[A-Z]{{3}}\d)",
            0.5, 0.75, None, 1, flags=0,
        ),
    ),
    _code("CaPostalCodeRecognizer", "CA", Shape(_CANADA, 0.75, 0.9, _distinct_letters, 3)),
    _code(
        "NlPostcodeRecognizer", "NL",
        Shape(r"[1-9]\d{3} ?[A-Z]{2}", 0.2, 0.85, nl_postcode.is_valid, 4),
        Shape(
            r"[1-9]\d{3} [A-Z]{2}(?=,? (?:in )?[A-Z][a-z]{2})", 0.7, 0.85, nl_postcode.is_valid, 4, flags=0
        ),
    ),
    _code(
        "PlPostalCodeRecognizer", "PL",
        Shape(r"\d{2}-\d{3}", 0.2, 0.85, None, 5),
        Shape(r"\d{2}-\d{3}(?= [A-ZŁŚŻŹĆ][a-ząćęłńóśźż]{2})", 0.6, 0.85, None, 5, flags=0),
    ),
    _code("CepRecognizer", "BR", Shape(r"\d{5}-\d{3}", GUESS, 0.85, None, 8)),
    _code(
        "PostalCodeRecognizer", None,
        Shape(rf"(?<=\b{_US_STATE} )\d{{5}}(?:-\d{{4}})?", 0.75, 0.85, None, 5, flags=0),
        Shape(rf"(?<=\b{_US_STATE}, )\d{{5}}(?:-\d{{4}})?", 0.75, 0.85, None, 5, flags=0),
        Shape(r"(?<=\b[AFD]PO A[AEP] )\d{5}", 0.85, 0.9, None, 5, flags=0),
        Shape(r"\d{5}(?:-\d{4})?|\d{4}", 0.1, 0.75, None, 4),
    ),
    Identifier(
        "POSTAL_CODE", (Shape(r"\d{3} ?\d{3}", 0.1, 0.75, None, 6),), _WORDS_OF_SIX_FIGURES,
        name="SixFigurePostalCodeRecognizer",
    ),
    Identifier(
        "POSTAL_CODE",
        (Shape(r"(?:(?<=[a-z] )|(?<=[a-z], )|(?<=[a-z]-)|(?<=[a-z] - ))\d{3} ?\d{3}", 0.1, 0.7, None, 6),),
        _ADDRESS_BEFORE,
        name="CityPostalCodeRecognizer",
    ),
)  # fmt: skip

_EN_TYPES = (
    "street|str|st|road|rd|avenue|ave|av|lane|ln|drive|dr|boulevard|blvd|court|ct|place|pl|square|sq"
    "|terrace|ter|crescent|cres|close|way"
    "|parkway|pkwy|highway|hwy|circle|cir|trail|trl|gardens|gdns|grove|mews|row|walk|hill|park|quay|wharf"
    "|green|loop|alley|plaza|route"
    "|estate|heights|nagar|marg|colony|chowk|salai|sarani|bagh"
)
_EN_TYPE = one_of(_EN_TYPES.split("|"))
_RARE_TYPES = (
    "approach|bend|boreen|bridge|broadway|brow|bypass|byway|causeway|circus|copse|corner|cottages|courtyard|cove"
    "|creek|croft|crossing|dale|dene|drove|dyke|embankment|esplanade|expressway|fold|freeway|garth|glade|glebe"
    "|glen|grange|haven|heath|hollow|holt|junction|knoll|lea|leas|manor|mead|meadow|meadows|moor|mount|nook"
    "|orchard|oval|paddock|paddocks|parade|precinct|promenade|quadrant|reach|ridge|rise|spinney|strand"
    "|thoroughfare|tor|turnpike|vale|valley|viaduct|villas|warren|wold|woods|wynd|yard"
)
"""Of streets in Britain, Ireland and America, and of other things as often: they count in capitals only."""
_MORE_TYPES = frozenset(
    ["straße", "strasse", "platz", "weg", "allee", "gasse", "ufer", "calle", "avenida", "avda", "plaza",
    "paseo", "rua", "travessa", "praca", "rue", "chemin", "quai", "via", "viale", "piazza", "corso", "ul",
    "ulica", "ulicy", "al", "aleja", "os", "osiedle", "strada", "bulevardul", "jalan", "jln", "apt",
    "apartment", "suite", "flat", "unit", "box"]
)  # fmt: skip
_STREET_TYPES = _MORE_TYPES.union(
    _EN_TYPES.split("|"), ("approach", "causeway", "embankment", "esplanade")
)  # fmt: skip
_STREET_ENDINGS = (
    "straße", "strasse", "str", "gasse", "allee", "platz", "ufer", "damm", "weg", "straat", "laan", "plein",
    "gracht", "kade", "vej", "gata", "gatan", "vagen", "utca",
)  # fmt: skip
_NAME = r"[^\W\d_][\w'’.\-]{0,24}"
_UNIT = r"(?:[ ,]{1,2}(?:apt|apartment|suite|ste|unit|flat|floor|fl|room|rm|#|no)\.? ?#?\w{1,6})?"
_ENGLISH = re.compile(
    rf"(?<![\w.,:/\-$€£])(?:(?:flat|unit|apt|apartment|suite|house|plot|no)\.? "
    rf"?\w{{1,5}}[, ]{{1,2}})?\d{{1,5}}[A-Z]?(?:[\-/]\d{{1,4}}[A-Z]?)?,? "
    rf"(?P<name>(?:(?:\d{{1,3}}(?:st|nd|rd|th)|{_NAME}) ){{1,4}}?)(?P<type>{_EN_TYPE})\b\.?(?! ?\d)(?: "
    rf"[NSEW]{{1,2}}\b)?{_UNIT}",
    re.IGNORECASE,
)
_IN_CAPITALS = re.compile(
    rf"(?<![\w.,:/\-$€£])\d{{1,4}}[A-Za-z]?(?:[\-/]\d{{1,4}}[A-Za-z]?)?,? "
    rf"(?P<name>(?:[A-Z][\w'’.\-]{{0,24}} ){{1,3}}?)(?=[A-Z])(?P<type>(?i:{one_of(_RARE_TYPES.split('|'))}))"
    rf"(?![\w@])(?! ?\d)"
)
_NOT_A_STREET = frozenset(
    ["a", "an", "and", "are", "as", "at", "be", "been", "but", "by", "can", "did", "do", "does", "for",
    "from", "had", "has", "have", "he", "her", "his", "how", "i", "if", "in", "is", "it", "its", "me", "my",
    "no", "not", "of", "off", "on", "or", "our", "out", "per", "she", "so", "than", "that", "the", "their",
    "them", "then", "there", "they", "this", "to", "too", "up", "us", "was", "we", "were", "what", "when",
    "where", "which", "who", "will", "with", "you", "your", "more", "days", "day", "hours", "hour",
    "minutes", "minute", "months", "month", "years", "year", "weeks", "week", "times", "people", "percent",
    "am", "pm", "dollars", "euros", "pounds", "usd", "miles", "km", "o'clock", "items", "calls", "tickets",
    "orders", "customers", "agents", "working", "business", "points", "steps", "places", "hotels",
    "including", "called", "january", "february", "march", "april", "may", "june", "july", "august",
    "september", "october", "november", "december"]
)  # fmt: skip
_COMPOUND = guarded(
    r"(?<![^\W_])(?:(?:[A-ZÄÖÜ][\w.\-]{0,24}[ \-]){0,3}[A-ZÄÖÜ][\w\-]{0,24}"
    r"(?:straße|strasse|str\.|gasse|allee|platz|ufer|damm|weg|straat|laan|plein|gracht|kade)"
    r"|(?:[A-ZÄÖÜ][\w.\-]{0,24}[ \-]){1,3}(?:Straße|Strasse|Str\.|Gasse|Allee|Platz|Ufer|Damm|Weg))"
    r" \d{1,4}(?: ?[a-z])?(?:[\-/]\d{1,4})?(?![^\W_])"
)
_STREETS = (
    "calle", "c/", "avenida", "avd", "avd.", "avda", "avda.", "carrera", "cra", "cra.", "plaza", "paseo",
    "rua", "r.", "travessa", "alameda", "praça", "largo", "rue", "boulevard", "bd", "chemin", "allée",
    "place", "quai", "impasse", "via", "viale", "piazza", "corso", "ul.", "ulica", "ulicy", "al.", "aleja",
    "aleje", "alei", "os.", "osiedle", "pl.", "plac", "strada", "str.", "bulevardul", "b-dul", "șoseaua",
    "sos.", "aleea", "jalan", "jl", "jl.", "jln", "jln.", "вул.", "вулиця", "проспект", "просп.", "đường",
    "duong", "phố",
)  # fmt: skip
"""Words for a street that stand before its name."""
_PREFIXED = re.compile(
    rf"(?<![^\W_]){one_of(_STREETS)}"
    r" (?:[^\W_][\w'’.\-]{0,24} ){0,5}?[^\W\d_][\w'’.\-]{0,24},? ?(?:n[ºo°.r]{1,2}\.? ?|núm(?:ero)?\.? ?"
    r"|número |bl(?:oc)?\.? ?)?\d{1,5}(?: ?[a-z])?(?:[/\-]\d{1,4})?(?![^\W_]|[.,]\d)",
    re.IGNORECASE,
)
_FRENCH = guarded(
    r"(?<![\w.,:/\-])\d{1,4}(?: ?(?:bis|ter|quater))?,? (?:rue|avenue|av\.|boulevard|bd|chemin|allée|place"
    r"|quai|impasse|route|cours|square) "
    r"(?:[^\W\d_][\w'’.\-]{0,24} ){0,4}?[A-ZÀ-Ý][\w'’.\-]{1,24}",
)
_BOX = guarded(
    r"(?<![^\W_])(?:p\.? ?o\.? ?box|postfach|apartado(?: postal| de correos)?|caixa postal"
    r"|skr\. poczt\.) ?#?\d{1,6}(?!\d)",
    re.IGNORECASE,
)


def is_street_type(word: str) -> bool:
    """Tell whether a word, in lower case without accents, says that a street is meant (`avenue`, `ul`)."""
    return word in _STREET_TYPES or (len(word) > 5 and word.endswith(_STREET_ENDINGS))


def is_street_line(text: str) -> bool:
    """Tell whether a value begins with a street and its number, in the order of several countries."""
    patterns = (_ENGLISH, _IN_CAPITALS, *(pattern for pattern, score in _LINES if score >= _TYPED))
    return any(match.start() == 0 for pattern in patterns for match in pattern.finditer(text[:_LONGEST_LINE]))


_CITY = r"[A-ZÀ-Þ][\w'’.\-]{1,24}(?: [A-ZÀ-Þ][\w'’.\-]{1,24}){0,2}"
_NO_NUMBERED = (
    r"(?!(?i:ledger|journal|account|acct|gl|invoice|order|ticket|case|ref|reference|no|code|batch|voucher|cost"
    r"|claim|policy|phone|tel|call|ext|extension)\b)"
)
"""What no city is called, and a number follows."""
_CODE_IN_ADDRESS = (
    # 89 Millrace Dr, Baltimore 21299; Baltimore, Maryland 21299
    re.compile(
        rf"\b(?i:{_EN_TYPE})\b\.?(?:{_UNIT})?,? {_NO_NUMBERED}{_CITY},? (?:[A-Z]{{2}},? )?"
        r"(?P<code>\d{5}(?:-\d{4})?|\d{6})(?![^\W_]|[.,\-/]\d)"
    ),
    # Mühlenbogen 118, 28204 Bremen
    re.compile(
        r"[^\W\d_]{3} \d{1,4} ?[a-z]?(?:, ?| - | )(?:[A-Z]{1,2}-)?"
        r"(?P<code>\d{4,5}|\d{2}-\d{3}|\d{3} \d{2}),? (?=[A-ZÀ-Þ][^\W\d_]{2})"
    ),
)
_BOX_OVERSEAS = guarded(r"(?:PSC|CMR|Unit|UNIT) \d{1,5},? (?:Box|BOX) \d{1,5}\b")
_UNIT_ALONE = guarded(
    r"(?<![^\W_])(?:Apt|Suite|Ste|Unit|Flat|apt|suite|flat)\.? ?#?\d{1,5}[A-Za-z]?(?![^\W_]|[.,]\d)"
)


_LINES = (
    (_COMPOUND, 0.8), (_PREFIXED, 0.7), (_FRENCH, 0.75), (_BOX, 0.7), (_BOX_OVERSEAS, 0.8),
    (_UNIT_ALONE, 0.5),
)  # fmt: skip


_TYPED = 0.7
"""Score of a line with the word for a street."""
_LONGEST_LINE = 120


class PostalCodeInAddressRecognizer(Recognizer):
    """Finds the postal code of an address by its place: between street and city, or behind both."""

    prefilter = Prefilter(min_digits=4, min_length=10)
    begins = Outlined(*_CODE_IN_ADDRESS)

    def __init__(self, language: str) -> None:
        super().__init__("PostalCodeInAddressRecognizer", ("POSTAL_CODE",), language)

    def find(self, text: str) -> Iterator[Hit]:
        """Yield every code."""
        for pattern in _CODE_IN_ADDRESS:
            for match in pattern.finditer(text):
                yield Hit(*match.span("code"), "POSTAL_CODE", 0.7)


class StreetAddressRecognizer(Recognizer):
    """Finds street lines (number and typed street name, in the order of several countries) and post boxes."""

    prefilter = Prefilter(min_digits=1, min_length=7)
    begins = Outlined(_ENGLISH, _IN_CAPITALS, *(pattern for pattern, _ in _LINES))

    def __init__(self, language: str) -> None:
        super().__init__("StreetAddressRecognizer", ("STREET_ADDRESS",), language)

    def find(self, text: str) -> Iterator[Hit]:
        """Yield every street line."""
        for match in _ENGLISH.finditer(text):
            words = match["name"].lower().split()
            if not _NOT_A_STREET.intersection(words):
                written = match["name"][:1].isupper() or match["name"][:1].isdigit()
                yield Hit(*match.span(), "STREET_ADDRESS", 0.75 if written else 0.55)
        for match in _IN_CAPITALS.finditer(text):
            if not _NOT_A_STREET.intersection(match["name"].lower().split()):
                yield Hit(*match.span(), "STREET_ADDRESS", 0.7)
        for pattern, score in _LINES:
            for match in pattern.finditer(text):
                yield Hit(*match.span(), "STREET_ADDRESS", score)


def build(language: str) -> tuple[EntityRecognizer, ...]:
    """Return the recognisers of this family."""
    return (
        *recognizers(_CODES, language),
        PostalCodeInAddressRecognizer(language),
        StreetAddressRecognizer(language),
    )
