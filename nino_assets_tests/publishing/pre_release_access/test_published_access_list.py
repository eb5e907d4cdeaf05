"""The published pre-release access list: posts and no more, the window, the guidance."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from nino_assets.errors import PublicationError
from nino_assets.governance.calendar import compute_release_moment
from nino_assets.publishing.edition import Edition
from nino_assets.publishing.pre_release_access.published_access_list import (
    FOLDER,
    LIST_NAME,
    PAGE_NAME,
    Posts,
    read_posts,
    write_pre_release_access,
)
from nino_assets.statistic.identity import SYNTHETIC_BANNER
from nino_assets.statistic.quarters import Quarter
from nino_assets_tests.support.browser import DESKTOP, PHONE, assert_accessible
from nino_assets_tests.support.html_links import Links

QUARTER = Quarter(2020, 4)
ENDS = compute_release_moment(QUARTER)
POSTS = [
    ("Director, Analysis & Evidence", "Department for Work and Pensions"),
    ("Press officer", "Department for Work and Pensions"),
    ("Press officer", "Department for Work and Pensions"),
]


def publish(publication: Path, posts: Posts, *, synthetic: bool = False) -> str:
    edition = Edition(
        quarter=QUARTER,
        first_quarter=Quarter(2002, 1),
        published_on=date(2021, 2, 25),
        next_release_on=date(2021, 5, 27),
        synthetic=synthetic,
    )
    folder = publication / FOLDER
    folder.mkdir(parents=True)
    write_pre_release_access(posts, edition, ENDS - timedelta(hours=24), ENDS, folder)
    return (folder / PAGE_NAME).read_text(encoding="utf-8")


def test_a_row_a_person_comes_back_as_published(tmp_path: Path) -> None:
    page = publish(tmp_path, POSTS)
    assert read_posts(tmp_path) == POSTS
    assert page.count('<tr><th scope="row">') == 3
    assert "Director, Analysis &amp; Evidence" in page
    assert "from 9:30am on 24 February 2021" in page
    assert "released at 9:30am on 25 February 2021" in page


def test_the_guidance_on_accidental_disclosure_goes_with_it(tmp_path: Path) -> None:
    page = publish(tmp_path, POSTS)
    assert "Tell the head of profession for statistics at once" in page
    assert "Pre-release Access to Official Statistics Order 2008" in page
    links = Links(page)
    assert set(links.targets) == {"#main-content", LIST_NAME}
    assert not re.search(r"<script|<img|src=|@import|url\(", page)
    levels = [int(level) for level in re.findall(r"<h(\d)", page)]
    assert levels == [1, 2, 2, 2, 3]


def test_nobody_on_the_list_is_said(tmp_path: Path) -> None:
    assert read_posts(tmp_path) is None
    page = publish(tmp_path, [])
    assert "Nobody has pre-release access to these statistics." in page
    assert "<table" not in page
    assert read_posts(tmp_path) == []


def test_synthetic_data_are_marked(tmp_path: Path) -> None:
    assert SYNTHETIC_BANNER in publish(tmp_path / "a", POSTS, synthetic=True)
    assert SYNTHETIC_BANNER not in publish(tmp_path / "b", POSTS)


@pytest.mark.parametrize("content", ["", "job_title\nDirector\n", "job_title,organisation\nA\n"])
def test_another_file_in_its_place_is_refused(tmp_path: Path, content: str) -> None:
    publish(tmp_path, POSTS)
    (tmp_path / FOLDER / LIST_NAME).write_text(content)
    with pytest.raises(PublicationError, match="is not a pre-release access list"):
        read_posts(tmp_path)


@pytest.mark.browser
@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_axe_finds_nothing_and_nothing_runs_off_the_page(
    browser: Any, tmp_path: Path, width: int
) -> None:
    publish(tmp_path, POSTS, synthetic=True)
    assert_accessible(browser, tmp_path / FOLDER / PAGE_NAME, width)
