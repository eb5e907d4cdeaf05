"""The edition that readers have: followed at once, whole, verified, or not served."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nino_assets.errors import PublicationError
from nino_assets.governance.release_schedule import ReleaseSchedule
from nino_assets.publishing.release_calendar import (
    CALENDAR_NAME,
    plan_releases,
    write_calendar_ics,
)
from nino_assets.publishing.tabulations.lattice_index import TABULATIONS
from nino_assets.releases.published import PublishedEditions
from nino_assets.service.application import create_app
from nino_assets.service.settings import Settings
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.folders import Folders
from nino_assets_tests.support import small_lattice as lattice
from nino_assets_tests.support.api_client import BASE, QUARTER, ApiClient, name_value, read_values
from nino_assets_tests.support.small_lattice import release_lattice
from nino_assets_tests.support.table_pages import build, find_links, read_rows

QUERY = {"database": "str:database:Ninos"}
Q3, Q4 = (name_value("quarter", f"2020{month}") for month in ("09", "12"))
UK_Q4 = float(lattice.find_figure({"period": "quarter:2020-Q4"}))


def serve(folders: Folders) -> ApiClient:
    return ApiClient(create_app(folders, Settings()))


def add_to_fourth_quarter(name: str, cells: np.ndarray) -> np.ndarray:
    changed = cells.copy()
    axes = lattice.CUBOIDS[name]
    if "quarter:2020-Q4" in axes["period"]:
        changed[axes["period"].index("quarter:2020-Q4")] += 10
    return changed


def test_without_a_release_every_question_is_told_so(own_folders: Folders) -> None:
    api = serve(own_folders)
    for answer in (api.get("/schema"), api.post(QUERY), api.ask("GET", "/healthz")):
        assert (answer.status, answer.json["errorType"]) == (503, "NO_RELEASE")
        assert answer.headers["x-ratelimit"] == "500"
    assert api.get("/info").status == 200


def test_a_release_is_answered_from_the_next_request_on(own_folders: Folders) -> None:
    api = serve(own_folders)
    assert api.post(QUERY).status == 503
    release_lattice(own_folders)
    assert read_values(api.post(QUERY)) == [UK_Q4]


def test_a_correction_is_followed_and_an_older_edition_pinned(own_folders: Folders) -> None:
    release_lattice(own_folders)
    api = serve(own_folders)
    before = api.post(QUERY)
    assert "r" not in before.json["annotationMap"]
    release_lattice(own_folders, 2, add_to_fourth_quarter)
    assert read_values(api.post(QUERY)) == [UK_Q4 + 10]
    assert api.post(QUERY, "/table?edition=2020-Q4.1").body == before.body
    assert api.post(QUERY, "/table?edition=2020-Q4.2").body == api.post(QUERY).body
    assert serve(own_folders).post(QUERY, "/table?edition=2020-Q4.1").body == before.body
    for unknown in ("2020-Q4.3", "../../keys", "2020-Q4/1", "%00"):
        answer = api.post(QUERY, f"/table?edition={unknown}")
        assert (answer.status, answer.json["errorType"]) == (404, "NOT_FOUND")


def test_periods_with_changed_cells_are_marked(own_folders: Folders) -> None:
    release_lattice(own_folders)
    release_lattice(own_folders, 2, add_to_fourth_quarter)
    answer = serve(own_folders).table([QUARTER], {QUARTER: [[Q3], [Q4], [Q3, Q4]]})
    marks = [each.get("annotationKeys") for each in answer.json["fields"][0]["items"]]
    assert marks == [None, ["r"], ["s", "r"]]
    assert answer.json["annotationMap"]["r"] == (
        'Figures marked "r" have been revised since the previous release.'
    )


def test_pages_and_files_mark_revised_periods(own_folders: Folders) -> None:
    release_lattice(own_folders)
    release_lattice(own_folders, 2, add_to_fourth_quarter)
    api = serve(own_folders)
    answer = build(api, {"f": "period", "period.level": "quarter", "latest": "2"})
    assert [row[0] for row in read_rows(answer)] == ["Jul to Sep 2020", "Oct to Dec 2020 [r]"]
    assert b"[r] marks periods with figures revised" in answer.body
    [name] = [each for each in find_links(answer).values() if each.endswith(".csv")]
    rows = list(csv.DictReader(io.StringIO(api.ask("GET", name).body.decode())))
    assert [row["status"] for row in rows] == ["", "r"]
    [name] = [each for each in find_links(answer).values() if each.endswith(".jsonstat")]
    assert api.ask("GET", name).json["status"] == {"1": "r"}
    area = api.ask("GET", "/areas/E09000025").body.decode()
    assert "Year ending December 2019<" in area and "Oct to Dec 2020 [r]<" in area
    pinned = build(api, {"f": "period", "latest": "2", "edition": "2020-Q4.1"})
    assert b"[r]" not in pinned.body


def test_a_cited_table_stays_as_it_was_and_leads_to_the_current_one(own_folders: Folders) -> None:
    release_lattice(own_folders)
    api = serve(own_folders)
    form = {"f": "period", "period.level": "quarter", "latest": "1"}
    first = build(api, form)
    assert b"older edition" not in first.body
    [cited] = re.findall(r"Cite as: .*(/tables/[\w-]+)<", first.body.decode())
    release_lattice(own_folders, 2, add_to_fourth_quarter)
    then = api.ask("GET", cited)
    assert [row[1] for row in read_rows(then)] == [f"{UK_Q4:,.0f}"]
    links = find_links(then)
    now = api.ask("GET", links["The same table in the current edition, 2020-Q4.2"])
    assert [row[1] for row in read_rows(now)] == [f"{UK_Q4 + 10:,.0f}"]
    assert b"older edition" not in now.body
    # Code to paste asks the edition of the page.
    assert b"/table?edition=2020-Q4.1" in then.body and b"?edition=" not in now.body


def test_the_page_of_an_area_is_pinned_with_all_that_it_links_to(own_folders: Folders) -> None:
    release_lattice(own_folders)
    api = serve(own_folders)
    first = api.ask("GET", "/areas/E09000025")
    release_lattice(own_folders, 2, add_to_fourth_quarter)
    pinned = api.ask("GET", "/areas/E09000025?edition=2020-Q4.1")
    assert read_rows(pinned) == read_rows(first) != read_rows(api.ask("GET", "/areas/E09000025"))
    links = find_links(pinned)
    assert links.pop("The same page of the current edition, 2020-Q4.2") == "/areas/E09000025"
    for words in ("All tables", "areas"):
        del links[words]
    assert links and all("edition=2020-Q4.1" in each for each in links.values())
    assert api.ask("GET", "/areas/E09000025?edition=2020-Q4.9").status == 404


def test_the_catalogue_tells_the_next_release(own_folders: Folders) -> None:
    release_lattice(own_folders)
    api = serve(own_folders)
    assert b"Next release" not in api.ask("GET", "/").body
    planned = plan_releases(ReleaseSchedule(), Quarter(2021, 1), Quarter(2021, 2))
    (own_folders.published / CALENDAR_NAME).write_text(write_calendar_ics(planned))
    assert b"9:30am on 27 May 2021" in api.ask("GET", "/").body


def test_a_correction_of_an_earlier_quarter_does_not_become_current(own_folders: Folders) -> None:
    release_lattice(own_folders, quarter=lattice.LAST - 1)
    release_lattice(own_folders)
    release_lattice(own_folders, 2, add_to_fourth_quarter, quarter=lattice.LAST - 1)
    assert serve(own_folders).ask("GET", "/healthz").json["edition"] == "2020-Q4.1"


def find_edition(folders: Folders) -> Path:
    published = PublishedEditions(folders)
    return published.locate(published.read_editions()[-1])


def replace_file(path: Path, content: bytes) -> None:
    path.unlink()
    path.write_bytes(content)


DAMAGES: dict[str, Callable[[Path], Any]] = {
    "an array is missing": lambda e: (e / TABULATIONS / "area_sub_group.npy").unlink(),
    "an array is changed": lambda e: replace_file(e / TABULATIONS / "area_sub_group.npy", b"other"),
    "the index is changed": lambda e: replace_file(e / TABULATIONS / "index.json", b"{}"),
    "the manifest is changed": lambda e: replace_file(e / "manifest.json", b"{}"),
    "the manifest is missing": lambda e: (e / "manifest.json").unlink(),
}


@pytest.mark.parametrize("what", DAMAGES)
def test_it_does_not_start_on_files_that_are_not_as_released(
    own_folders: Folders, what: str
) -> None:
    release_lattice(own_folders)
    DAMAGES[what](find_edition(own_folders))
    with pytest.raises(PublicationError) as error:
        serve(own_folders)
    assert str(own_folders.root) not in str(error.value)


def plant(value: int) -> lattice.Change:
    def change(name: str, cells: np.ndarray) -> np.ndarray:
        changed = cells.copy()
        changed.flat[-1] = value
        return changed

    return change


UNSAFE: dict[str, lattice.Change] = {
    "a negative count": plant(-1),
    "a small count": plant(4),
    "another shape": lambda _, cells: cells[:-1],
    "another type": lambda _, cells: cells.astype(np.int64),
}


@pytest.mark.parametrize("what", UNSAFE)
def test_it_does_not_start_on_cells_that_may_not_be_published(
    own_folders: Folders, what: str
) -> None:
    release_lattice(own_folders, change=UNSAFE[what])
    with pytest.raises(PublicationError):
        serve(own_folders)


def test_a_bad_edition_is_not_served_and_neither_is_the_one_before(own_folders: Folders) -> None:
    release_lattice(own_folders)
    api = serve(own_folders)
    release_lattice(own_folders, 2, plant(-1))
    answer = api.post(QUERY)
    assert (answer.status, answer.json["errorType"]) == (503, "NO_RELEASE")
    release_lattice(own_folders, 3, add_to_fourth_quarter)
    assert read_values(api.post(QUERY)) == [UK_Q4 + 10]


def test_a_table_of_smaller_counts_may_be_served_where_they_are_published(
    own_folders: Folders,
) -> None:
    release_lattice(own_folders, change=plant(4))
    app = create_app(own_folders, Settings(smallest_count=4))
    assert ApiClient(app).ask("GET", f"{BASE}/info").status == 200


def test_the_register_is_read_where_the_pointer_leads(own_folders: Folders) -> None:
    release_lattice(own_folders)
    register = own_folders.published / "releases.json"
    replace_file(register, json.dumps([{"quarter": "2020-Q4"}]).encode())
    with pytest.raises(PublicationError):
        serve(own_folders)
