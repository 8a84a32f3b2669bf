"""Country codes (ISO 3166-1 alpha-2), their continents, and the legal areas that rules ask for."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import AfterValidator, Field

# United Nations M49 (https://unstats.un.org/unsd/methodology/m49), with TW beside its neighbours.
_CONTINENTS: Final = {
    "Africa": (
        "AO BF BI BJ BW CD CF CG CI CM CV DJ DZ EG EH ER ET GA GH GM GN GQ GW IO KE KM LR LS LY MA MG ML MR "
        "MU MW MZ NA NE NG RE RW SC SD SH SL SN SO SS ST SZ TD TF TG TN TZ UG YT ZA ZM ZW"
    ),
    "Americas": (
        "AG AI AR AW BB BL BM BO BQ BR BS BV BZ CA CL CO CR CU CW DM DO EC FK GD GF GL GP GS GT GY HN HT JM "
        "KN KY LC MF MQ MS MX NI PA PE PM PR PY SR SV SX TC TT US UY VC VE VG VI"
    ),
    "Antarctica": "AQ",
    "Asia": (
        "AE AF AM AZ BD BH BN BT CN CY GE HK ID IL IN IQ IR JO JP KG KH KP KR KW KZ LA LB LK MM MN MO MV MY "
        "NP OM PH PK PS QA SA SG SY TH TJ TL TM TR TW UZ VN YE"
    ),
    "Europe": (
        "AD AL AT AX BA BE BG BY CH CZ DE DK EE ES FI FO FR GB GG GI GR HR HU IE IM IS IT JE LI LT LU LV MC "
        "MD ME MK MT NL NO PL PT RO RS RU SE SI SJ SK SM UA VA"
    ),
    "Oceania": ("AS AU CC CK CX FJ FM GU HM KI MH MP NC NF NR NU NZ PF PG PN PW SB TK TO TV UM VU WF WS"),
}

CONTINENT: Final = {code: name for name, codes in _CONTINENTS.items() for code in codes.split()}
COUNTRIES: Final = frozenset(CONTINENT)

_EU_AND_EEA = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK"
# Parts of Finland and France with codes of their own, where EU law applies (TFEU Art. 355(1), (4)).
_EU_REGIONS = "AX GF GP MF MQ RE YT"

EEA: Final = frozenset(f"{_EU_AND_EEA} {_EU_REGIONS}".split())
"""The European Economic Area, inside which personal data moves without a transfer."""

_COMMON_MISTAKES: Final = {"UK": "GB", "EL": "GR", "EN": "GB", "SW": "SE", "JA": "JP"}


def _check(code: str) -> str:
    if code in COUNTRIES:
        return code
    meant = _COMMON_MISTAKES.get(code.upper(), code.upper())
    hint = f"; did you mean '{meant}'?" if meant in COUNTRIES else ""
    written = f"'{code}'" if len(code) <= 3 and code.isalnum() else "this"
    raise ValueError(f"{written} is not a country code of two capital letters (ISO 3166-1){hint}")


Country = Annotated[str, AfterValidator(_check), Field(json_schema_extra={"pattern": "^[A-Z]{2}$"})]
"""An ISO 3166-1 alpha-2 code, in capitals."""


def area_of(country: str) -> str:
    """Return `eu` (the EEA), `uk`, `us` or `other`."""
    if country in EEA:
        return "eu"
    return {"GB": "uk", "US": "us"}.get(country, "other")


def is_near(country: str, other: str) -> bool:
    """Tell whether two countries are on one continent or both in the EEA."""
    return CONTINENT[country] == CONTINENT[other] or {country, other} <= EEA
