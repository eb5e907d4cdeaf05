"""Builds the suite of a table of other sources.

Only a table that cannot be read as declared blocks: a source that is late or odd is for a reviewer
to judge. No published cell comes from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import duckdb
import polars as pl

from nino_assets.methods.comparison.other_series import STATISTICS_SCHEMA, count_missing_periods
from nino_assets.quality.next_steps import materialise_again
from nino_assets.quality.rules import expect_between, expect_columns, expect_each_row, expect_none
from nino_assets.quality.suite import PracticeArea, Prepare, Suite
from nino_assets.releases.compared_sources import LAYOUTS, list_declared_series
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.warehouse import Warehouse

_FILES = "Open the files in landing/{}/ and ask their supplier."


def _prepare_source(asset: str) -> Prepare:
    """The delivered rows, and measures of them."""

    def prepare(con: duckdb.DuckDBPyConnection, warehouse: Warehouse, _: Sequence[Quarter]) -> None:
        warehouse.tables.create_view(con, "delivered", asset)
        con.execute("CREATE VIEW rows AS SELECT *, '' AS quarter FROM delivered")
        frame = warehouse.tables.read_frame(asset)
        declared = {(s.name, part) for s in list_declared_series(asset) for part in s.breakdowns}
        held = {
            (str(name), str(part)): [Quarter.parse(label) for label in rows["period"]]
            for (name, part), rows in frame.partition_by(
                "series", "breakdown", as_dict=True
            ).items()
        }
        key = ["series", "breakdown", "period", "published_on"]
        measures = {
            "rows_delivered": frame.height,
            "series_missing": len(declared - held.keys()) if held else 0,
            "series_undeclared": len(held.keys() - declared),
            "repeated_periods": frame.height - frame.select(key).unique().height,
            "gaps": sum(count_missing_periods(periods) for periods in held.values()),
        }
        con.register(
            "measured", pl.DataFrame([measures]).with_columns(quarter=pl.lit("")).to_arrow()
        )
        con.execute("CREATE TABLE quarters AS SELECT * FROM measured")

    return prepare


def build_source_suite(asset: str, landed: str, area: PracticeArea) -> Suite:
    """The suite of an asset of series; `landed` says what is delivered."""
    files = _FILES.format(LAYOUTS[asset])
    return Suite(
        asset=asset,
        partitioned=False,
        prepare=_prepare_source(asset),
        expectations=tuple(
            replace(expectation, practice_area=area)
            for expectation in (
                expect_columns(
                    list(STATISTICS_SCHEMA), materialise_again(asset), added=["quarter"]
                ),
                expect_none(
                    "series_undeclared",
                    "Every series and breakdown is one that the layout declares.",
                    materialise_again(asset),
                ),
                expect_between(
                    "rows_delivered",
                    landed,
                    f"Put the files into landing/{LAYOUTS[asset]}/; without them this comparison "
                    "with other sources is left out.",
                    at_least=1,
                ),
                expect_none(
                    "series_missing",
                    "Every declared series and breakdown was delivered.",
                    files,
                    severity="warn",
                ),
                expect_none(
                    "repeated_periods",
                    "No period of a series stands twice in one publication of it.",
                    files,
                    severity="warn",
                ),
                expect_none(
                    "gaps",
                    "No series lacks a period between its first and its last.",
                    files,
                    severity="warn",
                ),
                expect_each_row(
                    "value_not_negative",
                    "No value is negative.",
                    "ExpectColumnValuesToBeBetween",
                    files,
                    severity="warn",
                    column="value",
                    min_value=0,
                ),
                expect_each_row(
                    "source_named",
                    "Every figure names its source.",
                    "ExpectColumnValueLengthsToBeBetween",
                    files,
                    severity="warn",
                    column="source",
                    min_value=1,
                ),
            )
        ),
    )
