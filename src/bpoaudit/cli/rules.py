"""`bpoaudit rules`: the packs, their rules and their tests."""

from __future__ import annotations

import json
from difflib import get_close_matches
from textwrap import fill
from typing import TYPE_CHECKING, Annotated

import typer

from bpoaudit.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bpoaudit.rules import Pack, Rule

app = typer.Typer(no_args_is_help=True, help="List, show, check and test rule packs.")

Names = Annotated[
    list[str] | None,
    typer.Argument(metavar="[PACK...]", help="Pack names or folders; default: all bundled packs."),
]


def _packs(names: Sequence[str] | None) -> tuple[Pack, ...]:
    from bpoaudit.rules import bundled, load_packs

    return load_packs(names or bundled())


def _rules(packs: Sequence[Pack]) -> dict[str, tuple[Rule, list[Pack]]]:
    """Return each rule once, with the packs that name it."""
    found: dict[str, tuple[Rule, list[Pack]]] = {}
    for pack in packs:
        for rule in pack.rules:
            found.setdefault(rule.id, (rule, []))[1].append(pack)
    return dict(sorted(found.items()))


def _clauses(rule: Rule, packs: Sequence[Pack]) -> list[str]:
    """Name the clauses of all these laws that a rule serves, its own first."""
    references = [*rule.references, *(each for pack in packs for each in pack.clauses(rule))]
    return list(dict.fromkeys(each.title or each.control for each in references))


@app.command("list")
def list_rules(
    packs: Names = None,
    format: Annotated[str, typer.Option("--format", "-f", metavar="table|json")] = "table",
) -> None:
    """List the rules: id, severity, domain, title."""
    if format not in ("table", "json"):
        raise UsageError("--format is table or json")
    rules = _rules(_packs(packs))
    if format == "json":
        rows = [
            {
                "id": i,
                "pack": r.pack,
                "packs": [pack.id for pack in of],
                "title": r.form.title,
                "severity": r.severity.value,
                "domain": r.form.domain,
                "laws": _clauses(r, of),
            }
            for i, (r, of) in rules.items()
        ]
        typer.echo(json.dumps(rows, indent=1, ensure_ascii=False))
        return
    width = max((len(i) for i in rules), default=0)
    for identifier, (rule, _) in rules.items():
        typer.echo(
            f"{identifier:<{width}}  {rule.severity.value:<8}  {rule.form.domain:<18}  {rule.form.title}"
        )
    typer.echo(f"{len(rules)} rules")


@app.command("show")
def show(
    rule: Annotated[str, typer.Argument(metavar="ID", help="Such as gdpr/art32-payment-card-clear.")],
) -> None:
    """Show one rule: what it asks, of which clause, how it is judged and what to do."""
    known = _rules(_packs(None))
    if rule not in known:
        near = get_close_matches(rule, known, 1) or [i for i in known if i.endswith("/" + rule)][:1]
        hint = f"did you mean {near[0]}?" if near else "bpoaudit rules list shows all"
        raise UsageError(f"there is no rule {rule}", hint)
    found, packs = known[rule]
    form = found.form
    named = ", ".join(pack.id for pack in packs)
    typer.echo(f"{found.id}  version {form.version}  {found.severity}  {form.domain}  in {named}")
    typer.echo(form.title)
    for title, text in (
        ("What it checks", form.description),
        ("Criteria", form.criteria),
        ("Clauses", "; ".join(_clauses(found, packs))),
        ("If it fails", form.effect),
        ("What to do", form.remediation.text),
        ("File", str(found.file)),
    ):
        typer.echo(f"\n{title}")
        typer.echo(
            fill(
                " ".join(text.split()),
                96,
                initial_indent="  ",
                subsequent_indent="  ",
                break_long_words=False,
            )
        )


@app.command("check")
def check(packs: Names = None) -> None:
    """Load packs and say whether every rule is well-formed; faults come with file, line and column."""
    for pack in _packs(packs):
        typer.echo(f"{pack.id} {pack.form.version}: {len(pack.rules)} rules are well-formed")


@app.command("test")
def run_tests(packs: Names = None) -> None:
    """Run the cases that stand beside the rules; exits 1 when one fails."""
    from bpoaudit.rules import run_cases

    failed = passed = 0
    for pack in _packs(packs):
        for result in run_cases(pack):
            if result.passed:
                passed += 1
            else:
                failed += 1
                typer.echo(
                    f"FAILED {result.rule}: {result.case}: {'; '.join(result.problems)} ({result.place})"
                )
    typer.echo(f"{passed} passed, {failed} failed")
    raise typer.Exit(ExitCode.FAILED if failed else ExitCode.OK)


@app.command("schema")
def schema() -> None:
    """Print the JSON Schema of a rule, for editors."""
    from bpoaudit.rules import rule_schema

    typer.echo(json.dumps(rule_schema(), indent=2, sort_keys=True))
