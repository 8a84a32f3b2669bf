"""`bpoaudit rules`: packs of one's own beside the bundled ones, and what the laws ask for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bpoaudit.cli.app import app
from tests.rules.conftest import PACK, RULE, write_pack

RUN = CliRunner()


def _shown(*arguments: str) -> str:
    result = RUN.invoke(app, ["rules", *arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_a_rule_is_shown_with_what_each_law_asks_and_where_it_stands() -> None:
    text = " ".join(_shown("show", "gdpr/art32-one-time-codes-clear").split())

    assert "GDPR Art. 32(1)(b) (gdpr): Systems stay confidential" in text
    assert "http://data.europa.eu/eli/reg/2016/679/art_32/par_1/pnt_b/oj" in text
    assert "PCI DSS 3.3.1.3 (pci-dss-4): " in text
    assert text.index("(gdpr)") < text.index("(br-lgpd)"), "the law that brings the rule stands first"


@pytest.mark.parametrize("rule", ["bpo-baseline/nothing-hidden", "vn-pdpl/transfer-dossier-filed"])
def test_rules_of_any_pack_are_shown_with_their_clauses(rule: str) -> None:
    assert "Clauses, in our own words\n  " in _shown("show", rule)


def test_a_rule_of_ones_own_pack_is_shown_and_listed(tmp_path: Path) -> None:
    folder = write_pack(tmp_path / "demo", {"card.yaml": RULE}, PACK + "rules: [hipaa/baa-signed]\n")

    assert "GDPR Art. 32(1)(a) (demo): Pseudonymise and encrypt." in _shown(
        "show", "demo/card", "-r", str(folder)
    )
    listed = json.loads(_shown("list", str(folder), "-f", "json"))
    assert [(each["id"], each["packs"]) for each in listed] == [
        ("demo/card", ["demo"]),
        ("hipaa/baa-signed", ["demo"]),
    ]
    assert {"id", "packs", "title", "severity", "domain", "laws"} <= set(listed[0])
    assert listed[0]["laws"] == ["GDPR Art. 32(1)(a)"]
