"""Clients of Stat-Xplore work unchanged: one from PyPI, four of R by what they send."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from urllib.parse import quote

import pytest
import statxplore.http_session
import statxplore.objects
from statxplore.__main__ import generate_rows

from nino_assets.store.folders import Folders
from nino_assets_tests.support import small_lattice as lattice
from nino_assets_tests.support.api_client import (
    AREA,
    BASE,
    NATIONALITY,
    QUARTER,
    name_set,
    name_value,
)
from nino_assets_tests.support.served import run_server

YEAR = name_value("year_ending", "202012")


@pytest.fixture(scope="module")
def port(served_folders: Folders) -> Iterator[int]:
    with run_server(served_folders) as found:
        yield found


@pytest.fixture
def session(port: int, monkeypatch: pytest.MonkeyPatch) -> statxplore.http_session.StatSession:
    kind = statxplore.http_session.StatSession
    host = kind.BASE_URL.replace("https://stat-xplore.dwp.gov.uk", f"http://127.0.0.1:{port}")
    monkeypatch.setattr(kind, "BASE_URL", host)
    return kind("any key")


def test_the_python_client_reads_what_there_is(
    session: statxplore.http_session.StatSession,
) -> None:
    assert session.info["languages"][0]["locale"] == "en"
    assert session.rate_limit["limit"] == 2000
    root = statxplore.objects.Schema.list(session)
    assert "str:database:Ninos" in [each["id"] for each in root["children"]]
    areas = statxplore.objects.Schema(name_set("middle_layer")).get(session)
    assert len(areas["children"]) == len(lattice.MIDDLE_LAYERS)


def test_the_python_client_makes_rows_of_a_table(
    session: statxplore.http_session.StatSession,
) -> None:
    table = statxplore.objects.Table("str:database:Ninos").run_query(
        session,
        measures=["str:count:Ninos:V_F_NINOS"],
        dimensions=[[QUARTER], [name_set("local_authority")]],
        recodes={QUARTER: {"map": [[YEAR]], "total": False}},
    )
    rows = [dict(each) for each in generate_rows(table)]
    names = ["Hartlepool", "Middlesbrough", "City of London", "Newham"]
    assert [row["National - Regional - LA - MSOA"] for row in rows[:4]] == names
    assert rows[3]["NINo registrations"] == lattice.find_figure(
        {"period": "year_ending:2020-Q4", "area": "local_authority:E09000025"}
    )


def send_raw(port: int, method: str, path: str, headers: list[str], body: bytes = b"") -> bytes:
    """Send a request byte for byte; the whole answer as it comes."""
    lines = [f"{method} {path} HTTP/1.1", "Host: stat-xplore.dwp.gov.uk", *headers]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.connect()
    connection.sock.sendall("\r\n".join([*lines, "Connection: close", "", ""]).encode() + body)
    answer = b""
    while piece := connection.sock.recv(65536):
        answer += piece
    connection.close()
    return answer


R_QUERY = json.dumps(
    {
        "database": "str:database:Ninos",
        "measures": ["str:count:Ninos:V_F_NINOS"],
        "recodes": {NATIONALITY: {"map": [], "total": True}},
        "dimensions": [[NATIONALITY]],
    }
).encode()
R_REQUESTS = {
    # httr sends names of headers as they are given, here in lower case; POST to `/table/`.
    "dwpstat": (f"{BASE}/table/", ["Accept: application/json, text/xml, */*", "apikey: k"]),
    "STATcubeR": (f"{BASE}/table", ["Accept: */*", "APIKey: k", "Accept-Language: en"]),
    "statxplorer": (
        f"{BASE}/table",
        ["Accept: application/json, text/xml", "APIKey: k", "Content-Type: application/json"],
    ),
    "statxplore": (f"{BASE}/table", ["Accept: */*", "APIKey: k", "Content-Type: text/plain"]),
}


@pytest.mark.parametrize("client", R_REQUESTS)
def test_what_the_r_clients_send_is_answered_directly(port: int, client: str) -> None:
    path, headers = R_REQUESTS[client]
    head, _, body = send_raw(port, "POST", path, headers, R_QUERY).partition(b"\r\n\r\n")
    first, *rest = head.decode().lower().split("\r\n")
    assert first == "http/1.1 200 ok"
    assert "content-language: en" in rest
    assert not [each for each in rest if each.startswith(("location:", "link:"))]
    found = json.loads(body)
    assert len(found) == 6
    assert len(found["query"]) == 4
    total = found["fields"][1]["items"][-1]
    assert (total["type"], "uris" in total) == ("Total", False)
    [cube] = found["cubes"].values()
    assert next(iter(cube)) == "values"
    assert cube["values"][0][-1] == lattice.find_figure({"period": "quarter:2020-Q4"})


def test_an_encoded_identifier_is_the_same_on_the_wire(port: int) -> None:
    answers = [
        send_raw(port, "GET", f"{BASE}/schema/{each}", []).partition(b"\r\n\r\n")[2]
        for each in (AREA, quote(AREA, safe=""))
    ]
    assert answers[0] == answers[1] != b""
