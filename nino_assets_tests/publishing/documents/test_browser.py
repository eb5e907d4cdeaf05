"""The documents in a browser: axe-core, reflow, keyboard, print, and no request to anywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from nino_assets.publishing.documents.document_names import FOLDER, TITLES
from nino_assets_tests.support.browser import (
    DESKTOP,
    PHONE,
    assert_accessible,
    assert_keyboard_reaches_all,
    count_printed_sheets,
)

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
@pytest.mark.parametrize("name", TITLES)
def test_axe_finds_nothing_and_nothing_runs_off_the_page(
    browser: Any, publication: Path, name: str, width: int
) -> None:
    assert_accessible(browser, publication / FOLDER / f"{name}.html", width)


@pytest.mark.parametrize("name", TITLES)
def test_the_keyboard_reaches_every_link(browser: Any, publication: Path, name: str) -> None:
    assert_keyboard_reaches_all(browser, publication / FOLDER / f"{name}.html")


@pytest.mark.parametrize("name", TITLES)
def test_print_is_a_few_sheets(browser: Any, publication: Path, name: str) -> None:
    assert 2 <= count_printed_sheets(browser, publication / FOLDER / f"{name}.html") <= 10


@pytest.mark.parametrize("name", TITLES)
def test_every_table_fits_its_box_at_a_desk(browser: Any, publication: Path, name: str) -> None:
    page = browser.new_page(viewport={"width": DESKTOP, "height": 1_000})
    page.goto((publication / FOLDER / f"{name}.html").as_uri())
    too_wide = page.evaluate(
        "[...document.querySelectorAll('table')]"
        ".map(t => t.scrollWidth - t.parentElement.clientWidth).filter(excess => excess > 1)"
    )
    page.close()
    assert too_wide == []
