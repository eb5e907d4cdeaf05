"""Tables 3, 4 and 10: nationalities over two periods, and their groups.

Nationalities are ordered as in DWP's tables to March 2018: by the published figure of the latest
period, largest first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nino_assets.publishing.cells import Cell, PublishedCells
from nino_assets.publishing.edition import Edition
from nino_assets.publishing.workbook.nationality_columns import ALL_NATIONALITIES
from nino_assets.publishing.workbook.notes import NoteBook
from nino_assets.publishing.workbook.periods import name_last_month, name_quarter
from nino_assets.publishing.workbook.symbols import (
    NOT_APPLICABLE,
    show_change,
    show_count,
    show_difference,
)
from nino_assets.publishing.workbook.table_declaration import Grid
from nino_assets.statistic import vocabulary as v
from nino_assets.statistic.nationality_list import list_nationalities
from nino_assets.statistic.published_domain import Cube, make_slug
from nino_assets.statistic.quarters import Quarter
from nino_assets.writers.spreadsheet import ColumnKind, SheetColumn, TotalRow, Value

CODE = SheetColumn("Nationality code", 4.6)
WORLD_AREA, SUB_GROUP, NATIONALITY = "World area", "Sub-group", "Nationality"
_WORLD_AREAS = "World areas"
_TOTAL_LEVELS = {ALL_NATIONALITIES, _WORLD_AREAS, WORLD_AREA}


@dataclass(frozen=True)
class NationalityRow:
    """One row: a nationality or group, and what it is part of."""

    code: str
    label: str
    level: str
    part_of: str


@dataclass(frozen=True)
class TwoPeriods:
    """A cube's latest period and the year before, with the change."""

    cube: Cube

    def build_grid(self, cells: PublishedCells, edition: Edition, notes: NoteBook) -> Grid:
        """Build totals, world areas, sub-groups, then nationalities by latest figure."""
        del notes
        earlier, later = edition.quarter - 4, edition.quarter

        def get_count(member: NationalityRow, quarter: Quarter) -> int | None:
            return cells.get_count(Cell(self.cube, quarter, nationality=member.code))

        def build_row(member: NationalityRow) -> Sequence[Value]:
            before, now = get_count(member, earlier), get_count(member, later)
            values: tuple[Value, ...] = (
                member.code,
                member.label,
                member.level,
                member.part_of,
                show_count(before),
                show_count(now),
                show_difference(before, now),
                show_change(before, now, edition.quarter),
            )
            return TotalRow(values) if member.level in _TOTAL_LEVELS else values

        listed = sorted(
            _build_nationality_rows(edition.quarter),
            key=lambda m: (-(get_count(m, later) or 0), m.label.casefold()),
        )
        return Grid(
            [
                CODE,
                SheetColumn("Nationality or group", 9.5),
                SheetColumn("Level", 4.2),
                SheetColumn("Part of", 8.0),
                SheetColumn(self._name_period(earlier), 4.0, ColumnKind.COUNT),
                SheetColumn(self._name_period(later), 4.0, ColumnKind.COUNT),
                SheetColumn("Difference\n(number)", 3.4, ColumnKind.COUNT),
                SheetColumn("Change\n(%)", 2.6, ColumnKind.PERCENT),
            ],
            [build_row(member) for member in (*_build_group_rows(edition.quarter), *listed)],
        )

    def _name_period(self, quarter: Quarter) -> str:
        if self.cube.quarters == 1:
            return name_quarter(quarter)
        return f"Year ending {name_last_month(quarter)}"


@dataclass(frozen=True)
class Structure:
    """Every nationality with its sub-group and world area."""

    def build_grid(self, cells: PublishedCells, edition: Edition, notes: NoteBook) -> Grid:
        """Build the rows as the reference list has them; no figures."""
        del cells, notes
        return Grid(
            [
                CODE,
                SheetColumn(NATIONALITY, 11.0),
                SheetColumn(SUB_GROUP, 9.0),
                SheetColumn(WORLD_AREA, 10.0),
            ],
            list(list_nationalities(edition.quarter).iter_rows()),
        )


def _build_group_rows(as_at: Quarter) -> Iterator[NationalityRow]:
    yield NationalityRow(make_slug(v.ALL), ALL_NATIONALITIES, ALL_NATIONALITIES, NOT_APPLICABLE)
    groups = list_nationalities(as_at).select("world_area", "sub_group").unique(maintain_order=True)
    world_areas = list(dict.fromkeys(groups["world_area"].to_list()))
    world_areas.sort(key=lambda label: (label != v.EU, label == v.UNKNOWN_WORLD_AREA, label))
    for label in world_areas:
        yield NationalityRow(make_slug(label), label, WORLD_AREA, ALL_NATIONALITIES)
        if label == v.EU:
            yield NationalityRow(make_slug(v.NON_EU), v.NON_EU, _WORLD_AREAS, ALL_NATIONALITIES)
    for world_area in world_areas:
        for sub_group in groups.filter(groups["world_area"] == world_area)["sub_group"].to_list():
            yield NationalityRow(make_slug(sub_group), sub_group, SUB_GROUP, world_area)


def _build_nationality_rows(as_at: Quarter) -> Iterator[NationalityRow]:
    for code, label, sub_group, _ in list_nationalities(as_at).iter_rows():
        yield NationalityRow(code, label, NATIONALITY, sub_group)
