"""Short forms of the expectations that most suites share.

Belongs here: how a common rule is declared. Does not belong here: any rule about an asset, and the
tolerances (`data/reference/tolerances.csv`, read by `tolerances.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Literal

from nino_assets.quality.suite import Expectation, PracticeArea
from nino_assets.quality.tolerances import Tolerance, excuses, tolerances

Severity = Literal["block", "warn"]

FEWEST_CASES = 10
"""Cases from which on a share is judged: fewer are chance, in a small quarter above all."""


def percent_sql(cases: str, of: str) -> str:
    """SQL for a share in percent; NULL, which is not judged, on fewer than `FEWEST_CASES` cases."""
    return f"CASE WHEN {cases} >= {FEWEST_CASES} THEN 100.0 * {cases} / {of} END"


def expect_none(
    measure: str,
    sentence: str,
    next_step: str,
    *,
    severity: Severity = "block",
    area: PracticeArea = PracticeArea.PRODUCER,
) -> Expectation:
    """A measure that counts what must not occur, and is zero in every quarter."""
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


def expect_tolerated(
    measure: str,
    what: str,
    next_step: str,
    *,
    area: PracticeArea = PracticeArea.PRODUCER,
    figures: tuple[str, ...] = (),
) -> Expectation:
    """A measure of each quarter within the tolerance then in force, which is there to be judged.

    `what` is the subject of the sentence: "The share of ..., in percent,". `figures` are shown
    beside the measure.
    """

    return replace(
        expect_between(
            measure,
            f"{what} lies within the tolerance in force in the quarter.",
            next_step,
            area=area,
        ),
        figures=figures,
        read_levels=partial(_read_levels, measure, what, next_step, area, figures),
    )


def _read_levels(
    measure: str, what: str, next_step: str, area: PracticeArea, figures: tuple[str, ...]
) -> Expectation:
    """The rule with the levels and excuses that the reference lists have now."""

    def form(tolerance: Tolerance) -> Expectation:
        evidence = f"{tolerance.evidence} ({tolerance.source})"
        rule = expect_between(
            measure,
            f"{what} {tolerance.words}.",
            f"{next_step} Evidence for the level: {evidence}.",
            at_least=tolerance.at_least,
            at_most=tolerance.at_most,
            area=area,
        )
        return replace(rule, excuses=excuses(measure), figures=figures)

    first, *later = tolerances(measure)
    return replace(form(first), later=tuple((each.since, form(each)) for each in later))


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
