"""The whole story through the installed command: what a user and a pipeline see."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.pipeline.conftest import CARD, MAIL, PLANTED, Run, leaks

pytestmark = pytest.mark.slow


def test_an_audit_finds_what_is_planted_and_says_where(
    run: Run, delivery: Path, profile: Path, key: Path, tmp_path: Path
) -> None:
    ran = run("audit", delivery, "--vendor", profile, "-o", "a.json", "-o", "r.html", "-o", "f.jsonl", "-o", "f.csv", "--key-file", key, "-v", "--fail-on", "never")  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    rows = [json.loads(line) for line in (tmp_path / "f.jsonl").read_text().splitlines()]
    found = {(r["source"], r["record"], r["field"], r["entity"]) for r in rows}
    assert ("tickets.csv", 2500, "mail", "EMAIL_ADDRESS") in found
    assert ("tickets.csv", 2500, "notes", "CREDIT_CARD") in found
    assert ("tickets.csv", 2500, "notes", "PHONE_NUMBER") in found
    assert ("tickets.csv", 2500, "notes", "PERSON") in found
    assert ("chat.jsonl", 1, "text", "EMAIL_ADDRESS") in found
    assert ("chat.jsonl", 3, "order.tags[*]", "CREDIT_CARD") in found
    assert ("calls/c.vtt", 2, "text", "EMAIL_ADDRESS") in found
    assert not {entity for source, _, field, entity in found if field in ("ticket", "amount")}
    assert rows == sorted(rows, key=lambda r: (r["source"], r["record"], r["field"], r["start"]))
    assert (
        len(
            {r["fingerprint"] for r in rows if r["masked"].startswith("c") and r["entity"] == "EMAIL_ADDRESS"}
        )
        == 1
    )

    audit = json.loads((tmp_path / "a.json").read_text())
    mail = next(f for f in audit["inventory"] if (f["source"], f["field"]) == ("tickets.csv", "mail"))
    assert (mail["kind"], mail["records"], mail["non_empty"]) == ("column", 2500, 2500)
    assert mail["entities"][0]["count"] == 2500
    assert mail["entities"][0]["distinct"] == 8
    assert len((tmp_path / "f.csv").read_text().splitlines()) == len(rows) + 1

    written = [(p.name, p.read_bytes()) for p in tmp_path.iterdir() if p.is_file()]
    for name, data in [*written, ("stdout", ran.stdout.encode()), ("stderr", ran.stderr.encode())]:
        assert leaks(data, PLANTED) == [], name


def test_a_file_name_that_holds_an_address_is_masked_and_found(
    run: Run, delivery: Path, key: Path, tmp_path: Path
) -> None:
    ran = run("scan", delivery, "-o", "f.jsonl", "--key-file", key, "-v")
    rows = [json.loads(line) for line in (tmp_path / "f.jsonl").read_text().splitlines()]
    (row,) = [r for r in rows if r["field"] == "@name"]
    assert row["source"].startswith("export of <EMAIL_ADDRESS:")
    assert (row["record"], row["entity"]) == (0, "EMAIL_ADDRESS")
    assert MAIL not in ran.stdout + ran.stderr


def test_two_runs_give_the_same_bytes_whatever_the_jobs(
    run: Run, delivery: Path, profile: Path, key: Path, tmp_path: Path
) -> None:
    for name, jobs in (("one", "1"), ("two", "2")):
        (tmp_path / name).mkdir()
        outputs = [
            part for ending in ("a.json", "r.html", "f.jsonl", "f.csv") for part in ("-o", f"{name}/{ending}")
        ]
        ran = run("audit", delivery, "--vendor", profile, *outputs, "--key-file", key, "--jobs", jobs)
        assert ran.returncode in (0, 1, 3), ran.stderr
    for ending in ("a.json", "r.html", "f.jsonl", "f.csv"):
        assert (tmp_path / "one" / ending).read_bytes() == (tmp_path / "two" / ending).read_bytes()


def test_a_report_is_rendered_again_from_audit_json(
    run: Run, delivery: Path, profile: Path, tmp_path: Path
) -> None:
    run("audit", delivery, "--vendor", profile, "-o", "a.json", "-o", "r.html")
    assert run("report", "a.json", "-o", "again.html").returncode == 0
    assert (tmp_path / "again.html").read_bytes() == (tmp_path / "r.html").read_bytes()


def test_a_broken_file_does_not_stop_the_others(run: Run, profile: Path, tmp_path: Path) -> None:
    folder = tmp_path / "d"
    folder.mkdir()
    (folder / "broken.xlsx").write_bytes(b"PK\x03\x04 broken")
    (folder / "good.csv").write_text(f"id,mail\n1,{MAIL}\n2,{MAIL}\n")
    (folder / "noise.bin").write_bytes(bytes(range(256)) * 20)
    ran = run("audit", folder, "--vendor", profile, "-o", "a.json", "--fail-on", "never")
    assert ran.returncode == 3
    audit = json.loads((tmp_path / "a.json").read_text())
    status = {s["source"]: s["status"] for s in audit["delivery"]["sources"]}
    assert status["good.csv"] == "read"
    assert status["broken.xlsx"] in ("unreadable", "unsupported")
    assert status["noise.bin"] == "unsupported"
    assert audit["delivery"]["coverage"]["sources"] == {"read": 1, "total": 3}
    assert all(s["reason"] for s in audit["delivery"]["sources"] if s["status"] != "read")
    assert audit["inventory"][1]["entities"][0]["entity"] == "EMAIL_ADDRESS"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("audit", "nowhere", "--vendor", "{profile}"), "nowhere"),
        (("audit", "{empty}", "--vendor", "{profile}"), "no files"),
        (("audit", "{delivery}", "--vendor", "missing.yaml"), "missing.yaml"),
        (("audit", "{delivery}", "--vendor", "{bad}"), "bad.yaml:3"),
        (("audit", "{delivery}", "--vendor", "{profile}", "-r", "no-such-pack"), "the packs are"),
        (("audit", "{delivery}", "--vendor", "{profile}", "-o", "report.docx"), "report.docx"),
        (("audit", "{delivery}", "--vendor", "{profile}", "-o", "no/such/folder.html"), "no/such"),
        (("audit", "{delivery}", "--vendor", "{profile}", "--as-of", "22.11.2026"), "--as-of"),
        (("audit", "{delivery}", "--vendor", "{profile}", "--as-of", "0001-01-01"), "1900 to 2999"),
        (("audit", "{delivery}", "--vendor", "{profile}", "--fail-on", "worst"), "--fail-on"),
        (("audit", "{delivery}", "--vendor", "{profile}", "--min-score", "500"), "--min-score"),
        (("audit", "{delivery}", "--vendor", "{profile}", "--min-coverage", "-1"), "--min-coverage"),
        (("audit", "{delivery}", "--vendor", "{profile}", "--jobs", "0"), "--jobs"),
        (("audit", "{delivery}", "--vendor", "{profile}", "--key-file", "{short}"), "too short"),
        (("scan", "{delivery}", "--password-file", "missing.txt"), "missing.txt"),
        (("audit", "{delivery}", "--vendor", "{profile}", "--password-file", "{latin}"), "latin.txt"),
        (("audit", "{delivery}", "--vendor", "{profile}", "--model", "{empty}"), "spaCy model"),
        (("audit", "{delivery}"), "--vendor"),
        (("report", "{bad}", "-o", "x.html"), "bad.yaml"),
        (("rules", "show", "gdpr/nonsense"), "gdpr/nonsense"),
        (("nonsense",), "nonsense"),
    ],
)
def test_what_is_wrong_is_said_and_exits_2(
    run: Run, delivery: Path, profile: Path, tmp_path: Path, words: tuple[str, ...], message: str
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "bad.yaml").write_text("apiVersion: bpoaudit/v1\nkind: [unclosed\n")
    (tmp_path / "short.key").write_text("abc")
    (tmp_path / "latin.txt").write_bytes(b"geh\xe9im\n")
    places = {
        "profile": profile, "delivery": delivery, "empty": tmp_path / "empty", "bad": tmp_path / "bad.yaml",
        "short": tmp_path / "short.key", "latin": tmp_path / "latin.txt",
    }  # fmt: skip
    ran = run(*(word.format(**places) for word in words))
    assert ran.returncode == 2, ran.stderr
    assert message in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_threshold_on_the_score_exits_1(run: Run, delivery: Path, profile: Path) -> None:
    ran = run("audit", delivery, "--vendor", profile, "--min-score", "100", "--fail-on", "never")
    assert ran.returncode == 1
    assert CARD not in ran.stdout


def test_a_file_named_twice_is_read_once(run: Run, delivery: Path) -> None:
    [file, *_] = sorted(path for path in delivery.rglob("*") if path.is_file())
    ran = run("scan", file, file, "-o", "s.json")
    assert "read once: 1" in ran.stderr
    assert f"{file.name}_2" not in ran.stdout


def test_plain_output_has_no_escape_codes(run: Run, delivery: Path, profile: Path) -> None:
    ran = run("audit", delivery, "--vendor", profile)
    assert "\x1b" not in ran.stdout + ran.stderr


def test_listing_reads_nothing_and_says_what_is_there(run: Run, delivery: Path, profile: Path) -> None:
    ran = run("audit", delivery, "--vendor", profile, "--list")
    assert ran.returncode == 0
    assert "tickets.csv" in ran.stdout
    assert "text/csv" in ran.stdout


def test_no_output_replaces_what_is_read(run: Run, profile: Path, tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "t.csv").write_text("id,mail\n1,a@example.org\n")
    (tmp_path / "vendor.json").write_text(profile.read_text())
    (tmp_path / "key.jsonl").write_text("0" * 64)
    for words in (
        ("scan", "d", "-o", "d/t.csv"),
        ("audit", "d", "--vendor", "vendor.json", "-o", "vendor.json"),
        ("audit", "d", "--vendor", profile, "--key-file", "key.jsonl", "-o", "key.jsonl"),
    ):
        ran = run(*words)
        assert ran.returncode == 2
        assert "would be overwritten" in ran.stderr
    assert (tmp_path / "d" / "t.csv").read_text().startswith("id,mail")


def test_no_output_becomes_a_part_of_the_delivery(run: Run, profile: Path, tmp_path: Path) -> None:
    (tmp_path / "d" / "deep").mkdir(parents=True)
    (tmp_path / "d" / "t.csv").write_text("id,mail\n1,a@example.org\n")
    (tmp_path / "link").symlink_to(tmp_path / "d" / "deep")
    for words in (
        ("audit", "d", "--vendor", profile, "-o", "d/report.html"),
        ("scan", "d", "-o", "scan.json", "-o", "link/findings.jsonl"),
    ):
        ran = run(*words)
        assert ran.returncode == 2
        assert "would lie in the delivery, and be read with it the next time" in ran.stderr
    assert sorted(path.name for path in tmp_path.rglob("*.*")) == ["t.csv"]


def test_a_listing_masks_names_too(run: Run, delivery: Path) -> None:
    ran = run("scan", delivery, "--list")
    assert "<EMAIL_ADDRESS:" in ran.stdout
    assert MAIL not in ran.stdout + ran.stderr


def test_an_interrupted_audit_exits_130_and_leaves_nothing(
    delivery: Path, profile: Path, tmp_path: Path
) -> None:
    executable = Path(sys.executable).parent / "bpoaudit"
    command = [str(executable), "audit", str(delivery), "--vendor", str(profile), "-o", "r.html", "-v"]
    with subprocess.Popen(
        command, cwd=tmp_path, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stderr is not None
        assert running.stderr.readline().startswith("[1/")
        running.send_signal(signal.SIGINT)
        _, rest = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "Traceback" not in rest
    assert "interrupted; there is no result" in rest
    assert list(tmp_path.iterdir()) == []
