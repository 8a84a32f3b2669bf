"""Deliveries to be read fast: invented, the same every time, with every planted value marked.

A workload is a file of so many records, and the same cells in memory for those who read no files.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from random import Random

from corpus.filling import Written, write
from corpus.templates import CONVERSATIONS, HUBS, Template, read
from corpus.values import Scene

from measuring.ticket_notes import note

SEED = 20261207
WIDE = 300
"""Columns of the wide table."""
_BLOCK = 3_000
"""Tickets without end are drawn so many at a time."""
_NOBODY = frozenset({"DATE_TIME"})
"""Marked in texts, and nobody's data by itself."""

Cell = tuple[str, int]
"""Field and record, from 1 on."""


@dataclass
class Cells:
    """What is in a delivery, as a reader of its files sees it."""

    columns: dict[str, list[str]] = field(default_factory=dict)
    planted: dict[Cell, list[tuple[int, int]]] = field(default_factory=dict)
    """The spans of personal data."""

    def add(self, name: str, written: Written) -> None:
        """Put a cell at the end of a column."""
        column = self.columns.setdefault(name, [])
        column.append(written.text)
        spans = [(start, end) for start, end, entity in written.spans if entity not in _NOBODY]
        if spans:
            self.planted[name, len(column)] = spans


@dataclass(frozen=True)
class Workload:
    """How a delivery is made, and how many records it has unless asked otherwise."""

    records: int
    unit: str
    ending: str
    draw: Callable[[int], Cells]
    put: Callable[[Cells, Path], None]

    def make(self, path: Path, records: int) -> Cells:
        """Write the file; return what is in it."""
        cells = self.draw(records)
        self.put(cells, path)
        return cells


_TICKET = {
    "ticket_id": "T-{row}",
    "opened_at": "2026-<01|02|03|04|05>-<03|07|11|19|23> {clock}",
    "channel": "<chat|voice|mail>",
    "queue": "<Billing|Returns|Delivery|Technical>",
    "status": "<open|closed|pending>",
    "priority": "<low|normal|high>",
    "order_no": "ORD-{row}",
    "amount": "{count:900}.<00|49|90|95>",
    "customer_id": "C{row}",
    "customer_name": "{person=c}",
    "email": "{email=c}",
    "phone": "{phone=p}",
    "street": "{street=s}",
    "city": "{city=t}",
    "postcode": "{postcode=z}",
}
"""Fifteen columns; the notes are the sixteenth."""


def _tickets(records: int, notes: bool = True, first: int = 0) -> Cells:
    cells = Cells()
    for number, scene in _scenes("tickets", records, first):
        for name, template in _TICKET.items():
            cells.add(name, write(template, scene))
        if notes:
            cells.add("notes", note(scene, number))
    return cells


def ticket_rows() -> Iterator[Sequence[str]]:
    """Yield the columns of tickets, then rows without end, none of them twice."""
    for first in count(step=_BLOCK):
        cells = _tickets(_BLOCK, first=first)
        if not first:
            yield [*cells.columns]
        yield from zip(*cells.columns.values(), strict=True)


def _without_notes(records: int) -> Cells:
    return _tickets(records, notes=False)


def _distinct(records: int) -> Cells:
    """No value comes twice, not even in the notes."""
    cells = Cells()
    texts = [template.content for template in read(("notes",), "text") if not template.draw]
    for number, scene in _scenes("distinct", records):
        name = write(_TICKET["customer_name"], scene)
        cells.add("customer_name", Written(f"{name.text} {_in_letters(number)}", name.spans))
        cells.add("email", write(_TICKET["email"], scene))
        cells.add("phone", write(_TICKET["phone"], scene))
        cells.add("street", write(_TICKET["street"] + " {row}", scene))
        cells.add("reference", write("{uuid}", scene))
        cells.add("amount", write("{row}.{count:99}", scene))
        cells.add("notes", write(f"Ref {number}: {texts[number % len(texts)]}", scene))
    return cells


def _in_letters(number: int) -> str:
    """Return a word that stands for a number, as a second surname."""
    word = ""
    for vowel in "aeo":
        number, rest = divmod(number, 17)
        word = "bcdfghklmnprstvwz"[rest] + vowel + word
    return word.capitalize()


def _wide(records: int) -> Cells:
    """Mostly measurements and codes, with a few columns of people among them."""
    forms = ("{count:9000}", "<yes|no>", "{amount}", "{uuid}", "<A|B|C|D>{count:9}", "{sku}")
    people = tuple(_TICKET[name] for name in ("customer_name", "email", "phone", "street"))
    cells = Cells()
    for _, scene in _scenes("wide", records):
        for column in range(WIDE):
            form = people[column // 30 % len(people)] if column % 30 == 7 else forms[column % len(forms)]
            cells.add(f"f{column:03}", write(form, scene))
    return cells


def _log(records: int) -> Cells:
    """Lines of a service; one in fifty holds somebody."""
    rng = Random(f"{SEED} log")
    cells = Cells()
    lines = (
        "INFO worker-<1|2|3|4> job {hash:12} done in {count:900} ms",
        "DEBUG cache <hit|miss> key={hash:16} size={count:9000}",
        "INFO GET /api/v1/orders/{order} 200 {count:90}ms",
        "WARN retry <1|2|3> of upstream <billing|search|stock> after timeout",
    )
    personal = (
        "INFO login ok user={email} from {ip}",
        "ERROR mail to {email} bounced",
        "INFO callback planned to {phone:UK} for {person}",
    )
    for number in range(records):
        scene = Scene(rng, "UK")
        form = rng.choice(personal if number % 50 == 0 else lines)
        cells.add("text", write(f"2026-05-<03|07|11>T{{clock}}Z {form}", scene))
    return cells


def _sparse_log(records: int) -> Cells:
    """Lines of several services as they stand in most logs; one in five hundred holds somebody."""
    rng = Random(f"{SEED} sparse log")
    cells = Cells()
    lines = (
        "INFO [worker-<1|2|3|4>] job {hash:12} done in {count:900} ms",
        "DEBUG cache <hit|miss> id={hash:16} size={count:9000}",
        "INFO GET /api/v1/stock/{count:9000} 200 {count:90}ms",
        "WARN retry <1|2|3> of upstream <billing|search|stock> after timeout",
        "INFO trace_id={hash:32} span_id={hash:16} shipped {count:500} records to partition {count:12}",
        "INFO gc pause {count:90} ms heap {count:4000}MB of 4096MB",
    )
    for number in range(records):
        scene = Scene(rng, "UK")
        form = "ERROR mail to {email} bounced" if number % 500 == 0 else rng.choice(lines)
        cells.add("text", write(f"2026-05-<03|07|11>T{{clock}}Z {form}", scene))
    return cells


def _access_log(records: int) -> Cells:
    """Lines of a web server, each with the address of a visitor; one in ten with that of a mailbox too."""
    rng = Random(f"{SEED} access log")
    cells = Cells()
    lines = (
        '"GET /<shop|account|basket>/{count:9000} HTTP/1.1" 200 {count:9000}',
        '"POST /api/v1/<basket|search> HTTP/1.1" <200|204|302> {count:900}',
    )
    personal = '"GET /reset?mail={email} HTTP/1.1" 302 {count:900}'
    for number in range(records):
        scene = Scene(rng, "UK")
        form = personal if number % 10 == 0 else rng.choice(lines)
        cells.add("text", write(f"{{ip}} - - [<03|07|11>/May/2026:{{clock}} +0000] {form}", scene))
    return cells


def _nested(records: int) -> Cells:
    cells = Cells()
    paths = {
        "id": "{uuid}",
        "customer.name": "{person=c}",
        "customer.contact.email": "{email=c}",
        "customer.contact.phone": "{phone}",
        "customer.address.street": "{street}",
        "customer.address.city": "{city}",
        "order.number": "{order}",
        "order.total": "{amount}",
        "order.state": "<paid|open|returned>",
    }
    for _, scene in _scenes("nested", records):
        for path, template in paths.items():
            cells.add(path, write(template, scene))
    return cells


def _calls(records: int) -> Cells:
    """Calls one after the other; a column `call` tells them apart."""
    templates = list(read(CONVERSATIONS[:1], "turns"))
    cells = Cells()
    for number in range(records):
        template = templates[number % len(templates)]
        scene = Scene(Random(f"{SEED} call {number}"), _country(template, number), template.language, number)
        for line in template.content:
            speaker, _, said = line.partition(": ")
            cells.add("call", Written(f"call-{number:05}", ()))
            cells.add("speaker", Written({"A": "Agent", "C": "Customer"}[speaker], ()))
            cells.add("text", write(said, scene, template.style))
    return cells


def _country(template: Template, number: int) -> str:
    return template.countries[number % len(template.countries)]


def _scenes(name: str, records: int, first: int = 0) -> Iterator[tuple[int, Scene]]:
    """Yield scenes of customers that come back: one person has some three tickets."""
    for number in range(first, first + records):
        rng = Random(f"{SEED} {name} {number}")
        who = Random(f"{SEED} {name} customer {first // 3 + rng.randrange(1 + records // 3)}")
        scene = Scene(who, who.choice(HUBS), number=number)
        for template in ("{person=c}", "{email=c}", "{phone=p}", "{street=s}", "{city=t}", "{postcode=z}"):
            write(template, scene)
        scene.rng = rng
        yield number, scene


def _csv(cells: Cells, path: Path) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(cells.columns)
        writer.writerows(zip(*cells.columns.values(), strict=True))


def _lines(cells: Cells, path: Path) -> None:
    path.write_text("\n".join(cells.columns["text"]) + "\n", "utf-8")


def _jsonl(cells: Cells, path: Path) -> None:
    with path.open("w", encoding="utf-8") as file:
        for row in zip(*cells.columns.values(), strict=True):
            file.write(json.dumps(_tree(cells.columns, row), ensure_ascii=False) + "\n")


def _tree(paths: Mapping[str, object], row: Sequence[str]) -> dict[str, object]:
    tree: dict[str, object] = {}
    for path, value in zip(paths, row, strict=True):
        *above, last = path.split(".")
        at = tree
        for step in above:
            inner = at.setdefault(step, {})
            assert isinstance(inner, dict)
            at = inner
        at[last] = value
    return tree


WORKLOADS = {
    "tickets": Workload(20_000, "rows", ".csv", _tickets, _csv),
    "tickets without notes": Workload(10_000, "rows", ".csv", _without_notes, _csv),
    "calls": Workload(2_000, "bytes", ".csv", _calls, _csv),
    "log": Workload(40_000, "bytes", ".log", _log, _lines),
    "log, sparse": Workload(60_000, "bytes", ".log", _sparse_log, _lines),
    "log, access": Workload(20_000, "bytes", ".log", _access_log, _lines),
    "nested JSON": Workload(4_000, "rows", ".jsonl", _nested, _jsonl),
    "wide table": Workload(400, "rows", ".csv", _wide, _csv),
    "all distinct": Workload(1_000, "rows", ".csv", _distinct, _csv),
}
"""What is measured, by name."""
