"""Group assurance: other sources, and registrations beside them. For the team only.

Belongs here: the shells of assurance assets. A source that has not landed is an empty table and a
warning: the line must not wait for it.
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
from nino_assets.orchestration.assets.cubes import perturbed_cubes
from nino_assets.orchestration.assets.partitions import (
    ALL_BEFORE,
    ONE_AT_A_TIME,
    QUARTERS,
    quarters_of,
)
from nino_assets.orchestration.assets.stage import run_stage
from nino_assets.publishing.coherence.coherence_page import coherence_page
from nino_assets.releases.editions import edition_of
from nino_assets.releases.other_sources import compared_series, holds_synthetic
from nino_assets.releases.series import find_series
from nino_assets.store.atomic import write_text
from nino_assets.store.warehouse import Warehouse

TEAM = {"access": "team"}


@dg.asset(
    group_name="assurance",
    required_resource_keys={"warehouse"},
    kinds={"polars", "parquet"},
    tags=TEAM,
)
def operational_information(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """NINo applications received, interviews booked and attended, by quarter."""
    return _delivered(context, "operational_information", OPERATIONAL_INFORMATION)


@dg.asset(
    group_name="assurance",
    required_resource_keys={"warehouse"},
    kinds={"polars", "parquet"},
    tags=TEAM,
)
def comparator_statistics(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """Visas granted (Home Office), long-term immigration and passenger survey (ONS)."""
    return _delivered(context, "comparator_statistics", COMPARATORS)


@dg.asset(
    group_name="assurance",
    partitions_def=QUARTERS,
    backfill_policy=ONE_AT_A_TIME,
    required_resource_keys={"warehouse"},
    deps=[
        dg.AssetDep(perturbed_cubes, partition_mapping=ALL_BEFORE),
        operational_information,
        comparator_statistics,
    ],
    kinds={"html"},
    tags=TEAM,
)
def coherence_report(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """Registrations beside other sources: level, trend, and divergences with their reasons."""
    warehouse: Warehouse = context.resources.warehouse
    (quarter,) = quarters_of(context)

    def work() -> dg.MaterializeResult:
        edition = edition_of(warehouse, quarter)
        compared = compared_series(warehouse, edition)
        comparisons = [each for series in compared for each in series.comparisons]
        warehouse.tables.write(
            "coherence_report", build_comparison_frame(comparisons).to_arrow().to_reader(), quarter
        )
        path = warehouse.folders.publication(quarter) / "qa" / "coherence-report.html"
        text = coherence_page(
            compared,
            edition,
            tolerances=read_coherence_tolerances(),
            reasons=read_divergence_reasons(),
            synthetic=edition.synthetic or holds_synthetic(compared),
        )
        write_text(path, text)
        return dg.MaterializeResult(
            metadata={
                "path": dg.MetadataValue.path(str(path)),
                "comparisons": len(comparisons),
                "divergences": sum(each.diverges for each in comparisons),
                "series without figures": sum(not series.comparisons for series in compared),
            }
        )

    return run_stage(
        context,
        work,
        quarters=[quarter],
        reads=lambda: {
            "perturbed_cubes": find_series(warehouse, quarter),
            "operational_information": None,
            "comparator_statistics": None,
        },
    )


def _delivered(
    context: dg.AssetExecutionContext, asset: str, layout_name: str
) -> dg.MaterializeResult:
    warehouse: Warehouse = context.resources.warehouse

    def work() -> dg.MaterializeResult:
        layout = read_comparator_layout(layout_name)
        frame = read_comparator_files(warehouse.folders, layout)
        rows = warehouse.tables.write(asset, frame.to_arrow().to_reader())
        files = list_comparator_files(warehouse.folders, layout)
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": rows,
                "files": [path.name for path in files],
                "series": frame["series"].unique().sort().to_list(),
            }
        )

    return run_stage(context, work)
