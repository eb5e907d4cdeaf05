"""A page without scripts in Chromium: what the landing page and the documents are held to.

Needs Chromium, the `playwright` package and axe-core; skipped with the reason where one is missing,
as the bulletin's own tests are.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from nino_assets_tests.publishing.bulletin.test_browser import (
    AXE,
    DESKTOP,
    PHONE,
    RULES,
    browser,
    shown,
)

__all__ = ["DESKTOP", "PHONE", "browser"]

_STOPS = "a[href], .scroll"


def assert_accessible(browser: Any, path: Path, width: int) -> None:
    """axe-core finds nothing, the page is no wider than the window, and it fetches nothing."""
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: npm install axe-core")
    page, requests = shown(browser, path, width=width, drawn=False)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.evaluate(AXE.read_text(encoding="utf-8"))
    result = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    page.context.close()
    assert [(v["id"], v["nodes"][0]["html"]) for v in result["violations"]] == []
    assert len(result["passes"]) > 25
    assert requests == [path.as_uri()]


def assert_keyboard_reaches_all(browser: Any, path: Path) -> None:
    """Each press of the tab key reaches another link or table; the first skips to the content."""
    page, _ = shown(browser, path, width=DESKTOP, drawn=False)
    wanted = page.evaluate(f"document.querySelectorAll('{_STOPS}').length")
    reached = []
    for n in range(wanted):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate(
                """([n, stops]) => { const e = document.activeElement; e.dataset.stop ||= n;
                    return e.matches(stops) ? e.dataset.stop : '' }""",
                [n + 1, _STOPS],
            )
        )
    first = page.evaluate("document.querySelector('.skip').dataset.stop")
    page.context.close()
    assert "" not in reached
    assert len(set(reached)) == wanted
    assert first == "1"


def printed_sheets(browser: Any, path: Path) -> int:
    """How many sheets of A4 the page takes; the banner and the headings are printed."""
    page, _ = shown(browser, path, width=DESKTOP, drawn=False)
    page.emulate_media(media="print")
    assert page.query_selector(".synthetic").is_visible()
    assert all(heading.is_visible() for heading in page.query_selector_all("section h2"))
    assert not page.query_selector(".contents").is_visible()
    printed: bytes = page.pdf(format="A4", prefer_css_page_size=True)
    page.context.close()
    return printed.count(b"/Type /Page\n") + printed.count(b"/Type /Page ")
