"""What Dagster's event log remembers of the checks of a quarter, as plain data.

Belongs here: reading results, their history and their figures. Does not belong here: how they are
shown (`publishing/qa_report/`) and what a reviewer decides (`governance/review_log.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import dagster as dg

from nino_assets.governance.review_log import Finding
from nino_assets.orchestration.checks.factory import EXCUSED, NAMED_IN
from nino_assets.orchestration.checks.record import latest_materializations
from nino_assets.orchestration.checks.remembered import (
    figure,
    latest_evaluations,
    quarters_shown,
    text,
)
from nino_assets.publishing.qa_report.results import CheckResult, Past, Verdict
from nino_assets.quality.suite import Expectation, Suite
from nino_assets.quality.suites.all import ALL_SUITES
from nino_assets.statistic.quarters import Quarter

ABOUT_ANSWERS = ("warnings_unanswered", "warnings_rejected")
"""Checks that count answers. They are answered by answering the warnings that they count."""


def check_results(
    instance: dg.DagsterInstance, quarter: Quarter, *, but: Collection[str] = ()
) -> list[CheckResult]:
    """The latest result of every check of every asset (without those in `but`), with its history.

    The history is that of the quarters that `quarters_shown` gives. An asset without quarters has
    none.
    """
    suites = [suite for suite in ALL_SUITES if suite.asset not in but]
    quarters = quarters_shown(quarter)
    with_quarters = [suite for suite in suites if suite.partitioned]
    by_quarter = {q: latest_evaluations(instance, _keys(with_quarters), q.key) for q in quarters}
    without = [suite for suite in suites if not suite.partitioned]
    alone = latest_evaluations(instance, _keys(without), None)
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
                    expectation.at(quarter),
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


def _keys(suites: Sequence[Suite]) -> list[dg.AssetCheckKey]:
    return [dg.AssetCheckKey(dg.AssetKey(s.asset), name) for s in suites for name in s.names]


def _result(
    suite: Suite,
    expectation: Expectation,
    evaluation: dg.AssetCheckEvaluation | None,
    materialization: int | None,
    past: Sequence[tuple[Quarter, dg.AssetCheckEvaluation | None]],
) -> CheckResult:
    unexpected = figure(evaluation, "unexpected")
    return CheckResult(
        asset=suite.asset,
        name=expectation.name,
        sentence=expectation.sentence,
        next_step=expectation.next_step,
        practice_area=expectation.practice_area.value,
        severity=expectation.severity,
        verdict=_verdict(evaluation, materialization),
        observed=figure(evaluation, "observed"),
        unexpected=None if unexpected is None else int(unexpected),
        unexpected_percent=figure(evaluation, "unexpected_percent"),
        history=tuple(
            Past(
                quarter=quarter.label,
                passed=each.passed if each else None,
                observed=figure(each, "observed"),
            )
            for quarter, each in past
        ),
        excused=text(evaluation, EXCUSED),
        named=text(evaluation, NAMED_IN),
    )


def _verdict(evaluation: dg.AssetCheckEvaluation | None, materialization: int | None) -> Verdict:
    if evaluation is None:
        return "not run"
    target = evaluation.target_materialization_data
    if target and materialization and target.storage_id != materialization:
        return "out of date"
    return "passed" if evaluation.passed else "failed"
