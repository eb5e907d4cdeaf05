"""The instance opens from any folder, on stock SQLite, and leaves the environment alone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest
import yaml

from nino_assets.orchestration.definitions import prepare_warehouse
from nino_assets.orchestration.instance import HOME_VARIABLE, open_instance, prepare_dagster_home
from nino_assets.statistic.reference_folder import DATA_DIR_VARIABLE
from nino_assets.store.folders import Folders


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folders:
    monkeypatch.delenv(HOME_VARIABLE, raising=False)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    return Folders(tmp_path / "data")


def test_everything_lies_under_the_data_folder(folders: Folders, tmp_path: Path) -> None:
    before = dict(os.environ)
    with open_instance(folders) as instance:
        run_id = instance.create_run_for_job(dg.JobDefinition(name="j", graph_def=graph())).run_id
    assert not list((tmp_path / "elsewhere").iterdir())
    assert dict(os.environ) == before
    with open_instance(folders) as instance:
        assert instance.has_run(run_id)


def test_any_dagster_command_opens_the_same_instance(folders: Folders) -> None:
    """With the written settings alone: what stores anything is Dagster's own."""
    with open_instance(folders) as instance:
        run_id = instance.create_run_for_job(dg.JobDefinition(name="j", graph_def=graph())).run_id
    settings = yaml.safe_load((folders.dagster / "dagster.yaml").read_text(encoding="utf-8"))
    assert list(settings["storage"]) == ["sqlite"]
    ours = [name for name, value in settings.items() if "nino_assets" in str(value)]
    assert ours == ["run_coordinator"]
    with dg.DagsterInstance.from_config(str(folders.dagster)) as instance:
        assert instance.has_run(run_id)


def test_a_step_that_the_web_ui_runs_keeps_the_event_log_open(
    folders: Folders, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DATA_DIR_VARIABLE, str(folders.root))
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        stock = type(instance.event_log_storage)
        prepare_warehouse(dg.build_init_resource_context(instance=instance))
        assert isinstance(instance.event_log_storage, stock)
        assert type(instance.event_log_storage) is not stock
        run_id = instance.create_run_for_job(dg.JobDefinition(name="j", graph_def=graph())).run_id
        instance.report_engine_event("a step began", job_name="j", run_id=run_id)
        assert len(instance.all_logs(run_id)) == 1


def test_a_home_that_is_set_is_left_alone(
    folders: Folders, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "home").mkdir()
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    assert prepare_dagster_home(folders) == tmp_path / "home"
    assert not folders.dagster.exists()


def graph() -> dg.GraphDefinition:
    @dg.op
    def nothing() -> None: ...

    return dg.GraphDefinition(name="g", node_defs=[nothing])


OPEN = """
from nino_assets.orchestration.instance import open_instance
from nino_assets.store.folders import Folders
with open_instance(Folders.from_environment()) as instance:
    print(instance.get_runs_count(), len(instance.all_instigator_state()))
"""


def test_first_commands_at_once_leave_a_store_that_opens(folders: Folders) -> None:
    environment = {**os.environ, DATA_DIR_VARIABLE: str(folders.root)}
    first = [
        subprocess.Popen(
            [sys.executable, "-c", OPEN], env=environment, stdout=subprocess.PIPE, text=True
        )
        for _ in range(4)
    ]
    assert [(each.communicate()[0], each.returncode) for each in first] == [("0 0\n", 0)] * 4
    with open_instance(folders) as instance:
        assert instance.get_runs_count() == 0
