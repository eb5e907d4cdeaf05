"""The bulletin in a browser: axe-core, reflow, keyboard, print, and no request to anywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from nino_assets_tests.support.browser import (
    A4_CONTENT,
    DESKTOP,
    PHONE,
    count_sheets,
    find_violations,
    open_page,
)

pytestmark = pytest.mark.browser


def open_bulletin(browser: Any, path: Path, *, width: int) -> tuple[Any, list[str]]:
    """The bulletin, its charts drawn where they are drawn at once, and its requests."""
    return open_page(browser, path, width=width, drawn=width == DESKTOP)


@pytest.fixture(scope="module")
def scriptless_path(bulletin_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page as a browser without JavaScript has it: axe itself needs scripts to run."""
    html = bulletin_path.read_text(encoding="utf-8")
    before, after = html.split("<script>")[0], html.split("</script>")[1]
    path = tmp_path_factory.mktemp("scriptless") / "bulletin.html"
    path.write_text(before + after, encoding="utf-8")
    return path


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
@pytest.mark.parametrize("kind", ["bulletin_path", "scriptless_path"])
def test_axe_finds_nothing(
    browser: Any, kind: str, width: int, request: pytest.FixtureRequest
) -> None:
    path = request.getfixturevalue(kind)
    drawn = kind == "bulletin_path" and width == DESKTOP
    page, _ = open_page(browser, path, width=width, drawn=drawn)
    for summary in page.query_selector_all("summary"):
        summary.click()
    violations, passes = find_violations(page)
    page.context.close()
    assert violations == []
    assert passes > 40


def test_the_page_asks_for_nothing_but_itself_and_draws_every_chart(
    browser: Any, bulletin_path: Path
) -> None:
    page, requests = open_bulletin(browser, bulletin_path, width=DESKTOP)
    page.wait_for_timeout(1000)
    drawn = len(page.query_selector_all("figure.drawn .live .main-svg:first-child"))
    buttons = page.query_selector_all(".modebar-btn")
    scripts = page.evaluate("document.querySelectorAll('script').length")
    page.context.close()
    assert requests == [bulletin_path.as_uri()]
    assert drawn == 10
    assert buttons == []
    assert scripts == 1


def test_without_script_each_figure_shows_its_static_picture(
    browser: Any, bulletin_path: Path
) -> None:
    page, _ = open_page(browser, bulletin_path, width=DESKTOP, script=False)
    figures = page.query_selector_all("figure")
    visible = [
        [svg.is_visible() for svg in figure.query_selector_all("svg")].count(True)
        for figure in figures
    ]
    page.context.close()
    assert len(figures) >= 9
    assert set(visible) == {1}


def test_at_320_pixels_nothing_runs_off_the_page_and_pictures_are_readable(
    browser: Any, bulletin_path: Path
) -> None:
    page, _ = open_bulletin(browser, bulletin_path, width=PHONE)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE
    sizes = page.evaluate(
        """() => [...document.querySelectorAll('figure svg')]
            .filter(svg => svg.getBoundingClientRect().width > 0)
            .flatMap(svg => [...svg.querySelectorAll('text')].map(text =>
                parseFloat(getComputedStyle(text).fontSize)
                * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width))"""
    )
    page.context.close()
    assert len(sizes) > 50
    assert min(sizes) >= 12


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_words_in_static_pictures_keep_clear_of_one_another_and_of_the_edge(
    browser: Any, bulletin_path: Path, width: int
) -> None:
    page, _ = open_page(browser, bulletin_path, width=width, script=False)
    faults = page.evaluate(
        """() => [...document.querySelectorAll('figure svg')]
            .filter(svg => svg.getBoundingClientRect().width > 0)
            .flatMap(svg => {
                const edge = svg.getBoundingClientRect();
                const words = [...svg.querySelectorAll('text')].map(text =>
                    ({box: text.getBoundingClientRect(), text: text.textContent}));
                const off = words.filter(w => w.box.left < edge.left - 1
                    || w.box.right > edge.right + 1 || w.box.bottom > edge.bottom + 1);
                const met = words.flatMap((a, n) => words.slice(n + 1).filter(b =>
                    Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left) > 1
                    && Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top)
                        > 0.4 * a.box.height).map(b => `${a.text} / ${b.text}`));
                return [...off.map(w => `${w.text} runs off`), ...met];
            })"""
    )
    page.context.close()
    assert faults == []


def test_the_keyboard_reaches_every_link_and_table(browser: Any, bulletin_path: Path) -> None:
    page, _ = open_bulletin(browser, bulletin_path, width=DESKTOP)
    wanted = page.evaluate(
        """() => [...document.querySelectorAll('a[href], summary, .scroll, .picture')]
            .filter(e => e.checkVisibility()).length"""
    )
    reached = set()
    for n in range(wanted):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate(
                """n => { const e = document.activeElement; e.dataset.stop ||= n;
                    return e.matches('a[href], summary, .scroll, .picture')
                        ? e.dataset.stop : '' }""",
                n + 1,
            )
        )
    first = page.evaluate("document.querySelector('.skip').dataset.stop")
    page.context.close()
    assert "" not in reached
    assert len(reached) == wanted
    assert first == "1"


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_every_picture_is_read_with_the_arrow_keys_as_its_table_has_it(
    browser: Any, bulletin_path: Path, width: int
) -> None:
    page, _ = open_bulletin(browser, bulletin_path, width=width)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    for figure in page.query_selector_all("figure"):
        name = figure.get_attribute("id")
        box = figure.query_selector(".picture")
        words = figure.query_selector(".reading")
        rows = figure.query_selector_all("tbody tr")
        box.focus()
        page.keyboard.press("ArrowRight")
        first = words.text_content()
        page.keyboard.press("ArrowDown")
        second = words.text_content()
        page.keyboard.press("Home")
        assert first == words.text_content() != second, name
        page.keyboard.press("ArrowLeft")
        assert first == words.text_content(), name
        page.keyboard.press("End")
        last = words.text_content()
        labels = [row.query_selector("th").text_content().removesuffix(" [b]") for row in rows]
        assert all(any(w.startswith(f"{n}: ") for n in labels) for w in (first, last)), name
        page.keyboard.press("Home")
        highlighted = figure.query_selector_all("circle.at")
        assert len(highlighted) == (1 if figure.query_selector("circle > title") else 0), name
    assert page.evaluate("document.querySelectorAll('circle title').length") > 20
    page.context.close()


def test_print_shows_static_pictures_and_no_interactive_ones(
    browser: Any, bulletin_path: Path
) -> None:
    page, _ = open_bulletin(browser, bulletin_path, width=DESKTOP)
    page.emulate_media(media="print")
    live = [e.is_visible() for e in page.query_selector_all(".live")]
    static = [
        any(svg.is_visible() for svg in figure.query_selector_all("svg.wide, svg.drawing"))
        for figure in page.query_selector_all("figure")
    ]
    page.set_viewport_size({"width": A4_CONTENT, "height": 900})
    width = page.evaluate("document.documentElement.scrollWidth")
    printed = page.pdf(format="A4", prefer_css_page_size=True)
    page.context.close()
    assert not any(live) and all(static)
    assert width == A4_CONTENT, "something is wider than the paper"
    assert 5 <= count_sheets(printed) <= 25
