"""The nationality groups as columns, in one order for every table.

The order is that of DWP's tables to March 2018, with each group's total before its parts.
"""

from __future__ import annotations

from dataclasses import dataclass

from nino_assets.statistic import vocabulary as v
from nino_assets.statistic.nationality_list import list_sub_groups
from nino_assets.statistic.published_domain import make_slug
from nino_assets.statistic.quarters import Quarter
from nino_assets.writers.spreadsheet import ColumnKind, SheetColumn

ALL_NATIONALITIES = "All nationalities"


@dataclass(frozen=True)
class NationalityGroup:
    """One column: its header and the code of its cells."""

    header: str
    code: str
    total: bool
    """Whether other columns are parts of it."""


def _build_group(label: str, *, total: bool = False) -> NationalityGroup:
    return NationalityGroup(label, make_slug(label), total)


def list_nationality_groups(as_at: Quarter) -> list[NationalityGroup]:
    """List every member above nationalities, as in force in a quarter.

    But for world areas that are a single sub-group.
    """
    groups = list_sub_groups(as_at)
    listed = [NationalityGroup(ALL_NATIONALITIES, make_slug(v.ALL), total=True)]
    for world_area in dict.fromkeys(group.world_area for group in groups):
        parts = [group.label for group in groups if group.world_area == world_area]
        if len(parts) > 1 or world_area == v.EU:
            listed.append(_build_group(world_area, total=True))
        listed += map(_build_group, parts)
        if world_area == v.EU:
            listed.append(_build_group(v.NON_EU, total=True))
    return listed


_WIDTH_CM = 2.8


def build_group_columns(as_at: Quarter) -> list[SheetColumn]:
    """Build a column of counts for each group in force."""
    return [
        SheetColumn(group.header, _WIDTH_CM, ColumnKind.COUNT, total=group.total)
        for group in list_nationality_groups(as_at)
    ]
