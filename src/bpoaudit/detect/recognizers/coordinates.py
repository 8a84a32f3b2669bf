"""Positions on the globe, precise enough to be somebody's: latitude and longitude."""

from __future__ import annotations

import re
from collections.abc import Iterator

from presidio_analyzer import EntityRecognizer

from bpoaudit.detect.recognizers.context import BUSINESS, Words
from bpoaudit.detect.recognizers.machine_line import is_machine_line
from bpoaudit.detect.recognizers.outline import Outlined
from bpoaudit.detect.recognizers.recognizer import GUESS, Hit, Prefilter, Recognizer

_LATITUDE = r"[+\-]?[0-8]?\d\.\d{4,15}"
_LONGITUDE = r"[+\-]?1?\d?\d\.\d{4,15}"
"""Four decimals are eleven metres."""
_LEFT, _RIGHT = r"(?<![\w.+\-])(?<!\d[,;] )(?<!\d[,;])", r"(?![\w%]|\.\d|[,;] ?[+\-]?\d)"
_PAIR = re.compile(
    rf"{_LEFT}(?P<latitude>{_LATITUDE})(?:° ?[NS]?|[NS])?(?P<sign> ?[,;/] ?| )(?P<longitude>{_LONGITUDE})"
    rf"(?:° ?[EW]?|[EW])?{_RIGHT}"
)
_NAMED = re.compile(
    r"(?<![^\W_])lat(?:itude)?[\"']?\s?[:=]?\s?[\"']?(?P<latitude>" + _LATITUDE + r")[\"']?[,;&\s]{1,3}[\"']?"
    r"(?:lon|lng|long|longitude)[\"']?\s?[:=]?\s?[\"']?(?P<longitude>" + _LONGITUDE + r")(?![\w%]|\.\d)",
    re.IGNORECASE,
)
_SIXTIETHS = r"° ?[0-5]?\d ?[′'’] ?[0-5]?\d(?:[.,]\d{1,6})? ?(?:[″\"”]|''|’’)? ?"
_DEGREES = re.compile(
    rf"(?<![\w.])\d{{1,2}} ?{_SIXTIETHS}[NS][ ,;/]{{1,3}}\d{{1,3}} ?{_SIXTIETHS}[EWO](?![^\W_])"
)
_WORDS = Words(
    "geo", "gps", "geolocation", "geo location", "coordinates", "coordinate", "coords", "position",
    "location", "lat", "latlng", "lat lng", "lat lon", "lat long", "latitude", "koordinaten", "standort",
    "coordenadas", "ubicacion", "localizacao", "coordonnees", "wspolrzedne", "coordonate", "maps",
    "dropped pin",
    against=(*BUSINESS, "rate", "rates", "fx", "price", "vector", "embedding", "weights", "store",
    "store locator", "store location", "locator pin", "shop", "branch", "warehouse", "depot", "airport",
    "station", "venue", "atm", "office", "hotel"), before=32, after=0,
)  # fmt: skip
"""A position of a place of business is nobody's."""
_NEAR, _ALONE = 0.85, 0.6
_SMALL = 10
"""Degrees below which both numbers may as well be rates, shares or weights."""


class CoordinatesRecognizer(Recognizer):
    """Finds latitude and longitude with four decimals or more, in range, as one value; degrees and minutes.

    A pair of small numbers needs a word for a place; of a list of numbers no two are a pair.
    """

    prefilter = Prefilter(".°", min_digits=6, min_length=13)
    begins = Outlined(_PAIR, _NAMED, _DEGREES)

    def __init__(self, language: str) -> None:
        super().__init__("CoordinatesRecognizer", ("GEO_COORDINATES",), language)

    def find(self, text: str) -> Iterator[Hit]:
        """Yield every position."""
        for match in _NAMED.finditer(text):
            if _is_position(match):
                yield Hit(match.start("latitude"), match.end("longitude"), "GEO_COORDINATES", _NEAR)
        for match in _PAIR.finditer(text):
            if _is_position(match):
                named = _WORDS.near(text, *match.span())
                score = _NEAR if named else _ALONE if _stands_alone(text, match) else GUESS
                yield Hit(*match.span(), "GEO_COORDINATES", score, words=_WORDS if named else None)
        for match in _DEGREES.finditer(text):
            yield Hit(*match.span(), "GEO_COORDINATES", _NEAR)


def _is_position(match: re.Match[str]) -> bool:
    return abs(float(match["latitude"])) <= 90 and abs(float(match["longitude"])) <= 180


def _stands_alone(text: str, match: re.Match[str]) -> bool:
    """Tell whether a pair is one of degrees though no word says so: rather than of rates, shares or times."""
    small = max(abs(float(match["latitude"])), abs(float(match["longitude"]))) < _SMALL
    if small or match["sign"].isspace():
        return False
    return not _WORDS.opposed(text, match.start()) and not is_machine_line(text, match.start())


def build(language: str) -> tuple[EntityRecognizer, ...]:
    """Return the recogniser of this family."""
    return (CoordinatesRecognizer(language),)
