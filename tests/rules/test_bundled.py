"""The bundled packs against whole profiles."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpoaudit.model import Coverage, Share, Status, Verdict
from bpoaudit.rules import bundled, judge, load_packs
from bpoaudit.scoring import score
from bpoaudit.vendor import load_profile, starter_profile
from tests.rules.conftest import facts

READ = Coverage(**{name: Share(read=1, total=1) for name in ("sources", "bytes", "records")})


@pytest.fixture(scope="module")
def starter(tmp_path_factory: pytest.TempPathFactory) -> tuple[Verdict, ...]:
    path: Path = tmp_path_factory.mktemp("profile") / "vendor.yaml"
    path.write_text(starter_profile(), encoding="utf-8")
    return judge(load_packs(bundled()), facts(load_profile(path), measures={"dates": []}))


def test_every_rule_has_one_verdict(starter: tuple[Verdict, ...]) -> None:
    ids = {rule.id for pack in load_packs(bundled()) for rule in pack.rules}

    assert sorted(verdict.rule for verdict in starter) == sorted(ids)


def test_the_starter_can_be_judged_and_leaves_much_unknown(starter: tuple[Verdict, ...]) -> None:
    tally = {status: sum(verdict.status is status for verdict in starter) for status in Status}

    assert tally[Status.ERROR] == 0
    assert tally[Status.UNKNOWN] > tally[Status.PASS]
    assert all(verdict.missing for verdict in starter if verdict.status is Status.UNKNOWN)
    assert all(verdict.message for verdict in starter)


def test_the_starter_is_inconclusive(starter: tuple[Verdict, ...]) -> None:
    result = score(starter, READ)

    assert result.assurance == "Inconclusive"
    assert result.grade is None
