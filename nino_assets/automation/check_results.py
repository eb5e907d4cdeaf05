"""What Dagster's event log remembers of the checks of a quarter, as plain data.

Belongs here: reading results, their history and their figures. Does not belong here: how they are
shown (`publishing/qa_report/`) and what a reviewer decides (`governance/review_log.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import dagster as dg
from dagster._core.event_api import PartitionKeyFilter
from dagster._core.storage.asset_check_execution_record import (
    AssetCheckExecutionRecord,
)
from dagster._core.storage.asset_check_execution_record import (
    AssetCheckExecutionRecordStatus as Status,
)

from nino_assets.checks.record import latest_materializations
from nino_assets.checks.registry import ALL_SUITES
from nino_assets.checks.suite import Expectation, Suite
from nino_assets.checks.verdict import number
from nino_assets.governance.review_log import Finding
from nino_assets.publishing.qa_report.results import CheckResult, Past, Verdict
from nino_assets.quarters import SERIES_START, Quarter

QUARTERS_SHOWN = 8
"""Two years: each quarter beside the same one of the year before."""

ABOUT_ANSWERS = ("warnings_unanswered", "warnings_rejected")
"""Checks that count answers. They are answered by answering the warnings that they count."""

_COMPLETED = {Status.SUCCEEDED, Status.FAILED}

Evaluations = Mapping[dg.AssetCheckKey, dg.AssetCheckEvaluation]


def check_results(
    instance: dg.DagsterInstance, quarter: Quarter, *, but: Collection[str] = ()
) -> list[CheckResult]:
    """The latest result of every check of every asset (without those in `but`), with its history.

    The history is that of the quarters up to this one, `QUARTERS_SHOWN` with this one, ascending.
    An asset without quarters has none.
    """
    suites = [suite for suite in ALL_SUITES if suite.asset not in but]
    quarters = max(SERIES_START, quarter - (QUARTERS_SHOWN - 1)).until(quarter)
    with_quarters = [suite for suite in suites if suite.partitioned]
    by_quarter = {q: _evaluations(instance, with_quarters, q.key) for q in quarters}
    alone = _evaluations(instance, [suite for suite in suites if not suite.partitioned], None)
    results = []
    for suite in suites:
        latest = by_quarter[quarter] if suite.partitioned else alone
        key = dg.AssetKey(suite.asset)
        partition = quarter.key if suite.partitioned else None
        target = latest_materializations(instance, key, [partition] if partition else []).get(
            partition
        )
        for expectation in suite.expectations:
            check = dg.AssetCheckKey(key, expectation.name)
            past = [(q, by_quarter[q].get(check)) for q in quarters] if suite.partitioned else []
            results.append(
                _result(
                    suite,
                    expectation,
                    latest.get(check),
                    target.storage_id if target else None,
                    past,
                )
            )
    return results


def warnings_of(instance: dg.DagsterInstance, quarter: Quarter) -> list[Finding]:
    """What the warnings that stand for a quarter found: each is a reviewer's to answer."""
    return [
        finding_of(quarter, result)
        for result in check_results(instance, quarter)
        if result.is_warning and result.name not in ABOUT_ANSWERS
    ]


def finding_of(quarter: Quarter, result: CheckResult) -> Finding:
    """A result as a reviewer answers it."""
    return Finding(
        quarter=quarter.label,
        check=result.key,
        observed=result.observed,
        unexpected=result.unexpected or 0,
    )


def latest_evaluation(
    instance: dg.DagsterInstance, check: dg.AssetCheckKey, partition: str | None
) -> dg.AssetCheckEvaluation | None:
    """The last verdict on a partition, or on an asset without any; None when there is none."""
    records = instance.event_log_storage.get_asset_check_execution_history(
        check, limit=1, status=_COMPLETED, partition_filter=PartitionKeyFilter(key=partition)
    )
    return _evaluation(records[0]) if records else None


def _evaluations(
    instance: dg.DagsterInstance, suites: Sequence[Suite], partition: str | None
) -> Evaluations:
    keys = [dg.AssetCheckKey(dg.AssetKey(s.asset), name) for s in suites for name in s.names]
    if not keys:
        return {}
    latest = instance.event_log_storage.get_latest_asset_check_execution_by_key(
        keys, partition_filter=PartitionKeyFilter(key=partition)
    )
    found = {}
    for key in keys:
        record = latest.get(key)
        if record is None:
            continue
        # A run that has planned the check and not come to it: the verdict before still stands.
        evaluation = (
            _evaluation(record)
            if record.status in _COMPLETED
            else latest_evaluation(instance, key, partition)
        )
        if evaluation:
            found[key] = evaluation
    return found


def _evaluation(record: AssetCheckExecutionRecord) -> dg.AssetCheckEvaluation | None:
    event = record.event.dagster_event if record.event else None
    return event.asset_check_evaluation_data if event else None


def _result(
    suite: Suite,
    expectation: Expectation,
    evaluation: dg.AssetCheckEvaluation | None,
    materialization: int | None,
    past: Sequence[tuple[Quarter, dg.AssetCheckEvaluation | None]],
) -> CheckResult:
    unexpected = _figure(evaluation, "unexpected")
    return CheckResult(
        asset=suite.asset,
        name=expectation.name,
        sentence=expectation.sentence,
        next_step=expectation.next_step,
        practice_area=expectation.practice_area.value,
        severity=expectation.severity,
        verdict=_verdict(evaluation, materialization),
        observed=_figure(evaluation, "observed"),
        unexpected=None if unexpected is None else int(unexpected),
        unexpected_percent=_figure(evaluation, "unexpected_percent"),
        history=tuple(
            Past(
                quarter=quarter.label,
                passed=each.passed if each else None,
                observed=_figure(each, "observed"),
            )
            for quarter, each in past
        ),
    )


def _verdict(evaluation: dg.AssetCheckEvaluation | None, materialization: int | None) -> Verdict:
    if evaluation is None:
        return "not run"
    target = evaluation.target_materialization_data
    if target and materialization and target.storage_id != materialization:
        return "out of date"
    return "passed" if evaluation.passed else "failed"


def _figure(evaluation: dg.AssetCheckEvaluation | None, name: str) -> float | None:
    held = evaluation.metadata.get(name) if evaluation else None
    return number(held.value) if held else None
