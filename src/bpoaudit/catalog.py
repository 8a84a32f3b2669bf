"""Every entity that can be reported: its data category (W3C DPV), its title, whether it is special.

Plain data: rules, reports and the command line read it without the detector. Categories are terms of
the Data Privacy Vocabulary's personal data extension (https://w3id.org/dpv/pd#, version 2.3);
`special` marks GDPR Art. 9 categories.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

DPV = "https://w3id.org/dpv/pd#"


@dataclass(frozen=True, slots=True)
class Entity:
    """One kind of personal data."""

    name: str
    category: str | None
    """IRI of the DPV term; None where the vocabulary has none."""
    title: str
    special: bool = False


_ROWS = (
    ("PERSON", "Name", "Name of a person"),
    ("EMAIL_ADDRESS", "EmailAddress", "E-mail address"),
    ("PHONE_NUMBER", "TelephoneNumber", "Phone number"),
    ("LOCATION", "PhysicalAddress", "City, region or country"),
    ("STREET_ADDRESS", "PhysicalAddress", "Street address"),
    ("POSTAL_CODE", "PhysicalAddress", "Postal code"),
    ("GEO_COORDINATES", "GPSCoordinate", "Position in coordinates"),
    ("DATE_OF_BIRTH", "BirthDate", "Date of birth"),
    ("AGE", "AgeExact", "Age"),
    ("GENDER", "Gender", "Gender"),
    ("NRP", "Nationality", "Nationality, religious or political group"),
    ("USERNAME", "Username", "User name"),
    ("ACCOUNT_ID", "Identifier", "Customer, policy, claim or booking number"),
    ("URL", "BrowserHistory", "Web address"),
    ("IP_ADDRESS", "IPAddress", "IP address"),
    ("MAC_ADDRESS", "MACAddress", "MAC address of a device"),
    ("CREDIT_CARD", "CreditCardNumber", "Payment card number"),
    ("CARD_EXPIRY", "PaymentCardExpiry", "Card expiry date"),
    ("CARD_SECURITY_CODE", "PaymentCard", "Card security code (CVV)"),
    ("CARD_TRACK", "PaymentCard", "Card track data"),
    ("PIN", "PINCode", "PIN"),
    ("IBAN_CODE", "BankAccount", "IBAN"),
    ("BANK_ACCOUNT", "BankAccount", "Bank account, sort code or routing number"),
    ("CRYPTO", "AccountIdentifier", "Crypto wallet address"),
    ("PASSWORD", "Password", "Password"),
    ("ONE_TIME_PASSWORD", "Authenticating", "One-time password"),
    ("SECRET_KEY", "SecretText", "Secret key or token"),
    ("NATIONAL_ID", "OfficialID", "National identity number, country not told"),
    ("PASSPORT", "Passport", "Passport, country not told"),
    ("IN_AADHAAR", "OfficialID", "Aadhaar number (India)"),
    ("IN_VID", "OfficialID", "Aadhaar virtual ID (India)"),
    ("IN_PAN", "OfficialID", "Permanent account number (India)"),
    ("IN_VOTER", "OfficialID", "Voter ID (India)"),
    ("IN_GSTIN", "OfficialID", "GST number (India)"),
    ("IN_PASSPORT", "Passport", "Passport (India)"),
    ("IN_DRIVING_LICENCE", "VehicleLicense", "Driving licence (India)"),
    ("IN_UAN", "OfficialID", "Provident fund number (India)"),
    ("IN_ABHA", "HealthRecord", "Health account number (India)"),
    ("IN_VEHICLE_REGISTRATION", "VehicalLicenseRegistration", "Vehicle registration (India)"),
    ("IN_UPI_VPA", "AccountIdentifier", "UPI payment address (India)"),
    ("BD_NID", "OfficialID", "National ID (Bangladesh)"),
    ("BD_BIRTH_REGISTRATION", "OfficialID", "Birth registration number (Bangladesh)"),
    ("BD_TIN", "OfficialID", "Taxpayer number (Bangladesh)"),
    ("BD_PASSPORT", "Passport", "Passport (Bangladesh)"),
    ("MY_NRIC", "OfficialID", "MyKad number (Malaysia)"),
    ("MY_PASSPORT", "Passport", "Passport (Malaysia)"),
    ("MY_TIN", "OfficialID", "Tax number (Malaysia)"),
    ("PH_PSN", "OfficialID", "PhilSys number (Philippines)"),
    ("PH_SSS", "OfficialID", "Social security number (Philippines)"),
    ("PH_UMID", "OfficialID", "UMID or GSIS number (Philippines)"),
    ("PH_PHILHEALTH", "HealthRecord", "PhilHealth number (Philippines)"),
    ("PH_PAGIBIG", "OfficialID", "Pag-IBIG number (Philippines)"),
    ("PH_TIN", "OfficialID", "Taxpayer number (Philippines)"),
    ("PH_PASSPORT", "Passport", "Passport (Philippines)"),
    ("SG_NRIC_FIN", "OfficialID", "NRIC or FIN (Singapore)"),
    ("VN_CCCD", "OfficialID", "Citizen identity number (Vietnam)"),
    ("VN_CMND", "OfficialID", "Old identity card number (Vietnam)"),
    ("VN_MST", "OfficialID", "Tax code (Vietnam)"),
    ("VN_BHXH", "OfficialID", "Social insurance number (Vietnam)"),
    ("VN_PASSPORT", "Passport", "Passport (Vietnam)"),
    ("ZA_ID_NUMBER", "OfficialID", "Identity number (South Africa)"),
    ("ZA_INCOME_TAX_NUMBER", "OfficialID", "Income tax number (South Africa)"),
    ("ZA_PASSPORT", "Passport", "Passport (South Africa)"),
    ("ZA_TRAFFIC_REGISTER_NUMBER", "OfficialID", "Traffic register number (South Africa)"),
    ("NG_NIN", "OfficialID", "National identification number (Nigeria)"),
    ("PL_PESEL", "OfficialID", "PESEL (Poland)"),
    ("PL_NIP", "OfficialID", "NIP tax number (Poland)"),
    ("PL_REGON", "OfficialID", "REGON business number (Poland)"),
    ("PL_ID_CARD", "OfficialID", "Identity card number (Poland)"),
    ("PL_PASSPORT", "Passport", "Passport (Poland)"),
    ("RO_CNP", "OfficialID", "CNP (Romania)"),
    ("RO_CUI", "OfficialID", "CUI tax number (Romania)"),
    ("RO_ID_CARD", "OfficialID", "Identity card number (Romania)"),
    ("RO_PASSPORT", "Passport", "Passport (Romania)"),
    ("UA_RNOKPP", "OfficialID", "Taxpayer number RNOKPP (Ukraine)"),
    ("UA_UNZR", "OfficialID", "Demographic register number (Ukraine)"),
    ("UA_EDRPOU", "OfficialID", "Business register number (Ukraine)"),
    ("UA_PASSPORT", "Passport", "Passport or identity card (Ukraine)"),
    ("DE_TAX_ID", "OfficialID", "Tax identification number (Germany)"),
    ("DE_TAX_NUMBER", "OfficialID", "Tax number (Germany)"),
    ("DE_SOCIAL_SECURITY", "OfficialID", "Pension insurance number (Germany)"),
    ("DE_HEALTH_INSURANCE", "HealthRecord", "Health insurance number (Germany)"),
    ("DE_ID_CARD", "OfficialID", "Identity card number (Germany)"),
    ("DE_PASSPORT", "Passport", "Passport (Germany)"),
    ("DE_FUEHRERSCHEIN", "VehicleLicense", "Driving licence (Germany)"),
    ("ES_NIF", "OfficialID", "DNI or NIF (Spain)"),
    ("ES_NIE", "OfficialID", "NIE (Spain)"),
    ("ES_PASSPORT", "Passport", "Passport (Spain)"),
    ("FR_NIR", "OfficialID", "Social security number (France)"),
    ("FR_TAX_ID", "OfficialID", "Tax number (France)"),
    ("IT_FISCAL_CODE", "OfficialID", "Fiscal code (Italy)"),
    ("IT_IDENTITY_CARD", "OfficialID", "Identity card number (Italy)"),
    ("IT_PASSPORT", "Passport", "Passport (Italy)"),
    ("IT_DRIVER_LICENSE", "VehicleLicense", "Driving licence (Italy)"),
    ("NL_BSN", "OfficialID", "Citizen service number (Netherlands)"),
    ("PT_NIF", "OfficialID", "Tax number (Portugal)"),
    ("EU_VAT", "OfficialID", "VAT number (European Union)"),
    ("UK_NINO", "OfficialID", "National Insurance number (United Kingdom)"),
    ("UK_NHS", "HealthRecord", "NHS number (United Kingdom)"),
    ("UK_UTR", "OfficialID", "Taxpayer reference (United Kingdom)"),
    ("UK_PASSPORT", "Passport", "Passport (United Kingdom)"),
    ("UK_DRIVING_LICENCE", "VehicleLicense", "Driving licence (United Kingdom)"),
    ("UK_VEHICLE_REGISTRATION", "VehicalLicenseRegistration", "Vehicle registration (United Kingdom)"),
    ("IE_PPSN", "OfficialID", "PPS number (Ireland)"),
    ("IE_PASSPORT", "Passport", "Passport (Ireland)"),
    ("US_SSN", "OfficialID", "Social security number (United States)"),
    ("US_ITIN", "OfficialID", "Individual taxpayer number (United States)"),
    ("US_NPI", "ProfessionalCertification", "Provider identifier NPI (United States)"),
    ("US_MBI", "HealthRecord", "Medicare beneficiary identifier (United States)"),
    ("US_HEALTH_INSURANCE_MEMBER_ID", "HealthRecord", "Health insurance member number (United States)"),
    ("MEDICAL_LICENSE", "ProfessionalCertification", "DEA number (United States)"),
    ("US_PASSPORT", "Passport", "Passport (United States)"),
    ("US_DRIVER_LICENSE", "VehicleLicense", "Driver licence (United States)"),
    ("CA_SIN", "OfficialID", "Social insurance number (Canada)"),
    ("AU_TFN", "OfficialID", "Tax file number (Australia)"),
    ("AU_MEDICARE", "HealthRecord", "Medicare number (Australia)"),
    ("BR_CPF", "OfficialID", "CPF (Brazil)"),
    ("BR_CNPJ", "OfficialID", "CNPJ business number (Brazil)"),
    ("BR_PIS", "OfficialID", "PIS/NIS (Brazil)"),
    ("BR_CNS", "HealthRecord", "Health card number (Brazil)"),
    ("BR_CNH", "VehicleLicense", "Driving licence (Brazil)"),
    ("BR_RG", "OfficialID", "Identity card RG (Brazil)"),
    ("BR_PASSPORT", "Passport", "Passport (Brazil)"),
    ("MX_CURP", "OfficialID", "CURP (Mexico)"),
    ("MX_RFC", "OfficialID", "RFC tax number (Mexico)"),
    ("MX_NSS", "OfficialID", "Social security number (Mexico)"),
    ("MX_PASSPORT", "Passport", "Passport (Mexico)"),
    ("CRIMINAL_RECORD", "CriminalOffence", "Criminal record"),
    ("VULNERABILITY", "Vulnerability", "Vulnerable circumstances"),
)  # fmt: skip
_SPECIAL_ROWS = (
    ("HEALTH", "MedicalHealth", "Health"),
    ("RELIGION", "Religion", "Religion or belief"),
    ("ETHNICITY", "Race", "Racial or ethnic origin"),
    ("UNION_MEMBERSHIP", "TradeUnionMembership", "Trade union membership"),
    ("SEXUAL_ORIENTATION", "Sexual", "Sex life or orientation"),
    ("POLITICAL_OPINION", "PoliticalAffiliation", "Political opinion"),
)


def _term(category: str | None) -> str:
    return (category or "").rpartition("#")[2]


CATALOG: Mapping[str, Entity] = MappingProxyType(
    {
        # A date by itself is no category of personal data, and a child is a data subject.
        "DATE_TIME": Entity("DATE_TIME", None, "Calendar date"),
        "CHILD": Entity("CHILD", "https://w3id.org/dpv#Child", "Child"),
    }
    | {name: Entity(name, DPV + term, title) for name, term, title in _ROWS}
    | {name: Entity(name, DPV + term, title, special=True) for name, term, title in _SPECIAL_ROWS}
)
"""Entities by name."""

FOLDED: Mapping[str, str] = MappingProxyType(
    {
        "UK_POSTCODE": "POSTAL_CODE",
        "CA_POSTAL_CODE": "POSTAL_CODE",
        "DE_PLZ": "POSTAL_CODE",
        "ZA_MOBILE_NUMBER": "PHONE_NUMBER",
        "ZA_TELEPHONE_NUMBER": "PHONE_NUMBER",
        "US_BANK_NUMBER": "BANK_ACCOUNT",
        "ABA_ROUTING_NUMBER": "BANK_ACCOUNT",
        "US_CLAIM_NUMBER": "ACCOUNT_ID",
        "US_PRIOR_AUTHORIZATION_NUMBER": "ACCOUNT_ID",
        "US_PRESCRIPTION_NUMBER": "ACCOUNT_ID",
        "US_REFERRAL_NUMBER": "ACCOUNT_ID",
        "DE_VAT_ID": "EU_VAT",
        "IT_VAT_CODE": "EU_VAT",
        "GPE": "LOCATION",
        "LOC": "LOCATION",
        "PER": "PERSON",
    }
)
"""Presidio's and models' names for what has another name here."""


TERMS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        term: frozenset(name for name, entity in CATALOG.items() if _term(entity.category) == term)
        for term in sorted({_term(entity.category) for entity in CATALOG.values() if entity.category})
    }
)
"""Entities by the last part of their category's IRI, as agreements write it: `OfficialID`."""


def fold(entity: str) -> str:
    """Return our name of an entity; an unknown one keeps its own."""
    return FOLDED.get(entity, entity)


def category_of(entity: str) -> str | None:
    """Return the IRI of an entity's data category, or None where the vocabulary has none for it."""
    known = CATALOG.get(fold(entity))
    return known.category if known else None


def is_personal(entity: str) -> bool:
    """Tell whether an entity is personal data: all are but the plain date, those of a user's own too."""
    known = CATALOG.get(fold(entity))
    return known is None or known.category is not None


def is_special(entity: str) -> bool:
    """Tell whether an entity is a special category of GDPR Art. 9."""
    known = CATALOG.get(fold(entity))
    return known is not None and known.special
