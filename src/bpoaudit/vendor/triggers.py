"""Which date of a record starts its retention period: as agreed, else as the names of the columns say."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from bpoaudit.vendor.agreement import Feed
from bpoaudit.vendor.globs import matches
from bpoaudit.vendor.practices import Retention
from bpoaudit.vendor.words import RetentionTrigger

DELIVERY = "@delivery"
"""As the agreed column: the period counts from the delivery itself, in which nothing is older."""
DATE = "date"
"""A column that holds dates of the record and does not say which."""

_WORDS: dict[RetentionTrigger, str] = {
    "contract_end": r"(contract|policy|employment|service) ?(end|ended|expiry|termination)|terminat(ed|ion)"
    r"|left on|exit date|vertragsende|austritt(sdatum)?|kundigung(sdatum)?|data rozwiazania|fin (de )?contrat"
    r"|fin (de )?contrato|fim (do )?contrato|data incetarii",
    "case_closed": r"closed?|closing|resolved|completed|solved|settled|geschlossen|abgeschlossen|erledigt"
    r"|zamkniet[oay]|zakonczen(ia|o)|clotur\w*|ferme|cerrado|cierre|fechado|encerrado|inchis|zavershen\w*",
    "last_contact": r"last (contact|contacted|call|interaction|activity|seen|login|order|purchase)"
    r"|letzter kontakt|ostatni kontakt|dernier contact|ultimo contacto|ultimo contato",
    "created": r"creat(ed|ion)|opened|opening|received|registered|registration|recorded|entered|signup"
    r"|submitted|erstellt|angelegt|eingang(sdatum)?|erfasst|utworz\w+|wplywu|rejestracji|cree|creation"
    r"|creado|creacion|alta|criado|criacao|creat|inregistr\w*|stvoren\w*",
}  # fmt: skip
_TOLD = [(kind, re.compile(rf"(^| )({words})( |$)")) for kind, words in _WORDS.items()]
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_PLAIN = str.maketrans({"ł": "l", "Ł": "L", "ø": "o", "ß": "ss"})


class Period(NamedTuple):
    """How long the records of a feed are kept, and from when that counts."""

    days: int | None
    column: str | None
    """The date field that was agreed; `*` and `?` may stand in it."""
    trigger: RetentionTrigger | None
    """What the schedule counts from."""


def period_of(feed: Feed | None, retention: Retention) -> Period:
    """Return the period of a feed: its own, else that of its class in the schedule."""
    if feed is None:
        return Period(None, None, None)
    named = next((each for each in retention.classes or () if each.name == feed.record_class), None)
    days = feed.retention_days if feed.retention_days is not None else named.days if named else None
    return Period(days, feed.retention_trigger, named.trigger if named else None)


def told_by(header: str) -> RetentionTrigger | None:
    """Return which trigger the name of a date column speaks of."""
    spaced = _CAMEL.sub(" ", header.translate(_PLAIN))
    plain = "".join(c for c in unicodedata.normalize("NFKD", spaced) if not unicodedata.combining(c))
    words = " ".join(re.split(r"[^0-9a-z]+", plain.casefold())).strip()
    return next((kind for kind, pattern in _TOLD if pattern.search(words)), None)


def triggers(columns: Sequence[tuple[str, str | None]], period: Period) -> list[bool | None]:
    """Tell of each date column of a source whether the period counts from it; None: that cannot be told.

    `columns` are names and what they say: a trigger, `DATE`, or None for dates that are no trigger.
    Without an agreed column the schedule's trigger counts, else the creation of the record, else the only
    date that there is.
    """
    if period.column is not None:
        pattern = period.column.casefold()
        return [matches(pattern, name.casefold()) for name, _ in columns]
    wanted = period.trigger or "created"
    if any(told == wanted for _, told in columns):
        return [told == wanted for _, told in columns]
    possible = [told is not None for _, told in columns]
    if period.trigger is None and sum(possible) == 1:
        return list(possible)
    return [None if may else False for may in possible]
