from __future__ import annotations

import re
from random import Random
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
        root = ElementTree.fromstring(picture)
        assert root.tag == f"{SVG}svg"
        assert not {text.text for text in root.iter(f"{SVG}text")} & set(NAMES.values())


def test_an_area_with_nil_is_a_ring_that_the_legend_explains() -> None:
    counts = {"E08000025": 400, "S12000036": 0}

    def write(count: int) -> str:
        return text(count) if count else "[low]"

    picture = AreaMap(POSITIONS, {}).draw_circles(
        counts, NAMES, "Title", write, measure="Registrations"
    )
    root = ElementTree.fromstring(picture)
    [ring] = [c for g in root.iter(f"{SVG}g") for c in g if g.get("fill") == palette.WHITE]
    assert [title.text for title in ring] == ["Edinburgh: [low]"]
    assert "[low]" in {each.text for each in root.iter(f"{SVG}text")}
    everywhere = AreaMap(POSITIONS, {}).draw_circles(
        dict.fromkeys(counts, 5), NAMES, "Title", write, measure="Registrations"
    )
    assert "[low]" not in everywhere


ALL_NAMES = [f"Place {n} of many" for n in range(60)]


def _find_names(picture: str) -> list[tuple[str, float, float, float, float]]:
    """The area names of a map, as wide as their letters in Arial at least are."""
    found = []
    for each in ElementTree.fromstring(picture).iter(f"{SVG}text"):
        if each.text in ALL_NAMES:
            half, size = 0.22 * len(each.text) * 18, 18
            x, y = float(each.attrib["x"]), float(each.attrib["y"])
            found.append((each.text, x - half, y - 0.7 * size, x + half, y))
    return found


@pytest.mark.parametrize("seed", range(40))
def test_a_name_meets_no_circle_and_the_largest_is_always_named(seed: int) -> None:
    lots = Random(seed)
    codes = [f"E{'09' if n % 4 == 0 else '06'}0000{n:02}" for n in range(60)]
    places = {
        code: (lots.uniform(-0.4, 0.2), lots.uniform(51.35, 51.65))
        if code.startswith("E09")
        else (lots.uniform(-5, 1), lots.uniform(50.5, 57))
        for code in codes
    }
    counts = {code: lots.randrange(10_000) for code in codes}
    names = dict(zip(codes, ALL_NAMES, strict=True))
    picture = AreaMap(places, {}).draw_circles(counts, names, "T", text, measure="Registrations")
    written = _find_names(picture)
    assert names[max(counts, key=lambda code: counts[code])] in {name for name, *_ in written}
    for name, left, top, right, bottom in written:
        for x, y, r in circles(picture):
            across, down = max(left - x, 0, x - right), max(top - y, 0, y - bottom)
            assert across**2 + down**2 >= r**2, name


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
