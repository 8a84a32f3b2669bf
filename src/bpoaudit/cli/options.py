"""Options that several commands share, and what they turn into."""

from __future__ import annotations

import os
import re
import secrets
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bpoaudit.errors import UsageError

if TYPE_CHECKING:
    from bpoaudit.masking import Key
    from bpoaudit.pipeline import Clock

KEY_VARIABLE = "BPOAUDIT_KEY"

DELIVERY_HELP = "Files, folders or URIs (s3://, sftp://, …): all is read."
Delivery = Annotated[list[str], typer.Argument(metavar="DELIVERY", help=DELIVERY_HELP)]
KeyFile = Annotated[
    Path | None,
    typer.Option(
        "--key-file", metavar="FILE",
        help=f"HMAC key for fingerprints (or {KEY_VARIABLE}); without one they do not link two runs.",
    ),
]  # fmt: skip
PasswordFile = Annotated[
    Path | None,
    typer.Option(
        "--password-file", metavar="FILE",
        help="Passwords to try on archives and documents, one a line (UTF-8).",
    ),
]  # fmt: skip
PassphraseFile = Annotated[
    Path | None,
    typer.Option(
        "--passphrase-file", metavar="FILE", help="Passphrase of the private key for signing, on one line."
    ),
]
Jobs = Annotated[
    str, typer.Option("--jobs", metavar="N|auto", help="Processes that read files side by side.")
]
Language = Annotated[
    str | None,
    typer.Option(
        "--language", metavar="CODE|auto",
        help="Language that all free text is in; default auto: each field and text tells its own.",
    ),
]  # fmt: skip
Model = Annotated[
    str | None,
    typer.Option(
        "--model", metavar="NAME|PATH",
        help="Another model for names in text: an installed spaCy package, or the folder of a model.",
    ),
]  # fmt: skip
Recognizers = Annotated[
    list[Path] | None,
    typer.Option(
        "--recognizers", metavar="FILE", help="Repeatable; recognisers of your own in Presidio's YAML format."
    ),
]
History = Annotated[
    str | None,
    typer.Option(
        "--history", metavar="FILE|URL", help="Where past audits are kept: an SQLite file, or postgresql://…"
    ),
]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="One line a file on standard error.")]

_FIRST_YEAR, _LAST_YEAR = 1900, 2999


def key_of(file: Path | None) -> Key:
    """Return the key of the file, of the environment, or a random one."""
    from bpoaudit.masking import key_from_file, key_from_text, random_key

    if file is not None:
        return key_from_file(file)
    text = os.environ.get(KEY_VARIABLE)
    return key_from_text(text) if text else random_key()


def passwords_of(file: Path | None) -> tuple[str, ...]:
    """Return the passwords of the file: its lines, without the empty ones, each once."""
    if file is None:
        return ()
    try:
        text = file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        told = f"cannot read the password file {file.name}: {type(error).__name__}"
        # Not from the error: that of the decoder holds what is in the file.
        raise UsageError(told, "write one password a line, as text in UTF-8") from None
    return tuple(dict.fromkeys(line for line in text.split("\n") if line))


def needed(history: str | None) -> str:
    """Return where the history is."""
    if history is None:
        raise UsageError("name the history", "--history FILE, as given to bpoaudit audit")
    return history


def jobs_of(text: str) -> int:
    """Return the number of processes."""
    if text == "auto":
        return len(os.sched_getaffinity(0))
    if not text.isdecimal() or int(text) < 1:
        raise UsageError(f"--jobs is a number from 1 up or auto, not {text[:20]!r}")
    return int(text)


def language_of(text: str) -> str:
    """Return an ISO 639-1 code, or `auto`."""
    if text != "auto" and not re.fullmatch("[a-z]{2}", text):
        raise UsageError("--language is auto or a code of two letters, such as en, de or pl")
    return text


def clock_of() -> Clock:
    """Return the clock; SOURCE_DATE_EPOCH and BPOAUDIT_RUN_ID fix time and id."""
    from bpoaudit.pipeline import Clock

    run_id = os.environ.get("BPOAUDIT_RUN_ID") or secrets.token_hex(8)
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch is None:
        return Clock(datetime.now(UTC), run_id, lambda: datetime.now(UTC))
    try:
        return Clock.fixed(datetime.fromtimestamp(int(epoch), UTC), run_id)
    except (ValueError, OverflowError, OSError) as error:
        raise UsageError("SOURCE_DATE_EPOCH is not a number of seconds") from error


def say_repeats(delivery: list[str]) -> None:
    """Say on standard error that what was named twice is read once."""
    from bpoaudit.delivery import without_repeats

    if repeats := len(delivery) - len(without_repeats(delivery)):
        typer.echo(f"note: named twice, or inside another, and read once: {repeats}", err=True)


def percent_of(option: str, number: float | None) -> float | None:
    """Return a threshold between 0 and 100."""
    if number is not None and not 0 <= number <= 100:
        raise UsageError(f"{option} is a number from 0 to 100")
    return number


def day_of(text: str | None) -> date | None:
    """Return an ISO date of these centuries: from others periods would lead out of the calendar."""
    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise UsageError("--as-of is a date such as 2026-11-22") from error
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise UsageError(f"--as-of is a day of the years {_FIRST_YEAR} to {_LAST_YEAR}")
    return day
