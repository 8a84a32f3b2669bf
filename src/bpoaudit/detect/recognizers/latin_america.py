"""Identifiers of Brazil and Mexico."""

from __future__ import annotations

from presidio_analyzer import EntityRecognizer
from stdnum import luhn
from stdnum.br import cnpj, cpf
from stdnum.mx import curp, rfc

from bpoaudit.detect.recognizers.context import Words
from bpoaudit.detect.recognizers.recognizer import GUESS, Identifier, Shape, recognizers

_PIS_WEIGHTS = (3, 2, 9, 8, 7, 6, 5, 4, 3, 2)
_GENERIC_RFC = frozenset({"XAXX010101000", "XEXX010101000"})
"""Stand for the public and for foreigners: nobody's number."""


def _digits(number: str) -> list[int]:
    return [int(char) for char in number if char.isdigit()]


def _cpf(number: str) -> bool:
    """Two check digits; eleven equal digits pass them but belong to nobody."""
    return bool(cpf.is_valid(number)) and len(set(_digits(number))) > 1


def _pis(number: str) -> bool:
    """PIS/PASEP/NIS: the last digit is 11 less the weighted sum modulo 11, 0 from 10 on."""
    *body, check = _digits(number)
    rest = 11 - sum(w * d for w, d in zip(_PIS_WEIGHTS, body, strict=True)) % 11
    return check == (0 if rest >= 10 else rest) and len(set(body)) > 1


def _cns(number: str) -> bool:
    """Health card: weights 15 to 1, sum divisible by 11."""
    return (
        sum(weight * digit for weight, digit in zip(range(15, 0, -1), _digits(number), strict=True)) % 11 == 0
    )


def _cnh(number: str) -> bool:
    """Driving licence: two check digits, weights 9 to 1 and 1 to 9, modulo 11."""
    *body, first, second = _digits(number)
    one = sum(weight * digit for weight, digit in zip(range(9, 0, -1), body, strict=True)) % 11
    borrowed = 2 if one >= 10 else 0
    two = sum(weight * digit for weight, digit in zip(range(1, 10), body, strict=True)) % 11 - borrowed
    expected = (0 if one >= 10 else one, 0 if two >= 10 else two % 11)
    return (first, second) == expected and len(set(body)) > 1


def _nss(number: str) -> bool:
    return bool(luhn.is_valid("".join(map(str, _digits(number)))))


def _rfc_shape(number: str) -> bool:
    """About one real number in seventy fails the check digit, so only the date is required."""
    return number.upper() not in _GENERIC_RFC and rfc.is_valid(number, validate_check_digits=False)


def _rfc_proven(number: str) -> bool:
    return number.upper() not in _GENERIC_RFC and rfc.is_valid(number, validate_check_digits=True)


_RFC_WORDS = Words("rfc", "registro federal de contribuyentes", "clave rfc", "contribuyente")

IDENTIFIERS = (
    Identifier(
        "BR_CPF",
        (
            Shape(r"\d{3}\.\d{3}\.\d{3}-\d{2}", 0.97, 0.99, _cpf, 11, checksum=True),
            Shape(r"\d{9}-\d{2}", 0.85, 0.98, _cpf, 11, checksum=True),
            Shape(r"\d{11}|\d{3} \d{3} \d{3} \d{2}", 0.5, 0.98, _cpf, 11, checksum=True),
        ),
        Words("cpf", "cadastro de pessoas fisicas", "cpf/mf", "contribuinte", "chave pix"),
        "BR",
    ),
    Identifier(
        "BR_CNPJ",
        (
            Shape(
                r"[0-9A-Z]{2}\.[0-9A-Z]{3}\.[0-9A-Z]{3}/[0-9A-Z]{4}-\d{2}",
                0.97,
                0.99,
                cnpj.is_valid,
                2,
                checksum=True,
            ),
            Shape(r"[0-9A-Z]{12}\d{2}", 0.5, 0.95, cnpj.is_valid, 2, checksum=True),
        ),
        Words("cnpj", "cadastro nacional", "cnpj/mf"),
        "BR",
    ),
    Identifier(
        "BR_PIS",
        (
            Shape(r"\d{3}\.\d{5}\.\d{2}-\d", 0.85, 0.97, _pis, 11, checksum=True),
            Shape(r"\d{11}", 0.2, 0.95, _pis, 11, checksum=True),
        ),
        Words("pis", "pasep", "nis", "nit", "pis/pasep"),
        "BR",
    ),
    Identifier(
        "BR_CNS",
        (Shape(r"[126789]\d{2} ?\d{4} ?\d{4} ?\d{4}", 0.2, 0.95, _cns, 15, checksum=True),),
        Words("cns", "cartao nacional de saude", "cartao sus", "sus"),
        "BR",
    ),
    Identifier(
        "BR_CNH",
        (Shape(r"\d{11}", 0.1, 0.9, _cnh, 11, checksum=True),),
        Words("cnh", "carteira de motorista", "habilitacao", "carteira nacional de habilitacao"),
        "BR",
    ),
    Identifier(
        "BR_RG",
        (
            Shape(r"\d{1,2}\.\d{3}\.\d{3}-[\dX]", GUESS, 0.85, None, 7),
            Shape(r"\d{7,9}-?[\dX]?", 0.1, 0.7, None, 7),
        ),
        Words("rg", "registro geral", "carteira de identidade", "identidade"),
        "BR",
    ),
    Identifier(
        "MX_CURP",
        (
            Shape(
                r"[A-Z][AEIOUX][A-Z]{2}\d{6}[HMX][A-Z]{2}[B-DF-HJ-NP-TV-ZX]{3}[0-9A-Z]\d",
                0.97,
                0.99,
                curp.is_valid,
                7,
                checksum=True,
            ),
        ),
        Words("curp", "clave unica"),
        "MX",
    ),
    Identifier(
        "MX_RFC",
        (
            Shape(r"[A-ZÑ&]{3,4}\d{6}[0-9A-Z]{2}[0-9A]", 0.9, 0.97, _rfc_proven, 6, checksum=True),
            Shape(r"[A-ZÑ&]{3,4}\d{6}[0-9A-Z]{2}[0-9A]", 0.45, 0.85, _rfc_shape, 6),
        ),
        _RFC_WORDS,
        "MX",
    ),
    Identifier(
        "MX_NSS",
        (Shape(r"\d{2}-?\d{2}-?\d{2}-?\d{4}-?\d", 0.2, 0.95, _nss, 11, checksum=True),),
        Words("nss", "imss", "numero de seguridad social", "seguro social", "seguridad social"),
        "MX",
    ),
    Identifier(
        "MX_PASSPORT",
        (Shape(r"[A-Z]\d{8}", 0.1, 0.75, None, 8),),
        Words("pasaporte", "mexican passport", "pasaporte mexicano"),
        "MX",
    ),
    Identifier(
        "BR_PASSPORT",
        (Shape(r"[A-Z]{2}\d{6}", 0.1, 0.75, None, 6),),
        Words("passaporte", "brazilian passport"),
        "BR",
    ),
)


def build(language: str) -> tuple[EntityRecognizer, ...]:
    """Return the recognisers of this family."""
    return recognizers(IDENTIFIERS, language)
