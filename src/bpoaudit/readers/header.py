"""Tell the header of a table from its data."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

_LONGEST_NAME = 100
_SHORTEST_COUNT = 3
_YES_NO = frozenset(["true", "false", "yes", "no"])

# Words that name columns, in the languages of the exports seen most. Only consulted where all
# columns are text and nothing else tells the first row from the others.
_COLUMN_WORDS = """
id name first last surname email mail phone tel mobile address street city state country zip postal
postcode date time dob birth gender sex age status type note notes comment comments description subject
text message body amount price total currency account customer client agent ticket case order number no
code card iban ssn policy created updated title role company department category value key url language
channel queue duration transcript summary remarks salary user username password reason owner region site
nombre apellido apellidos correo telefono teléfono direccion dirección ciudad pais país fecha edad
comentario nom prenom prénom adresse ville courriel pays commentaire vorname nachname strasse straße ort
plz datum geburtsdatum kunde bemerkung imie imię nazwisko adres miasto pesel uwagi nome endereço endereco
cidade cpf telefone observação
"""
_WORDS = frozenset(_COLUMN_WORDS.split())

_NUMBERED = re.compile(r"[A-Za-z]{1,5}[._-]?\d{1,4}")
"""A column by its place: `V1`, `Q12`, `PID.3`, and `NM103`, the third element of a segment of ANSI X12."""
_YEAR = re.compile(r"(?:19|20)\d\d")


def find_header(rows: Sequence[Sequence[str]]) -> int | None:
    """Return the index of the header among the first rows of a table, or None without a header.

    Rows above it (titles, blank rows) have far fewer cells than the table is wide.
    """
    widths = [sum(bool(cell.strip()) for cell in row) for row in rows]
    if not any(widths):
        return None
    filled = sorted(width for width in widths if width)
    wide = filled[len(filled) * 3 // 4]
    for index, width in enumerate(widths):
        if width and width * 10 >= wide * 6:
            return index if _is_header(rows[index], rows[index + 1 :]) else None
    return None


def unique_names(header: Sequence[str]) -> tuple[str, ...]:
    """Name every column once: `name`, `name_2` for a repeated name, `column_3` for an empty one."""
    taken: set[str] = set()
    numbers: dict[str, int] = {}
    names = []
    for index, cell in enumerate(header):
        base = cell.strip() or f"column_{index + 1}"
        times = numbers.get(base, 0) + 1
        name = base if times == 1 else f"{base}_{times}"
        while name in taken:
            times += 1
            name = f"{base}_{times}"
        taken.add(name)
        numbers[base] = times
        names.append(name)
    return tuple(names)


def _is_header(first: Sequence[str], body: Sequence[Sequence[str]]) -> bool:
    cells = [cell.strip() for cell in first]
    named = [cell for cell in cells if cell]
    columns = [[row[index].strip() for row in body if len(row) > index] for index in range(len(cells))]
    if body and (_are_numbered(cells, columns) or _are_counted(named)):
        return True
    odd = [
        (cell, [v for v in column if v])
        for cell, column in zip(cells, columns, strict=True)
        if _is_value(cell)
    ]
    if any(not filled or sum(map(_is_value, filled)) * 2 >= len(filled) for _, filled in odd):
        return False  # a value above values
    if odd:
        # One address put into a header must not hide what the other columns are called.
        return sum(map(_names_a_column, named)) * 2 >= len(named)
    repeated = [cell in column for cell, column in zip(cells, columns, strict=True) if cell]
    if any(repeated) and not all(repeated):
        return False  # a whole header may come back, on a new page; one of its cells may not
    for cell, column in zip(cells, columns, strict=True):
        filled = [value for value in column if value]
        answers = sum(value.lower() in _YES_NO for value in filled)
        if cell.lower() in _YES_NO and answers:
            return False  # `no` may well be short for number, but not above a yes
        if cell and filled and (answers + sum(map(_is_value, filled))) * 2 > len(filled):
            return True  # numbers, dates or addresses under a word
    if any(len(cell.split()) > 4 for cell in named):
        return False
    if sum(map(_names_a_column, named)) * 3 >= len(named):
        return True
    values = [value for column in columns for value in column if value]
    if not values:
        return False
    longer = sum(map(len, values)) * len(named) > 3 * sum(map(len, named)) * len(values)
    return longer or (all(map(str.islower, named)) and not any(map(str.islower, values)))


def _are_numbered(cells: Sequence[str], columns: Sequence[Sequence[str]]) -> bool:
    """Tell whether most cells name columns by number, and the values below are not built like them."""
    numbered = [at for at, cell in enumerate(cells) if _NUMBERED.fullmatch(cell)]
    named = [cell for cell in cells if cell]
    if len(numbered) < 2 or len(numbered) * 10 < len(named) * 6 or len(set(named)) < len(named):
        return False
    alike = 0
    for at in numbered:
        filled = [value for value in columns[at] if value]
        alike += sum(_outline(value) == _outline(cells[at]) for value in filled) * 2 > len(filled)
    return alike * 3 < len(numbered)


def _are_counted(named: Sequence[str]) -> bool:
    """Tell whether cells count columns from 0, or name the years of a report one after the other."""
    if len(named) < _SHORTEST_COUNT:
        return False
    if list(named) == [str(at) for at in range(len(named))]:
        return True
    years = [int(cell) for cell in named if _YEAR.fullmatch(cell)]
    words = sum(not _is_value(cell) for cell in named)
    in_order = all(later == year + 1 for year, later in pairwise(years))
    return in_order and len(years) >= _SHORTEST_COUNT and words == len(named) - len(years) > 0


def _outline(text: str) -> str:
    return re.sub(r"\d+", "9", re.sub(r"[^\W\d_]", "A", text))


def _is_value(cell: str) -> bool:
    digits = sum(char.isdigit() for char in cell)
    return (
        "@" in cell
        or digits >= 5
        or (digits > 0 and digits * 10 >= 6 * sum(char.isalnum() for char in cell))
        or len(cell) > _LONGEST_NAME
    )


def _names_a_column(cell: str) -> bool:
    if "_" in cell or re.search("[a-z][A-Z]", cell):
        return True
    return not _WORDS.isdisjoint(re.findall(r"[^\W\d_]+", cell.lower()))
