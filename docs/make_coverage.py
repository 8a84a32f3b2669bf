"""Write docs/coverage.md from the catalogue of checks and the bundled packs.

    python docs/make_coverage.py

A test compares, so the page cannot say what the packs do not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from bpoaudit.rules import Pack, bundled, load_packs
from bpoaudit.rules.catalogue import Check, catalogue

PAGE = Path(__file__).with_name("coverage.md")

HEAD = """# What is checked, by which rules, for which laws

{checks} checks: {ruled} by rules (for {both} of them a question covers what rules cannot see), {asked} by a
question to a person only. {rules} rules in {packs} packs.

This page is written by `docs/make_coverage.py` from the catalogue of checks
(`src/bpoaudit/rules/catalogue.yaml`) and from the packs. A check is only as good as its rules: many ask what
the vendor has declared. Clauses are those of all bundled packs that name one of the rules; which packs are
judged follows from the profile (see [rules.md](rules.md)). None of it is legal advice, and a person has to
confirm the clauses.

## The checks

"""

MILDER = """
## Rules milder than their check

They see a lesser part of it, for the reason given.

"""

BEYOND = """
## Rules beyond the checks

"""

PACKS = """
## The packs

A clause is checked by rules, asked of a person, or both; some are only cited by rules.

"""


def page() -> str:
    """Return the page."""
    packs = load_packs(bundled())
    checks = catalogue().checks
    ruled = [check for check in checks if check.rules]
    head = HEAD.format(
        checks=len(checks),
        ruled=len(ruled),
        both=sum(check.question is not None for check in ruled),
        asked=len(checks) - len(ruled),
        rules=len({rule.id for pack in packs for rule in pack.rules}),
        packs=len(packs),
    )
    cited = _clauses(packs)
    asked = _table(
        ("check", "severity", "what", "rules", "clauses", "question"),
        (
            (check.id, check.severity, check.what, _ruled(check), _cited(check, cited), check.question)
            for check in checks
        ),
    )
    milder = _table(
        ("check", "rule", "why"),
        ((check.id, f"`{rule}`", why) for check in checks for rule, why in check.milder.items()),
    )
    beyond = _table(("why", "rules"), ((each.why, _ids(each.rules)) for each in catalogue().beyond))
    listed = _table(
        ("pack", "law", "in force", "clauses", "with rules", "with a question"), (_about(p) for p in packs)
    )
    return head + asked + MILDER + milder + BEYOND + beyond + PACKS + listed


def _clauses(packs: Sequence[Pack]) -> dict[str, list[str]]:
    """Return the titles of the clauses that name each rule, in the order of packs and clauses."""
    cited: dict[str, list[str]] = {}
    for pack in packs:
        for rule in pack.rules:
            cited.setdefault(rule.id, []).extend(
                clause.title or clause.control for clause in pack.clauses(rule)
            )
    return cited


def _cited(check: Check, cited: dict[str, list[str]]) -> str:
    return "; ".join(dict.fromkeys(title for rule in check.rules for title in cited[rule]))


def _about(pack: Pack) -> tuple[str, ...]:
    form = pack.form
    dates = str(form.in_force_from or "")
    if form.in_force_until is not None:
        dates += f" to {form.in_force_until}"
    named = {clause.control for rule in pack.rules for clause in pack.clauses(rule)}
    ruled = sum(control.id in named for control in pack.controls)
    asked = sum(control.question is not None for control in pack.controls)
    return (f"`{pack.id}`", form.law, dates, str(len(pack.controls)), str(ruled), str(asked))


def _ruled(check: Check) -> str:
    return " ".join(f"`{rule}` (milder)" if rule in check.milder else f"`{rule}`" for rule in check.rules)


def _ids(rules: Iterable[str]) -> str:
    return " ".join(f"`{rule}`" for rule in rules)


def _table(head: Sequence[str], rows: Iterable[Sequence[str | None]]) -> str:
    return _line(head) + _line(["---"] * len(head)) + "".join(_line(row) for row in rows)


def _line(cells: Sequence[str | None]) -> str:
    return "| " + " | ".join((cell or "–").replace("|", "\\|") for cell in cells) + " |\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
