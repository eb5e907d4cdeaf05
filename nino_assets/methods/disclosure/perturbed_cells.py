"""Rolls keyed counts up to a cube's cells and perturbs each.

Counts and sums of record keys are additive, so a cell of any cube is a roll-up of keyed counts
(`roll_up.py`); it is then perturbed in its own right. Only cells that hold someone are perturbed;
the empty ones are added when the domain is listed (`listed_cells.py`), a batch of cells at a time,
so that no more than numbers is held of the whole domain.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from nino_assets.errors import WarehouseError
from nino_assets.methods.disclosure import cell_key
from nino_assets.methods.disclosure.dimensions import Dimension, build_cube_dimensions
from nino_assets.methods.disclosure.keyed_count_rules import refuse_bad_sums
from nino_assets.methods.disclosure.listed_cells import list_domain, regroup_by_period
from nino_assets.methods.disclosure.perturbation_table.validation import PerturbationTable
from nino_assets.methods.disclosure.roll_up import KeyedRows, read_keyed_rows, roll_up
from nino_assets.statistic import vocabulary as v
from nino_assets.statistic.published_domain import Cube
from nino_assets.statistic.quarters import Quarter


@dataclass(frozen=True)
class CheckedCounts:
    """Keyed counts that may be rolled up, as `check_keyed_counts` returns them."""

    con: duckdb.DuckDBPyConnection
    rows: KeyedRows
    nationality: pl.DataFrame
    area: pl.DataFrame
    table: PerturbationTable
    quarters: frozenset[str]
    middle_layer: pl.DataFrame | None = None
    """The members of middle-layer areas, where they are counted."""


def check_keyed_counts(  # noqa: PLR0913 - one argument a table it holds the counts against
    con: duckdb.DuckDBPyConnection,
    keyed: str,
    *,
    nationality_members: pl.DataFrame,
    area_members: pl.DataFrame,
    table: PerturbationTable,
    quarters: Iterable[Quarter],
    middle_layer_members: pl.DataFrame | None = None,
) -> CheckedCounts:
    """Keyed counts, refused unless every row belongs to the domain.

    Each row can then be counted in exactly the cells it belongs to. They are read into arrays, and
    the relation is not read again.

    `keyed` is a relation with the columns `KEYED_DIMENSIONS`, registrations (BIGINT) and key_sum
    (BIGINT, the sum of the records' keys) of `quarters`, any of which may have no row: a quarter
    without a registration is published as zeros. The member tables are those of
    `published_domain`, with all levels; with `middle_layer_members`, `keyed` has the column
    middle_layer too. Raises WarehouseError for another quarter, a null
    dimension, a value that no member holds, a count or key sum that is missing, out of range or
    not a whole number, or keys that were made for another number of keys than the table's.
    """
    held = frozenset(quarter.label for quarter in quarters)
    known = {
        "time_period": pl.Series(sorted(held), dtype=pl.String),
        "local_authority": area_members["member_of"],
        "nationality": nationality_members["member_of"],
        "age_band": pl.Series(v.AGE_BANDS),
        "sex": pl.Series(v.SEXES),
        "arrival_lag": pl.Series(v.ARRIVAL_LAGS),
    }
    if middle_layer_members is not None:
        known["middle_layer"] = middle_layer_members["member_of"]
    values = {
        dimension: members.drop_nulls().unique(maintain_order=True).to_list()
        for dimension, members in known.items()
    }
    refuse_bad_sums(con, keyed, table.keys, list(values))
    for dimension, listed in values.items():
        seen = _list_values(con, keyed, dimension)
        unknown = seen.filter(~seen.is_in(listed))
        if len(unknown):
            raise _build_error(
                f"keyed counts: {len(unknown)} values of {dimension} are not in the "
                "published domain",
                "every registration is counted in every cube",
                "build reference data and records again, so that both use one postcode directory",
            )
    rows = read_keyed_rows(con, keyed, values)
    return CheckedCounts(
        con, rows, nationality_members, area_members, table, held, middle_layer_members
    )


def list_period_members(
    period: Literal["quarter", "year_ending"], publish: Sequence[Quarter], first: Quarter
) -> pl.DataFrame:
    """The periods that end with each quarter, and their quarters.

    `first` is the first quarter of the series: a year ending needs four quarters from there on.
    Returns one row a period and quarter: period_order, time_period, member_of (quarter labels).
    """
    length = 1 if period == "quarter" else 4
    complete = [quarter for quarter in sorted(publish) if quarter - (length - 1) >= first]
    return pl.DataFrame(
        [
            (order, quarter.label, held.label)
            for order, quarter in enumerate(complete)
            for held in (quarter - (length - 1)).list_until(quarter)
        ],
        schema={"period_order": pl.Int32, "time_period": pl.String, "member_of": pl.String},
        orient="row",
    )


def stream_perturbed_cells(
    counts: CheckedCounts, cube: Cube, periods: pl.DataFrame
) -> Iterator[pa.RecordBatch]:
    """Every cell of one cube for all `periods`, in `CELL_SCHEMA`.

    No batch holds two periods.

    Sorted by period, area, nationality, age, sex, lag as their member tables list them. `periods`
    as `list_period_members` gives it, any number of them in one pass over the counts. Every cell is
    computed and checked before the first batch is yielded. Raises WarehouseError when a quarter has
    no keyed counts, PerturbationTableError for a cell that may not be published.
    """
    refuse_missing_quarters(counts, cube.name, periods)
    dimensions = build_cube_dimensions(cube, periods, counts.area, counts.nationality)
    cells = perturb_occupied_cells(counts, dimensions)
    cell_key.refuse_unsafe(cells["published"], counts.table.forbidden, table=f"cube {cube.name}")
    return list_domain(cube, dimensions, cells["place"].to_numpy(), cells["published"].to_numpy())


def stream_release(
    counts: CheckedCounts, cubes: Sequence[Cube], publish: Sequence[Quarter], first: Quarter
) -> Iterator[tuple[Quarter, Iterator[pa.RecordBatch]]]:
    """Each quarter with all its cells of all cubes, in batches.

    Every cell of every quarter is computed and checked before anything is yielded; only the counted
    ones are held in memory. A quarter's batches must be read before the next quarter is asked for.
    `first` as in `list_period_members`. Errors as `stream_perturbed_cells`.
    """
    quarters = sorted(publish)
    streams = [
        stream_perturbed_cells(counts, cube, list_period_members(cube.period, quarters, first))
        for cube in cubes
    ]
    return zip(quarters, regroup_by_period(streams, [each.label for each in quarters]), strict=True)


def compute_true_counts(
    counts: CheckedCounts, cube: Cube, periods: pl.DataFrame
) -> NDArray[np.int64]:
    """The true counts of a cube's cells (restricted), an axis a dimension."""
    refuse_missing_quarters(counts, cube.name, periods)
    dimensions = build_cube_dimensions(cube, periods, counts.area, counts.nationality)
    return roll_up(counts.rows, dimensions)[0]


def refuse_missing_quarters(counts: CheckedCounts, name: str, periods: pl.DataFrame) -> None:
    """Raise WarehouseError when a quarter of a period was not counted."""
    missing = sorted(set(periods["member_of"]) - counts.quarters)
    if missing:
        raise _build_error(
            f"keyed counts: nothing for {', '.join(missing)}",
            f"each period of {name} needs all its quarters",
            f"build {missing[0]} first",
        )


def perturb_occupied_cells(counts: CheckedCounts, dimensions: Sequence[Dimension]) -> pl.DataFrame:
    """The cells that hold someone: place, registrations, published.

    Sorted by place in the listed domain.
    """
    registrations, key_sum = (sums.ravel() for sums in roll_up(counts.rows, dimensions))
    place = np.flatnonzero(registrations)
    counted = {
        "place": place,
        "registrations": registrations[place],
        "key_sum": key_sum[place],
    }
    con, table = counts.con, counts.table
    con.register("counted", pl.DataFrame(counted))
    con.register("perturbation_table", table.frame)
    try:
        perturbed = cell_key.perturb_sql("FROM counted", "perturbation_table", table.keys)
        cells: pl.DataFrame = con.sql(
            f"SELECT place, registrations, published FROM ({perturbed}) ORDER BY place"
        ).pl()
    finally:
        con.unregister("counted")
        con.unregister("perturbation_table")
    return cells


def _list_values(con: duckdb.DuckDBPyConnection, keyed: str, dimension: str) -> pl.Series:
    values = con.sql(f"SELECT DISTINCT {dimension} FROM {keyed}").fetchall()
    return pl.Series(dimension, [value for (value,) in values], dtype=pl.String)


def _build_error(what: str, rule: str, next_step: str) -> WarehouseError:
    return WarehouseError(what, rule=rule, next_step=next_step)
