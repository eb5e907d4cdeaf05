"""Words in the pictures of thirty quarters keep clear of one another, and of foreign marks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations
from xml.etree import ElementTree

import pytest

from nino_assets.publishing.bulletin.blocks import Drawing
from nino_assets.publishing.bulletin.bulletin_sections import compose_bulletin
from nino_assets.publishing.bulletin.commentary.bulletin_context import BulletinContext
from nino_assets.publishing.bulletin.commentary.uk_areas import collect_positions
from nino_assets.statistic.quarters import Quarter
from nino_assets.writers.charts import svg
from nino_assets.writers.charts.line_svg import FARTHEST
from nino_assets.writers.charts.pictures import draw_narrow_chart, draw_wide_chart
from nino_assets.writers.maps.uk_map import AreaMap
from nino_assets_tests.support.published_cells import LIVELY, POSITIONS, make_cells, make_edition

SVG = "{http://www.w3.org/2000/svg}"
EDITIONS = [Quarter(2005, 1) + 2 * n for n in range(30)]
WINDOW = 9
NARROWEST = 0.85
"""Of the estimated width, which is never much too small."""
Box = tuple[str, float, float, float, float]


def list_pictures(last: Quarter, scale: int) -> Iterator[tuple[str, str]]:
    """Each picture of an edition, with the name of its figure."""
    first = last - (WINDOW - 1)
    cells, edition = make_cells(WINDOW, first, LIVELY * scale // 7), make_edition(WINDOW, first)
    write = BulletinContext(cells, edition).write_count
    area_map = AreaMap(collect_positions(POSITIONS), {})
    for _, figure in compose_bulletin(cells, edition, area_map).figures:
        if isinstance(figure.picture, Drawing):
            yield figure.name, figure.picture.svg
            if figure.picture.narrow:
                yield f"{figure.name}, narrow", figure.picture.narrow
        else:
            yield figure.name, draw_wide_chart(figure.picture, figure.title.plain, write)
            yield f"{figure.name}, narrow", draw_narrow_chart(figure.picture, "T", write)


def find_boxes(picture: str) -> list[Box]:
    """Each text of a picture with left, top, right and bottom."""
    boxes = []
    for text in ElementTree.fromstring(picture).iter(f"{SVG}text"):
        size = float(text.get("font-size", svg.FONT_SIZE))
        long = NARROWEST * svg.estimate_width(text.text or "", size)
        x, y = float(text.attrib["x"]), float(text.attrib["y"])
        left = x - long * {"start": 0, "middle": 0.5, "end": 1}[text.get("text-anchor", "start")]
        boxes.append((text.text or "", left, y - 0.7 * size, left + long, y))
    return boxes


def find_overlaps(boxes: list[Box]) -> list[str]:
    return [
        f"{a[0]} / {b[0]}"
        for a, b in combinations(boxes, 2)
        if min(a[3], b[3]) - max(a[1], b[1]) > 1 and min(a[4], b[4]) - max(a[2], b[2]) > 1
    ]


@pytest.mark.parametrize("last", EDITIONS, ids=str)
def test_no_words_of_any_picture_meet(last: Quarter) -> None:
    for name, picture in list_pictures(last, 1 + 9 * (last.year % 4)):
        boxes = find_boxes(picture)
        assert len(boxes) > 2, name
        assert find_overlaps(boxes) == [], name


def test_words_that_meet_are_found() -> None:
    good = svg.write_text(0, 20, "One label") + svg.write_text(0, 40, "Another")
    bad = good.replace('y="40"', 'y="22"')
    pictures = [svg.write_picture(100, 100, [parts], "T") for parts in (good, bad)]
    assert [len(find_overlaps(find_boxes(picture))) for picture in pictures] == [0, 1]


@pytest.mark.parametrize("last", EDITIONS[::5], ids=str)
def test_a_line_ends_at_its_name_or_a_leader_joins_them(last: Quarter) -> None:
    for name, picture in list_pictures(last, 3):
        if name not in {"year-endings", "eu-sub-groups"}:
            continue
        root = ElementTree.fromstring(picture)
        ends = [float(c.attrib["cy"]) for c in root.iter(f"{SVG}circle")]
        names = [
            float(t.attrib["y"]) - 3
            for t in root.iter(f"{SVG}text")
            if t.get("font-weight") == "bold" and len(t.text or "") > 1
        ]
        leaders = {
            float(match[1])
            for path in root.iter(f"{SVG}path")
            if (match := re.fullmatch(r"M[\d.]+ ([\d.]+)L[\d.]+ [\d.]+", path.attrib["d"]))
        }
        assert len(ends) == len(names) > 1
        for end, at in zip(ends, names, strict=True):
            assert (abs(end - at) > FARTHEST) == (end in leaders), name
