"""Published cells as the publishing rooms read them: by cube, period and member, never added up.

Belongs here: looking published cells up. Does not belong here: counting or perturbing (`methods/`).
"""

from __future__ import annotations

import polars as pl

from nino_assets import vocabulary as v
from nino_assets.published_domain import CUBES
from nino_assets.quarters import Quarter


class PublishedCells:
    """A frame in the columns of `published_domain.CELL_COLUMNS`, holding every quarter of an edition."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self._cubes = {
            cube.name: frame.filter(pl.col("cube") == cube.name) for cube in CUBES
        }

    def cube(self, name: str) -> pl.DataFrame:
        """All cells of one cube, in published order. Raises KeyError for an undeclared cube."""
        return self._cubes[name]

    def value(  # noqa: PLR0913 - one argument a dimension
        self,
        cube: str,
        quarter: Quarter,
        *,
        nationality: str = v.ALL,
        level: str | None = None,
        geography: str = v.UK_CODE,
        age: str = v.ALL,
        sex: str = v.ALL,
        lag: str = v.ALL,
    ) -> int | None:
        """The published count of one cell, or None when the edition has no such cell.

        `level` is needed only for a label that stands at two levels of the nationality dimension.
        """
        found = self._cubes[cube].filter(
            (pl.col("time_period") == quarter.label)
            & (pl.col("nationality") == nationality)
            & (pl.col("nationality_level") == level if level else pl.lit(True))
            & (pl.col("geography_code") == geography)
            & (pl.col("age") == age)
            & (pl.col("sex") == sex)
            & (pl.col("arrival_lag") == lag)
        )
        values = found["registrations"].to_list()
        return int(values[0]) if values else None
