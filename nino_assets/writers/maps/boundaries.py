"""Reads boundaries of areas from GeoJSON or TopoJSON.

An area is found by the first property that has the form of a GSS code, so that the property names
of every vintage will do.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nino_assets.errors import PublicationError

Ring = tuple[tuple[float, float], ...]
"""(longitude, latitude) of each corner."""

_UNREADABLE = (
    *(ValueError, KeyError, TypeError, IndexError, AttributeError),
    # A number of hundreds of digits, and lists in lists without end.
    *(OverflowError, RecursionError),
)
_CODE = re.compile(r"[EWSNK]\d{8}")


def read_boundaries(path: Path) -> dict[str, tuple[Ring, ...]]:
    """Read rings of longitude and latitude by area code.

    Raises PublicationError for another format, or for areas without codes.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        found = dict(_read_areas(content))
    except _UNREADABLE as error:
        raise _build_refusal(path, "it cannot be read as GeoJSON or TopoJSON") from error
    if not found:
        raise _build_refusal(path, "no area in it has a property with a GSS code")
    corners = (corner for rings in found.values() for ring in rings for corner in ring)
    if any(not -180 <= x <= 180 or not -90 <= y <= 90 for x, y in corners):
        raise _build_refusal(path, "its coordinates are not longitude and latitude")
    return found


def _read_areas(content: dict[str, Any]) -> Iterator[tuple[str, tuple[Ring, ...]]]:
    if content["type"] == "FeatureCollection":
        arcs = None
        shapes = [(f["properties"], f["geometry"]) for f in content["features"]]
    else:
        arcs = _decode_arcs(content)
        shapes = [
            (geometry.get("properties", {}), geometry)
            for layer in content["objects"].values()
            for geometry in layer.get("geometries", [])
        ]
    for properties, geometry in shapes:
        code = next(
            (x for x in (properties or {}).values() if isinstance(x, str) and _CODE.fullmatch(x)),
            None,
        )
        rings = tuple(_read_rings(geometry, arcs)) if code and geometry else ()
        if code and rings:
            yield code, rings


def _read_rings(geometry: dict[str, Any], arcs: list[Ring] | None) -> Iterator[Ring]:
    """Read outer and inner rings: the even-odd rule fills both."""
    if geometry["type"] not in ("Polygon", "MultiPolygon"):
        return
    shape = geometry["coordinates"] if arcs is None else geometry["arcs"]
    for polygon in [shape] if geometry["type"] == "Polygon" else shape:
        for ring in polygon:
            if arcs is None:
                yield tuple((float(p[0]), float(p[1])) for p in ring)
            else:
                yield _join_arcs(ring, arcs)


def _decode_arcs(content: dict[str, Any]) -> list[Ring]:
    transform = content.get("transform")
    if transform is None:
        return [tuple((float(x), float(y)) for x, y in arc) for arc in content["arcs"]]
    (scale_x, scale_y), (left, bottom) = transform["scale"], transform["translate"]
    decoded = []
    for arc in content["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * scale_x + left, y * scale_y + bottom))
        decoded.append(tuple(points))
    return decoded


def _join_arcs(indices: list[int], arcs: list[Ring]) -> Ring:
    points: list[tuple[float, float]] = []
    for index in indices:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        points.extend(arc[1:] if points else arc)
    return tuple(points)


def _build_refusal(path: Path, why: str) -> PublicationError:
    return PublicationError(
        f"{path.name}: {why}",
        rule="a boundary file is GeoJSON or TopoJSON in longitude and latitude, each area with its "
        "GSS code as a property",
        next_step=f"export the file again from the Open Geography portal as GeoJSON (WGS 84), or "
        f"remove {path}: maps are then drawn without outlines",
    )
