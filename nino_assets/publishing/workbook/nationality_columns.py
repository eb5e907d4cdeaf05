"""The nationality groups as columns of a table: one order, in every table and every release.

Belongs here: which groups are columns and in what order, that of DWP's tables to March 2018 with
each group's total before its parts. Does not belong here: which nationality is in which group
(`data/reference/nationalities.csv`).
"""

from __future__ import annotations

from dataclasses import dataclass

from nino_assets.statistic import vocabulary as v
from nino_assets.statistic.published_domain import slug
from nino_assets.writers.spreadsheet import ColumnKind, SheetColumn

ALL_NATIONALITIES = "All nationalities"


@dataclass(frozen=True)
class NationalityGroup:
    """One column: its header and the code of its cells."""

    header: str
    code: str
    total: bool
    """Whether other columns are parts of it."""


def _group(label: str, *, total: bool = False) -> NationalityGroup:
    return NationalityGroup(label, slug(label), total)


NATIONALITY_GROUPS = (
    NationalityGroup(ALL_NATIONALITIES, slug(v.ALL), total=True),
    _group(v.EU, total=True),
    _group("European Union EU15"),
    _group("European Union EU8"),
    _group("European Union EU2"),
    _group("European Union Other"),
    _group(v.NON_EU, total=True),
    _group("Other Europe"),
    _group("Asia", total=True),
    _group("Middle East and Central Asia"),
    _group("East Asia"),
    _group("South Asia"),
    _group("South East Asia"),
    _group("Rest of the World", total=True),
    _group("Sub-Saharan Africa"),
    _group("North Africa"),
    _group("North America"),
    _group("Central and South America"),
    _group("Oceania"),
    _group(v.UNKNOWN_SUB_GROUP),
)
"""Every member of the dimension but two world areas that are a single sub-group."""

_WIDTH_CM = 2.8


def group_columns() -> list[SheetColumn]:
    """A column of counts for each group."""
    return [
        SheetColumn(group.header, _WIDTH_CM, ColumnKind.COUNT, total=group.total)
        for group in NATIONALITY_GROUPS
    ]
