"""`sign` and `verify` as a person uses them, on an envelope and on a bundle."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bpoaudit import evidence
from tests.evidence.conftest import MAIL, MASKED, Case, Run


def verify(run: Run, case: Case, file: Path, *more: object) -> tuple[int, str, str]:
    return run("verify", file, "--key", case.public, *more)


def test_what_was_not_touched_holds(case: Case, run: Run, tmp_path: Path) -> None:
    (tmp_path / "audit.key").write_text("0" * 64)
    given = ("--delivery", case.delivery, "--rules", case.pack, "--key-file", tmp_path / "audit.key")
    code, out, _ = verify(run, case, case.envelope, *given)
    assert (code, out.splitlines()[2:]) == (
        0,
        [
            "same: files of the delivery, 2 of 3",
            "not checked: files of the delivery, 1 of 3 (could not be read when it was audited, so it has no digest)",
            "same: files handed over, 5 of 5",
            "same: rule packs, 1 of 1",
            "same: waivers, 1 of 1",
            "same: baseline, 1 of 1",
            "same: profile, 1 of 1",
            "same: result, 1 of 1",
            "verified: 12 things are as they were signed; not checked: 1",
        ],
    )
    code, out, _ = verify(run, case, case.bundle, "--delivery", case.delivery)
    assert code == 0
    assert "same: rule packs, 1 of 1" in out
    assert MAIL not in out


def test_what_nobody_gave_is_said_to_be_unchecked(case: Case, run: Run) -> None:
    code, out, _ = verify(run, case, case.envelope)
    assert code == 0
    assert "not checked: files of the delivery, 3 of 3 (give the delivery with --delivery)" in out
    assert "not checked: rule packs, 1 of 1 (give it with --rules)" in out


@pytest.mark.parametrize(
    "name", ["audit.json", "report.html", "vendor.yaml", "waivers.yaml", "known.baseline.json"]
)
def test_a_changed_and_a_missing_file_are_named(case: Case, run: Run, name: str) -> None:
    path = case.folder / name
    path.write_bytes(path.read_bytes().replace(b"e", b"i", 1))
    code, out, _ = verify(run, case, case.envelope)
    assert code == 1
    assert f"changed: files/{name}" in out.splitlines()
    path.unlink()
    code, out, _ = verify(run, case, case.envelope)
    assert code == 1
    assert f"missing: files/{name}" in out.splitlines()
    assert out.splitlines()[-1].startswith("not verified: 1 missing")


def test_a_pipe_in_place_of_a_file_is_not_waited_for(case: Case, run: Run) -> None:
    (case.folder / "report.html").unlink()
    os.mkfifo(case.folder / "report.html")
    code, out, _ = verify(run, case, case.envelope)
    assert code == 1
    assert "missing: files/report.html" in out.splitlines()


def test_files_elsewhere_are_found_by_their_names(case: Case, run: Run, tmp_path: Path) -> None:
    for path in case.beside:
        path.rename(tmp_path / path.name)
    moved = [tmp_path / path.name for path in case.beside]
    assert verify(run, case, case.envelope, *moved)[0] == 0
    (tmp_path / "more.html").write_text("more")
    code, out, _ = verify(run, case, case.envelope, *moved, tmp_path / "more.html")
    assert code == 1
    assert "extra: files/more.html (it was not signed)" in out.splitlines()


@pytest.mark.slow
def test_each_difference_of_the_delivery_is_named_and_names_stay_masked(case: Case, run: Run) -> None:
    (case.delivery / "tickets.csv").unlink()
    (case.delivery / "calls" / f"{MAIL}.txt").write_text("another line\n")
    (case.delivery / "new\x1b[2J.csv").write_text("x\n")
    code, out, _ = verify(run, case, case.envelope, "--delivery", case.delivery)
    lines = out.splitlines()
    assert code == 1
    assert "missing: delivery/tickets.csv" in lines
    assert f"changed: delivery/{MASKED}" in lines
    assert "extra: delivery/new\\x1b[2J.csv" in lines
    assert lines[-1] == "not verified: 1 changed, 1 missing, 1 extra"
    assert MAIL not in out


def test_a_changed_rule_and_another_pack_are_named(case: Case, run: Run) -> None:
    rule = case.pack / "cards-masked.yaml"
    rule.write_text(rule.read_text().replace("severity: high", "severity: low"))
    code, out, _ = verify(run, case, case.envelope, "--rules", case.pack, "--rules", "uk-gdpr")
    assert code == 1
    assert {"changed: rules/my-pack", "extra: rules/uk-gdpr (the audit did not use it)"} <= {
        *out.splitlines()
    }


def test_a_signature_of_another_key_is_a_failure_and_nothing_below_it_is_read(case: Case, run: Run) -> None:
    assert run("key", "new", "--signing", "-o", case.folder / "other.key")[0] == 0
    code, out, _ = run("verify", case.envelope, "--key", case.folder / "other.key.pub")
    assert code == 1
    assert "the signature is of the key" in out
    assert out.splitlines()[-1] == "not verified: nothing under the signature was read"


def test_the_same_audit_gives_the_same_bytes(case: Case, run: Run) -> None:
    again = case.folder / "again.json"
    signing = ("sign", case.folder / "audit.json", *case.beside, "--key", case.private, "-o")
    assert run(*signing, again)[0] == 0
    assert again.read_bytes() == case.envelope.read_bytes()
    bundle = case.folder / "again.zip"
    resting = ("--waivers", case.folder / "waivers.yaml", "--baseline", case.folder / "known.baseline.json")
    words = ("sign", case.folder / "audit.json", case.folder / "report.html", "--key", case.private)
    assert run(*words, "--rules", case.pack, *resting, "-o", bundle)[0] == 0
    assert bundle.read_bytes() == case.bundle.read_bytes()


def test_a_bundle_holds_neither_contacts_nor_word_lists_nor_a_key(case: Case) -> None:
    from bpoaudit.evidence.bundle import read_bundle

    members = read_bundle(case.bundle)
    assert sorted(members) == [
        "audit.json", "baseline.json", "packs/my-pack/cards-masked.yaml", "packs/my-pack/controls.yaml",
        "packs/my-pack/pack.yaml", "profile.json", "reports/report.html", "statement.dsse.json", "waivers.yaml",
    ]  # fmt: skip
    assert json.loads(members["profile.json"]) == json.loads(members["audit.json"])["vendor"]
    data = case.bundle.read_bytes()
    assert b"PRIVATE KEY" not in data
    assert b"0" * 64 not in data


def test_a_bundle_needs_the_files_that_the_audit_rested_on(case: Case, run: Run) -> None:
    words = ("sign", case.folder / "audit.json", "--key", case.private, "-o", case.folder / "b.zip")
    code, _, err = run(*words)
    assert (code, "made with --waivers" in err) == (2, True)
    (case.folder / "waivers.yaml").write_text("others\n")
    resting = ("--waivers", case.folder / "waivers.yaml", "--baseline", case.folder / "known.baseline.json")
    code, _, err = run(*words, *resting)
    assert (code, "waivers.yaml: is not the file that the audit had" in err) == (2, True)
    (case.folder / "waivers.yaml").write_text("the bytes of waivers.yaml\n")
    code, _, err = run(*words, *resting)
    assert (code, "do not come with bpoaudit: my-pack" in err) == (2, True)
    rule = case.pack / "cards-masked.yaml"
    rule.write_text(rule.read_text().replace("severity: high", "severity: low"))
    code, _, err = run(*words, *resting, "--rules", case.pack)
    assert (code, "is not the one that the audit was judged by" in err) == (2, True)
    assert not (case.folder / "b.zip").exists()


def test_a_bundle_takes_reports_and_nothing_else(case: Case, run: Run) -> None:
    code, _, err = run(
        "sign", case.folder / "audit.json", case.folder / "vendor.yaml", "--key", case.private,
        "-o", case.folder / "b.zip",
    )  # fmt: skip
    assert code == 2
    assert "no output format goes by the name vendor.yaml" in err


def test_what_is_no_audit_is_not_signed(case: Case, run: Run) -> None:
    for text in ('{"schema_version": "1"}', "[]", "no json", '{"a": 1, "a": 2}'):
        (case.folder / "audit.json").write_text(text)
        code, _, err = run("sign", case.folder / "audit.json", "--key", case.private, "-o", case.folder / "x")
        assert code == 2, text
        assert "audit.json" in err
    assert not (case.folder / "x").exists()


def test_a_key_pair_is_made_once_and_its_private_half_is_nobody_elses(
    case: Case, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "phrase").write_text("correct horse\n")
    code, out, _ = run(
        "key", "new", "--signing", "--passphrase-file", tmp_path / "phrase", "-o", tmp_path / "k"
    )
    assert code == 0
    assert (tmp_path / "k").stat().st_mode & 0o777 == 0o600
    assert "ENCRYPTED PRIVATE KEY" in (tmp_path / "k").read_text()
    assert "PUBLIC KEY" in (tmp_path / "k.pub").read_text()
    assert "PRIVATE" not in out
    assert run("key", "new", "--signing", "-o", tmp_path / "k")[0] == 2
    words = ("sign", case.folder / "audit.json", "--key", tmp_path / "k", "-o", case.folder / "s.json")
    code, _, err = run(*words)
    assert (code, "--passphrase-file" in err) == (2, True)
    (tmp_path / "wrong").write_text("wrong\n")
    assert run(*words, "--passphrase-file", tmp_path / "wrong")[0] == 2
    assert run(*words, "--passphrase-file", tmp_path / "phrase")[0] == 0
    assert run("verify", case.folder / "s.json", "--key", tmp_path / "k.pub")[0] == 0


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("nothing", "is not a public key in PEM"),
        (None, "is a private key"),
        ("x" * 70_000, "too large for a key"),
    ],
)
def test_other_keys_are_refused(case: Case, run: Run, content: str | None, told: str) -> None:
    path = case.folder / "some.key"
    path.write_text(case.private.read_text() if content is None else content)
    code, _, err = run("verify", case.envelope, "--key", path)
    assert (code, told in err) == (2, True)


def test_a_key_of_another_kind_is_refused(case: Case, run: Run) -> None:
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
        PublicFormat,
    )

    other = ec.generate_private_key(ec.SECP256R1())
    public = other.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (case.folder / "ec.pub").write_bytes(public)
    (case.folder / "ec").write_bytes(other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    assert "not an Ed25519 key" in run("verify", case.envelope, "--key", case.folder / "ec.pub")[2]
    words = ("sign", case.folder / "audit.json", "-o", case.folder / "x", "--key", case.folder / "ec")
    assert "not an Ed25519 key" in run(*words)[2]


def test_without_the_libraries_it_says_what_to_install(
    case: Case, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence, "find_spec", lambda name: None if name == "rfc8785" else name)
    for words in (
        ("sign", case.folder / "audit.json", "--key", case.private, "-o", case.folder / "x"),
        ("verify", case.envelope, "--key", case.public),
        ("key", "new", "--signing", "-o", case.folder / "k"),
    ):
        code, _, err = run(*words)
        assert code == 2
        assert 'pip install "bpoaudit[sign]"' in err


def test_verifying_loads_neither_engine_nor_tables(case: Case) -> None:
    program = (
        "import sys; from bpoaudit.cli import app\n"
        "try:\n    app.main()\n"
        "except SystemExit as end:\n"
        "    loaded = {'presidio_analyzer', 'spacy', 'pandas'} & {*sys.modules}\n"
        "    sys.exit(f'{end.code} {loaded}' if end.code or loaded else 0)\n"
    )
    words = ["verify", case.bundle, "--key", case.public, "--delivery", case.delivery]
    ran = subprocess.run(
        [sys.executable, "-c", program, *map(str, words)], text=True, capture_output=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_an_output_never_replaces_what_is_read(case: Case, run: Run) -> None:
    audit = case.folder / "audit.json"
    code, _, err = run("sign", audit, "--key", case.private, "-o", audit)
    assert (code, "would be overwritten" in err) == (2, True)
