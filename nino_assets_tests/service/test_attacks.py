"""Attacks on POST /table gain nothing: every answer is a function of published cells alone.

The attacker knows the whole lattice, which is public. An answer that could be computed from it
beforehand tells nothing new. So each attack here is answered, and its answer computed from the
lattice, with no look at the service; or it is refused.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from nino_assets.service.application import create_app
from nino_assets.service.settings import Settings
from nino_assets.store.folders import Folders
from nino_assets_tests.support import small_lattice as lattice
from nino_assets_tests.support.api_client import (
    AGE,
    AREA,
    LAG,
    NATIONALITY,
    QUARTER,
    SEX,
    ApiClient,
    name_set,
    name_value,
    read_values,
)
from nino_assets_tests.support.small_lattice import release_lattice

PERIOD = "quarter:2020-Q4"
YEAR = name_value("year_ending", "202012")
SUB_GROUPS = list(lattice.SUB_GROUPS)
WHOLE = {
    frozenset(s for s, (_, w) in lattice.SUB_GROUPS.items() if w == world): f"world_area:{world}"
    for world in lattice.WORLD_AREAS
} | {frozenset(SUB_GROUPS): lattice.ALL}


def find(**members: str) -> float:
    return float(lattice.find_figure(members))


def predict_group(codes: tuple[str, ...]) -> float:
    """What the attacker computes from the lattice for a group of sub-groups."""
    if len(codes) > 1 and frozenset(codes) in WHOLE:
        return find(period=PERIOD, nationality=WHOLE[frozenset(codes)])
    return sum(find(period=PERIOD, nationality=f"sub_group:{code}") for code in codes)


def list_groups() -> list[tuple[str, ...]]:
    return [
        each for size in range(1, len(SUB_GROUPS) + 1) for each in combinations(SUB_GROUPS, size)
    ]


def test_averaging_over_groups_gives_what_the_attacker_knew(api: ApiClient) -> None:
    groups = list_groups()
    maps = {NATIONALITY: [[name_value("sub_group", code) for code in each] for each in groups]}
    [answers] = read_values(api.table([NATIONALITY], maps))
    assert answers == [predict_group(each) for each in groups]
    # The estimates of the total from a group and its complement: none but known sums of noise.
    at = dict(zip(groups, answers, strict=True))
    pairs = [(g, tuple(s for s in SUB_GROUPS if s not in g)) for g in groups if len(g) < 7]
    assert [at[g] + at[rest] for g, rest in pairs] == [
        predict_group(g) + predict_group(rest) for g, rest in pairs
    ]


def test_totals_of_selections_give_what_the_attacker_knew(api: ApiClient) -> None:
    for group in list_groups():
        maps = {NATIONALITY: [[name_value("sub_group", code)] for code in group]}
        [row] = read_values(api.table([NATIONALITY], maps, totals=(NATIONALITY,)))
        assert row[-1] == predict_group(group)


TOO_FINE = [
    {"middle_layer": "E02000000", "nationality": "IND"},
    {"local_authority": "E09000025", "nationality": "IND", "sex": "male"},
    {"region": "E12000007", "sub_group": "east-asia", "sex": "male", "age": "18-24"},
    {"middle_layer": "E02000000", "sex": "male"},
    {"lag": "over-5-years", "age": "18-24"},
]


@pytest.mark.parametrize("levels", TOO_FINE, ids=" x ".join)
def test_a_crossing_is_judged_wherever_its_fields_stand(
    api: ApiClient, levels: dict[str, str]
) -> None:
    """On axes, concatenated, as filters, in groups with everything else, under a value set."""
    fields = {
        level: name_set(level).rpartition(":")[0].replace("valueset", "field") for level in levels
    }
    maps = {fields[level]: [[name_value(level, code)]] for level, code in levels.items()}
    maps[QUARTER] = [[YEAR]]
    names = list(fields.values())
    shapes: list[list] = [
        [QUARTER, *names],
        [[QUARTER, *names]],
        [[QUARTER], names],
        [QUARTER],
        *[[QUARTER, *[each for each in names if each != left]] for left in names],
    ]
    for dimensions in shapes:
        answer = api.table(dimensions, maps)
        assert (answer.status, answer.json["errorType"]) == (422, "NOT_AVAILABLE"), dimensions
        assert "cubes" not in answer.json


def test_two_sets_of_small_areas_never_stand_in_one_table(api: ApiClient) -> None:
    areas = [
        [name_value("local_authority", "E06000001")],
        [name_value("middle_layer", "E02000000")],
    ]
    for maps in (areas, [areas[0] + areas[1]]):
        answer = api.table([QUARTER, AREA], {QUARTER: [[YEAR]], AREA: maps})
        assert (answer.status, answer.json["errorType"]) == (422, "NOT_AVAILABLE")


def test_concatenated_axes_and_filters_give_the_same_cells(api: ApiClient) -> None:
    year = {QUARTER: [[YEAR]]}
    apart = np.array(read_values(api.table([QUARTER, AREA, SEX, AGE], year)))
    joined = np.array(read_values(api.table([[QUARTER, AREA], [SEX, AGE]], year)))
    assert np.array_equal(apart, joined)
    for number, sex in enumerate(lattice.SEXES):
        by_filter = api.table([QUARTER, AREA, AGE], year | {SEX: [[name_value("sex", sex)]]})
        assert np.array_equal(np.array(read_values(by_filter)), apart[:, :, number])


def test_overlapping_periods_give_what_the_attacker_knew(api: ApiClient) -> None:
    """A year less the year a quarter later would be the difference of two quarters."""
    codes = [each[8:12] + f"{int(each[-1]) * 3:02d}" for each in lattice.QUARTERS]
    places = range(len(codes))
    groups = [g for size in (1, 2, 3, 4) for g in combinations(places, size)]
    maps = {QUARTER: [[name_value("quarter", codes[place]) for place in g] for g in groups]}
    answers = read_values(api.table([QUARTER], maps))
    for group, answer in zip(groups, answers, strict=True):
        if group == tuple(range(group[0], group[0] + 4)):
            last = lattice.QUARTERS[group[-1]].partition(":")[2]
            assert answer == find(period=f"year_ending:{last}")
        else:
            assert answer == sum(find(period=lattice.QUARTERS[place]) for place in group)


def test_old_and_new_identifiers_give_the_same_cells(api: ApiClient) -> None:
    field, value = "str:field:NINO:f_NINO:", "str:value:NINO:f_NINO:"
    older = api.table(
        [f"{field}QTR", f"{field}MSOA_CODE", f"{field}NEWNAT"],
        {f"{field}QTR": [[f"{value}QTR:c_CALYR:19"]]},
        database="str:database:NINO",
    )
    newer = api.table([QUARTER, AREA, NATIONALITY], {QUARTER: [[YEAR]]})
    assert read_values(older) == read_values(newer)
    twice = api.table(
        [f"{field}MSOA_CODE", f"{field}COUNTY_DISTRICT_UA_2011"], database="str:database:NINO"
    )
    assert (twice.status, twice.json["errorType"]) == (400, "MALFORMED_QUERY")


def test_editions_differ_in_published_cells_alone(own_folders: Folders) -> None:
    def add_one_person(name: str, cells: np.ndarray) -> np.ndarray:
        changed = cells.copy()
        changed.flat[changed.size // 2] += 1
        return changed

    release_lattice(own_folders)
    release_lattice(own_folders, 2, add_one_person)
    api = ApiClient(create_app(own_folders, Settings()))
    body = {
        "database": "str:database:Ninos",
        "dimensions": [QUARTER, AREA, LAG],
        "recodes": {
            QUARTER: {"map": [[name_value("year_ending", f"{y}12")] for y in (2018, 2019, 2020)]}
        },
    }
    after, before = (
        np.array(read_values(api.post(body, f"/table?edition=2020-Q4.{n}"))) for n in (2, 1)
    )
    axes = lattice.CUBOIDS["area_sub_group_arrival"]
    shape = [len(members) for members in axes.values()]
    plain = np.fromiter(lattice.iterate_cells(axes), dtype=np.int32).reshape(shape)
    changed = add_one_person("", plain) - plain
    periods = [axes["period"].index(f"year_ending:{y}-Q4") for y in (2018, 2019, 2020)]
    areas = [
        axes["area"].index(a)
        for a in [*(f"region:{r}" for r in lattice.REGIONS), "overseas:OVERSEAS"]
    ]
    expected = changed[np.ix_(periods, areas, [0], [1, 2])][:, :, 0, :]
    assert np.array_equal(after - before, expected)
