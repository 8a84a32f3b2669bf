"""How the identifiers of the corpus are drawn, and what makes them valid (mostly python-stdnum)."""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from random import Random
from types import MappingProxyType

from stdnum import luhn, verhoeff
from stdnum.br import cnpj, cpf
from stdnum.de import idnr as de_idnr
from stdnum.es import dni
from stdnum.fr import nir
from stdnum.gb import nhs, utr
from stdnum.ie import pps
from stdnum.in_ import epic, gstin
from stdnum.mx import curp, rfc
from stdnum.pl import nip, pesel, regon
from stdnum.pt import nif
from stdnum.ro import cnp, cui
from stdnum.ua import rntrc
from stdnum.us import rtn
from stdnum.vn import mst
from stdnum.za import idnr as za_idnr

Stem = Callable[[Random], str]
Check = tuple[int, str, Callable[[str], bool]]
"""How many characters at the end make it valid, out of which, and whether it is."""

_LETTERS = "ABCDEFGHJKLMNPRSTVWXYZ"


def fill(rng: Random, form: str) -> str:
    """Fill a pattern: `#` is a digit, `^` one that is not zero, `@` a capital letter."""
    choices = {"#": string.digits, "^": "123456789", "@": _LETTERS}
    return "".join(rng.choice(choices[char]) if char in choices else char for char in form)


def birth(rng: Random) -> date:
    """Draw the birthday of an adult."""
    return date(1948, 1, 1) + timedelta(days=rng.randrange(56 * 365))


def iban(rng: Random, country: str, form: str) -> str:
    """Draw an IBAN whose check digits (ISO 13616) are right; `form` is the part that the country decides."""
    account = fill(rng, form)
    remainder = int("".join(str(int(char, 36)) for char in account + country + "00")) % 97
    return f"{country}{98 - remainder:02d}{account}"


def _pesel(rng: Random) -> str:
    born = birth(rng)
    return f"{born:%y}{born.month + 20 * (born.year >= 2000):02d}{born:%d}" + fill(rng, "####")


def _cnp(rng: Random) -> str:
    born = birth(rng)
    return f"{rng.choice('12' if born.year < 2000 else '56')}{born:%y%m%d}{rng.randint(1, 40):02d}" + fill(
        rng, "###"
    )


def _za(rng: Random) -> str:
    return f"{birth(rng):%y%m%d}" + fill(rng, "####08")


def _rntrc(rng: Random) -> str:
    return f"{(birth(rng) - date(1899, 12, 31)).days:05d}" + fill(rng, "####")


def _nric(rng: Random) -> str:
    return f"{birth(rng):%y%m%d}{rng.choice(('01', '05', '07', '08', '10', '14'))}" + fill(rng, "####")


def _cccd(rng: Random) -> str:
    born = birth(rng)
    province, century = rng.choice(("01", "31", "48", "79", "92")), "01" if born.year < 2000 else "23"
    return f"0{province}{rng.choice(century)}{born:%y}" + fill(rng, "######")


def _curp(rng: Random) -> str:
    born = birth(rng)
    stem = fill(rng, "@") + rng.choice("AEIOU") + fill(rng, "@@") + f"{born:%y%m%d}" + rng.choice("HM")
    consonants = "".join(rng.choice("BCDFGJLMNPRSTVZ") for _ in range(3))
    return stem + rng.choice(("JC", "NL", "DF", "PL", "YN")) + consonants + ("0" if born.year < 2000 else "A")


def _rfc(rng: Random) -> str:
    return fill(rng, "@") + rng.choice("AEIOU") + fill(rng, "@@") + f"{birth(rng):%y%m%d}" + fill(rng, "@#")


def _nir(rng: Random) -> str:
    born = birth(rng)
    return f"{rng.choice('12')}{born:%y%m}{rng.choice(('38', '49', '75'))}" + fill(rng, "0#^1##")


def _bd_nid(rng: Random) -> str:
    while True:
        number = fill(rng, "^#########")
        if all(len(set(number[at : at + 3])) > 1 for at in range(8)):
            return number


def _nino(rng: Random) -> str:
    letters = rng.choice(("AA", "AB", "CE", "HK", "JM", "LS", "PR", "SY", "WK"))
    return letters + fill(rng, "######") + rng.choice("ABCD")


def _pan(rng: Random) -> str:
    return fill(rng, "@@@P@####@")


def _ssn(rng: Random) -> str:
    """No range set aside for examples follows the rules of issue; areas here came late and are sparse."""
    return f"{rng.randint(729, 733)}{rng.randint(20, 99)}{rng.randint(1, 9999):04d}"


def _utr(rng: Random) -> str:
    """The check digit comes first."""
    digits = fill(rng, "999######")
    return f"{utr.calc_check_digit(digits)}{digits}"


def _gstin(rng: Random) -> str:
    return f"{rng.randint(1, 37):02d}{_pan(rng)}1Z"


def _in_passport(rng: Random) -> str:
    return rng.choice("JKLMNPRSTVZ") + fill(rng, "^#####^")


def _in_dl(rng: Random) -> str:
    return rng.choice(("KA", "MH", "TN", "DL")) + fill(rng, "0^20") + fill(rng, "1^00#####")


def _itin(rng: Random) -> str:
    return f"9{rng.randint(0, 99):02d}{rng.randint(70, 88)}" + fill(rng, "####")


def _mbi(rng: Random) -> str:
    either = "0123456789ACDEFGH"
    return fill(rng, "^@") + rng.choice(either) + fill(rng, "#@") + rng.choice(either) + fill(rng, "#@@##")


def _steuer(rng: Random) -> str:
    return "".join(rng.sample("123456789", 9))


STEMS: Mapping[str, Stem] = MappingProxyType(
    {
        "pan": _pan,
        "gstin": _gstin,
        "in_passport": _in_passport,
        "in_dl": _in_dl,
        "bd_nid": _bd_nid,
        "za_id": _za,
        "pesel": _pesel,
        "cnp": _cnp,
        "rnokpp": _rntrc,
        "cccd": _cccd,
        "mykad": _nric,
        "curp": _curp,
        "rfc": _rfc,
        "ssn": _ssn,
        "itin": _itin,
        "mbi": _mbi,
        "nino": _nino,
        "utr": _utr,
        "steuer": _steuer,
        "nir": _nir,
    }
)
"""What no pattern can say: dates of birth, provinces, alphabets of their own."""


def _npi(number: str) -> bool:
    return bool(luhn.is_valid("80840" + number))


def _mx_clabe(number: str) -> bool:
    weighted = sum(int(digit) * weight % 10 for digit, weight in zip(number, (3, 7, 1) * 6, strict=True))
    return weighted % 10 == 0


def _aadhaar(number: str) -> bool:
    return bool(verhoeff.is_valid(number)) and number != number[::-1]


def _pl_card(number: str) -> bool:
    values = [int(char, 36) for char in number]
    return sum(v * w for v, w in zip(values, (7, 3, 1, 9, 7, 3, 1, 7, 3), strict=True)) % 10 == 0


def _ppsn(number: str) -> bool:
    return number[-1] == "A" and bool(pps.is_valid(number))


def _rfc_check(number: str) -> bool:
    return bool(rfc.is_valid(number, validate_check_digits=True))


_D, _L, _A = string.digits, string.ascii_uppercase, string.digits + string.ascii_uppercase
CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        "aadhaar": (1, _D, _aadhaar),
        "voter": (1, _D, epic.is_valid),
        "gstin": (1, _A, gstin.is_valid),
        "ppsn": (2, _L, _ppsn),
        "za_id": (1, _D, za_idnr.is_valid),
        "pesel": (1, _D, pesel.is_valid),
        "nip": (1, _D, nip.is_valid),
        "regon": (1, _D, regon.is_valid),
        "pl_card": (1, _D, _pl_card),
        "cnp": (1, _D, cnp.is_valid),
        "cui": (1, _D, cui.is_valid),
        "rnokpp": (1, _D, rntrc.is_valid),
        "mst": (1, _D, mst.is_valid),
        "cpf": (2, _D, cpf.is_valid),
        "cnpj": (2, _D, cnpj.is_valid),
        "curp": (1, _D, curp.is_valid),
        "rfc": (1, _D + "A", _rfc_check),
        "nss": (1, _D, luhn.is_valid),
        "clabe": (1, _D, _mx_clabe),
        "npi": (1, _D, _npi),
        "routing": (1, _D, rtn.is_valid),
        "nhs": (1, _D, nhs.is_valid),
        "dni": (1, _L, dni.is_valid),
        "pt_nif": (1, _D, nif.is_valid),
        "steuer": (2, _D, de_idnr.is_valid),
        "nir": (2, _D, nir.is_valid),
    }
)
"""The identifiers that have check characters."""
