"""Identifiers of Germany, Spain, France, Italy, the Netherlands, Portugal and Belgium, and EU VAT numbers."""

from __future__ import annotations

from presidio_analyzer import EntityRecognizer
from presidio_analyzer.predefined_recognizers import (
    DeFuehrerscheinRecognizer,
    DeHealthInsuranceRecognizer,
    DeIdCardRecognizer,
    DePassportRecognizer,
    DeSocialSecurityRecognizer,
    DeTaxNumberRecognizer,
    ItDriverLicenseRecognizer,
    ItIdentityCardRecognizer,
    ItPassportRecognizer,
)
from stdnum.de import idnr
from stdnum.es import dni, nie
from stdnum.eu import vat
from stdnum.fr import nif as fr_nif
from stdnum.fr import nir
from stdnum.it import codicefiscale
from stdnum.nl import bsn
from stdnum.pt import nif as pt_nif

from bpoaudit.detect.recognizers.context import Words
from bpoaudit.detect.recognizers.recognizer import GUESS, Identifier, Shape, adopt, recognizers

_PASSPORT = (
    "passport",
    "reisepass",
    "passnummer",
    "pasaporte",
    "passeport",
    "passaporto",
    "paspoort",
    "passaporte",
)

IDENTIFIERS = (
    Identifier(
        "DE_TAX_ID",
        (
            Shape(r"[1-9]\d[ -]\d{3}[ -]\d{3}[ -]\d{3}", 0.85, 0.97, idnr.is_valid, 11, checksum=True),
            Shape(r"[1-9]\d{10}", GUESS, 0.97, idnr.is_valid, 11, checksum=True),
        ),
        Words(
            "steuer-id",
            "steueridentifikationsnummer",
            "steuer identifikationsnummer",
            "idnr",
            "tin",
            "tax id",
            "steuerliche identifikationsnummer",
        ),
        "DE",
    ),
    Identifier(
        "DE_SOCIAL_SECURITY",
        adopt(DeSocialSecurityRecognizer, 0.9, 0.97, 11, checksum=True),
        Words(
            "sozialversicherungsnummer",
            "rentenversicherungsnummer",
            "sv-nummer",
            "rvnr",
            "versicherungsnummer",
        ),
        "DE",
    ),
    Identifier(
        "DE_HEALTH_INSURANCE",
        adopt(DeHealthInsuranceRecognizer, GUESS, 0.96, 9, checksum=True),
        Words(
            "kvnr",
            "krankenversichertennummer",
            "krankenversicherung",
            "krankenkasse",
            "versichertennummer",
            "egk",
        ),
        "DE",
    ),
    Identifier(
        "DE_TAX_NUMBER",
        adopt(DeTaxNumberRecognizer, 0.2, 0.8, 9),
        Words("steuernummer", "st-nr", "steuer nr", "finanzamt"),
        "DE",
    ),
    Identifier(
        "DE_ID_CARD",
        adopt(DeIdCardRecognizer, 0.2, 0.85, 1),
        Words("personalausweis", "ausweisnummer", "ausweis", "ausweis nr", "id card"),
        "DE",
    ),
    Identifier(
        "DE_PASSPORT", adopt(DePassportRecognizer, 0.2, 0.85, 1, checksum=True), Words(*_PASSPORT), "DE"
    ),
    Identifier(
        "DE_FUEHRERSCHEIN",
        adopt(DeFuehrerscheinRecognizer, 0.2, 0.8, 8),
        Words("fuhrerschein", "fuehrerschein", "führerscheinnummer", "fahrerlaubnis"),
        "DE",
    ),
    Identifier(
        "ES_NIF",
        (Shape(r"\d{8}[ -]?[TRWAGMYFPDXBNJZSQVHLCKE]", 0.8, 0.97, dni.is_valid, 8, checksum=True),),
        Words("dni", "nif", "documento nacional", "identificacion fiscal"),
        "ES",
    ),
    Identifier(
        "ES_NIE",
        (Shape(r"[XYZ][ -]?\d{7}[ -]?[A-Z]", 0.9, 0.97, nie.is_valid, 7, checksum=True),),
        Words("nie", "numero de identidad de extranjero", "extranjeria"),
        "ES",
    ),
    Identifier(
        "ES_PASSPORT",
        (Shape(r"[A-Z]{3}\d{6}", 0.1, 0.75, None, 6),),
        Words("pasaporte", "spanish passport"),
        "ES",
    ),
    Identifier(
        "FR_NIR",
        (
            Shape(
                r"[1-478] ?\d{2} ?(?:0[1-9]|1[0-2]|[2-9]\d) ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}",
                0.95,
                0.98,
                nir.is_valid,
                14,
                checksum=True,
            ),
        ),
        Words("nir", "securite sociale", "numero de secu", "carte vitale", "insee"),
        "FR",
    ),
    Identifier(
        "FR_TAX_ID",
        (Shape(r"[0-3]\d ?\d{2} ?\d{3} ?\d{3} ?\d{3}", 0.2, 0.95, fr_nif.is_valid, 13, checksum=True),),
        Words("numero fiscal", "spi", "nif", "reference fiscale"),
        "FR",
    ),
    Identifier(
        "IT_FISCAL_CODE",
        (
            Shape(
                r"[A-Z]{6}[0-9LMNPQRSTUV]{2}[ABCDEHLMPRST][0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{3}[A-Z]",
                0.96,
                0.98,
                codicefiscale.is_valid,
                checksum=True,
            ),
        ),
        Words("codice fiscale", "cod fisc", "c.f.", "cf"),
        "IT",
    ),
    Identifier(
        "IT_IDENTITY_CARD",
        adopt(ItIdentityCardRecognizer, 0.2, 0.8, 1),
        Words("carta d'identita", "carta identita", "documento d'identita", "cie"),
        "IT",
    ),
    Identifier(
        "IT_PASSPORT",
        adopt(ItPassportRecognizer, 0.1, 0.75, 7),
        Words("passaporto", "italian passport"),
        "IT",
    ),
    Identifier(
        "IT_DRIVER_LICENSE",
        adopt(ItDriverLicenseRecognizer, 0.2, 0.8, 1),
        Words("patente", "patente di guida"),
        "IT",
    ),
    Identifier(
        "NL_BSN",
        (
            Shape(r"\d{4}\.\d{2}\.\d{3}", 0.7, 0.96, bsn.is_valid, 9, checksum=True),
            Shape(r"\d{9}", 0.2, 0.95, bsn.is_valid, 9, checksum=True),
        ),
        Words("bsn", "burgerservicenummer", "sofinummer"),
        "NL",
    ),
    Identifier(
        "PT_NIF",
        (Shape(r"[1235]\d{2} ?\d{3} ?\d{3}", 0.2, 0.95, pt_nif.is_valid, 9, checksum=True),),
        Words("nif", "contribuinte", "numero de contribuinte"),
        "PT",
    ),
    Identifier(
        "EU_VAT",
        (
            Shape(
                r"(?:ATU|BE|BG|CY|CZ|DE|DK|EE|EL|ES|FI|FR|HR|HU|IE|IT|LT|LU|LV|MT|NL|PT|SE|SI|SK|XI)"
                r"[ -]?[0-9A-Z]{0,2} ?(?:\d[ .]?){5,12}[0-9A-Z]{0,3}",
                0.7,
                0.93,
                vat.is_valid,
                5,
                checksum=True,
            ),
        ),
        Words(
            "vat",
            "vat id",
            "vat number",
            "ust-id",
            "ustid",
            "umsatzsteuer",
            "tva",
            "iva",
            "btw",
            "nif",
            "partita iva",
        ),
    ),
)


def build(language: str) -> tuple[EntityRecognizer, ...]:
    """Return the recognisers of this family."""
    return recognizers(IDENTIFIERS, language)
