"""The landing page in a browser: axe-core, reflow, keyboard, print, and no request to anywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from nino_assets.publishing.landing.landing_facts import LandingFacts
from nino_assets.publishing.landing.landing_files import landing_pages
from nino_assets_tests.publishing import pages_in_browser as seen
from nino_assets_tests.publishing.pages_in_browser import DESKTOP, PHONE, browser

__all__ = ["browser"]


@pytest.fixture(scope="module")
def path(landing: LandingFacts, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("landing")
    for name, content in landing_pages(landing).items():
        (folder / name).write_bytes(content)
    return folder / "index.html"


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_axe_finds_nothing_and_nothing_runs_off_the_page(
    browser: Any, path: Path, width: int
) -> None:
    seen.assert_accessible(browser, path, width)


def test_the_keyboard_reaches_every_link(browser: Any, path: Path) -> None:
    seen.assert_keyboard_reaches_all(browser, path)


def test_print_keeps_the_words_and_the_banner(browser: Any, path: Path) -> None:
    assert 2 <= seen.printed_sheets(browser, path) <= 6
