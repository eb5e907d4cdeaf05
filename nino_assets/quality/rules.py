"""Short forms of the expectations that most suites share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from nino_assets.governance.check_result import Severity
from nino_assets.quality.suite import Expectation, PracticeArea

FEWEST_CASES = 10
"""Cases from which on a share is judged: fewer are chance, in a small quarter above all."""


def build_percent_sql(cases: str, of: str) -> str:
    """SQL for a share in %; NULL for too few cases."""
    return f"CASE WHEN {cases} >= {FEWEST_CASES} THEN 100.0 * {cases} / {of} END"


def expect_none(
    measure: str,
    sentence: str,
    next_step: str,
    *,
    severity: Severity = "block",
    area: PracticeArea = PracticeArea.PRODUCER,
) -> Expectation:
    """A measure that counts what must not occur."""
    return expect_between(measure, sentence, next_step, at_most=0, severity=severity, area=area)


def expect_between(  # noqa: PLR0913 - one argument a part of the sentence
    measure: str,
    sentence: str,
    next_step: str,
    *,
    at_least: float | None = None,
    at_most: float | None = None,
    severity: Severity = "warn",
    area: PracticeArea = PracticeArea.PRODUCER,
) -> Expectation:
    """A measure of each quarter that lies between two bounds."""
    bounds: dict[str, Any] = {"min_value": at_least, "max_value": at_most}
    return Expectation(
        name=measure,
        sentence=sentence,
        kind="ExpectColumnValuesToBeBetween",
        arguments={"column": measure} | {k: b for k, b in bounds.items() if b is not None},
        over="quarters",
        severity=severity,
        practice_area=area,
        next_step=next_step,
    )


def expect_not_above(measure: str, sentence: str, next_step: str, *, limit: str) -> Expectation:
    """A measure that is at most another one, shown with it."""
    rule = expect_between(measure, sentence, next_step)
    return replace(
        rule,
        kind="ExpectColumnPairValuesAToBeGreaterThanB",
        arguments={"column_A": limit, "column_B": measure, "or_equal": True},
        figures=(limit,),
    )


def expect_tolerated(  # noqa: PLR0913 - one argument a part of the sentence
    measure: str,
    subject: str,
    next_step: str,
    *,
    unit: str = "",
    severity: Severity = "warn",
    area: PracticeArea = PracticeArea.PRODUCER,
    figures: tuple[str, ...] = (),
) -> Expectation:
    """A measure within the tolerance that `tolerances.csv` sets.

    `subject` begins the sentence: "The share of malformed rows". `figures` are shown with it.
    """
    rule = expect_between(measure, subject, next_step, severity=severity, area=area)
    return replace(rule, unit=unit, figures=figures)


def expect_each_row(
    name: str,
    sentence: str,
    kind: str,
    next_step: str,
    *,
    severity: Severity = "block",
    **arguments: Any,
) -> Expectation:
    """A rule that every row of the asset keeps."""
    return Expectation(
        name=name,
        sentence=sentence,
        kind=kind,
        arguments=arguments,
        over="rows",
        severity=severity,
        practice_area=PracticeArea.PRODUCER,
        next_step=next_step,
    )


def expect_filled(column: str, next_step: str) -> Expectation:
    """Every row has the column."""
    return expect_each_row(
        f"{column}_filled"[:24],
        f"Every row has a value in {column}.",
        "ExpectColumnValuesToNotBeNull",
        next_step,
        column=column,
    )


def expect_listed(name: str, column: str, values: Sequence[str], next_step: str) -> Expectation:
    """Every value of the column is one of a list."""
    return expect_each_row(
        name,
        f"Every value of {column} is on its list of {len(values)}.",
        "ExpectColumnValuesToBeInSet",
        next_step,
        column=column,
        value_set=list(values),
    )


def expect_columns(
    columns: Sequence[str], next_step: str, *, added: Sequence[str] = ()
) -> Expectation:
    """The asset has these columns, in this order, and no other.

    `added` are columns that only the view has, after the asset's own.
    """
    return expect_each_row(
        "columns_exact",
        f"The columns are exactly: {', '.join(columns)}.",
        "ExpectTableColumnsToMatchOrderedList",
        next_step,
        column_list=[*columns, *added],
    )
