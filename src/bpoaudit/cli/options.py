"""Options that several commands share, and what they turn into."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bpoaudit.errors import RESUMABLE, UsageError
from bpoaudit.file_names import shortened

if TYPE_CHECKING:
    from bpoaudit.masking import Key
    from bpoaudit.pipeline import Clock

KEY_VARIABLE = "BPOAUDIT_KEY"
EXECUTORS = ("serial", "process", "dask")

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
    str | None,
    typer.Option(
        "--jobs", metavar="N|auto",
        help="Processes that read: files side by side, a large one together; auto: one for each core.",
    ),
]  # fmt: skip
Executor = Annotated[
    str | None,
    typer.Option(
        "--executor", metavar="serial|process|dask",
        help="Who reads: this process alone, several (as many as there are cores, or --jobs), or the workers "
        "of a Dask cluster; default: as --jobs says.",
    ),
]  # fmt: skip
Scheduler = Annotated[
    str | None,
    typer.Option(
        "--scheduler", metavar="ADDRESS", help="The scheduler of the Dask cluster, such as tcp://HOST:8786."
    ),
]
Cache = Annotated[
    Path | None,
    typer.Option(
        "--cache", metavar="DIR",
        help="Folder that keeps what was found in each file; a file that did not change is not read again.",
    ),
]  # fmt: skip
Resume = Annotated[
    bool,
    typer.Option(
        "--resume",
        help="Keep what was found in each file beside the first output until that is written; after an "
        "interruption the same command reads only the rest.",
    ),
]  # fmt: skip
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


def cache_of(folder: Path | None, key: Key, delivery: Iterable[str]) -> Path | None:
    """Return the folder of the cache, made if need be; it must not be a part of what is audited."""
    if folder is None:
        return None
    from bpoaudit.delivery.uri import is_uri
    from bpoaudit.executors.cache import open_folder

    if any(folder.resolve().is_relative_to(Path(each).resolve()) for each in delivery if not is_uri(each)):
        raise UsageError(f"the cache {folder} lies in the delivery and would be read with it", "name another")
    open_folder(folder, key)
    return folder


def resume_of(outputs: Sequence[Path], key: Key, delivery: Iterable[str]) -> Path:
    """Return the folder of what an interrupted run has read, beside the first output, made if need be."""
    from bpoaudit.masking import KEY_HINT

    first = next((path for path in outputs if path.is_file() or not path.exists()), None)
    if first is None:
        raise UsageError("--resume keeps what was read beside the first output", "name a file with -o")
    if not key.lasting:
        raise UsageError("to be resumed a run needs a key that the next has too, not a random one", KEY_HINT)
    folder = first.with_name(shortened(first.name, before=".", after=".resume"))
    made = cache_of(folder, key, delivery)
    assert made is not None
    return made


@contextmanager
def resumable(folder: Path | None) -> Iterator[None]:
    """Note on an interruption what of the reading is kept in `folder`, which is None without --resume.

    A folder that nothing was kept in, as after a wrong word, goes.
    """
    if folder is None:
        yield
        return
    from bpoaudit.executors.cache import count_entries, remove_folder
    from bpoaudit.report.words import plural

    try:
        yield
    except KeyboardInterrupt as end:
        kept = count_entries(folder)
        told = f"what was read of {plural(kept, 'file')} is kept"
        end.add_note(f"{RESUMABLE}{f'from there: {told}' if kept else 'from the start'}")
        raise
    finally:
        if not count_entries(folder):
            remove_folder(folder)


def end_resume(folder: Path | None) -> None:
    """Let go of what was kept to be resumed: the outputs are written."""
    if folder is not None:
        from bpoaudit.executors.cache import remove_folder

        remove_folder(folder)


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


def jobs_of(text: str | None, executor: str | None = None) -> int:
    """Return the number of processes: one where nothing asks for more."""
    if text is None:
        text = "auto" if executor == "process" else "1"
    if executor == "serial":
        text = "1"
    if text == "auto":
        return len(os.sched_getaffinity(0))
    if not text.isdecimal() or int(text) < 1:
        raise UsageError(f"--jobs is a number from 1 up or auto, not {text[:20]!r}")
    return int(text)


def scheduler_of(executor: str | None, address: str | None, kept: bool) -> str | None:
    """Return the address of the scheduler whose workers read; None: this machine does.

    One that a project file keeps waits there for its executor.
    """
    if executor not in (None, *EXECUTORS):
        raise UsageError(f"--executor is one of {', '.join(EXECUTORS)}")
    if executor != "dask":
        if address is not None and not kept:
            raise UsageError("--scheduler is the address of a Dask cluster", "add --executor dask")
        return None
    if address is None:
        raise UsageError("--executor dask needs --scheduler ADDRESS, such as tcp://HOST:8786")
    if not re.fullmatch(r"(tcp|tls|ws|wss|ucx)://\S+:\d+", address):
        raise UsageError("--scheduler is an address such as tcp://HOST:8786 or tls://HOST:8786")
    if not all(map(find_spec, ("distributed", "nacl"))):
        raise UsageError("--executor dask needs Dask, which is not installed", "pip install 'bpoaudit[dask]'")
    return address


def language_of(text: str) -> str:
    """Return an ISO 639-1 code, or `auto`."""
    from bpoaudit.languages import check_language

    try:
        return check_language(text)
    except ValueError as error:
        raise UsageError(f"--language: {error}", "such as en, de or pl") from None


def clock_of() -> Clock:
    """Return the clock; SOURCE_DATE_EPOCH and BPOAUDIT_RUN_ID fix time and id."""
    from bpoaudit.pipeline import Clock

    run_id = os.environ.get("BPOAUDIT_RUN_ID") or secrets.token_hex(8)
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch is None:
        return Clock.running(run_id)
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
