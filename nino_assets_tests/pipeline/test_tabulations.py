"""Tabulations from the scan on: against plain Python, with two cuboids that nobody knows yet."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from nino_assets_tests.support import deliveries
from nino_assets_tests.support.commands import make_environment
from nino_assets_tests.support.pipeline import Pipeline
from nino_assets_tests.support.recompute import Recomputation

pytestmark = pytest.mark.line

QUARTERS = ("2002-Q1", "2002-Q2", "2002-Q3", "2002-Q4", "2003-Q1")

DECLARED = """
from nino_assets.statistic import cuboids
cuboids.CUBOIDS += (
    cuboids.Cuboid("how_soon", "How soon", ("quarter",), "local_authority", by_lag=True),
    cuboids.Cuboid("calendar_years", "Years", ("calendar_year",), by_age=True, by_sex=True),
)
from nino_assets.cli.main import main
main()
"""
"""What a maintainer would write into `CUBOIDS`, before any other module reads it."""

EXPECTED: dict[str, tuple[tuple[str, ...], bool, bool, bool, bool, str]] = {
    # Period, by area, by age and sex, by lag, to single nationalities; and the deepest level kept.
    "area_sub_group": (("quarter", "year_ending"), True, False, False, False, "sub_group"),
    "area_nationality": (("quarter", "year_ending"), True, False, False, True, "nationality"),
    "area_sub_group_arrival": (("year_ending",), True, False, True, False, "sub_group"),
    "nationality_age_sex": (("year_ending",), False, True, False, True, "nationality"),
    "area_world_area_age_sex": (("year_ending",), True, True, False, False, "world_area"),
    "how_soon": (("quarter",), True, False, True, False, "total"),
    "calendar_years": (("year_ending",), False, True, False, False, "total"),
}
LEVELS = ("total", "world_area", "sub_group", "nationality")


def _build(pipeline: Pipeline, quarter: str, first: str | None) -> None:
    since = ["--from", first] if first else []
    ended = subprocess.run(
        [sys.executable, "-c", DECLARED, "build", "--quarter", quarter, *since],
        env=make_environment(pipeline.data, pipeline.settings),
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr


def _hash(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
    }


def test_every_cuboid_is_what_the_delivered_files_give_in_plain_python(
    empty_pipeline: Pipeline,
) -> None:
    first, last = QUARTERS[0], QUARTERS[-1]
    records = deliveries.make_rows(QUARTERS, 600)
    deliveries.deliver(empty_pipeline.landing, last, records, extract="register")
    _build(empty_pipeline, last, first)

    folder = empty_pipeline.publication(last) / "open-data" / "tabulations"
    index = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    held = {entry["name"]: entry for entry in index["cuboids"]}
    assert held.keys() == {*EXPECTED, "middle_layer_world_area"}
    for name, (periods, by_area, by_age_sex, by_lag, single, deepest) in EXPECTED.items():
        declared = tuple(
            (f"{name} {period}", period, by_area, by_age_sex, by_lag, single) for period in periods
        )
        recomputed = Recomputation(empty_pipeline.data, empty_pipeline.settings, declared)
        wanted = [
            row[1:]
            for row in recomputed.rows(first, last)
            if row[8] in LEVELS[: LEVELS.index(deepest) + 1]
            and (name != "calendar_years" or row[1].endswith("Q4"))
        ]
        assert _list_rows(folder / held[name]["file"]) == wanted, name
        array = np.load(folder / held[name]["array"])
        assert array.dtype == np.int32
        assert list(array.shape) == held[name]["shape"]
        assert array.ravel().tolist() == [row[-2] for row in wanted]

    qa = json.loads((empty_pipeline.publication(last) / "qa" / "document-checks.json").read_text())
    passed = {each["name"]: each["passed"] for each in qa if each["asset"] == "tabulations"}
    assert passed
    assert [name for name, verdict in passed.items() if not verdict] == []
    listed = json.loads((empty_pipeline.publication(last) / "manifest.json").read_text())["files"]
    before = _hash(folder)
    assert {name: listed[f"open-data/tabulations/{name}"]["sha256"] for name in before} == before

    stored = empty_pipeline.data / "warehouse" / "tabulated_cells"
    times = {path.name: path.stat().st_mtime_ns for path in stored.glob("[0-9]*")}
    _build(empty_pipeline, last, None)
    assert _hash(folder) == before
    now = {path.name: path.stat().st_mtime_ns for path in stored.glob("[0-9]*")}
    # The last quarter's counts were made again; what earlier quarters add was not.
    assert {name for name in times if now[name] != times[name]} <= {f"{last}.parquet"}


def _list_rows(path: Path) -> list[tuple[Any, ...]]:
    return list(zip(*(column.to_pylist() for column in pq.read_table(path).columns), strict=True))
