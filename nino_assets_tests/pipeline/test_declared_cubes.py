"""A cube of any name goes through from the scan to the open data by its declaration alone."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from nino_assets_tests.support import deliveries
from nino_assets_tests.support.commands import make_environment
from nino_assets_tests.support.pipeline import Pipeline
from nino_assets_tests.support.recompute import CUBES, Recomputation, published_rows

pytestmark = pytest.mark.line

QUARTERS = ("2002-Q1", "2002-Q2", "2002-Q3", "2002-Q4", "2003-Q1")

DECLARED = """
from nino_assets.statistic import published_domain as domain
cubes = (
    domain.Cube("three_months_age_sex", "Three months by age", "quarter", by_age_sex=True),
    domain.Cube("quarters4_area_lag", "Twelve months", "year_ending", by_area=True, by_lag=True),
)
domain.CUBES += cubes
domain.CUBE_BY_NAME.update({cube.name: cube for cube in cubes})
from nino_assets.cli.main import main
main()
"""
"""What a maintainer would write into `CUBES`, before any other module reads it."""

EXPECTED = (
    *CUBES,
    ("three_months_age_sex", "quarter", False, True, False, False),
    ("quarters4_area_lag", "year_ending", True, False, True, False),
)


def test_two_cubes_with_odd_names_reach_the_open_data_with_every_check(
    empty_pipeline: Pipeline,
) -> None:
    data, first, last = empty_pipeline.data, QUARTERS[0], QUARTERS[-1]
    records = deliveries.make_rows(QUARTERS, 600)
    deliveries.deliver(empty_pipeline.landing, last, records, extract="register")
    ended = subprocess.run(
        [sys.executable, "-c", DECLARED, "build", "--quarter", last, "--from", first],
        env=make_environment(data, empty_pipeline.settings),
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr

    published = published_rows(empty_pipeline.cells(last))
    wanted = Recomputation(data, empty_pipeline.settings, EXPECTED).rows(first, last)
    assert len(published) == len(wanted)
    assert [pair for pair in zip(published, wanted, strict=True) if pair[0] != pair[1]] == []

    qa = json.loads((empty_pipeline.publication(last) / "qa" / "document-checks.json").read_text())
    verdicts = {f"{each['asset']}.{each['name']}": each.get("passed") for each in qa}
    judged = {name for name in verdicts if name.startswith(("perturbed_cubes.", "open_data."))}
    assert {"perturbed_cubes.undeclared_cells", "open_data.undeclared_cells"} <= judged
    assert [name for name in sorted(judged) if not verdicts[name]] == []
