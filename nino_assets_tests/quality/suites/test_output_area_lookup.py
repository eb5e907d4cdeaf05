"""Each expectation about the lookup of output areas fails on a planted defect."""

from __future__ import annotations

import polars as pl
import pytest

from nino_assets.quality.suites.output_area_lookup import SUITE
from nino_assets_tests.support.defects import (
    Cases,
    Planter,
    add_column,
    assert_caught,
    change_rows,
    drop_first_row,
    repeat_first_row,
    set_values,
)


def _split_area(frame: pl.DataFrame) -> pl.DataFrame:
    crowded = frame.filter(pl.col("output_area").is_not_null())["output_area"].mode()[0]
    at = frame.with_row_index().filter(pl.col("output_area") == crowded)["index"][0]
    return frame.with_columns(
        msoa=pl.when(pl.int_range(pl.len()) == at).then(pl.lit("E02")).otherwise("msoa")
    )


CASES: Cases = {
    "columns_exact": add_column("output_area_lookup", None),
    "split_authorities": set_values("output_area_lookup", "country", "N92000002", quarter=None),
    "repeated_areas": repeat_first_row("output_area_lookup", None),
    "not_looked_up": drop_first_row("output_area_lookup", None),
    **{
        f"{column}_filled": set_values("output_area_lookup", column, None, quarter=None)
        for column in ("local_authority", "region", "country")
    },
    "regions_unlisted": set_values("output_area_lookup", "region", "E92000001", quarter=None),
    "countries_unlisted": set_values("output_area_lookup", "country", "E12000001", quarter=None),
    "middle_layer_lost": set_values("output_area_lookup", "msoa", "E99999999", quarter=None),
    "split_areas": change_rows("postcode_directory", _split_area, None),
}


@pytest.mark.parametrize("name", CASES)
def test_a_defect_is_caught(name: str, planter: Planter) -> None:
    assert_caught(SUITE, name, CASES[name], planter)
