"""Reads the look-up from one census's output areas to the next.

It lies in `landing/output-areas/`: a CSV as the Office for National Statistics publishes it, with a
column of old and one of new codes, such as OA11CD and OA21CD. Others are passed over.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import polars as pl

from nino_assets.deliveries.declared_csv import list_shown_files
from nino_assets.errors import DeliveryError
from nino_assets.store.folders import Folders

COLUMNS = ("output_area", "became")
_COLUMN = re.compile(r"oa([0-9]{2})(?:cd)?")


def read_output_area_changes(folders: Folders) -> pl.DataFrame:
    """What each old output area became: output_area, became.

    Of several, the first by code: a best fit has one. No row where nothing was delivered. Raises
    DeliveryError for a file that cannot be read or does not have the two columns.
    """
    found = [_read_file(path) for path in _list_files(folders)]
    empty = pl.DataFrame(schema=dict.fromkeys(COLUMNS, pl.String))
    return (
        pl.concat([empty, *found])
        .filter(pl.col("output_area") != pl.col("became"))
        .sort(COLUMNS)
        .unique("output_area", keep="first", maintain_order=True)
    )


def hash_output_area_changes(folders: Folders) -> str:
    """The sha256 of the delivered files, blank where there is none."""
    files = _list_files(folders)
    return (
        hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest() if files else ""
    )


def _list_files(folders: Folders) -> list[Path]:
    return list_shown_files(folders.landing / "output-areas")


def _read_file(path: Path) -> pl.DataFrame:
    try:
        rows = pl.read_csv(path, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise _build_error(path, f"cannot be read as CSV ({type(error).__name__})") from None
    dated = {
        match[1]: name
        for name in rows.columns
        if (match := _COLUMN.fullmatch(name.strip().lower()))
    }
    if len(dated) != len(COLUMNS):
        raise _build_error(path, f"has {len(dated)} columns of output areas")
    old, new = (dated[year] for year in sorted(dated))
    return rows.select(
        output_area=pl.col(old).str.strip_chars(), became=pl.col(new).str.strip_chars()
    ).drop_nulls()


def _build_error(path: Path, what: str) -> DeliveryError:
    return DeliveryError(
        f"landing/output-areas/{path.name} {what}",
        rule="a look-up of output areas is a CSV in UTF-8 with one column of the codes of each of "
        "two censuses, such as OA11CD and OA21CD",
        next_step="download the best-fit look-up from the Open Geography portal",
    )
