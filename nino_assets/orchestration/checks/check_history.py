"""Reads results of checks, and their history, from Dagster's event log."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import dagster as dg

from nino_assets.governance.check_result import CheckResult
from nino_assets.orchestration.checks.evaluations import read_evaluation
from nino_assets.orchestration.dagster_internals import (
    Target,
    read_latest_evaluations,
)
from nino_assets.orchestration.latest_materializations import read_latest_materializations
from nino_assets.orchestration.run_events import has_same_content
from nino_assets.quality.results import build_result
from nino_assets.quality.suite import Expectation, Suite
from nino_assets.statistic.quarters import SERIES_START, Quarter

QUARTERS_SHOWN = 8
"""Two years: each quarter and the same one of the year before."""


def list_shown_quarters(quarter: Quarter) -> list[Quarter]:
    """The quarters that a history up to `quarter` shows, ascending."""
    return list(max(SERIES_START, quarter - (QUARTERS_SHOWN - 1)).list_until(quarter))


def read_results(
    instance: dg.DagsterInstance,
    suites: Sequence[Suite],
    quarter: Quarter | None,
    *,
    names: Collection[str] | None = None,
    mark_out_of_date: bool = False,
) -> dict[str, CheckResult]:
    """The last result of each check on a quarter, by `asset.name`.

    With `names`, of these checks only. `suites` all have quarters, or, where `quarter` is None,
    none has. A check that never ran has a result that says so. Results from before the last
    materialisation of their asset can be marked.
    """
    rules = {
        _build_key(suite, rule): (suite, rule)
        for suite in suites
        for rule in suite.expectations
        if names is None or rule.name in names
    }
    partition = quarter.key if quarter else None
    found = read_latest_evaluations(instance, list(rules), partition)
    newest = _find_targets(instance, suites, partition) if mark_out_of_date else {}
    results = {}
    for key, (suite, rule) in rules.items():
        evaluation = found.get(key)
        result = read_evaluation(
            build_result(suite.asset, rule.show_form(quarter), quarter), evaluation
        )
        judged = evaluation.target_materialization_data if evaluation else None
        latest = newest.get(suite.asset)
        is_current = not (judged and latest) or has_same_content(
            instance, key.asset_key, judged.storage_id, latest.storage_id
        )
        results[result.key] = replace(result, out_of_date=not is_current)
    return results


def _build_key(suite: Suite, rule: Expectation) -> dg.AssetCheckKey:
    return dg.AssetCheckKey(dg.AssetKey(suite.asset), rule.name)


def _find_targets(
    instance: dg.DagsterInstance, suites: Sequence[Suite], partition: str | None
) -> dict[str, Target]:
    """The last materialisation of each asset on a partition, if any."""
    targets = {}
    for suite in suites:
        found = read_latest_materializations(
            instance, dg.AssetKey(suite.asset), [partition] if partition else []
        )
        if partition in found:
            targets[suite.asset] = found[partition]
    return targets
