"""One signed audit of a small delivery: an envelope beside its files, and a bundle."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from bpoaudit.masking import key_from_text
from bpoaudit.model import (
    AuditResult,
    BaselineUsed,
    Coverage,
    Delivery,
    PackUsed,
    Share,
    SourceStatus,
    WaiversUsed,
)
from bpoaudit.report.json_document import render_json
from bpoaudit.rules import load_packs
from tests.report.factories import source
from tests.report.sample import AUDIT, audit_result

HMAC = key_from_text("0" * 64)
MAIL = "jane.planted@example.org"
MASKED = f"calls/<EMAIL_ADDRESS:{HMAC.tag(MAIL)}>.txt"

RULE = """\
apiVersion: bpoaudit/v1
kind: Rule
id: my-pack/cards-masked
version: 1
title: Payment card numbers are masked
severity: high
domain: masking
description: Clear card numbers show that masking at capture does not work.
references: [{control: my-policy-4.2}]
criteria: The card policy asks that card numbers are delivered masked.
evidence:
  from: findings
  where: {field: entity, eq: CREDIT_CARD}
expect:
  every: {field: masking, in: [masked, partial]}
message: "{failed} of {checked} card numbers are not masked, first in {source}, field {field}"
effect: Whoever gets the delivery can use the cards.
remediation: {text: Mask to the last four digits before the export.}
"""
MANIFEST = """\
id: my-pack
title: Ours
version: 1.0.0
jurisdiction: EU
law: Card policy
source: https://example.org/policy
status: unverified
last_reviewed: 2026-11-22
disclaimer: Not legal advice.
"""

Run = Callable[..., tuple[int, str, str]]


@dataclass(frozen=True)
class Case:
    """Where everything lies."""

    folder: Path

    @property
    def private(self) -> Path:
        return self.folder / "signing.key"

    @property
    def public(self) -> Path:
        return self.folder / "signing.key.pub"

    @property
    def delivery(self) -> Path:
        return self.folder / "delivery"

    @property
    def pack(self) -> Path:
        return self.folder / "my-pack"

    @property
    def envelope(self) -> Path:
        return self.folder / "audit.dsse.json"

    @property
    def bundle(self) -> Path:
        return self.folder / "audit.zip"

    @property
    def beside(self) -> list[Path]:
        return [
            self.folder / n for n in ("report.html", "vendor.yaml", "waivers.yaml", "known.baseline.json")
        ]


def _digest(path: Path) -> str:
    return f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"


def _result(case: Case) -> AuditResult:
    names = {"tickets.csv": "tickets.csv", f"calls/{MAIL}.txt": MASKED}
    sources = [
        source(
            public,
            bytes=(case.delivery / true).stat().st_size,
            sha256=_digest(case.delivery / true).removeprefix("sha256:"),
        )
        for true, public in names.items()
    ]
    closed = source(
        "closed.csv", bytes=0, sha256=None, status=SourceStatus.UNREADABLE, records_read=0, records_total=None,
        reason="may not be opened",
    )  # fmt: skip
    sources.append(closed)
    share = Share(read=2, total=3)
    (pack,) = load_packs([str(case.pack)])
    waivers, baseline = case.folder / "waivers.yaml", case.folder / "known.baseline.json"
    return audit_result(
        delivery=Delivery(
            key_id=HMAC.key_id,
            sources=tuple(sorted(sources, key=lambda s: s.source)),
            coverage=Coverage(sources=share, bytes=share, records=share),
        ),
        audit=AUDIT.model_copy(
            update={
                "packs": (PackUsed(id=pack.id, version="1.0.0", title="Ours", digest=pack.digest),),
                "waivers": WaiversUsed(digest=_digest(waivers), listed=1, used=1),
                "baseline": BaselineUsed(
                    digest=_digest(baseline), created="2026-06-01T08:00:00Z", expires_on="2026-07-10"
                ),
            }
        ),
    )


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """Lay out the files and sign them. Nobody writes here: `case` is a copy."""
    from bpoaudit.evidence.signing import Resting, bundle_over, envelope_over
    from bpoaudit.evidence.signing_keys import load_signer

    case = Case(tmp_path_factory.mktemp("evidence"))
    private = Ed25519PrivateKey.from_private_bytes(b"\1" * 32)
    case.private.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    case.public.write_bytes(
        private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    (case.delivery / "calls").mkdir(parents=True)
    (case.delivery / "tickets.csv").write_text("ticket,mail\n1,a@example.org\n")
    (case.delivery / "calls" / f"{MAIL}.txt").write_text("one line\n")
    (case.delivery / "closed.csv").write_text("nobody may read this\n")
    case.pack.mkdir()
    (case.pack / "cards-masked.yaml").write_text(RULE)
    (case.pack / "pack.yaml").write_text(MANIFEST)
    (case.pack / "controls.yaml").write_text("- {id: my-policy-4.2, title: Policy 4.2, text: Masked.}\n")
    for path in case.beside:
        path.write_text(f"the bytes of {path.name}\n")
    audit = case.folder / "audit.json"
    audit.write_text(render_json(_result(case)))
    signer = load_signer(case.private)
    case.envelope.write_bytes(envelope_over(audit, case.beside, signer))
    resting = Resting((str(case.pack),), case.folder / "waivers.yaml", case.folder / "known.baseline.json")
    case.bundle.write_bytes(bundle_over(audit, [case.folder / "report.html"], resting, signer))
    return case


@pytest.fixture
def case(made: Case, tmp_path: Path) -> Case:
    """A signed audit of one's own."""
    shutil.copytree(made.folder, tmp_path / "case")
    return Case(tmp_path / "case")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Run the command line in this process: exit code, standard output, standard error."""
    from bpoaudit.cli import app

    def command(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["bpoaudit", *map(str, words)])
        capfd.readouterr()
        with pytest.raises(SystemExit) as end:
            app.main()
        out, err = capfd.readouterr()
        return int(end.value.code or 0), out, err

    return command
