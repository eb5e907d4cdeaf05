"""In Chromium: the filters of the QA report work without a script, and its pages are accessible."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from nino_assets.publishing.qa_report.qa_page import build_qa_page
from nino_assets.publishing.qa_report.quarter_page import build_quarter_page
from nino_assets.publishing.qa_report.report import Report
from nino_assets.service.preview_mark import mark_page
from nino_assets_tests.support.browser import DESKTOP, PHONE, find_violations, open_page
from nino_assets_tests.support.qa_report import GOOD, WARNING, replace_results
from nino_assets_tests.support.quarter_states import ALL

pytestmark = pytest.mark.browser

FAILED = replace(GOOD, asset="tables", name="sums_wrong", passed=False)


@pytest.fixture
def opened(browser: Any, report: Report, tmp_path: Path) -> Iterator[Any]:
    path = tmp_path / "qa-report.html"
    path.write_text(build_qa_page(replace_results(report, GOOD, WARNING, FAILED)))
    page, requests = open_page(browser, path, width=DESKTOP, script=False)
    assert [each for each in requests if not each.startswith("file:")] == []
    yield page
    page.context.close()


def list_shown(page: Any) -> list[str]:
    rows = page.locator(".group tbody tr")
    names = [rows.nth(n) for n in range(rows.count())]
    return [row.locator("th code").inner_text() for row in names if row.is_visible()]


def test_passed_checks_are_hidden_until_they_are_asked_for(opened: Any) -> None:
    assert list_shown(opened) == [WARNING.name, FAILED.name]
    opened.select_option("#state", "all")
    assert list_shown(opened) == [GOOD.name, WARNING.name, FAILED.name]
    opened.select_option("#state", "failed")
    assert list_shown(opened) == [FAILED.name]
    opened.select_option("#state", "passed")
    assert list_shown(opened) == [GOOD.name]


def test_checks_are_filtered_by_asset_and_by_area(opened: Any) -> None:
    opened.select_option("#state", "all")
    opened.select_option("#asset", "tables")
    assert list_shown(opened) == [FAILED.name]
    opened.select_option("#asset", "all")
    areas = opened.locator("#area option")
    own = opened.locator(".group tbody tr").first.get_attribute("class").split("on-")[1]
    opened.select_option("#area", own)
    assert GOOD.name in list_shown(opened)
    other = next(
        value
        for value in (areas.nth(n).get_attribute("value") for n in range(areas.count()))
        if value not in ("all", own)
    )
    opened.select_option("#area", other)
    assert list_shown(opened) == []


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
@pytest.mark.parametrize("name", ["qa-report", "quarter"])
def test_the_marked_pages_are_accessible_and_no_wider_than_their_window(
    browser: Any, report: Report, tmp_path: Path, name: str, width: int
) -> None:
    text = (
        build_qa_page(report)
        if name == "qa-report"
        else build_quarter_page(ALL, synthetic=True, held=["bulletin.html"])
    )
    path = tmp_path / f"{name}.html"
    path.write_text(mark_page(text))
    page, _ = open_page(browser, path, width=width)
    violations, passed = find_violations(page)
    assert violations == [] and passed > 15
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.context.close()
