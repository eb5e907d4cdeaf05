"""Any table of published cells: looked up, never added up.

A request names dimensions. One that is on the rows or columns shows every member that the filters
leave; one that is not, must come down to a single member: its total, or the one that is asked for.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping, Sequence

import polars as pl

from nino_assets.errors import PublicationError
from nino_assets.statistic import vocabulary as v
from nino_assets.statistic.published_domain import CUBES, Cube
from nino_assets.writers.safe_text import format_csv_rows

DIMENSIONS: Mapping[str, tuple[str, ...]] = {
    "time_period": ("time_period",),
    "geography": ("geography_code", "geography_name", "geography_level"),
    "nationality": ("nationality_code", "nationality", "nationality_level"),
    "age": ("age",),
    "sex": ("sex",),
    "arrival_lag": ("arrival_lag",),
}
"""Each dimension with its columns; rows show all of them, columns show the label."""

FILTERS = tuple(dict.fromkeys(name for columns in DIMENSIONS.values() for name in columns))
"""What `where` may name: any column of a dimension, levels included."""

_LABELS = {"geography": "geography_name"}
_TOTALS = {
    "geography": pl.col("geography_level") == "uk",
    "nationality": pl.col("nationality_level") == "total",
    "age": pl.col("age") == v.ALL,
    "sex": pl.col("sex") == v.ALL,
    "arrival_lag": pl.col("arrival_lag") == v.ALL,
}
_SHOWN = 8
NOT_AVAILABLE = "[x]"
"""Harmonised shorthand: no cell was published there, as for an area that began later."""


def list_dimensions(cube: str) -> tuple[str, ...]:
    """Return the dimensions that a cube is split by.

    Raises PublicationError for a cube that is not declared.
    """
    declared = _find_cube(cube)
    split = {
        "time_period": True,
        "geography": declared.by_area,
        "nationality": True,
        "age": declared.by_age_sex,
        "sex": declared.by_age_sex,
        "arrival_lag": declared.by_lag,
    }
    return tuple(name for name in DIMENSIONS if split[name])


def tabulate(
    cells: pl.LazyFrame,
    *,
    cube: str,
    rows: str | Sequence[str],
    columns: str | None = None,
    where: Mapping[str, Sequence[str]] | None = None,
) -> pl.DataFrame:
    """Return a table of published cells.

    `cells` are in `CELL_COLUMNS`: `pl.scan_parquet` of the published file, or a frame's `lazy()`.
    `rows` and `columns` name dimensions of the cube; `where` maps columns of dimensions (`FILTERS`)
    to the members wanted. Returns the columns of the row dimensions, then one column of counts for
    each member of `columns`, or `registrations`; rows and columns in published order. Counts are
    integers, 0 where nil or negligible, null where no cell was published.

    Raises PublicationError, naming what there is, when the cube, a dimension or a member is not
    declared, when the request would need cells to be added, or when two columns would share a
    label.
    """
    on_rows = [rows] if isinstance(rows, str) else list(rows)
    on_axes = [*on_rows, *([columns] if columns is not None else [])]
    filters = {name: list(members) for name, members in (where or {}).items()}
    _check_axes(cube, on_axes)
    chosen = _filter_members(cells.filter(pl.col("cube") == cube).collect(), filters)
    for dimension, of in DIMENSIONS.items():
        if dimension not in on_axes:
            chosen = _reduce_to_member(
                chosen, dimension, filtered=any(name in filters for name in of)
            )
    if chosen.is_empty():
        raise PublicationError(
            f"No cell of {cube} has all of these members together",
            rule="a table shows published cells only",
            next_step="remove one of the filters to see what there is",
        )
    index = [name for dimension in on_rows for name in DIMENSIONS[dimension]]
    chosen = _sort_rows(chosen, on_rows)
    if columns is None:
        return chosen.select(*index, "registrations")
    return _spread_columns(chosen, index, columns)


def format_text(table: pl.DataFrame) -> str:
    """Format a table for people: aligned, with `[low]`.

    Thousands are separated. `[low]` is where a count is nil or negligible.
    """
    numeric = [dtype.is_integer() for dtype in table.dtypes]
    lines = [
        list(table.columns),
        *([_format_value(x, ",") for x in row] for row in table.iter_rows()),
    ]
    widths = [max(len(line[at]) for line in lines) for at in range(table.width)]
    return "".join(
        "  ".join(
            text.rjust(width) if right else text.ljust(width)
            for text, width, right in zip(line, widths, numeric, strict=True)
        ).rstrip()
        + "\n"
        for line in lines
    )


def format_csv(table: pl.DataFrame) -> str:
    """Format a table for spreadsheets: RFC 4180, plain digits.

    `[low]` is where a count is nil or negligible.
    """
    rows = ([_format_value(value, "") for value in row] for row in table.iter_rows())
    return format_csv_rows([table.columns, *rows])


def format_json(table: pl.DataFrame) -> str:
    """Format a table for programs: a list of rows.

    Counts are numbers, or `[low]` where nil or negligible.
    """
    rows = [
        {name: _replace_by_shorthand(value) for name, value in row.items()}
        for row in table.to_dicts()
    ]
    return json.dumps(rows, ensure_ascii=False, indent=1) + "\n"


def _replace_by_shorthand(value: object) -> object:
    """Replace a missing count by `[x]`, and 0 by `[low]`.

    By contract, `[low]` is exactly where a published count is 0.
    """
    if value is None:
        return NOT_AVAILABLE
    return v.LOW if value == 0 else value


def _format_value(value: object, thousands: str) -> str:
    shown = _replace_by_shorthand(value)
    return f"{shown:{thousands}}" if isinstance(shown, int) else str(shown)


def _find_cube(name: str) -> Cube:
    for cube in CUBES:
        if cube.name == name:
            return cube
    raise _build_unknown_error("cube", name, [cube.name for cube in CUBES])


def _check_axes(cube: str, on_axes: Sequence[str]) -> None:
    split = list_dimensions(cube)
    for name in on_axes:
        if name not in DIMENSIONS:
            raise _build_unknown_error("dimension", name, list(DIMENSIONS))
        if name not in split:
            raise PublicationError(
                f"{cube} is not split by {name}",
                rule=f"{cube} has the dimensions {', '.join(split)}",
                next_step=f"use a cube that has it: {_list_cubes_with(name)}",
            )
        if on_axes.count(name) > 1:
            raise PublicationError(
                f"{name} is named twice",
                rule="a dimension is on the rows or on the columns, once",
                next_step="name each dimension once",
            )
    if not on_axes:
        raise PublicationError(
            "No rows are named",
            rule="a table has at least one dimension on its rows",
            next_step=f"choose from {', '.join(split)}",
        )


def _list_cubes_with(dimension: str) -> str:
    return ", ".join(cube.name for cube in CUBES if dimension in list_dimensions(cube.name))


def _filter_members(chosen: pl.DataFrame, filters: Mapping[str, list[str]]) -> pl.DataFrame:
    wanted = pl.lit(True)
    for name, members in filters.items():
        if name not in FILTERS:
            raise _build_unknown_error("filter", name, list(FILTERS))
        there = chosen[name].unique(maintain_order=True).to_list()
        for member in members:
            if member not in there:
                raise _build_unknown_error(name, member, there)
        wanted &= pl.col(name).is_in(members)
    return chosen.filter(wanted)


def _reduce_to_member(chosen: pl.DataFrame, dimension: str, *, filtered: bool) -> pl.DataFrame:
    """Keep the one member of a dimension that is not shown."""
    if not filtered and dimension in _TOTALS:
        chosen = chosen.filter(_TOTALS[dimension])
    count = chosen.select(DIMENSIONS[dimension]).n_unique() if len(chosen) else 0
    if count > 1:
        raise PublicationError(
            f"This table would need {count} members of {dimension} to be added up",
            rule="nothing published is ever a sum of published cells",
            next_step=f"put {dimension} on the rows or columns, or ask for one member of it "
            f"by {' or '.join(DIMENSIONS[dimension])}",
        )
    return chosen


def _sort_rows(chosen: pl.DataFrame, on_rows: Sequence[str]) -> pl.DataFrame:
    """Sort rows by the dimensions asked for, each in published order."""
    places = []
    for dimension in on_rows:
        of = list(DIMENSIONS[dimension])
        place = f"place of {dimension}"
        members = chosen.select(of).unique(maintain_order=True).with_row_index(place)
        chosen = chosen.join(members, on=of, how="left", maintain_order="left")
        places.append(place)
    return chosen.sort(places, maintain_order=True).drop(places)


def _spread_columns(chosen: pl.DataFrame, index: list[str], columns: str) -> pl.DataFrame:
    """Make one column for each member.

    It fails, rather than adding, if two cells met in one place.
    """
    label = _LABELS.get(columns, columns)
    labels = chosen.select(DIMENSIONS[columns]).unique(maintain_order=True)[label]
    if labels.is_duplicated().any():
        shared = ", ".join(labels.filter(labels.is_duplicated()).unique(maintain_order=True))
        raise PublicationError(
            f"Two columns would have the same label: {shared}",
            rule="each column of a table has a different label",
            next_step=f"choose one level with {columns}_level, or put {columns} on the rows",
        )
    return chosen.pivot(
        on=label, on_columns=labels, index=index, values="registrations", maintain_order=True
    )


def _build_unknown_error(kind: str, name: str, available: list[str]) -> PublicationError:
    close = available
    if len(available) > _SHOWN:
        close = difflib.get_close_matches(name, available, n=_SHOWN) or available[:_SHOWN]
    listed = ", ".join(close) + ("" if len(available) <= len(close) else ", …")
    return PublicationError(
        f"There is no {kind} '{name}' here",
        rule=f"there are {len(available)}: {listed}",
        next_step="write one of them exactly as in the open data",
    )
