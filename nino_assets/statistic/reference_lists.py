"""Reads the small committed facts of `data/reference/`.

Belongs here: finding and parsing those files. Does not belong here: deliveries in `landing/`
(`storage/deliveries.py`) and anything that a quarter changes.
"""

from __future__ import annotations

from functools import cache

import polars as pl

from nino_assets.packaged import find_packaged

REFERENCE_DIR = find_packaged("reference")


def read_facts(name: str) -> pl.DataFrame:
    """`data/reference/<name>.csv`, every column text, blanks as empty text."""
    return pl.read_csv(REFERENCE_DIR / f"{name}.csv", infer_schema=False).fill_null("")


@cache
def nationalities() -> pl.DataFrame:
    """One row a nationality, in published order.

    Columns: nationality_code, nationality, sub_group, world_area.
    """
    return read_facts("nationalities").select(
        "nationality_code", "nationality", "sub_group", "world_area"
    )


@cache
def nationality_aliases() -> pl.DataFrame:
    """Delivered codes beside the list's own: delivered, nationality."""
    return read_facts("nationality_aliases").select("delivered", "nationality")


@cache
def areas() -> pl.DataFrame:
    """One row an area and level.

    Columns: area_code, area_name, geography_level, region_code, country_code.
    """
    return read_facts("areas").select(
        "area_code", "area_name", "geography_level", "region_code", "country_code"
    )
