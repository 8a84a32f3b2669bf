"""The baseline: a fourth copy of three known values is new, and nothing new hides behind what is known."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpoaudit.errors import BaselineError, UsageError
from bpoaudit.model import Finding, Verdict
from bpoaudit.rules import (
    Excepted,
    Exceptions,
    Facts,
    Pack,
    baseline_of,
    excepted,
    items_of,
    judge_all,
    load_exceptions,
    render_baseline,
    seen_in,
)
from bpoaudit.rules.baseline import load_baseline
from tests.rules.conftest import AS_OF, facts, profile_of
from tests.rules.test_waivers import ONE, THREE, TWO, findings_of, inventory_of

Load = Callable[..., Pack]

KEY = "0123456789abcdef"
VENDOR = "example-vendor"


def _written(tmp_path: Path, pack: Pack, known: Facts, findings: list[Finding], **changes: str) -> Path:
    failures = [(each.rule.id, items_of(each, known)) for each in judge_all([pack], known)]
    seen = seen_in(findings, (item for _, items in failures for item in items))
    told = {"vendor": VENDOR, "key_id": KEY, "created": "2026-06-01T08:00:00Z"} | changes
    path = tmp_path / "known.baseline.json"
    path.write_text(render_baseline(baseline_of(failures, seen, packs=(), **told)))  # type: ignore[arg-type]
    return path


def _held(path: Path, pack: Pack, known: Facts, findings: list[Finding] | None) -> tuple[Verdict, Excepted]:
    result = excepted(
        judge_all([pack], known),
        known,
        Exceptions((VENDOR,), None, load_baseline(path, VENDOR, KEY)),
        findings,
    )
    return result.verdicts[0], result


def _state(
    tmp_path: Path, pack: Pack, before: list[Finding], after: list[Finding], as_of: date = AS_OF
) -> str | None:
    path = _written(tmp_path, pack, facts(inventory=inventory_of(before)), before)
    return _held(path, pack, facts(inventory=inventory_of(after), as_of=as_of), after)[0].baseline


@pytest.mark.parametrize(
    ("before", "after", "state"),
    [
        ({ONE: 3}, {ONE: 3}, "unchanged"),
        ({ONE: 3}, {ONE: 4}, "new"),
        ({ONE: 3}, {ONE: 1}, "unchanged"),
        ({ONE: 3}, {ONE: 2, TWO: 1}, "new"),
        ({ONE: 50, TWO: 1}, {ONE: 50, TWO: 1}, "unchanged"),
        ({ONE: 50, TWO: 1}, {ONE: 50, THREE: 1}, "new"),
        ({ONE: 50}, {ONE: 49, TWO: 1}, "new"),
        ({ONE: 50}, {ONE: 51}, "new"),
        ({}, {ONE: 1}, "new"),
        ({ONE: 1}, {}, None),
    ],
)  # fmt: skip
def test_values_are_compared_with_their_counts(
    tmp_path: Path, load: Load, before: dict[str, int], after: dict[str, int], state: str | None
) -> None:
    assert _state(tmp_path, load(), findings_of(before), findings_of(after)) == state


@pytest.mark.parametrize(("source", "field"), [("b.csv", "notes"), ("a.csv", "comment")])
def test_a_known_value_elsewhere_is_new(tmp_path: Path, load: Load, source: str, field: str) -> None:
    assert _state(tmp_path, load(), findings_of({ONE: 1}), findings_of({ONE: 1}, source, field)) == "new"


def test_rows_may_move(tmp_path: Path, load: Load) -> None:
    before, after = findings_of({ONE: 1, TWO: 30}), findings_of({TWO: 30, ONE: 1})
    assert _state(tmp_path, load(), before, after) == "unchanged"


def test_another_rule_that_fails_is_new(tmp_path: Path, load: Load) -> None:
    findings = findings_of({ONE: 1})
    known = facts(inventory=inventory_of(findings))
    path = _written(tmp_path, load(), known, findings)
    path.write_text(path.read_text().replace("demo/card", "demo/other"))

    assert _held(path, load(), known, findings)[0].baseline == "new"


def test_the_baseline_changes_nothing_else(tmp_path: Path, load: Load) -> None:
    findings = findings_of({ONE: 3})
    pack, known = load(), facts(inventory=inventory_of(findings))
    path = _written(tmp_path, pack, known, findings)
    (plain,) = judge_all([pack], known)

    assert _held(path, pack, known, findings)[0] == plain.verdict.model_copy(update={"baseline": "unchanged"})


def test_declared_facts_are_known_as_they_were_declared(tmp_path: Path, load: Load) -> None:
    pack = load(evidence="{from: vendor}", expect="{every: {field: contract.dpa_signed, eq: 'yes'}}",
                message='"{label}"')  # fmt: skip
    partial, none = (facts(profile_of(contract={"dpa_signed": answer})) for answer in ("partial", "no"))
    path = _written(tmp_path, pack, partial, [])

    assert _held(path, pack, partial, None)[0].baseline == "unchanged"
    assert _held(path, pack, none, None)[0].baseline == "new"


def test_more_records_past_their_retention_are_new(tmp_path: Path, load: Load) -> None:
    pack = load(evidence="{from: dates}", expect="{none: {field: over_limit, gt: 0}}", message='"{field}"')

    def known(over: int) -> Facts:
        row = {"source": "a.csv", "field": "created", "oldest": "2020-01-01", "newest": "2026-01-01", "count": 50,
               "trigger": True, "limit_days": 730, "over_limit": over}  # fmt: skip
        return facts(measures={"dates": [row]})

    path = _written(tmp_path, pack, known(7), [])
    assert [_held(path, pack, known(n), None)[0].baseline for n in (6, 7, 8)] == [
        "unchanged",
        "unchanged",
        "new",
    ]


def test_too_few_of_something_can_become_fewer(tmp_path: Path, load: Load) -> None:
    pack = load(evidence="{from: certificates}", expect="{count: {gte: 2}}", message='"too few"')
    one, none = (facts(profile_of(certificates=[{"standard": "other"}] * n)) for n in (1, 0))
    path = _written(tmp_path, pack, one, [])

    assert [_held(path, pack, known, None)[0].baseline for known in (one, none)] == ["unchanged", "new"]


def test_an_audit_json_tells_no_more_than_it_points_at(tmp_path: Path, load: Load) -> None:
    few, many = findings_of({ONE: 20}), findings_of({ONE: 21})
    pack = load()
    path = _written(tmp_path, pack, facts(inventory=inventory_of(many)), many)

    verdict, result = _held(path, pack, facts(inventory=inventory_of(few)), None)
    assert (verdict.baseline, result.notices) == ("unchanged", ())
    verdict, result = _held(path, pack, facts(inventory=inventory_of(many)), None)
    assert verdict.baseline == "new"
    assert "further ones of demo/card" in result.notices[0]


@pytest.mark.parametrize(
    ("as_of", "state", "notice"),
    [
        (date(2026, 8, 15), "unchanged", ()),
        (date(2026, 8, 16), "unchanged", ("the baseline expires on 2026-08-30; after that every failure counts as new",)),
        (date(2026, 8, 30), "unchanged", ("the baseline expires on 2026-08-30; after that every failure counts as new",)),
        (date(2026, 8, 31), "new", ("the baseline expired on 2026-08-30: every failure counts as new",)),
    ],
)  # fmt: skip
def test_it_holds_ninety_days(
    tmp_path: Path, load: Load, as_of: date, state: str, notice: tuple[str, ...]
) -> None:
    findings = findings_of({ONE: 1})
    path = _written(tmp_path, load(), facts(inventory=inventory_of(findings)), findings)
    verdict, result = _held(path, load(), facts(inventory=inventory_of(findings), as_of=as_of), findings)

    assert (verdict.baseline, result.notices) == (state, notice)


# --- the file ------------------------------------------------------------------------------------


def test_the_file_is_sorted_and_holds_no_rows(tmp_path: Path, load: Load) -> None:
    findings = findings_of({TWO: 2, ONE: 30})
    path = _written(tmp_path, load(), facts(inventory=inventory_of(findings)), findings)

    assert json.loads(path.read_text()) == {
        "schema": "bpoaudit/baseline/v1",
        "created": "2026-06-01T08:00:00Z",
        "expires_on": "2026-08-30",
        "vendor": VENDOR,
        "key_id": KEY,
        "packs": [],
        "entries": [{"rule": "demo/card", "source": "a.csv", "field": "notes", "known": {ONE: 30, TWO: 2}}],
    }


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("baseline/v1", "baseline/v2", "schema"),
        (VENDOR, "other", "is of the vendor other"),
        (KEY, "feedfeedfeedfeed", "made under the key feedfeedfeedfeed"),
        ('"expires_on": "2026-08-30"', '"expires_on": "2026-11-29"', "at most 180 days after it was made: 2026-11-28"),
        ('"expires_on"', '"expires"', "expires_on"),
        (": 30", ": -1", "entries.0.known"),
        ("2026-06-01T08:00:00Z", "June", "created"),
        ("{", "[", "not a baseline"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_it_is_told(tmp_path: Path, load: Load, old: str, new: str, message: str) -> None:
    findings = findings_of({ONE: 30})
    path = _written(tmp_path, load(), facts(inventory=inventory_of(findings)), findings)
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(BaselineError) as raised:
        load_baseline(path, VENDOR, KEY)
    assert message in raised.value.message
    assert ONE not in raised.value.message


def test_an_entry_that_is_there_twice_is_refused(tmp_path: Path, load: Load) -> None:
    findings = findings_of({ONE: 30})
    path = _written(tmp_path, load(), facts(inventory=inventory_of(findings)), findings)
    document = json.loads(path.read_text())
    document["entries"] *= 2
    path.write_text(json.dumps(document))
    with pytest.raises(BaselineError, match="two entries"):
        load_baseline(path, VENDOR, KEY)


def test_a_random_key_fits_no_baseline(tmp_path: Path, load: Load) -> None:
    with pytest.raises(UsageError) as raised:
        load_exceptions(profile_of(), (load(),), AS_OF, None, baseline=tmp_path / "missing.json")
    assert "--key-file" in str(raised.value.hint)


def test_a_vendor_goes_by_its_id_and_by_its_name(load: Load) -> None:
    def names(**vendor: Any) -> tuple[str, ...]:
        return load_exceptions(profile_of(vendor=vendor), (load(),), AS_OF, KEY).vendors

    assert names(name="Nadwiśla Payroll sp. z o.o.") == ("nadwisla-payroll-sp-z-o-o",)
    assert names(name="Acme (India) Ltd.", id="acme") == ("acme", "acme-india-ltd")


# --- laws ----------------------------------------------------------------------------------------

_VALUES = st.dictionaries(st.sampled_from([ONE, TWO, THREE]), st.integers(1, 25))
_LOADED: dict[str, Any] = {}


@pytest.fixture(scope="module", autouse=True)
def _folder(tmp_path_factory: pytest.TempPathFactory) -> None:
    from bpoaudit.rules import load_packs
    from tests.rules.conftest import rule_text, write_pack

    folder = tmp_path_factory.mktemp("baseline")
    write_pack(folder / "demo", {"card.yaml": rule_text()})
    _LOADED.update(folder=folder, pack=load_packs([str(folder / "demo")])[0])


@given(_VALUES, _VALUES)
def test_unchanged_means_that_no_value_occurs_more_often(
    before: dict[str, int], after: dict[str, int]
) -> None:
    state = _state(_LOADED["folder"], _LOADED["pack"], findings_of(before), findings_of(after))
    expected = "unchanged" if Counter(after) <= Counter(before) else "new"
    assert state == (expected if after else None)


@given(_VALUES, _VALUES)
def test_an_audit_json_never_calls_known_what_the_findings_call_new(
    before: dict[str, int], after: dict[str, int]
) -> None:
    pack, folder = _LOADED["pack"], _LOADED["folder"]
    path = _written(folder, pack, facts(inventory=inventory_of(findings_of(before))), findings_of(before))
    known = facts(inventory=inventory_of(findings_of(after)))
    by_findings, by_pointers = (_held(path, pack, known, f)[0].baseline for f in (findings_of(after), None))
    assert by_findings != "new" or by_pointers == "new"
