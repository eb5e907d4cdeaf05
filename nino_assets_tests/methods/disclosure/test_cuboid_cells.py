"""Every cell of every cuboid against a count by hand, and against the other cuboids and cubes."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import duckdb
import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nino_assets.errors import PerturbationTableError, WarehouseError
from nino_assets.methods.disclosure import perturbed_cells
from nino_assets.methods.disclosure.cuboid_cells import (
    CuboidCells,
    compute_cuboid_cells,
    list_cuboid_periods,
)
from nino_assets.statistic import vocabulary as v
from nino_assets.statistic.cuboids import CUBOIDS, Cuboid, PeriodKind
from nino_assets.statistic.middle_layer import list_middle_layer_members
from nino_assets.statistic.published_domain import CUBES
from nino_assets.statistic.quarters import Quarter
from nino_assets_tests.support.examples import FEW
from nino_assets_tests.support.keyed_people import (
    AREA,
    GROUPS,
    LOCAL,
    NATIONALITY,
    Q,
    draw_people,
    make_table,
    perturb_cube,
)

SMALL_AREAS = {
    "E07": ["E02000001", "E02000002"],
    "E08": ["E02000003"],
    # One authority has no middle-layer areas, as where a census had none.
    "N09": ["N99999999"],
}
PLACED = pl.DataFrame(
    [(la, msoa, f"{la}/{msoa}") for la, held in SMALL_AREAS.items() for msoa in held],
    schema=["local_authority", "msoa", "middle_layer"],
    orient="row",
)
MIDDLE_LAYER = list_middle_layer_members(AREA, PLACED)
ODD = (
    Cuboid(
        "men_and_women_of_a_year", "By sex and lag", ("calendar_year",), by_sex=True, by_lag=True
    ),
    Cuboid(
        "everything",
        "By all",
        ("quarter", "calendar_year"),
        "local_authority",
        "nationality",
        by_age=True,
        by_sex=True,
        by_lag=True,
    ),
)
"""Two that nobody declared."""

Cell = tuple[str, str, str, str, str, str, str, str]
"""Period, area level and code, nationality level and code, age, sex, lag."""


def draw(seed: int = 1, n: int = 3000) -> pl.DataFrame:
    """People of five quarters, in middle-layer areas where there are some."""
    people = draw_people(n, quarters=5, seed=seed)
    rng = np.random.default_rng(seed)
    places = [
        f"{la}/{rng.choice(SMALL_AREAS[la])}" if la in SMALL_AREAS else la
        for la in people["local_authority"]
    ]
    return people.with_columns(middle_layer=pl.Series(places))


def check(people: pl.DataFrame) -> perturbed_cells.CheckedCounts:
    con = duckdb.connect()
    con.register("keyed", people)
    return perturbed_cells.check_keyed_counts(
        con,
        "keyed",
        nationality_members=NATIONALITY,
        area_members=AREA,
        middle_layer_members=MIDDLE_LAYER,
        table=make_table(),
        quarters=Q.list_until(Q + 4),
    )


def compute(people: pl.DataFrame, cuboid: Cuboid, kind: PeriodKind) -> CuboidCells:
    periods = list_cuboid_periods(kind, Q.list_until(Q + 4), Q)
    return compute_cuboid_cells(check(people), cuboid, kind, periods)


def list_by_label(cells: CuboidCells) -> dict[Cell, int]:
    """Every cell by the labels of its members."""
    rows = [dimension.labels.rows(named=True) for dimension in cells.dimensions]
    labelled = {}
    for members, count in zip(product(*rows), cells.published.ravel().tolist(), strict=True):
        cell = {name: label for member in members for name, label in member.items()}
        labelled[
            cell["time_period"],
            cell["geography_level"],
            cell["geography_code"],
            cell["nationality_level"],
            cell["nationality_code"],
            cell["age"],
            cell["sex"],
            cell["arrival_lag"],
        ] = count
    return labelled


def count_by_hand(people: pl.DataFrame, cuboid: Cuboid, kind: PeriodKind) -> dict[Cell, list[int]]:
    """Count and key sum of each cell that holds somebody, a person at a time."""
    groups = {row["nationality"]: row for row in GROUPS.rows(named=True)}
    local = {row["local_authority"]: row for row in LOCAL.rows(named=True)}
    depth = ("total", "world_area", "sub_group", "nationality").index(cuboid.nationality_depth)
    counted: dict[Cell, list[int]] = {}
    for person in people.rows(named=True):
        quarter = Quarter.parse(person["time_period"])
        ends = [quarter] if kind == "quarter" else [quarter + n for n in range(4)]
        if kind == "calendar_year":
            ends = [each for each in ends if each.number == 4]
        ends = [each for each in ends if each <= Q + 4 and (kind == "quarter" or each >= Q + 3)]
        areas = [("uk", v.UK_CODE)]
        authority = person["local_authority"]
        if cuboid.area_level != "uk" and authority in local:
            areas += [(of, local[authority][of]) for of in ("country", "region")]
            if authority.startswith("N"):
                assert areas[-1][1] == areas[-2][1]
        if cuboid.area_level == "local_authority" and authority:
            areas.append(("overseas" if authority == "OVERSEAS" else "local_authority", authority))
        if cuboid.area_level == "middle_layer" and "/E02" in person["middle_layer"]:
            areas.append(("middle_layer", person["middle_layer"].split("/")[1]))
        group = groups[person["nationality"]]
        nationalities = [
            ("total", "all"),
            ("world_area", slug(group["world_area"])),
            ("sub_group", slug(group["sub_group"])),
            ("nationality", group["nationality_code"]),
        ][: depth + 1]
        for end, area, nationality, age, sex, lag in product(
            ends,
            areas,
            nationalities,
            {"All", person["age_band"]} if cuboid.by_age else {"All"},
            {"All", person["sex"]} if cuboid.by_sex else {"All"},
            {"All", person["arrival_lag"]} if cuboid.by_lag else {"All"},
        ):
            held = counted.setdefault((end.label, *area, *nationality, age, sex, lag), [0, 0])
            held[0] += person["registrations"]
            held[1] += person["key_sum"]
    return counted


def slug(label: str) -> str:
    return "-".join(label.lower().replace("/", " ").split())


@pytest.mark.parametrize(
    ("cuboid", "kind"),
    [(cuboid, kind) for cuboid in (*CUBOIDS, *ODD) for kind in cuboid.periods],
    ids=lambda each: each if isinstance(each, str) else each.name,
)
def test_every_cell_is_what_a_count_by_hand_and_the_table_give(
    cuboid: Cuboid, kind: PeriodKind
) -> None:
    people = draw()
    table = make_table().frame.rows(named=True)
    noise = {(row["pcv"], row["ckey"]): row["pvalue"] for row in table}
    computed = compute(people, cuboid, kind)
    found = list_by_label(computed)
    counted = count_by_hand(people, cuboid, kind)
    assert counted.keys() <= found.keys()
    for cell, published in found.items():
        count, key_sum = counted.get(cell, (0, 0))
        # No count of this few people is beyond the rows that counts share.
        row = count if count <= 750 else (count - 1) % 250 + 501
        assert published == (count + noise[row, key_sum % 256] if count else 0), cell
    assert computed.truth["occupied"].sum() == len(counted)
    assert computed.truth["ones"].sum() == sum(n == 1 for n, _ in counted.values())
    assert computed.truth["twos"].sum() == sum(n == 2 for n, _ in counted.values())
    assert computed.truth["noise"].sum() == sum(found[cell] - n for cell, (n, _) in counted.items())


@FEW
@given(seed=st.integers(0, 10_000), n=st.integers(1, 400), data=st.data())
def test_a_cell_of_two_cuboids_is_the_same_in_both(seed: int, n: int, data: st.DataObject) -> None:
    people = draw(seed, n)
    pairs = [
        (one, other, kind)
        for one, other in product((*CUBOIDS, *ODD), repeat=2)
        for kind in one.periods
        if one is not other and kind in other.periods
    ]
    one, other, kind = data.draw(st.sampled_from(pairs), label="cuboids")
    left, right = (list_by_label(compute(people, each, kind)) for each in (one, other))
    shared = left.keys() & right.keys()
    assert shared
    assert {cell: left[cell] for cell in shared} == {cell: right[cell] for cell in shared}


def test_a_cell_that_stands_in_a_cube_too_is_the_same_in_both() -> None:
    people = draw()
    for cube in CUBES:
        periods = perturbed_cells.list_period_members(cube.period, Q.list_until(Q + 4), Q)
        columns = perturb_cube(check(people), cube, periods).select(
            [
                *("time_period", "geography_level", "geography_code", "nationality_level"),
                *("nationality_code", "age", "sex", "arrival_lag", "registrations"),
            ]
        )
        listed = {tuple(row[:-1]): row[-1] for row in pl.DataFrame(columns).iter_rows()}
        compared = 0
        for cuboid in CUBOIDS:
            if cube.period in cuboid.periods:
                cells = list_by_label(compute(people, cuboid, cube.period))
                shared = cells.keys() & listed.keys()
                compared += len(shared)
                assert {c: cells[c] for c in shared} == {c: listed[c] for c in shared}
        assert compared


def test_a_middle_layer_area_without_a_code_counts_in_larger_areas_alone() -> None:
    codes = MIDDLE_LAYER.filter(pl.col("geography_level") == "middle_layer")["geography_code"]
    assert codes.unique().sort().to_list() == ["E02000001", "E02000002", "E02000003"]
    assert "N09/N99999999" in MIDDLE_LAYER.filter(geography_code="N92")["member_of"]
    assert "local_authority" not in MIDDLE_LAYER["geography_level"].to_list()
    names = dict(MIDDLE_LAYER.select("geography_code", "geography_name").iter_rows())
    assert names["E02000003"] == "E02000003, Dale"


def test_a_place_that_the_look_up_lacks_is_refused() -> None:
    people = draw().with_columns(middle_layer=pl.lit("E07/E02999998"))
    with pytest.raises(WarehouseError, match="values of middle_layer"):
        check(people)


def test_a_row_without_a_place_is_refused() -> None:
    third = pl.int_range(pl.len()) == 3
    people = draw().with_columns(
        middle_layer=pl.when(third).then(None).otherwise(pl.col("middle_layer"))
    )
    with pytest.raises(WarehouseError, match="1 rows lack a dimension"):
        check(people)


def test_a_cell_that_may_not_be_published_stops_all() -> None:
    counts = check(draw(n=50))
    frame = counts.table.frame.with_columns(pvalue=pl.lit(-1, dtype=pl.Int64))
    counts = replace(counts, table=replace(counts.table, frame=frame))
    periods = list_cuboid_periods("quarter", [Q], Q)
    with pytest.raises(PerturbationTableError, match="cuboid area_sub_group"):
        compute_cuboid_cells(counts, CUBOIDS[0], "quarter", periods)
