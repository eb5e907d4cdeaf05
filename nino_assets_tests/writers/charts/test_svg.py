from __future__ import annotations

from itertools import pairwise, product
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from nino_assets.writers.charts import svg


def test_numbers_are_short_and_never_minus_nought() -> None:
    assert [svg.format_number(x) for x in (1, 1.04, 1.06, -0.01, 12.50)] == [
        "1",
        "1",
        "1.1",
        "0",
        "12.5",
    ]


def test_words_and_attributes_are_escaped() -> None:
    picture = svg.write_picture(
        10, 10, [svg.write_text(0, 0, "A & B <C>", font_weight='"')], "D & E"
    )
    root = ElementTree.fromstring(picture)
    assert [e.text for e in root] == ["D & E", "A & B <C>"]


@given(st.integers(0, 10**9))
def test_axis_steps_are_round_even_and_reach_the_highest(highest: int) -> None:
    steps = svg.choose_axis_steps(highest)
    assert steps[0] == 0 and steps[-1] >= highest and 2 <= len(steps) <= 7
    assert len({b - a for a, b in pairwise(steps)}) == 1
    assert steps[-1] < 2.6 * max(highest, 1)


@given(st.lists(st.floats(0, 300), min_size=1, max_size=4))
def test_labels_are_spread_apart_in_their_order(wanted: list[float]) -> None:
    placed = svg.spread_apart(wanted, 20, 0, 300)
    ordered = sorted(range(len(wanted)), key=lambda n: wanted[n])
    assert all(placed[b] - placed[a] >= 19.999 for a, b in pairwise(ordered))
    assert max(placed) <= 300.001


@given(st.lists(st.integers(0, 300), min_size=1, max_size=3))
def test_labels_move_as_little_as_they_can(wanted: list[int]) -> None:
    placed = svg.spread_apart([float(w) for w in wanted], 20, 0, 300)
    moved = sum((a - b) ** 2 for a, b in zip(placed, wanted, strict=True))
    order = sorted(range(len(wanted)), key=lambda n: wanted[n])
    best = min(
        sum((places[k] - wanted[n]) ** 2 for k, n in enumerate(order))
        for places in product(range(0, 301, 5), repeat=len(wanted))
        if all(b - a >= 20 for a, b in pairwise(places))
    )
    assert moved <= best + 0.001


def test_long_names_are_wrapped_to_the_room() -> None:
    lines = svg.wrap_words("Middle East and Central Asia", 120)
    assert " ".join(lines) == "Middle East and Central Asia"
    assert len(lines) > 1 and all(svg.estimate_width(line) <= 120 for line in lines)
