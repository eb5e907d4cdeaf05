"""How a quarter stands is read from the last completed verdicts, with answers and history."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from nino_assets.orchestration.assets.catalogue import open_warehouse
from nino_assets.orchestration.decisions.review import ReviewConfig, give_answer
from nino_assets.orchestration.instance import HOME_VARIABLE, open_instance
from nino_assets.orchestration.status import read_quarter_state
from nino_assets.publishing.qa_report.quarter_state import QuarterState
from nino_assets.publishing.qa_report.quarter_words import count_checks
from nino_assets.statistic.reference_folder import DATA_DIR_VARIABLE
from nino_assets.store.folders import Folders
from nino_assets_tests.support.left_verdicts import ASSET, QUARTER, judge, materialise

WARNING, BLOCKING, PASSED = "unlisted_types", "rows_unaccounted", "unlisted_statuses"


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folders:
    monkeypatch.setenv(DATA_DIR_VARIABLE, str(tmp_path))
    monkeypatch.delenv(HOME_VARIABLE, raising=False)
    return Folders(tmp_path)


@pytest.fixture
def instance(folders: Folders) -> Iterator[dg.DagsterInstance]:
    with open_instance(folders) as instance:
        yield instance


def read_state(instance: dg.DagsterInstance, folders: Folders) -> QuarterState:
    return read_quarter_state(instance, open_warehouse(folders), QUARTER)


def count(state: QuarterState) -> tuple[int, int, int, int]:
    [asset] = [each for each in state.assets if each.asset == ASSET.to_user_string()]
    return count_checks(asset)


def test_the_state_is_of_the_last_verdicts(instance: dg.DagsterInstance, folders: Folders) -> None:
    materialise(instance, QUARTER - 1)
    judge(instance, WARNING, passed=True, observed=1.0, quarter=QUARTER - 1)
    materialise(instance)
    judge(instance, WARNING, passed=False, observed=3.0)
    judge(instance, PASSED, passed=True, observed=0.0)
    judge(instance, BLOCKING, passed=False, observed=2.0)
    state = read_state(instance, folders)
    assert [each.key for each in state.failed] == [f"cleaned_records.{BLOCKING}"]
    [warning] = state.warnings
    assert [each.observed for each in state.histories[warning.key]][-2:] == [1.0, 3.0]
    assert len(state.histories[warning.key]) == 8
    assert state.not_ready and not state.gates
    assert count(state)[:3] == (1, 1, 1)
    give_answer(
        instance,
        folders,
        ReviewConfig(
            quarter="2020-Q4",
            check=warning.key,
            by="A Reviewer",
            decision="accept",
            reason="The supplier explained it",
        ),
    )
    assert read_state(instance, folders).is_accepted(warning)
