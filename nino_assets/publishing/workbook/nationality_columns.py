"""The nationality groups as columns, in one order for every table.

The order is that of DWP's tables to March 2018, with each group's total before its parts.
"""

from __future__ import annotations

from dataclasses import dataclass

from nino_assets.statistic import vocabulary as v
from nino_assets.statistic.published_domain import make_slug
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


NATIONALITY_GROUPS = (
    NationalityGroup(ALL_NATIONALITIES, make_slug(v.ALL), total=True),
    _build_group(v.EU, total=True),
    _build_group("European Union EU15"),
    _build_group("European Union EU8"),
    _build_group("European Union EU2"),
    _build_group("European Union Other"),
    _build_group(v.NON_EU, total=True),
    _build_group("Other Europe"),
    _build_group("Asia", total=True),
    _build_group("Middle East and Central Asia"),
    _build_group("East Asia"),
    _build_group("South Asia"),
    _build_group("South East Asia"),
    _build_group("Rest of the World", total=True),
    _build_group("Sub-Saharan Africa"),
    _build_group("North Africa"),
    _build_group("North America"),
    _build_group("Central and South America"),
    _build_group("Oceania"),
    _build_group(v.UNKNOWN_SUB_GROUP),
)
"""Every member of the dimension but two world areas that are a single sub-group."""

_WIDTH_CM = 2.8


def build_group_columns() -> list[SheetColumn]:
    """Build a column of counts for each group."""
    return [
        SheetColumn(group.header, _WIDTH_CM, ColumnKind.COUNT, total=group.total)
        for group in NATIONALITY_GROUPS
    ]
