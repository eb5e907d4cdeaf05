"""The middle-layer areas of a look-up, as members of the area dimension."""

from __future__ import annotations

import polars as pl

from nino_assets.statistic import vocabulary as v

LEVEL = "middle_layer"
_REAL = "^[EWSN][0-9]{8}$"
_PSEUDO = "9{8}$"


def join_middle_layer_sql(local_authority: str, middle_layer: str) -> str:
    """SQL for a middle-layer area's keyed value, within its local authority.

    So every larger area is a sum of these too, though a middle-layer area is missing somewhere.
    """
    return f"{local_authority} || '/' || coalesce({middle_layer}, '')"


def list_middle_layer_sql(output_areas: str) -> str:
    """SQL for the middle-layer areas of each local authority in a look-up.

    Columns: local_authority, msoa, middle_layer, as `list_middle_layer_members` takes them.
    """
    joined = join_middle_layer_sql("local_authority", "msoa")
    return f"""
        SELECT DISTINCT local_authority, msoa, {joined} AS middle_layer FROM {output_areas}
        ORDER BY ALL"""


def list_middle_layer_members(area_members: pl.DataFrame, placed: pl.DataFrame) -> pl.DataFrame:
    """List the country, regions and middle-layer areas with what each holds.

    `area_members` as `list_area_members` gives them; `placed` is the look-up, one row a local
    authority and middle-layer area: local_authority, msoa, middle_layer (its keyed value). Where
    there are no middle-layer areas, as in a census that had none in Northern Ireland, the larger
    areas alone hold what is counted. A middle-layer area is named by its code and its authority.
    Columns as in `list_area_members`.
    """
    held = pl.concat(
        [
            placed.select("local_authority", "middle_layer"),
            pl.DataFrame(
                {
                    "local_authority": [v.OVERSEAS_CODE, ""],
                    "middle_layer": [v.OVERSEAS_CODE, ""],
                }
            ),
        ]
    )
    larger = (
        area_members.filter(pl.col("geography_level").is_in(["uk", "country", "region"]))
        .join(held, left_on="member_of", right_on="local_authority", how="left")
        .with_columns(member_of=pl.col("middle_layer"))
        .drop("middle_layer")
        .unique()
        .sort("area_order", "member_of")
    )
    names = area_members.filter(pl.col("geography_level") == "local_authority").select(
        local_authority="geography_code", authority="geography_name"
    )
    real = placed.filter(
        pl.col("msoa").str.contains(_REAL) & ~pl.col("msoa").str.contains(_PSEUDO)
    ).sort("msoa", "local_authority")
    after = int(area_members["area_order"].max() or 0) + 1  # type: ignore[arg-type]
    small = (
        real.join(names, on="local_authority", how="left")
        .with_columns(
            geography_name=pl.format("{}, {}", "msoa", pl.col("authority").first().over("msoa")),
            area_order=(pl.col("msoa").rank("dense") + after).cast(pl.Int32),
            geography_level=pl.lit(LEVEL),
        )
        .rename({"msoa": "geography_code", "middle_layer": "member_of"})
    )
    return pl.concat([larger, small.select(larger.columns)])
