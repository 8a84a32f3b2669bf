"""A bundle audits the same delivery again to the same bytes, and one finding is confirmed by who has the file."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import bpoaudit
from bpoaudit import scanning
from bpoaudit.documents import parse_yaml
from bpoaudit.errors import UsageError
from bpoaudit.evidence.bundle import read_bundle
from bpoaudit.evidence.replay import Given, differences, replay
from bpoaudit.evidence.signing import Resting, bundle_over
from bpoaudit.evidence.signing_keys import load_signer, load_verifier
from bpoaudit.evidence.verifying import verify_file
from bpoaudit.gate import Thresholds
from bpoaudit.rules import vendor_names
from bpoaudit.vendor import load_profile, starter_profile
from tests.evidence.conftest import HMAC, Case, Run

pytestmark = pytest.mark.xdist_group("evidence")  # one audit for all of them

WAIVERS = """\
apiVersion: bpoaudit/v1
kind: Waivers
waivers:
  - id: W-1
    rule: bpo-baseline/clean-desk
    vendor: {vendor}
    match: {{label: whole}}
    reason: The floor is rebuilt.
    category: risk_accepted
    requested_by: operations@vendor.example
    approved_by: dpo@client.example
    approved_on: 2026-11-20
    expires_on: 2027-01-31
"""

MAIL, PHONE = "jane.planted@example.org", "+1 212 555 0143"


@pytest.fixture(scope="module")
def audited(made: Case, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a delivery, a bundle of its audit with the findings, and the key of fingerprints."""
    folder = tmp_path_factory.mktemp("audited")
    delivery = folder / "delivery"
    (delivery / "exports").mkdir(parents=True)
    rows = "".join(f"{i},agent{i}@example.com,fine\n" for i in range(30))
    (delivery / "exports" / "tickets.csv").write_text(f"id,mail,notes\n{rows}31,{MAIL},call {PHONE}\n")
    (delivery / f"note of {MAIL}.txt").write_text("one line\n")
    (delivery / "call.vtt").write_text(
        "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n<v Agent>your phone please\n\n"
        "00:00:03.000 --> 00:00:05.000\n<v Customer>two one two five five five\n\n"
        "00:00:05.000 --> 00:00:07.000\n<v Customer>oh one four three\n"
    )
    (folder / "vendor.yaml").write_text(starter_profile())
    (folder / "audit.key").write_text("0" * 64)
    outputs = [folder / "audit.json", folder / "findings.jsonl", folder / "report.html"]
    bpoaudit.audit(
        [delivery], folder / "vendor.yaml", rules=["uk-gdpr"], outputs=outputs, key_file=folder / "audit.key"
    )
    bundle = bundle_over(outputs[0], outputs[1:], Resting(), load_signer(made.private))
    (folder / "audit.zip").write_bytes(bundle)
    return folder


def findings(audited: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (audited / "findings.jsonl").read_text().splitlines()]


@pytest.mark.slow
def test_a_bundle_replays_to_the_same_bytes(made: Case, audited: Path, run: Run) -> None:
    words = ("verify", audited / "audit.zip", "--key", made.public, "--replay", audited / "delivery")
    code, out, err = run(*words, "--key-file", audited / "audit.key")
    assert code == 0, out + err
    size = (audited / "audit.json").stat().st_size
    assert out.splitlines()[-1] == f"replayed: the same {size:,} bytes of audit.json"
    assert MAIL not in out + err
    data = (audited / "audit.zip").read_bytes()
    assert MAIL.encode() not in data
    assert PHONE.encode() not in data


@pytest.mark.slow
def test_a_replay_by_another_version_names_what_differs(
    made: Case, audited: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanning, "__version__", "9.9.9")
    words = ("verify", audited / "audit.zip", "--key", made.public, "--replay", audited / "delivery")
    code, out, _ = run(*words, "--key-file", audited / "audit.key")
    assert code == 1
    assert f"differs: tool.version: '{bpoaudit.__version__}' then, '9.9.9' now" in out.splitlines()
    assert out.splitlines()[-1] == "not replayed: 1 in tool"


@pytest.mark.slow
def test_a_replay_needs_the_key_and_the_same_files(
    made: Case, audited: Path, run: Run, tmp_path: Path
) -> None:
    words = ("verify", audited / "audit.zip", "--key", made.public, "--replay", audited / "delivery")
    code, _, err = run(*words)
    assert (code, "; none was given" in err) == (2, True)
    (tmp_path / "other.key").write_text("1" * 64)
    code, _, err = run(*words, "--key-file", tmp_path / "other.key")
    assert (code, "; the one given is " in err) == (2, True)
    shutil.copytree(audited / "delivery", tmp_path / "delivery")
    (tmp_path / "delivery" / "exports" / "tickets.csv").write_text("id\n1\n")
    code, out, _ = run(*words[:-1], tmp_path / "delivery", "--key-file", audited / "audit.key")
    assert code == 1
    assert "changed: delivery/exports/tickets.csv" in out
    assert "replayed" not in out


@pytest.mark.slow
def test_a_finding_is_confirmed_by_who_has_the_file_and_the_key(
    made: Case, audited: Path, run: Run, tmp_path: Path
) -> None:
    (phone,) = [each for each in findings(audited) if each["field"] == "notes"]
    words = ("verify", audited / "audit.zip", "--key", made.public, "--key-file", audited / "audit.key")
    shutil.copy(audited / "delivery" / "exports" / "tickets.csv", tmp_path / "as the vendor calls it.csv")
    renamed = tmp_path / "as the vendor calls it.csv"
    assert run(*words, "--delivery", renamed, "--finding", phone["fingerprint"])[0] == 0
    code, out, err = run(*words, "--delivery", audited / "delivery", "--finding", phone["fingerprint"])
    assert code == 0, out + err
    assert "file: exports/tickets.csv is the one that was audited" in out
    assert out.splitlines()[-1] == "confirmed: 1 of 1 findings"
    assert PHONE not in out + err


@pytest.mark.slow
def test_a_value_is_confirmed_however_it_was_found(made: Case, audited: Path, run: Run) -> None:
    """Told over several turns; in a name; and by a recogniser of the client's that the vendor has not."""
    words = ("verify", audited / "audit.zip", "--key", made.public, "--key-file", audited / "audit.key")
    spoken = [each for each in findings(audited) if each["source"] == "call.vtt"]
    named = [each for each in findings(audited) if each["field"] == "@name"]
    own = {
        "source": "exports/tickets.csv", "record": 3, "field": "notes", "start": 0, "end": 4, "entity": "OUR_OWN",
        "recognizer": "OursAlone", "fingerprint": HMAC.fingerprint("OUR_OWN", "fine"),
    }  # fmt: skip
    assert spoken
    assert named
    for each in (*spoken, *named, own):
        code, out, err = run(*words, "--delivery", audited / "delivery", "--finding", json.dumps(each))
        assert code == 0, out + err
    own["fingerprint"] = HMAC.fingerprint("OUR_OWN", "fines")
    code, out, _ = run(*words, "--delivery", audited / "delivery", "--finding", json.dumps(own))
    assert (code, out.splitlines()[-1]) == (1, "confirmed: 0 of 1 findings")


@pytest.mark.slow
def test_another_value_and_a_moved_one_are_told_apart(
    made: Case, audited: Path, run: Run, tmp_path: Path
) -> None:
    """The vendor holds a file of the same name, in which the row is another."""
    text = (audited / "delivery" / "exports" / "tickets.csv").read_text()
    text = text.replace(MAIL, "john.planted@example.org").replace(PHONE, "nobody")
    (tmp_path / "tickets.csv").write_text(f"{text}32,{MAIL},\n")
    words = ("verify", audited / "audit.zip", "--key", made.public, "--key-file", audited / "audit.key")
    last = [each for each in findings(audited) if each["record"] == 31]
    told = {}
    for each in last:
        code, out, _ = run(*words, "--delivery", tmp_path / "tickets.csv", "--finding", json.dumps(each))
        assert code == 1
        assert "file: exports/tickets.csv is another than the one that was audited" in out
        told[each["entity"]] = out
    place = "exports/tickets.csv, record 31, field"
    assert f"value differs: {place} mail, 0 to 24: EMAIL_ADDRESS" in told["EMAIL_ADDRESS"]
    assert "the same value stands in record 32, field mail" in told["EMAIL_ADDRESS"]
    assert f"not there: {place} notes, 5 to 20: PHONE_NUMBER (nothing of" in told["PHONE_NUMBER"]


@pytest.mark.slow
def test_what_cannot_be_confirmed_says_why(made: Case, audited: Path, run: Run, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a\n1\n")
    words = ("verify", audited / "audit.zip", "--key", made.public, "--delivery", tmp_path, "--finding")
    code, _, err = run(*words, "hmac-sha256:" + "0" * 32, "--key-file", audited / "audit.key")
    assert (code, "points at no finding with this fingerprint" in err) == (2, True)
    line = json.dumps(findings(audited)[0])
    assert "none was given" in run(*words, line)[2]
    assert "--finding" in run(*words, '{"source": 1}')[2]
    assert "there twice" in run(*words, '{"source": "a", "source": "b"}')[2]
    code, out, _ = run(*words, line, "--key-file", audited / "audit.key")
    assert (code, "its file is not in the delivery" in out) == (1, True)


def test_differences_are_told_by_what_they_are_about() -> None:
    then = {
        "verdicts": [{"rule": "a", "status": "pass"}, {"rule": "b", "status": "fail"}],
        "list": [1, 2],
        "gone": 1,
        "same": {"x": [1]},
    }
    now = {
        "verdicts": [{"rule": "b", "status": "pass"}, {"rule": "c", "status": "fail"}],
        "list": [1, 3],
        "come": 1,
        "same": {"x": [1]},
    }
    assert list(differences(then, now)) == [
        "come: only now",
        "gone: only then",
        "list[1]: 2 then, 3 now",
        "verdicts[a]: only then",
        "verdicts[b].status: 'fail' then, 'pass' now",
        "verdicts[c]: only now",
    ]
    turned = {"verdicts": [{"rule": "b", "status": "fail"}, {"rule": "a", "status": "pass"}]}
    assert list(differences({"verdicts": then["verdicts"]}, turned)) == ["verdicts: in another order"]
    assert list(differences({"l": [1]}, {"l": [1, 2]})) == ["l: 1 then, 2 now"]


@pytest.mark.long
@pytest.mark.slow
def test_what_a_bundle_must_not_hold_is_given_for_the_replay(
    made: Case, audited: Path, run: Run, tmp_path: Path
) -> None:
    """Contacts, word lists and people to be suppressed stay out; waivers, baseline and thresholds are in."""
    profile = parse_yaml(starter_profile(), "starter").data
    profile["vendor"]["contacts"] = [{"name": "Zed Zacharias"}]
    profile["detection"] = {"allow_list": ["agent3@example.com"]}
    vendor, erased, key = tmp_path / "vendor.yaml", tmp_path / "erased.txt", audited / "audit.key"
    vendor.write_text(json.dumps(profile))
    erased.write_text(f"{MAIL}\n")
    outputs = [tmp_path / "audit.json", tmp_path / "known.baseline.json"]
    delivery = audited / "delivery"
    waivers = tmp_path / "waivers.yaml"
    waivers.write_text(WAIVERS.format(vendor=vendor_names(load_profile(vendor))[0]))
    how: dict[str, Any] = {"rules": ["bpo-baseline"], "key_file": key, "as_of": date(2026, 11, 22)}
    bpoaudit.audit([delivery], vendor, outputs=outputs, **how)
    bpoaudit.audit(
        [delivery], vendor, outputs=outputs[:1], waivers=waivers, baseline=outputs[1], suppression=erased,
        thresholds=Thresholds(fail_on=None, min_score=30.0, new_only=True), **how,
    )  # fmt: skip
    data = bundle_over(outputs[0], (), Resting((), waivers, outputs[1]), load_signer(made.private))
    (tmp_path / "audit.zip").write_bytes(data)
    for held_back in ("Zacharias", "agent3@example.com", MAIL, PHONE):
        assert held_back.encode() not in data
    words = ("verify", tmp_path / "audit.zip", "--key", made.public, "--key-file", key, "--replay", delivery)
    code, _, err = run(*words)
    assert (code, "what a bundle leaves out: allow_list" in err) == (2, True)
    code, _, err = run(*words, "--vendor", audited / "vendor.yaml")
    assert (code, "this is not the profile of the audit" in err) == (2, True)
    code, _, err = run(*words, "--vendor", vendor)
    assert (code, "the audit had a suppression list" in err) == (2, True)
    code, out, err = run(*words, "--vendor", vendor, "--suppression", erased)
    assert code == 0, out + err
    assert "replayed: the same" in out
    assert "Zacharias" not in out + err


def test_what_was_judged_again_or_held_against_a_history_is_not_replayed(made: Case, tmp_path: Path) -> None:
    members = read_bundle(made.bundle)
    verified = verify_file(made.bundle, (), load_verifier(made.public))
    given = Given(scanning.Reading(key=HMAC))
    for change, told in (
        ({"audit": {"options": {"judged_again": "x"}}}, "was judged again"),
        ({"measures": {"drift": [{"feed": "a"}]}}, "a bundle holds no history"),
    ):
        document = json.loads(members["audit.json"])
        for part, values in change.items():
            document[part] |= values
        bent = replace(verified, data=json.dumps(document).encode())
        with pytest.raises(UsageError, match=told):
            replay(bent, [str(made.delivery)], given)
    with pytest.raises(UsageError, match="a replay needs a bundle"):
        replay(verify_file(made.envelope, (), load_verifier(made.public)), [str(made.delivery)], given)
