"""Assurance assets: other sources, compared with registrations. For the team only.

A source that has not landed is an empty table and a warning: the pipeline does not wait for it.
"""

import dagster as dg

from nino_assets.deliveries.comparator_files import (
    COMPARATORS,
    OPERATIONAL_INFORMATION,
    list_comparator_files,
    read_coherence_tolerances,
    read_comparator_files,
    read_comparator_layout,
    read_divergence_reasons,
)
from nino_assets.methods.comparison.divergence import build_comparison_frame
from nino_assets.orchestration.assets.cubes import EDITION
from nino_assets.orchestration.assets.stage import Metadata, StageRun, declare_asset
from nino_assets.orchestration.assets.upstream import Once
from nino_assets.publishing.coherence.coherence_page import write_coherence_page
from nino_assets.publishing.qa_report.desk_links import link_to_file
from nino_assets.releases.compared_sources import compare_declared_series, holds_synthetic
from nino_assets.releases.editions import read_edition
from nino_assets.store.atomic import write_text
from nino_assets.store.declarations import Access, Kept


@declare_asset(group="assurance", access=Access.TEAM, kept=Kept.ONCE, kinds={"polars", "parquet"})
def operational_information(run: StageRun) -> Metadata:
    """NINo applications received, interviews booked and attended, by quarter."""
    return _read_delivered(run, "operational_information", OPERATIONAL_INFORMATION)


@declare_asset(group="assurance", access=Access.TEAM, kept=Kept.ONCE, kinds={"polars", "parquet"})
def comparator_statistics(run: StageRun) -> Metadata:
    """Visas granted (Home Office), long-term immigration and passenger survey (ONS)."""
    return _read_delivered(run, "comparator_statistics", COMPARATORS)


@declare_asset(
    group="assurance",
    access=Access.TEAM,
    kept=Kept.BY_QUARTER,
    kinds={"html"},
    reads=[*EDITION, Once(operational_information), Once(comparator_statistics)],
)
def coherence_report(run: StageRun) -> Metadata:
    """Registrations compared with other sources: level, trend, and divergences with reasons."""
    edition = read_edition(run.warehouse, run.quarter)
    compared = compare_declared_series(run.warehouse, edition)
    comparisons = [each for series in compared for each in series.comparisons]
    frame = build_comparison_frame(comparisons)
    run.warehouse.tables.write("coherence_report", frame.to_arrow().to_reader(), run.quarter)
    path = run.warehouse.folders.find_publication(run.quarter) / "qa" / "coherence-report.html"
    text = write_coherence_page(
        compared,
        edition,
        tolerances=read_coherence_tolerances(),
        reasons=read_divergence_reasons(),
        synthetic=edition.synthetic or holds_synthetic(compared),
    )
    write_text(path, text)
    return {
        "open": dg.MetadataValue.url(link_to_file(run.quarter, f"qa/{path.name}")),
        "path": dg.MetadataValue.path(str(path)),
        "comparisons": len(comparisons),
        "divergences": sum(each.diverges for each in comparisons),
        "series without figures": sum(not series.comparisons for series in compared),
    }


def _read_delivered(run: StageRun, asset: str, layout_name: str) -> Metadata:
    layout = read_comparator_layout(layout_name)
    frame = read_comparator_files(run.warehouse.folders, layout)
    rows = run.warehouse.tables.write_changed(asset, frame)
    files = list_comparator_files(run.warehouse.folders, layout)
    return {
        "dagster/row_count": rows,
        "files": [path.name for path in files],
        "series": frame["series"].unique().sort().to_list(),
    }
