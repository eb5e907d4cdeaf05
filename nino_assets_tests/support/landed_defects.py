"""Defects of a table of landed rows, one for each expectation about it."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from nino_assets_tests.support.defects import (
    Cases,
    change_rows,
    drop_all_rows,
    repeat_first_row,
    set_values,
)


def remove_rows(**row: str) -> Callable[[pl.DataFrame], pl.DataFrame]:
    return lambda frame: frame.remove(**row)


def list_landed_defects(asset: str, series: str, breakdown: str) -> Cases:
    """Defects of a table of delivered rows, one for each expectation about it."""
    return {
        "columns_exact": change_rows(asset, lambda f: f.with_columns(note=pl.lit("")), None),
        "series_undeclared": set_values(asset, "breakdown", "Visit", quarter=None),
        "rows_delivered": drop_all_rows(asset, None),
        "series_missing": change_rows(asset, remove_rows(series=series, breakdown=breakdown), None),
        "repeated_periods": repeat_first_row(asset, None),
        "gaps": change_rows(
            asset, remove_rows(series=series, breakdown=breakdown, period="2010-Q1"), None
        ),
        "value_not_negative": set_values(asset, "value", -1, quarter=None),
        "source_named": set_values(asset, "source", "", quarter=None),
    }
