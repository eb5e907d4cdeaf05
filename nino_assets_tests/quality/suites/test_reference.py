"""Each expectation about the reference lists fails on a planted defect."""

from __future__ import annotations

import polars as pl
import pytest

from nino_assets.quality.suites.all import find_suite
from nino_assets_tests.support.defects import Case, Cases, Planter, assert_caught, changes, sets


def in_list(column: str, rows: int = 1) -> dict[str, object]:
    return {"column": column, "value": None, "rows": rows, "quarter": None}


def _split_area(frame: pl.DataFrame) -> pl.DataFrame:
    crowded = frame.filter(pl.col("output_area").is_not_null())["output_area"].mode()[0]
    at = frame.with_row_index().filter(pl.col("output_area") == crowded)["index"][0]
    return frame.with_columns(
        msoa=pl.when(pl.int_range(pl.len()) == at).then(pl.lit("E02")).otherwise("msoa")
    )


def _one_area_more(frame: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([frame, frame.head(1)])


def _located(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.sort("output_area", nulls_last=True)


def _unlocated(frame: pl.DataFrame) -> pl.DataFrame:
    areas = ("output_area", "lsoa", "msoa", "local_authority", "region", "country")
    return frame.with_columns(
        pl.when(pl.int_range(pl.len()) % 5 == 0).then(None).otherwise(pl.col(a)).alias(a)
        for a in areas
    )


def without(column: str, value: str):
    return lambda frame: frame.filter(pl.col(column).ne_missing(value))


def _swapped_noise(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(
        pvalue=pl.col("pvalue") + pl.when(pl.int_range(pl.len()) == 0).then(1).otherwise(0)
    )


def _extra(asset: str) -> Case:
    return changes(asset, lambda f: f.with_columns(extra=pl.lit(1)), None)


DIRECTORY: Cases = {
    "columns_exact": _extra("postcode_directory"),
    "postcodes": changes("postcode_directory", lambda f: f.clear(), None),
    "postcode_filled": sets("postcode_directory", **in_list("postcode")),  # type: ignore[arg-type]
    "repeated_postcodes": changes("postcode_directory", _one_area_more, None),
    "no_local_authority": changes(
        "postcode_directory",
        lambda f: _located(f).with_columns(
            local_authority=pl.when(pl.int_range(pl.len()) == 0)
            .then(None)
            .otherwise("local_authority")
        ),
        None,
    ),
    "outside_isles": sets("postcode_directory", "latitude", 0.0, quarter=None),
    "located_percent": changes("postcode_directory", _unlocated, None),
    "countries": changes("postcode_directory", without("country", "N92000002"), None),
}
LOOKUP: Cases = {
    "columns_exact": _extra("output_area_lookup"),
    "split_authorities": sets("output_area_lookup", "country", "N92000002", quarter=None),
    "repeated_areas": changes("output_area_lookup", _one_area_more, None),
    "not_looked_up": changes("output_area_lookup", lambda f: f.slice(1), None),
    **{
        f"{column}_filled": sets("output_area_lookup", **in_list(column))  # type: ignore[arg-type]
        for column in ("local_authority", "region", "country")
    },
    "split_areas": changes("postcode_directory", _split_area, None),
}
NATIONALITIES: Cases = {
    "columns_exact": _extra("nationality_groups"),
    "repeated_labels": sets("nationality_groups", "nationality", "Japan", quarter=None),
    "repeated_codes": sets("nationality_groups", "nationality_code", "JPN", quarter=None),
    "split_sub_groups": sets("nationality_groups", "world_area", "European Union", quarter=None),
    "sub_groups": sets("nationality_groups", "sub_group", "Antarctica", quarter=None),
    "world_areas": sets("nationality_groups", "world_area", "Antarctica", quarter=None),
    **{
        f"{column}_filled": sets("nationality_groups", **in_list(column))  # type: ignore[arg-type]
        for column in ("nationality_code", "nationality", "sub_group", "world_area")
    },
}
AREAS: Cases = {
    "columns_exact": _extra("areas"),
    "repeated_areas": changes("areas", _one_area_more, None),
    "countries": changes("areas", without("area_name", "Wales"), None),
    "regions": changes("areas", without("area_name", "London"), None),
    "area_code_filled": sets("areas", **in_list("area_code")),  # type: ignore[arg-type]
    "area_name_filled": sets("areas", **in_list("area_name")),  # type: ignore[arg-type]
    "unnamed_authorities": changes("areas", without("area_code", "E06000001"), None),
}
PTABLE: Cases = {
    "columns_exact": _extra("perturbation_table"),
    "holes": changes("perturbation_table", lambda f: f.slice(1), None),
    "repeated_entries": changes("perturbation_table", _one_area_more, None),
    "negative_counts": sets("perturbation_table", "pvalue", -2, quarter=None),
    "biased_rows": changes("perturbation_table", _swapped_noise, None),
    "pvalue_filled": sets("perturbation_table", **in_list("pvalue")),  # type: ignore[arg-type]
}
CASES = {
    "postcode_directory": DIRECTORY,
    "output_area_lookup": LOOKUP,
    "nationality_groups": NATIONALITIES,
    "areas": AREAS,
    "perturbation_table": PTABLE,
}


@pytest.mark.parametrize(
    ("asset", "name"), [(asset, name) for asset, cases in CASES.items() for name in cases]
)
def test_a_defect_is_caught(asset: str, name: str, planter: Planter) -> None:
    assert_caught(find_suite(asset), name, CASES[asset][name], planter)


def test_an_empty_p_table_is_all_holes(planter: Planter) -> None:
    planter.frame("perturbation_table", lambda f: f.clear(), None)
    from nino_assets_tests.support.defects import verdicts

    holes = verdicts(find_suite("perturbation_table"), planter.warehouse, "holes")["holes"]
    assert not holes.passed
    assert holes.observed == 750
