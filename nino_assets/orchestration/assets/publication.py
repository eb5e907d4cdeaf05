"""Group publication: what readers get, and the manifest that binds it together.

Belongs here: the shells of the workbook, the open data and the bulletin. Each writes its files in
one step and then renews the publication's manifest.
"""

import hashlib
from pathlib import Path

import dagster as dg

from nino_assets.deliveries.boundary_files import find_boundary_file
from nino_assets.deliveries.comparator_files import (
    COMPARATORS,
    list_comparator_files,
    read_comparator_layout,
)
from nino_assets.deliveries.postcode_files import read_directory_digest
from nino_assets.methods.records.postcode_directory import locate_areas_sql
from nino_assets.orchestration.assets.assurance import comparator_statistics
from nino_assets.orchestration.assets.cubes import perturbed_cubes
from nino_assets.orchestration.assets.partitions import (
    ALL_BEFORE,
    ONE_AT_A_TIME,
    QUARTERS,
    quarters_of,
)
from nino_assets.orchestration.assets.reference import postcode_directory
from nino_assets.orchestration.assets.stage import run_stage
from nino_assets.publishing.bulletin.bulletin_files import write_bulletin, write_publishers_pack
from nino_assets.publishing.changed_cells import CHANGED_CELLS_NAME, write_changed_cells
from nino_assets.publishing.edition import Edition
from nino_assets.publishing.open_data import write_open_data
from nino_assets.publishing.workbook import write_workbook
from nino_assets.releases.corrections import cells_changed, standing_of
from nino_assets.releases.editions import edition_of, published_cells, quarter_files
from nino_assets.releases.other_sources import other_sources
from nino_assets.releases.series import find_series
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.atomic import replacing, replacing_files
from nino_assets.store.publication_manifest import code_version, refresh_manifest
from nino_assets.store.warehouse import Warehouse

WHOLE_SERIES = dg.AssetDep(perturbed_cubes, partition_mapping=ALL_BEFORE)
UNTIL_RELEASE = {"access": "team_until_release"}


@dg.asset(
    group_name="publication",
    partitions_def=QUARTERS,
    backfill_policy=ONE_AT_A_TIME,
    required_resource_keys={"warehouse"},
    deps=[WHOLE_SERIES],
    kinds={"ods"},
    tags=UNTIL_RELEASE,
)
def tables(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """The accessible ODS workbook of the quarter."""
    warehouse: Warehouse = context.resources.warehouse
    (quarter,) = quarters_of(context)

    def work() -> dg.MaterializeResult:
        edition = edition_of(warehouse, quarter)
        path = warehouse.folders.publication(quarter) / edition.workbook_name
        with replacing(path) as temporary:
            write_workbook(published_cells(warehouse, edition), edition, temporary)
        return finished(warehouse, edition, path)

    return run_stage(context, work, quarters=[quarter], reads=lambda: series_to(warehouse, quarter))


@dg.asset(
    group_name="publication",
    partitions_def=QUARTERS,
    backfill_policy=ONE_AT_A_TIME,
    required_resource_keys={"warehouse"},
    deps=[WHOLE_SERIES],
    kinds={"csv", "parquet"},
    tags=UNTIL_RELEASE,
)
def open_data(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """Every published cell since the first quarter, as CSV with CSVW and as Parquet."""
    warehouse: Warehouse = context.resources.warehouse
    (quarter,) = quarters_of(context)

    def work() -> dg.MaterializeResult:
        edition = edition_of(warehouse, quarter)
        folder = warehouse.folders.publication(quarter) / "open-data"
        with replacing_files(folder) as fresh:
            cells = quarter_files(warehouse, edition)
            write_open_data(cells, edition, fresh)
            changed = cells_changed(warehouse, standing_of(warehouse.folders, quarter), cells)
            if changed is not None:
                write_changed_cells(changed, fresh / CHANGED_CELLS_NAME)
        return finished(warehouse, edition, folder)

    return run_stage(context, work, quarters=[quarter], reads=lambda: series_to(warehouse, quarter))


@dg.asset(
    group_name="publication",
    partitions_def=QUARTERS,
    backfill_policy=ONE_AT_A_TIME,
    required_resource_keys={"warehouse"},
    deps=[WHOLE_SERIES, postcode_directory, comparator_statistics],
    kinds={"html", "plotly"},
    tags=UNTIL_RELEASE,
)
def bulletin(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """The HTML bulletin: main stories, charts, maps, commentary, all from published cells.

    Figures of other sources stand beside them where they were delivered.
    """
    warehouse: Warehouse = context.resources.warehouse
    (quarter,) = quarters_of(context)

    def work() -> dg.MaterializeResult:
        edition = edition_of(warehouse, quarter)
        with warehouse.session() as con:
            warehouse.tables.create_view(con, "directory", "postcode_directory")
            positions = con.sql(locate_areas_sql("directory")).pl()
        cells, boundaries = (
            published_cells(warehouse, edition),
            find_boundary_file(warehouse.folders),
        )
        sources = other_sources(warehouse, edition)
        publication = warehouse.folders.publication(quarter)
        path, pack = publication / "bulletin.html", publication / "publishers-pack"
        with replacing(path) as temporary:
            write_bulletin(
                cells, edition, positions, temporary, boundaries=boundaries, sources=sources
            )
        with replacing_files(pack) as fresh:
            write_publishers_pack(
                cells, edition, positions, fresh, boundaries=boundaries, sources=sources
            )
        return finished(warehouse, edition, path, pack)

    return run_stage(
        context,
        work,
        quarters=[quarter],
        reads=lambda: {
            **series_to(warehouse, quarter),
            "postcode_directory": None,
            **_other_sources(warehouse),
        },
    )


def series_to(warehouse: Warehouse, quarter: Quarter) -> dict[str, list[Quarter]]:
    """The cells of the series, and what the release quarter's own were made from.

    A delivery that is refused late, by a check of its records, leaves the cells as they were. Made
    again from them, the publication would name that delivery as its input.
    """
    records = ("raw_scan", "cleaned_records", "rejected_records", "geocoded_records")
    own = {asset: [quarter] for asset in (*records, "keyed_counts")}
    return {**own, "perturbed_cubes": find_series(warehouse, quarter)}


def _other_sources(warehouse: Warehouse) -> dict[str, None]:
    """Comparators, when there are any: the bulletin does not wait for those of others."""
    asset = "comparator_statistics"
    return {asset: None} if warehouse.tables.find_path(asset).is_file() else {}


def _beside_the_scan(warehouse: Warehouse) -> dict[str, str]:
    """Name and sha256 of what the bulletin may show beside registrations."""
    folders = warehouse.folders
    boundaries = find_boundary_file(folders)
    files = list_comparator_files(folders, read_comparator_layout(COMPARATORS))
    return {
        path.relative_to(folders.landing).as_posix(): _sha256(path)
        for path in [*files, *([boundaries] if boundaries else [])]
    }


def _sha256(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def finished(
    warehouse: Warehouse, edition: Edition, written: Path, *beside: Path
) -> dg.MaterializeResult:
    """Renew the manifest for what was `written` and lies `beside` it; say where the files lie."""
    publication = warehouse.folders.publication(edition.quarter)
    series = edition.first_quarter.until(edition.quarter)
    inputs = {"nspl": read_directory_digest(warehouse)}
    for delivery in warehouse.serving.group_quarters(series):
        for file in delivery.files:
            inputs[f"{delivery.quarter.label}/{file.name}"] = file.sha256
    inputs |= _beside_the_scan(warehouse)
    refresh_manifest(
        publication,
        code_version=code_version(),
        inputs=inputs,
        lock=warehouse.folders.warehouse / "locks" / f"manifest-{edition.quarter.label}.lock",
        written=[path.relative_to(publication).as_posix() for path in (written, *beside)],
    )
    return dg.MaterializeResult(
        metadata={
            "path": dg.MetadataValue.path(str(written)),
            "series": edition.coverage,
            "synthetic": edition.synthetic,
        }
    )
