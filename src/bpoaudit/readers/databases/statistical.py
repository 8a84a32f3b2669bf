"""Files of statistical packages: SPSS, SAS and Stata."""

from __future__ import annotations

from collections.abc import Iterator

from bpoaudit.delivery.content import Content
from bpoaudit.readers.batch import Member, Part
from bpoaudit.readers.format import Format
from bpoaudit.readers.isolated import run_parser
from bpoaudit.readers.options import ReadOptions

_READS = (
    "a record is a row; a variable is a field; labels of the file, of variables and of values, and notes, "
    "are metadata; a coded value is given as its label as well (field `name (label)`); values that are "
    "declared as missing are read"
)

FORMATS = (
    Format("SPSS", ("application/x-spss-sav", "application/x-spss-por"), (".sav", ".zsav", ".por"),
           "pyreadstat", _READS, "encrypted files"),
    Format("Stata", ("application/x-stata-dta",), (".dta",), "pyreadstat", _READS),
    Format("SAS", ("application/x-sas-data", "application/x-sas-xport"), (".sas7bdat", ".xpt"), "pyreadstat",
           f"{_READS}; of a transport file each data set is a source where there are several",
           "labels that are kept in a catalogue (`.sas7bcat`) beside the file; encrypted files"),
)  # fmt: skip


def open_statistical(content: Content, media_type: str, how: ReadOptions) -> Iterator[Part | Member]:
    """Yield the labels (record 0), then the rows, of each data set.

    Whole numbers have no `.0`, dates are ISO 8601. Raises `UnreadableSource` where the header is broken;
    the batches raise it where the file breaks off, and records that the header counts but that are not
    there are a loss.
    """
    yield from run_parser("statistical", content, media_type, how)
