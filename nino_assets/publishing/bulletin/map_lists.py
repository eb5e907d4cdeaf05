"""Reads positions and land for the world map from reference lists."""

from __future__ import annotations

import json
from functools import cache

from nino_assets.statistic.reference_folder import locate_list
from nino_assets.statistic.reference_lists import read_facts
from nino_assets.writers.maps.boundaries import Ring
from nino_assets.writers.maps.world_map import WorldMap


@cache
def read_world_map() -> WorldMap:
    """Read the land, and a position for each nationality that has one."""
    positions = {
        row["nationality_code"]: (float(row["longitude"]), float(row["latitude"]))
        for row in read_facts("nationality_positions").iter_rows(named=True)
    }
    return WorldMap(positions, _read_land())


def _read_land() -> tuple[Ring, ...]:
    shape = json.loads(locate_list("world_land.geojson").read_text(encoding="utf-8"))
    return tuple(
        tuple((float(x), float(y)) for x, y in ring)
        for polygon in shape["coordinates"]
        for ring in polygon
    )
