"""Compares an edition's cells with those of the edition before."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from nino_assets.publishing.changed_cells import FIGURES, LABELS, extends_edition
from nino_assets.publishing.open_data.metadata import PARQUET_NAME
from nino_assets.publishing.qa_report.report import Differences
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.publication_manifest import MANIFEST_NAME

COMPLETE_LEVELS = {
    "nationality: total": "All nationalities, from world areas",
    "nationality: aggregate": "Non-European Union, from world areas",
    "nationality: world_area": "World area, from sub-groups",
    "nationality: sub_group": "Sub-group, from nationalities",
    "age_band": "All ages, from age bands",
    "sex": "All sexes, from each",
    "arrival_lag": "All arrival lags, from each",
}
"""Totals wholly made of published parts. Areas are not: some registrations have none."""


def read_manifest(publication: Path) -> dict[str, Any]:
    """The manifest of a publication, which its assets have written before."""
    document: dict[str, Any] = json.loads((publication / MANIFEST_NAME).read_text(encoding="utf-8"))
    return document


def count_published_cells(publication: Path) -> int:
    """How many cells the open data of a publication holds."""
    return int(pl.scan_parquet(_locate_cells(publication)).select(pl.len()).collect().item())


def compare_editions(
    con: duckdb.DuckDBPyConnection, publications: Path, quarter: Quarter
) -> Differences | None:
    """Compare an edition with the newest earlier one; None without any."""
    earlier = [
        Quarter.parse(folder.name)
        for folder in publications.glob("[0-9][0-9][0-9][0-9]-Q[1-4]")
        if _locate_cells(folder).is_file() and (folder / MANIFEST_NAME).is_file()
    ]
    before = max((q for q in earlier if q < quarter), default=None)
    if before is None:
        return None
    this, previous = publications / quarter.label, publications / before.label
    if extends_edition(_locate_cells(this), _locate_cells(previous)):
        same, changed, gone = count_published_cells(previous), 0, 0
        added = count_published_cells(this) - same
    else:
        same, changed, gone, added = _compare_by_join(
            con, _locate_cells(this), _locate_cells(previous)
        )
    return Differences(
        previous=before.label,
        same=same,
        changed=changed,
        gone=gone,
        added=added,
        same_code=read_manifest(this)["code_version"] == read_manifest(previous)["code_version"],
    )


def _compare_by_join(
    con: duckdb.DuckDBPyConnection, this: Path, last: Path
) -> tuple[int, int, int, int]:
    """Count cells that are the same, changed, gone and added."""
    con.from_parquet(str(this)).create_view("this_edition")
    con.from_parquet(str(last)).create_view("last_edition")
    joined = " AND ".join(f"this.{column} IS NOT DISTINCT FROM last.{column}" for column in LABELS)
    alike = " AND ".join(f"this.{c} IS NOT DISTINCT FROM last.{c}" for c in FIGURES)
    (counts,) = con.sql(f"""
        SELECT count(*) FILTER (this.cube IS NOT NULL AND last.cube IS NOT NULL AND {alike}),
            count(*) FILTER (this.cube IS NOT NULL AND last.cube IS NOT NULL AND NOT ({alike})),
            count(*) FILTER (this.cube IS NULL),
            count(*) FILTER (last.cube IS NULL)
        FROM this_edition AS this FULL JOIN last_edition AS last ON {joined}""").fetchall()
    same, changed, gone, added = counts
    return same, changed, gone, added


def measure_additivity(measures: pl.DataFrame) -> list[tuple[str, int, float]]:
    """How often published parts do not add up to their total.

    Any reader can work this out from the published cells.

    By level: how many totals, and the share that is not the sum of its published parts. Only
    levels whose parts hold all of the total, so that the sum is of published cells alone; of the
    design of the perturbation, nothing.
    """
    found = (
        measures.filter(
            pl.col("measure") == "parts_do_not_add", pl.col("of").is_in(COMPLETE_LEVELS)
        )
        .group_by("of")
        .agg(
            pl.col("cells").sum().alias("totals"),
            ((pl.col("value") * pl.col("cells")).sum() / pl.col("cells").sum()).alias("share"),
        )
        .sort(pl.col("of").cast(pl.Enum(list(COMPLETE_LEVELS))))
    )
    return [(COMPLETE_LEVELS[of], totals, share) for of, totals, share in found.iter_rows()]


def _locate_cells(publication: Path) -> Path:
    return publication / "open-data" / PARQUET_NAME
