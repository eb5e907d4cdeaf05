"""What a check is: expectations about one asset, as data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Literal

import duckdb

from nino_assets.errors import NinoError
from nino_assets.governance.check_result import Severity
from nino_assets.quality.known_breaks import explain
from nino_assets.quality.tolerances import Tolerance, list_tolerances
from nino_assets.statistic.quarters import Quarter

LONGEST_NAME = 24
"""The check list of the UI cuts longer names off."""

Prepare = Callable[[duckdb.DuckDBPyConnection, Any, Sequence[Quarter]], None]


class PracticeArea(StrEnum):
    """The four areas of the Quality Assurance of Administrative Data toolkit."""

    CONTEXT = "Operational context and administrative data collection"
    COMMUNICATION = "Communication with data supply partners"
    SUPPLIER = "Quality assurance principles, standards and checks by data suppliers"
    PRODUCER = "Producer's quality assurance investigations and documentation"


EACH_ROW_KINDS = frozenset(
    {
        "ExpectColumnPairValuesAToBeGreaterThanB",
        "ExpectColumnPairValuesToBeEqual",
        "ExpectColumnValueLengthsToBeBetween",
        "ExpectColumnValueLengthsToEqual",
        "ExpectColumnValuesToBeBetween",
        "ExpectColumnValuesToBeInSet",
        "ExpectColumnValuesToBeNull",
        "ExpectColumnValuesToMatchRegex",
        "ExpectColumnValuesToNotBeInSet",
        "ExpectColumnValuesToNotBeNull",
        "ExpectColumnValuesToNotMatchRegex",
        "ExpectMulticolumnSumToEqual",
    }
)
"""Kinds that judge each row alone: for `rows`, and for `quarters` where a row is a quarter.

A null is not judged, except by the two kinds about nulls; so a measure that does not apply to a
quarter (no earlier year to compare with) is null and passes.
"""

WHOLE_TABLE_KINDS = frozenset(
    {
        "ExpectColumnProportionOfUniqueValuesToBeBetween",
        "ExpectColumnToExist",
        "ExpectCompoundColumnsToBeUnique",
        "ExpectTableColumnCountToEqual",
        "ExpectTableColumnsToMatchOrderedList",
        "ExpectTableColumnsToMatchSet",
    }
)
"""Kinds for `rows` only, which hold for every quarter when they hold for all quarters together.

The proportion of unique values is one of them at `min_value` 1 only. A value that repeats in two
quarters fails all quarters together and makes the engine look at each one, which is slow: put
`quarter` among the columns of `ExpectCompoundColumnsToBeUnique`, or count repeats as a measure.
"""


@dataclass(frozen=True, kw_only=True)
class Expectation:
    """One rule that good data keeps.

    `kind` is the name of a Great Expectations class and `arguments` are its own. `sentence` says
    the rule to a statistician; `next_step` says what to look at when it is broken. `over` names the
    view it judges: the asset's records (`rows`) or the measures of each quarter (`quarters`).
    `block` stops what is built on the quarter; `warn` asks a reviewer to judge. `figures` are
    further measures of the quarter that are shown with the result and not judged: columns of
    `quarters`, named in words.

    With a `unit` (blank, `%`, ` days`) the measure lies within the tolerance that
    `tolerances.csv` has for the check and the quarter. `sentence` is then its
    subject only; `find_form` completes it. Where such a rule warns and a known event explains why
    it is broken, the check passes, the explanation is shown, and no reviewer is asked. Nothing
    explains a rule that blocks.
    """

    name: str
    sentence: str
    kind: str
    arguments: Mapping[str, Any]
    over: Literal["rows", "quarters"]
    severity: Severity
    practice_area: PracticeArea
    next_step: str
    figures: tuple[str, ...] = ()
    unit: str | None = None
    tolerance: Tolerance | None = None
    """The tolerance in force, which `find_form` fills in."""

    def __post_init__(self) -> None:
        if not self.name.isidentifier() or len(self.name) > LONGEST_NAME:
            raise ValueError(
                f"'{self.name}' is no name for a check: letters, digits and underscores, "
                f"at most {LONGEST_NAME}"
            )
        if not self.sentence or not self.next_step:
            raise ValueError(f"{self.name} needs a sentence and a next step")
        if self.over != "quarters" and (self.figures or self.unit is not None):
            raise ValueError(f"{self.name}: figures and tolerances are measures; use over quarters")

    @property
    def blocks(self) -> bool:
        return self.severity == "block"

    def list_forms(self) -> tuple[Expectation, ...]:
        """The rule in each of its forms, earliest first.

        Raises a NinoError when the list of tolerances cannot be read or has none for the check.
        """
        if self.unit is None or self.tolerance:
            return (self,)
        return tuple(self._apply(tolerance) for tolerance in list_tolerances(self.name))

    def find_form(self, quarter: Quarter | None) -> Expectation:
        """The rule in force in a quarter; without one, the last form.

        Raises a NinoError as `list_forms` does.
        """
        forms = self.list_forms()
        in_force = [
            form
            for form in forms
            if quarter is None or form.tolerance is None or form.tolerance.since <= quarter
        ]
        return in_force[-1] if in_force else forms[0]

    def show_form(self, quarter: Quarter | None) -> Expectation:
        """As `find_form`; without its level if the list cannot be read."""
        try:
            return self.find_form(quarter)
        except NinoError:
            return replace(self, sentence=f"{self.sentence} lies within its tolerance.")

    def explain(self, quarter: Quarter | None, observed: float | None) -> str | None:
        """What explains that a measure breaks the rule; None: nothing does."""
        if self.unit is None or quarter is None or self.blocks:
            return None
        return explain(self.name, quarter, observed)

    def _apply(self, tolerance: Tolerance) -> Expectation:
        evidence = f"{tolerance.evidence} ({tolerance.source})"
        return replace(
            self,
            sentence=f"{self.sentence} {tolerance.describe(self.unit or '')}.",
            arguments={**self.arguments, **tolerance.bounds},
            next_step=f"{self.next_step} Evidence for the level: {evidence}.",
            tolerance=tolerance,
        )


@dataclass(frozen=True, kw_only=True)
class Suite:
    """All expectations about one asset, and how DuckDB sees the asset.

    `prepare(connection, subject, quarters)` creates on a fresh connection the view `rows` (one
    row a record, with a column `quarter` such as `2020-Q4`) where an expectation is over rows, and
    the view `quarters` (one row a quarter: `quarter` and the measures, from one grouped pass) where
    one is over quarters. The measures of a quarter must not depend on which others are asked for.
    An asset without partitions is asked for no quarters; its `quarters` is one row, with any text
    in `quarter`.
    """

    asset: str
    prepare: Prepare
    expectations: tuple[Expectation, ...]
    partitioned: bool = True

    def __post_init__(self) -> None:
        names = [expectation.name for expectation in self.expectations]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"{self.asset} names two checks alike: {', '.join(twice)}")
        for expectation in self.expectations:
            _refuse_undecidable(self, expectation)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(expectation.name for expectation in self.expectations)

    def find(self, name: str) -> Expectation:
        """The expectation of that name."""
        return next(each for each in self.expectations if each.name == name)


def _refuse_undecidable(suite: Suite, expectation: Expectation) -> None:
    """Raise ValueError for a rule that one quarter could break unseen."""
    where = f"{suite.asset}.{expectation.name}"
    if expectation.over == "quarters":
        if expectation.kind not in EACH_ROW_KINDS or "mostly" in expectation.arguments:
            raise ValueError(f"{where}: over quarters, use a kind that judges each row, wholly")
        return
    if not suite.partitioned or expectation.kind in EACH_ROW_KINDS:
        if suite.partitioned and "mostly" in expectation.arguments:
            raise ValueError(f"{where}: a share of the rows is a measure; judge it over quarters")
        return
    if expectation.kind not in WHOLE_TABLE_KINDS:
        raise ValueError(f"{where}: a total or mean is a measure; judge it over quarters")
    proportion = expectation.kind == "ExpectColumnProportionOfUniqueValuesToBeBetween"
    if proportion and expectation.arguments.get("min_value") != 1:
        raise ValueError(f"{where}: a share of unique values is a measure; judge it over quarters")
