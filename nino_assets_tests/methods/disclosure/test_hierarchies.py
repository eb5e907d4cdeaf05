"""Parents and parts among members, against a hierarchy written by hand."""

from __future__ import annotations

import polars as pl
import pytest

from nino_assets.methods.disclosure.dimensions import Dimension
from nino_assets.methods.disclosure.hierarchies import ParentAndParts, list_parents_and_parts

# Class 0 to 2 are local authorities of England, 3 is Wales, 4 is a registration without an area.
HELD = {
    "uk": [0, 1, 2, 3, 4],
    "England": [0, 1, 2],
    "Wales": [3],
    "North": [0, 1],
    "South": [2],
    "Wales again": [3],
    "first": [0],
    "second": [1],
}
LEVELS = ["uk", "country", "country", *["region"] * 3, *["local_authority"] * 2]


def build(held: dict[str, list[int]], levels: list[str] | None) -> Dimension:
    labels = pl.DataFrame({"name": list(held)})
    if levels:
        labels = labels.with_columns(geography_level=pl.Series(levels))
    rows = [(place, each) for place, classes in enumerate(held.values()) for each in classes]
    holds = pl.DataFrame(rows, schema=["ordinal", "class"], orient="row")
    return Dimension("local_authority", labels, pl.DataFrame(), holds)


def test_each_parent_has_its_largest_parts() -> None:
    place = {name: number for number, name in enumerate(HELD)}

    def expect(level: str, parent: str, parts: list[str], *, complete: bool) -> ParentAndParts:
        places = tuple(place[part] for part in parts)
        return ParentAndParts(f"local_authority: {level}", place[parent], places, complete)

    assert list_parents_and_parts(build(HELD, LEVELS)) == [
        expect("uk", "uk", ["England", "Wales"], complete=False),
        expect("country", "England", ["North", "South"], complete=True),
        expect("region", "North", ["first", "second"], complete=True),
    ]


@pytest.mark.parametrize("held", [{"All": [0]}, {"first": [0], "second": [1]}])
def test_members_without_parts_are_no_parents(held: dict[str, list[int]]) -> None:
    assert list_parents_and_parts(build(held, None)) == []


def test_a_dimension_of_one_level_is_named_alone() -> None:
    found = list_parents_and_parts(build({"All": [0, 1], "first": [0], "second": [1]}, None))
    assert found == [ParentAndParts("local_authority", 0, (1, 2), is_complete=True)]
