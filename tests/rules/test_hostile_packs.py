"""Rule packs, waivers, baselines and profiles that mean harm are refused at once, with their place."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from bpoaudit.documents import MAX_BYTES, MAX_NODES
from bpoaudit.errors import BpoauditError, DocumentError
from bpoaudit.rules import load_packs
from bpoaudit.rules.baseline import load_baseline
from bpoaudit.rules.conditions import MAX_GLOB
from bpoaudit.rules.packs import MAX_RULES
from bpoaudit.rules.waivers import load_waivers
from bpoaudit.vendor import load_profile
from tests.rules.conftest import CONTROLS, PACK, RULE, rule_text, write_pack

BOMB = 'a: &a ["x", "x"]\n' + "".join(
    f"{chr(98 + level)}: &{chr(98 + level)} [*{chr(97 + level)}, *{chr(97 + level)}]\n" for level in range(20)
)

DOCUMENTS: dict[str, tuple[str | bytes, str]] = {
    "alias bomb": (BOMB, r":1:4: anchors \(&name\) are not allowed"),
    "deep nesting": ("[" * 100_000, r":1:65: nested more than 64 levels deep"),
    "deep mappings": ("{a: " * 5000, r":1:\d+: nested more than 64 levels deep"),
    "too many values": ("- x\n" * (MAX_NODES + 1), rf":{MAX_NODES}:3: holds more than 100,000 values"),
    "huge": ("#" + "x" * MAX_BYTES, r": is larger than 5 MiB"),
    "duplicate key": ("a: 1\na: 2\n", r":2:1: the key 'a' is given twice"),
    "merge key": ("<<: {a: 1}\n<<: {a: 2}\n", r":2:1: the key '<<' is given twice"),
    "tag": ("a: !!python/object/apply:os.system [id]\n", r":1:4: tags \(!name\) are not allowed"),
    "two documents": ("a: 1\n---\nb: 1\n", r":2:1: a second document"),
    "not UTF-8": (b"a: 1\nb: caf\xe9\n", r":2:7: is not UTF-8 text"),
    "UTF-16": ("a: 1\n".encode("utf-16"), r":1:1: is not UTF-8 text"),
    "NUL byte": ("a: 1\nb: x\0y\n", r":2:5: control characters are not allowed"),
    "terminal escape": ("a: 1\nb: \x1b[31m\n", r":2:4: control characters are not allowed"),
    "terminal escape, written as one": ('a: "\\e[31mred"\n', r":1:4: control characters are not allowed"),
    "NUL, written as escape": ('a: "x\\0"\n', r":1:4: control characters are not allowed"),
    "escape in a key": ('"\\e[31m": 1\n', r":1:1: control characters are not allowed"),
    "text turned round": ('a: "x\\u202ey"\n', r":1:4: control characters are not allowed"),
    "no mapping": ("42\n", r":1:1: "),
    "nothing": ("", r":1:1: "),
}


@pytest.fixture(autouse=True)
def runaways_end() -> Iterator[None]:
    """End the test run, instead of waiting for ever, where a document is walked without an end."""
    signal.alarm(60)
    yield
    signal.alarm(0)


def _pack_file(name: str) -> Callable[[Path], object]:
    def load(path: Path) -> object:
        folder = write_pack(path.parent / "demo", {"card.yaml": RULE})
        path.rename(folder / name)
        return load_packs([str(folder)])

    return load


READERS: dict[str, Callable[[Path], object]] = {
    "pack.yaml": _pack_file("pack.yaml"),
    "controls.yaml": _pack_file("controls.yaml"),
    "card.yaml": _pack_file("card.yaml"),
    "waivers.yaml": lambda path: load_waivers(path, (), date(2026, 6, 30)),
    "vendor.yaml": load_profile,
}


@pytest.mark.parametrize("kind", DOCUMENTS)
@pytest.mark.parametrize("name", READERS)
def test_documents_that_mean_harm(tmp_path: Path, name: str, kind: str) -> None:
    content, message = DOCUMENTS[kind]
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())

    with pytest.raises(DocumentError, match=name + message):
        READERS[name](path)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"expect": '{every: {field: source, matches_regex: "^(a+)+$"}}'}, "22:33: unknown operator"),
        (
            {"expect": f'{{every: {{field: source, matches_glob: "{"*a" * MAX_GLOB}"}}}}'},
            "at most 300 characters",
        ),
        (
            {"expect": "{every: " + "{not: " * 40 + "{field: masking, eq: clear}" + "}" * 41},
            "nested more than 16",
        ),
        (
            {"expect": "{every: {any: [" + "{field: masking, eq: clear}, " * 5000 + "]}}"},
            "more than 200 comparisons",
        ),
        ({"severity": "[critical]"}, "6:11: a list of 1 is not a known word"),
        ({"references": "gdpr"}, "11:13: must be a list"),
        ({"version": '"1"'}, "4:10: "),
        ({"id": "demo/../../etc/passwd"}, "3:5: "),
        ({"title": "x" * 301}, "5:8: "),
        ({"evidence": "{from: passwd}"}, "16:18: unknown table 'passwd'"),
        ({"message": '"{failed.__class__}"'}, "24:10: '{failed.__class__}' cannot stand in the message"),
        ({"message": '"{failed!r:>99999999}"'}, "24:10: "),
        ({"remediation": "{text: x, url: 'javascript:alert(1)'}"}, "25:29: "),
    ],
)
def test_rules_that_mean_harm(tmp_path: Path, changes: dict[str, str], message: str) -> None:
    folder = write_pack(tmp_path / "demo", {"card.yaml": rule_text(**changes)})

    with pytest.raises(DocumentError, match=rf"card\.yaml:.*{message}"):
        load_packs([str(folder)])


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("entity, in: [CREDIT_CRAD]", "'CREDIT_CRAD' is no entity; did you mean 'CREDIT_CARD'"),
        ("entity, in: [EMAIL]", "'EMAIL' is no entity; did you mean 'EMAIL_ADDRESS'"),
        ("entitty, in: [CREDIT_CARD]", "unknown field 'entitty' in findings; did you mean 'entity'"),
        ("entity, is: CREDIT_CARD", "unknown operator 'is'; did you mean 'eq'"),
        ("masking, eq: cleer", "masking can never be 'cleer'; did you mean 'clear'"),
    ],
)
def test_a_slip_is_named_with_what_was_meant(tmp_path: Path, written: str, message: str) -> None:
    text = rule_text(evidence=f"{{from: findings, where: {{field: {written}}}}}")
    folder = write_pack(tmp_path / "demo", {"card.yaml": text})

    with pytest.raises(DocumentError, match=rf"card\.yaml:16:\d+: {message}"):
        load_packs([str(folder)])


def test_entities_of_own_recognisers_can_be_asked_for(load: Callable[..., object]) -> None:
    load(evidence="{from: findings, where: {field: entity, in: [LOYALTY_BADGE]}}")


@pytest.mark.parametrize(
    "rule_id", ["../../../etc/passwd", "gdpr/..", "gdpr/../../x", "/etc/passwd", "gdpr/*"]
)
def test_no_rule_is_borrowed_from_elsewhere_on_the_disk(tmp_path: Path, rule_id: str) -> None:
    folder = write_pack(tmp_path / "demo", {}, PACK + f'rules: ["{rule_id}"]\n')

    with pytest.raises(DocumentError, match=r"pack\.yaml:10:9: "):
        load_packs([str(folder)])


def test_a_borrowed_rule_that_is_misspelt_is_suggested(tmp_path: Path) -> None:
    folder = write_pack(tmp_path / "demo", {}, PACK + "rules: [gdpr/art32-payment-card-claer]\n")

    with pytest.raises(DocumentError, match=r"10:9: .*did you mean 'gdpr/art32-payment-card-clear'"):
        load_packs([str(folder)])


def test_a_pack_of_a_bundled_id_is_refused(tmp_path: Path) -> None:
    rule = rule_text(id="gdpr/art32-payment-card-clear")
    folder = write_pack(
        tmp_path / "gdpr", {"art32-payment-card-clear.yaml": rule}, PACK.replace("demo", "gdpr")
    )

    with pytest.raises(DocumentError, match=r"pack\.yaml:1:5: 'gdpr' is a bundled pack"):
        load_packs([str(folder)])


def test_a_neighbour_cannot_pass_its_rules_off_as_bundled_ones(tmp_path: Path) -> None:
    rule = rule_text(id="gdpr/art32-payment-card-clear", severity="low")
    write_pack(tmp_path / "gdpr", {"art32-payment-card-clear.yaml": rule}, PACK.replace("demo", "gdpr"))
    mine = write_pack(
        tmp_path / "mine", {}, PACK.replace("demo", "mine") + "rules: [gdpr/art32-payment-card-clear]\n"
    )

    (pack,) = load_packs([str(mine)])

    assert [rule.severity for rule in pack.rules] == ["critical"]


def test_two_packs_of_one_id_are_refused(tmp_path: Path) -> None:
    folders = [write_pack(tmp_path / name / "demo", {"card.yaml": RULE}) for name in ("one", "two")]

    with pytest.raises(DocumentError, match="another pack with the id 'demo' is judged too"):
        load_packs([str(folder) for folder in folders])


def test_a_pack_that_only_selects(tmp_path: Path) -> None:
    folder = write_pack(
        tmp_path / "demo", {}, PACK + "rules: [gdpr/art32-payment-card-clear, hipaa/baa-signed]\n", "[]\n"
    )

    (pack,) = load_packs([str(folder)])

    assert [rule.id for rule in pack.rules] == ["gdpr/art32-payment-card-clear", "hipaa/baa-signed"]
    assert pack.own == ()


def test_a_pack_of_very_many_rules_is_refused_before_any_is_read(tmp_path: Path) -> None:
    folder = write_pack(tmp_path / "demo", {})
    for number in range(MAX_RULES + 1):
        (folder / f"rule-{number}.yaml").touch()

    with pytest.raises(DocumentError, match="holds 2,001 rules, more than 2,000"):
        load_packs([str(folder)])


@pytest.mark.parametrize("name", ["pack.yaml", "controls.yaml", "card.yaml"])
@pytest.mark.parametrize("kind", ["link out", "link to a device", "link in a circle", "pipe", "folder"])
def test_what_is_no_file_of_the_pack_is_not_opened(tmp_path: Path, name: str, kind: str) -> None:
    secret = tmp_path / "secret.yaml"
    secret.write_text({"pack.yaml": PACK, "controls.yaml": CONTROLS, "card.yaml": RULE}[name])
    folder = write_pack(tmp_path / "demo", {"card.yaml": RULE})
    file = folder / name
    file.unlink()
    if kind == "pipe":
        os.mkfifo(file)
    elif kind == "folder":
        file.mkdir()
    else:
        leads = {"link out": str(secret), "link to a device": "/dev/zero", "link in a circle": name}
        file.symlink_to(leads[kind])

    with pytest.raises(DocumentError, match=r"is no file|is a link that leads|has no pack\.yaml"):
        load_packs([str(folder)])


def test_a_link_inside_the_pack_is_followed(tmp_path: Path) -> None:
    folder = write_pack(tmp_path / "demo", {"..card.yaml.v2": RULE})
    (folder / "card.yaml").symlink_to("..card.yaml.v2")

    (pack,) = load_packs([str(folder)])

    assert [rule.id for rule in pack.rules] == ["demo/card"]


@pytest.mark.parametrize(
    "content",
    [
        b"[" * 1_000_000,
        b'{"a": ' * 100_000,
        b'{"schema": "\xff"}',
        b'{"schema": "\\ud800"}',
        b"\0",
        b"",
        b"null",
        json.dumps({"schema": "bpoaudit/baseline/v1", "entries": [{}] * 100_000}).encode(),
        b'{"created": 1e999999}',
    ],
)
def test_baselines_that_mean_harm(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "known.baseline.json"
    path.write_bytes(content)

    with pytest.raises(BpoauditError, match="not a baseline"):
        load_baseline(path, "vendor", "key")
