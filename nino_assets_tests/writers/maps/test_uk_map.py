from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from nino_assets.writers.charts import palette
from nino_assets.writers.maps.uk_map import HEIGHT, WIDTH, AreaMap

SVG = "{http://www.w3.org/2000/svg}"
POSITIONS = {
    "E08000025": (-1.87, 52.48),
    "S12000036": (-3.22, 55.94),
    "E09000025": (0.03, 51.53),
    "E09000033": (-0.15, 51.51),
}
NAMES = {"E08000025": "Birmingham", "S12000036": "Edinburgh", "E09000025": "Newham",
         "E09000033": "Westminster", "W06000015": "Cardiff"}  # fmt: skip


def square(west: float, south: float) -> tuple[tuple[float, float], ...]:
    return ((west, south), (west, south + 1), (west + 1, south + 1), (west + 1, south),
            (west, south))  # fmt: skip


def text(value: int) -> str:
    return f"{value:,}"


def circles(picture: str) -> list[tuple[float, float, float]]:
    root = ElementTree.fromstring(picture)
    return [
        (float(c.attrib["cx"]), float(c.attrib["cy"]), float(c.attrib["r"]))
        for group in root.iter(f"{SVG}g")
        for c in group.iter(f"{SVG}circle")
    ]


def test_circles_stand_where_the_areas_lie_with_areas_in_proportion() -> None:
    area_map = AreaMap(POSITIONS, {})
    counts = {"E08000025": 400, "S12000036": 100, "W06000015": 50}
    (bx, by, br), (sx, sy, sr) = circles(
        area_map.draw_circles(counts, NAMES, "Title", text, measure="Registrations")
    )
    assert bx > sx and by > sy
    assert br / sr == pytest.approx(2, rel=0.05)
    assert all(0 < x < WIDTH and 0 < y < HEIGHT for x, y in ((bx, by), (sx, sy)))


def test_london_is_drawn_enlarged_and_only_there() -> None:
    counts = {"E09000025": 100, "E09000033": 90}
    picture = AreaMap(POSITIONS, {}).draw_circles(
        counts, NAMES, "Title", text, measure="Registrations"
    )
    (nx, _, _), (wx, _, _) = circles(picture)
    assert "London enlarged" in picture
    assert nx - wx > 15


def test_names_of_circles_keep_clear_of_one_another_and_of_the_circles_named() -> None:
    close = {"E06000001": (-3.0, 55.0), "E06000002": (-2.7, 55.0)}
    names = {"E06000001": "Western place", "E06000002": "Eastern place"}
    picture = AreaMap(close, {}).draw_circles(
        {"E06000001": 300, "E06000002": 290}, names, "Title", text, measure="Registrations"
    )
    (wx, *_), (ex, *_) = circles(picture)
    ends = {
        t.text: float(t.attrib["x"])
        for t in ElementTree.fromstring(picture).iter(f"{SVG}text")
        if t.text in names.values()
    }
    assert ends["Western place"] < wx < ex < ends["Eastern place"]


def test_without_counts_or_positions_the_map_is_still_a_picture() -> None:
    for counts in ({}, {"E08000025": 0}, {"W06000015": 10}):
        picture = AreaMap(POSITIONS, {}).draw_circles(
            counts, NAMES, "Title", text, measure="Registrations"
        )
        assert ElementTree.fromstring(picture).tag == f"{SVG}svg"
        assert not any(name in picture for name in NAMES.values())


def test_areas_are_shaded_in_classes_with_a_legend_and_outlines() -> None:
    boundaries = {f"E0600000{n}": (square(-4 + n, 52),) for n in range(5)}
    shares = {f"E0600000{n}": 10.0 + 20 * n for n in range(4)}
    area_map = AreaMap({}, boundaries)
    assert area_map.has_authorities(list(shares))
    picture = area_map.draw_choropleth(shares, list(boundaries), "Title")
    paths = [p for p in ElementTree.fromstring(picture).iter(f"{SVG}path") if p.get("d")]
    assert [p.get("fill") for p in paths] == [palette.WHITE, *palette.SEQUENTIAL]
    assert {p.get("stroke") for p in paths} == {palette.TEXT}
    assert re.search(r"50% or more.*30% to under 50%.*Under 30%.*Too few", picture)


def test_a_file_without_the_areas_in_use_is_not_shaded() -> None:
    area_map = AreaMap({}, {"E06000001": (square(0, 52),)})
    assert not area_map.has_authorities(["E06000001", "E06000002"])
    assert not area_map.has_authorities([])


def test_a_border_keeps_its_shape_when_slight_corners_are_left_out() -> None:
    wiggly = tuple((-4 + n / 200, 52 + (n % 2) / 500) for n in range(400))
    ring = (*wiggly, (-2.0, 53.0), (-4.0, 53.0), wiggly[0])
    picture = AreaMap({}, {"E06000001": (ring,)}).draw_choropleth(
        {"E06000001": 5.0}, ["E06000001"], "T"
    )
    (path,) = re.findall(r'd="(M[^"]*)" transform', picture)
    assert len(re.findall(r"-?\d+", path)) < 2 * 300
    ElementTree.fromstring(picture)
