"""The examples at the end of each command's `--help`."""

from __future__ import annotations

from collections.abc import Iterator

from typer import Typer
from typer.models import CommandInfo, TyperInfo

EXAMPLES: dict[str, tuple[str, ...]] = {
    "": (
        "bpoaudit vendor init -o vendor.yaml",
        "bpoaudit audit delivery/ --vendor vendor.yaml -o report.html",
    ),
    "audit": (
        "bpoaudit audit delivery/ --vendor vendor.yaml -o report.html -o audit.json",
        "bpoaudit audit delivery/ --vendor vendor.yaml --list",
        "bpoaudit audit delivery/ --vendor vendor.yaml --fail-on medium --min-score 80 -f concise",
        "bpoaudit audit delivery/ --vendor vendor.yaml --key-file audit.key --cache .bpoaudit-cache",
        "bpoaudit audit delivery/ --vendor vendor.yaml --key-file audit.key -o report.html --resume",
        "bpoaudit audit s3://drops/may --vendor vendor.yaml --executor dask --scheduler tls://scheduler:8786",
        "bpoaudit audit --from audit.json --vendor vendor.yaml --as-of 2027-01-31 -o report.html",
    ),
    "scan": ("bpoaudit scan delivery/", "bpoaudit scan mails.mbox -o findings.jsonl --explain"),
    "rules": ("bpoaudit rules list", "bpoaudit rules show gdpr/art32-payment-card-clear"),
    "rules list": ("bpoaudit rules list gdpr pci-dss-4", "bpoaudit rules list -f json"),
    "rules show": ("bpoaudit rules show gdpr/art32-payment-card-clear",),
    "rules check": ("bpoaudit rules check", "bpoaudit rules check ./our-pack"),
    "rules test": ("bpoaudit rules test ./our-pack",),
    "rules new": ("bpoaudit rules new my-pack/phones-masked",),
    "rules schema": ("bpoaudit rules schema > rule.schema.json",),
    "vendor": ("bpoaudit vendor init -o vendor.yaml", "bpoaudit vendor check vendor.yaml"),
    "vendor init": ("bpoaudit vendor init -o vendor.yaml",),
    "vendor check": ("bpoaudit vendor check vendor.yaml",),
    "vendor learn": ("bpoaudit vendor learn delivery/ -o vendor.yaml",),
    "vendor schema": ("bpoaudit vendor schema > vendor.schema.json",),
    "project": ("bpoaudit project check",),
    "project check": ("bpoaudit project check", "bpoaudit project check other/bpoaudit.yaml"),
    "project schema": ("bpoaudit project schema > bpoaudit.schema.json",),
    "report": (
        "bpoaudit report audit.json -o report.html -o report.sarif",
        "bpoaudit report audit.json --view vendor -o for-vendor.html -o responses.yaml",
        "bpoaudit report audit.json --responses responses.yaml -o report.html -o report.pdf",
        "bpoaudit report --schema > audit.schema.json",
    ),
    "diff": ("bpoaudit diff july.json august.json", "bpoaudit diff july.json august.json --new-only"),
    "history": ("bpoaudit history --history audits.db", "bpoaudit history acme --history audits.db"),
    "history show": ("bpoaudit history show acme --history audits.db",),
    "history purge": ("bpoaudit history purge --older-than 1095 --history audits.db",),
    "portfolio": ("bpoaudit portfolio --history audits.db -o portfolio.html",),
    "redact": (
        "bpoaudit redact delivery/ -o cleaned/",
        "bpoaudit redact delivery/ -o cleaned/ --policy redaction.yaml --key-file audit.key",
    ),
    "sign": (
        "bpoaudit sign audit.json report.html --key signing.key -o audit.dsse.json",
        "bpoaudit sign audit.json report.html --key signing.key -o evidence.zip",
    ),
    "verify": (
        "bpoaudit verify audit.dsse.json --key signing.key.pub --delivery delivery/",
        "bpoaudit verify evidence.zip --key signing.key.pub --replay delivery/ --key-file audit.key",
    ),
    "locate": (
        "bpoaudit locate exports/tickets.csv:12:notes:10-25 delivery/ --reveal",
        "bpoaudit locate hmac-sha256:0123456789ab delivery/ --from audit.json --key-file audit.key",
    ),
    "entities": ("bpoaudit entities",),
    "key": ("bpoaudit key new -o audit.key",),
    "key new": ("bpoaudit key new -o audit.key", "bpoaudit key new --signing -o signing.key"),
    "key digest": ("bpoaudit key digest canaries.txt -o canaries.digests --key-file audit.key",),
    "demo": ("bpoaudit demo -o demo --jobs auto",),
}
"""What to type, by command; the parser of the command line understands all of it."""


def add_examples(app: Typer) -> None:
    """Set the examples at the end of the help of `app` and of every command and group in it."""
    for name, info in commands_of(app):
        if examples := EXAMPLES.get(name):
            title = "Examples:" if len(examples) > 1 else "Example:"
            # Without the escape Typer would run the lines together.
            info.epilog = "\n".join(("\b", title, *(f"  {line}" for line in examples)))


def commands_of(app: Typer, prefix: str = "") -> Iterator[tuple[str, CommandInfo | TyperInfo]]:
    """Yield every command and group by its words (`rules list`), the application itself as nothing."""
    yield prefix.strip(), app.info
    for command in app.registered_commands:
        yield f"{prefix} {command.name}".strip(), command
    for group in app.registered_groups:
        if group.typer_instance is not None:
            yield from commands_of(group.typer_instance, f"{prefix} {group.name}")
