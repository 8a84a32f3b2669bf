"""Lines of machines and goods: what in them is no name, and what a label or a full name still tells."""

from __future__ import annotations

import pytest

from bpoaudit.detect.matches import SPACY, Match
from bpoaudit.detect.recognizers.machine_line import is_machine_line
from bpoaudit.detect.things import is_of_things


@pytest.mark.parametrize(
    ("text", "value", "entity"),
    [
        ("2026-03-12T06:25:29Z INFO Brokerton consumer group shop partition 12", "Brokerton", "PERSON"),
        ("[2026-03-12 06:25:24,123] INFO [Log 1]: Preparing in state Rebalance", "Rebalance", "PERSON"),
        ("\tat org.example.Vesta.run(Vesta.java:12)", "Vesta", "PERSON"),
        ("Oslo sideboard in oak, 80 cm, SKU OSL-12, $599.99", "Oslo", "LOCATION"),
        ("- Victoria armchair, 82 x 78 cm, item no 4471, £349", "Victoria armchair", "PERSON"),
        ("We moved from Vestaserver 11.2 to another one", "Vestaserver", "PERSON"),
        ("timezone: Europe/Warsaw", "Warsaw", "LOCATION"),
        ("timezone: Europe/Warsaw", "Europe", "LOCATION"),
        ("spring.datasource.hikari.size", "hikari", "PERSON"),
        ("Keywords: Audit Success", "Keywords: Audit Success", "PERSON"),
    ],
)
def test_is_of_things(text: str, value: str, entity: str) -> None:
    start = text.rindex(value)
    assert is_of_things(Match(start, start + len(value), entity, 0.85, SPACY), text)


@pytest.mark.parametrize(
    ("text", "value", "entity"),
    [
        ("2026-03-12T06:25:29Z INFO mail sent to Mara Quill", "Mara Quill", "PERSON"),
        ("2026-03-12T06:25:29Z INFO order by customer=Mara id=4", "Mara", "PERSON"),
        ("2026-03-12T06:25:29Z INFO ship order=4 city=Dublin", "Dublin", "LOCATION"),
        ("2026-03-12 06:25:29 Mara called about her lamp", "Mara", "PERSON"),
        ("Mara ordered the 80 cm lamp for $349.", "Mara", "PERSON"),
        ("Mara Quill, 80 cm lamp, item no 4471, $349", "Mara Quill", "PERSON"),
    ],
)
def test_is_a_name(text: str, value: str, entity: str) -> None:
    start = text.index(value)
    assert not is_of_things(Match(start, start + len(value), entity, 0.85, SPACY), text)


@pytest.mark.parametrize(
    "line",
    [
        '203.0.113.7 - - [12/Mar/2026:06:25:24 +0000] "GET /cart HTTP/1.1" 200 12',
        "Mar 12 06:25:26 web01 systemd[1]: Started clean activities.",
        "1763800000 INFO heartbeat",
        "1763800000|1763800000.21|support_en|SIP/2034|RINGNOANSWER|15000",
        "06:25:26,200 Sender [default-task-3] queued",
        "Caused by: java.lang.IllegalStateException",
        "SELECT name FROM customers WHERE id = 4",
        "from=a to=b duration=3",
    ],
)
def test_a_machine_wrote_it(line: str) -> None:
    text = f"Dear all,\n{line}\nthanks"
    assert is_machine_line(text, text.index(line) + 3)
    assert not is_machine_line(text, 2)


@pytest.mark.parametrize(
    "line",
    [
        "2026-03-12 06:25:24 spoke to the customer, all fine",
        "ERROR is what the screen said",
        "Select a plan from us",
    ],
)
def test_a_person_wrote_it(line: str) -> None:
    assert not is_machine_line(line, 0)
