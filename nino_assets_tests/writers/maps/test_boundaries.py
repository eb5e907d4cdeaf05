from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from nino_assets.errors import PublicationError
from nino_assets.writers.maps.boundaries import read_boundaries
from nino_assets_tests.truth import BOUNDARIES

SQUARE = [[0.0, 51.0], [0.0, 52.0], [1.0, 52.0], [1.0, 51.0], [0.0, 51.0]]
GEOJSON: dict[str, Any] = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"id": 7, "LAD21CD": "E09000025", "LAD21NM": "Newham"},
            "geometry": {"type": "Polygon", "coordinates": [SQUARE]},
        },
        {
            "type": "Feature",
            "properties": {"LAD21CD": "E09000026"},
            "geometry": {"type": "MultiPolygon", "coordinates": [[SQUARE], [SQUARE]]},
        },
        {"type": "Feature", "properties": {"name": "no code"}, "geometry": None},
    ],
}
TOPOJSON = {
    "type": "Topology",
    "transform": {"scale": [0.5, 0.5], "translate": [0.0, 51.0]},
    "arcs": [[[0, 0], [0, 2], [2, 0]], [[0, 0], [2, 0], [0, 2]]],
    "objects": {
        "lad": {
            "type": "GeometryCollection",
            "geometries": [
                {"type": "Polygon", "arcs": [[0, -2]], "properties": {"areacd": "E09000025"}}
            ],
        }
    },
}


def written(tmp_path: Path, content: object) -> Path:
    path = tmp_path / "areas.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def test_geojson_is_read_by_the_property_that_is_a_code(tmp_path: Path) -> None:
    found = read_boundaries(written(tmp_path, GEOJSON))
    assert list(found) == ["E09000025", "E09000026"]
    assert found["E09000025"] == (tuple(map(tuple, SQUARE)),)
    assert len(found["E09000026"]) == 2


def test_topojson_gives_the_same_ring_from_its_arcs(tmp_path: Path) -> None:
    found = read_boundaries(written(tmp_path, TOPOJSON))
    assert found["E09000025"] == (tuple(map(tuple, SQUARE)),)


@pytest.mark.parametrize(
    "content",
    [
        {"type": "FeatureCollection", "features": []},
        {"type": "Topology"},
        [],
        {**GEOJSON, "features": [{**GEOJSON["features"][0], "geometry": {
            "type": "Polygon", "coordinates": [[[530_000.0, 180_000.0]] * 4]}}]},
    ],
)  # fmt: skip
def test_a_file_that_is_not_boundaries_is_refused_with_its_name(
    tmp_path: Path, content: object
) -> None:
    with pytest.raises(PublicationError, match=r"areas\.json"):
        read_boundaries(written(tmp_path, content))


def test_the_uk_file_of_every_vintage_is_read(tmp_path: Path) -> None:
    file = tmp_path / "boundaries.json"
    file.write_bytes(gzip.decompress((BOUNDARIES / "uk_topojson_2014_2025.json.gz").read_bytes()))
    found = read_boundaries(file)
    assert {"E09000025", "W06000015", "S12000036", "N09000003", "E12000007"} <= set(found)
    assert all(len(rings) >= 1 for rings in found.values())


@pytest.mark.parametrize(
    "coordinates",
    [
        "[[[" + "9" * 400 + ",50],[0,51],[1,51]]]",
        "[[[" + "9" * 5000 + ",50],[0,51],[1,51]]]",
        "[[[1e999,50],[0,51],[1,51]]]",
        "[[[NaN,50],[0,51],[1,51]]]",
        "[[[0,50],[0,51],[1,51]],[[0,5000],[0,51],[1,51]]]",
        "[" * 100_000,
    ],
    ids=["400 digits", "5000 digits", "infinite", "no number", "in an inner ring", "deep"],
)
def test_a_coordinate_that_is_none_is_refused(tmp_path: Path, coordinates: str) -> None:
    path = tmp_path / "areas.geojson"
    path.write_text(
        '{"type": "FeatureCollection", "features": [{"properties": {"c": "E06000001"}, '
        f'"geometry": {{"type": "Polygon", "coordinates": {coordinates}}}}}]}}'
    )
    with pytest.raises(PublicationError, match=r"areas\.geojson"):
        read_boundaries(path)
