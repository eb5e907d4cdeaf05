"""A few published cells, each named by how it differs from a plain one."""

from __future__ import annotations

from typing import Any

import polars as pl

from nino_assets.statistic.published_domain import CELL_COLUMNS

_CELL = {
    "cube": "quarter_nationality",
    "time_period": "2020-Q4",
    "time_period_type": "quarter",
    "geography_code": "K02000001",
    "geography_name": "United Kingdom",
    "geography_level": "uk",
    "nationality_code": "IND",
    "nationality": "India",
    "nationality_level": "nationality",
    "age": "All",
    "sex": "All",
    "arrival_lag": "All",
    "registrations": 10,
    "observation_status": "",
}


def make_few_cells(*changes: dict[str, Any]) -> pl.DataFrame:
    """One cell for each change of the pattern."""
    return pl.DataFrame([_CELL | change for change in changes]).select(CELL_COLUMNS)
