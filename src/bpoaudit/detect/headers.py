"""What a column's header promises: an entity, free text, a date, or nothing.

Headers are vendor-made and come in the languages of client and vendor. Words are compared as
whole tokens (a `cid` inside `acid_level` means nothing); what a header promises is only kept when
the column's values bear it out (`columns.judge_column`).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_SPLIT = re.compile(r"[^0-9a-z]+")
_STROKED = str.maketrans({"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "ß": "ss", "đ": "d", "Đ": "D"})


def words(header: str) -> tuple[str, ...]:
    """Split a header or JSON path into lower-case tokens without accents: `BirthDate` -> birth, date."""
    spaced = _CAMEL.sub(" ", header.translate(_STROKED))
    plain = "".join(c for c in unicodedata.normalize("NFKD", spaced) if not unicodedata.combining(c))
    return tuple(w for w in _SPLIT.split(plain.casefold()) if w)


@dataclass(frozen=True, slots=True)
class Hint:
    """An entity that a header promises."""

    entity: str
    pattern: re.Pattern[str]
    """Searched in the header's tokens joined by single spaces."""
    unless: re.Pattern[str] | None = None


def _hint(entity: str, pattern: str, unless: str = "") -> Hint:
    return Hint(
        entity, re.compile(rf"\b(?:{pattern})\b"), re.compile(rf"\b(?:{unless})\b") if unless else None
    )


# A header that counts, flags, dates or describes a thing does not hold the thing.
_ABOUT = re.compile(
    r"\b(?:count|cnt|num of|number of|no of|nb|total|sum|avg|average|pct|percent|share|rate|ratio|flag|is|has|have|was|"
    r"verified|valid|status|state code|type|kind|category|format|length|len|score|rank|level|index|idx|"
    r"brand|issuer|provider|attempts|enabled|opt|optin|optout|consent|preference|preferred|sent|bounced|"
    r"anzahl|liczba|cantidad|nombre de|quantidade|numar de|typ|tipo|rodzaj|art der|estado civil)\b"
)

# Ids of things, not of people.
_THING = (
    r"order|ticket|case|tracking|shipment|parcel|sku|product|item|article|transaction|txn|invoice|session|request|event|"
    r"log|row|line|batch|file|message|msg|call|chat|conversation|queue|campaign|store|shop|branch|warehouse|device model|"
    r"agent|employee|staff|operator|rep|team|department|cost center|cost centre|kostenstelle|beleg|rechnung|faktura|"
    r"zamowienie|bestellung|auftrag|pedido|commande|comanda|currency|language|locale|timezone|country|city|company|vendor|"
    r"supplier|brand|model|version|app|browser|page|channel|plan|tariff|project|task|airport|airline|flight|hotel|"
    r"restaurant|bank|school|institution|domain|table|column|field|server|class|display|short|full path|path"
)

HINTS: tuple[Hint, ...] = (
    _hint("EMAIL_ADDRESS", r"e ?mail|emails|mail|email address|correo|correo electronico|courriel|poczta|adres e ?mail|e mailadresse",
          r"subject|body|template|campaign|type|count|domain|status|server|host|box|address line"),
    _hint("PHONE_NUMBER", r"phone|phones|telephone|telefon|telefono|telefone|tel|mobile|mobil|cell|cellphone|celular|handy|gsm|"
          r"fax|msisdn|caller|ani|cli|contact number|callback|telefonu|komorka|komorkowy|numero de telephone|rufnummer|whatsapp",
          r"model|type|brand|os|plan|app|country code|name|id|duration|queue"),
    _hint("DATE_OF_BIRTH", r"dob|d o b|birth ?date|date of birth|birth ?day|born|birthdate|geburtsdatum|geburtstag|geb|data urodzenia|"
          r"urodzenia|fecha de nacimiento|fecha nacimiento|nacimiento|data de nascimento|data nascimento|nascimento|date de naissance|"
          r"naissance|data nasterii|data nastere|nasterii|kapanganakan|janm tithi|janm",
          r"place|city|country|lugar|ort|miejsce|lieu|local|locul"),
    _hint("PERSON", r"name|names|full ?name|first ?name|last ?name|sur ?name|fname|lname|given ?name|middle ?name|maiden ?name|"
          r"mothers? maiden(?: name)?|forename|family ?name|customer|cardholder|card holder|account holder|patient|claimant|insured|"
          r"policy ?holder|member name|subscriber|contact|caller name|beneficiary|dependent|spouse|guardian|recipient|payee|employee|"
          r"vorname|nachname|familienname|mitarbeiter|kunde|kontoinhaber|name des mitarbeiters|imie|nazwisko|imie i nazwisko|pracownik|"
          r"nombre|nombres|apellido|apellidos|apellido paterno|apellido materno|cliente|empleado|nome|sobrenome|nome completo|"
          r"prenom|nom|nom de famille|client|prenume|nume|nume complet|pangalan|apelyido|naam|pura naam|upnaam|person|people|owner",
          rf"(?:{_THING}|user|nick|login|screen) ?(?:name|names|nombre|nome|nom|nazwa)|name ?set|"
          r"(?:customer|client|cliente|kunde|employee|member|patient|contact|person|claimant|subscriber|owner|caller|recipient)"
          r"(?: \w+)* (?:id|ids|no|nr|num|number|code|ref|key|uuid|guid|since|segment|type|tier|group|category|status|country|city|email|phone|"
          r"age|satisfaction|rating|feedback|comment|comments|note|notes|address|zip|postcode|name hash|hash|consent|language|region|"
          r"income|reason|plan|value|score|lifetime value|count|residence)|vat|tax|id|hash|address|country|size|location"),
    _hint("STREET_ADDRESS", r"street|street ?address|address|addr|address ?line ?[12]?|address[12]|home address|mailing address|billing address|shipping address|"
          r"strasse|str|anschrift|adresse|adres|ulica|ul|adres zamieszkania|direccion|domicilio|calle|endereco|logradouro|rua|rue|"
          r"adresa|strada|tirahan|pata",
          r"ip|mac|email|e mail|mail|web|url|wallet|memory|type|id|city|zip|state|country|postal|postcode|structure"),
    _hint("LOCATION", r"city|town|village|municipality|suburb|district|neighbou?rhood(?: group)?|place of birth|birth ?place|locality|locale|region|province|"
          r"county|stadt|ort|wohnort|geburtsort|miasto|miejscowosc|miejsce urodzenia|wojewodztwo|ciudad|municipio|localidad|provincia|"
          r"cidade|municipio|bairro|ville|commune|oras|localitate|judet|lungsod|bayan|barangay|shahar|zila|state full|state name|country full|"
          r"home ?town|state|country",
          r"code|id|aws|cloud|url|flag|sales|server|product|machine|case|ticket|order|api|abbr|iso|store|branch|shop|office|site|"
          r"fips|data|manager|company|processing|language"),
    _hint("POSTAL_CODE", r"zip|zip ?code|zipcode|post ?code|postal ?code|postal|plz|postleitzahl|kod pocztowy|codigo postal|cep|code postal|"
          r"cod postal|eircode|pin ?code|pincode|cap"),
    _hint("GENDER", r"gender|sex|geschlecht|plec|genero|sexo|sexe|gen|kasarian|ling"),
    _hint("AGE", r"age|alter|wiek|edad|idade|varsta|edad|umur|age years", r"account|days|queue|ticket|group|history|credit|page"),
    _hint("CREDIT_CARD", r"(?:credit|debit|payment|bank)? ?card ?(?:number|no|num|nr)|card|pan|ccn|cc ?(?:number|no|num)|cc|credit ?card|"
          r"kreditkarte|kreditkartennummer|karta|numer karty|tarjeta|numero de tarjeta|cartao|numero do cartao|carte|numero de carte|primary account number",
          r"id|index|family|type|brand|expir\w*|exp|holder|name|cvv|cvc|code|balance|limit|on|company|loyalty|sim|tax"),
    _hint("CARD_SECURITY_CODE", r"cvv2?|cvc2?|cid|csc|card verification|security code|card security code|cc cvc|cc cvv|kod cvv"),
    _hint("CARD_EXPIRY", r"card expir\w*|expir(?:y|es|ation)(?: date)?|exp date|cc ?exp\w*|valid thru|cc expiredate|expiredate|cc ?expires|expires|exp",
          r"cookie|session|token|password|contract|certificate|coupon|offer|policy|consent|passport|visa"),
    _hint("PIN", r"pin|atm pin|pin number", r"code|zip|postal|changed|year|last"),
    _hint("ONE_TIME_PASSWORD", r"otp|one time (?:password|passcode|code)|verification code|2fa code|sms code|passcode"),
    _hint("PASSWORD", r"password|passwd|pwd|passwort|kennwort|haslo|contrasena|clave|senha|mot de passe|parola|passphrase|secret answer|security answer",
          r"changed|hint|reset|expires|expiry|last|policy|date"),
    _hint("SECRET_KEY", r"api ?key|secret|secret key|access token|auth token|bearer|private key|client secret|token",
          r"type|count|expires|name|id|symbol"),
    _hint("USERNAME", r"user ?name|login|login name|user ?id|userid|screen ?name|nick|nickname|benutzername|benutzer|uzytkownik|usuario|"
          r"nome de usuario|identifiant|utilizator|handle", r"agent|time|date|count|type|status"),
    _hint("IBAN_CODE", r"iban|konto iban|rachunek iban"),
    _hint("BANK_ACCOUNT", r"bank ?account(?: number| no| nr)?|bank acct|acct ?(?:no|number)|account ?(?:number|no|num|nr)|kontonummer|konto|bankverbindung|"
          r"numer konta|numer rachunku|rachunek|cuenta bancaria|numero de cuenta|conta bancaria|conta|compte bancaire|cont bancar|clabe|sort code",
          r"type|name|id|status|holder|open|manager|count|customer|gl|ledger|title|balance|kosten|gegen"),
    _hint("ACCOUNT_ID", r"(?:customer|client|member|membership|policy|claim|patient|subscriber|account|beneficiary|insured|person|subject|"
          r"household|loyalty|booking|reservation|employee|enrollee|kunden|versicherten|mitglieds|pracownika|klienta|cliente|pasient|personal)"
          r" ?(?:id|ids|no|nr|num|nummer|number|numer|ref|reference|code|key)|kundennummer|personalnummer|personalnr|personal nr|policennummer|mrn|medical record(?: number)?|"
          r"nr klienta|nr pracownika|numer klienta|numer pracownika|numero de cliente|numero de poliza|id cliente|id klienta|id pracownika",
          r"date|type|status|count|bank|issue"),
    _hint("HEALTH", r"diagnosis|diagnoses|diagnosis code|icd(?: ?9| ?10| ?11)?(?: code)?|icd10|condition|conditions|medical condition|symptom|symptoms|"
          r"medication|medications|prescription|drug|treatment|disability|allergy|allergies|blood type|blood group|illness|disease|sick leave|"
          r"krankheit|diagnose|krankenstand|zwolnienie lekarskie|choroba|diagnostico|enfermedad|doenca|maladie|boala|procedure code|cpt|cpt code|"
          r"health|medical history|krankheitstage",
          r"product|weather|terms|contract|payment|date|system|server|check|plan|insurance|item|device|network|title|of"),
    _hint("RELIGION", r"religion|religious affiliation|faith|konfession|kirchensteuer(?:merkmal)?|wyznanie|religiao|denomination|relihiyon|dharm"),
    _hint("ETHNICITY", r"ethnicity|race|ethnic group|ethnic origin|caste|herkunft|pochodzenie|etnia|raza|raca", r"condition|time|result"),
    _hint("UNION_MEMBERSHIP", r"union|union member(?:ship)?|trade union|gewerkschaft|zwiazek zawodowy|sindicato|syndicat|sindicat",
          r"european|credit|western|id"),
    _hint("SEXUAL_ORIENTATION", r"sexual orientation|orientation|sexuelle orientierung|orientacja seksualna|orientacion sexual",
          r"screen|page|image|device|paper|session"),
    _hint("POLITICAL_OPINION", r"political (?:party|opinion|affiliation|view|views)|party affiliation|partei|partia|partido"),
    _hint("CRIMINAL_RECORD", r"criminal record|convictions?|criminal history|criminal offences?|vorstrafen|karalnosc|antecedentes penales|offences?"),
    _hint("IP_ADDRESS", r"ip|ip ?addr(?:ess)?|src ?ip|dst ?ip|client ip|remote addr|ip adresse|adres ip|host ip"),
    _hint("MAC_ADDRESS", r"mac|mac ?addr(?:ess)?"),
    _hint("US_SSN", r"ssn|social security(?: number| no)?|soc sec(?: no)?|us ssn"),
    _hint("US_DRIVER_LICENSE", r"driver s? ?licen[sc]e(?: number| no)?|dl ?(?:no|number)|drivers? lic(?:ence|ense)?"),
    _hint("US_PASSPORT", r"us passport(?: number| no)?"),
    _hint("PASSPORT", r"passport(?: number| no| nr)?|reisepass|paszport|pasaporte|passaporte|passeport|pasaport", r"expir\w*|date|country|issue"),
    _hint("IN_AADHAAR", r"aadhaar|aadhar|adhar|uidai"),
    _hint("IN_PAN", r"pan (?:no|number|card)|permanent account number"),
    _hint("PL_PESEL", r"pesel"),
    _hint("PL_NIP", r"nip"),
    _hint("UK_NINO", r"nino|national insurance(?: number| no)?|ni number|ni no"),
    _hint("UK_NHS", r"nhs(?: number| no)?"),
    _hint("IE_PPSN", r"ppsn?|pps (?:number|no)"),
    _hint("RO_CNP", r"cnp"),
    _hint("BR_CPF", r"cpf"),
    _hint("BR_CNPJ", r"cnpj"),
    _hint("MX_CURP", r"curp"),
    _hint("MX_RFC", r"rfc"),
    _hint("PH_SSS", r"sss(?: no| number)?"),
    _hint("PH_TIN", r"tin(?: no| number)?"),
    _hint("DE_TAX_ID", r"steuer ?id|steueridentifikationsnummer|idnr|steuernummer"),
    _hint("URL", r"url|website|web ?site|homepage|link|webseite", r"type|count|id"),
)  # fmt: skip

_TEXT = re.compile(
    r"\b(?:notes?|comments?|text|messages?|msg|body|description|desc|remarks?|content|transcript|summary|feedback|details|memo|"
    r"narrative|utterance|free ?text|reason text|conversation|chat|reply|response text|resolution|complaint|subject|"
    r"bemerkung(?:en)?|notiz(?:en)?|kommentar(?:e)?|beschreibung|nachricht|uwagi|opis|komentarz|tresc|wiadomosc|"
    r"observaciones|comentarios?|descripcion|mensaje|notas|observacoes|descricao|mensagem|commentaires?|remarques?|"
    r"observatii|descriere|mesaj)\b"
)
_NOT_TEXT = re.compile(
    r"\b(?:id|count|code|no|nr|number|length|type|lang|language|status|at|date|time|data subject|content type|author|hash|url|from|to)\b"
)

_DATE = re.compile(
    r"\b(?:date|datetime|dated|day|timestamp|created|updated|opened|closed|modified|received|resolved|started|ended|time|at|on|"
    r"hired|joined|since|until|issued|expires|datum|erstellt|data|utworzono|fecha|creado|criado|zatrudnienia|eintritt|"
    r"service date|claim date|datum der|belegdatum|buchungsdatum|data wystawienia)\b"
)


@lru_cache(maxsize=4096)
def hints(header: str) -> tuple[str, ...]:
    """Return the entities that a header promises, the most specific first; often none."""
    text = " ".join(words(header))
    about = _ABOUT.search(text)
    found = [
        hint.entity
        for hint in HINTS
        if hint.pattern.search(text) and not (hint.unless and hint.unless.search(text))
    ]
    if about:
        # "number of cards", "email_verified": only the word that *is* the identifier survives.
        found = [e for e in found if e in ("DATE_OF_BIRTH",)]
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=4096)
def is_text(header: str) -> bool:
    """Whether a header announces free text."""
    text = " ".join(words(header))
    return bool(_TEXT.search(text)) and not _NOT_TEXT.search(text)


@lru_cache(maxsize=4096)
def is_date(header: str) -> bool:
    """Whether a header announces a date."""
    return bool(_DATE.search(" ".join(words(header))))


@lru_cache(maxsize=4096)
def context_of(header: str) -> str:
    """Return the header as words before a value, so that recognisers see their context."""
    return " ".join(words(header))[:80]
