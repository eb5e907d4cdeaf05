"""Each expectation about geocoded records fails on a planted defect."""

from __future__ import annotations

import polars as pl
import pytest

from nino_assets.quality.suites.geocoded_records import SUITE
from nino_assets_tests.support.defects import (
    MANY,
    Case,
    Cases,
    Planter,
    assert_caught,
    change_rows,
    drop_first_row,
    run_checks,
    set_values,
)
from nino_assets_tests.support.synthetic_build import REGISTER


def _same_person(planter: Planter) -> None:
    """Someone in the quarter extract was in the register already."""
    taken: list[str] = []

    def remember(frame: pl.DataFrame) -> pl.DataFrame:
        taken.append(frame["pseudonym"][0])
        return frame

    planter.frame("geocoded_records", remember, REGISTER)
    planter.frame(
        "geocoded_records",
        lambda f: f.with_columns(
            pseudonym=pl.when(pl.int_range(pl.len()) == 0)
            .then(pl.lit(taken[0]))
            .otherwise("pseudonym")
        ),
    )


CASES: Cases = {
    "columns_exact": change_rows("geocoded_records", lambda f: f.with_columns(postcode=pl.lit(""))),
    "rows_unaccounted": drop_first_row("geocoded_records"),
    "pseudonym_form": set_values("geocoded_records", "pseudonym", "AB123456"),
    "pseudonym_filled": set_values("geocoded_records", "pseudonym", None),
    "keys_out_of_range": set_values("geocoded_records", "record_key", 100_000),
    "status_listed": set_values("geocoded_records", "geocode_status", "lost"),
    "geocode_status_filled": set_values("geocoded_records", "geocode_status", None),
    "status_contradicted": set_values("geocoded_records", "output_area", None, 380),
    "unknown_areas": set_values("geocoded_records", "output_area", "E00999999"),
    "none_located": set_values("geocoded_records", "geocode_status", "not_found", 100_000),
    "place_lost_percent": set_values("geocoded_records", "geocode_status", "not_found", 100_000),
    **{
        f"{status}_percent": set_values("geocoded_records", "geocode_status", planted, MANY)
        for status, planted in (
            ("matched", "bfpo"),
            ("missing", "missing"),
            ("not_found", "not_found"),
            ("invalid", "invalid"),
            ("overseas", "outside_uk"),
            ("terminated", "matched_terminated"),
            ("repaired", "matched_repaired"),
            ("no_output_area", "no_output_area"),
            ("bfpo", "bfpo"),
        )
    },
    "lacking_region_percent": set_values("cleaned_records", "postcode", "BT1 1ZZ", MANY),
    "counted_elsewhere": Case(_same_person),
}


@pytest.mark.parametrize("name", CASES)
def test_a_defect_is_caught(name: str, planter: Planter) -> None:
    assert_caught(SUITE, name, CASES[name], planter)


def test_a_person_of_the_same_delivery_is_not_counted_elsewhere(planter: Planter) -> None:
    taken: list[str] = []

    def take(frame: pl.DataFrame) -> pl.DataFrame:
        taken.append(frame["pseudonym"][0])
        return frame

    planter.frame("geocoded_records", take, REGISTER - 1)
    planter.frame(
        "geocoded_records",
        lambda f: f.with_columns(pseudonym=pl.lit(taken[0])),
        REGISTER,
    )
    suite = SUITE
    found = run_checks(suite, planter.warehouse, "counted_elsewhere", quarter=REGISTER)
    assert found["counted_elsewhere"].observed == 0
