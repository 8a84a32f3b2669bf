"""Codes of languages (ISO 639-1), as users give them."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import AfterValidator, Field

AUTO: Final = "auto"
"""In place of a code: each text tells its own."""

# The 183 codes of ISO 639-1 (https://www.loc.gov/standards/iso639-2/php/code_list.php).
_CODES = (
    "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz "
    "ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii "
    "ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi "
    "mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw "
    "sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk "
    "ur uz ve vi vo wa wo xh yi yo za zh zu"
)
LANGUAGES: Final = frozenset(_CODES.split())

_COMMON_MISTAKES: Final = {
    "cz": "cs", "dk": "da", "gr": "el", "iw": "he", "in": "id", "jp": "ja", "kh": "km", "cn": "zh",
    "ua": "uk", "vn": "vi", "gb": "en", "us": "en", "at": "de", "ph": "tl", "rs": "sr",
}  # fmt: skip
"""Codes of countries, and of languages as they were once."""


def check_language(code: str) -> str:
    """Return a code of ISO 639-1, or `auto`. Raises `ValueError`."""
    if code == AUTO or code in LANGUAGES:
        return code
    meant = _COMMON_MISTAKES.get(code.lower(), code.lower()[:2])
    hint = f"; did you mean '{meant}'?" if meant in LANGUAGES else ""
    written = f"'{code}'" if len(code) <= 5 and code.replace("-", "").isalnum() else "this"
    raise ValueError(f"{written} is neither auto nor a language code of two letters (ISO 639-1){hint}")


Language = Annotated[
    str, AfterValidator(check_language), Field(json_schema_extra={"pattern": "^([a-z]{2}|auto)$"})
]
