"""Envelopes and bundles that somebody made to mislead: refused, with the place named."""

from __future__ import annotations

import base64
import io
import json
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from securesystemslib.dsse import Envelope
from securesystemslib.signer import SSlibKey

from bpoaudit.errors import EvidenceError, SignatureError
from bpoaudit.evidence import bundle, envelope
from bpoaudit.evidence.envelope import PAYLOAD_TYPE, opened, sealed
from bpoaudit.evidence.signing_keys import load_signer, load_verifier
from bpoaudit.evidence.verifying import verify_file
from tests.evidence.conftest import Case, Run


@pytest.fixture
def key(made: Case) -> SSlibKey:
    return load_verifier(made.public)


def changed(made: Case, change: Callable[[dict[str, Any]], object]) -> bytes:
    document = json.loads(made.envelope.read_bytes())
    change(document)
    return json.dumps(document).encode()


def signed(made: Case, payload: bytes, payload_type: str = PAYLOAD_TYPE) -> bytes:
    """Return what the rightful signer might have signed."""
    whole = Envelope(payload, payload_type, {})
    whole.sign(load_signer(made.private))
    return json.dumps(whole.to_dict()).encode()


def test_what_was_sealed_is_opened_by_other_implementations_too(made: Case, key: SSlibKey) -> None:
    whole = Envelope.from_dict(json.loads(made.envelope.read_bytes()))
    assert whole.verify([key], 1)
    assert opened(made.envelope.read_bytes(), key, "e") == whole.payload
    spaced = json.dumps(json.loads(made.envelope.read_bytes()), indent=2).encode()
    assert opened(spaced, key, "e") == whole.payload


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda d: d.update(signatures=[]), "signatures"),
        (lambda d: d["signatures"].append(dict(d["signatures"][0])), "signatures: there are several"),
        (lambda d: d.update(payload=d["payload"][:-1]), "payload: not base64, or cut short"),
        (lambda d: d.update(payload=d["payload"][:-1] + "-"), "payload: not base64"),
        (lambda d: d["signatures"][0].update(sig=d["signatures"][0]["sig"][:-4]), "does not hold"),
        (lambda d: d["signatures"][0].update(sig="é"), "signatures.0.sig"),
        (lambda d: d["signatures"][0].update(keyid="\x1b[2Jf" * 9), "of the key 2Jf2Jf"),
        (lambda d: d["signatures"][0].update(extra=1), "signatures.0.extra"),
        (lambda d: d.pop("payloadType"), "payloadType"),
        (lambda d: d.update(payloadType="text/plain"), "does not hold"),
        (lambda d: d.update(payload=7), "payload"),
        (lambda d: d.update(more={}), "more"),
    ],
)  # fmt: skip
def test_a_bent_envelope_is_refused_at_its_place(
    made: Case, key: SSlibKey, change: Callable[[dict[str, Any]], object], told: str
) -> None:
    with pytest.raises(EvidenceError, match=r"^e: ") as fault:
        opened(changed(made, change), key, "e")
    assert told in fault.value.message


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b'{"payload": "", "payload": ""}', "the key 'payload' is there twice"),
        (b'{"payload": {"a": 1, "a": 2}}', "the key 'a' is there twice"),
        (b'{"payload": NaN}', "NaN is not a number"),
        (b"[" * 100_000, "nested too deep"),
        (b'{"payload": ' + b"9" * 5000 + b"}", "a number that is too long"),
        (b'{"payload": "\xff"}', "not UTF-8"),
        (b'{"payload": "a', "is not JSON"),
        (b"[]", "not an envelope"),
        (b"{}", "payload"),
    ],
)
def test_json_that_can_be_read_in_two_ways_or_not_at_all_is_refused(
    key: SSlibKey, data: bytes, told: str
) -> None:
    with pytest.raises(EvidenceError) as fault:
        opened(data, key, "e")
    assert told in fault.value.message
    assert not isinstance(fault.value, SignatureError)


def test_a_huge_envelope_is_not_even_parsed(
    made: Case, key: SSlibKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(envelope, "MAX_BYTES", 100)
    with pytest.raises(EvidenceError, match="is larger than"):
        opened(made.envelope.read_bytes(), key, "e")


def test_the_signature_is_judged_before_the_payload_is_parsed(made: Case, key: SSlibKey) -> None:
    """A payload that no parser would take gives a fault of the signature, not of the parser."""
    bent = changed(made, lambda d: d.update(payload=base64.b64encode(b"{" * 9).decode()))
    with pytest.raises(SignatureError):
        opened(bent, key, "e")


@pytest.mark.parametrize(
    ("payload", "told"),
    [
        (b"no json", "is not JSON"),
        (b'{"a": 1, "a": 1}', "the key 'a' is there twice"),
        (b'{"_type": "x"}', "not a statement about an audit"),
        (b'{"_type":"https://in-toto.io/Statement/v1","predicateType":"https://slsa.dev/x"}', "predicateType: is not"),
    ],
)  # fmt: skip
def test_another_thing_that_the_same_key_signed_is_no_evidence(
    case: Case, run: Run, payload: bytes, told: str
) -> None:
    case.envelope.write_bytes(signed(case, payload))
    code, out, err = run("verify", case.envelope, "--key", case.public)
    assert (code, out) == (2, "")
    assert told in err


def test_another_type_of_payload_is_refused(made: Case, key: SSlibKey) -> None:
    with pytest.raises(EvidenceError, match="payloadType: is not"):
        opened(signed(made, b"{}", "text/plain"), key, "e")


def test_a_signed_name_does_not_lead_out_of_the_folder(case: Case, run: Run) -> None:
    (case.folder / "secret").write_text("elsewhere")
    document = json.loads(base64.b64decode(json.loads(case.envelope.read_bytes())["payload"]))
    document["subject"].append({"name": "files/../secret", "digest": {"sha256": "0" * 64}})
    inner = case.folder / "inner"
    inner.mkdir()
    (inner / "e.json").write_bytes(sealed(json.dumps(document).encode(), load_signer(case.private)))
    code, out, _ = run("verify", inner / "e.json", "--key", case.public)
    assert code == 1
    assert "missing: files/../secret" in out


# --- bundles -------------------------------------------------------------------------------------


def zipped(*members: tuple[str, bytes], compress: int = zipfile.ZIP_STORED) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", compress) as archive:
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name), data, compress)
    return held.getvalue()


def refused(path: Path, data: bytes) -> str:
    path.write_bytes(data)
    with pytest.raises(EvidenceError) as fault:
        bundle.read_bundle(path)
    return fault.value.message


@pytest.mark.parametrize(
    "name", ["../x", "/etc/passwd", "a/../../x", "a\\..\\x", "./x", "a//x", "C:/x", "a/", "a\nb", ""]
)
def test_a_member_that_could_lead_out_is_refused(tmp_path: Path, name: str) -> None:
    assert "lead out of the bundle" in refused(tmp_path / "b.zip", zipped((name, b"x")))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_of_one_name_are_refused(tmp_path: Path) -> None:
    told = refused(tmp_path / "b.zip", zipped(("audit.json", b"1"), ("audit.json", b"2")))
    assert "b.zip!'audit.json': there is another member of this name" in told


def test_a_bomb_is_refused_before_it_unpacks(tmp_path: Path) -> None:
    bomb = zipped(("audit.json", bytes(50_000_000)), compress=zipfile.ZIP_DEFLATED)
    assert len(bomb) < 60_000
    assert "is compressed or encrypted" in refused(tmp_path / "b.zip", bomb)


def test_members_that_overlap_are_refused(tmp_path: Path) -> None:
    """Two entries of the directory for the same bytes, each of which says that it is all of them."""
    data = zipped(("a", bytes(1000)), ("b", bytes(10)))
    directory = data.rindex(b"PK\x01\x02")
    at = directory + 20
    bent = data[:at] + struct.pack("<II", 1000, 1000) + data[at + 8 :]
    told = refused(tmp_path / "b.zip", bent)
    assert "overlap" in told or "damaged" in told


def test_too_many_members_and_too_large_a_file_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundle, "MAX_MEMBERS", 2)
    assert "more than 2 members" in refused(tmp_path / "b.zip", zipped(*((n, b"") for n in "abc")))
    monkeypatch.setattr(bundle, "MAX_BYTES", 10)
    assert "is larger than" in refused(tmp_path / "b.zip", zipped(("a", b"")))


@pytest.mark.parametrize("data", [b"PK\x03\x04", b"PK\x03\x04" + bytes(100), zipped(("a", b"x"))[:-5]])
def test_a_broken_bundle_is_refused(tmp_path: Path, data: bytes) -> None:
    assert "ZIP file" in refused(tmp_path / "b.zip", data)


def test_what_is_hidden_between_or_behind_members_is_refused(made: Case, tmp_path: Path) -> None:
    data = made.bundle.read_bytes()
    assert "not written as a bundle is" in refused(tmp_path / "a.zip", data + b"more")
    assert "not written as a bundle is" in refused(tmp_path / "b.zip", b"PK\x03\x04more" + data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        dated = zipped(*((info.filename, archive.read(info)) for info in archive.infolist()))
    assert "not written as a bundle is" in refused(tmp_path / "c.zip", dated)


def test_a_bundle_packed_again_with_more_or_other_members_is_caught(case: Case) -> None:
    members = bundle.read_bundle(case.bundle)
    key = load_verifier(case.public)

    def failures(**others: bytes) -> set[str]:
        bent = case.folder / "bent.zip"
        named = {name.replace("__", "/").replace("_dot_", "."): data for name, data in others.items()}
        bent.write_bytes(bundle.packed({**members, **named}))
        held = verify_file(bent, (), key).held
        return {f"{h.state} {h.name}" for h in held if h.state in ("changed", "extra", "missing")}

    assert failures() == set()
    assert failures(more_dot_txt=b"x") == {"extra files/more.txt"}
    for name in members.keys() - {bundle.ENVELOPE}:
        given = name.replace("/", "__").replace(".", "_dot_")
        assert failures(**{given: members[name] + b" "}) == {f"changed files/{name}"}
    bare = case.folder / "bare.zip"
    bare.write_bytes(bundle.packed({n: d for n, d in members.items() if n != bundle.ENVELOPE}))
    with pytest.raises(EvidenceError, match=r"there is no statement\.dsse\.json"):
        verify_file(bare, (), key)


@pytest.mark.parametrize("data", [b"", b"%PDF", b"\x00" * 10])
def test_what_is_neither_is_said_to_be_neither(case: Case, run: Run, data: bytes) -> None:
    case.envelope.write_bytes(data)
    code, _, err = run("verify", case.envelope, "--key", case.public)
    assert (code, "neither an envelope (JSON) nor a bundle (ZIP)" in err) == (2, True)
