"""A query that cannot be answered is told so, with what is wrong in it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from nino_assets_tests.support.api_client import NATIONALITY, SEX, ApiClient, name_set, name_value

EU = name_value("world_area", "european-union")

UNKNOWN = {
    "database": {"database": "str:database:other"},
    "measure": {"database": "str:database:Ninos", "measures": ["str:count:Ninos:other"]},
    "dimension": {"database": "str:database:Ninos", "dimensions": [["str:field:Ninos:other"]]},
    "recode": {"database": "str:database:Ninos", "recodes": {"str:field:other": None}},
    "value of another field": {
        "database": "str:database:Ninos",
        "dimensions": [SEX],
        "recodes": {SEX: {"map": [[EU]]}},
    },
    "value of the other database": {
        "database": "str:database:Ninos",
        "dimensions": [NATIONALITY],
        "recodes": {NATIONALITY: {"map": [["str:value:NINO:f_NINO:NEWNAT:C_NINO_WORLDAREA:1"]]}},
    },
}


@pytest.mark.parametrize("what", UNKNOWN)
def test_an_unknown_component_is_named(api: ApiClient, what: str) -> None:
    answer = api.post(UNKNOWN[what])
    assert (answer.status, answer.json["errorType"]) == (422, "SCHEMA_COMPONENT_NOT_FOUND")
    assert list(answer.json) == ["message", "errorType", "component"]


def write_query(**more: Any) -> bytes:
    return json.dumps({"database": "str:database:Ninos", **more}).encode()


MALFORMED: dict[str, bytes] = {
    "nothing": b"",
    "no JSON": b"{",
    "a list": b"[]",
    "a text": b'"x"',
    "no database": b"{}",
    "a number as database": b'{"database": 1}',
    "not a number": b'{"database": NaN}',
    "infinity": b'{"database": "str:database:Ninos", "x": Infinity}',
    "a key twice": b'{"database": "str:database:Ninos", "database": "str:database:Ninos"}',
    "too deep": b'{"database": ' + b"[" * 100_000,
    "too deep and closed": b'{"dimensions": ' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    "not UTF-8": b'{"database": "\xff"}',
    "UTF-16": '{"database": "str:database:Ninos"}'.encode("utf-16"),
    "an enormous number": b'{"database": ' + b"9" * 10_000 + b"}",
    "an object as dimensions": b'{"database": "str:database:Ninos", "dimensions": {}}',
    "a list as recodes": b'{"database": "str:database:Ninos", "recodes": []}',
    "numbers as measures": b'{"database": "str:database:Ninos", "measures": [1]}',
    "a field twice": write_query(dimensions=[SEX, SEX]),
    "a field under two names": write_query(dimensions=[SEX, name_set("sex")]),
    "null as an axis": write_query(dimensions=[None]),
    "an empty group": write_query(recodes={SEX: {"map": [[]]}}),
    "a number as total": write_query(recodes={SEX: {"total": 1}}),
    "a recode under two names": write_query(recodes={SEX: {}, name_set("sex"): {}}),
}


@pytest.mark.parametrize("what", MALFORMED)
def test_what_is_no_query_is_told(api: ApiClient, what: str) -> None:
    answer = api.post(MALFORMED[what])
    assert (answer.status, answer.json["errorType"]) == (400, "MALFORMED_QUERY")


def test_a_lone_surrogate_is_an_unknown_component(api: ApiClient) -> None:
    answer = api.post(b'{"database": "\\ud800"}')
    assert (answer.status, answer.json["component"]) == (422, "?")
