"""POST /table answers by the rules that clients of Stat-Xplore rely on."""

from __future__ import annotations

from typing import Any

import pytest

from nino_assets_tests.support import small_lattice as lattice
from nino_assets_tests.support.api_client import (
    AREA,
    LAG,
    MEASURE,
    NATIONALITY,
    QUARTER,
    SEX,
    VALUE_SETS,
    ApiClient,
    name_set,
    name_value,
    read_values,
)

Q3, Q4 = name_value("quarter", "202009"), name_value("quarter", "202012")
EU, ASIA = (name_value("world_area", each) for each in ("european-union", "asia"))
KEYS = ["query", "database", "measures", "fields", "cubes", "annotationMap"]


def find(**members: str) -> float:
    return float(lattice.find_figure(members))


def test_the_keys_stand_in_the_order_that_clients_read(api: ApiClient) -> None:
    found = api.table([QUARTER, [NATIONALITY]], {QUARTER: [[Q4]]}, totals=(NATIONALITY,)).json
    assert list(found) == KEYS
    assert list(found["query"]) == ["database", "measures", "recodes", "dimensions"]
    assert list(found["database"]) == ["id", "uri", "label", "annotationKeys"]
    assert list(found["measures"][0]) == ["uri", "label", "measure", "function"]
    assert list(found["cubes"][MEASURE]) == ["values", "precision"]
    assert list(found["fields"][0]["items"][0]) == ["type", "uris", "labels"]
    assert found["fields"][1]["items"][-1] == {"type": "Total", "labels": ["Total"]}
    labels = [each["label"] for each in found["fields"]]
    assert found["measures"][0]["label"] not in labels


def test_figures_are_those_of_the_lattice_and_decimals(api: ApiClient) -> None:
    answer = api.table([QUARTER, NATIONALITY], {QUARTER: [[Q3], [Q4]], NATIONALITY: [[EU], [ASIA]]})
    expected = [
        [
            find(period=f"quarter:2020-{q}", nationality=f"world_area:{w}")
            for w in ("european-union", "asia")
        ]
        for q in ("Q3", "Q4")
    ]
    assert read_values(answer) == expected
    assert f"{expected[0][0]:.1f}".encode() in answer.body


def test_equal_questions_give_equal_bytes(api: ApiClient) -> None:
    first, second = (api.table([QUARTER, AREA, NATIONALITY]) for _ in range(2))
    assert first.body == second.body
    assert "etag" not in first.headers


def test_without_dimensions_the_latest_quarter_is_the_one_item(api: ApiClient) -> None:
    answer = api.post({"database": "str:database:Ninos"})
    assert read_values(answer) == [find(period="quarter:2020-Q4")]
    [field] = answer.json["fields"]
    assert field["items"] == [{"type": "RecodeItem", "uris": [Q4], "labels": ["Oct to Dec 2020"]}]


def test_a_period_left_out_comes_first(api: ApiClient) -> None:
    answer = api.table([[NATIONALITY]], {NATIONALITY: [[EU]]})
    assert [each["uri"] for each in answer.json["fields"]] == [QUARTER, NATIONALITY]
    assert answer.json["query"]["dimensions"] == [[QUARTER], [NATIONALITY]]
    assert answer.json["query"]["recodes"][QUARTER] == {"map": [[Q4]], "total": False}
    assert read_values(answer) == [
        [find(period="quarter:2020-Q4", nationality="world_area:european-union")]
    ]


def test_axes_are_flattened_in_order(api: ApiClient) -> None:
    maps = {
        QUARTER: [[Q3], [Q4]],
        NATIONALITY: [[EU]],
        AREA: [[name_value("country", "E92000001")]],
    }
    joined = api.table([[AREA, QUARTER], [NATIONALITY]], maps)
    apart = api.table([AREA, QUARTER, NATIONALITY], maps)
    assert read_values(joined) == read_values(apart)
    assert joined.json["query"]["dimensions"] == [[AREA, QUARTER], [NATIONALITY]]
    cell = find(
        period="quarter:2020-Q3", area="country:E92000001", nationality="world_area:european-union"
    )
    assert read_values(joined)[0][0][0] == cell


@pytest.mark.parametrize(
    "recode", [None, {}, {"map": None}, {"map": []}, {"map": [], "total": "false"}]
)
def test_no_map_is_every_value_of_the_value_set(api: ApiClient, recode: Any) -> None:
    for dimension, keyed_by in [
        (name_set("sub_group"), NATIONALITY),
        (name_set("sub_group"), name_set("sub_group")),
        (NATIONALITY, name_set("sub_group")),
    ]:
        if recode is None and dimension == NATIONALITY:
            continue
        answer = api.post(
            {
                "database": "str:database:Ninos",
                "measures": MEASURE,
                "dimensions": [dimension],
                "recodes": {keyed_by: recode},
            }
        )
        uris = [item["uris"] for item in answer.json["fields"][1]["items"]]
        assert uris == [[name_value("sub_group", each)] for each in lattice.SUB_GROUPS], dimension


def test_a_field_named_alone_is_its_default_value_set(api: ApiClient) -> None:
    answer = api.table([QUARTER, AREA, NATIONALITY])
    period, area, nationality = (
        [item["uris"][0] for item in field["items"]] for field in answer.json["fields"]
    )
    assert period == [
        name_value("quarter", f"{y}{m:02d}") for y in (2018, 2019, 2020) for m in (3, 6, 9, 12)
    ]
    assert area == [name_value("region", each) for each in (*lattice.REGIONS, "XXZZZZZZZ")]
    assert nationality == [name_value("world_area", each) for each in lattice.WORLD_AREAS]


def test_a_map_keeps_its_order_and_levels_may_mix(api: ApiClient) -> None:
    asked = [("nationality", "IND"), ("world_area", "asia"), ("sub_group", "east-asia")]
    answer = api.table([NATIONALITY], {NATIONALITY: [[name_value(*each)] for each in asked]})
    assert read_values(answer) == [
        [find(period="quarter:2020-Q4", nationality=f"{level}:{code}") for level, code in asked]
    ]


def test_recodes_repeat_every_map_and_total(api: ApiClient) -> None:
    recodes = api.table([NATIONALITY], totals=(NATIONALITY,)).json["query"]["recodes"]
    assert list(recodes) == [QUARTER, NATIONALITY]
    assert recodes[NATIONALITY] == {
        "map": [[name_value("world_area", each)] for each in lattice.WORLD_AREAS],
        "total": True,
    }


@pytest.mark.parametrize("total", [True, "true"])
def test_a_total_comes_last_and_is_counted(api: ApiClient, total: Any) -> None:
    recodes = {
        SEX: {"map": [], "total": total},
        QUARTER: {"map": [[name_value("year_ending", "202012")]]},
    }
    answer = api.post(
        {"database": "str:database:Ninos", "dimensions": [QUARTER, SEX], "recodes": recodes}
    )
    year = "year_ending:2020-Q4"
    assert read_values(answer) == [
        [find(period=year, sex=f"band:{each}") for each in lattice.SEXES] + [find(period=year)]
    ]


def test_the_older_database_answers_under_the_names_asked(api: ApiClient) -> None:
    field = "str:field:NINO:f_NINO:"
    value = "str:value:NINO:f_NINO:"
    answer = api.table(
        [[f"{field}QTR"], [f"{field}NEWNAT"], f"{field}COUNTY_DISTRICT_UA_2011"],
        {
            f"{field}QTR": [[f"{value}QTR:c_QTR:76"], [f"{value}QTR:c_CALYR:19"]],
            f"{field}NEWNAT": [[f"{value}NEWNAT:C_NINO_WORLDAREA:{n}"] for n in (1, 9)],
            f"{field}COUNTY_DISTRICT_UA_2011": [
                [f"{value}COUNTY_DISTRICT_UA_2011:V_C_MASTERGEOG11_LA_TO_REGION_NI:E09000025"]
            ],
        },
        database="str:database:NINO",
    )
    assert answer.json["database"]["uri"] == "str:database:NINO"
    assert list(answer.json["cubes"]) == ["str:count:NINO:f_NINO"]
    assert read_values(answer) == [
        [
            [find(period=period, nationality=f"world_area:{w}", area="local_authority:E09000025")]
            for w in ("european-union", "other-unknown")
        ]
        for period in ("quarter:2020-Q4", "year_ending:2020-Q4")
    ]


@pytest.mark.parametrize(
    "code",
    [
        "C_NINO_COUNTRY:101",
        "C_NINO_SUBGROUP:1",
        "C_NINO_WORLDAREA:2",
        "C_NINO_COUNTRY:ＩＮＤ",
        "C_NINO_COUNTRY:ind",
    ],
)
def test_a_number_without_a_public_meaning_is_never_guessed(api: ApiClient, code: str) -> None:
    for database, path in (("NINO", "f_NINO"), ("Ninos", "V_F_NINOS")):
        component = f"str:value:{database}:{path}:NEWNAT:{code}"
        field = f"str:field:{database}:{path}:NEWNAT"
        answer = api.table([field], {field: [[component]]}, database=f"str:database:{database}")
        assert answer.status == 422
        assert answer.json["errorType"] == "SCHEMA_COMPONENT_NOT_FOUND"
        assert answer.json["component"] == component


def test_more_cells_than_the_limit_are_refused_with_their_number(api: ApiClient) -> None:
    maps = {NATIONALITY: [[EU]] * 1000, QUARTER: [[Q4]] * 1001}
    answer = api.table([NATIONALITY, QUARTER], maps)
    assert (answer.status, answer.json["errorType"]) == (400, "CELL_COUNT")
    assert (answer.json["value"], answer.json["limit"]) == (1_001_000, 1_000_000)
    assert "1,001,000" in answer.json["message"]
    at_the_limit = {NATIONALITY: [[EU]] * 999, QUARTER: [[Q4]] * 1000}
    values = read_values(api.table([NATIONALITY, QUARTER], at_the_limit))
    assert len(values) * len(values[0]) == 999_000
    too_many = api.table(
        [NATIONALITY, QUARTER], at_the_limit | {NATIONALITY: [[EU]] * 1000}, totals=(QUARTER,)
    )
    assert too_many.json["value"] == 1_001_000


CROSSED_TOO_FINE = [
    ("middle_layer", "nationality"),
    ("middle_layer", "sex"),
    ("local_authority", "sub_group", "age", "sex"),
    ("region", "nationality", "age"),
    ("quarter", "age"),
    ("quarter", "middle_layer"),
    ("year_ending", "lag", "age"),
    ("local_authority", "nationality", "lag"),
]


@pytest.mark.parametrize("levels", CROSSED_TOO_FINE, ids=" x ".join)
def test_a_crossing_that_is_not_published_names_the_nearest_that_are(
    api: ApiClient, levels: tuple[str, ...]
) -> None:
    answer = api.table([name_set(each) for each in levels])
    assert (answer.status, answer.json["errorType"]) == (422, "NOT_AVAILABLE")
    assert {VALUE_SETS[each][0] for each in levels} <= set(answer.json["fields"])
    assert answer.json["nearest"]
    for nearest in answer.json["nearest"]:
        maps = (
            {nearest["fields"][0]: [[v] for v in nearest["values"]]} if "values" in nearest else {}
        )
        assert api.table(nearest["levels"], maps).status == 200, nearest


def test_a_lag_is_published_by_year(api: ApiClient) -> None:
    year = name_value("year_ending", "202009")
    answer = api.table([QUARTER, LAG], {QUARTER: [[year]]})
    assert read_values(answer) == [
        [find(period="year_ending:2020-Q3", lag=f"band:{each}") for each in lattice.LAGS]
    ]
