"""All vendors of a history on one page: worst first, with their scores over time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import date
from math import floor
from statistics import median

from bpoaudit import __version__
from bpoaudit.errors import HistoryError
from bpoaudit.history.past import PastAudit, series
from bpoaudit.model import Assurance
from bpoaudit.report import words
from bpoaudit.report.cards import MAX_NAME, MAX_TITLE, Capped, capped
from bpoaudit.report.charts import Segment, stacked_bar
from bpoaudit.report.html import STYLES, page
from bpoaudit.report.past_audits import failed_line, moved, steps
from bpoaudit.report.printable import prose
from bpoaudit.report.scorecard import WEAKEST_FIRST, level_of, score_range
from bpoaudit.report.trend import Scale, Trend, trend

STALE_DAYS = 90
MAX_VENDORS = 400
MAX_PANELS = 24
MAX_LINES = 20
MAX_MEMBERS = 8
MAX_SERVICES = 6

_ROW = (120.0, 28.0)
_PANEL = (240.0, 96.0)


@dataclass(frozen=True, slots=True)
class VendorRow:
    """One vendor's work for one client, as its newest audit left it."""

    anchor: str
    vendor: str
    client: str
    services: str
    country: str
    assurance: str
    level: str
    range: str
    change: str
    trend: Trend
    told: str
    """The scores in words."""
    failed: str
    open: int
    read: str
    as_of: str
    age: int
    stale: bool
    audits: int


@dataclass(frozen=True, slots=True)
class Member:
    """A vendor in a panel."""

    anchor: str | None
    """Of its row; None where the table does not show it."""
    vendor: str
    level: str
    assurance: str
    range: str


@dataclass(frozen=True, slots=True)
class Panel:
    """One of the small multiples: everything of one service, country or law."""

    title: str
    vendors: int
    levels: str
    middle: str
    """The median of the newest scores."""
    lines: Capped[Trend]
    members: Capped[Member]


@dataclass(frozen=True, slots=True)
class Multiples:
    """Panels on one scale."""

    anchor: str
    title: str
    lead: str
    panels: Capped[Panel]


@dataclass(frozen=True, slots=True)
class PortfolioView:
    """Everything the page shows."""

    title: str
    as_of: str
    tool: str
    since: str
    sentence: str
    bar: tuple[Segment, ...]
    stale_days: int
    stale: int
    vendors: Capped[VendorRow]
    multiples: tuple[Multiples, ...]
    row_size: tuple[float, float]
    panel_size: tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Standing:
    """A vendor in one group: its audits, its newest score there, and how that is ranked."""

    anchor: str
    audits: Sequence[PastAudit]
    low: float | None
    high: float | None
    assurance: Assurance
    trend: Trend

    @property
    def rank(self) -> tuple[int, float, str, str]:
        last = self.audits[-1]
        low = -1.0 if self.low is None else self.low
        return WEAKEST_FIRST.index(self.assurance), low, last.vendor, last.client


def render_portfolio(audits: Iterable[PastAudit], day: date | None = None) -> str:
    """Return the page as one HTML document. Raises `HistoryError` where there is nothing to show."""
    return page("portfolio.html", (*STYLES, "portfolio.css"), portfolio_view(audits, day))


def portfolio_view(audits: Iterable[PastAudit], day: date | None = None) -> PortfolioView:
    """Order, word and cap what the page shows, as of `day`, or of the newest audit.

    Audits after that day are left out. Raises `HistoryError` where none is left.
    """
    every = list(audits)
    held = [audit for audit in every if day is None or audit.as_of <= day.isoformat()]
    if not held:
        raise HistoryError(
            "the history holds no audit" + (f" up to {day.isoformat()}" if day else ""),
            "bpoaudit audit --history FILE records one",
        )
    today = day or date.fromisoformat(max(audit.as_of for audit in held))
    first = date.fromisoformat(min(audit.as_of for audit in held))
    vendors = series(held)
    whole = Scale(first, today, *_ROW)
    standings = sorted((_standing(at, each, whole) for at, each in enumerate(vendors)), key=lambda s: s.rank)
    rows = [_row(standing, today) for standing in standings]
    stale = sum(row.stale for row in rows)
    return PortfolioView(
        title=f"{words.plural(len(rows), 'vendor')} on {today.isoformat()}",
        as_of=today.isoformat(),
        tool=f"bpoaudit {__version__}",
        since=first.isoformat(),
        sentence=_sentence(standings, stale, len(held), len(every) - len(held)),
        bar=_bar(standings),
        stale_days=STALE_DAYS,
        stale=stale,
        vendors=capped(rows, MAX_VENDORS),
        multiples=_multiples(standings, Scale(first, today, *_PANEL)),
        row_size=_ROW,
        panel_size=_PANEL,
    )


def _standing(at: int, audits: Sequence[PastAudit], scale: Scale) -> _Standing:
    last = audits[-1]
    return _Standing(f"vendor-{at + 1}", audits, last.low, last.high, last.assurance, trend(audits, scale))


def _sentence(standings: Sequence[_Standing], stale: int, audits: int, later: int) -> str:
    weak = sum(s.assurance in (Assurance.VERY_LIMITED, Assurance.LIMITED) for s in standings)
    parts = [
        f"{words.share(weak, len(standings))} have limited or very limited assurance",
        f"the newest audit of {words.share(stale, len(standings))} is older than {STALE_DAYS} days",
        f"drawn from {words.plural(audits, 'audit')}",
    ]
    if later:
        parts.append(f"{words.plural(later, 'later audit is', 'later audits are')} left out")
    return f"{'; '.join(parts)}."


def _bar(standings: Sequence[_Standing]) -> tuple[Segment, ...]:
    counts = {level: sum(s.assurance is level for s in standings) for level in WEAKEST_FIRST}
    return stacked_bar([(level_of(level), level.value.lower(), counts[level]) for level in WEAKEST_FIRST])


def _row(standing: _Standing, today: date) -> VendorRow:
    last, newest = standing.audits[-1], steps(standing.audits)[-1]
    age = (today - date.fromisoformat(last.as_of)).days
    change = "–" if newest.delta is None else moved(newest.delta)
    return VendorRow(
        anchor=standing.anchor,
        vendor=prose(last.vendor, MAX_NAME),
        client=prose(last.client, MAX_NAME),
        services=", ".join(words.plain(prose(each, MAX_NAME)) for each in last.services[:MAX_SERVICES]),
        country=prose(last.country, MAX_NAME),
        assurance=last.assurance.value,
        level=level_of(last.assurance),
        range=score_range(last.low, last.high),
        change="rules changed" if newest.why_not else change,
        trend=standing.trend,
        told=_told(standing),
        failed=failed_line(last),
        open=last.open,
        read=words.share(last.sources.read, last.sources.total),
        as_of=last.as_of,
        age=age,
        stale=age > STALE_DAYS,
        audits=len(standing.audits),
    )


def _told(standing: _Standing) -> str:
    values = [audit.value for audit in standing.audits if audit.value is not None]
    if not values:
        return "no score yet"
    drawn = standing.trend
    told = (
        f"{words.plural(len(values), 'score')} from {standing.audits[0].as_of} to "
        f"{standing.audits[-1].as_of}, between {min(values):.1f} and {max(values):.1f}"
    )
    if drawn.total > drawn.audits:
        told += f"; showing the newest {drawn.audits} of {drawn.total} audits"
    if drawn.breaks:
        told += f"; the rules changed {words.plural(drawn.breaks, 'time')}, where the line is broken"
    return told


# --- small multiples -------------------------------------------------------------------------------


def _multiples(standings: Sequence[_Standing], scale: Scale) -> tuple[Multiples, ...]:
    drawn = [_on(standing, scale) for standing in standings]
    shown = {standing.anchor for standing in standings[:MAX_VENDORS]}
    services = _grouped(drawn, lambda last: [(name, words.plain(name)) for name in last.services])
    countries = _grouped(drawn, lambda last: [(last.country, last.country or "Not named")])
    return (
        Multiples(
            "services",
            "By service",
            "A vendor with several services stands in each of them with its whole score.",
            _panels(services, shown),
        ),
        Multiples("countries", "By country", "Where the vendor is established.", _panels(countries, shown)),
        Multiples(
            "laws",
            "By law",
            "The score of each rule pack by itself, of the vendors whose newest audit was judged by it.",
            _panels(_laws(standings, scale), shown),
        ),
    )


def _on(standing: _Standing, scale: Scale) -> _Standing:
    """Draw a vendor again for the larger panels."""
    return _Standing(
        standing.anchor,
        standing.audits,
        standing.low,
        standing.high,
        standing.assurance,
        trend(standing.audits, scale),
    )


Groups = dict[tuple[str, str], list[_Standing]]
"""Vendors by (key, title) of the group."""


def _grouped(standings: Iterable[_Standing], keys: Callable[[PastAudit], list[tuple[str, str]]]) -> Groups:
    groups: defaultdict[tuple[str, str], list[_Standing]] = defaultdict(list)
    for standing in standings:
        for key in dict.fromkeys(keys(standing.audits[-1])):
            groups[key].append(standing)
    return dict(groups)


def _laws(standings: Iterable[_Standing], scale: Scale) -> Groups:
    found: list[tuple[str, _Standing]] = []
    titles: dict[str, str] = {}
    for standing in standings:
        last = standing.audits[-1]
        titles |= {pack.id: pack.title for pack in last.packs}
        for score in last.pack_scores:
            line = trend(standing.audits, scale, _score_by(score.pack), score.pack)
            law = _Standing(standing.anchor, standing.audits, score.low, score.high, score.assurance, line)
            found.append((score.pack, law))
    groups: defaultdict[tuple[str, str], list[_Standing]] = defaultdict(list)
    for pack, law in found:
        groups[pack, titles.get(pack, pack)].append(law)
    return dict(groups)


def _score_by(pack: str) -> Callable[[PastAudit], float | None]:
    return lambda audit: next((score.low for score in audit.pack_scores if score.pack == pack), None)


def _panels(groups: Groups, shown: Set[str]) -> Capped[Panel]:
    """Return the panels, the one with the worst vendor first."""
    ranked = [(sorted(members, key=lambda s: s.rank), title) for (_, title), members in groups.items()]
    ranked.sort(key=lambda group: (group[0][0].rank, group[1]))
    return capped((_panel(title, members, shown) for members, title in ranked), MAX_PANELS)


def _panel(title: str, members: Sequence[_Standing], shown: Set[str]) -> Panel:
    scores = [member.low for member in members if member.low is not None]
    counts = {level: sum(m.assurance is level for m in members) for level in WEAKEST_FIRST}
    return Panel(
        title=prose(title, MAX_TITLE),
        vendors=len(members),
        levels=", ".join(f"{count} {level.value.lower()}" for level, count in counts.items() if count),
        middle=str(floor(median(scores))) if scores else "–",
        lines=capped((member.trend for member in members), MAX_LINES),
        members=capped((_member(member, shown) for member in members), MAX_MEMBERS),
    )


def _member(standing: _Standing, shown: Set[str]) -> Member:
    return Member(
        anchor=standing.anchor if standing.anchor in shown else None,
        vendor=prose(standing.audits[-1].vendor, MAX_NAME),
        level=level_of(standing.assurance),
        assurance=standing.assurance.value,
        range=score_range(standing.low, standing.high),
    )
