"""A small valid p-table, made without the package."""

from __future__ import annotations

import numpy as np
import polars as pl

KEYS = 8


def make_small_table(noise=lambda pcv: (-1, 0, 0, 0, 0, 0, 0, 1), keys: int = KEYS) -> pl.DataFrame:
    """A small valid table: every row moves one key up and one down."""
    return pl.DataFrame(
        {
            "pcv": np.repeat(np.arange(1, 751), keys),
            "ckey": np.tile(np.arange(keys), 750),
            "pvalue": np.concatenate([noise(pcv) for pcv in range(1, 751)]),
        }
    )
