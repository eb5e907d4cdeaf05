"""A run that the pre-flight refuses is never planned."""

from __future__ import annotations

import dagster as dg
import pytest

from nino_assets.orchestration import launch
from nino_assets.orchestration.definitions import defs
from nino_assets.orchestration.launch import run_job
from nino_assets.store.folders import Folders
from nino_assets_tests.support.small_delivery import QUARTER, deliver, record


@pytest.mark.parametrize("job", ["quarter", "history"])
def test_nothing_is_planned_without_what_a_build_needs(folders: Folders, job: str) -> None:
    deliver(folders, [record()])
    (folders.find_delivery(QUARTER) / "scan.csv").unlink()
    said: list[str] = []
    with dg.DagsterInstance.ephemeral() as instance:
        passed = run_job(instance, folders, job, [QUARTER], said.append, if_stopped="Stopped:")
        assert instance.get_runs_count() == 0
    assert not passed
    assert said[0] == "\nStopped:"
    assert [line.partition("\n")[0] for line in said[1:]] == [
        "landing/nspl holds no postcode directory",
        "landing/2020-Q4/scan.csv is named in the manifest and is not there",
    ]


def test_a_run_that_is_refused_later_leaves_no_check_planned(
    folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launch, "find_obstacles", lambda *_, **__: [])
    graph = defs.resolve_asset_graph()
    checks = list(graph.asset_check_keys)
    with dg.DagsterInstance.ephemeral() as instance:
        assert not run_job(instance, folders, "quarter", [QUARTER], print, if_stopped="Stopped:")
        found = instance.event_log_storage.get_latest_asset_check_execution_by_key(checks)
        begun = {
            str(event.step_key).removesuffix("_checks")
            for run in instance.get_runs()
            for event in instance.all_logs(run.run_id, dg.DagsterEventType.STEP_START)
            if str(event.step_key).endswith("_checks")
        }
        assert {key.asset_key.to_user_string() for key in found} <= begun
        assert len(found) < len(checks)
