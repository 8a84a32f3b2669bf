"""Waivers: what the file may say, what is covered, what speaks up, and laws that hold for all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpoaudit.errors import WaiverError
from bpoaudit.gate import Thresholds, gate_of
from bpoaudit.inventory import Kind
from bpoaudit.model import (
    EntityCounts,
    FieldInventory,
    FieldKind,
    Finding,
    Group,
    MaskingCounts,
    MaskingState,
    Pointer,
    Remediation,
    Severity,
    Status,
    Verdict,
)
from bpoaudit.rules import Excepted, Exceptions, Facts, Pack, excepted, judge_all, load_packs
from bpoaudit.rules.delivered import Occurrences
from bpoaudit.rules.items import Item
from bpoaudit.rules.waivers import WaiverForm, Waivers, load_waivers, waived
from bpoaudit.scoring import score
from tests.rules.conftest import AS_OF, PACK, READ, facts, profile_of, rule_text, write_pack

Load = Callable[..., Pack]

ONE, TWO, THREE = ("hmac-sha256:" + letter * 32 for letter in "abc")
VENDOR = ("example-vendor",)

FILE = """\
apiVersion: bpoaudit/v1
kind: Waivers
waivers:
  - id: W-1
    rule: demo/card
    vendor: example-vendor
    match: {source: a.csv, field: notes}
    reason: The fix ships in release 4.2.
    category: risk_accepted
    requested_by: operations@vendor.example
    approved_by: dpo@client.example
    approved_on: 2026-06-01
    expires_on: 2026-08-30
    ticket: RISK-311
"""


def form(**changes: Any) -> WaiverForm:
    told = {
        "id": "W-1", "rule": "demo/card", "vendor": "example-vendor", "match": {"source": "a.csv"}, "reason": "Later.",
        "category": "risk_accepted", "requested_by": "a@vendor.example", "approved_by": "b@client.example",
        "approved_on": "2026-06-01", "expires_on": "2026-08-30",
    }  # fmt: skip
    return WaiverForm.model_validate(told | changes)


def findings_of(values: dict[str, int], source: str = "a.csv", field: str = "notes") -> list[Finding]:
    """Return `count` clear cards of each fingerprint, one a record."""
    prints = [name for name, count in values.items() for _ in range(count)]
    return [
        Finding(source=source, record=n, field=field, start=0, end=16, entity="CREDIT_CARD", confidence=0.9,
                recognizer="r", category=None, masked="••••", fingerprint=p, masking=MaskingState.CLEAR)
        for n, p in enumerate(prints, start=1)
    ]  # fmt: skip


def inventory_of(findings: list[Finding]) -> tuple[FieldInventory, ...]:
    """Group findings as an audit does: the count of all, pointers at the first twenty."""
    fields = []
    for source, field in sorted({(f.source, f.field) for f in findings}):
        same = [f for f in findings if (f.source, f.field) == (source, field)]
        pointers = tuple(
            Pointer(record=f.record, start=f.start, end=f.end, masked=f.masked, fingerprint=f.fingerprint)
            for f in same[:20]
        )
        group = Group(masking=MaskingState.CLEAR, confidence=0.9, recognizer="r", region=None, count=len(same),
                      pointers=pointers)  # fmt: skip
        entity = EntityCounts(
            entity="CREDIT_CARD", category=None, count=len(same), records=len(same), distinct=1, confidence=0.9,
            masking=MaskingCounts(clear=len(same)), samples=(), groups=(group,),
        )  # fmt: skip
        fields.append(
            FieldInventory(source=source, field=field, kind=FieldKind.TEXT, records=99, non_empty=99, distinct=99,
                           entities=(entity,))
        )  # fmt: skip
    return tuple(fields)


def held(
    pack: Pack, known: Facts, *waivers: WaiverForm, findings: list[Finding] | None = None
) -> tuple[Verdict, Excepted]:
    exceptions = Exceptions(VENDOR, Waivers("sha256:0", waivers))
    result = excepted(judge_all([pack], known), known, exceptions, findings)
    return result.verdicts[0], result


# --- the file ------------------------------------------------------------------------------------


def _loaded(tmp_path: Path, text: str, packs: tuple[Pack, ...] = (), as_of: date = AS_OF) -> Waivers:
    (tmp_path / "waivers.yaml").write_text(text)
    return load_waivers(tmp_path / "waivers.yaml", packs, as_of)


def test_a_file_is_read_and_hashed(tmp_path: Path, load: Load) -> None:
    read = _loaded(tmp_path, FILE, (load(),))

    assert read.listed[0].match.source == "a.csv"
    assert read.listed[0].expires_on == date(2026, 8, 30)
    assert read.digest.startswith("sha256:")
    assert read.digest != _loaded(tmp_path, FILE + "\n").digest


@pytest.mark.parametrize(
    ("old", "new", "place", "message"),
    [
        ("rule: demo/card", "rule: demo/*", "5:11", "pattern"),
        ("    reason:", "    reasons:", "8:5", "did you mean 'reason'?"),
        ("    expires_on: 2026-08-30\n", "", "4:5", "'expires_on' is missing"),
        ("risk_accepted", "accepted", "9:15", "not a known word"),
        ("2026-08-30", "2026-08-31", "13:17", "at most 90 days on: 2026-08-30"),
        ("2026-06-01", "2026-07-01", "12:18", "the day of the audit"),
        ("2026-08-30", "2026-05-01", "13:17", "before the approval"),
        ("dpo@client.example", "Operations@Vendor.example", "11:18", "cannot approve it"),
        ("dpo@client.example", "ｏperations@vendor. example", "11:18", "cannot approve it"),
        ("dpo@client.example", "opera\u200btions@vendor.example", "11:18", "cannot approve it"),
        ("risk_accepted", "false_positive", "7:12", "name its fingerprint"),
        ("{source: a.csv, field: notes}", "{field: notes}", "7:12", "source, label or fingerprint"),
        ("{source: a.csv, field: notes}", "{}", "7:12", "source, label or fingerprint"),
        ("{source: a.csv, field: notes}", "{fingerprint: sha256:ab}", "7:26", "fingerprint is hmac"),
        ("{source: a.csv, field: notes}", "{record: 7}", "7:13", "unknown key 'record'"),
        ("kind: Waivers", "kind: Waiver", "2:7", "did you mean 'Waivers'?"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_place(
    tmp_path: Path, load: Load, old: str, new: str, place: str, message: str
) -> None:
    assert old in FILE
    with pytest.raises(WaiverError) as raised:
        _loaded(tmp_path, FILE.replace(old, new, 1), (load(),))
    assert f"waivers.yaml:{place}: " in raised.value.message
    assert message in raised.value.message


def test_a_rule_that_is_not_critical_may_wait_longer(tmp_path: Path, load: Load) -> None:
    pack = load(severity="high")
    assert _loaded(tmp_path, FILE.replace("2026-08-30", "2026-11-28"), (pack,))
    with pytest.raises(WaiverError, match="at most 180 days on: 2026-11-28"):
        _loaded(tmp_path, FILE.replace("2026-08-30", "2026-11-29"), (pack,))


def test_a_former_id_of_a_critical_rule_is_as_critical(tmp_path: Path, load: Load) -> None:
    pack = load(rule_text() + "aliases: [demo/pan]\n")
    text = FILE.replace("demo/card", "demo/pan").replace("2026-08-30", "2026-08-31")
    with pytest.raises(WaiverError, match="at most 90 days"):
        _loaded(tmp_path, text, (pack,))


def test_an_id_stands_for_one_waiver(tmp_path: Path) -> None:
    entry = FILE.partition("waivers:\n")[2]
    with pytest.raises(WaiverError, match="'W-1' is listed twice"):
        _loaded(tmp_path, FILE + entry)


# --- what is covered -----------------------------------------------------------------------------


def test_a_failure_is_accepted_where_every_item_is_covered(load: Load) -> None:
    known = facts(inventory=inventory_of(findings_of({ONE: 30})))
    verdict, result = held(load(), known, form())

    assert verdict.status is Status.FAIL
    assert verdict.accepted
    assert (verdict.failed, verdict.checked, verdict.evidence_total) == (30, 30, 30)
    assert verdict.waiver is not None
    assert (verdict.waiver.id, verdict.waiver.covered, verdict.waiver.of) == ("W-1", 30, 30)
    assert verdict.waiver.expires_on == "2026-08-30"
    assert result.waivers is not None
    assert (result.waivers.listed, result.waivers.used, result.notices) == (1, 1, ())


def test_a_part_is_said_and_accepts_nothing(load: Load) -> None:
    known = facts(inventory=inventory_of(findings_of({ONE: 3}) + findings_of({TWO: 2}, "b.csv")))
    verdict, _ = held(load(), known, form())

    assert not verdict.accepted
    assert verdict.waiver is None
    assert verdict.partly_waived is not None
    assert (verdict.partly_waived.covered, verdict.partly_waived.of) == (3, 5)


def test_several_waivers_cover_together_and_nothing_twice(load: Load) -> None:
    known = facts(inventory=inventory_of(findings_of({ONE: 3}) + findings_of({TWO: 2}, "b.csv")))
    same = form(id="W-2", match={"source": "a.csv", "field": "notes"})
    verdict, _ = held(load(), known, form(), same)
    assert verdict.partly_waived is not None
    assert verdict.partly_waived.covered == 3

    verdict, _ = held(load(), known, form(), form(id="W-3", match={"source": "b.csv"}))
    assert verdict.waiver is not None
    assert [other.id for other in verdict.waiver.others] == ["W-3"]


@pytest.mark.parametrize(
    "match", [{"source": "A.csv"}, {"source": "a"}, {"source": ".*"}, {"source": "x/a.csv"}, {"source": "a.csv", "field": "note"}, {"label": "a.csv"}]
)  # fmt: skip
def test_names_are_compared_letter_by_letter(load: Load, match: dict[str, str]) -> None:
    known = facts(inventory=inventory_of(findings_of({ONE: 3})))
    verdict, result = held(load(), known, form(match=match))

    assert verdict.waiver is verdict.partly_waived is None
    assert result.notices == ("W-1 matches nothing: demo/card has no such item",)


def test_a_false_positive_takes_out_exactly_its_occurrences(load: Load) -> None:
    findings = findings_of({ONE: 40, TWO: 1})
    known = facts(inventory=inventory_of(findings))
    one = form(category="false_positive", match={"fingerprint": ONE})
    two = form(id="W-2", category="false_positive", match={"fingerprint": TWO, "source": "a.csv"})

    verdict, _ = held(load(), known, one, findings=findings)
    assert verdict.partly_waived is not None
    assert (verdict.partly_waived.covered, verdict.partly_waived.of) == (40, 41)
    verdict, result = held(load(), known, one, two, findings=findings)
    assert verdict.accepted
    assert result.notices == ()


def test_what_an_audit_json_does_not_tell_is_not_accepted_unseen(load: Load) -> None:
    known = facts(inventory=inventory_of(findings_of({ONE: 25})))
    verdict, result = held(load(), known, form(match={"fingerprint": ONE}))

    assert verdict.partly_waived is not None
    assert (verdict.partly_waived.covered, verdict.partly_waived.of) == (20, 25)
    assert "first 20 findings of a kind: further ones of demo/card" in result.notices[0]

    known = facts(inventory=inventory_of(findings_of({ONE: 20})))
    verdict, result = held(load(), known, form(match={"fingerprint": ONE}))
    assert verdict.accepted
    assert result.notices == ()


def test_declared_facts_are_accepted_as_they_were_declared(load: Load) -> None:
    pack = load(evidence="{from: vendor}", expect="{every: {field: contract.dpa_signed, eq: 'yes'}}",
                message='"{label}"')  # fmt: skip
    waiver = form(match={"label": "contract.dpa_signed: partial"})

    verdict, _ = held(pack, facts(profile_of(contract={"dpa_signed": "partial"})), waiver)
    assert verdict.accepted
    verdict, result = held(pack, facts(profile_of(contract={"dpa_signed": "no"})), waiver)
    assert not verdict.accepted
    assert result.notices


def test_what_is_missing_altogether_is_accepted_as_a_whole(load: Load) -> None:
    pack = load(evidence="{from: certificates}", expect="{count: {gte: 2}}", message='"too few"')
    known = facts(profile_of(certificates=[{"standard": "pci_dss_4_0_1"}]))

    assert held(pack, known, form(match={"label": "whole"}))[0].accepted
    assert not held(pack, known, form(match={"source": "a.csv"}))[0].accepted


def test_a_former_id_still_names_its_rule(load: Load) -> None:
    pack = load(rule_text() + "aliases: [demo/pan]\n")
    known = facts(inventory=inventory_of(findings_of({ONE: 3})))

    assert held(pack, known, form(rule="demo/pan"))[0].accepted


# --- what speaks up ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "as_of", "accepted", "notice"),
    [
        ({}, date(2026, 8, 15), True, ()),
        ({}, date(2026, 8, 16), True, ("W-1 expires in 14 days, on 2026-08-30: demo/card then counts again",)),
        ({}, date(2026, 8, 30), True, ("W-1 expires today, on 2026-08-30: demo/card then counts again",)),
        ({}, date(2026, 8, 31), False, ("W-1 expired on 2026-08-30: demo/card counts again",)),
        ({"vendor": "other"}, AS_OF, False, ("W-1 is for the vendor other and does not count for this one",)),
        ({"rule": "demo/cards"}, AS_OF, False,
         ("W-1 matches nothing: demo/cards was not judged; did you mean 'demo/card'?",)),
    ],
)  # fmt: skip
def test_what_does_not_count_or_soon_will_not_is_said(
    load: Load, changes: dict[str, str], as_of: date, accepted: bool, notice: tuple[str, ...]
) -> None:
    known = facts(inventory=inventory_of(findings_of({ONE: 3})), as_of=as_of)
    verdict, result = held(load(), known, form(**changes))

    assert verdict.accepted is accepted
    assert result.notices == notice


def test_a_rule_that_passes_needs_no_waiver(load: Load) -> None:
    verdict, result = held(load(), facts(), form())

    assert verdict.status is Status.PASS
    assert verdict.waiver is None
    assert result.notices == ("W-1 matches nothing: demo/card did not fail",)


# --- laws ----------------------------------------------------------------------------------------

KIND = Kind("CREDIT_CARD", "r", 0.9, MaskingState.CLEAR)
SOURCES, FIELDS, PRINTS = ("a.csv", "b.csv"), ("x", "y"), (ONE, TWO, THREE)


@st.composite
def _failures(draw: st.DrawFn) -> tuple[tuple[Item, ...], dict[tuple[str, str, Kind], Counter[str]]]:
    """Return failing items, and what is known of their values: not always all."""
    items, seen = [], {}
    for source in SOURCES:
        for field in FIELDS:
            values = draw(st.dictionaries(st.sampled_from(PRINTS), st.integers(1, 4)))
            count = sum(values.values()) + draw(st.integers(0, 2))
            if count:
                group = Group(
                    masking=KIND.masking,
                    confidence=0.9,
                    recognizer="r",
                    region=None,
                    count=count,
                    pointers=(),
                )
                items.append(
                    Item(source, field, "whole", count, Occurrences(source, field, "CREDIT_CARD", group))
                )
                seen[source, field, KIND] = Counter(values)
    labels = draw(st.sets(st.sampled_from(["contract: no", "mfa: none"])))
    return (*items, *(Item(None, None, label, 1) for label in sorted(labels))), seen


@st.composite
def _waivers(draw: st.DrawFn) -> tuple[WaiverForm, ...]:
    matches = st.one_of(
        st.fixed_dictionaries({"source": st.sampled_from(SOURCES)}, optional={"field": st.sampled_from(FIELDS), "fingerprint": st.sampled_from(PRINTS)}),
        st.fixed_dictionaries({"fingerprint": st.sampled_from(PRINTS)}),
        st.fixed_dictionaries({"label": st.sampled_from(["contract: no", "mfa: none", "other"])}),
    )  # fmt: skip
    return tuple(
        form(id=f"W-{n}", match=match) for n, match in enumerate(draw(st.lists(matches, max_size=6)))
    )


def _failed(items: tuple[Item, ...]) -> Verdict:
    failed = sum(item.count for item in items)
    return Verdict(
        rule="demo/card", packs=("demo",), title="t", severity=Severity.HIGH, domain="masking",
        status=Status.FAIL if items else Status.PASS, checked=99, failed=failed, references=(), criteria="c",
        message="m", effect="e", remediation=Remediation(text="r"),
    )  # fmt: skip


def _without(verdict: Verdict) -> Verdict:
    return verdict.model_copy(update={"waiver": None, "partly_waived": None})


@given(_failures(), _waivers())
def test_waiving_changes_no_score_and_hides_no_rule(failures: Any, waivers: tuple[WaiverForm, ...]) -> None:
    items, seen = failures
    plain = _failed(items)
    accepted = waived(plain, items, seen, waivers)

    assert _without(accepted) == plain
    assert score([accepted], READ.coverage).model_copy(update={"if_waived": None}) == score(
        [plain], READ.coverage
    )


@given(_failures(), _waivers(), _waivers())
def test_more_waivers_never_fail_a_gate_that_passed(
    failures: Any, waivers: tuple[WaiverForm, ...], more: tuple[WaiverForm, ...]
) -> None:
    items, seen = failures
    gates = [
        gate_of([each], score([each], READ.coverage), READ, Thresholds())
        for each in (waived(_failed(items), items, seen, some) for some in (waivers, waivers + more))
    ]
    assert gates[1].exit_code <= gates[0].exit_code


@given(_failures(), _waivers())
def test_a_failure_is_accepted_only_where_each_occurrence_is_somebodys(
    failures: Any, waivers: tuple[WaiverForm, ...]
) -> None:
    """Counted the slow way: every single occurrence, known or not, against every waiver."""
    items, seen = failures
    covered = total = 0
    for item in items:
        known = list(Counter(seen.get((item.source, item.field, KIND), {})).elements()) if item.group else []
        for occurrence in (*known, *[None] * (item.count - len(known))):
            total += 1
            covered += any(
                (each.match.source is None or each.match.source == item.source)
                and (each.match.field is None or each.match.field == item.field)
                and (each.match.label is None or (item.group is None and each.match.label == item.label))
                and (each.match.fingerprint is None or each.match.fingerprint == occurrence)
                for each in waivers
            )
    verdict = waived(_failed(items), items, seen, waivers)
    told = verdict.waiver or verdict.partly_waived

    assert (told.covered if told else 0) == covered
    assert verdict.accepted is (0 < total == covered)


@given(st.integers(-400, 400))
def test_a_waiver_counts_from_approval_to_its_last_day(days: int) -> None:
    as_of = date(2026, 8, 30) + timedelta(days=days)
    pack = _PACKS["demo"]
    known = facts(inventory=inventory_of(findings_of({ONE: 1})), as_of=as_of)
    assert held(pack, known, form())[0].accepted is (days <= 0)


_PACKS: dict[str, Pack] = {}


@pytest.fixture(scope="module", autouse=True)
def _pack(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = write_pack(tmp_path_factory.mktemp("packs") / "demo", {"card.yaml": rule_text()}, PACK)
    _PACKS["demo"] = load_packs([str(folder)])[0]
