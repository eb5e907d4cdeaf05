"""Records of drawn people with keys, and their cells through the package's own steps."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa

from nino_assets.methods.disclosure import perturbed_cells
from nino_assets.methods.disclosure.dimensions import KEYED_DIMENSIONS
from nino_assets.methods.disclosure.listed_cells import CELL_SCHEMA
from nino_assets.methods.disclosure.perturbation_table.design import (
    DEFAULT,
    make_perturbation_table,
)
from nino_assets.methods.disclosure.perturbation_table.validation import check_perturbation_table
from nino_assets.statistic import vocabulary as v
from nino_assets.statistic.published_domain import (
    CUBES,
    list_area_members,
    list_nationality_members,
)
from nino_assets.statistic.quarters import Quarter

Q = Quarter(2020, 1)
GROUPS = pl.DataFrame(
    [
        ("FRA", "France", "European Union EU15", v.EU),
        ("POL", "Poland", "European Union EU8", v.EU),
        ("IND", "India", "South Asia", "Asia"),
        ("unknown", "Unknown", v.UNKNOWN_SUB_GROUP, v.UNKNOWN_WORLD_AREA),
    ],
    schema=["nationality_code", "nationality", "sub_group", "world_area"],
    orient="row",
)
LOCAL = pl.DataFrame(
    [("E07", "E12", "E92"), ("E08", "E12", "E92"), ("N09", "N92", "N92")],
    schema=["local_authority", "region", "country"],
    orient="row",
)
AREAS = pl.DataFrame(
    [
        ("E92", "England", "country"),
        ("N92", "Northern Ireland", "country"),
        ("E12", "A region", "region"),
        ("E13", "A region that the directory lacks", "region"),
        ("N92", "Northern Ireland", "region"),
        ("E07", "Hill", "local_authority"),
        ("E08", "Dale", "local_authority"),
        ("N09", "Coast", "local_authority"),
    ],
    schema=["area_code", "area_name", "geography_level"],
    orient="row",
)
NATIONALITY, AREA = list_nationality_members(GROUPS), list_area_members(AREAS, LOCAL)
LOWEST = ["E07", "E08", "N09", v.OVERSEAS_CODE, ""]


@cache
def make_table(keys: int = 256):
    return check_perturbation_table(make_perturbation_table(b"k" * 32, replace(DEFAULT, keys=keys)))


def draw_people(n: int = 4000, quarters: int = 5, seed: int = 1) -> pl.DataFrame:
    """Keyed records: one row a registration."""
    rng = np.random.default_rng(seed)

    def draw(labels):
        return pl.Series(list(labels)).gather(rng.integers(0, len(labels), n))

    return pl.DataFrame(
        {
            "time_period": draw([(Q + k).label for k in range(quarters)]),
            "local_authority": draw(LOWEST),
            "nationality": draw(GROUPS["nationality"]),
            "age_band": draw(v.AGE_BANDS),
            "sex": draw(v.SEXES),
            "arrival_lag": draw(v.ARRIVAL_LAGS),
            "registrations": np.ones(n, dtype=np.int64),
            "key_sum": rng.integers(0, 256, n),
        }
    )


def count_people(records: pl.DataFrame) -> pl.DataFrame:
    by = list(KEYED_DIMENSIONS)
    return records.group_by(by).agg(pl.col("registrations").sum(), pl.col("key_sum").sum())


def check_counts(
    keyed: pl.DataFrame, *, threads: int = 2, **other
) -> perturbed_cells.CheckedCounts:
    con = duckdb.connect()
    con.sql(f"SET threads = {threads}")
    con.register("keyed", keyed)
    facts = {"nationality_members": NATIONALITY, "area_members": AREA, "table": make_table()}
    facts |= {"quarters": Q.list_until(Q + 4)} | other
    return perturbed_cells.check_keyed_counts(con, "keyed", **facts)


def perturb_cube(counts: perturbed_cells.CheckedCounts, cube, periods: pl.DataFrame) -> pa.Table:
    """Every cell of one cube, all batches together."""
    batches = perturbed_cells.stream_perturbed_cells(counts, cube, periods)
    return pa.Table.from_batches(batches, schema=CELL_SCHEMA)


def list_cells(
    keyed: pl.DataFrame, cube=CUBES[0], *, publish=None, threads: int = 2
) -> pl.DataFrame:
    periods = perturbed_cells.list_period_members(cube.period, publish or [Q + 3], Q)
    return pl.DataFrame(perturb_cube(check_counts(keyed, threads=threads), cube, periods))
