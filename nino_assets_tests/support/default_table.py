"""The p-table of the default design, drawn once for all tests."""

from __future__ import annotations

from functools import cache

import polars as pl

from nino_assets.methods.disclosure.perturbation_table.design import (
    make_perturbation_table,
)

KEY = bytes(range(32))


@cache
def make_default_table() -> pl.DataFrame:
    return make_perturbation_table(KEY)
