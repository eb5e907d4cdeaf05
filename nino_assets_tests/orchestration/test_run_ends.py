"""A run that did not pass leaves what it did not reach as it was, and the team is told."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from nino_assets.orchestration import run_ends
from nino_assets.orchestration.command_line_runs import build_tags
from nino_assets.orchestration.dagster_internals import keep_event_log_open
from nino_assets.orchestration.run_ends import after_cancellation, after_failure, describe_failure

MADE, SCAN = dg.AssetKey("made"), dg.AssetKey("scan")
QUARTERS = dg.StaticPartitionsDefinition(["2020-10-01", "2021-01-01"])
BUILT, NEVER_BUILT = QUARTERS.get_partition_keys()
SCAN_CHECK, MADE_CHECK = dg.AssetCheckKey(SCAN, "whole"), dg.AssetCheckKey(MADE, "right")


class Faults(dg.ConfigurableResource[Any]):
    """What goes wrong in a run."""

    refused: bool = False
    check_crashes: bool = False


@dg.asset(partitions_def=QUARTERS)
def scan(faults: Faults) -> None:
    if faults.refused:
        raise dg.Failure("The scan is not there\nRule: a scan is\nNext: wait", allow_retries=False)


@dg.asset(partitions_def=QUARTERS, deps=[scan])
def made() -> None: ...


@dg.multi_asset_check(
    name="scan_checks", specs=[dg.AssetCheckSpec("whole", asset=SCAN, partitions_def=QUARTERS)]
)
def scan_checks(faults: Faults) -> dg.AssetCheckResult:
    if faults.check_crashes:
        raise ValueError
    return dg.AssetCheckResult(passed=True)


@dg.multi_asset_check(
    name="made_checks", specs=[dg.AssetCheckSpec("right", asset=MADE, partitions_def=QUARTERS)]
)
def made_checks() -> dg.AssetCheckResult:
    return dg.AssetCheckResult(passed=True)


class Graph:
    """scan → made, each with a check, over one instance."""

    def __init__(self, instance: dg.DagsterInstance) -> None:
        self.instance = instance

    def run(self, quarter: str, tags: dict[str, str] | None = None, **faults: bool) -> Any:
        defs = dg.Definitions(
            assets=[scan, made],
            asset_checks=[scan_checks, made_checks],
            resources={"faults": Faults(**faults)},
        )
        return defs.resolve_implicit_global_asset_job_def().execute_in_process(
            instance=self.instance, partition_key=quarter, tags=tags, raise_on_error=False
        )

    def end(self, ended: Any) -> None:
        """What the daemon does after the run."""
        after_failure(
            dg.build_run_status_sensor_context(
                sensor_name="after_failure",
                dagster_instance=self.instance,
                dagster_run=ended.dagster_run,
                dagster_event=ended.get_run_failure_event(),
            ).for_run_failure()
        )

    def read_states(self) -> dict[str, tuple[str, str]]:
        """Status and run of each check's last record: what its node in the web UI shows."""
        log = self.instance.event_log_storage
        latest = log.get_latest_asset_check_execution_by_key([SCAN_CHECK, MADE_CHECK])
        return {key.name: (each.status.value, each.run_id) for key, each in latest.items()}

    def read_quarters(self) -> set[tuple[str, str | None, str]]:
        """The status of each check on each quarter: what its tab of partitions shows."""
        infos = self.instance.event_log_storage.get_asset_check_partition_info(
            [SCAN_CHECK, MADE_CHECK]
        )
        return {
            (info.check_key.name, info.partition_key, info.latest_execution_status.value)
            for info in infos
        }


@pytest.fixture(params=["stock storage", "kept open"])
def graph(request: Any, tmp_path: Path) -> Iterator[Graph]:
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        if request.param == "kept open":
            keep_event_log_open(instance)
        yield Graph(instance)


@pytest.fixture(autouse=True)
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    told: list[tuple[str, str]] = []
    monkeypatch.setattr(run_ends, "send_notice", lambda *words: told.append(words))
    return told


def test_a_refused_run_of_a_built_quarter_leaves_its_checks(graph: Graph) -> None:
    assert graph.run(BUILT).success
    states, quarters = graph.read_states(), graph.read_quarters()
    assert {status for status, _ in states.values()} == {"SUCCEEDED"}
    refused = graph.run(BUILT, refused=True)
    assert {status for status, _ in graph.read_states().values()} == {"PLANNED"}
    graph.end(refused)
    assert graph.read_states() == states
    assert graph.read_quarters() == quarters


def test_a_quarter_that_was_never_built_does_not_redden_another(graph: Graph) -> None:
    graph.run(BUILT)
    states, quarters = graph.read_states(), graph.read_quarters()
    graph.end(graph.run(NEVER_BUILT, refused=True))
    assert graph.read_states() == states
    assert graph.read_quarters() == quarters


def test_a_check_that_could_not_be_judged_stays_failed(graph: Graph) -> None:
    passed = graph.run(BUILT)
    crashed = graph.run(BUILT, check_crashes=True)
    graph.end(crashed)
    states = graph.read_states()
    assert states["whole"] == ("PLANNED", crashed.run_id)
    assert states["right"] != ("PLANNED", passed.run_id)


def test_a_cancelled_run_leaves_what_it_did_not_reach(graph: Graph) -> None:
    graph.run(BUILT)
    states = graph.read_states()
    cancelled = graph.run(BUILT, refused=True)
    after_cancellation(
        dg.build_run_status_sensor_context(
            sensor_name="after_cancellation",
            dagster_instance=graph.instance,
            dagster_run=cancelled.dagster_run,
            dagster_event=cancelled.get_run_failure_event(),
        )
    )
    assert graph.read_states() == states


def test_the_team_is_told_what_stopped_a_run(graph: Graph, told: list[tuple[str, str]]) -> None:
    graph.end(graph.run(BUILT, refused=True))
    [(subject, text)] = told
    assert subject.startswith("Job __ASSET_JOB for 2020-Q4 failed")
    assert text.splitlines() == ["The scan is not there", "Rule: a scan is", "Next: wait"]


def test_who_sits_at_a_terminal_is_not_told_twice(
    graph: Graph, told: list[tuple[str, str]]
) -> None:
    graph.end(graph.run(BUILT, build_tags(), refused=True))
    assert told == []


def test_of_an_unexpected_error_only_the_run_is_told(graph: Graph) -> None:
    crashed = graph.run(BUILT, check_crashes=True)
    _, text = describe_failure(graph.instance, crashed.dagster_run)
    assert text == f"See run {crashed.run_id} in the web UI"
