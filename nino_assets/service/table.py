"""The answer to a table query, whatever writes it."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nino_assets.service.api_error import build_cell_count_error, build_sum_error
from nino_assets.service.crossings import find_cuboid, require_cuboid
from nino_assets.service.edition_cells import CuboidCells, EditionCells
from nino_assets.service.identifiers import DatabaseName
from nino_assets.service.members import PERIOD
from nino_assets.service.query import QueryField, TableQuery, list_asked_members
from nino_assets.service.selections import Selection, list_selections, merge_filter

MOST_CELLS = 1_000_000
_MOST_PARTS = 10 * MOST_CELLS
"""Cells that the groups of one table may add up: bounds the memory of a request."""

REVISED, SUM = "r", "s"

Figures = NDArray[np.int64]


@dataclass(frozen=True)
class TableItem:
    """One item of a field; a total has no values."""

    values: tuple[str, ...]
    labels: tuple[str, ...]
    marks: tuple[str, ...]


@dataclass(frozen=True)
class TableField:
    """One field of a table with its items in order."""

    uri: str
    label: str
    items: tuple[TableItem, ...]


@dataclass(frozen=True)
class Table:
    """A table: fields, and a figure for each crossing of their items.

    `figures` has an axis for each field. `marks` hold for the whole table. `percent_of` names the
    fields whose total is the base of percentages, none where no percentages are asked for.
    """

    edition: EditionCells
    query: TableQuery
    fields: tuple[TableField, ...]
    figures: Figures
    marks: tuple[str, ...]
    percent_of: tuple[str, ...] = ()


def answer_query(query: TableQuery, edition: EditionCells, *, groups: str = "sum") -> Table:
    """Answer a query from the published cells of one edition.

    `groups` is `sum` or `refuse`. Raises ApiError for what is not published together, too many
    cells, and groups that overlap, before any figure is read; and for a sum that is refused.
    """
    cuboid = check_query(query, edition)
    everything = (*query.fields, *query.filters)
    name = query.database.name_field
    shown = {
        each.name.field: list_selections(each, name(each.name), edition) for each in query.fields
    }
    hidden = {
        each.name.field: merge_filter(each, name(each.name), edition) for each in query.filters
    }
    figures, sums = _read_figures(edition, cuboid, shown | hidden)
    if sums and groups == "refuse":
        raise build_sum_error(
            [name(f.name) for f in everything if sums & {*(shown | hidden)[f.name.field]}]
        )
    return Table(
        edition,
        query,
        tuple(
            _build_field(query.database, each, shown[each.name.field], sums, edition)
            for each in query.fields
        ),
        figures.reshape([len(each) for each in shown.values()]),
        (SUM,) if any(each in sums for held in hidden.values() for each in held) else (),
    )


def check_query(query: TableQuery, edition: EditionCells) -> CuboidCells:
    """Find the cuboid of a query, before any figure is read.

    Raises ApiError for what is not published together, and for too many cells.
    """
    everything = (*query.fields, *query.filters)
    asked = list_asked_members(everything, edition)
    cuboid = require_cuboid(edition, asked, query.database, [each.name for each in everything])
    cells = query.count_cells()
    if cells > MOST_CELLS:
        raise build_cell_count_error(cells, MOST_CELLS)
    parts = prod(sum(map(len, field.items)) * (1 + field.total) for field in everything)
    if parts > _MOST_PARTS:
        raise build_cell_count_error(parts, _MOST_PARTS)
    return cuboid


def _read_figures(
    edition: EditionCells, cuboid: CuboidCells, selections: dict[str, list[Selection]]
) -> tuple[Figures, set[Selection]]:
    """The figures, and which selections are sums.

    A group is read at the member that it equals wherever a declared cuboid crosses that member with
    the rest of the table, and is a sum elsewhere.
    """
    blocks = {field: _find_blocks(cuboid, field, held) for field, held in selections.items()}
    shape = [len(held) for held in selections.values()]
    figures = np.zeros(shape, dtype=np.int64)
    sums = {each for held in selections.values() for each in held if each.is_sum}
    for combination in itertools.product(*(blocks[field] for field in selections)):
        asked = {
            field: [member for parts in block.parts for member in parts]
            for field, block in zip(selections, combination, strict=True)
        }
        source: CuboidCells | None = cuboid
        if any(block.is_elsewhere for block in combination):
            source = find_cuboid(edition, asked)
        if source is None:
            # No cuboid crosses the equal member with the rest: the whole group becomes a sum.
            plain = {
                field: [Selection(s.values, s.parts, _keep_held(cuboid, field, s)) for s in held]
                for field, held in selections.items()
            }
            figures, sums = _read_figures(edition, cuboid, plain)
            return figures, sums | {
                each
                for held in selections.values()
                for each in held
                if Selection(each.values, each.parts, ()) in sums
            }
        block_figures = _read_block(edition, source, selections, [b.parts for b in combination])
        figures[np.ix_(*(block.places for block in combination))] = block_figures
    return figures, sums


@dataclass(frozen=True)
class _Block:
    """Items of a field that are read from one cuboid."""

    places: list[int]
    parts: list[tuple[str, ...]]
    is_elsewhere: bool


def _find_blocks(cuboid: CuboidCells, field: str, selections: Sequence[Selection]) -> list[_Block]:
    """The items that the cuboid has, and others by level."""
    here, elsewhere = _Block([], [], False), dict[str, _Block]()
    for place, each in enumerate(selections):
        held = _keep_held(cuboid, field, each)
        block, parts = here, held[:1] or each.parts
        if not held and each.equal:
            level = each.equal[0].partition(":")[0]
            block, parts = elsewhere.setdefault(level, _Block([], [], True)), each.equal[:1]
        block.places.append(place)
        block.parts.append(parts)
    return [*([here] if here.places else []), *elsewhere.values()]


def _keep_held(cuboid: CuboidCells, field: str, selection: Selection) -> tuple[str, ...]:
    """The equal members that the cuboid has."""
    axis = cuboid.axes.get(field)
    if axis is None:
        return selection.equal
    return tuple(each for each in selection.equal if each in axis)


def _read_block(
    edition: EditionCells,
    cuboid: CuboidCells,
    selections: dict[str, list[Selection]],
    parts: list[list[tuple[str, ...]]],
) -> Figures:
    """Figures of one block, with an axis for each field."""
    by_field = dict(zip(selections, parts, strict=True))
    found: NDArray[Any] = cuboid.counts
    for number, (field, axis) in enumerate(cuboid.axes.items()):
        total = edition.fields[field].total
        items = by_field.get(field, [(total,)] if total is not None else [])
        flat = [axis[part] for item in items for part in item]
        if flat == list(range(flat[0], flat[0] + len(flat))):
            found = found[(slice(None),) * number + (slice(flat[0], flat[0] + len(flat)),)]
        else:
            found = found.take(flat, axis=number)
        if len(flat) > len(items):
            starts = np.cumsum([0, *(len(item) for item in items[:-1])])
            found = np.add.reduceat(found, starts, axis=number, dtype=np.int64)
    held = list(cuboid.axes)
    order = [held.index(field) for field in selections if field in cuboid.axes]
    rest = [number for number in range(len(held)) if number not in order]
    turned: Figures = np.transpose(found, [*order, *rest])
    return turned.reshape([len(each) for each in parts])


def _build_field(
    database: DatabaseName,
    field: QueryField,
    selections: Sequence[Selection],
    sums: set[Selection],
    edition: EditionCells,
) -> TableField:
    from_member = edition.fields[field.name.field].by_id

    def build_item(each: Selection) -> TableItem:
        marks = [SUM] if each in sums else []
        if field.name.field == PERIOD and any(map(edition.is_revised, each.parts + each.equal)):
            marks.append(REVISED)
        labels = (
            tuple(from_member[part].label for part in each.parts) if each.values else ("Total",)
        )
        return TableItem(each.values, labels, tuple(marks))

    return TableField(
        database.name_field(field.name), field.name.label, tuple(map(build_item, selections))
    )
