"""Pages in Chromium: how tests open one, and what a page without scripts is held to.

Needs Chromium, the `playwright` package and axe-core. A test that cannot have them fails and says
what to install: these tests are run by `pytest -m browser` and by `.ci/run`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
AXE_VARIABLE = "NINO_AXE_CORE"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--hide-scrollbars",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
DESKTOP, PHONE = 1280, 320

A4_CONTENT, A4_ACROSS = 680, 1017
"""Pixels between the margins of the paper, upright and across: 180 and 269 mm."""

_STOPS = "a[href], .scroll"
_CUT_TABLES = """() => {
    document.querySelectorAll('details').forEach(d => d.open = true);
    return [...document.querySelectorAll('table')].filter(t => t.checkVisibility()).filter(t => {
        const box = t.closest('.scroll') || t.parentElement;
        const edge = box.getBoundingClientRect().right + 1;
        if (edge > document.documentElement.clientWidth + 1) return true;
        if (getComputedStyle(box).overflowX === 'auto')
            return t.scrollWidth > box.clientWidth && box.tabIndex < 0;
        return [t, ...t.querySelectorAll('th, td')].some(
            e => e.getBoundingClientRect().left + e.scrollWidth > edge);
    }).map(t => t.caption ? t.caption.textContent : 'a table without a caption'); }"""


def find_program(name: str, package: str) -> str:
    """Path of a program; the test fails without it, and says which package has it."""
    found = shutil.which(name)
    if found is None:
        pytest.fail(f"This test needs {name}: install the package {package}, as .ci/run does.")
    return found


def open_browser() -> Iterator[Any]:
    """Chromium, started once and closed at the end."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        pytest.fail("This test needs playwright: pip install -e '.[dev]'.")
    chromium = find_program("chromium", "chromium")
    with sync_playwright() as started:
        opened = started.chromium.launch(executable_path=chromium, args=FLAGS)
        yield opened
        opened.close()


@cache
def _axe_core() -> str:
    path = Path(os.environ.get(AXE_VARIABLE, ROOT / "node_modules/axe-core/axe.min.js"))
    if not path.is_file():
        pytest.fail(
            "This test needs axe-core: npm install axe-core, as .ci/run does, and name its "
            f"axe.min.js in {AXE_VARIABLE}."
        )
    return path.read_text(encoding="utf-8")


def find_violations(page: Any) -> tuple[list[tuple[str, str]], int]:
    """What axe-core finds wrong on a page, rule and element, and how many rules pass."""
    page.evaluate(_axe_core())
    result = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    violations = [(v["id"], v["nodes"][0]["html"]) for v in result["violations"]]
    return violations, len(result["passes"])


def open_page(
    browser: Any, path: Path, *, width: int, script: bool = True, drawn: bool = False
) -> tuple[Any, list[str]]:
    """A page offline in a window, with `drawn` its charts drawn, and the requests that it made."""
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        offline=True,
        java_script_enabled=script,
        bypass_csp=True,
    )
    page = context.new_page()
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("pageerror", lambda error: requests.append(str(error)))
    page.goto(path.as_uri())
    if drawn:
        page.wait_for_selector("figure.drawn .live .main-svg", state="attached", timeout=30_000)
    return page, requests


def find_cut_tables(browser: Any, path: Path) -> list[str]:
    """Tables that a phone, a desk or paper would cut off, and pages wider than these."""
    html = path.read_text(encoding="utf-8")
    paper = A4_ACROSS if "A4 landscape" in html else A4_CONTENT
    found = []
    for width, media in ((PHONE, "screen"), (DESKTOP, "screen"), (paper, "print")):
        page, _ = open_page(browser, path, width=width)
        page.emulate_media(media=media)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append(f"{path.name} is wider than {width} px ({media})")
        cut = page.evaluate(_CUT_TABLES)
        found += [f"{path.name}, {width} px ({media}): {caption}" for caption in cut]
        page.context.close()
    return found


def assert_accessible(browser: Any, path: Path, width: int) -> None:
    """axe-core finds nothing, the page is no wider than the window, and it fetches nothing."""
    page, requests = open_page(browser, path, width=width)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    violations, passes = find_violations(page)
    page.context.close()
    assert violations == []
    assert passes > 25
    assert requests == [path.as_uri()]


def assert_keyboard_reaches_all(browser: Any, path: Path) -> None:
    """Each press of the tab key reaches another link or table; the first skips to the content."""
    page, _ = open_page(browser, path, width=DESKTOP)
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


def count_printed_sheets(browser: Any, path: Path) -> int:
    """How many sheets of A4 the page takes; the banner and the headings are printed."""
    page, _ = open_page(browser, path, width=DESKTOP)
    page.emulate_media(media="print")
    assert page.query_selector(".synthetic").is_visible()
    assert all(heading.is_visible() for heading in page.query_selector_all("section h2"))
    assert not page.query_selector(".contents").is_visible()
    printed: bytes = page.pdf(format="A4", prefer_css_page_size=True)
    page.context.close()
    return count_sheets(printed)


def count_sheets(printed: bytes) -> int:
    """The pages of a PDF as Chromium writes it."""
    return printed.count(b"/Type /Page\n") + printed.count(b"/Type /Page ")
