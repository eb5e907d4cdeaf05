"""Reads the results of all checks for a quarter, with their history."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import dagster as dg

from nino_assets.governance.check_result import CheckResult
from nino_assets.orchestration.checks.check_history import list_shown_quarters, read_results
from nino_assets.publishing.qa_report.quarter_state import ABOUT_ANSWERS
from nino_assets.quality.suites.all import ALL_SUITES
from nino_assets.statistic.quarters import Quarter


def read_check_results(instance: dg.DagsterInstance, quarter: Quarter) -> list[CheckResult]:
    """The last result of every check, in the order of the suites."""
    return [history[-1] for history in read_check_histories(instance, quarter, shown=[quarter])]


def read_check_histories(
    instance: dg.DagsterInstance,
    quarter: Quarter,
    *,
    shown: Collection[Quarter] = (),
    but: Collection[str] = (),
) -> list[tuple[CheckResult, ...]]:
    """Each check over the quarters up to one: by default two years.

    `shown` may name other quarters, of which `quarter` is the last. The last of each check is the
    result for the quarter; of an asset without quarters it is the only one. Assets in `but` are
    left out.
    """
    suites = [suite for suite in ALL_SUITES if suite.asset not in but]
    with_quarters = [suite for suite in suites if suite.partitioned]
    without = [suite for suite in suites if not suite.partitioned]
    by_quarter = [
        read_results(instance, with_quarters, each, mark_out_of_date=each == quarter)
        for each in shown or list_shown_quarters(quarter)
    ]
    alone = read_results(instance, without, None, mark_out_of_date=True)
    return [
        tuple(results[f"{suite.asset}.{name}"] for results in by_quarter)
        if suite.partitioned
        else (alone[f"{suite.asset}.{name}"],)
        for suite in suites
        for name in suite.names
    ]


def read_chosen_histories(
    instance: dg.DagsterInstance, quarter: Quarter, results: Sequence[CheckResult]
) -> dict[str, tuple[CheckResult, ...]]:
    """Read these checks over two years, by `asset.name`.

    `results` are the last ones, for the quarter. A check without quarters has that one alone.
    """
    names = {each.name for each in results if each.quarter}
    assets = {each.asset for each in results if each.quarter}
    suites = [suite for suite in ALL_SUITES if suite.asset in assets]
    earlier = [
        read_results(instance, suites, each, names=names)
        for each in (list_shown_quarters(quarter)[:-1] if suites else ())
    ]
    return {
        each.key: (*(found[each.key] for found in earlier if each.quarter), each)
        for each in results
    }


def list_warnings(instance: dg.DagsterInstance, quarter: Quarter) -> list[CheckResult]:
    """The warnings of a quarter, which reviewers have to answer."""
    return [
        result
        for result in read_check_results(instance, quarter)
        if result.is_warning and result.name not in ABOUT_ANSWERS
    ]
