"""Materialisations and verdicts in an event log, as runs would leave them."""

from __future__ import annotations

from collections.abc import Callable

import dagster as dg

from nino_assets.orchestration.checks.evaluations import build_evaluation
from nino_assets.orchestration.latest_materializations import read_latest_materializations
from nino_assets.quality.results import build_result
from nino_assets.quality.suites import cleaned_records
from nino_assets.statistic.quarters import Quarter

QUARTER = Quarter(2020, 4)
ASSET = dg.AssetKey("cleaned_records")


def materialise(instance: dg.DagsterInstance, quarter: Quarter = QUARTER) -> None:
    run(instance, lambda: dg.AssetMaterialization(ASSET, partition=quarter.key))


def judge(
    instance: dg.DagsterInstance,
    check: str,
    *,
    passed: bool,
    observed: float,
    quarter: Quarter = QUARTER,
) -> None:
    """A verdict as a run of the checks would leave it, on the latest materialisation."""
    targets = read_latest_materializations(instance, ASSET, [quarter.key])
    rule = cleaned_records.SUITE.find(check)
    result = build_result(
        "cleaned_records",
        rule,
        quarter,
        passed=passed,
        observed=observed,
        unexpected=int(not passed),
    )
    run(
        instance,
        lambda: build_evaluation([result], targets),
    )


def run(
    instance: dg.DagsterInstance,
    event: Callable[[], dg.AssetCheckEvaluation | dg.AssetMaterialization],
) -> None:
    @dg.op(out=dg.Out(dg.Nothing))
    def leave():
        yield event()
        yield dg.Output(None)

    dg.GraphDefinition(name="leaves", node_defs=[leave]).to_job().execute_in_process(
        instance=instance,
        run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        # A failed blocking check fails the run that leaves it.
        raise_on_error=False,
    )
