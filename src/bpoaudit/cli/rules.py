"""`bpoaudit rules`: the packs, their rules and their tests."""

from __future__ import annotations

import json
import sys
from difflib import get_close_matches
from textwrap import fill
from typing import TYPE_CHECKING, Annotated

import typer

from bpoaudit.cli import options
from bpoaudit.errors import ExitCode, OutputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bpoaudit.rules import Pack, Rule

app = typer.Typer(no_args_is_help=True, help="List, show, check and test rule packs.")

Names = Annotated[
    list[str] | None,
    typer.Argument(metavar="PACK", help="Pack names or folders; default: all bundled packs."),
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
    from bpoaudit.report.columns import laid_out, terminal_width

    if format not in ("table", "json"):
        raise UsageError("--format is table or json")
    rules = _rules(_packs(packs))
    if format == "json":
        listed = [
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
        typer.echo(json.dumps(listed, indent=1, ensure_ascii=False))
        return
    rows = [(i, r.severity.value, r.form.domain, r.form.title) for i, (r, _) in rules.items()]
    for line in laid_out(rows, terminal_width(sys.stdout)):
        typer.echo(line)
    from bpoaudit.report.words import plural

    typer.echo(plural(len(rules), "rule"))


@app.command("show")
def show(
    rule: Annotated[str, typer.Argument(metavar="ID", help="Such as gdpr/art32-payment-card-clear.")],
    own: Annotated[
        list[str] | None,
        typer.Option("--rules", "-r", metavar="PACK", help="Folder of a pack of your own, repeatable."),
    ] = None,
) -> None:
    """Show one rule: what it asks, by which clauses of which laws, and what to do.

    Example: bpoaudit rules show my-pack/no-badges -r my-pack/
    """
    from bpoaudit.rules import bundled

    known = _rules(_packs([*bundled(), *(own or ())]))
    if rule not in known:
        near = get_close_matches(rule, known, 1) or [i for i in known if i.endswith("/" + rule)][:1]
        hint = f"did you mean {near[0]}?" if near else "bpoaudit rules list shows all; -r PACK adds your own"
        raise UsageError(f"there is no rule {rule}", hint)
    found, packs = known[rule]
    form = found.form
    named = ", ".join(pack.id for pack in packs)
    typer.echo(f"{found.id}  version {form.version}  {found.severity}  {form.domain}  in {named}")
    typer.echo(form.title)
    for title, paragraphs in (
        ("What it checks", [form.description]),
        ("Criteria", [form.criteria]),
        ("Clauses, in our own words", _law(found, packs)),
        ("If it fails", [form.effect]),
        ("What to do", [form.remediation.text]),
        ("File", [str(found.file)]),
    ):
        typer.echo(f"\n{title}")
        for text in paragraphs:
            typer.echo(
                fill(
                    " ".join(text.split()),
                    96,
                    initial_indent="  ",
                    subsequent_indent="  ",
                    break_long_words=False,
                    break_on_hyphens=False,
                )
            )


def _law(rule: Rule, packs: Sequence[Pack]) -> list[str]:
    """Say of every clause that the rule serves what it asks for, where it stands and since when."""
    told = []
    for pack in sorted(packs, key=lambda each: each.id != rule.pack):
        cited = {each.control: each for each in pack.clauses(rule)}
        for control in pack.controls:
            if control.id in cited:
                begins = f", from {control.in_force_from}" if control.in_force_from else ""
                where = cited[control.id].eli or control.eli or pack.form.source
                told.append(f"{control.title} ({pack.id}{begins}): {control.text} {where}")
    return list(dict.fromkeys(told))


@app.command("check")
def check(packs: Names = None) -> None:
    """Load packs and say whether every rule is well-formed; faults come with file, line and column."""
    from bpoaudit.report.words import plural

    for pack in _packs(packs):
        told = plural(len(pack.rules), "rule is", "rules are")
        typer.echo(f"{pack.id} {pack.form.version}: {told} well-formed")


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


@app.command("new")
def new(
    place: Annotated[
        str, typer.Argument(metavar="PACK/ID", help="Folder of a pack, there or not, and the rule's name.")
    ],
) -> None:
    """Write a commented rule and its cases, valid as they are, and a pack around them in a new folder."""
    from bpoaudit.report.files import write_atomically
    from bpoaudit.rules import new_rule

    made = new_rule(place, options.clock_of().now.date())
    for file, text in made.files.items():
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(f"cannot make the folder {file.parent}: {error.strerror}") from None
        write_atomically(file, text)
        typer.echo(f"wrote {file}", err=True)
    pack = next(iter(made.files)).parent
    typer.echo(f"next: edit them, then bpoaudit rules test {pack}", err=True)


@app.command("schema")
def schema(
    kind: Annotated[str, typer.Argument(metavar="[rule|cases|pack|controls]", help="Kind of file.")] = "rule",
) -> None:
    """Print the JSON Schema of a rule, or of another file of a pack, for editors."""
    from bpoaudit.rules import pack_schemas

    schemas = pack_schemas()
    if kind not in schemas:
        raise UsageError(f"the files of a pack are {', '.join(schemas)}")
    typer.echo(json.dumps(schemas[kind], indent=2, sort_keys=True))
