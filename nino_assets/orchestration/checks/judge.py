"""Judges checks in a step of a run, and records the results."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import dagster as dg

from nino_assets.governance.check_result import CheckResult
from nino_assets.orchestration.checks.check_history import (
    QUARTERS_SHOWN,
    list_shown_quarters,
    read_results,
)
from nino_assets.orchestration.checks.evaluations import build_evaluation, draw_history
from nino_assets.orchestration.dagster_internals import (
    store_evaluations,
)
from nino_assets.orchestration.latest_materializations import read_latest_materializations
from nino_assets.orchestration.redaction import redact_errors
from nino_assets.quality.engine import run_suite
from nino_assets.quality.suite import Suite
from nino_assets.statistic.quarters import Quarter


def judge_checks(
    context: dg.OpExecutionContext,
    suite: Suite,
    subject: Any,
    quarters: Sequence[Quarter],
    names: Collection[str],
) -> list[dg.AssetCheckEvaluation]:
    """Judge checks of an asset: one evaluation each, to be yielded.

    Of a range of quarters that is the result of all of them; the one of each is recorded here,
    without a picture: 76 quarters of every check would swell the event log by a hundred megabytes.
    """
    keys = [quarter.key for quarter in quarters]
    targets = read_latest_materializations(context.instance, dg.AssetKey(suite.asset), keys)
    results = redact_errors(lambda: run_suite(suite, subject, quarters, names))
    earlier = _read_earlier(context.instance, suite, quarters, names)
    if len(quarters) > 1:
        store_evaluations(context, [build_evaluation([result], targets) for result in results])
    evaluations = []
    for name in suite.names:
        own = [result for result in results if result.name == name]
        if own:
            history = [*earlier.get(name, ()), *own][-QUARTERS_SHOWN:]
            rule = suite.find(name).show_form(quarters[-1] if quarters else None)
            picture = draw_history(rule, [result for result in history if result.quarter])
            evaluations.append(build_evaluation(own, targets, picture=picture))
    return evaluations


def _read_earlier(
    instance: dg.DagsterInstance,
    suite: Suite,
    quarters: Sequence[Quarter],
    names: Collection[str],
) -> Mapping[str, Sequence[CheckResult]]:
    """Each check's results on the quarters before a single one, by name.

    A range of quarters has its own: the log is not read for each of 76.
    """
    if len(quarters) != 1:
        return {}
    shown = list_shown_quarters(quarters[0])[:-1]
    by_quarter = [read_results(instance, [suite], quarter, names=names) for quarter in shown]
    return {name: [each[f"{suite.asset}.{name}"] for each in by_quarter] for name in names}
