"""The landing page in a browser: axe-core, reflow, keyboard, print, and no request to anywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from nino_assets.publishing.landing.landing_facts import LandingFacts
from nino_assets.publishing.landing.landing_files import write_landing_files
from nino_assets_tests.support.browser import (
    DESKTOP,
    PHONE,
    assert_accessible,
    assert_keyboard_reaches_all,
    count_printed_sheets,
)

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def path(landing: LandingFacts, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("landing")
    for name, content in write_landing_files(landing).items():
        (folder / name).write_bytes(content)
    return folder / "index.html"


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_axe_finds_nothing_and_nothing_runs_off_the_page(
    browser: Any, path: Path, width: int
) -> None:
    assert_accessible(browser, path, width)


def test_the_keyboard_reaches_every_link(browser: Any, path: Path) -> None:
    assert_keyboard_reaches_all(browser, path)


def test_print_keeps_the_words_and_the_banner(browser: Any, path: Path) -> None:
    assert 2 <= count_printed_sheets(browser, path) <= 6
