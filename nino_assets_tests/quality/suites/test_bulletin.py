"""Each expectation about the bulletin and its pack fails on a planted defect."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable

import pytest

from nino_assets.publishing.bulletin.govspeak import PACK
from nino_assets.quality.measures import files
from nino_assets.quality.suites.bulletin import SUITE
from nino_assets.statistic.events import read_events
from nino_assets.statistic.identity import SYNTHETIC_BANNER
from nino_assets_tests.support.defects import (
    Case,
    Cases,
    Planter,
    assert_caught,
    run_checks,
    run_checks_on_good_build,
)
from nino_assets_tests.support.synthetic_build import LATEST

Rewrite = Callable[[str], str]


def _page(rewrite: Rewrite) -> Case:
    def plant(planter: Planter) -> None:
        path = planter.keep(planter.publication("bulletin.html"))
        before = path.read_text(encoding="utf-8")
        after = rewrite(before)
        assert after != before, "the page has nothing to break"
        path.write_text(after, encoding="utf-8", newline="")

    return Case(plant)


def _sub(pattern: str, new: str | Callable[[re.Match[str]], str]) -> Case:
    return _page(lambda html: re.sub(pattern, new, html, count=1))


def _one_more(match: re.Match[str]) -> str:
    return f"{match[1]}{int(match[2]) + 1}{match[3]}"


def _one_more_break(planter: Planter) -> None:
    """Nobody wrote of a break."""
    [known] = [event for event in read_events() if event.event == "nino-recording-2014"]
    planter.instead(files, "find_discontinuities", lambda first, last: (known,))


def _five_series(html: str) -> str:
    [trace] = re.findall(r'"figure-1":\{"data":\[(\{.*?\}),\{', html)[:1]
    return html.replace(trace, ",".join([trace] * 3), 1)


def _pack_text(name: str, change: Rewrite) -> Case:
    def plant(planter: Planter) -> None:
        path = planter.keep(planter.publication(f"{PACK}/{name}"))
        path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8", newline="")

    return Case(plant)


def _without_marks(html: str) -> str:
    return re.sub(r"</?(data|span)\b[^>]*>", "", html)


CASES: Cases = {
    "numbers_disagree": _sub(r'(<data value=")(\d+)(")', _one_more),
    "claims_false": _sub(r'data-claim="rank\(([^,]*),', r'data-claim="record-lowest(\1),'),
    "quotations_changed": _sub(r'(data-quoted="method-note">)', r"\1Not. "),
    "table_cells_disagree": _sub(r"(<tr data-row[^>]*><th[^>]*>[^<]*</th>\s*<td>)", r"\g<1>9"),
    "data_files_disagree": _sub(r"(data:text/csv[^\"]*%0D%0A[^\"]*?,)(\d+)(%)", _one_more),
    "charts_disagree": _sub(r'("y":\[)(\d+)(,)', _one_more),
    "break_marks_wrong": _sub("The main stories are:", "The main stories are: <abbr>[b]</abbr>"),
    "stories_too_small": _sub(
        r'data-claim="at-least\((\S+?),\S+?\)"', r'data-claim="at-least(\1,\1)"'
    ),
    "unmarked_in_prose": _sub("The main stories are:", "The 1,234 main stories are:"),
    "stale_periods": _page(lambda html: html.replace("June 2016", "March 2016")),
    "figures_not_in_tables": _page(
        lambda html: html.replace(f"year_age_sex/{LATEST}/", f"year_age_sex/{LATEST - 1}/")
    ),
    "numbers_marked": _page(_without_marks),
    "claims_marked": _page(_without_marks),
    "table_cells": _page(lambda html: re.sub(r"<table.*?</table>", "", html, flags=re.DOTALL)),
    "chart_points": _page(lambda html: html.replace('{"config":', '{"none":', 1)),
    "page_requests": _sub("<main", '<img alt="" src="//example.org/a.png"><main'),
    "page_file": _sub(' lang="en-GB"', ""),
    "headings_broken": _page(lambda html: html.replace("h2", "h4")),
    "pictures_without_text": _sub(r'(<figure[^>]*) aria-describedby="[^"]*"', r"\1"),
    "table_markup": _sub("<caption>.*?</caption>", ""),
    "chart_rules": _sub('"dash":"dash"', '"dash":"solid"'),
    "picture_colours": _sub('(<svg [^>]*)fill="#0B0C0C"', r'\1fill="#6BACE6"'),
    "series_in_a_chart": _page(_five_series),
    "line_contrast_percent": _sub('"line":{"color":"#12436D"', '"line":{"color":"#BFBFBF"'),
    "text_contrast_percent": _sub('"font":{"color":"#0B0C0C"', '"font":{"color":"#BFBFBF"'),
    "page_bytes": _page(lambda html: html + " " * 2_500_000),
    "pack_sentences": _page(_without_marks),
    "pack_disagrees": _pack_text("bulletin.txt", lambda text: text.replace("NINos were", "were")),
    "synthetic_unmarked": _page(lambda html: html.replace(SYNTHETIC_BANNER, "Data.")),
    "breaks_not_noted": Case(_one_more_break),
    "manifest_broken": _page(lambda html: html + " "),
}


@pytest.mark.parametrize("name", CASES)
def test_a_defect_is_caught(name: str, planter: Planter) -> None:
    assert_caught(SUITE, name, CASES[name], planter)


def test_everything_passes_on_the_good_build(planter: Planter) -> None:
    outcomes = run_checks_on_good_build(SUITE, planter.warehouse, LATEST)
    assert not [o for o in outcomes.values() if not o.passed]


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("bulletin.md", lambda text: text.replace(" NINos were ", " people were ")),
        ("bulletin.md", lambda text: text.replace("[Image:figure-1", "[Image:figure-x", 1)),
        ("figure-2-quarters.csv", lambda text: text + "more\r\n"),
    ],
)
def test_every_kind_of_difference_in_the_pack_is_seen(
    name: str, change: Rewrite, planter: Planter
) -> None:
    _pack_text(name, change).plant(planter)
    found = run_checks(SUITE, planter.warehouse, "pack_disagrees")["pack_disagrees"]
    assert not found.passed
    assert found.observed
    assert found.observed >= 1


def test_a_pack_that_is_not_there_blocks(planter: Planter) -> None:
    folder = planter.publication(PACK)
    away = folder.with_name("away")
    folder.rename(away)
    try:
        found = run_checks(SUITE, planter.warehouse, "pack_sentences", "pack_disagrees")
    finally:
        away.rename(folder)
    assert not any(outcome.passed or outcome.error for outcome in found.values())


def test_the_page_shows_the_comparators_that_landed_and_the_manifest_names_them(
    planter: Planter,
) -> None:
    html = planter.publication("bulletin.html").read_text(encoding="utf-8")
    inputs = json.loads(planter.publication("manifest.json").read_text())["inputs"]
    landed = sorted((planter.warehouse.folders.landing / "comparators").glob("*.csv"))
    assert landed
    assert 'data-cell="source:visas_granted/2016-Q2"' in html
    for path in landed:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        assert inputs[f"comparators/{path.name}"] == digest
