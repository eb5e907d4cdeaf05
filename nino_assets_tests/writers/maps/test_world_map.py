"""The map of the world: every nationality has a place, Europe is enlarged and only there."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from nino_assets.publishing.bulletin.map_lists import read_world_map
from nino_assets.statistic.reference_lists import read_nationalities
from nino_assets.writers.maps.world_map import NARROW, WIDE, WorldMapSize

SVG = "{http://www.w3.org/2000/svg}"
COUNTS = {"IND": 400, "POL": 100, "JAM": 25, "ESP": 0, "unknown": 900}
NAMES = {"IND": "India", "POL": "Poland", "JAM": "Jamaica", "ESP": "Spain", "unknown": "Unknown"}


def draw(size: WorldMapSize, counts: dict[str, int], names: dict[str, str]) -> str:
    return read_world_map().draw(counts, names, "Title", str, size, measure="Registrations")


def drawn(picture: str) -> list[tuple[float, float, float]]:
    return [
        (float(c.attrib["cx"]), float(c.attrib["cy"]), float(c.attrib["r"]))
        for group in ElementTree.fromstring(picture).iter(f"{SVG}g")
        for c in group.iter(f"{SVG}circle")
    ]


def test_every_nationality_but_the_unknown_has_a_place() -> None:
    codes = set(read_nationalities()["nationality_code"])
    assert codes - set(read_world_map().positions) == {"unknown"}
    assert set(read_world_map().positions) <= codes
    assert all(-180 <= x <= 190 and -90 <= y <= 90 for x, y in read_world_map().positions.values())


@pytest.mark.parametrize(
    ("code", "west", "south", "east", "north"),
    [
        ("POL", 14, 49, 24.2, 55),
        ("ROU", 20, 43.5, 30, 48.5),
        ("IND", 68, 8, 97, 36),
        ("NGA", 2.6, 4, 15, 14),
        ("USA", -125, 24, -66, 50),
        ("RUS", 60, 50, 140, 75),
        ("AUS", 113, -39, 154, -10),
        ("BRA", -74, -34, -34, 6),
    ],
)
def test_places_lie_within_their_countries(
    code: str, west: float, south: float, east: float, north: float
) -> None:
    x, y = read_world_map().positions[code]
    assert west < x < east and south < y < north


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_circles_have_areas_in_proportion_and_stand_in_their_part(size: WorldMapSize) -> None:
    picture = draw(size, COUNTS, NAMES)
    india, jamaica, poland = drawn(picture)
    assert india[2] / poland[2] == pytest.approx(2, rel=0.05)
    assert india[2] / jamaica[2] == pytest.approx(4, rel=0.05)
    assert jamaica[0] < size.width / 2 < india[0]
    assert poland[1] > size.width * 0.42 > india[1]
    assert "Europe enlarged" in picture and ">India<" in picture and ">Poland<" in picture
    assert "Unknown" not in picture and "Spain" not in picture


def test_the_land_of_europe_stays_within_its_panel_and_the_world_within_the_picture() -> None:
    picture = draw(WIDE, COUNTS, NAMES)
    root = ElementTree.fromstring(picture)
    widths = []
    for path in (p for p in root.iter(f"{SVG}path") if p.get("transform")):
        x, widest = 0, 0
        for piece in path.attrib["d"].replace("z", "").split("M")[1:]:
            start, steps = piece.split("l")
            x = int(start.split()[0])
            numbers = steps.replace("-", " -").split()
            for step in numbers[::2]:
                x += int(step)
                widest = max(widest, x)
        widths.append(0.8 * widest)
    world, europe = widths
    assert world < WIDE.width + 2
    assert europe < WIDE.europe + 2


def test_the_land_has_no_antarctica_and_a_source() -> None:
    assert len(read_world_map().land) > 100
    assert min(y for ring in read_world_map().land for _, y in ring) > -62


def test_without_counts_there_is_still_a_picture() -> None:
    picture = draw(NARROW, {}, {})
    assert ElementTree.fromstring(picture).tag == f"{SVG}svg"
    assert not any(name in picture for name in NAMES.values())
