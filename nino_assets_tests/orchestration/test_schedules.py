"""The schedule builds the quarter that has ended, or says why not."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import dagster as dg
import pytest

from nino_assets.orchestration import schedules
from nino_assets.orchestration.assets.catalogue import open_warehouse
from nino_assets.orchestration.definitions import defs
from nino_assets.orchestration.schedules import quarterly
from nino_assets.releases import wanted_builds
from nino_assets.statistic.identity import TIME_ZONE
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.reference_folder import DATA_DIR_VARIABLE
from nino_assets.store.folders import Folders
from nino_assets.store.warehouse import Warehouse
from nino_assets_tests.support.small_delivery import QUARTER, deliver, format_csv, put, record
from nino_assets_tests.support.standing_quarter import let_stand, put_directory


@pytest.fixture
def warehouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Warehouse:
    monkeypatch.setenv(DATA_DIR_VARIABLE, str(tmp_path))
    monkeypatch.setattr(wanted_builds, "SETTLED_SECONDS", 0)
    return open_warehouse(Folders(tmp_path))


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    told: list[str] = []
    monkeypatch.setattr(schedules, "send_notice", lambda *words: told.append("\n".join(words)))
    return told


def tick(year: int, month: int, day: int) -> tuple[list[str | None], str]:
    """The quarters that a day at 9:00 asks for, and the reason to skip."""
    moment = datetime(year, month, day, 9, tzinfo=TIME_ZONE)
    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_schedule_context(
            instance, scheduled_execution_time=moment, repository_def=defs.get_repository_def()
        )
        data = quarterly.evaluate_tick(context)
    return [request.partition_key for request in data.run_requests or []], data.skip_message or ""


@pytest.mark.parametrize(
    ("day", "quarter"),
    [
        ((2021, 1, 20), QUARTER),
        ((2021, 4, 20), QUARTER + 1),
        ((2021, 7, 20), QUARTER + 2),
        ((2021, 10, 20), QUARTER + 3),
    ],
)
def test_it_builds_the_quarter_that_has_ended(
    warehouse: Warehouse, told: list[str], day: tuple[int, int, int], quarter: Quarter
) -> None:
    put_directory(warehouse)
    text = format_csv([record()]).encode()
    put(warehouse.folders, {"scan.csv": text}, {"scan.csv": 1}, quarter)
    assert tick(*day) == ([quarter.key], "")
    assert told == []


def test_without_a_delivery_it_skips_and_tells_the_team(
    warehouse: Warehouse, told: list[str]
) -> None:
    asked, reason = tick(2021, 1, 20)
    assert asked == []
    assert "landing/2020-Q4/manifest.json does not exist" in reason
    assert told == [f"2020-Q4 is due and was not built\n{reason}"]


def test_what_stands_is_not_built_again(warehouse: Warehouse, told: list[str]) -> None:
    put_directory(warehouse)
    let_stand(warehouse, deliver(warehouse.folders, [record()]))
    asked, reason = tick(2021, 1, 20)
    assert asked == []
    assert "2020-Q4 is built" in reason
    assert told == []
