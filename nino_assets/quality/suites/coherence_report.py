"""The suite of coherence_report: where another source tells otherwise than registrations.

Nothing here blocks: a divergence is for a reviewer to judge.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import polars as pl

from nino_assets.methods.comparison.divergence import COMPARISON_SCHEMA, build_comparison_frame
from nino_assets.quality.measures.files import Measures, measure_files
from nino_assets.quality.next_steps import materialise_again
from nino_assets.quality.rules import expect_columns, expect_none
from nino_assets.quality.suite import PracticeArea, Suite
from nino_assets.releases.compared_sources import (
    LAYOUTS,
    compare_declared_series,
    holds_synthetic,
    list_declared_series,
)
from nino_assets.releases.editions import read_edition
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.warehouse import Warehouse

_FILES = "Open the files in landing/{}/ and ask their supplier."
_DIVERGES = (
    "Read the report's documented reasons; record which one holds, or find the cause before "
    "release."
)
_AGAIN = materialise_again("coherence_report")


def _measure(warehouse: Warehouse, quarter: Quarter) -> Measures:
    edition = read_edition(warehouse, quarter)
    compared = compare_declared_series(warehouse, edition)
    late = [
        each
        for each in compared
        if each.series.find_expected_period(quarter) in each.registrations
        and not each.is_due(quarter)
    ]
    operations = list_declared_series("operational_information")
    stored = warehouse.tables.read_frame("coherence_report", quarter)
    fresh = build_comparison_frame(each for series in compared for each in series.comparisons)
    # What is older is late, or ended: another check says so.
    recent = fresh.filter(pl.col("period") > (quarter - 4).label)
    latest = recent.filter(pl.col("period") == pl.col("period").max().over("series"))
    page = warehouse.folders.find_publication(quarter) / "qa" / "coherence-report.html"
    return {
        "level_divergences": latest.filter(~pl.col("level_discontinuous"))["level"].count(),
        "trend_divergences": latest.filter(~pl.col("trend_discontinuous"))["trend"].count(),
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
        warehouse.tables.create_view(con, name, "coherence_report", [quarter])
        selects.append(f"SELECT *, '{quarter.label}' AS quarter FROM {name}")
    con.execute(f"CREATE VIEW rows AS {' UNION ALL '.join(selects)}")
    measure_files(_measure)(con, warehouse, quarters)


SUITE = Suite(
    asset="coherence_report",
    prepare=_report,
    expectations=(
        expect_columns(list(COMPARISON_SCHEMA), _AGAIN, added=["quarter"]),
        expect_none(
            "level_divergences",
            "Registrations are within tolerance of the level of every other source in its latest "
            "period, known breaks aside.",
            _DIVERGES,
            severity="warn",
        ),
        expect_none(
            "trend_divergences",
            "Registrations changed over a year as every other source did, within tolerance, known "
            "breaks aside.",
            _DIVERGES,
            severity="warn",
        ),
        expect_none(
            "operations_late",
            "Applications, interviews booked and interviews attended of the quarter are at hand.",
            _FILES.format(LAYOUTS["operational_information"]),
            severity="warn",
            area=PracticeArea.CONTEXT,
        ),
        expect_none(
            "series_late",
            "Every source of other producers has the period that is due with this release.",
            "Ask the supplier of the series that the report names as late.",
            severity="warn",
        ),
        expect_none(
            "out_of_date",
            "The report holds what registrations and other sources say now.",
            "Materialise coherence_report again: a source was delivered anew.",
            severity="warn",
        ),
        expect_none(
            "synthetic_beside_real",
            "No made-up figures of other sources come with a real delivery.",
            "Take synthetic.csv out of landing/operational-information/ and landing/comparators/.",
            severity="warn",
        ),
    ),
)
