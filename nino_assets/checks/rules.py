"""Short forms of the expectations that most suites share.

Belongs here: how a common rule is declared. Does not belong here: any rule about an asset.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from nino_assets.checks.suite import Expectation, PracticeArea

Severity = Literal["block", "warn"]


def none_of(
    measure: str, sentence: str, next_step: str, *, severity: Severity = "block"
) -> Expectation:
    """A measure that counts what must not occur, and is zero in every quarter."""
    return share(measure, sentence, next_step, at_most=0, severity=severity)


def share(  # noqa: PLR0913 - one argument a part of the sentence
    measure: str,
    sentence: str,
    next_step: str,
    *,
    at_least: float | None = None,
    at_most: float | None = None,
    severity: Severity = "warn",
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
        practice_area=PracticeArea.PRODUCER,
        next_step=next_step,
    )


def each_row(
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


def filled(column: str, next_step: str) -> Expectation:
    """Every row has the column."""
    return each_row(
        f"{column}_filled"[:24],
        f"Every row has a value in {column}.",
        "ExpectColumnValuesToNotBeNull",
        next_step,
        column=column,
    )


def listed(name: str, column: str, values: Sequence[str], next_step: str) -> Expectation:
    """Every value of the column is one of a list."""
    return each_row(
        name,
        f"Every value of {column} is on its list of {len(values)}.",
        "ExpectColumnValuesToBeInSet",
        next_step,
        column=column,
        value_set=list(values),
    )


def exact_columns(columns: Sequence[str], next_step: str) -> Expectation:
    """The asset has these columns, in this order, and no other."""
    return each_row(
        "columns_exact",
        f"The columns are exactly: {', '.join(columns)}.",
        "ExpectTableColumnsToMatchOrderedList",
        next_step,
        column_list=list(columns),
    )
