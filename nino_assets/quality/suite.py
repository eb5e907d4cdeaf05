"""What a quality check is: a suite of expectations about one asset, written as data.

Belongs here: the declaration and the rules that keep it readable and decidable quarter by quarter.
Does not belong here: running it (`engine.py`), Dagster (`factory.py`), the suites themselves (one
module for each module in `assets/`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

import duckdb

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
class Excuse:
    """A documented event that explains why a check does not hold from `first` to `last`."""

    first: Quarter
    last: Quarter
    words: str


@dataclass(frozen=True, kw_only=True)
class Expectation:
    """One rule that good data keeps.

    `kind` is the name of a Great Expectations class and `arguments` are its own. `sentence` says
    the rule to a statistician; `next_step` says what to look at when it fails. `over` names the
    view it judges: the asset's records (`rows`) or the measures of each quarter (`quarters`).
    `block` stops what comes downstream of the quarter; `warn` asks a reviewer to judge. `figures`
    are further measures of the quarter that are shown beside the verdict and not judged: columns of
    `quarters`, named in words.
    `block` stops what comes downstream of the quarter; `warn` asks a reviewer to judge.

    A tolerance changes with time: `later` are the forms of the rule that hold from a quarter on,
    ascending. `excuses` are for warnings only: where one covers the quarter, what does not hold is
    explained, shown as such, and asks nobody. Where levels and excuses come from a reference list,
    `read_levels` gives the rule with them; it is called for each verdict and not on declaration, so
    that a list with a mistake stops a verdict and not everything else.
    """

    name: str
    sentence: str
    kind: str
    arguments: Mapping[str, Any]
    over: Literal["rows", "quarters"]
    severity: Literal["block", "warn"]
    practice_area: PracticeArea
    next_step: str
    figures: tuple[str, ...] = ()
    later: tuple[tuple[Quarter, Expectation], ...] = ()
    excuses: tuple[Excuse, ...] = ()
    read_levels: Callable[[], Expectation] | None = None

    def __post_init__(self) -> None:
        if not self.name.isidentifier() or len(self.name) > LONGEST_NAME:
            raise ValueError(
                f"'{self.name}' is no name for a check: letters, digits and underscores, "
                f"at most {LONGEST_NAME}"
            )
        if not self.sentence or not self.next_step:
            raise ValueError(f"{self.name} needs a sentence and a next step")
        if self.figures and self.over != "quarters":
            raise ValueError(f"{self.name}: figures are measures; judge it over quarters")
        if (self.later or self.excuses) and self.over != "quarters":
            raise ValueError(f"{self.name}: only a measure of each quarter has dates and excuses")
        if self.excuses and self.blocks:
            raise ValueError(f"{self.name}: nothing excuses what would publish a wrong number")

    def at(self, quarter: Quarter | None) -> Expectation:
        """The rule as it is in force in a quarter; for an asset without quarters, the last one."""
        in_force = rule = self.read_levels() if self.read_levels else self
        for since, form in rule.later:
            if quarter is None or since <= quarter:
                in_force = form
        return in_force

    def excuse(self, quarter: Quarter) -> str | None:
        """What explains that the rule does not hold in a quarter; None when nothing does."""
        excuses = self.at(quarter).excuses
        covering = [each.words for each in excuses if each.first <= quarter <= each.last]
        return " ".join(covering) or None

    @property
    def blocks(self) -> bool:
        return self.severity == "block"


@dataclass(frozen=True, kw_only=True)
class Suite:
    """All expectations about one asset, and how DuckDB sees the asset.

    `prepare(connection, warehouse, quarters)` creates on a fresh connection the view `rows` (one
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


def _refuse_undecidable(suite: Suite, expectation: Expectation) -> None:
    """Raise ValueError for a rule that could pass on the whole and fail in a quarter."""
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
