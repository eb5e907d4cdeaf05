"""The team preview shows what is built, marks it as not released, and lets out nothing else."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from lxml import html

from nino_assets.errors import WarehouseError
from nino_assets.service.preview import PreviewSources, create_preview
from nino_assets.service.settings import Settings
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.folders import Folders
from nino_assets.store.publication_manifest import refresh_manifest
from nino_assets_tests.support.api_client import Answer, ApiClient
from nino_assets_tests.support.small_lattice import (
    LAST,
    release_lattice,
    write_lattice,
)

MARK = "Not released"
PAGE = "<!DOCTYPE html><html><head><title>Page</title></head><body><header></header></body></html>"
TABLE = "/build?f=period&period.level=quarter&latest=2&show=1"


def build_publication(folders: Folders, quarter: Quarter = LAST) -> None:
    """A publication with a lattice, a page and a file, as a build leaves it."""
    publication = folders.find_publication(quarter)
    write_lattice(publication, None)
    (publication / "qa").mkdir(exist_ok=True)
    (publication / "bulletin.html").write_text(PAGE)
    (publication / "qa" / "qa-report.html").write_text(PAGE)
    (publication / "tables.ods").write_bytes(b"PK workbook")
    (publication / ".hidden").write_text("temporary")
    lock = folders.warehouse / "locks" / "m.lock"
    refresh_manifest(publication, code_version="c", inputs={}, lock=lock)


def make_client(
    folders: Folders,
    build: Callable[[Quarter], str] = lambda quarter: PAGE,
    *,
    synthetic: bool = False,
) -> ApiClient:
    sources = PreviewSources(build, lambda _: synthetic)
    return ApiClient(create_preview(folders, Settings(), sources))


@pytest.fixture
def built(own_folders: Folders) -> Folders:
    folders = Folders(own_folders.root.parent / "unreleased")
    build_publication(folders)
    return folders


@pytest.fixture
def preview(built: Folders) -> ApiClient:
    return make_client(built)


def open_page(client: ApiClient, path: str) -> Answer:
    return client.ask("GET", path, headers={"Accept": "text/html", "Accept-Encoding": "gzip"})


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/build",
        TABLE,
        "/api",
        "/areas",
        "/areas/E06000001",
        "/quarters",
        "/quarters/2020-Q4",
        "/publications/2020-Q4/",
        "/publications/2020-Q4/qa/",
        "/publications/2020-Q4/bulletin.html",
        "/publications/2020-Q4/qa/qa-report.html",
        "/nothing",
    ],
)
def test_each_page_is_marked_in_its_title_and_its_header(preview: ApiClient, path: str) -> None:
    answer = open_page(preview, path)
    page = html.fromstring(answer.body)
    assert page.xpath("string(//title)").startswith(f"{MARK}: ")
    [first] = page.xpath("//header/*[1]")
    assert MARK in first.text_content()
    assert int(answer.headers["content-length"]) == len(answer.body)
    assert answer.headers["cache-control"] == "no-store"


def test_a_table_has_the_figures_of_the_publication(preview: ApiClient, api: ApiClient) -> None:
    """The same lattice is released in `api`."""

    def read_figures(client: ApiClient) -> list[str]:
        page = html.fromstring(client.ask("GET", TABLE).body)
        return page.xpath("//table[@class='figures']//td/text()")

    assert read_figures(preview) == read_figures(api) != []


def test_files_are_sent_as_they_are_under_a_name_that_says_it(
    preview: ApiClient, built: Folders
) -> None:
    answer = preview.ask("GET", "/publications/2020-Q4/tables.ods")
    assert answer.body == b"PK workbook"
    assert answer.headers["content-disposition"] == (
        'attachment; filename="not-released-tables.ods"'
    )
    saved = preview.ask("GET", f"/tables/{find_short(preview)}.csv")
    assert "not-released-nino-registrations-2020-Q4" in saved.headers["content-disposition"]


def find_short(client: ApiClient) -> str:
    page = html.fromstring(open_page(client, TABLE).body)
    [link] = [each for each in page.xpath("//a/@href") if each.endswith(".csv")]
    return str(link).removeprefix("/tables/").removesuffix(".csv")


def test_a_folder_lists_its_files_but_hidden_ones(preview: ApiClient) -> None:
    page = html.fromstring(open_page(preview, "/publications/2020-Q4/").body)
    links = [each for each in page.xpath("//tbody//a/@href")]
    assert "/publications/2020-Q4/bulletin.html" in links
    assert "/publications/2020-Q4/qa/" in links
    assert not [each for each in links if "hidden" in each]
    moved = preview.ask("GET", "/publications/2020-Q4/qa")
    assert (moved.status, moved.headers["location"]) == (307, "/publications/2020-Q4/qa/")


@pytest.mark.parametrize(
    "name",
    [
        "%2e%2e/secret",
        "qa/../../../secret",
        "../2020-Q4/../../secret",
        ".hidden",
        "link",
        "no-such-file",
        "qa/%00",
    ],
)
def test_nothing_outside_a_publication_is_sent(
    preview: ApiClient, built: Folders, name: str
) -> None:
    secret = built.root / "secret"
    secret.write_text("restricted")
    (built.find_publication(LAST) / "link").symlink_to(secret)
    answer = preview.ask("GET", f"/publications/2020-Q4/{name}")
    assert answer.status == 404
    assert b"restricted" not in answer.body


def test_pages_of_other_servers_may_read_nothing(preview: ApiClient) -> None:
    for path in ("/", "/quarters", "/webapi/rest/v1/schema"):
        answer = preview.ask("GET", path, headers={"Origin": "http://evil.example"})
        assert not [name for name in answer.headers if name.startswith("access-control-")]
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"


def test_a_released_edition_is_not_marked(own_folders: Folders) -> None:
    release_lattice(own_folders)
    page = open_page(make_client(own_folders), "/build")
    assert page.status == 200
    assert MARK not in page.body.decode()
    listed = html.fromstring(open_page(make_client(own_folders), "/quarters").body)
    assert "Released, edition 1" in listed.text_content()
    (own_folders.find_publication(LAST) / "manifest.json").write_text("{}")
    assert MARK in open_page(make_client(own_folders), "/build").body.decode()


def test_a_build_is_seen_when_its_manifest_changes(built: Folders) -> None:
    client = make_client(built)
    assert "2020-Q4.unreleased" in open_page(client, TABLE).body.decode()
    build_publication(built, Quarter(2021, 1))
    assert "2021-Q1.unreleased" in open_page(client, TABLE).body.decode()
    pinned = open_page(client, f"{TABLE}&edition=2020-Q4.unreleased")
    assert "2020-Q4.unreleased" in pinned.body.decode()
    assert open_page(client, f"{TABLE}&edition=2019-Q4.unreleased").status == 404
    (built.find_publication(Quarter(2021, 1)) / "open-data/tabulations/index.json").write_text("{}")
    os.utime(built.find_publication(Quarter(2021, 1)) / "manifest.json", ns=(1, 1))
    refused = open_page(client, "/build")
    assert refused.status == 503
    assert "Build a quarter" in refused.body.decode()


def test_an_empty_data_folder_says_that_nothing_is_built(own_folders: Folders) -> None:
    client = make_client(Folders(own_folders.root.parent / "empty"))
    assert open_page(client, "/").status == 503
    assert "Nothing is built yet" in open_page(client, "/quarters").body.decode()
    assert open_page(client, "/publications/2020-Q4/bulletin.html").status == 404


def test_what_hinders_a_quarters_page_is_told(built: Folders) -> None:
    def refuse(quarter: Quarter) -> str:
        raise WarehouseError("The log is damaged", rule="r", next_step="Restore it")

    answer = open_page(make_client(built, refuse), "/quarters/2020-Q4")
    assert answer.status == 503
    assert "The log is damaged" in answer.body.decode()
    assert open_page(make_client(built), "/quarters/2020-13").status == 404


def test_synthetic_data_are_named_too(built: Folders) -> None:
    page = open_page(make_client(built, synthetic=True), "/publications/2020-Q4/").body.decode()
    assert "Synthetic data" in page and MARK in page
