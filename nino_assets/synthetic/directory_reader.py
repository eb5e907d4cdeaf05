"""Reads the postcodes that a synthetic scan needs from a directory."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from nino_assets.errors import DeliveryError
from nino_assets.synthetic import calibration as c

_NEEDED = ("pcds", "doterm", "oa11", "laua", "ctry")


@dataclass(frozen=True)
class DirectoryPostcodes:
    """The postcodes of a directory: live and terminated, by place.

    The live postcodes of place i of `calibration.list_area_codes()` are
    `live[live_start[i]:live_start[i + 1]]`, and so the terminated ones.
    """

    live: pl.Series
    live_start: np.ndarray
    terminated: pl.Series
    terminated_start: np.ndarray
    blank_geography: pl.Series
    crown_dependencies: pl.Series


def read_directory_postcodes(folder: Path) -> DirectoryPostcodes:
    """The directory in `folder`, which holds CSV files.

    Raises DeliveryError when there is none, when it lacks columns, or when a local authority of
    April 2021 has no live postcode in it.
    """
    files = sorted(folder.glob("*.csv"))
    if not files:
        raise DeliveryError(
            f"{folder} holds no CSV of a postcode directory",
            rule="a synthetic scan takes its postcodes from the directory beside it",
            next_step="unpack the directory's CSV there, or remove the folder to have one made",
        )
    try:
        frame = pl.concat(
            [pl.read_csv(f, columns=list(_NEEDED), infer_schema=False) for f in files]
        ).fill_null("")
    except pl.exceptions.PolarsError as error:
        raise DeliveryError(
            f"the postcode directory in {folder} cannot be read",
            rule=f"it needs the columns {', '.join(_NEEDED)}",
            next_step="use a directory in the layout of November 2021, or remove the folder",
        ) from error
    crown = pl.col("ctry").str.contains("^[LM]")
    blank = pl.col("oa11") == ""
    placed = frame.filter(~crown & ~blank)
    live, live_start = _group_by_authority(placed.filter(pl.col("doterm") == ""))
    terminated, terminated_start = _group_by_authority(placed.filter(pl.col("doterm") != ""))
    codes = c.read_local_authorities()["local_authority"].to_list()
    lacking = [code for code, n in zip(codes, np.diff(live_start), strict=True) if n == 0]
    if lacking:
        raise DeliveryError(
            f"the postcode directory in {folder} has no live postcode in {', '.join(lacking[:5])}"
            + (f" and {len(lacking) - 5} more local authorities" if len(lacking) > 5 else ""),
            rule="a synthetic scan needs every local authority of April 2021",
            next_step="write to another folder, or remove the directory to have one made",
        )
    return DirectoryPostcodes(
        live,
        live_start,
        terminated,
        terminated_start,
        frame.filter(blank & ~crown)["pcds"],
        frame.filter(crown)["pcds"],
    )


def _group_by_authority(frame: pl.DataFrame) -> tuple[pl.Series, np.ndarray]:
    codes = c.read_local_authorities().select("local_authority").with_row_index("place")
    found = frame.join(codes, left_on="laua", right_on="local_authority").sort("place", "pcds")
    return found["pcds"], np.searchsorted(found["place"], np.arange(codes.height + 1))
