"""The vendor profile: what is valid, what a fault says, and what is kept back."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from typer.testing import CliRunner

from bpoaudit.cli.vendor import app
from bpoaudit.errors import ProfileError
from bpoaudit.vendor import VendorProfile, load_profile, placeholders, profile_schema, starter_profile

FULL = """\
apiVersion: bpoaudit/v1
kind: VendorProfile
vendor:
  name: Acme Support
  country: IN
  services: [support, collections]
  sites: [{id: pune-1, country: IN, kind: office}]
  contacts: [{name: Priya Example, email: priya@acme.example, phone: "+91 20 5550 0100"}]
client: {name: Client Ltd, country: NO, payment_cards: yes}
processing: {countries: [IN], subject_countries: [NO, SE]}
contract:
  dpa_signed: yes
  dpa_date: 2025-06-01
  clauses: {audit_right: present, breach_notice: absent}
certificates: [{standard: iso_27001_2022, sites: [pune-1], expires: 2027-05-31}]
incidents: {register: yes}
subprocessors: [{name: Cloud Host, country: US, contact: ops@cloudhost.example}]
transfers: [{from: NO, to: IN, mechanism: scc_2021_914_m2}]
agreement:
  feeds: [{id: tickets, files: ["*.csv"], regions: [NO]}]
detection: {allow_list: [Acme Hotline], deny_list: [{entity: PERSON, values: [Ola Nordmann]}]}
"""


def _load(tmp_path: Path, text: str) -> VendorProfile:
    path = tmp_path / "vendor.yaml"
    path.write_text(text, encoding="utf-8")
    return load_profile(path)


def _fault(tmp_path: Path, text: str) -> str:
    with pytest.raises(ProfileError) as caught:
        _load(tmp_path, text)
    return str(caught.value).replace(str(tmp_path / "vendor.yaml"), "vendor.yaml")


def test_a_full_profile_is_read(tmp_path: Path) -> None:
    profile = _load(tmp_path, FULL)

    assert profile.client.country == "NO"
    assert profile.contract.clauses == {"audit_right": "present", "breach_notice": "absent"}
    assert profile.incidents.breach_register == "yes"
    assert profile.governance.dpo == "unknown"
    assert profile.security.mfa is None
    assert profile.packs is None


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("country: NO", "country: UK", "vendor.yaml:9:37: 'UK' is not a country code of two capital letters "
                                       "(ISO 3166-1); did you mean 'GB'?"),
        ("[support, collections]", "[suport]", "vendor.yaml:6:14: 'suport' is not a known word here; "
                                               "did you mean 'support'?"),
        ("kind: office", "kind: ofice", "vendor.yaml:7:43: 'ofice' is not a known word here; did you mean 'office'?"),
        ("dpa_signed", "dpa_singed", "vendor.yaml:12:3: unknown key 'dpa_singed'; did you mean 'dpa_signed'?"),
        ("audit_right: p", "audit_rights: p", "vendor.yaml:14:13: 'audit_rights' is not a known word here; "
                                               "did you mean 'audit_right'?"),
        ("dpa_signed: yes", "dpa_signed: true", "vendor.yaml:12:15: true is not a known word here; "
                                                 "known: no, not_applicable, partial, unknown, yes"),
        ("2025-06-01", "01.06.2025", "vendor.yaml:13:13: should be a valid date"),
        ("2025-06-01", "20250601", "vendor.yaml:13:13: should be a valid date"),
        ("[pune-1]", "[pune-2]", "vendor.yaml:15:51: 'pune-2' is not the id of a site of the vendor"),
        ("  country: IN\n", "", "vendor.yaml:4:3: the key 'country' is missing"),
        ("[support, collections]", "[]", "vendor.yaml:6:13: must not be empty"),
        ("regions: [NO]", "retention_days: 999999", "vendor.yaml:20:59: should be less than or equal to 100000"),
        ("bpoaudit/v1", "bpoaudit/v2", "vendor.yaml:1:13: 'bpoaudit/v2' is not a known word here; "
                                       "did you mean 'bpoaudit/v1'?"),
    ],
)  # fmt: skip
def test_faults_have_a_place_and_a_way_out(tmp_path: Path, before: str, after: str, message: str) -> None:
    assert before in FULL

    assert message in _fault(tmp_path, FULL.replace(before, after))


def test_feeds_and_sites_have_names_of_their_own(tmp_path: Path) -> None:
    twice = FULL.replace("regions: [NO]}", 'regions: [NO]}, {id: tickets, files: ["*.txt"]}')

    assert "vendor.yaml:20:64: the feed 'tickets' is listed twice" in _fault(tmp_path, twice)


def test_names_of_persons_stay_in_the_profile(tmp_path: Path) -> None:
    published = json.dumps(_load(tmp_path, FULL).public())

    for private in ("Priya", "priya@", "5550", "ops@cloudhost", "Nordmann", "Acme Hotline"):
        assert private not in published
    assert "Cloud Host" in published


def test_the_published_profile_is_a_profile_again(tmp_path: Path) -> None:
    public = _load(tmp_path, FULL).public()

    again = VendorProfile.model_validate_json(json.dumps(public), strict=True)

    assert again.public() == public
    assert again.transfers is not None
    assert again.transfers[0].origin == "NO"
    assert again.subprocessors is not None
    assert again.subprocessors[0].contact == "withheld"


def test_the_starter_is_valid_as_it_is(tmp_path: Path) -> None:
    profile = _load(tmp_path, starter_profile())

    assert profile.agreement is None
    assert profile.contract.dpa_signed == "unknown"


def test_what_the_starter_leaves_out_is_valid_too(tmp_path: Path) -> None:
    lines = [re.sub(r"^(\s*)# (?=[a-z_]+:|  |-)", r"\1", line) for line in starter_profile().splitlines()]
    profile = _load(tmp_path, "\n".join(lines))

    assert profile.agreement is not None
    assert [feed.id for feed in profile.agreement.feeds] == ["tickets", "calls"]
    assert profile.subprocessors == ()
    assert profile.certificates is not None


def test_the_schema_accepts_what_the_loader_accepts_and_refuses_typos() -> None:
    schema = profile_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    data: dict[str, Any] = yaml.load(FULL, Loader=yaml.BaseLoader)

    assert not list(validator.iter_errors(data))
    data["vendor"]["servces"] = []
    assert [error.validator for error in validator.iter_errors(data)] == ["additionalProperties"]


def test_the_vendor_package_does_not_load_pandas() -> None:
    code = "import sys, bpoaudit.vendor; sys.exit('pandas' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_invented_names_that_were_left_are_told_with_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "vendor.yaml"
    path.write_text(starter_profile(), encoding="utf-8")
    assert [(key, value) for _, key, value in placeholders(path)] == [
        ("vendor.name", "Example Vendor"), ("client.name", "Example Client"),
    ]  # fmt: skip
    path.write_text(starter_profile().replace("Example Vendor", "Sampaguita Contact"), encoding="utf-8")
    ((line, key, value),) = placeholders(path)
    assert (key, value) == ("client.name", "Example Client")
    assert "Example Client" in path.read_text(encoding="utf-8").splitlines()[line - 1]
    path.write_text(path.read_text(encoding="utf-8").replace("Example Client", "Larkspur"), encoding="utf-8")
    assert placeholders(path) == []
    done = CliRunner().invoke(app, ["check", str(path)])
    assert (done.exit_code, done.stderr) == (0, "")


def test_vendor_check_warns_of_invented_names(tmp_path: Path) -> None:
    path = tmp_path / "vendor.yaml"
    path.write_text(starter_profile().replace("Example Vendor", "Sampaguita Contact"), encoding="utf-8")
    done = CliRunner().invoke(app, ["check", str(path)])
    assert done.exit_code == 0
    assert done.stdout == f"{path}: valid profile of Sampaguita Contact\n"
    assert done.stderr == (
        f"warning: {path}:20: client.name is still 'Example Client', as vendor init wrote it\n"
    )
