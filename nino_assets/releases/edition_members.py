"""The members of each edition, kept with what each holds.

An area is kept with its output areas, a group of nationalities with its nationalities. Two editions
are compared by these.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from nino_assets.deliveries.postcode_files import read_directory_digest
from nino_assets.methods.comparison.changed_members import (
    MEMBER_SCHEMA,
    MemberChanges,
    compare_members,
    list_successions,
)
from nino_assets.statistic.published_domain import list_nationality_members
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.folders import Folders
from nino_assets.store.parquet import write_parquet
from nino_assets.store.tables import Tables
from nino_assets.store.warehouse import Warehouse

_FILE_NAME = "edition-members.parquet"
"""In `qa/` of a publication, for the team."""

GEOGRAPHY, NATIONALITY = "geography", "nationality"
DIMENSIONS = (GEOGRAPHY, NATIONALITY)
_TOTALS = ("total", "uk")
_AREA_LEVELS = ("country", "region", "local_authority")

SUCCESSION_COLUMNS = (
    "edition",
    "dimension",
    "level",
    "code_before",
    "name_before",
    "code",
    "name",
    "parts",
)
"""Columns of the published table of what succeeded what; `parts` are output areas."""


def build_edition_members(tables: Tables) -> pl.DataFrame:
    """The members of the lists in use: dimension, and `MEMBER_SCHEMA`.

    The totals, which always hold everybody, are left out.
    """
    names = tables.read_frame("areas").select(
        level="geography_level", code="area_code", name="area_name"
    )
    located = tables.read_frame("output_area_lookup")
    areas = pl.concat(
        located.select(level=pl.lit(level), code=pl.col(level), part="output_area").join(
            names, on=["level", "code"], how="inner"
        )
        for level in _AREA_LEVELS
    )
    groups = tables.read_frame("nationality_groups")
    codes = groups.select(member_of="nationality", part="nationality_code")
    nationalities = (
        list_nationality_members(groups)
        .join(codes, on="member_of")
        .select(level="nationality_level", code="nationality_code", name="nationality", part="part")
        .filter(~pl.col("level").is_in(_TOTALS))
    )
    return pl.concat(
        frame.select(dimension=pl.lit(dimension), **{name: name for name in MEMBER_SCHEMA})
        for dimension, frame in zip(DIMENSIONS, (areas, nationalities), strict=True)
    )


def write_edition_members(warehouse: Warehouse, quarter: Quarter) -> None:
    """Keep the members in use with the publication of a quarter."""
    members = build_edition_members(warehouse.tables).to_arrow()
    path = locate_edition_members(warehouse.folders, quarter)
    origin = read_directory_digest(warehouse)
    write_parquet(path, members.schema, members.to_batches(), None, origin=origin)


def locate_edition_members(folders: Folders, quarter: Quarter) -> Path:
    """The file of an edition's members."""
    return folders.find_publication(quarter) / "qa" / _FILE_NAME


def find_member_changes(
    folders: Folders, before: Quarter, now: Quarter
) -> dict[str, MemberChanges] | None:
    """How the members of each dimension differ between two editions.

    None when one of them was built before members were kept.
    """
    if not all(locate_edition_members(folders, each).is_file() for each in (before, now)):
        return None
    earlier, later = _read_members(folders, before), _read_members(folders, now)
    return {each: compare_members(earlier[each], later[each]) for each in DIMENSIONS}


def list_edition_successions(folders: Folders, before: Quarter, now: Quarter) -> pl.DataFrame:
    """What each member became in a later edition, in `SUCCESSION_COLUMNS`."""
    earlier, later = _read_members(folders, before), _read_members(folders, now)
    listed = [
        list_successions(earlier[dimension], later[dimension], level).with_columns(
            edition=pl.lit(now.label), dimension=pl.lit(dimension), level=pl.lit(level)
        )
        for dimension in DIMENSIONS
        for level in earlier[dimension]["level"].unique(maintain_order=True)
    ]
    return pl.concat(listed).select(SUCCESSION_COLUMNS)


def _read_members(folders: Folders, quarter: Quarter) -> dict[str, pl.DataFrame]:
    members = pl.read_parquet(locate_edition_members(folders, quarter))
    return {
        dimension: members.filter(pl.col("dimension") == dimension).drop("dimension")
        for dimension in DIMENSIONS
    }
