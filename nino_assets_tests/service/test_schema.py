"""The schema: whole lists, unique labels, addresses, and the identifiers of public scripts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from nino_assets.service.application import create_app
from nino_assets.service.settings import Settings
from nino_assets.store.folders import Folders
from nino_assets_tests.support import small_lattice as lattice
from nino_assets_tests.support.api_client import (
    AGE,
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
)

NODE = ["id", "label", "location", "type"]
ROOT = "http://127.0.0.1:8000/webapi/rest/v1/schema"


def walk(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node.get("children", []):
        yield from walk(child)


def test_the_root_lists_databases_and_saved_tables(api: ApiClient) -> None:
    root = api.get("/schema").json
    assert list(root) == [*NODE, "children"]
    assert root["id"] == "str:folder:root"
    assert root == api.get("/schema/str:folder:root").json
    assert [list(each) for each in root["children"]] == [NODE] * len(root["children"])
    kinds = {each["id"]: each["type"] for each in root["children"]}
    assert kinds["str:database:Ninos"] == kinds["str:database:NINO"] == "DATABASE"
    assert kinds["str:table:defaulttable_Ninos"] == "TABLE"


def test_fields_stand_directly_under_the_database(api: ApiClient) -> None:
    database = api.get("/schema/str:database:Ninos").json
    found = [(each["id"], each["type"]) for each in database["children"]]
    fields = [QUARTER, AREA, NATIONALITY, AGE, SEX, LAG]
    assert found == [(MEASURE, "COUNT"), *((each, "FIELD") for each in fields)]


def test_value_sets_stand_under_their_field_the_default_first(api: ApiClient) -> None:
    for field in (QUARTER, AREA, NATIONALITY, AGE, SEX, LAG):
        found = [each["id"] for each in api.get(f"/schema/{field}").json["children"]]
        expected = {name_set(level) for level, (owner, _) in VALUE_SETS.items() if owner == field}
        assert set(found) == expected
    first = {
        f: api.get(f"/schema/{f}").json["children"][0]["id"] for f in (QUARTER, AREA, NATIONALITY)
    }
    assert first == {
        QUARTER: name_set("quarter"),
        AREA: name_set("region"),
        NATIONALITY: name_set("world_area"),
    }


def test_lists_are_whole(api: ApiClient) -> None:
    areas = api.get(f"/schema/{name_set('local_authority')}").json["children"]
    assert [each["id"] for each in areas] == [
        name_value("local_authority", code) for code in (*lattice.AUTHORITIES, "XXZZZZZZZ")
    ]
    assert areas[0]["label"] == "Hartlepool"
    value = api.get(f"/schema/{areas[0]['id']}").json
    assert (value["label"], value["type"], value["children"]) == ("Hartlepool", "VALUE", [])


@pytest.mark.parametrize(
    ("depth", "kinds"),
    [
        ("folder", {"FOLDER", "DATABASE", "TABLE"}),
        ("database", {"FOLDER", "DATABASE", "TABLE"}),
        ("group", {"FOLDER", "DATABASE", "TABLE", "COUNT", "FIELD"}),
        ("field", {"FOLDER", "DATABASE", "TABLE", "COUNT", "FIELD"}),
        ("valueset", {"FOLDER", "DATABASE", "TABLE", "COUNT", "FIELD", "VALUESET"}),
        ("value", {"FOLDER", "DATABASE", "TABLE", "COUNT", "FIELD", "VALUESET", "VALUE"}),
    ],
)
def test_a_depth_lists_as_far(api: ApiClient, depth: str, kinds: set[str]) -> None:
    found = list(walk(api.get(f"/schema?depth={depth}").json))
    assert {each["type"] for each in found} == kinds


def test_every_component_is_at_its_location_and_labels_of_siblings_differ(api: ApiClient) -> None:
    for node in walk(api.get("/schema?depth=value").json):
        assert node["location"] == f"{ROOT}/{node['id']}"
        labels = [each["label"] for each in node.get("children", [])]
        assert len(labels) == len(set(labels))
        if node["type"] != "TABLE":
            assert api.get(f"/schema/{node['id']}").json["type"] == node["type"]


def test_an_unknown_depth_is_told(api: ApiClient) -> None:
    answer = api.get("/schema?depth=all")
    assert (answer.status, answer.json["errorType"]) == (400, "MALFORMED_QUERY")


def test_the_older_identifiers_are_listed_where_their_meaning_is_public(api: ApiClient) -> None:
    ids = {each["id"] for each in walk(api.get("/schema/str:database:NINO?depth=value").json)}
    value = "str:value:NINO:f_NINO:"
    assert "str:count:NINO:f_NINO" in ids
    assert {
        f"{value}QTR:c_QTR:68",
        f"{value}QTR:c_CALYR:19",
        f"{value}NEWNAT:C_NINO_WORLDAREA:1",
        f"{value}NEWNAT:C_NINO_WORLDAREA:9",
        f"{value}NEWNAT:C_NINO_WORLDAREA:asia",
        f"{value}NEWNAT:C_NINO_COUNTRY:IND",
        f"{value}MSOA_CODE:V_C_MASTERGEOG11_MSOA_TO_LA_NI:E02000000",
        f"{value}COUNTY_DISTRICT_UA_2011:V_C_MASTERGEOG11_LA_TO_REGION_NI:E09000025",
    } <= ids
    assert f"{value}NEWNAT:C_NINO_WORLDAREA:2" not in ids


def test_locations_begin_with_the_public_address(served_folders: Folders) -> None:
    settings = replace(Settings(), address="https://stat-xplore.example")
    root = ApiClient(create_app(served_folders, settings)).get("/schema", Host="evil.example").json
    assert {each["location"].split("/webapi")[0] for each in walk(root)} == {
        "https://stat-xplore.example"
    }


def test_every_saved_table_is_the_answer_to_its_query(api: ApiClient) -> None:
    tables = [each["id"] for each in walk(api.get("/schema").json) if each["type"] == "TABLE"]
    assert len(tables) == 7
    for table in tables:
        saved = api.get(f"/table/saved/{table}")
        assert saved.status == 200, table
        assert api.post(saved.json["query"]).body == saved.body
