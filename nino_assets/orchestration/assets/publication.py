"""Publication assets: workbook, open data, bulletin, and their entries in the manifest."""

from pathlib import Path

import dagster as dg

from nino_assets.deliveries.boundary_files import find_boundary_file
from nino_assets.methods.records.postcode_directory import locate_areas_sql
from nino_assets.orchestration.assets.assurance import comparator_statistics
from nino_assets.orchestration.assets.cubes import EDITION, keyed_counts
from nino_assets.orchestration.assets.records import cleaning, geocoded_records
from nino_assets.orchestration.assets.reference import (
    areas,
    nationality_groups,
    output_area_lookup,
    postcode_directory,
)
from nino_assets.orchestration.assets.stage import Metadata, StageRun, declare_asset
from nino_assets.orchestration.assets.upstream import Once, SameQuarter
from nino_assets.publishing.bulletin.bulletin_files import write_bulletin, write_publishers_pack
from nino_assets.publishing.bulletin.govspeak import PACK
from nino_assets.publishing.changed_cells import CHANGED_CELLS_NAME, write_changed_cells
from nino_assets.publishing.edition import Edition
from nino_assets.publishing.open_data.cube_names import CUBES_FOLDER
from nino_assets.publishing.open_data.open_data_files import write_open_data
from nino_assets.publishing.qa_report.desk_links import link_to_file
from nino_assets.publishing.workbook.workbook_assembly import write_workbook
from nino_assets.publishing.workbook.workbook_name import name_workbook
from nino_assets.releases.compared_sources import list_other_sources
from nino_assets.releases.edition_history import OPEN_DATA, find_changes, read_edition_history
from nino_assets.releases.edition_manifest import refresh_edition_manifest
from nino_assets.releases.edition_members import write_edition_members
from nino_assets.releases.editions import list_cell_files, read_edition, read_published_cells
from nino_assets.releases.series_revisions import write_revision_files
from nino_assets.store.atomic import replace_file, replace_files
from nino_assets.store.declarations import Access, Kept

LISTED = (*EDITION, Once(postcode_directory))
"""What an edition with a manifest reads: the manifest names the directory in use."""

ITS_RECORDS = (
    SameQuarter(cleaning["cleaned_records"]),
    SameQuarter(cleaning["rejected_records"]),
    SameQuarter(geocoded_records),
    SameQuarter(keyed_counts),
)
"""What the release quarter's own cells were made from. No publication reads it, but all are gated.

A delivery that is refused late, by a check of its records, leaves the cells as they were. Made
again from them, the publication would name that delivery as its input.
"""


@declare_asset(
    group="publication",
    access=Access.TEAM_UNTIL_RELEASE,
    kept=Kept.AS_FILES,
    kinds={"ods"},
    reads=LISTED,
    gated_on=ITS_RECORDS,
)
def tables(run: StageRun) -> Metadata:
    """The accessible ODS workbook of the quarter."""
    edition = read_edition(run.warehouse, run.quarter)
    path = run.warehouse.folders.find_publication(run.quarter) / name_workbook(edition.quarter)
    with replace_file(path) as temporary:
        write_workbook(read_published_cells(run.warehouse, edition), edition, temporary)
    return list_published(run, edition, path)


@declare_asset(
    group="publication",
    access=Access.TEAM_UNTIL_RELEASE,
    kept=Kept.AS_FILES,
    kinds={"csv", "parquet"},
    reads=[*LISTED, Once(output_area_lookup), Once(nationality_groups), Once(areas)],
    gated_on=ITS_RECORDS,
)
def open_data(run: StageRun) -> Metadata:
    """Every published cell since the first quarter, as CSV and Parquet.

    Also a compressed CSV and a Parquet file a cube. Each CSV has CSVW metadata.
    """
    warehouse = run.warehouse
    edition = read_edition(warehouse, run.quarter)
    write_edition_members(warehouse, run.quarter)
    folder = warehouse.folders.find_publication(run.quarter) / OPEN_DATA
    with replace_files(folder) as fresh:
        cells = list_cell_files(warehouse, edition)
        write_open_data(cells, edition, fresh)
        changed = find_changes(
            warehouse, read_edition_history(warehouse.folders, run.quarter), cells
        )
        if changed is not None:
            write_changed_cells(changed, fresh / CHANGED_CELLS_NAME)
        write_revision_files(warehouse, run.quarter, cells, fresh)
    # Another folder in it is another asset's.
    written = [path for path in sorted(folder.iterdir()) if path.is_file()]
    return list_published(run, edition, *written, folder / CUBES_FOLDER)


@declare_asset(
    group="publication",
    access=Access.TEAM_UNTIL_RELEASE,
    kept=Kept.AS_FILES,
    kinds={"html", "plotly"},
    reads=[*LISTED, Once(comparator_statistics, optional=True)],
    # Its figures are held against the workbook, so that one stands before it.
    gated_on=[*ITS_RECORDS, SameQuarter(tables)],
)
def bulletin(run: StageRun) -> Metadata:
    """The HTML bulletin: main stories, charts, maps, commentary, all from published cells.

    Every figure of it is in `tables`, which come first. Figures of other sources stand with them
    where they were delivered.
    """
    warehouse = run.warehouse
    edition = read_edition(warehouse, run.quarter)
    with warehouse.open_session() as con:
        warehouse.tables.create_view(con, "directory", "postcode_directory")
        positions = con.sql(locate_areas_sql("directory")).pl()
    cells = read_published_cells(warehouse, edition)
    boundaries = find_boundary_file(warehouse.folders)
    sources = list_other_sources(warehouse, edition)
    publication = warehouse.folders.find_publication(run.quarter)
    path, pack = publication / "bulletin.html", publication / PACK
    with replace_file(path) as temporary:
        write_bulletin(cells, edition, positions, temporary, boundaries=boundaries, sources=sources)
    with replace_files(pack) as fresh:
        write_publishers_pack(
            cells, edition, positions, fresh, boundaries=boundaries, sources=sources
        )
    return list_published(run, edition, path, pack)


def list_published(run: StageRun, edition: Edition, *written: Path) -> Metadata:
    """List in the manifest what was `written`. Returns its metadata."""
    refresh_edition_manifest(run.warehouse, edition, *written)
    publication = run.warehouse.folders.find_publication(run.quarter)
    place = written[0].relative_to(publication)
    # A folder is opened as the list of its files.
    name = f"{place.parent}/" if len(written) > 1 and len(place.parts) > 1 else str(place)
    return {
        "open": dg.MetadataValue.url(link_to_file(run.quarter, name)),
        "path": dg.MetadataValue.path(str(written[0])),
        "series": edition.coverage,
        "synthetic": edition.synthetic,
    }
