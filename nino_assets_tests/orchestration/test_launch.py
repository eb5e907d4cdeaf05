"""A run that the pre-flight refuses is never planned."""

from __future__ import annotations

import dagster as dg
import pytest

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
