"""The pre-release access list of a quarter: every entry and its standing.

Its asset, its checks, the release gate and the command that gives access start from these. Names
are in the restricted zone and nowhere else.
"""

from __future__ import annotations

from dataclasses import asdict, fields
from pathlib import Path

import polars as pl

from nino_assets.deliveries.governance_files import read_access_list, read_access_rules
from nino_assets.governance.pre_release_access import (
    AccessStanding,
    ListEntry,
    find_access_window,
    judge_entries,
    list_published_posts,
)
from nino_assets.publishing.edition import Edition
from nino_assets.publishing.pre_release_access.published_access_list import (
    FOLDER,
    read_posts,
    write_pre_release_access,
)
from nino_assets.releases.edition_history import find_planned_release
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.warehouse import Warehouse

ASSET = "pre_release_access_list"
LIST_COLUMNS = (*(field.name for field in fields(ListEntry)), "standing")


def judge_delivered_list(warehouse: Warehouse, quarter: Quarter) -> pl.DataFrame | None:
    """Judge the delivered list of a quarter; None when there is none.

    Columns `LIST_COLUMNS`, all text. Entries of earlier quarters are those in the warehouse. Raises
    DeliveryError for a list that is not in its layout.
    """
    entries = read_access_list(warehouse.folders, quarter)
    if entries is None:
        return None
    standings = judge_entries(
        entries,
        _read_earlier_entries(warehouse, quarter),
        quarter=quarter,
        released_at=find_planned_release(warehouse.folders, quarter),
        rules=read_access_rules(),
    )
    rows = [
        asdict(entry) | {"standing": standing.value}
        for entry, standing in zip(entries, standings, strict=True)
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(LIST_COLUMNS, pl.String))


def make_empty_list() -> pl.DataFrame:
    """Make the list of a quarter that nobody is on."""
    return pl.DataFrame(schema=dict.fromkeys(LIST_COLUMNS, pl.String))


def read_list_entries(warehouse: Warehouse, quarter: Quarter) -> list[ListEntry]:
    """Read the stored entries of a quarter, as delivered."""
    held = warehouse.tables.read_frame(ASSET, quarter).select(LIST_COLUMNS[:-1])
    return [ListEntry(**row) for row in held.iter_rows(named=True)]


def read_standings(
    warehouse: Warehouse, quarter: Quarter
) -> list[tuple[ListEntry, AccessStanding]]:
    """Read the stored entries of a quarter with their standings.

    Raises WarehouseError when the asset was never materialised.
    """
    standings = warehouse.tables.read_frame(ASSET, quarter)["standing"]
    entries = read_list_entries(warehouse, quarter)
    return [(entry, AccessStanding(text)) for entry, text in zip(entries, standings, strict=True)]


def write_list(warehouse: Warehouse, edition: Edition, held: pl.DataFrame, folder: Path) -> None:
    """Write the published part of a list into an empty folder."""
    listed = held.filter(pl.col("standing") == AccessStanding.LISTED.value).select(
        LIST_COLUMNS[:-1]
    )
    opens, ends = find_access_window(find_planned_release(warehouse.folders, edition.quarter))
    posts = list_published_posts(ListEntry(**row) for row in listed.iter_rows(named=True))
    write_pre_release_access(posts, edition, opens, ends, folder)


def find_list_faults(warehouse: Warehouse, quarter: Quarter) -> list[str]:
    """Find why the list keeps the quarter from release, a sentence each.

    Entries that are not listed are no fault. Raises WarehouseError when the asset was never
    materialised.
    """
    if read_posts(warehouse.folders.find_publication(quarter)) is None:
        return ["no pre-release access list is published with the statistics"]
    delivered = judge_delivered_list(warehouse, quarter)
    if delivered is not None and not warehouse.tables.read_frame(ASSET, quarter).equals(delivered):
        return ["the pre-release access list was delivered again and not materialised"]
    return []


def locate_published_list(warehouse: Warehouse, quarter: Quarter) -> Path:
    """Where the list of a quarter is published."""
    return warehouse.folders.find_publication(quarter) / FOLDER


def _read_earlier_entries(warehouse: Warehouse, quarter: Quarter) -> list[ListEntry]:
    earlier = [held for held in warehouse.tables.list_quarters(ASSET) if held < quarter]
    return [entry for each in earlier for entry in read_list_entries(warehouse, each)]
