"""How the reports say things: numbers with their denominators, entities and domains in plain words."""

from __future__ import annotations

from bpoaudit.model import Assurance, Severity, SourceStatus, Status
from bpoaudit.scoring import MIN_DELIVERY_COVERAGE, MIN_RULE_COVERAGE

SEVERITY_SYMBOL = {
    Severity.CRITICAL: "■",
    Severity.HIGH: "▲",
    Severity.MEDIUM: "◆",
    Severity.LOW: "●",
}
"""Shapes that stay apart where colours collapse: in grey print, for colour-blind readers."""

SEVERITY_MEANING = {
    Severity.CRITICAL: "People can be harmed now, or the law forbids it outright. Stop and put right before "
    "any further data moves.",
    Severity.HIGH: "A duty of the law or the contract is not met, and many people or sensitive data are "
    "touched. Put right within weeks.",
    Severity.MEDIUM: "A duty is met in part, or a safeguard that would contain harm is missing. Plan the "
    "correction.",
    Severity.LOW: "Good practice or evidence is missing; no direct effect on people is to be expected.",
}

ASSURANCE_MEANING = {
    Assurance.HIGH: "Nothing above low failed, and the score is at least 90.",
    Assurance.REASONABLE: "Only medium or low rules failed, and the score is at least 70: the arrangements "
    "hold, with points to put right.",
    Assurance.LIMITED: "A high rule failed, or the score is below 70: considerable risk that duties are not "
    "met.",
    Assurance.VERY_LIMITED: "A critical rule failed: substantial risk that duties are not met.",
    Assurance.INCONCLUSIVE: f"Less than {MIN_DELIVERY_COVERAGE:.0%} of the sources or records could be read, "
    f"or less than {MIN_RULE_COVERAGE:.0%} of the weight of the rules could be assessed. The range of the "
    "score shows what is open.",
}

STATUS_WORD = {
    Status.PASS: "passed",
    Status.FAIL: "failed",
    Status.UNKNOWN: "needs a person",
    Status.NOT_APPLICABLE: "not applicable",
    Status.UPCOMING: "not yet in force",
    Status.ERROR: "not tested",
}

SOURCE_STATUS_WORD = {
    SourceStatus.READ: "read",
    SourceStatus.SKIPPED: "excluded",
    SourceStatus.PARTIAL: "read in part",
    SourceStatus.ENCRYPTED: "encrypted",
    SourceStatus.UNSUPPORTED: "format not supported",
    SourceStatus.UNREADABLE: "unreadable",
}

SMALL_GROUP = 5
"""Counts of people below this are printed as `<5`: a count of one can point at somebody."""

# fmt: off
_ACRONYMS = frozenset({
    "AI", "BAA", "BCP", "CCPA", "DLP", "DPA", "DPIA", "DPO", "DSR", "GDPR", "HIPAA", "HR", "IBAN", "ID", "IP",
    "MAC", "MFA", "NDA", "NHS", "NRP", "PAN", "PCI", "PIN", "SLA", "SSN", "TIA", "UK", "URL", "US", "USB",
    "VAT", "VDI",
})
_SHORT_WORDS = frozenset({"BIRTH", "CARD", "CODE", "TAX", "VOTER"})
# fmt: on


def number(value: int) -> str:
    """Return `98,230`."""
    return f"{value:,}"


def short_number(value: int) -> str:
    """Return at most four characters and a unit: `812`, `12.2k`, `3.1M`."""
    for unit, size in (("G", 10**9), ("M", 10**6), ("k", 10**3)):
        if value >= size:
            scaled = value / size
            return f"{scaled:.1f}{unit}" if scaled < 99.95 else f"{int(scaled)}{unit}"
    return str(value)


def percent(part: float, whole: float) -> str:
    """Return `12.4%`; never 0% for something and never 100% for less than all."""
    if whole <= 0:
        return "–"
    share = 100 * part / whole
    if share <= 0:
        return "0%"
    if share < 0.05:
        return "<0.1%"
    if part < whole and share >= 99.95:
        return ">99.9%"
    return f"{share:.0f}%" if share == int(share) else f"{share:.1f}%"


def short_percent(part: float, whole: float) -> str:
    """Return `12%`, in at most four characters; never 0% for something and never 100% for less than all."""
    share = 100 * part / whole if whole > 0 else 0.0
    if 0 < share < 1:
        return "<1%"
    return ">99%" if part < whole and share > 99 else f"{share:.0f}%"


def share(part: int, whole: int) -> str:
    """Return `3 of 5,000`."""
    return f"{number(part)} of {number(whole)}"


def plural(count: int, noun: str, nouns: str | None = None) -> str:
    """Return `1 rule`, `3 rules`."""
    return f"{number(count)} {noun if count == 1 else nouns or noun + 's'}"


def people(count: int) -> str:
    """Return a count of people; small groups are not told apart."""
    return f"<{SMALL_GROUP}" if 0 < count < SMALL_GROUP else number(count)


def size(count: int) -> str:
    """Return `312 KiB`."""
    value = float(count)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if value < 1024:
            return f"{int(value)} {unit}" if unit == "B" or value >= 100 else f"{value:.1f} {unit}"
        value /= 1024
    return f"{value:.1f} TiB"


def plain(name: str) -> str:
    """Return an identifier in plain words: `EMAIL_ADDRESS` becomes `Email address`, `PL_PESEL` `PL PESEL`."""
    first, *rest = name.replace("_", " ").replace("-", " ").split() or [""]
    if name.isupper() and len(first) == 2 and first not in _ACRONYMS - {"UK", "US"}:
        return " ".join([first, *map(_national, rest)])
    start = _word(first)
    return " ".join([f"{start[:1].upper()}{start[1:]}", *map(_word, rest)])


def _national(word: str) -> str:
    # The names of national identifiers are mostly abbreviations: NIP, PESEL, NRIC.
    return word if len(word) <= 5 and word not in _SHORT_WORDS else word.lower()


def _word(word: str) -> str:
    return word.upper() if word.upper() in _ACRONYMS else word.lower()


def fact(path: str) -> str:
    """Return a key of the profile in plain words: `contract: breach notice hours`; an option as one."""
    if path.startswith("--"):
        return "option of the audit"
    first, *rest = path.replace("[]", "").split(".")
    steps = [" ".join(map(_word, step.replace("-", "_").split("_"))) for step in (first, *rest)]
    return f"{steps[0]}: {', '.join(steps[1:])}" if rest else steps[0]


def listed(items: list[str]) -> str:
    """Return `a, b and c`."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else ""
