"""Suites of the assurance assets: what another source must be like, and where it tells otherwise.

Only a table that cannot be read as declared blocks: a source that is late, odd or diverges is for
a reviewer to judge. Comparators stand in the bulletin beside registrations, as their sources
published them; no published cell comes from them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import duckdb
import polars as pl

from nino_assets.methods.comparison.divergence import (
    COMPARISON_SCHEMA,
    STATISTICS_SCHEMA,
    build_comparison_frame,
    count_missing_periods,
)
from nino_assets.quality.rules import each_row, exact_columns, none_of, share
from nino_assets.quality.suite import PracticeArea, Prepare, Suite
from nino_assets.quality.suites.publication import Measures, measured
from nino_assets.releases.editions import edition_of
from nino_assets.releases.other_sources import (
    LAYOUTS,
    compared_series,
    declared_series,
    holds_synthetic,
)
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.warehouse import Warehouse

_FILES = "Open the files in landing/{}/ and ask their supplier."
_DIVERGES = (
    "Read the report's documented reasons; record which one holds, or find the cause before "
    "release."
)
_AGAIN = "Materialise the asset again; if it stays, report a fault of the line."


def _statistics(asset: str) -> Prepare:
    """The delivered rows, and measures of them."""

    def prepare(con: duckdb.DuckDBPyConnection, warehouse: Warehouse, _: Sequence[Quarter]) -> None:
        warehouse.open_table(con, "delivered", asset)
        con.execute("CREATE VIEW rows AS SELECT *, '' AS quarter FROM delivered")
        frame = warehouse.frame(asset)
        declared = {(s.name, part) for s in declared_series(asset) for part in s.breakdowns}
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


def _suite(asset: str, landed: str, area: PracticeArea) -> Suite:
    files = _FILES.format(LAYOUTS[asset])
    return Suite(
        asset=asset,
        partitioned=False,
        prepare=_statistics(asset),
        expectations=tuple(
            replace(expectation, practice_area=area)
            for expectation in (
                exact_columns(list(STATISTICS_SCHEMA), _AGAIN, added=["quarter"]),
                none_of(
                    "series_undeclared",
                    "Every series and breakdown is one that the layout declares.",
                    _AGAIN,
                ),
                share(
                    "rows_delivered",
                    landed,
                    f"Put the files into landing/{LAYOUTS[asset]}/; without them this comparison "
                    "with other sources is left out.",
                    at_least=1,
                ),
                none_of(
                    "series_missing",
                    "Every declared series and breakdown was delivered.",
                    files,
                    severity="warn",
                ),
                none_of(
                    "repeated_periods",
                    "No period of a series stands twice in one publication of it.",
                    files,
                    severity="warn",
                ),
                none_of(
                    "gaps",
                    "No series lacks a period between its first and its last.",
                    files,
                    severity="warn",
                ),
                each_row(
                    "value_not_negative",
                    "No value is negative.",
                    "ExpectColumnValuesToBeBetween",
                    files,
                    severity="warn",
                    column="value",
                    min_value=0,
                ),
                each_row(
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


operational_information = _suite(
    "operational_information",
    "Applications and interviews have been delivered.",
    PracticeArea.CONTEXT,
)
comparator_statistics = _suite(
    "comparator_statistics",
    "Home Office and ONS statistics have been delivered.",
    PracticeArea.PRODUCER,
)


def _coherence(warehouse: Warehouse, quarter: Quarter) -> Measures:
    edition = edition_of(warehouse, quarter)
    compared = compared_series(warehouse, edition)
    late = [
        each
        for each in compared
        if each.series.expected(quarter) in each.registrations and not each.is_due(quarter)
    ]
    operations = declared_series("operational_information")
    stored = warehouse.frame("coherence_report", quarter)
    fresh = build_comparison_frame(each for series in compared for each in series.comparisons)
    # What is older is late, or ended: another check says so.
    recent = fresh.filter(pl.col("period") > (quarter - 4).label)
    latest = recent.filter(pl.col("period") == pl.col("period").max().over("series"))
    page = warehouse.folders.publication(quarter) / "qa" / "coherence-report.html"
    return {
        "level_divergences": latest.filter(~pl.col("level_broken"))["level"].count(),
        "trend_divergences": latest.filter(~pl.col("trend_broken"))["trend"].count(),
        "operations_late": sum(each.series in operations for each in late),
        "series_late": sum(each.series not in operations for each in late),
        "out_of_date": int(not (page.is_file() and stored.equals(fresh))),
        "synthetic_beside_real": int(holds_synthetic(compared) and not edition.synthetic),
    }


def _report(
    con: duckdb.DuckDBPyConnection, warehouse: Warehouse, quarters: Sequence[Quarter]
) -> None:
    """The comparisons as stored, and measures of each quarter's report."""
    selects = []
    for quarter in quarters:
        name = f"comparisons_{quarter.year}_{quarter.number}"
        warehouse.open_table(con, name, "coherence_report", [quarter])
        selects.append(f"SELECT *, '{quarter.label}' AS quarter FROM {name}")
    con.execute(f"CREATE VIEW rows AS {' UNION ALL '.join(selects)}")
    measured(_coherence)(con, warehouse, quarters)


coherence_report = Suite(
    asset="coherence_report",
    prepare=_report,
    expectations=(
        exact_columns(list(COMPARISON_SCHEMA), _AGAIN, added=["quarter"]),
        none_of(
            "level_divergences",
            "Registrations are within tolerance of the level of every other source in its latest "
            "period, known breaks aside.",
            _DIVERGES,
            severity="warn",
        ),
        none_of(
            "trend_divergences",
            "Registrations changed over a year as every other source did, within tolerance, known "
            "breaks aside.",
            _DIVERGES,
            severity="warn",
        ),
        none_of(
            "operations_late",
            "Applications, interviews booked and interviews attended of the quarter are at hand.",
            _FILES.format(LAYOUTS["operational_information"]),
            severity="warn",
            area=PracticeArea.CONTEXT,
        ),
        none_of(
            "series_late",
            "Every source of other producers has the period that is due with this release.",
            "Ask the supplier of the series that the report names as late.",
            severity="warn",
        ),
        none_of(
            "out_of_date",
            "The report holds what registrations and other sources say now.",
            "Materialise coherence_report again: a source was delivered anew.",
            severity="warn",
        ),
        none_of(
            "synthetic_beside_real",
            "No made-up figures of other sources stand beside a real delivery.",
            "Take synthetic.csv out of landing/operational-information/ and landing/comparators/.",
            severity="warn",
        ),
    ),
)

SUITES = (operational_information, comparator_statistics, coherence_report)
