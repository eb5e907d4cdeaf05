"""Runs a suite with Great Expectations over DuckDB and says, quarter by quarter, what held.

Belongs here: which expectation is judged on which view, one verdict a quarter, and that no verdict
is ever missing or holds a value of a record.
Does not belong here: Great Expectations' classes (`gx_duckdb.py`) and Dagster (`factory.py`).
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

import duckdb

from nino_assets.errors import NinoError
from nino_assets.quality.suite import Expectation, Suite
from nino_assets.quality.verdict import Verdict, number
from nino_assets.statistic.quarters import Quarter

NAMED = "_named"
"""A measure `x` of published cells may have a text beside it, `x_named`: what it counts."""


class HoldsSessions(Protocol):
    """A warehouse, as far as the engine knows it: it opens the DuckDB sessions."""

    def open_session(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]: ...


@dataclass(frozen=True)
class Outcome:
    """One expectation's verdict on one quarter; on all of them, or no quarters, where it is None.

    `unexpected` counts the rows that break the rule, over quarters the quarters that do;
    `unexpected_percent` is their share of all judged. `observed` is the measure, where there is
    one number, and `named` says in words what it counts, where the suite knows; `figures` are the
    further measures that the expectation shows, name and number. `excused` says what explains a
    rule that does not hold; it then has passed. `error` says why the expectation could not be
    evaluated; it then has not passed.
    """

    name: str
    quarter: Quarter | None
    passed: bool
    observed: float | None = None
    unexpected: int = 0
    unexpected_percent: float = 0.0
    named: str | None = None
    excused: str | None = None
    error: str | None = None
    figures: tuple[tuple[str, float], ...] = ()


def begin_loading() -> None:
    """Let a thread of its own load Great Expectations, while this one waits for discs and hashes.

    The first suite then waits for what is left of it. Without this call it loads all by itself; so
    it does when the thread could not, and tells why.
    """

    def load() -> None:
        with contextlib.suppress(Exception):
            import nino_assets.quality.gx_duckdb  # noqa: F401, PLC0415

    threading.Thread(target=load, name="load-great-expectations").start()


def run_suite(
    suite: Suite,
    warehouse: HoldsSessions,
    quarters: Sequence[Quarter],
    names: Collection[str] | None = None,
) -> list[Outcome]:
    """Judge the expectations (all, or those in `names`) on the asset, one outcome a quarter each.

    An asset without partitions takes no quarters and gets one outcome an expectation. Many
    quarters are judged together and only what fails together is judged again quarter by quarter:
    the verdict on a quarter is always the one that a run of this quarter alone would give.
    """
    chosen = [e for e in suite.expectations if names is None or e.name in names]
    if len(quarters) <= 1:
        return _judge(suite, warehouse, quarters, chosen)
    outcomes = _judge(suite, warehouse, quarters, chosen)
    undecided = {o.name for o in outcomes if o.quarter is None}
    outcomes = [o for o in outcomes if o.name not in undecided]
    again = [e for e in chosen if e.name in undecided]
    if again:
        for quarter in quarters:
            outcomes += _judge(suite, warehouse, [quarter], again)
    order = {name: n for n, name in enumerate(suite.names)}
    return sorted(outcomes, key=lambda o: (order[o.name], o.quarter))


def overall(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """One outcome an expectation over all its quarters, in the order given."""
    by_name: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        by_name.setdefault(outcome.name, []).append(outcome)
    return [_together(each) for each in by_name.values()]


def _together(each: Sequence[Outcome]) -> Outcome:
    if len(each) == 1:
        return each[0]
    failed = [outcome for outcome in each if not outcome.passed]
    errors = [outcome.error for outcome in failed if outcome.error]
    return Outcome(
        name=each[0].name,
        quarter=None,
        passed=not failed,
        unexpected=sum(outcome.unexpected for outcome in failed),
        unexpected_percent=100 * len(failed) / len(each),
        error=errors[0] if errors else None,
    )


def _judge(
    suite: Suite,
    warehouse: HoldsSessions,
    quarters: Sequence[Quarter],
    chosen: Sequence[Expectation],
) -> list[Outcome]:
    """Outcomes of one look at these quarters; without a quarter where they are not decided each."""
    with warehouse.open_session() as connection:
        try:
            suite.prepare(connection, warehouse, quarters)
        except Exception as raised:
            return _failed(chosen, quarters, _prepare_error(suite, raised))
        over_rows = [e for e in chosen if e.over == "rows"]
        over_quarters = [e for e in chosen if e.over == "quarters"]
        return [
            *_judge_rows(connection, quarters, over_rows),
            *_judge_quarters(connection, quarters, over_quarters),
        ]


def _failed(
    chosen: Sequence[Expectation], quarters: Sequence[Quarter], error: str
) -> list[Outcome]:
    quarter = quarters[0] if len(quarters) == 1 else None
    return [Outcome(e.name, quarter, passed=False, error=error) for e in chosen]


def _judge_rows(
    connection: duckdb.DuckDBPyConnection,
    quarters: Sequence[Quarter],
    chosen: Sequence[Expectation],
) -> list[Outcome]:
    outcomes = []
    for name, verdict in _verdicts(connection, "rows", chosen).items():
        outcome = Outcome(
            name,
            quarters[0] if len(quarters) == 1 else None,
            passed=verdict.passed,
            observed=verdict.observed,
            unexpected=verdict.unexpected,
            unexpected_percent=verdict.unexpected_percent,
            error=_error(verdict),
        )
        if verdict.passed and len(quarters) > 1:
            outcomes += [Outcome(name, quarter, passed=True) for quarter in quarters]
        else:
            outcomes.append(outcome)
    return outcomes


def _judge_quarters(
    connection: duckdb.DuckDBPyConnection,
    quarters: Sequence[Quarter],
    chosen: Sequence[Expectation],
) -> list[Outcome]:
    if not chosen:
        return []
    try:
        measures = _measures(connection)
    except duckdb.Error as raised:
        return _failed(chosen, quarters, _cannot("measured", type(raised).__name__))
    each: Sequence[Quarter | None] = quarters or [None]
    pending = [(expectation.at(quarter), quarter) for expectation in chosen for quarter in each]
    outcomes: list[Outcome] = []
    while pending:
        # One form of each rule at a time: verdicts are told apart by name.
        forms = {form.name: form for form, _ in reversed(pending)}
        verdicts = _verdicts(connection, "quarters", list(forms.values()))
        judged = [(form, quarter) for form, quarter in pending if forms[form.name] is form]
        pending = [(form, quarter) for form, quarter in pending if forms[form.name] is not form]
        for form, quarter in judged:
            verdict = verdicts[form.name]
            error = _error(verdict)
            if error:
                outcomes += _failed([form], quarters, error)
            else:
                outcomes.append(_from_measures(form, quarter, measures, verdict.quarters))
    return outcomes


def _from_measures(
    expectation: Expectation,
    quarter: Quarter | None,
    measures: Sequence[Mapping[str, Any]],
    broken: Collection[str],
) -> Outcome:
    own = [row for row in measures if quarter is None or row["quarter"] == quarter.label]
    if len(own) != 1:
        error = f"The view `quarters` holds {len(own)} rows for this quarter; it must hold one."
        return Outcome(expectation.name, quarter, passed=False, error=error)
    failed = str(own[0]["quarter"]) in broken
    excused = expectation.excuse(quarter) if failed and quarter else None
    return Outcome(
        name=expectation.name,
        quarter=quarter,
        passed=not failed or excused is not None,
        observed=number(own[0].get(str(expectation.arguments.get("column")))),
        unexpected=int(failed),
        unexpected_percent=100.0 * failed,
        figures=tuple(
            (name, value)
            for name in expectation.figures
            if (value := number(own[0].get(name))) is not None
        ),
        named=own[0].get(f"{expectation.name}{NAMED}") or None,
        excused=excused,
    )


def _measures(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    found = connection.execute("SELECT * FROM quarters")
    columns = [column[0] for column in found.description or []]
    return [dict(zip(columns, row, strict=True)) for row in found.fetchall()]


def _verdicts(
    connection: duckdb.DuckDBPyConnection, view: str, chosen: Sequence[Expectation]
) -> dict[str, Verdict]:
    if not chosen:
        return {}
    from nino_assets.quality.gx_duckdb import judge_view  # noqa: PLC0415 (it loads for seconds)

    return judge_view(connection, view, chosen, name_quarters=view == "quarters")


def _error(verdict: Verdict) -> str | None:
    return None if verdict.exception is None else _cannot("evaluated", verdict.exception)


def _prepare_error(suite: Suite, raised: Exception) -> str:
    if isinstance(raised, NinoError):
        return f"{suite.asset} could not be read. {raised.what}"
    return _cannot("prepared", type(raised).__name__)


def _cannot(what: str, exception: str) -> str:
    """The message of an error without the text of the exception, which may hold a value."""
    return f"The expectation could not be {what}" + (f" ({exception})." if exception else ".")
