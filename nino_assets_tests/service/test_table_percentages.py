"""Percentages of the builder are of the totals shown, and none is given of a small base."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from nino_assets.service.application import create_app
from nino_assets.service.settings import Settings
from nino_assets.store.folders import Folders
from nino_assets_tests.support import small_lattice as lattice
from nino_assets_tests.support.api_client import ApiClient
from nino_assets_tests.support.table_pages import (
    AREAS_BY_WORLD_AREA,
    build,
    find_links,
    list_expected,
    read_page,
)

Change = Callable[[int], Any]

LEAST = 100
"""The smallest base of these editions, as `percentage_bases.csv` has it."""


def make_small(figures: Any) -> Any:
    """Figures of 0 and 5 to 146: many bases are under the smallest."""
    return np.where(figures % 147 < 5, 0, figures % 147)


@pytest.fixture
def small(own_folders: Folders) -> ApiClient:
    """A client of a lattice of small figures."""
    lattice.release_lattice(own_folders, change=lambda _, cells: make_small(cells))
    return ApiClient(create_app(own_folders, Settings()))


def write_share(figure: int, base: int) -> str:
    """A percentage with one decimal, by decimal arithmetic; `[low]` where none is given."""
    if base < LEAST or not figure:
        return "[low]"
    share = Decimal(100) * figure / base
    return f"{share.quantize(Decimal('0.1'), ROUND_HALF_UP):,}"


def expect_shares(percent: str, change: Change = int) -> list[str]:
    """The shares of areas by world area, of the totals of each row, column and year."""
    found = []
    for period, area, nationality, figure in list_expected():
        members = {"period": period, "area": area, "nationality": nationality}
        if percent != "column":
            del members["nationality"]
        if percent != "row":
            del members["area"]
        base = lattice.find_figure(members)
        found.append(write_share(int(change(figure)), int(change(base))))
    return found


def read_shares(page: Any) -> list[list[str]]:
    rows = page.xpath("//table[@class='percentages']/tbody/tr")
    return [[cell.text_content() for cell in row.xpath("td")] for row in rows]


def read_listed_shares(page: Any) -> list[str]:
    """The shares of every row but those of a total."""
    rows = page.xpath("//table[@class='percentages']/tbody/tr[not(th[text()='Total'])]")
    return [cell.text_content() for row in rows for cell in row.xpath("td")]


@pytest.mark.parametrize("percent", ["row", "column", "table"])
def test_a_percentage_is_of_the_total_that_the_table_shows(api: ApiClient, percent: str) -> None:
    page = read_page(build(api, AREAS_BY_WORLD_AREA | {"percent": percent}))
    assert read_listed_shares(page) == expect_shares(percent)
    [caption] = page.xpath("//table[@class='percentages']/caption")
    assert caption.text_content().startswith("Percentages: NINo registrations")
    # The figures stay as they are, with the totals that are the bases.
    assert len(page.xpath("//table[@class='figures']/tbody/tr")) == len(read_shares(page))


@pytest.mark.parametrize("percent", ["row", "column", "table"])
def test_no_percentage_of_a_small_base_is_given(small: ApiClient, percent: str) -> None:
    page = read_page(build(small, AREAS_BY_WORLD_AREA | {"percent": percent}))
    shown = read_listed_shares(page)
    assert shown == expect_shares(percent, make_small)
    assert "[low]" in shown and len(set(shown)) > 5
    assert f"under {LEAST}" in page.text_content()


def test_the_files_hold_the_percentages_of_the_page(small: ApiClient) -> None:
    answer = build(small, AREAS_BY_WORLD_AREA | {"percent": "row"})
    links = find_links(answer).values()
    expected = ["" if share == "[low]" else share for share in expect_shares("row", make_small)]
    [name] = [each for each in links if each.endswith(".csv")]
    rows = list(csv.DictReader(io.StringIO(small.ask("GET", name).body.decode())))
    assert [row["percentage"] for row in rows] == expected
    [name] = [each for each in links if each.endswith(".parquet")]
    shares = pl.read_parquet(io.BytesIO(small.ask("GET", name).body))["percentage"].to_list()
    assert ["" if each is None else f"{each:.1f}" for each in shares] == expected
    [name] = [each for each in links if each.endswith(".ods")]
    book = CalamineWorkbook.from_filelike(io.BytesIO(small.ask("GET", name).body))
    cells = book.get_sheet_by_name(book.sheet_names[0]).to_python()
    header = next(n for n, row in enumerate(cells) if "Percentage" in row)
    column = cells[header].index("Percentage")
    written = [row[column] for row in cells[header + 1 :]]
    assert [each if isinstance(each, str) else f"{each:.1f}" for each in written] == [
        each or "[low]" for each in expected
    ]


def test_percentages_bring_the_totals_that_they_need(api: ApiClient) -> None:
    form = {"f": ["period", "sex"], "period.level": "year_ending", "latest": "1", "percent": "row"}
    page = read_page(build(api, form))
    headers = [each.text_content() for each in page.xpath("//table[@class='figures']/thead//th")]
    assert headers[-1] == "Total"
    assert read_shares(page)[0][-1] == "100.0"


def test_a_period_alone_has_no_percentages(api: ApiClient) -> None:
    for form in (
        {"f": "period", "percent": "row"},
        {"f": ["period", "sex"], "period.level": "year_ending", "percent": "column"},
    ):
        answer = build(api, form)
        [link] = read_page(answer).xpath("//div[@class='errors']//li/a")
        assert (answer.status, link.get("href")) == (400, "#percent")
        assert "other than the period" in link.text


def test_without_percentages_no_file_has_a_column_of_them(api: ApiClient) -> None:
    [name] = [x for x in find_links(build(api, AREAS_BY_WORLD_AREA)).values() if ".csv" in x]
    header = api.ask("GET", name).body.decode().splitlines()[0].split(",")
    assert "percentage" not in header
    assert header[:4] == ["period_code", "period", "period_type", "period_start"]
