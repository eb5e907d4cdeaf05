"""A group is a member's own cell, or the marked sum of published cells, and never counts twice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nino_assets.service.application import create_app
from nino_assets.service.settings import Settings
from nino_assets.store.folders import Folders
from nino_assets_tests.support import small_lattice as lattice
from nino_assets_tests.support.api_client import (
    AREA,
    NATIONALITY,
    QUARTER,
    SEX,
    Answer,
    ApiClient,
    name_set,
    name_value,
    read_values,
)

Q4 = name_value("quarter", "202012")
PERIOD = "quarter:2020-Q4"


def find(**members: str) -> float:
    return float(lattice.find_figure(members))


def name_all(level: str, codes: list[str]) -> list[str]:
    return [name_value(level, code) for code in codes]


def list_marks(answer: Answer, field: int) -> list[list[str]]:
    return [each.get("annotationKeys", []) for each in answer.json["fields"][field]["items"]]


NORTH_EAST = [code for code, (_, region) in lattice.AUTHORITIES.items() if region == "E12000001"]
EU_SUB_GROUPS = ["european-union-eu15", "european-union-eu8"]

MEMBERS = {
    "a region's local authorities": (
        AREA,
        name_all("local_authority", NORTH_EAST),
        {"area": "region:E12000001"},
    ),
    "England's regions": (
        AREA,
        name_all("region", ["E12000001", "E12000007"]),
        {"area": "country:E92000001"},
    ),
    "England's regions, one in parts": (
        AREA,
        [*name_all("local_authority", NORTH_EAST), name_value("region", "E12000007")],
        {"area": "country:E92000001"},
    ),
    "a sub-group's nationalities": (
        NATIONALITY,
        name_all("nationality", ["PAK", "IND"]),
        {"nationality": "sub_group:south-asia"},
    ),
    "a world area's sub-groups": (
        NATIONALITY,
        name_all("sub_group", EU_SUB_GROUPS),
        {"nationality": "world_area:european-union"},
    ),
    "all world areas": (
        NATIONALITY,
        name_all("world_area", list(lattice.WORLD_AREAS)),
        {"nationality": lattice.ALL},
    ),
}


@pytest.mark.parametrize("what", MEMBERS)
def test_a_group_that_is_a_member_is_its_cell(api: ApiClient, what: str) -> None:
    field, values, member = MEMBERS[what]
    answer = api.table([field], {field: [values]})
    assert read_values(answer) == [[find(period=PERIOD, **member)]]
    assert list_marks(answer, 1) == [[]]
    by_total = api.table([field], {field: [[each] for each in values]}, totals=(field,))
    assert read_values(by_total)[0][-1] == find(period=PERIOD, **member)
    assert list_marks(by_total, 1)[-1] == []


@pytest.mark.parametrize("year", ["2020-Q4", "2020-Q2"])
def test_a_years_quarters_are_the_years_own_cell(api: ApiClient, year: str) -> None:
    place = lattice.QUARTERS.index(f"quarter:{year}")
    codes = [
        each[8:12] + f"{int(each[-1]) * 3:02d}" for each in lattice.QUARTERS[place - 3 : place + 1]
    ]
    answer = api.table([QUARTER], {QUARTER: [name_all("quarter", codes)]})
    assert read_values(answer) == [find(period=f"year_ending:{year}")]


def test_another_group_is_the_marked_sum_of_published_cells(api: ApiClient) -> None:
    codes = ["IND", "POL", "NGA"]
    answer = api.table(
        [QUARTER, NATIONALITY],
        {
            QUARTER: [[Q4]],
            NATIONALITY: [name_all("nationality", codes), [name_value("nationality", "CHN")]],
        },
    )
    parts = [find(period=PERIOD, nationality=f"nationality:{code}") for code in codes]
    assert read_values(answer) == [[sum(parts), find(period=PERIOD, nationality="nationality:CHN")]]
    assert list_marks(answer, 1) == [["s"], []]
    assert answer.json["fields"][1]["items"][0]["labels"] == ["India", "Poland", "Nigeria"]
    assert answer.json["annotationMap"]["s"].startswith("Sum of separately adjusted counts")


def test_groups_on_two_fields_add_up_every_crossing(api: ApiClient) -> None:
    areas, codes = ["E06000001", "S12000033"], ["IND", "POL"]
    answer = api.table(
        [AREA, NATIONALITY],
        {AREA: [name_all("local_authority", areas)], NATIONALITY: [name_all("nationality", codes)]},
    )
    expected = sum(
        find(period=PERIOD, area=f"local_authority:{a}", nationality=f"nationality:{n}")
        for a in areas
        for n in codes
    )
    assert read_values(answer) == [[[expected]]]


def test_a_total_of_some_items_is_their_marked_sum(api: ApiClient) -> None:
    chosen = name_all("world_area", ["asia", "european-union"])
    answer = api.table(
        [NATIONALITY], {NATIONALITY: [[each] for each in chosen]}, totals=(NATIONALITY,)
    )
    [row] = read_values(answer)
    assert row[-1] == row[0] + row[1]
    assert list_marks(answer, 1) == [[], [], ["s"]]
    assert "uris" not in answer.json["fields"][1]["items"][-1]


def test_the_total_of_a_whole_level_is_the_total_itself(api: ApiClient) -> None:
    answer = api.table([AREA], totals=(AREA,))
    assert read_values(answer)[0][-1] == find(period=PERIOD)
    assert list_marks(answer, 1)[-1] == []


def test_the_total_of_middle_layer_areas_is_not_that_of_the_kingdom(api: ApiClient) -> None:
    """Northern Ireland and people abroad have none: it is the marked sum of those listed."""
    answer = api.table(
        [QUARTER, name_set("middle_layer")],
        {QUARTER: [[name_value("year_ending", "202012")]]},
        totals=(name_set("middle_layer"),),
    )
    [row] = read_values(answer)
    members = [f"middle_layer:{code}" for code in lattice.MIDDLE_LAYERS]
    cells = [lattice.find_figure({"period": "year_ending:2020-Q4", "area": m}) for m in members]
    assert row == [*map(float, cells), float(sum(cells))]
    assert answer.json["fields"][1]["items"][-1]["annotationKeys"] == ["s"]


def test_people_of_unknown_area_are_not_in_the_total_of_all_countries(api: ApiClient) -> None:
    countries = [[each] for each in name_all("country", list(lattice.COUNTRIES))]
    answer = api.table([AREA], {AREA: countries}, totals=(AREA,))
    [row] = read_values(answer)
    assert row[-1] == sum(row[:-1]) != find(period=PERIOD)
    assert list_marks(answer, 1)[-1] == ["s"]


def test_a_group_whose_member_stands_in_another_cuboid_is_read_there(api: ApiClient) -> None:
    hartlepool = [code for code, la in lattice.MIDDLE_LAYERS.items() if la == "E06000001"]
    england = [code for code in lattice.MIDDLE_LAYERS if code.startswith("E")]
    some = ["E02000000", "E02000001"]
    answer = api.table(
        [QUARTER, AREA, NATIONALITY],
        {
            QUARTER: [[name_value("year_ending", "202012")]],
            AREA: [
                name_all("middle_layer", each)
                for each in (hartlepool, some, england, hartlepool[:1])
            ],
            NATIONALITY: [[name_value("world_area", "asia")]],
        },
    )
    cell = {"period": "year_ending:2020-Q4", "nationality": "world_area:asia"}
    assert read_values(answer) == [
        [
            [find(area="local_authority:E06000001", **cell)],
            [sum(find(area=f"middle_layer:{code}", **cell) for code in some)],
            [find(area="country:E92000001", **cell)],
            [find(area="middle_layer:E02000000", **cell)],
        ]
    ]
    assert list_marks(answer, 1) == [[], ["s"], [], []]


OVERLAPS = {
    "a value twice": (NATIONALITY, [("nationality", "IND"), ("nationality", "IND")]),
    "a part and its whole": (NATIONALITY, [("nationality", "IND"), ("world_area", "asia")]),
    "a region and its country": (AREA, [("region", "E12000001"), ("country", "E92000001")]),
    "Wales twice": (AREA, [("region", "W92000004"), ("country", "W92000004")]),
    "a quarter and its year": (QUARTER, [("quarter", "202012"), ("year_ending", "202012")]),
    "two years that overlap": (QUARTER, [("year_ending", "202012"), ("year_ending", "202009")]),
}


@pytest.mark.parametrize("what", OVERLAPS)
def test_members_that_overlap_are_never_added_up(api: ApiClient, what: str) -> None:
    field, named = OVERLAPS[what]
    values = [name_value(*each) for each in named]
    as_group = api.table([field], {field: [values]})
    as_total = api.table([field], {field: [[each] for each in values]}, totals=(field,))
    as_filter = api.table([SEX if field == QUARTER else QUARTER], {field: [values]})
    for answer in (as_group, as_total, *([] if field == QUARTER else [as_filter])):
        assert (answer.status, answer.json["errorType"]) == (422, "DOUBLE_COUNTING")
        assert answer.json["component"] == field
    assert api.table([field], {field: [[each] for each in values]}).status == 200


def test_a_filter_is_the_cell_or_the_sum_of_what_it_lets_through(api: ApiClient) -> None:
    year = {QUARTER: [[name_value("year_ending", "202012")]]}
    one = api.table([QUARTER, SEX], year | {NATIONALITY: [[name_value("nationality", "IND")]]})
    cell = {"period": "year_ending:2020-Q4", "nationality": "nationality:IND"}
    assert read_values(one) == [[find(sex=f"band:{sex}", **cell) for sex in lattice.SEXES]]
    two = api.table(
        [QUARTER], year | {NATIONALITY: [[name_value("nationality", n)] for n in ("IND", "POL")]}
    )
    assert read_values(two) == [
        sum(
            find(period="year_ending:2020-Q4", nationality=f"nationality:{n}")
            for n in ("IND", "POL")
        )
    ]
    assert "s" in two.json["database"]["annotationKeys"]
    assert "s" in two.json["annotationMap"]


def test_a_service_may_refuse_every_sum(served_folders: Folders) -> None:
    api = ApiClient(create_app(served_folders, replace(Settings(), groups="refuse")))
    asia = name_all("sub_group", ["east-asia", "south-asia"])
    assert read_values(api.table([NATIONALITY], {NATIONALITY: [asia]})) == [
        [find(period=PERIOD, nationality="world_area:asia")]
    ]
    other = name_all("sub_group", ["east-asia", "other-europe"])
    for maps, totals in (
        ({NATIONALITY: [other]}, ()),
        ({NATIONALITY: [[o] for o in other]}, (NATIONALITY,)),
    ):
        answer = api.table([NATIONALITY], maps, totals=totals)
        assert (answer.status, answer.json["errorType"]) == (422, "NOT_AVAILABLE")


def test_more_parts_than_a_request_may_add_up_are_refused(api: ApiClient) -> None:
    values = [name_value("nationality", code) for code in lattice.NATIONALITIES]
    fits = api.table([NATIONALITY, QUARTER], {NATIONALITY: [values] * 990, QUARTER: [[Q4]] * 1000})
    assert read_values(fits)[0][0] == find(period=PERIOD)
    over = api.table(
        [NATIONALITY, QUARTER],
        {
            NATIONALITY: [values] * 990,
            QUARTER: [[Q4]] * 1000,
            AREA: [name_all("local_authority", ["E06000001", "S12000033"])],
        },
    )
    assert (over.status, over.json["errorType"]) == (400, "CELL_COUNT")
