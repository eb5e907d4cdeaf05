"""What every client of Stat-Xplore relies on, whichever endpoint it asks."""

from __future__ import annotations

import gzip
import json
import shlex
import time
from dataclasses import replace

import pytest
from lxml import html
from starlette.routing import Route

from nino_assets.service.application import create_app
from nino_assets.service.settings import Settings
from nino_assets.store.folders import Folders
from nino_assets_tests.support.api_client import BASE, MEASURE, ApiClient

QUERY = {"database": "str:database:Ninos"}
RATE_HEADERS = [
    f"x-ratelimit{part}{kind}"
    for kind in ("", "-schema", "-table")
    for part in ("", "-remaining", "-reset")
]
PATHS = {
    "info": ("GET", f"{BASE}/info", 200),
    "schema": ("GET", f"{BASE}/schema", 200),
    "table": ("POST", f"{BASE}/table", 400),
    "saved table": ("GET", f"{BASE}/table/saved/str:table:defaulttable_Ninos", 200),
    "unknown component": ("GET", f"{BASE}/schema/invalid_uri", 400),
    "unknown table": ("GET", f"{BASE}/table/saved/str:table:invalid_uri", 400),
    "nothing": ("GET", f"{BASE}/nothing", 404),
    "no address": ("GET", "/nothing", 404),
    "another method": ("GET", f"{BASE}/table", 405),
    "deleted": ("DELETE", f"{BASE}/info", 405),
    "description": ("GET", "/openapi.json", 200),
    "health": ("GET", "/healthz", 200),
    "preflight": ("OPTIONS", f"{BASE}/table", 204),
}

PAGES = {
    *("/", "/build", "/tables/{name}", "/api", "/service.css", "/service.js", "/favicon.ico"),
    *("/areas", "/areas/{code}", "/nationalities", "/nationalities/{code}"),
}
"""Addresses that people read; the description is of those that programs ask."""


def name_header(kind: str) -> tuple[str, str]:
    return f"x-ratelimit-remaining{kind}", f"x-ratelimit{kind}"


def make_client(folders: Folders, **settings: object) -> ApiClient:
    return ApiClient(create_app(folders, replace(Settings(), **settings)))  # type: ignore[arg-type]


@pytest.mark.parametrize("what", PATHS)
def test_every_answer_has_the_headers(api: ApiClient, what: str) -> None:
    method, path, status = PATHS[what]
    for end in ("", "/", "//"):
        answer = api.ask(method, path + end)
        assert answer.status == status
        assert [each for each in RATE_HEADERS if not answer.headers[each].isdigit()] == []
        assert answer.headers["content-language"] == "en"
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "link" not in answer.headers
        if status != 204:
            assert answer.headers["content-type"] == "application/json;charset=UTF-8"
        if status >= 400:
            assert list(answer.json)[:2] == ["message", "errorType"]


def test_the_codes_are_those_of_superweb2(api: ApiClient) -> None:
    codes = {
        what: api.ask(method, path).json["errorType"]
        for what, (method, path, status) in PATHS.items()
        if status >= 400
    }
    assert codes == {
        "table": "MALFORMED_QUERY",
        "unknown component": "SCHEMA_COMPONENT_NOT_FOUND",
        "unknown table": "TXD_NOT_FOUND",
        "nothing": "NOT_FOUND",
        "no address": "NOT_FOUND",
        "another method": "METHOD",
        "deleted": "METHOD",
    }
    assert api.get("/schema/invalid_uri").json["component"] == "invalid_uri"
    saved = api.get("/table/saved/str:table:invalid_uri").json
    assert saved["component"] == "str:table:invalid_uri"
    assert "'str:table:invalid_uri' could not be found" in saved["message"]


def test_info_tells_one_language_and_nothing_else(api: ApiClient) -> None:
    assert api.get("/info?params=x").json == {
        "languages": [{"locale": "en", "displayName": "English"}]
    }


@pytest.mark.parametrize("kind", ["", "_schema", "_table"])
def test_what_is_left_is_told_in_order_and_costs_nothing(
    served_folders: Folders, kind: str
) -> None:
    api = make_client(served_folders)
    now = time.time() * 1000
    first, second = (api.get(f"/rate_limit{kind}").json for _ in range(2))
    assert list(first) == ["remaining", "reset", "limit"]
    assert first == second
    assert first["remaining"] == first["limit"] == 500
    assert now < first["reset"] <= now + 3_600_000
    assert api.get(f"/rate_limit{kind}", APIKey="any").json["limit"] == 2000


def test_requests_count_by_kind_and_by_key_or_address(served_folders: Folders) -> None:
    api = make_client(served_folders)
    api.get("/info", apikey="one")
    api.get("/schema", APIKEY="one")
    answer = api.post(QUERY, ApiKey="one")
    left = {kind: answer.headers[name_header(kind)[0]] for kind in ("", "-schema", "-table")}
    assert left == {"": "1997", "-schema": "1999", "-table": "1999"}
    assert api.get("/rate_limit", APIKey="two").json["remaining"] == 2000
    assert api.get("/rate_limit").json["remaining"] == 500
    assert ApiClient(api.app, "192.0.2.9").get("/info").headers["x-ratelimit-remaining"] == "499"


def test_beyond_the_limit_a_request_is_refused_at_no_cost(served_folders: Folders) -> None:
    api = make_client(served_folders, hourly_without_key=2)
    tag = api.get("/info").headers["etag"]
    assert api.post(QUERY).status == 200
    for _ in range(2):
        answer = api.post(QUERY)
        assert (answer.status, answer.json["errorType"]) == (429, "RATE_LIMIT")
        assert list(answer.json) == ["message", "errorType", "limit"]
        assert 0 < int(answer.headers["retry-after"]) <= 3600
        assert answer.headers["x-ratelimit-remaining"] == "0"
    assert api.get("/info", **{"If-None-Match": tag}).status == 304
    assert api.get("/rate_limit").status == 200
    assert api.post(QUERY, APIKey="one").status == 200


def test_a_browser_is_told_of_a_limit_by_a_page_and_a_program_in_json(
    served_folders: Folders,
) -> None:
    api = make_client(served_folders, hourly_without_key=1)
    accept = {"accept": "text/html,*/*"}
    assert api.ask("GET", "/build", headers=accept).status == 200
    page = api.ask("GET", "/build", headers=accept)
    assert (page.status, page.headers["content-type"]) == (429, "text/html; charset=utf-8")
    assert 0 < int(page.headers["retry-after"]) <= 3600 and b"Try again in" in page.body
    for path, headers in (("/build", {}), (f"{BASE}/table", accept)):
        answer = api.ask("GET" if path == "/build" else "POST", path, headers=headers)
        assert answer.json["errorType"] == "RATE_LIMIT"


def test_a_refused_method_names_those_that_are_answered(api: ApiClient) -> None:
    for method, path, allowed in (
        ("GET", f"{BASE}/table", "POST"),
        ("POST", f"{BASE}/info", "GET, HEAD"),
        ("DELETE", "/", "GET, HEAD"),
    ):
        answer = api.ask(method, path)
        named = ", ".join(sorted(answer.headers["allow"].split(", ")))
        assert (answer.status, named) == (405, allowed)


@pytest.mark.parametrize(
    "path",
    ["/info", "/schema", "/schema/str:database:Ninos", "/table/saved/str:table:Area_by_quarter"],
)
def test_what_has_not_changed_is_not_sent_again(served_folders: Folders, path: str) -> None:
    api = make_client(served_folders)
    first = api.get(path)
    for known in (first.headers["etag"], f'"other", {first.headers["etag"]}', "*"):
        again = api.get(path, **{"If-None-Match": known})
        assert (again.status, again.body) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
        assert again.headers["x-ratelimit-remaining"] == "499"
    assert api.get(path, **{"If-None-Match": '"other"'}).body == first.body


def test_answers_are_compressed_when_asked(api: ApiClient) -> None:
    plain = api.get("/schema")
    packed = api.get("/schema", **{"Accept-Encoding": "deflate, gzip;q=0.5"})
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    refused = api.get("/schema", **{"Accept-Encoding": "gzip;q=0"})
    assert "content-encoding" not in refused.headers


def test_a_required_key_is_asked_for_in_any_letter_case(served_folders: Folders) -> None:
    api = make_client(served_folders, keys="required", key_list=("good", "other"))
    for headers in ({}, {"APIKey": ""}, {"APIKey": "bad"}, {"apikey": "goo"}):
        answer = api.get("/info", **headers)
        assert (answer.status, answer.json["errorType"]) == (401, "AUTHENTICATION")
    for name in ("APIKey", "apikey", "APIKEY"):
        assert api.get("/info", **{name: "good"}).status == 200
    assert api.ask("OPTIONS", f"{BASE}/table").status == 204
    assert api.ask("GET", "/healthz").status == 200


@pytest.mark.parametrize("kind", ["text/plain", "application/json", "x"])
def test_the_content_type_of_a_query_is_not_looked_at(api: ApiClient, kind: str) -> None:
    assert api.post(QUERY, **{"Content-Type": kind}).body == api.post(QUERY).body


def test_percent_encoded_identifiers_are_the_same(api: ApiClient) -> None:
    plain = api.get("/schema/str:database:Ninos")
    for encoded in ("str%3Adatabase%3ANinos", "str%3adatabase%3aNinos/"):
        assert api.get(f"/schema/{encoded}").body == plain.body


def test_a_body_of_more_than_two_megabytes_is_refused(api: ApiClient) -> None:
    answer = api.post(b" " * (2 * 1024 * 1024 + 1))
    assert (answer.status, answer.json["errorType"]) == (413, "TOO_LARGE")
    most = json.dumps(QUERY).encode().ljust(2 * 1024 * 1024)
    assert api.post(most).status == 200


def test_a_head_request_has_the_headers_without_the_body(api: ApiClient) -> None:
    answer = api.ask("HEAD", f"{BASE}/info")
    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["content-length"] == str(len(api.get("/info").body))


def test_a_forged_host_is_never_in_an_answer(api: ApiClient) -> None:
    answer = api.get("/schema", Host="evil.example", **{"X-Forwarded-Host": "evil.example"})
    assert b"evil.example" not in answer.body


def test_the_description_names_every_endpoint(api: ApiClient) -> None:
    described = api.ask("GET", "/openapi.json").json
    listed = {
        (route.path.replace(":path", ""), method)
        for route in api.app.routes  # type: ignore[attr-defined]
        if isinstance(route, Route)
        for method in (route.methods or set()) - {"HEAD"}
        if route.path not in {f"{BASE}/openapi.json", *PAGES}
    }
    paths = {(path, m.upper()) for path, methods in described["paths"].items() for m in methods}
    assert paths == listed
    example = described["paths"][f"{BASE}/table"]["post"]["requestBody"]["content"]
    answer = api.post(example["application/json"]["example"])
    assert answer.status == 200
    assert MEASURE in answer.json["cubes"]


def test_the_page_of_the_api_tells_every_error_that_is_answered(api: ApiClient) -> None:
    page = html.fromstring(api.ask("GET", "/api").body.decode())
    rows = page.xpath("//table[caption[@id='errors-caption']]/tbody/tr")
    told = {row[0].text_content(): row[1].text for row in rows}
    for what, (method, path, status) in PATHS.items():
        if status >= 400:
            code = api.ask(method, path).json["errorType"]
            assert str(status) in told[code], what
    assert told["SCHEMA_COMPONENT_NOT_FOUND"] == "400 on /schema, 422 on /table"
    *_, curl = page.xpath("//section[@id='examples']//code/text()")
    answer = api.post(json.loads(shlex.split(curl)[2]))
    assert [item["labels"][0] for item in answer.json["fields"][1]["items"]] == [
        "European Union",
        "Asia",
        "Total",
    ]
