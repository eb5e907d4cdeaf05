"""Whatever is posted to /table is answered or refused in JSON, and tells no more."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nino_assets_tests.support import small_lattice as lattice
from nino_assets_tests.support.api_client import (
    AGE,
    AREA,
    LAG,
    NATIONALITY,
    QUARTER,
    SEX,
    VALUE_SETS,
    ApiClient,
    name_set,
    name_value,
)

CODES = {
    "quarter": ["202012", "201803", "199912"],
    "year_ending": ["202012", "202009", "2020-Q4"],
    "region": [*lattice.REGIONS, "XXZZZZZZZ"],
    "country": list(lattice.COUNTRIES),
    "local_authority": list(lattice.AUTHORITIES),
    "middle_layer": list(lattice.MIDDLE_LAYERS),
    "world_area": [*lattice.WORLD_AREAS, "1"],
    "sub_group": list(lattice.SUB_GROUPS),
    "nationality": [*lattice.NATIONALITIES, "ind", "ＩＮＤ", "101"],
    "age": lattice.AGES,
    "sex": lattice.SEXES,
    "lag": lattice.LAGS,
}
VALUES = [name_value(level, code) for level, codes in CODES.items() for code in codes]
NAMES = [QUARTER, AREA, NATIONALITY, AGE, SEX, LAG, *map(name_set, VALUE_SETS)]
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.just({}),
    st.just([]),
)

names, values = st.sampled_from(NAMES), st.sampled_from(VALUES)
maps = st.lists(st.lists(values, min_size=1, max_size=4), max_size=6)
recodes = st.dictionaries(
    names, st.fixed_dictionaries({"map": maps, "total": st.booleans()}) | ODD, max_size=4
)
axes = st.lists(st.lists(names, max_size=3) | names, max_size=4)
queries = st.fixed_dictionaries(
    {"database": st.just("str:database:Ninos"), "dimensions": axes, "recodes": recodes}
)
odd_queries = st.fixed_dictionaries(
    {
        "database": st.sampled_from(["str:database:Ninos", "str:database:NINO"]) | ODD,
        "dimensions": axes | ODD,
        "recodes": recodes | ODD,
        "measures": ODD,
    }
)
CODES_OF_ERRORS = {
    "MALFORMED_QUERY": 400,
    "CELL_COUNT": 400,
    "SCHEMA_COMPONENT_NOT_FOUND": 422,
    "NOT_AVAILABLE": 422,
    "DOUBLE_COUNTING": 422,
}
many = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])


def check_answer(api: ApiClient, body: bytes) -> Any:
    """An answer is a table whose shape is its items', or an error of those documented."""
    answer = api.post(body)
    content = answer.json
    for secret in (b"Traceback", b"/nino_assets/", b"site-packages", b".npy"):
        assert secret not in answer.body
    if answer.status != 200:
        assert CODES_OF_ERRORS[content["errorType"]] == answer.status
        return None
    values = content["cubes"][
        "str:count:Ninos:V_F_NINOS"
        if "Ninos" in content["database"]["uri"]
        else "str:count:NINO:f_NINO"
    ]["values"]
    for field in content["fields"]:
        assert len(values) == len(field["items"])
        values = values[0] if values else []
    assert isinstance(values, float)
    return content


@many
@given(query=queries)
def test_a_query_is_answered_or_refused_with_a_code(api: ApiClient, query: dict) -> None:
    content = check_answer(api, json.dumps(query).encode())
    if content is not None:
        # What is echoed is a query of its own, with the same answer.
        again = api.post(content["query"]).json
        assert (again["fields"], again["cubes"]) == (content["fields"], content["cubes"])


@many
@given(query=odd_queries)
def test_odd_parts_are_refused_with_a_code(api: ApiClient, query: dict) -> None:
    check_answer(api, json.dumps(query).encode())


@many
@given(body=st.binary(max_size=200))
def test_any_bytes_are_refused_with_a_code(api: ApiClient, body: bytes) -> None:
    assert check_answer(api, body) is None


def test_a_million_groups_are_refused(api: ApiClient) -> None:
    for group in ("[]", '"x"', "1", "null"):
        groups = ",".join([group] * (2_000_000 // (len(group) + 1) - 200))
        body = f'{{"database":"str:database:Ninos","recodes":{{"{SEX}":{{"map":[{groups}]}}}}}}'
        assert check_answer(api, body.encode()) is None
