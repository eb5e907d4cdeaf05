"""Runs of the command line are listed in the web UI, and end with their process."""

from __future__ import annotations

import dagster as dg
import yaml

from nino_assets.orchestration.command_line_runs import build_tags, close_dead_runs
from nino_assets.orchestration.definitions import defs
from nino_assets.packaged import find_packaged


def test_the_tag_names_the_repository_that_the_web_ui_loads() -> None:
    [loaded] = yaml.safe_load(find_packaged("workspace.yaml").read_text())["load_from"]
    location = loaded["python_module"]["location_name"]
    name = defs.get_repository_def().name
    assert build_tags()[".dagster/repository"] == f"{name}@{location}"


def test_a_run_whose_process_is_gone_has_failed() -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        for pid in (build_tags()["nino/process"], "4194305"):
            instance.create_run_for_job(
                dg.GraphDefinition(name="nothing", node_defs=[]).to_job(),
                status=dg.DagsterRunStatus.STARTED,
                tags=build_tags() | {"nino/process": pid},
            )
        close_dead_runs(instance)
        assert sorted(run.status.value for run in instance.get_runs()) == ["FAILURE", "STARTED"]
