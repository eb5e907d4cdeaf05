"""Each kind of page in Chromium: axe finds nothing, and nothing runs off a narrow window."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlencode

import pytest

from nino_assets_tests.support.api_client import ApiClient
from nino_assets_tests.support.browser import DESKTOP, PHONE, find_violations

pytestmark = pytest.mark.browser

SITE = "http://nino.example"
TABLE = {
    "f": ["period", "area", "nationality"],
    "period.level": "year_ending",
    "latest": "2",
    "area.level": "local_authority",
    "area.place": "rows",
    "total": "nationality",
}
REFUSED = {"f": ["period", "area", "sex"], "area.level": "middle_layer", "show": "1"}
PAGES = {
    "catalogue": "/",
    "builder": f"/build?{urlencode(TABLE, doseq=True)}&area.find=a",
    "builder with greyed choices": "/build?f=period&f=nationality&period.level=quarter",
    "table": f"/build?{urlencode(TABLE, doseq=True)}&show=1",
    "percentages on sheets": f"/build?{urlencode(TABLE | {'period.place': 'sheets'}, doseq=True)}"
    "&percent=row&show=1",
    "misread": "/build?f=period&f=sex&latest=x&sex.place=ceiling&show=1",
    "refused": f"/build?{urlencode(REFUSED, doseq=True)}",
    "error": "/tables/nothing",
    "api": "/api",
    "area": "/areas/E09000025",
    "nationality": "/nationalities/IND",
    "areas": "/areas",
}


def open_address(browser: Any, api: ApiClient, path: str, width: int, scripts: bool) -> Any:
    """A page of the service; any other address is refused."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, java_script_enabled=scripts
    )

    def answer(route: Any) -> None:
        assert route.request.url.startswith(SITE)
        path = route.request.url.removeprefix(SITE)
        # In a thread: the client runs an event loop of its own, as Playwright does.
        found = threads.submit(api.ask, "GET", path, headers={"accept": "text/html"}).result()
        route.fulfill(status=found.status, headers=found.headers, body=found.body)

    threads = ThreadPoolExecutor(1)
    context.route("**/*", answer)
    page = context.new_page()
    page.goto(SITE + path)
    return page


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
@pytest.mark.parametrize("kind", PAGES)
def test_axe_finds_nothing_and_nothing_runs_off_the_page(
    browser: Any, api: ApiClient, kind: str, width: int
) -> None:
    page = open_address(browser, api, PAGES[kind], width, scripts=True)
    violations, passes = find_violations(page)
    assert violations == []
    assert passes > 15
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.context.close()


def test_a_table_is_built_without_scripts_by_keyboard(browser: Any, api: ApiClient) -> None:
    page = open_address(browser, api, "/", DESKTOP, scripts=False)

    def press(role: str, name: str) -> None:
        page.get_by_role(role, name=name, exact=True).focus()
        with page.expect_navigation():
            page.keyboard.press("Enter")

    press("link", "Build a table")
    page.get_by_label("Year ending in each quarter", exact=True).focus()
    page.keyboard.press("Space")
    press("button", "Update choices")
    page.locator("#f-sex").focus()
    page.keyboard.press("Space")
    press("button", "Show the table")
    assert "nationality (world area) and sex" in page.get_by_role("heading", level=1).inner_text()
    assert page.locator("table.figures tbody tr").count() == 3
    page.context.close()


def test_each_change_is_judged_at_once_where_scripts_run(browser: Any, api: ApiClient) -> None:
    page = open_address(browser, api, "/build", DESKTOP, scripts=True)
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    state = page.locator("#cells")
    before = state.inner_text()
    page.locator("#f-area").focus()
    page.keyboard.press("Space")
    page.wait_for_selector("fieldset#area")
    assert state.inner_text() != before
    # The reader goes on from where they were, with the choice made, and may load it again.
    assert "f=area" in page.url
    assert page.evaluate("document.activeElement.id") == "f-area"
    assert page.locator("#f-area").is_checked()
    page.locator("#area summary").click()
    page.locator("#area-local_authority").check()
    page.wait_for_selector("#area-v8")
    # A list that was opened stays open, and ticking in it counts without moving it.
    names = page.locator("#area .values label").all_inner_texts()
    before = state.inner_text()
    page.locator("#area-v2").check()
    page.wait_for_function(
        "was => document.getElementById('cells').textContent !== was", arg=before
    )
    assert page.locator("#area .values label").all_inner_texts() == names
    page.locator("#period-calendar_year").check()
    page.wait_for_selector("#f-age:not([disabled])")
    page.locator("#area-middle_layer").check()
    page.wait_for_selector("#f-age[disabled]")
    assert "Not published with" in page.locator("#why-age").inner_text()
    violations, _ = find_violations(page)
    assert violations == [] and problems == []
    page.context.close()


def test_a_broad_table_is_printed_whole(browser: Any, api: ApiClient) -> None:
    """On paper lying across, as no reader can scroll a sheet."""
    form = {"f": ["period", "nationality", "age"], "period.level": "year_ending", "latest": "2"}
    page = open_address(
        browser, api, f"/build?{urlencode(form, doseq=True)}&show=1", DESKTOP, scripts=False
    )
    assert page.locator("table.figures thead th").count() > 15
    printed = page.pdf(prefer_css_page_size=True)
    [box] = {each for each in re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", printed)}
    assert float(box[0]) > float(box[1])
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 1009, "height": 700})
    # 297 mm less the margins, at 96 dots an inch.
    assert page.locator("table.figures").bounding_box()["width"] <= 1009
    page.context.close()
