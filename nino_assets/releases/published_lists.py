"""The lists of areas and nationalities that each quarter's cells stand on.

The cells of a quarter keep a mark of the lists that they were rolled up with. An edition is made of
cells with one mark, so that its whole series stands on one geography and one list.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import duckdb
import polars as pl

from nino_assets.deliveries.output_area_files import hash_output_area_changes
from nino_assets.deliveries.postcode_files import hash_directory_files, read_directory_digest
from nino_assets.errors import WarehouseError
from nino_assets.methods.records.postcode_directory import list_local_authorities_sql
from nino_assets.statistic.nationality_list import list_nationalities
from nino_assets.statistic.published_domain import list_area_members, list_nationality_members
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.reference_lists import read_areas
from nino_assets.store.warehouse import Warehouse

_CELLS = "perturbed_cubes"
_LISTS = ("postcode_directory", "output_area_lookup", "areas", "nationality_groups")


def compute_lists_mark(
    con: duckdb.DuckDBPyConnection, output_areas: str, members: Sequence[pl.DataFrame]
) -> str:
    """The mark of some lists of members, and of a look-up.

    `output_areas` is a relation with output_area and local_authority, one row an output area.
    """
    placed = "string_agg(output_area || ' ' || local_authority, ' ' ORDER BY output_area)"
    [[look_up]] = con.sql(f"SELECT sha256(coalesce({placed}, '')) FROM {output_areas}").fetchall()
    lists = "\0".join([look_up, *(each.write_csv() for each in members)])
    return hashlib.sha256(lists.encode()).hexdigest()


def compute_reference_mark(warehouse: Warehouse) -> str:
    """The mark of the lists as they are materialised now."""
    tables = warehouse.tables
    with warehouse.open_session() as con:
        tables.create_view(con, "directory", "postcode_directory")
        tables.create_view(con, "located", "output_area_lookup")
        local_authorities = con.sql(list_local_authorities_sql("directory")).pl()
        area = list_area_members(tables.read_frame("areas"), local_authorities)
        nationality = list_nationality_members(tables.read_frame("nationality_groups"))
        return compute_lists_mark(con, "located", [area, nationality])


def have_lists_changed(warehouse: Warehouse, last: Quarter) -> bool:
    """Whether earlier cells stand on other lists than are in use.

    `last` is the quarter to be built now.

    The lists are the postcode directory, the areas and the nationalities.
    """
    tables = warehouse.tables
    earlier = [quarter for quarter in tables.list_quarters(_CELLS) if quarter < last]
    if not earlier:
        return False
    delivered = hash_directory_files(warehouse.folders)
    return (
        not all(tables.is_stored(name) for name in _LISTS)
        or read_directory_digest(warehouse) != delivered
        or not _is_look_up_delivered(warehouse)
        or not read_areas().equals(tables.read_frame("areas"))
        or not list_nationalities(last).equals(tables.read_frame("nationality_groups"))
        or {_read_mark(warehouse, each) for each in earlier} != {compute_reference_mark(warehouse)}
    )


def _is_look_up_delivered(warehouse: Warehouse) -> bool:
    """Whether the look-up has the earlier census's output areas as delivered."""
    origin = warehouse.tables.read_origin("output_area_lookup") or ""
    return origin.endswith(f" with {hash_output_area_changes(warehouse.folders)}")


def find_other_lists(warehouse: Warehouse, series: Sequence[Quarter]) -> list[Quarter]:
    """Quarters whose cells stand on other lists than the last one's."""
    tables = warehouse.tables
    stored = [quarter for quarter in series if tables.is_stored(_CELLS, quarter)]
    marks = {quarter: _read_mark(warehouse, quarter) for quarter in stored}
    return [quarter for quarter in stored if marks[quarter] != marks[stored[-1]]]


def refuse_mixed_lists(warehouse: Warehouse, series: Sequence[Quarter]) -> None:
    """Raise WarehouseError unless all cells stand on the same lists."""
    others = find_other_lists(warehouse, series)
    if others:
        first, last = others[0].label, others[-1].label
        raise WarehouseError(
            f"The cells of {first} to {last} stand on other lists of areas or nationalities than "
            f"those of {series[-1].label}",
            rule="an edition publishes its whole series on one geography and one list of "
            "nationalities, those in use when it is published",
            next_step=f"nino-assets build --quarter {series[-1].label}, which rolls them up again "
            f"from the kept counts; or the job cells in the web UI, for {first} to {last}",
        )


def read_geography_vintage(warehouse: Warehouse, quarter: Quarter) -> str:
    """The date of a quarter's areas, as `2021-11` or `2025`."""
    origin = warehouse.tables.read_origin(_CELLS, quarter) or ""
    return origin.partition(" ")[2]


def _read_mark(warehouse: Warehouse, quarter: Quarter) -> str:
    return (warehouse.tables.read_origin(_CELLS, quarter) or "").partition(" ")[0]
