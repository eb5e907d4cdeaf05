"""Cuboids are declared once, and none is so fine that it would tell people apart."""

from __future__ import annotations

import pytest

from nino_assets.statistic.cuboids import CUBOIDS, Cuboid


def test_names_and_titles_tell_cuboids_apart() -> None:
    assert len({cuboid.name for cuboid in CUBOIDS}) == len(CUBOIDS)
    assert len({cuboid.title for cuboid in CUBOIDS}) == len(CUBOIDS)


def test_only_nationality_by_local_authority_is_over_the_limit_on_a_stated_ground() -> None:
    [sparse] = [cuboid for cuboid in CUBOIDS if cuboid.sparse_because]
    assert (sparse.area_level, sparse.nationality_depth) == ("local_authority", "nationality")
    assert not (sparse.by_age or sparse.by_sex or sparse.by_lag)


@pytest.mark.parametrize(
    "finer",
    [
        {"periods": ("quarter",)},
        {"periods": ("year_ending",)},
        {"nationality_depth": "sub_group"},
        {"by_age": True},
        {"by_sex": True},
        {"by_lag": True},
    ],
)
def test_nothing_but_year_and_world_area_goes_with_middle_layer_areas(finer: dict) -> None:
    facts = {"periods": ("calendar_year",), "nationality_depth": "world_area"} | finer
    with pytest.raises(ValueError, match="middle-layer areas stand by calendar year"):
        Cuboid("fine", "Too fine", area_level="middle_layer", **facts)


def test_a_year_is_listed_once() -> None:
    with pytest.raises(ValueError, match="years ending or calendar years"):
        Cuboid("twice", "Years twice", ("year_ending", "calendar_year"))


def test_a_name_can_be_a_file() -> None:
    with pytest.raises(ValueError, match="a cuboid's name"):
        Cuboid("By area", "By area", ("quarter",))
