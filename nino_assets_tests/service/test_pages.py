"""Pages and files of tables show the published cells, and odd addresses get a page."""

from __future__ import annotations

import csv
import io
import json
import re
import shlex
from typing import Any
from urllib.parse import urlencode

import numpy as np
import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from nino_assets.service.form_reading import read_form, read_short
from nino_assets.service.saved_tables import SAVED_TABLES
from nino_assets.statistic.quarters import Quarter
from nino_assets_tests.support import small_lattice as lattice
from nino_assets_tests.support.api_client import ApiClient
from nino_assets_tests.support.table_pages import (
    AREAS_BY_WORLD_AREA,
    build,
    find,
    find_links,
    list_expected,
    read_page,
    read_rows,
)


def test_the_figures_on_the_page_are_the_published_cells(api: ApiClient) -> None:
    answer = build(api, AREAS_BY_WORLD_AREA)
    assert answer.status == 200
    shown = [cell for row in read_rows(answer) for cell in row[2:]]
    assert shown == [f"{figure:,}" if figure else "[low]" for *_, figure in list_expected()]
    page = read_page(answer)
    [table] = page.xpath("//table[@class='figures']")
    assert table.xpath("caption") and not table.xpath(".//th[not(@scope)]")
    assert page.xpath("//title")[0].text == (
        "NINo registrations by area (local authority) and nationality (world area), 9 areas, "
        "2 years ending December 2019 to December 2020"
    )
    for form, period in (
        ({"period.level": "quarter", "latest": "8"}, "8 quarters, January 2019 to December 2020"),
        ({"period.level": "quarter", "latest": "1"}, "Oct to Dec 2020"),
        ({"period.level": "year_ending", "latest": "1"}, "year ending December 2020"),
    ):
        title = read_page(build(api, {"f": "period"} | form)).xpath("//title")[0].text
        assert title == f"NINo registrations, United Kingdom, {period}"


def test_every_file_holds_the_published_cells(api: ApiClient) -> None:
    links = find_links(build(api, AREAS_BY_WORLD_AREA))
    expected = [figure for *_, figure in list_expected()]
    files = {name.rpartition(".")[2]: api.ask("GET", name) for name in links.values() if name}
    assert {files[end].status for end in ("csv", "ods", "parquet", "jsonstat", "json")} == {200}

    rows = list(csv.DictReader(io.StringIO(files["csv"].body.decode())))
    assert [int(row["registrations"]) for row in rows] == expected
    assert [row["status"] for row in rows] == ["" if each else "[low]" for each in expected]
    assert {row["period_start"] for row in rows} == {"2019-01-01", "2020-01-01"}
    assert {row["period_code"] for row in rows} == {"201912", "202012"}
    assert rows[6]["area_code"] == "E06000002" and rows[6]["area"] == "Middlesbrough"

    parquet = pl.read_parquet(io.BytesIO(files["parquet"].body))
    assert parquet["registrations"].to_list() == expected
    assert parquet.columns == list(rows[0])

    dataset = json.loads(files["jsonstat"].body)
    assert (dataset["version"], dataset["class"]) == ("2.0", "dataset")
    assert dataset["value"] == expected
    assert len(expected) == np.prod(dataset["size"])
    assert [len(dataset["dimension"][each]["category"]["index"]) for each in dataset["id"]] == (
        dataset["size"]
    )

    answered = api.post(files["json"].body).json
    [cube] = answered["cubes"].values()
    assert np.array(cube["values"]).ravel().tolist() == expected

    [sheet] = CalamineWorkbook.from_filelike(io.BytesIO(files["ods"].body)).sheet_names
    book = CalamineWorkbook.from_filelike(io.BytesIO(files["ods"].body))
    cells = book.get_sheet_by_name(sheet).to_python()
    header = next(n for n, row in enumerate(cells) if "NINo registrations" in row)
    column = cells[header].index("NINo registrations")
    assert [row[column] for row in cells[header + 1 :]] == [each or "[low]" for each in expected]
    again = api.ask("GET", next(name for name in links.values() if name.endswith(".ods")))
    assert again.body == files["ods"].body


@pytest.mark.parametrize("saved", SAVED_TABLES, ids=lambda each: each.name)
def test_each_ready_made_table_is_the_saved_one(api: ApiClient, saved: Any) -> None:
    """As the open data API answers it, but for the number of periods."""
    links = find_links(api.ask("GET", "/"))
    answer = api.ask("GET", links[saved.label])
    assert answer.status == 200
    # A page that can be read: rows go down, and columns fit.
    assert len(read_page(answer).xpath("//table[@class='figures']/thead//th")) <= 20
    assert len(read_rows(answer)) > 1
    query = next(name for name in find_links(answer).values() if name.endswith(".json"))
    whole = api.get(f"/table/saved/{saved.uri}").json

    def read_cells(content: dict) -> dict:
        names = [f["uri"] for f in content["fields"]]
        [cube] = content["cubes"].values()
        values = np.array(cube["values"])
        keys = [
            [tuple(item.get("uris", ["total"])) for item in f["items"]] for f in content["fields"]
        ]
        return {
            frozenset(zip(names, (k[n] for k, n in zip(keys, at, strict=True)), strict=True)): v
            for at, v in np.ndenumerate(values)
        }

    found, known = read_cells(api.post(api.ask("GET", query).body).json), read_cells(whole)
    assert found and found.items() <= known.items()


def test_the_address_is_the_table(api: ApiClient) -> None:
    form = read_form(urlencode(AREAS_BY_WORLD_AREA, doseq=True))
    assert read_form(form.write_address()) == form
    assert read_form(read_short(form.write_short())) == form
    long = AREAS_BY_WORLD_AREA | {"area.value": list(lattice.AUTHORITIES) * 20}
    moved = build(api, long)
    assert moved.status == 303 and len(moved.headers["location"]) < 500
    short = api.ask("GET", moved.headers["location"])
    links = find_links(short)
    for words in ("Change this table", "permanent link", "The same table when new figures come"):
        path = links[words].removeprefix("http://127.0.0.1:8000")
        assert len(path) < 500 and api.ask("GET", path).status == 200
    assert read_rows(short)[0] == read_rows(build(api, AREAS_BY_WORLD_AREA))[0]


def test_the_permanent_link_keeps_its_periods_and_the_other_follows(
    api: ApiClient, own_folders: Any
) -> None:
    from nino_assets.service.application import create_app
    from nino_assets.service.settings import Settings

    form = {"f": "period", "period.level": "quarter", "latest": "2"}
    lattice.release_lattice(own_folders, quarter=Quarter(2020, 4))
    served = ApiClient(create_app(own_folders, Settings()))
    links = find_links(build(served, form))
    fixed = links["permanent link"].removeprefix("http://127.0.0.1:8000")
    assert read_form(read_short(fixed.removeprefix("/tables/"))).by_field["period"].codes == (
        "202009",
        "202012",
    )
    newest = links["The same table when new figures come"].partition("?")[2]
    assert read_form(newest).latest == 2
    assert read_rows(served.ask("GET", fixed)) == read_rows(build(served, form))


def test_rows_are_shown_a_hundred_at_a_time(api: ApiClient) -> None:
    form = {
        "f": ["period", "nationality", "age"],
        "period.level": "year_ending",
        "nationality.level": "nationality",
        "nationality.place": "rows",
    }
    first = build(api, form)
    count = 9 * len(lattice.NATIONALITIES)
    assert len(read_rows(first)) == min(100, count)
    form |= {"age.place": "rows"}
    pages = [build(api, form | {"page": str(n)}) for n in (1, 2, 3)]
    assert f"Showing rows 101 to 200 of {count * 3}" in pages[1].body.decode()
    assert [len(read_rows(page)) for page in pages] == [100, 100, count * 3 - 200]


def test_sheets_are_shown_one_at_a_time(api: ApiClient) -> None:
    form = {
        "f": ["period", "sex"],
        "period.level": "year_ending",
        "latest": "1",
        "sex.place": "sheets",
    }
    for number, sex in enumerate(lattice.SEXES, 1):
        [row] = read_rows(build(api, form | {"sheet": str(number)}))
        figure = find(period="year_ending:2020-Q4", sex=f"band:{sex}")
        assert row[1:] == [f"{figure:,}" if figure else "[low]"]
    page = read_page(build(api, form | {"sheet": "2"}))
    [select] = page.xpath("//select[@name='sheet']")
    assert select.xpath("option/text()") == lattice.SEXES
    hidden = page.xpath("//form[@class='sheets']/input")
    chosen = urlencode([(each.get("name"), each.get("value")) for each in hidden] + [("sheet", 2)])
    assert read_rows(api.ask("GET", f"/build?{chosen}")) == read_rows(
        build(api, form | {"sheet": "2"})
    )


def test_every_page_keeps_to_its_own_style_and_script(api: ApiClient) -> None:
    for path in (
        "/",
        "/build",
        "/api",
        f"/build?{urlencode(AREAS_BY_WORLD_AREA, doseq=True)}&show=1",
    ):
        answer = api.ask("GET", path)
        assert answer.status == 200
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        assert "set-cookie" not in answer.headers
        page = read_page(answer)
        assert not page.xpath("//script[not(@src)] | //style | //@style | //@onclick")
        assert {*page.xpath("//script/@src")} <= {"/service.js"}
        assert page.xpath("//link/@href") == ["/service.css"]
        assert page.get("lang") == "en-GB" and page.xpath("//title")[0].text
        ids = page.xpath("//@id")
        assert len(ids) == len(set(ids))
        labelled = set(page.xpath("//label/@for"))
        controls = page.xpath("//input[not(@type='hidden')]/@id | //select/@id")
        assert set(controls) <= labelled
    assert api.ask("GET", "/service.css").headers["content-type"].startswith("text/css")
    assert api.ask("GET", "/service.js").headers["content-type"].startswith("text/javascript")


def test_a_page_of_an_unknown_address_says_where_to_go_on(api: ApiClient) -> None:
    for path in ("/nothing", "/tables/nothing", "/tables/nothing.csv", "/build?edition=2001-Q1.1"):
        answer = api.ask("GET", path, headers={"Accept": "text/html"})
        assert answer.status == 404
        assert read_page(answer).xpath("//h1")[0].text == "There is a problem"
    assert api.ask("GET", "/tables/nothing.csv").json["errorType"] == "NOT_FOUND"


def test_the_code_to_paste_asks_for_the_cells_of_the_page(
    api: ApiClient, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = read_page(build(api, AREAS_BY_WORLD_AREA))
    python, r, curl = [each.text_content() for each in page.xpath("//pre/code")]

    def open_address(address: str, body: bytes) -> io.BytesIO:
        assert address == "http://127.0.0.1:8000/webapi/rest/v1/table"
        return io.BytesIO(api.post(body).body)

    monkeypatch.setattr("urllib.request.urlopen", open_address)
    exec(python, {})
    expected = [float(figure) for *_, figure in list_expected()]
    assert np.array(json.loads(capsys.readouterr().out)).ravel().tolist() == expected
    query = json.loads(shlex.split(curl)[2])
    [cube] = api.post(query).json["cubes"].values()
    assert np.array(cube["values"]).ravel().tolist() == expected
    [quoted] = re.findall(r"^query <- (.*)$", r, re.M)
    assert json.loads(json.loads(quoted)) == query
