"""Lists of people to look for: who must not appear, and who was planted. Read once, never written.

The file has one value a line, or a header and columns (CSV); a value is an e-mail address, a phone
number, an identifier, or the fingerprint of one as `findings.jsonl` and `bpoaudit key digest` have it
(several in a line are of one value). What is given in clear is compared under the audit's own key, so the
user needs none; fingerprints need the key they were made with.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import phonenumbers

from bpoaudit.catalog import CATALOG
from bpoaudit.detect.headers import read_header
from bpoaudit.detect.shapes import says_nothing
from bpoaudit.errors import UsageError
from bpoaudit.masking import Key, normalise

MAX_BYTES = 500_000_000
SHORTEST = 5
"""Letters and digits that an identifier needs: what is shorter is found by chance."""

EMAIL, PHONE = "EMAIL_ADDRESS", "PHONE_NUMBER"
UNNAMED = "ACCOUNT_ID"
"""What a value is fingerprinted as whose kind nobody knows."""
_NAMING = frozenset(
    {EMAIL, PHONE, "USERNAME", "ACCOUNT_ID", "CREDIT_CARD", "IBAN_CODE", "BANK_ACCOUNT", "CRYPTO"}
)
_OFFICIAL = ("#OfficialID", "#Passport", "#HealthRecord", "#VehicleLicense", "#VehicalLicenseRegistration")
_DIGEST = re.compile(r"hmac-sha256:[0-9a-f]{32}")
_EMAIL = re.compile(r"[^\s@,;]+@[^\s@,;]+\.[^\s@,;]+")
_PHONE = re.compile(r"\+?[\d ()./-]{7,24}")
_DELIMITERS = ",;\t|"
_LEAST_OF_PHONE = 8
"""Digits from which on a number without its country is still told from others."""


def names_somebody(entity: str) -> bool:
    """Tell whether values of an entity stand for one person each; those of a user's own count as such."""
    known = CATALOG.get(entity)
    return known is None or entity in _NAMING or (known.category or "").endswith(_OFFICIAL)


@dataclass(slots=True)
class SuppressionList:
    """Whom to look for, each value by its number. Its `repr` shows nobody."""

    key: Key
    emails: Mapping[str, int] = field(default_factory=dict, repr=False)
    others: Mapping[str, int] = field(default_factory=dict, repr=False)
    """Phone numbers and identifiers, each in all its spellings."""
    digests: Mapping[str, int] = field(default_factory=dict, repr=False)
    listed: int = 0
    """Values in the file, each once."""
    _by_entity: dict[str, dict[str, int]] = field(default_factory=dict, repr=False)
    _cells: dict[int, int] | None = field(default=None, repr=False)

    def number(self, entity: str, fingerprint: str) -> int | None:
        """Return which listed value a value of `entity` is, by its fingerprint; None: it is not listed."""
        if fingerprint in self.digests:
            return self.digests[fingerprint]
        if not names_somebody(entity):
            return None
        if entity not in self._by_entity:
            values = {**self.others, **self.emails} if entity == "USERNAME" else self.others
            values = self.emails if entity == EMAIL else values
            self._by_entity[entity] = {
                self.key.fingerprint(entity, value): number for value, number in values.items()
            }
        return self._by_entity[entity].get(fingerprint)

    def number_of_cell(self, value: str) -> int | None:
        """Return which listed value a whole cell is, whatever it was taken for; None: it is not listed."""
        if self._cells is None:
            self._cells = {self._sketch(each): number for each, number in self.emails.items()}
            self._cells |= {self._sketch(each): number for each, number in self.others.items()}
        number = self._cells.get(self._sketch(value))
        if number is None and self.digests:
            number = self.digests.get(self.key.fingerprint(UNNAMED, value))
        return number

    def _sketch(self, value: str) -> int:
        return self.key.sketch("suppressed|" + _written(value))


def _written(value: str) -> str:
    return normalise(EMAIL, value) if "@" in value else normalise("ACCOUNT_ID", value)


def load_suppression(path: Path, key: Key, what: str = "suppression list") -> SuppressionList:
    """Read the list at `path`, which messages call `what`. Raises `UsageError`, without a quote of it."""
    emails: dict[str, int] = {}
    others: dict[str, int] = {}
    digests: dict[str, int] = {}
    numbers: dict[str, int] = {}
    for line, value in _listed(path, what):
        marks = value.split()
        if all(map(_DIGEST.fullmatch, marks)):
            number = numbers.setdefault(marks[0], len(numbers))
            digests.update(dict.fromkeys(marks, number))
            continue
        number = numbers.setdefault(_written(value), len(numbers))
        if _EMAIL.fullmatch(value):
            emails.setdefault(value, number)
        elif is_identifier(value):
            for spelling in spellings(value):
                others.setdefault(spelling, number)
        else:
            raise UsageError(
                f"line {line} of the {what} {path.name} is no e-mail address, phone number, identifier or "
                "fingerprint",
                f"an identifier has a digit and at least {SHORTEST} letters or digits",
            )
    if digests and not key.lasting:
        raise UsageError(
            f"the {what} {path.name} has fingerprints, which only match under their own key",
            "give that key with --key-file",
        )
    return SuppressionList(key, emails, others, digests, len(numbers))


def digests_of(path: Path, key: Key) -> Iterator[str]:
    """Yield a line for each value of the list at `path`: the fingerprints that it is found by."""
    seen: set[str] = set()
    for line, value in _listed(path, "list"):
        if _DIGEST.match(value):
            raise UsageError(f"line {line} of the list {path.name} is a fingerprint already")
        if _written(value) in seen:
            continue
        seen.add(_written(value))
        if _EMAIL.fullmatch(value):
            marks = [key.fingerprint(entity, value) for entity in (EMAIL, "USERNAME", UNNAMED)]
        elif is_identifier(value):
            entities = (PHONE, UNNAMED) if _PHONE.fullmatch(value) else (UNNAMED,)
            marks = [key.fingerprint(entity, each) for each in spellings(value) for entity in entities]
        else:
            raise UsageError(
                f"line {line} of the list {path.name} is no e-mail address, phone number or identifier",
                f"an identifier has a digit and at least {SHORTEST} letters or digits",
            )
        yield " ".join(dict.fromkeys(marks))


def _listed(path: Path, what: str) -> Iterator[tuple[int, str]]:
    """Yield the values of the file and the numbers of their lines."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UsageError(f"the {what} {path.name} is larger than {MAX_BYTES:,} bytes")
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        told = f"cannot read the {what} {path.name}: {type(error).__name__}"
        # Not from the error: that of the decoder holds what is in the file.
        raise UsageError(told, "write one value a line, as text in UTF-8") from None
    yield from _values(text, f"{what} {path.name}")


def is_identifier(value: str) -> bool:
    """Tell whether a value can be a phone number or an identifier."""
    return "@" not in value and sum(map(str.isalnum, value)) >= SHORTEST and any(map(str.isdigit, value))


def _values(text: str, name: str) -> Iterator[tuple[int, str]]:
    """Yield the values and the numbers of their lines."""
    lines = io.StringIO(text, newline="")
    first = next((line for line in lines if line.strip()), "")
    if not first or not _is_header(first):
        for number, line in enumerate(text.splitlines(), 1):
            if value := line.strip():
                yield number, value
        return
    lines.seek(0)
    delimiter = max(_DELIMITERS, key=first.count)
    rows = csv.reader(lines, delimiter=delimiter)
    try:
        header = next((row for row in rows if any(cell.strip() for cell in row)), [])
        columns = _columns(header, name)
        for row in rows:
            for column in columns:
                value = row[column].strip() if column < len(row) else ""
                if value and not says_nothing(value, ()):
                    yield rows.line_num, value
    except csv.Error:
        told = f"line {rows.line_num} of the {name} is no row of a table"
        raise UsageError(told) from None


def _is_header(line: str) -> bool:
    return not any(char.isdigit() or char == "@" for char in line)


def _columns(header: Sequence[str], name: str) -> list[int]:
    """Return the columns that name somebody; of a single one, that one."""
    if len(header) == 1:
        return [0]
    columns = [at for at, cell in enumerate(header) if _is_named(cell)]
    if not columns:
        raise UsageError(
            f"no column of the {name} is called e-mail, phone or identifier",
            "name the columns so, or write one value a line",
        )
    return columns


def _is_named(header: str) -> bool:
    said = read_header(header)
    return "fingerprint" in header.casefold() or any(map(names_somebody, said.entities + said.loose))


def spellings(value: str) -> Iterator[str]:
    """Yield a phone number as it is dialled from anywhere, and any other value as it is."""
    yield value
    if not _PHONE.fullmatch(value) or not value.startswith("+"):
        return
    try:
        number = phonenumbers.parse(value)
    except phonenumbers.NumberParseException:
        return
    if not phonenumbers.is_possible_number(number):
        return
    national = phonenumbers.national_significant_number(number)
    yield f"00{number.country_code}{national}"
    yield f"011{number.country_code}{national}"
    if len(national) >= _LEAST_OF_PHONE:
        yield national
        yield f"0{national}"
        yield phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
