"""Each expectation about the tabulations fails on a planted defect."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from nino_assets.publishing.tabulations.lattice_index import (
    DESCRIPTION_NAME,
    INDEX_NAME,
    TABULATIONS,
)
from nino_assets.quality.measures import sparsity
from nino_assets.quality.suites import tabulations
from nino_assets.quality.suites.tabulations import SUITE
from nino_assets.store.publication_manifest import compute_code_version, refresh_manifest
from nino_assets_tests.support.defects import (
    Case,
    Cases,
    Planter,
    assert_caught,
    run_checks,
    run_checks_on_good_build,
)
from nino_assets_tests.support.synthetic_build import LATEST

SMALL, OTHER = "area_sub_group", "nationality_age_sex"


def _sign(planter: Planter) -> None:
    """List the files as they are now, so that another check must see the change."""
    publication = planter.publication()
    planter.keep(publication / "manifest.json")
    lock = planter.warehouse.folders.warehouse / "locks" / "planted.lock"
    refresh_manifest(publication, code_version=compute_code_version(), inputs={}, lock=lock)


def _cell(where: Callable[[np.ndarray], Any], value: int, name: str = SMALL) -> Case:
    """One cell of the array has another value."""

    def plant(planter: Planter) -> None:
        path = planter.keep(planter.publication(f"{TABULATIONS}/{name}.npy"))
        cells = np.load(path)
        cells[where(cells)] = value
        np.save(path, cells)
        _sign(planter)

    return Case(plant)


def _first(cells: np.ndarray) -> tuple[int, ...]:
    return (0,) * cells.ndim


def _last(cells: np.ndarray) -> tuple[int, ...]:
    return tuple(size - 1 for size in cells.shape)


def _index(change: Callable[[dict[str, Any]], None]) -> Case:
    def plant(planter: Planter) -> None:
        path = planter.keep(planter.publication(f"{TABULATIONS}/{INDEX_NAME}"))
        index = json.loads(path.read_text(encoding="utf-8"))
        change(index)
        path.write_text(json.dumps(index), encoding="utf-8")
        _sign(planter)

    return Case(plant)


def _swap_two_members(index: dict[str, Any]) -> None:
    members = index["cuboids"][0]["axes"][1]["members"]
    members[1], members[2] = members[2], members[1]


def _no_cubes(planter: Planter) -> None:
    planter.instead(tabulations, "list_cell_files", lambda *_: [])


def _parquet(name: str, value: Any) -> Case:
    """One row of a Parquet file has another value."""

    def plant(planter: Planter) -> None:
        path = planter.keep(planter.publication(f"{TABULATIONS}/{OTHER}.parquet"))
        table = pq.read_table(path)
        column = table[name].to_pylist()
        column[-1] = value
        changed = pa.array(column, table[name].type)
        pq.write_table(table.set_column(table.column_names.index(name), name, changed), path)
        _sign(planter)

    return Case(plant)


def _truth(column: str) -> Case:
    """A large register, every cell of which holds one person, or two."""

    def plant(planter: Planter) -> None:
        planter.instead(sparsity, "FEWEST_A_QUARTER", 0)
        planter.frame(sparsity.TRUTH, lambda f: f.with_columns(pl.col("occupied").alias(column)))

    return Case(plant)


def _describe_another_column(planter: Planter) -> None:
    path = planter.keep(planter.publication(f"{TABULATIONS}/{DESCRIPTION_NAME}"))
    path.write_text(
        path.read_text("utf-8").replace('"name": "sex"', '"name": "gender"', 1), "utf-8"
    )
    _sign(planter)


def _change_unlisted(planter: Planter) -> None:
    path = planter.keep(planter.publication(f"{TABULATIONS}/{INDEX_NAME}"))
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")


CASES: Cases = {
    "lattice_unreadable": Case(
        lambda planter: planter.keep(planter.publication(f"{TABULATIONS}/{SMALL}.npy")).unlink()
    ),
    "undeclared_members": _index(_swap_two_members),
    "cells_compared": Case(_no_cubes),
    "cubes_disagree": _cell(_first, 77),
    "cuboids_disagree": _cell(_first, 77),
    "forbidden_counts": _cell(_last, -1),
    "parquet_differs": _cell(_last, 77, OTHER),
    "files_undescribed": Case(_describe_another_column),
    "lone_cells_percent": _truth("ones"),
    "pair_cells_percent": _truth("twos"),
    "manifest_broken": Case(_change_unlisted),
}


@pytest.mark.parametrize("name", CASES)
def test_a_defect_is_caught(name: str, planter: Planter) -> None:
    assert_caught(SUITE, name, CASES[name], planter)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("sex", "Male"),
        ("age", "18-24"),
        ("nationality_code", "GBR"),
        ("geography_code", "E92000001"),
        ("time_period", "2001-Q1"),
        ("time_period_type", "quarter"),
        ("observation_status", "low"),
        ("registrations", 123),
        ("nationality", "Atlantis"),
    ],
)
def test_any_other_value_in_a_parquet_file_is_caught(
    column: str, value: Any, planter: Planter
) -> None:
    _parquet(column, value).plant(planter)
    assert not run_checks(SUITE, planter.warehouse, "parquet_differs")["parquet_differs"].passed


def test_the_description_gives_type_and_key_of_each_column(planter: Planter) -> None:
    path = planter.publication(f"{TABULATIONS}/{DESCRIPTION_NAME}")
    described = json.loads(path.read_text("utf-8"))
    assert "A combination without a row is not a zero" in described["dc:description"]
    assert {table["url"] for table in described["tables"]} == {
        each.name for each in path.parent.glob("*.parquet")
    }
    for table in described["tables"]:
        rows = pl.read_parquet(path.parent / table["url"])
        kinds = {"integer": pl.Int32, "string": pl.String}
        columns = table["tableSchema"]["columns"]
        assert [kinds[each["datatype"]["base"]] for each in columns] == rows.dtypes
        assert rows.select(table["tableSchema"]["primaryKey"]).is_unique().all()


def test_a_forbidden_count_is_caught(planter: Planter) -> None:
    _cell(_last, 3).plant(planter)
    assert not run_checks(SUITE, planter.warehouse, "forbidden_counts")["forbidden_counts"].passed


def test_a_cuboid_that_is_not_declared_any_more_is_caught(planter: Planter) -> None:
    _index(lambda index: index["cuboids"].pop()).plant(planter)
    found = run_checks(SUITE, planter.warehouse, "undeclared_members")["undeclared_members"]
    assert not found.passed


def test_a_small_register_is_not_judged_for_sparsity(planter: Planter) -> None:
    good = run_checks_on_good_build(SUITE, planter.warehouse, LATEST)
    assert good["lone_cells_percent"].observed is None
    planter.instead(sparsity, "FEWEST_A_QUARTER", 0)
    [found] = run_checks(SUITE, planter.warehouse, "lone_cells_percent").values()
    assert isinstance(found.observed, float)


def test_the_share_is_of_cells_that_hold_somebody_and_leaves_out_what_is_excused(
    planter: Planter,
) -> None:
    """Of each period type by itself: in quarters 30 of 100 ones, in years 10 of 1,000."""
    shares = {("quarter", SMALL): (100, 30, 21), ("year_ending", SMALL): (1000, 10, 0)}
    shares |= {("quarter", "area_nationality"): (10, 9, 1)}

    def plant(truth: pl.DataFrame) -> pl.DataFrame:
        rows = [
            {**dict.fromkeys(truth.columns, 0), "time_period": LATEST.label, "cuboid": name}
            | {"time_period_type": kind, "occupied": held, "ones": ones, "twos": twos}
            for (kind, name), (held, ones, twos) in shares.items()
        ]
        return pl.DataFrame(rows, schema=truth.schema)

    planter.frame(sparsity.TRUTH, plant)
    found = sparsity.measure_sparsity(planter.warehouse, [LATEST], 1_000_000)
    assert found["lone_cells_percent"] == 30
    assert found["pair_cells_percent"] == 51
    assert found["share of ones, area_nationality, quarter"] == 0.9
    assert found["share of ones and twos, area_sub_group, year ending"] == 0.01
