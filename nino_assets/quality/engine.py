"""Runs a suite over DuckDB: one result for each check and quarter."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

import duckdb

from nino_assets.errors import NinoError
from nino_assets.governance.check_result import CheckResult
from nino_assets.quality.lazy_loading import load_lazily
from nino_assets.quality.results import build_result, describe_error, read_number
from nino_assets.quality.suite import Expectation, Suite
from nino_assets.statistic.quarters import Quarter

NAMED = "_named"
"""A measure `x` of published cells may have a text `x_named`: what it counts."""


class HoldsSessions(Protocol):
    """What the engine needs of a warehouse: DuckDB sessions."""

    def open_session(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]: ...


def run_suite(
    suite: Suite,
    subject: HoldsSessions,
    quarters: Sequence[Quarter],
    names: Collection[str] | None = None,
) -> list[CheckResult]:
    """Judge an asset's expectations: one result for each quarter.

    With `names`, these only. An asset without partitions takes no quarters and gets one result an
    expectation. Many quarters are judged together and only what fails together is judged again
    quarter by quarter: the result of a quarter is always the one that a run of this quarter alone
    would give.
    """
    chosen = [e for e in suite.expectations if names is None or e.name in names]
    results = _judge(suite, subject, quarters, chosen)
    if len(quarters) <= 1:
        return results
    undecided = {each.name for each in results if each.quarter is None}
    results = [each for each in results if each.name not in undecided]
    again = [e for e in chosen if e.name in undecided]
    if again:
        for quarter in quarters:
            results += _judge(suite, subject, [quarter], again)
    order = {name: n for n, name in enumerate(suite.names)}
    return sorted(results, key=lambda each: (order[each.name], each.quarter))


def _judge(
    suite: Suite,
    subject: HoldsSessions,
    quarters: Sequence[Quarter],
    chosen: Sequence[Expectation],
) -> list[CheckResult]:
    """Judge these quarters together.

    A result without a quarter says that its quarters have to be judged one by one.
    """
    with subject.open_session() as connection:
        try:
            suite.prepare(connection, subject, quarters)
        except Exception as raised:
            error = _describe_preparation(suite, raised)
            return [_build_failure(suite, rule, quarters, error) for rule in chosen]
        over_rows = [rule for rule in chosen if rule.over == "rows"]
        over_quarters = [rule for rule in chosen if rule.over == "quarters"]
        return [
            *_judge_rows(connection, suite, quarters, over_rows),
            *_judge_quarters(connection, suite, quarters, over_quarters),
        ]


def _build_failure(
    suite: Suite, rule: Expectation, quarters: Sequence[Quarter], error: str
) -> CheckResult:
    """The result of a rule that could not be evaluated."""
    quarter = quarters[0] if len(quarters) == 1 else None
    shown = rule.show_form(quarter)
    return build_result(suite.asset, shown, quarter, passed=False, error=error)


def _judge_rows(
    connection: duckdb.DuckDBPyConnection,
    suite: Suite,
    quarters: Sequence[Quarter],
    rules: Sequence[Expectation],
) -> list[CheckResult]:
    if not rules:
        return []
    load_lazily("scipy.stats")
    from nino_assets.quality.gx_duckdb import judge_rows  # noqa: PLC0415 (it loads for seconds)

    one = quarters[0] if len(quarters) == 1 else None
    results = []
    for rule, result in zip(rules, judge_rows(connection, suite.asset, rules, one), strict=True):
        if result.passed and len(quarters) > 1:
            results += [build_result(suite.asset, rule, q, passed=True) for q in quarters]
        else:
            results.append(result)
    return results


def _judge_quarters(
    connection: duckdb.DuckDBPyConnection,
    suite: Suite,
    quarters: Sequence[Quarter],
    rules: Sequence[Expectation],
) -> list[CheckResult]:
    if not rules:
        return []
    load_lazily("scipy.stats")
    from nino_assets.quality.gx_duckdb import find_broken_quarters  # noqa: PLC0415 (as above)

    try:
        measures = _read_measures(connection)
    except duckdb.Error as raised:
        error = describe_error("measured", type(raised).__name__)
        return [_build_failure(suite, rule, quarters, error) for rule in rules]
    results: list[CheckResult] = []
    pending: list[tuple[Expectation, Quarter | None]] = []
    each: Sequence[Quarter | None] = quarters or [None]
    for rule in rules:
        try:
            pending += [(rule.find_form(quarter), quarter) for quarter in each]
        except NinoError as refused:
            # Its tolerance cannot be read; the other rules of the suite do not need it.
            shown, error = rule.show_form(None), str(refused)
            results += [
                build_result(suite.asset, shown, quarter, passed=False, error=error)
                for quarter in each
            ]
    while pending:
        # One form of each rule at a time: what is broken is told apart by name.
        forms = {form.name: form for form, _ in reversed(pending)}
        now = [(form, quarter) for form, quarter in pending if forms[form.name] == form]
        pending = [(form, quarter) for form, quarter in pending if forms[form.name] != form]
        found = {
            rule.name: (broken, error)
            for rule, broken, error in find_broken_quarters(connection, list(forms.values()))
        }
        for form, quarter in now:
            broken, problem = found[form.name]
            if problem:
                results.append(_build_failure(suite, form, quarters, problem))
            else:
                results.append(_judge_measure(suite, form, quarter, measures, broken))
    return results


def _judge_measure(
    suite: Suite,
    rule: Expectation,
    quarter: Quarter | None,
    measures: Sequence[Mapping[str, Any]],
    broken: Collection[str],
) -> CheckResult:
    own = [row for row in measures if quarter is None or row["quarter"] == quarter.label]
    if len(own) != 1:
        error = f"The view `quarters` holds {len(own)} rows for this quarter; it must hold one."
        return build_result(suite.asset, rule, quarter, passed=False, error=error)
    [row] = own
    failed = str(row["quarter"]) in broken
    observed = read_number(row.get(rule.arguments.get("column", rule.name)))
    try:
        explanation = rule.explain(quarter, observed) if failed else None
    except NinoError as refused:
        return build_result(suite.asset, rule, quarter, passed=False, error=str(refused))
    return build_result(
        suite.asset,
        rule,
        quarter,
        passed=not failed or explanation is not None,
        observed=observed,
        unexpected=int(failed),
        unexpected_percent=100.0 * failed,
        figures=tuple(
            (name, value)
            for name in rule.figures
            if (value := read_number(row.get(name))) is not None
        ),
        counts=row.get(f"{rule.name}{NAMED}") or None,
        explanation=explanation,
    )


def _read_measures(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    found = connection.execute("SELECT * FROM quarters")
    columns = [column[0] for column in found.description or []]
    return [dict(zip(columns, row, strict=True)) for row in found.fetchall()]


def _describe_preparation(suite: Suite, raised: Exception) -> str:
    if isinstance(raised, NinoError):
        return f"{suite.asset} could not be read. {raised}"
    return describe_error("prepared", type(raised).__name__)
