"""Country codes (ISO 3166-1 alpha-2) and the two legal areas that rules ask for."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import AfterValidator, Field

COUNTRIES: Final = frozenset(
    """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT
    BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH
    ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT
    HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS
    LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI
    NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG
    SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG
    UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
    """.split()
)

EEA: Final = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK".split()
)
"""The European Economic Area: where the GDPR applies without a transfer."""

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
