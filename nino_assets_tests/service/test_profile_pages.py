"""The page of an area or nationality shows published cells, the largest first."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from lxml import html

from nino_assets.publishing.bulletin.expected_words import expect_count, expect_percent
from nino_assets.publishing.bulletin.quoted_figures import choose_article
from nino_assets.service.application import create_app
from nino_assets.service.settings import Settings
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.folders import Folders
from nino_assets_tests.support import small_lattice as lattice
from nino_assets_tests.support.api_client import ApiClient
from nino_assets_tests.support.lattice_files import release_files, write_files

AREA, INDIA = "local_authority:E09000025", "nationality:IND"
YEAR, BEFORE = "year_ending:2020-Q4", "year_ending:2019-Q4"
PAGES = {"/areas/E09000025": {"area": AREA}, "/nationalities/IND": {"nationality": INDIA}}


def write(figure: int) -> str:
    return f"{figure:,}" if figure else "[low]"


def read_page(api: ApiClient, path: str) -> Any:
    answer = api.ask("GET", path)
    assert answer.status == 200
    return html.fromstring(answer.body.decode())


@pytest.mark.parametrize("path", PAGES)
def test_its_headline_and_series_are_the_published_cells(api: ApiClient, path: str) -> None:
    page = read_page(api, path)
    now, then = [lattice.find_figure({"period": year, **PAGES[path]}) for year in (YEAR, BEFORE)]
    [years] = page.xpath("//table[caption[contains(text(), 'latest figures')]]")
    assert years.xpath(".//td/text()") == [write(now), write(then)]
    [headline] = page.xpath("//ul[@class='headline']/li")
    change = Fraction(100 * (now - then), then)
    way = "increase" if change > 0 else "decrease"
    assert headline.text_content() == (
        f"{expect_count(now, Quarter(2020, 4))} registrations in the year ending December 2020, "
        f"{choose_article(expect_percent(abs(change)))} {expect_percent(abs(change))} {way} "
        f"({expect_count(abs(now - then), Quarter(2020, 4))} {'more' if change > 0 else 'fewer'}) "
        "on the year ending December 2019 [b]"
    )
    assert page.xpath("//section[@id='series']//td/text()") == [
        write(lattice.find_figure({"period": quarter, **PAGES[path]}))
        for quarter in lattice.QUARTERS
    ]
    assert len(page.xpath("//*[local-name()='svg']")) == 2


def test_a_headline_of_a_small_base_has_no_percentage(own_folders: Folders) -> None:
    lattice.release_lattice(own_folders, change=lambda _, cells: cells % 50 * (cells % 50 >= 5))
    page = read_page(ApiClient(create_app(own_folders, Settings())), "/areas/E09000025")
    found = [lattice.find_figure({"period": y, "area": AREA}) % 50 for y in (YEAR, BEFORE)]
    now, then = [figure if figure >= 5 else 0 for figure in found]
    [headline] = page.xpath("//ul[@class='headline']/li")
    words = [f"{figure:,}" if figure else "nil or negligible" for figure in (now, then)]
    assert headline.text_content() == (
        f"{words[0]} registrations in the year ending December 2020, compared with {words[1]} in "
        "the year ending December 2019 [b]"
    )


def test_a_series_of_less_than_a_year_has_a_headline_of_its_quarter(own_folders: Folders) -> None:
    periods = ["quarter:2002-Q1", "quarter:2002-Q2"]
    fields = lattice.list_fields()
    fields[0]["levels"] = [lattice.build_level("quarter", [(each, each, None) for each in periods])]
    axes = lattice.CUBOIDS["area_nationality"] | {"period": periods}
    publication = own_folders.find_publication(Quarter(2002, 2))
    write_files(
        publication,
        fields,
        {"area_nationality": axes},
        {"area_nationality": lattice.make_cells(axes)},
    )
    release_files(own_folders, 1, Quarter(2002, 2))
    api = ApiClient(create_app(own_folders, Settings()))
    for path, members in PAGES.items():
        page = read_page(api, path)
        figure = lattice.find_figure({"period": periods[-1], **members})
        [headline] = page.xpath("//ul[@class='headline']/li")
        assert headline.text_content() == (
            f"{expect_count(figure, Quarter(2002, 2))} registrations in April to June 2002"
        )
        for link in page.xpath("//main//a/@href"):
            assert api.ask("GET", link).status == 200


def test_the_largest_are_in_order(api: ApiClient) -> None:
    found = {
        name: lattice.find_figure(
            {"period": YEAR, "area": AREA, "nationality": f"nationality:{code}"}
        )
        for code, (name, _) in lattice.NATIONALITIES.items()
    }
    expected = sorted((each for each in found.items() if each[1]), key=lambda each: -each[1])
    page = read_page(api, "/areas/E09000025")
    rows = page.xpath("//section[@id='largest']//tbody/tr")
    assert [(r[0].text_content(), r[1].text) for r in rows] == [
        (name, write(figure)) for name, figure in expected
    ]
    for link in page.xpath("//main//a/@href"):
        assert api.ask("GET", link).status == 200


def test_a_break_that_disturbs_the_years_is_told(api: ApiClient) -> None:
    page = read_page(api, "/areas/E09000025")
    [warning] = page.xpath("//div[@class='warning']")
    assert "January 2020 to March 2021" in warning.text_content()


def test_every_page_is_listed_and_found_by_name_or_code(api: ApiClient) -> None:
    for folder, words in (("areas", "newham"), ("nationalities", "ind")):
        listed = read_page(api, f"/{folder}").xpath("//ul[@class='profiles']//a/@href")
        assert len(listed) == len(set(listed))
        assert all(api.ask("GET", link).status == 200 for link in listed)
        found = read_page(api, f"/{folder}?find={words}").xpath("//ul[@class='profiles']//a/@href")
        assert 0 < len(found) < len(listed)


@pytest.mark.parametrize(
    "code", ["nothing", "E09000025x", "%00", "%ED%A0%80", "..%2f", "e09000025"]
)
def test_an_unknown_code_gets_a_page(api: ApiClient, code: str) -> None:
    for folder in ("areas", "nationalities"):
        answer = api.ask("GET", f"/{folder}/{code}")
        assert answer.status == 404
        assert b"There is a problem" in answer.body or answer.json["errorType"] == "NOT_FOUND"
