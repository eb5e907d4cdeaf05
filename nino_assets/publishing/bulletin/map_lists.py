"""Reads positions and land for the world map from reference lists."""

from __future__ import annotations

import json

from nino_assets.statistic.reference_folder import build_list_error, locate_list
from nino_assets.statistic.reference_lists import WORLD_LAND, keep_while_unchanged, read_list
from nino_assets.writers.maps.boundaries import Ring
from nino_assets.writers.maps.world_map import WorldMap


@keep_while_unchanged("nationality_positions", WORLD_LAND)
def read_world_map() -> WorldMap:
    """Read the land, and a position for each nationality that has one."""
    positions = {
        row["nationality_code"]: (float(row["longitude"]), float(row["latitude"]))
        for row in read_list("nationality_positions").iter_rows(named=True)
    }
    return WorldMap(positions, _read_land())


def _read_land() -> tuple[Ring, ...]:
    path = locate_list(WORLD_LAND)
    try:
        shape = json.loads(path.read_text(encoding="utf-8"))
        return tuple(
            tuple((float(x), float(y)) for x, y in ring)
            for polygon in shape["coordinates"]
            for ring in polygon
        )
    except (OSError, ValueError, KeyError, TypeError):
        raise build_list_error(
            path,
            "it cannot be read as the outline of land",
            "it is one MultiPolygon in GeoJSON, in UTF-8",
        ) from None
